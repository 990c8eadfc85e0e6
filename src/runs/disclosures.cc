#include "runs/disclosures.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "runs/handed_on.h"
#include "runs/look.h"
#include "store/disclosed.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// All records that ever had this id; it may have been given again.
std::vector<std::uint32_t> keys_called(store::Database& roster, TableId table, std::string const& id) {
  std::vector<std::uint32_t> keys;
  auto rows = roster.prepare("SELECT DISTINCT key FROM ids WHERE tbl = ? AND id = ? ORDER BY key");
  for (rows->with(static_cast<int>(table), id); rows->step();) keys.push_back(static_cast<std::uint32_t>(rows->integer(0)));
  return keys;
}

bool had(std::vector<store::Since> const& stretches, std::int64_t number) {
  auto const after = std::upper_bound(stretches.begin(), stretches.end(), number, [](std::int64_t n, store::Since const& one) { return n < one.number; });
  return after != stretches.begin() && std::prev(after)->had;
}

// When records were in the roster: from one revision on, up to another one or until now.
using Lives = std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>>;

Lives lives_of(store::Database& roster, TableId table, std::vector<std::uint32_t> const& keys) {
  Lives all;
  for (auto const key : keys)
    store::RowSelect(roster, table).each_version(key, [&](store::RowVersion const& version) {
      all.emplace_back(version.since, version.until);
      return true;
    });
  return all;
}

// Whether a file that a person took had this table, and the records were in the roster that it was made of.
bool was_in(Lives const& lives, TableId table, store::Export const& made) {
  auto const has_table = made.counts.empty() || ("," + made.counts).find("," + std::string(table_of(table).name) + "=") != std::string::npos;
  bool const left = made.outcome == "exported" || made.outcome == "broken off";
  return left && has_table && std::any_of(lives.begin(), lives.end(), [&](auto const& life) {
           return life.first <= made.revision && (!life.second || *life.second > made.revision);
         });
}

Disclosure by_hand(TableId table, store::Export made) {
  auto schools = split(made.schools, '\n');
  auto who = made.who;
  return {{}, std::move(made), std::move(who), joined_by_commas(schools), {{std::string(table_of(table).name) + ".*", store::Treatment::AsIs}}};
}

// Exports of one kind, newest first, page by page, until so many are taken.
void collect(store::Database& operations, std::int64_t district, store::ExportFilter const& filter, std::optional<std::int64_t> below, std::size_t how_many,
             std::function<bool(store::Export const&)> const& takes) {
  auto next = below;
  for (std::size_t taken = 0; taken < how_many;) {
    auto const page = store::newest_exports(operations, district, filter, next, how_many);
    for (auto const& made : page) {
      next = made.id;
      if (taken < how_many && takes(made)) ++taken;
    }
    if (page.size() < how_many) break;
  }
}

}  // namespace

std::vector<std::pair<std::string, store::Treatment>> fields_of(store::Export const& made, std::optional<TableId> table) {
  auto settings = store::settings_of(made.policy);
  auto const kind = settings["kind"];
  settings.erase("kind");
  auto const policy = store::policy_of(kind, settings);
  if (!policy) return {};
  auto all = policy->in_words();
  if (table)
    all.erase(std::remove_if(all.begin(), all.end(), [&](auto const& one) { return !one.first.starts_with(std::string(table_of(*table).name) + "."); }),
              all.end());
  return all;
}

Result<std::optional<std::vector<Disclosure>>> disclosures_of(Hub& hub, store::District const& district, TableId table, std::string const& sourced_id,
                                                              std::optional<std::int64_t> below, std::size_t how_many) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const keys = keys_called(**roster, table, sourced_id);
  if ((*roster)->trouble()) return *(*roster)->trouble();
  std::optional<std::vector<Disclosure>> found;
  if (keys.empty()) return found;
  found.emplace();
  auto& operations = hub.home.operations();
  for (auto const& receiver : store::list_receivers(operations, district.id)) {
    std::vector<std::vector<store::Since>> stretches;
    for (auto const key : keys)
      if (auto one = store::stretches_of(operations, receiver.id, table, key); !one.empty()) stretches.push_back(std::move(one));
    if (stretches.empty()) continue;
    collect(operations, district.id, {.receiver = receiver.id}, below, how_many, [&](store::Export const& made) {
      if (made.outcome != "exported" || std::none_of(stretches.begin(), stretches.end(), [&](auto const& one) { return had(one, made.id); })) return false;
      found->push_back({receiver, made, receiver.name, "", fields_of(made, table)});
      return true;
    });
  }
  auto const lives = lives_of(**roster, table, keys);
  collect(operations, district.id, {}, below, how_many, [&](store::Export const& made) {
    if (made.receiver != 0 || !was_in(lives, table, made)) return false;
    found->push_back(by_hand(table, made));
    return true;
  });
  if ((*roster)->trouble()) return *(*roster)->trouble();
  std::sort(found->begin(), found->end(), [](Disclosure const& a, Disclosure const& b) { return a.made.id > b.made.id; });
  if (found->size() > how_many) found->resize(how_many);
  if (operations.trouble()) return *operations.trouble();
  return found;
}

}  // namespace rollbook::runs
