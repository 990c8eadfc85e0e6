// Which records of the old source the new one knows: by sourcedId, by what identifies them, by what they belong to.
#include <algorithm>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "runs/handover.h"
#include "runs/identify.h"
#include "runs/names.h"
#include "runs/plan_parts.h"
#include "store/rows.h"
#include "sync/known_by.h"

namespace rollbook::runs {
namespace {

std::string text_of(StoredRow const& row, TableId table, std::string_view column) {
  auto const i = stored_index(table, column);
  return i == npos || row.is_null(i) ? "" : std::string(trimmed(row.text(i)));
}

// What says who it is, with the name that has to agree; "" when one of them is missing.
std::string identity_of(TableId table, StoredRow const& row, std::string const& identifier) {
  bool const typed = identifier == "state" || identifier == "district" || identifier == "sis";
  auto const id = typed ? id_of_type(text_of(row, table, "userIds"), identifier) : text_of(row, table, identifier);
  auto const name = table == TableId::Users ? text_of(row, table, "givenName") + "\n" + text_of(row, table, "familyName")
                                            : text_of(row, table, table == TableId::Orgs ? "name" : "title");
  return id.empty() || name.size() < 2 ? "" : id + "\n" + lower(name);
}

bool has_whole(Table const& table) {
  return std::any_of(table.fields.begin(), table.fields.end(), [&](Field const& field) { return is_part(table.id, field); });
}

// Parts are the same when they belong to the same, in the same role, and are called the same where they have names.
std::string place_of(Table const& table, StoredRow const& row, Merges const& former) {
  std::string text;
  auto const& columns = stored_columns(table.id);
  auto const named = [&](std::string_view name) {
    if (name == "role" || name == "profileType") return true;
    for (auto const group : known_by(table.id))
      if (std::find(group.begin(), group.end(), name) != group.end()) return true;
    return false;
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const& field = table.fields[columns[i].field];
    if (columns[i].as == Stored::Key)
      text += (row.is_null(i) ? "" : std::to_string(former.of(field.refers_to, static_cast<std::uint32_t>(row.number(i))))) + "\n";
    else if (named(field.name)) text += (row.is_null(i) ? std::string() : std::string(row.text(i))) + "\n";
  }
  return text;
}

std::vector<PackedRow> all_rows(store::StoredSaid const& said, TableId table) {
  std::vector<PackedRow> all;
  for (std::size_t p = 0; said.any(table) && p < (std::size_t{1} << said.bits(table)); ++p) {
    auto const rows = said.partition(table, p);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::sort(all.begin(), all.end(), [](PackedRow const& a, PackedRow const& b) { return a.key < b.key; });
  return all;
}

}  // namespace

void Handover::match() {
  auto const& settings = new_source_.settings;
  store::StoredSaid const said_by_new(roster_, new_source_.id, seed_);
  for (auto const* table : all_tables) {
    match_ids(*table, said_by_new);
    if (table->id == TableId::Users) match_identifiers(*table, settings["person-identifier"]);
    else if (table->id == TableId::Classes) match_identifiers(*table, settings["class-identifier"]);
    else if (table->id == TableId::Orgs) match_identifiers(*table, settings["school-identifier"]);
    else if (has_whole(*table)) match_parts(*table);
  }
}

// What the new source has is what its newest delivery lists, when that is complete; else also what it brought before.
void Handover::match_ids(Table const& table, store::StoredSaid const& said_by_new) {
  auto& own = of(table.id);
  auto const all = all_rows(*old_.said, table.id);
  for (auto const& row : all_rows(said_by_new, table.id)) own.of_new.insert(row.key);
  own.known = !own.of_new.empty();
  std::unordered_set<std::uint32_t> spoken;
  if (newest_ != nullptr) {
    auto const& now = newest_->comparison->tables[static_cast<std::size_t>(table.id)];
    own.full = now.stated && newest_->comparison->checked.roster[table.id].mode == Mode::Bulk;
    own.known |= now.stated;
    spoken.insert(now.key_of_row.begin(), now.key_of_row.end());
    find_strangers(table, all);
  }
  for (auto const& row : all) {
    if (own.strangers.count(row.key) > 0) continue;
    own.rows.push_back(row);
    if (spoken.count(row.key) > 0 || (!own.full && own.of_new.count(row.key) > 0)) ++own.by_id;
    else if (own.known) own.unmatched.push_back(row.key);
  }
}

void Handover::find_strangers(Table const& table, std::vector<PackedRow> const& all) {
  auto strange = newest_->plan[table.id].another_one_rows;
  if (strange.empty()) return;
  std::sort(strange.begin(), strange.end());
  std::unordered_set<std::uint64_t> ids;
  for_rows(
      newest_->comparison->checked.roster[table.id], strange, newest_->comparison->keys, csv::best_kernel(),
      [&](std::uint32_t, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) { ids.insert(hash_of_id(reader.id(batch, at), seed_)); });
  for (auto const& row : all)
    if (ids.count(row.id) > 0) of(table.id).strangers.insert(row.key);
}

void Handover::match_identifiers(Table const& table, std::string const& identifier) {
  if (identifier == "sourcedId") return;
  pair_up(table, true, [&](StoredRow const& row) { return identity_of(table.id, row, identifier); });
}

void Handover::match_parts(Table const& table) {
  pair_up(table, false, [&](StoredRow const& row) { return place_of(table, row, former_); });
}

// Pairs records that the new source does not know by their ids with what it has, or would bring, that nobody knows: those of equal signature, when each is the
// only one that has it. `among_all`: the only one of all that its source has, those with known ids included.
template <class Signature>
void Handover::pair_up(Table const& table, bool among_all, Signature const& signature) {
  auto& own = of(table.id);
  if (own.unmatched.empty()) return;
  struct Side {
    std::uint32_t key = 0;
    int times = 0;
    std::string id;                     // of a row that its delivery would create
    std::vector<std::uint32_t> others;  // keys, when it is not the only one
  };
  // By the hash of the signature: of a large district only these fit into memory.
  std::map<std::pair<std::uint64_t, std::uint64_t>, Side> before, now;
  auto const put = [&](auto& side, std::string const& text, std::uint32_t key, std::string_view id) {
    if (text.empty()) return;
    auto const hash = XXH3_128bits_withSeed(text.data(), text.size(), seed_);
    auto& one = side[{hash.low64, hash.high64}];
    if (one.times++ > 0) one.others.push_back(one.key);
    one.key = key, one.id = id;
  };
  std::unordered_set<std::uint32_t> const open(own.unmatched.begin(), own.unmatched.end());
  std::unordered_set<std::uint32_t> of_old;
  for (auto const& row : own.rows) of_old.insert(row.key);
  store::RowSelect select(roster_, table.id);
  select.each_current(old_source_.id, [&](store::RowVersion const& version) {
    if (open.count(version.key) > 0 || (among_all && of_old.count(version.key) > 0)) put(before, signature(version.row), version.key, "");
    return true;
  });
  if (!own.of_new.empty())
    select.each_current(new_source_.id, [&](store::RowVersion const& version) {
      if (among_all || of_old.count(version.key) == 0) put(now, signature(version.row), version.key, "");
      return true;
    });
  if (newest_ != nullptr) {
    auto const& created = newest_->plan[table.id].created;
    std::vector<std::uint32_t> rows;
    for (auto const& one : created) rows.push_back(one.row);
    std::size_t i = 0;
    newest_->delivered->each(table.id, rows, [&](std::uint32_t number, std::string_view id, StoredRow const& cells) {
      while (created[i].row != number) ++i;
      if (created[i].key >= newest_->said->next_key(table.id)) put(now, signature(cells), created[i].key, id);
    });
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> own_records;
  std::vector<std::pair<std::uint32_t, Side const*>> pairs;
  for (auto const& [text, was] : before) {
    auto const is = now.find(text);
    if (is == now.end() || of_old.count(is->second.key) > 0) continue;
    bool const stored = is->second.id.empty();
    bool const clear = was.times == 1 && is->second.times == 1 && !(stored && own.of_new.count(was.key) > 0);
    if (!clear) {
      for (auto const key : was.others)
        if (open.count(key) > 0) own.unclear.push_back(key);
      if (open.count(was.key) > 0) own.unclear.push_back(was.key);
      continue;
    }
    if (open.count(was.key) == 0) continue;
    pairs.emplace_back(was.key, &is->second);
    if (stored) own_records.emplace_back(was.key, is->second.key);
  }
  auto const apart = kept_apart(table, own_records);
  for (auto const& [key, is] : pairs) {
    if (apart.count({key, is->key}) > 0) {
      own.unclear.push_back(key);
      continue;
    }
    bool const stored = is->id.empty();
    own.other_id[key] = stored ? id_of(roster_, table.id, is->key) : is->id;
    former_[table.id][is->key] = key;
    if (stored) own.merged[key] = is->key, merges_[table.id][is->key] = key;
  }
  std::sort(own.unclear.begin(), own.unclear.end());
  std::erase_if(own.unmatched, [&](std::uint32_t key) { return own.other_id.count(key) > 0; });
}

// Pairs of which a third source says that they are two.
std::set<std::pair<std::uint32_t, std::uint32_t>> Handover::kept_apart(Table const& table, std::vector<std::pair<std::uint32_t, std::uint32_t>> const& pairs) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> apart;
  if (pairs.empty()) return apart;
  std::map<std::int64_t, std::unordered_set<std::uint32_t>> of_others;
  auto rows = roster_.prepare("SELECT row_source, row_key FROM " + store::quoted(table) + " WHERE row_until IS NULL AND row_source NOT IN (?, ?)");
  for (rows->with(old_source_.id, new_source_.id); rows->step();) of_others[rows->integer(0)].insert(static_cast<std::uint32_t>(rows->integer(1)));
  for (auto const& pair : pairs)
    for (auto const& [source, keys] : of_others)
      if (keys.count(pair.first) > 0 && keys.count(pair.second) > 0) apart.insert(pair);
  return apart;
}

}  // namespace rollbook::runs
