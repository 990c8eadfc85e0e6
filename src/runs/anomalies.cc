#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/guards.h"
#include "runs/names.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// An id without its leading zeros, in lower case: what a spreadsheet or a hasty export leaves of it.
std::string folded(std::string_view id) {
  std::string out;
  for (char const c : id) {
    if (out.empty() && c == '0') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

constexpr std::string_view names[] = {"givenName", "familyName", "identifier", "email", "name", "title", "classCode", "courseCode"};

bool has_names(TableId table) {
  return std::any_of(std::begin(names), std::end(names), [&](auto name) { return stored_index(table, name) != npos; });
}

// What a person, class, … is known by besides its id; "" when there is nothing.
std::string known_by(TableId table, StoredRow const& row) {
  std::string all;
  for (auto const name : names)
    if (auto const i = stored_index(table, name); i != npos && !row.is_null(i)) all.append(row.text(i)).append("\n");
  return all;
}

class Looking {
 public:
  Looking(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context)
      : plan_(plan), comparison_(comparison), bundle_(bundle), context_(context) {
    auto rows = context.roster.prepare("SELECT name, value FROM source_facts WHERE source = ?");
    rows->with(context.source.id);
    while (rows->step()) before_[std::string(rows->text(0))] = rows->text(1);
  }

  Anomalies run() {
    if (before_.empty()) return {};  // nothing to measure against
    for (auto const* table : all_tables) {
      auto const& changes = plan_[table->id];
      auto const before = before_.find("columns." + std::string(table->name));
      if (!changes.stated || before == before_.end()) continue;
      look_at_bytes(*table);
      look_at_columns(*table, before->second, changes.columns);
      look_at_ids(*table);
      look_at_end(*table);
    }
    return std::move(found_);
  }

 private:
  void tell(Table const& table, std::string const& what) {
    auto const sentence = std::string(table.name) + ".csv: " + what;
    if (plan_[table.id].removed.empty()) found_.warnings.push_back(sentence);
    else found_.held.push_back({Hold::Anomaly, sentence, 0});
  }

  std::string const& fact(std::string const& name) const {
    static std::string const none;
    auto const at = before_.find(name);
    return at == before_.end() ? none : at->second;
  }

  void look_at_bytes(Table const& table) {
    std::string const name(table.name);
    auto const& member = bundle_.members[static_cast<std::size_t>(table.id)];
    if (member && member->skipped > 0 && fact("bom." + name) == "0") tell(table, "it begins with a byte order mark, which it did not before.");
    auto const& now = comparison_.tables[static_cast<std::size_t>(table.id)];
    auto const rows = comparison_.checked.roster[table.id].rows;
    auto const mangled_before = std::strtoull(fact("mangled." + name).c_str(), nullptr, 10),
               rows_before = std::strtoull(fact("rows." + name).c_str(), nullptr, 10);
    if (now.mangled * 100 > rows && mangled_before * 1000 < rows_before)
      tell(table,
           std::to_string(now.mangled) + " rows hold characters that a wrong encoding leaves; before there were " + std::to_string(mangled_before) + ".");
  }

  void look_at_columns(Table const& table, std::string const& before, std::string const& now) {
    if (context_.source.kind == batch_kind) return;  // who uploads leaves out what they have nothing to say of
    auto const had = split(before, ','), has = split(now, ',');
    for (auto const& name : had)
      if (!std::binary_search(has.begin(), has.end(), name)) tell(table, "the column " + name + " is gone. Its values stay as they are stored.");
  }

  void look_at_ids(Table const& table) {
    auto const& changes = plan_[table.id];
    auto gone = changes.withheld_keys;  // who stays for now, and comes again, is there twice
    for (auto const& removed : changes.removed) gone.push_back(removed.key);
    std::sort(gone.begin(), gone.end());
    if (changes.created.empty() || gone.empty()) return;
    auto const listed = changes.created.size() + changes.updated.size() + changes.unchanged;
    if (changes.created.size() * 5 > listed && gone.size() * 5 > changes.stored)
      tell(table, std::to_string(changes.created.size()) + " ids are new while " + std::to_string(gone.size()) + " are gone: have all ids been made anew?");

    std::unordered_set<std::uint64_t> gone_ids;
    std::unordered_map<std::uint64_t, int> gone_people;
    bool const ids_may_be_alike = std::min(changes.created.size(), gone.size()) * 20 > listed;
    auto id = context_.roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
    for (auto const key : gone) {
      if (ids_may_be_alike && id->with(static_cast<int>(table.id), key).step()) gone_ids.insert(hash_of(folded(id->text(0)), 3));
      id->reset();
      auto const* row = has_names(table.id) ? context_.before->find(table.id, key) : nullptr;
      if (row == nullptr) continue;
      if (auto const name = known_by(table.id, *row); !name.empty()) ++gone_people[hash_of(name, 3)];
    }
    if (gone_ids.empty() && gone_people.empty()) return;
    std::vector<std::uint32_t> rows;
    for (auto const& created : changes.created) rows.push_back(created.row);
    std::uint64_t alike = 0, pairs = 0;
    context_.delivered->each(table.id, rows, [&](std::uint32_t, std::string_view text, StoredRow const& now) {
      if (!gone_ids.empty()) alike += gone_ids.count(hash_of(folded(text), 3));
      if (gone_people.empty()) return;
      auto const known = gone_people.find(hash_of(known_by(table.id, now), 3));
      if (known != gone_people.end() && known->second > 0) --known->second, ++pairs;
    });
    if (alike * 20 > listed) tell(table, std::to_string(alike) + " new ids are ids of records that would go, with other leading zeros or letter case.");
    else if (pairs > 10) tell(table, std::to_string(pairs) + " records that would go come again under another id, with the same name and identifiers.");
  }

  void look_at_end(Table const& table) {
    auto const& data = comparison_.checked.roster[table.id];
    if (data.member == nullptr || data.member->bytes.empty() || data.member->bytes.back() == '\n' || data.chunks.empty()) return;
    std::size_t last = data.chunks.size();
    while (last > 0 && data.chunks[last - 1].records == 0) --last;
    if (last == 0) return;
    csv::Place const place = csv::Place::of(static_cast<std::uint32_t>(last - 1), data.chunks[last - 1].records - 1);
    bool broken = false;
    for_places(data, {place}, csv::best_kernel(), [&](csv::Place, csv::Batch const&, std::uint32_t, csv::Aside const* aside) { broken = aside != nullptr; });
    if (broken) tell(table, "the file ends in the middle of a record: it was probably not written to its end.");
  }

  Plan const& plan_;
  Comparison const& comparison_;
  Bundle const& bundle_;
  PlanContext const& context_;
  std::map<std::string, std::string> before_;
  Anomalies found_;
};

}  // namespace

bool has_delta(Comparison const& comparison) {
  return std::any_of(std::begin(all_tables), std::end(all_tables), [&](auto const* table) {
    return comparison.checked.roster[table->id].is_read() && comparison.checked.roster[table->id].mode == Mode::Delta;
  });
}

Anomalies look_for_anomalies(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context) {
  return Looking(plan, comparison, bundle, context).run();
}

std::vector<std::pair<std::string, std::string>> facts_of(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const&) {
  std::vector<std::pair<std::string, std::string>> facts;
  if (bundle.version) facts.emplace_back("version", name_of(*bundle.version));
  for (auto const* table : all_tables) {
    auto const& changes = plan[table->id];
    std::string const name(table->name);
    auto const& data = comparison.checked.roster[table->id];
    bool const came = data.is_read() && data.mode == Mode::Bulk;
    facts.emplace_back(std::string(full_files_of(comparison)) + name, !came ? "" : data.rows == 0 ? "empty" : "rows");
    if (!changes.stated) continue;
    auto const& member = bundle.members[static_cast<std::size_t>(table->id)];
    facts.emplace_back("columns." + name, changes.columns);
    facts.emplace_back("bom." + name, member && member->skipped > 0 ? "1" : "0");
    facts.emplace_back("rows." + name, std::to_string(comparison.checked.roster[table->id].rows));
    facts.emplace_back("mangled." + name, std::to_string(comparison.tables[static_cast<std::size_t>(table->id)].mangled));
  }
  return facts;
}

}  // namespace rollbook::runs
