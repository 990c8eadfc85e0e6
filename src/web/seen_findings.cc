// Findings speak of rows; whose they are is found by the stored record that has the id. What is stored nowhere belongs to nobody's school, and is shown only to
// those who see the district.
#include <algorithm>
#include <map>

#include "base/hash.h"
#include "runs/look.h"
#include "runs/stored_schools.h"
#include "store/runs.h"
#include "store/stored_said.h"
#include "web/one_run.h"
#include "web/seen_findings.h"

namespace rollbook::web {
namespace {

constexpr std::size_t at_once = 200, most_looked = 2000;

TableId table_of_file(std::string const& file) {
  for (auto const* table : all_tables)
    if (file == std::string(table->name) + ".csv") return table->id;
  return TableId::None;
}

// At which organizations stored records are.
class Whereabouts {
 public:
  Whereabouts(Visit& visit, store::Database& roster, std::int64_t source)
      : seed_(runs::seed_of(visit.hub, visit.district->id)), said_(roster, source, seed_), schools_(roster, source) {}

  // Those of the record that this id means; none when it is not stored. Of demographics that are not, those of the person with the id.
  std::vector<School> of(TableId table, std::string const& id) {
    if (auto const key = key_of(table, id)) return schools_.of(table, *key);
    auto const person = table == TableId::Demographics ? key_of(TableId::Users, id) : std::nullopt;
    return person ? schools_.of(TableId::Users, *person) : std::vector<School>();
  }

  std::optional<std::uint32_t> key_of(TableId table, std::string const& id) {
    if (table == TableId::None || id.empty()) return std::nullopt;
    auto const hash = hash_of_id(id, seed_);
    for (auto const& row : partition(table, hash))
      if (row.id == hash && row.key != no_key) return row.key;
    return std::nullopt;
  }

 private:
  std::vector<PackedRow> const& partition(TableId table, std::uint64_t hash) {
    static std::vector<PackedRow> const none;
    if (!said_.any(table)) return none;
    auto const number = partition_of(hash, said_.bits(table));
    auto const [at, fresh] = partitions_.try_emplace({table, number});
    if (fresh) at->second = said_.partition(table, number);
    return at->second;
  }

  std::uint64_t seed_;
  store::StoredSaid said_;
  runs::StoredSchools schools_;
  std::map<std::pair<TableId, std::size_t>, std::vector<PackedRow>> partitions_;
};

bool is_theirs(Seen const& seen, std::vector<School> const& schools) {
  return std::any_of(schools.begin(), schools.end(), [&](School school) { return school != 0 && seen.sees_org(school - 1); });
}

}  // namespace

std::optional<std::uint32_t> record_said(Visit& visit, store::Database& roster, std::int64_t source, TableId table, std::string const& id) {
  return Whereabouts(visit, roster, source).key_of(table, id);
}

Result<SeenFindings> find_findings(Visit& visit, OneRun const& one, runs::FindingFilter const& filter, std::int64_t after, std::size_t how_many) {
  auto opened = runs::open_roster(visit.hub, *visit.district);
  if (!opened) return opened.trouble();
  auto& roster = **opened;
  auto const run = one.detail.line.id;
  SeenFindings found;
  if (one.seen.all()) {
    found.findings = runs::list_findings(roster, run, filter, after, how_many + 1);
    found.all = runs::count_findings(roster, run, filter);
    if (found.findings.size() > how_many) found.findings.resize(how_many), found.next = found.findings.back().number;
  } else {
    auto const stored = store::find_run(visit.hub.home.operations(), visit.district->id, run);
    Whereabouts whereabouts(visit, roster, stored && stored->source ? *stored->source : 0);
    bool more = true;
    for (std::size_t looked = 0; more && looked < most_looked && found.findings.size() < how_many;) {
      auto const some = runs::list_findings(roster, run, filter, after, at_once);
      more = some.size() == at_once;
      for (auto const& finding : some) {
        if (found.findings.size() == how_many) {
          more = true;
          break;
        }
        ++looked;
        after = finding.number;
        if (is_theirs(one.seen, whereabouts.of(table_of_file(finding.file), finding.sourced_id))) found.findings.push_back(finding);
      }
    }
    if (more) found.next = after;
  }
  if (roster.trouble()) return *roster.trouble();
  return found;
}

}  // namespace rollbook::web
