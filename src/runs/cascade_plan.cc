#include "runs/cascade_plan.h"

#include <algorithm>

#include "base/hash.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/plan.h"
#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_named = 20;

bool is_needed(Field const& field) { return is_required(field.need, Version::V11) || is_required(field.need, Version::V12); }

}  // namespace

CascadePlan::CascadePlan(store::Database& roster, std::uint64_t seed, std::uint32_t org) : roster_(roster), seed_(seed), org_(org) {
  find_organizations(org);
  find_people();
  // What a table refers to stands before it in the catalogue.
  for (auto const* table : all_tables) find_rows(*table);
}

// Itself and all below.
void CascadePlan::find_organizations(std::uint32_t org) {
  static auto const parent = stored_index(TableId::Orgs, "parentSourcedId");
  std::multimap<std::uint32_t, std::uint32_t> below;
  store::RowSelect(roster_, TableId::Orgs).each_current(std::nullopt, [&](store::RowVersion const& version) {
    if (!version.row.is_null(parent)) below.emplace(static_cast<std::uint32_t>(version.row.number(parent)), version.key);
    return true;
  });
  std::vector<std::uint32_t> to_do{org};
  while (!to_do.empty()) {
    auto const next = to_do.back();
    to_do.pop_back();
    if (!of(TableId::Orgs).gone.insert(next).second) continue;
    for (auto [at, end] = below.equal_range(next); at != end; ++at) to_do.push_back(at->second);
  }
}

// Those who belong to what goes, and to nothing else, whichever source says so.
void CascadePlan::find_people() {
  static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId"),
                    user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId");
  constexpr std::uint8_t here = 1, elsewhere = 2;
  std::vector<std::uint8_t> places;
  auto const note = [&](std::uint32_t person, std::uint32_t place) {
    if (person >= places.size()) places.resize(std::max<std::size_t>(person + 1u, 2 * places.size()));
    places[person] |= gone(TableId::Orgs).count(place) > 0 ? here : elsewhere;
  };
  store::RowSelect(roster_, TableId::Users).each_current(std::nullopt, [&](store::RowVersion const& version) {
    for (auto const place : keys_in(version.row, many, Stored::Keys)) note(version.key, place);
    for (auto const place : keys_in(version.row, primary, Stored::Key)) note(version.key, place);
    return true;
  });
  store::RowSelect(roster_, TableId::Roles).each_current(std::nullopt, [&](store::RowVersion const& version) {
    if (!version.row.is_null(user) && !version.row.is_null(org))
      note(static_cast<std::uint32_t>(version.row.number(user)), static_cast<std::uint32_t>(version.row.number(org)));
    return true;
  });
  for (std::size_t person = 0; person < places.size(); ++person)
    if (places[person] == here) of(TableId::Users).gone.insert(static_cast<std::uint32_t>(person));
}

// A part of what goes, or a row that cannot be without it.
bool CascadePlan::goes(Table const& table, StoredRow const& row) const {
  auto const& columns = stored_columns(table.id);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].as != Stored::Key && columns[i].as != Stored::Keys) continue;
    auto const& field = table.fields[columns[i].field];
    if (!is_needed(field) && !is_part(table.id, field)) continue;
    auto const keys = keys_in(row, i, columns[i].as);
    auto const& targets = gone(field.refers_to);
    if (!keys.empty() && std::all_of(keys.begin(), keys.end(), [&](auto const key) { return targets.count(key) > 0; })) return true;
  }
  return false;
}

// True when it was changed.
bool CascadePlan::without_what_goes(Table const& table, StoredRow& row) const {
  auto const& columns = stored_columns(table.id);
  bool changed = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].as != Stored::Key && columns[i].as != Stored::Keys) continue;
    auto const& targets = gone(table.fields[columns[i].field].refers_to);
    if (targets.empty()) continue;
    auto const keys = keys_in(row, i, columns[i].as);
    std::string left;
    std::size_t stay = 0;
    for (auto const key : keys)
      if (targets.count(key) == 0) left += (stay++ == 0 ? "" : " ") + std::to_string(key);
    if (stay == keys.size()) continue;
    changed = true;
    if (stay == 0) row.set_null(i);
    else row.set_text(i, left);
  }
  return changed;
}

void CascadePlan::find_rows(Table const& table) {
  static auto const school = stored_index(TableId::Classes, "schoolSourcedId");
  auto& here = of(table.id);
  bool const known = table.id == TableId::Orgs || table.id == TableId::Users;
  std::vector<store::RowVersion> same;  // what several sources say of one record: it goes for all of them, or for none
  auto const settle = [&] {
    if (same.empty()) return;
    auto const key = same.front().key;
    if (!known && std::any_of(same.begin(), same.end(), [&](auto const& version) { return goes(table, version.row); })) here.gone.insert(key);
    bool const leaves = here.gone.count(key) > 0;
    if (leaves && table.id == TableId::Classes && !same.front().row.is_null(school))
      classes_elsewhere_ += gone(TableId::Orgs).count(static_cast<std::uint32_t>(same.front().row.number(school))) == 0;
    for (auto& version : same) {
      if (leaves) here.sources[version.source].removed.push_back(key);
      else if (without_what_goes(table, version.row)) here.changed.insert(key), here.sources[version.source].updated.emplace_back(key, std::move(version.row));
    }
    same.clear();
  };
  store::RowSelect(roster_, table.id).each_current(std::nullopt, [&](store::RowVersion const& version) {
    if (!same.empty() && same.front().key != version.key) settle();
    same.push_back(version);
    return true;
  });
  settle();
}

std::uint64_t CascadePlan::records() const {
  std::uint64_t all = 0;
  for (auto const& table : tables_) all += table.sources.empty() ? 0 : table.gone.size();
  return all;
}

void CascadePlan::describe(Answer& answer) const {
  auto const many = [](std::uint64_t count, std::string const& one, std::string const& all) { return std::to_string(count) + " " + (count == 1 ? one : all); };
  for (auto const* table : all_tables) {
    auto const& here = tables_[static_cast<std::size_t>(table->id)];
    if (!here.sources.empty()) answer.tables.emplace_back(std::string(table->name), Counts{0, here.changed.size(), 0, here.gone.size(), 0});
  }
  auto const& orgs = gone(TableId::Orgs);
  auto const& people = tables_[static_cast<std::size_t>(TableId::Users)];
  answer.reasons.push_back(org_name(roster_, org_) + " is deleted with all that belongs to it: " + many(records(), "record", "records") + " in all.");
  if (orgs.size() > 1) answer.reasons.push_back(many(orgs.size() - 1, "organization below it goes", "organizations below it go") + " with it.");
  if (!people.changed.empty())
    answer.reasons.push_back(many(people.changed.size(), "person stays", "people stay") +
                             ": they belong to other organizations too, or only somebody of theirs goes.");
  if (classes_elsewhere_ > 0)
    answer.reasons.push_back(many(classes_elsewhere_, "class of another organization goes", "classes of other organizations go") +
                             " as well, because the course belongs to what is deleted.");
  answer.reasons.emplace_back("As long as the sources go on saying the same of these records, they stay away. Undoing this run brings all of it back.");
  std::vector<std::uint32_t> below(orgs.begin(), orgs.end());
  std::sort(below.begin(), below.end());
  std::erase(below, org_);
  for (std::size_t i = 0; i < std::min(below.size(), most_named); ++i) answer.consequences.push_back(org_name(roster_, below[i]) + " goes with it.");
}

std::string CascadePlan::digest() const {
  std::string bytes = "cascade " + std::to_string(org_) + "\n";
  for (std::size_t t = 0; t < table_count; ++t)
    for (auto const& [source, said] : tables_[t].sources) {
      bytes += std::to_string(t) + " " + std::to_string(source) + ":";
      for (auto const key : said.removed) bytes += " " + std::to_string(key);
      for (auto const& [key, row] : said.updated) bytes += " ~" + std::to_string(key);
      bytes += "\n";
    }
  return digest_text(bytes);
}

void CascadePlan::apply(Revision const& revision) {
  std::set<std::int64_t> sources;
  for (auto const* table : all_tables) {
    for (auto const& [source, said] : of(table->id).sources) apply_rows(*table, source, said, revision), sources.insert(source);
    auto end = roster_.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
    for (auto const key : of(table->id).gone) end->run(revision.number, static_cast<int>(table->id), key);
  }
  end_edits(revision.number);
  for (auto const source : sources) recount_rows(roster_, source);
}

void CascadePlan::apply_rows(Table const& table, std::int64_t source, Said const& said, Revision const& revision) {
  auto const number = static_cast<int>(table.id);
  store::StoredSaid stored(roster_, source, seed_);
  std::set<std::uint32_t> keys(said.removed.begin(), said.removed.end());
  for (auto const& [key, row] : said.updated) keys.insert(key);
  auto const before = stored.with_keys(table.id, keys);
  std::vector<PackedRow> now, were;
  auto clear = roster_.prepare("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?");
  auto aside = roster_.prepare("INSERT INTO set_aside(source, tbl, id, low, high, kind, run) VALUES(?, ?, ?, ?, ?, 'rejected', ?)");
  auto const note = [&](std::uint32_t key, std::uint32_t after, Digest digest) {
    auto const at = before.find(key);
    if (at == before.end()) return;
    auto const& was = at->second;
    now.push_back({was.id, after, digest});
    were.push_back({was.id, key, was.digest});
    clear->run(source, number, static_cast<std::int64_t>(was.id));
    aside->run(source, number, static_cast<std::int64_t>(was.id), static_cast<std::int64_t>(was.digest.low), static_cast<std::int64_t>(was.digest.high),
               revision.run);
  };
  store::RowEnd end(roster_, table.id, source, revision.number);
  for (auto const key : said.removed) end.end(key), note(key, no_key, {});
  if (!said.updated.empty()) {
    auto const columns = columns_in(table, stored.columns(table.id));
    RowHash hash(seed_);
    auto const hash_of_key = [&](std::uint32_t key) {
      auto const known = stored.with_keys(table.id, {key});
      return known.empty() ? hash_of_id(id_of(roster_, table.id, key), seed_) : known.begin()->second.id;
    };
    for (auto const& [key, row] : said.updated) end.end(key), note(key, key, digest_of(table.id, row, columns, hash, hash_of_key));
    store::RowInsert insert(roster_, table.id, source, revision.number);
    for (auto const& [key, row] : said.updated) insert.add(key, row);
    insert.finish();
  }
  stored.save(table.id, revision.number, stored.bits(table.id), now, stored.rows(table.id) - said.removed.size(), stored.columns(table.id));
  roster_.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source, number, revision.number, store::Blob{pack(were)});
}

// Fields set by hand to something that goes.
void CascadePlan::end_edits(std::int64_t revision) {
  auto end = roster_.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  for (auto const& [record, edits] : edits_of(roster_, 0, std::nullopt)) {
    auto const& table = table_of(record.first);
    for (auto const& edit : edits) {
      auto const& column = stored_columns(table.id)[edit.column];
      if ((column.as != Stored::Key && column.as != Stored::Keys) || !edit.value || gone(table.id).count(record.second) > 0) continue;
      auto const& field = table.fields[column.field];
      std::string const value = " " + *edit.value + " ";
      auto const& targets = gone(field.refers_to);
      if (std::any_of(targets.begin(), targets.end(), [&](auto const key) { return value.find(" " + std::to_string(key) + " ") != std::string::npos; }))
        end->run(revision, static_cast<int>(table.id), record.second, field.name);
    }
  }
}

}  // namespace rollbook::runs
