// Findings speak of rows; whose they are is found by the stored record that has the id. What is stored nowhere belongs to nobody's school, and is shown only to
// those who see the district.
#include <algorithm>
#include <map>

#include "base/hash.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "runs/search_terms.h"
#include "store/rows.h"
#include "store/runs.h"
#include "store/stored_said.h"
#include "sync/schools.h"
#include "web/one_run.h"
#include "web/seen_findings.h"

namespace rollbook::web {
namespace {

constexpr std::size_t at_once = 200, most_looked = 2000, most_roles = 200;

TableId table_of_file(std::string const& file) {
  for (auto const* table : all_tables)
    if (file == std::string(table->name) + ".csv") return table->id;
  return TableId::None;
}

// At which organizations stored records are.
class Whereabouts {
 public:
  Whereabouts(Visit& visit, store::Database& roster, std::int64_t source)
      : roster_(roster), source_(source), seed_(runs::seed_of(visit.hub, visit.district->id)), said_(roster, source, seed_) {}

  // Those of the record that this id means; none when it is not stored.
  // Of demographics that are not stored, those of the person with the id.
  std::vector<School> of(TableId table, std::string const& id) {
    if (auto const key = key_of(table, id)) return of(table, *key);
    auto const person = table == TableId::Demographics ? key_of(TableId::Users, id) : std::nullopt;
    return person ? of(TableId::Users, *person) : std::vector<School>();
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

  std::vector<School> of(TableId table, std::uint32_t key) {
    StoredRow row;
    if (!store::RowSelect(roster_, table).current(key, source_, row)) return {};
    learn_wholes(table, row);
    return schools_.of(table, key, row, [&](std::uint32_t person) { learn_person(person); });
  }

  // A result is in the class of its line item, what hangs on a result where that is.
  void learn_wholes(TableId table, StoredRow const& row) {
    auto const& columns = stored_columns(table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].as != Stored::Key || row.is_null(i)) continue;
      auto const whole = table_of(table).fields[columns[i].field].refers_to;
      auto const key = static_cast<std::uint32_t>(row.number(i));
      if (whole == TableId::Classes) learn_class(key);
      if (whole == TableId::LineItems || whole == TableId::Results) learn_part(whole, key);
    }
  }

  void learn_part(TableId table, std::uint32_t key) {
    StoredRow row;
    if (!store::RowSelect(roster_, table).current(key, source_, row)) return;
    learn_wholes(table, row);
    schools_.part_is_in(table, key, schools_.class_of(table, row));
  }

  void learn_class(std::uint32_t key) {
    auto at = roster_.prepare("SELECT \"schoolSourcedId\" FROM \"classes\" WHERE row_key = ? AND row_until IS NULL");
    if (at->with(key).step() && !at->is_null(0)) schools_.class_is_at(key, static_cast<std::uint32_t>(at->integer(0)));
  }

  void learn_person(std::uint32_t key) {
    StoredRow row;
    std::vector<std::uint32_t> orgs;
    if (store::RowSelect(roster_, TableId::Users).current(key, source_, row)) {
      static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
      orgs = keys_in(row, many, Stored::Keys);
      for (auto const org : keys_in(row, primary, Stored::Key)) orgs.push_back(org);
    }
    static auto const user = stored_index(TableId::Roles, "userSourcedId"), at = stored_index(TableId::Roles, "orgSourcedId");
    for (auto const role : runs::keys_with_term(roster_, TableId::Roles, runs::reference_term(user, key), 0, most_roles))
      if (store::RowSelect(roster_, TableId::Roles).current(role, source_, row) && !row.is_null(at)) orgs.push_back(static_cast<std::uint32_t>(row.number(at)));
    schools_.person_is_at(key, std::move(orgs));
  }

  store::Database& roster_;
  std::int64_t source_;
  std::uint64_t seed_;
  store::StoredSaid said_;
  Schools schools_;
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
