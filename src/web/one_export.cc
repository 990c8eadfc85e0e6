// One export: who handed on what, when, and as of which revision; and the same zip once more.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "report/words.h"
#include "store/exports.h"
#include "store/runs.h"
#include "web/address.h"
#include "web/hand_on.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_schools = 50;

std::optional<store::Export> export_of(Visit& visit) {
  auto const number = visit.number(1);
  return number < 0 ? std::nullopt : store::find_export(visit.hub.home.operations(), visit.district->id, number);
}

// As they are called now; one that is gone, by its id alone.
Model schools_of(Visit& visit, std::vector<std::string> const& ids) {
  Model list = Model::List();
  for (std::size_t i = 0; i < std::min(ids.size(), most_schools); ++i) {
    auto const found = organizations_of(visit, ids[i]);
    list.add({{"id", ids[i]}, {"name", found.empty() ? "" : found.front().name}});
  }
  return list;
}

// The run that made the revision.
std::optional<std::int64_t> run_of(Visit& visit, std::int64_t revision) {
  auto row = visit.hub.home.operations().prepare("SELECT id FROM runs WHERE district = ? AND revision = ? ORDER BY id LIMIT 1");
  return row->with(visit.district->id, revision).step() ? std::optional(row->integer(0)) : std::nullopt;
}

// Whether it can be made anew: it was whole, and the revision is known.
bool can_be_again(store::Export const& one) { return one.revision > 0 && (one.version == "1.1" || one.version == "1.2"); }

Model tables_of(store::Export const& one, Sheet& sheet) {
  Model tables = Model::List();
  for (auto const& pair : split(one.counts, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    std::uint64_t rows = 0;
    if (at < pair.size()) std::from_chars(pair.data() + at + 1, pair.data() + pair.size(), rows);
    auto const table = pair.substr(0, at);
    tables.add({{"table", table}, {"title", table_in_words(table)}, {"file", table + ".csv"}, {"rows", number(rows)}});
    sheet.rows.push_back({table + ".csv", std::to_string(rows)});
  }
  return tables;
}

}  // namespace

Model export_tag(store::Export const& one) {
  if (one.outcome == "exported") return tag("ok", "ok", "Exported");
  if (one.outcome.empty()) return tag("info", "running", "Not finished");
  return tag("error", "error", one.outcome == "failed" ? "Failed" : "Broken off");
}

std::string export_address(Visit const& visit, std::int64_t number) { return visit.in_district("exports/" + std::to_string(number)); }

Answer show_export(Visit& visit) {
  auto const found = export_of(visit);
  if (!found) return Refusal{404};
  auto const& one = *found;
  auto const zone = visit.district->time_zone;
  auto const schools = split(one.schools, '\n');
  View view{"one_export", "Export " + std::to_string(one.id)};
  Sheet sheet{"export-" + std::to_string(one.id), {"file", "rows"}, {}};
  auto& model = view.model;
  model["id"] = one.id;
  model["outcome"] = export_tag(one);
  model["outcome_name"] = one.outcome;
  model["created"] = views::local_time(one.created, zone).text_with_weekday();
  model["finished"] = views::local_time(one.finished, zone).text();
  model["who"] = one.who;
  auto const run = run_of(visit, one.revision);
  model["revision"] = one.revision > 0 ? Model(one.revision) : Model(false);
  model["run"] = run ? Model{{"id", *run}, {"to", run_address(visit, *run)}} : Model(false);
  model["version"] = one.version;
  model["has_schools"] = !schools.empty();
  model["schools"] = schools_of(visit, schools);
  model["more_schools"] = schools.size() > most_schools ? with_separators(schools.size() - most_schools) : "";
  model["size"] = one.bytes > 0 ? size_in_words(one.bytes) : "";
  model["bytes"] = one.bytes;
  model["digest"] = one.digest;
  model["rows"] = number(one.rows);
  model["tables"] = tables_of(one, sheet);
  model["has_tables"] = !one.counts.empty();
  model["loose"] = one.outcome == "exported" && one.bytes == 0;
  auto const exports = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  model["again"] = exports && can_be_again(one) ? export_address(visit, one.id) + "/again" : "";
  model["csv"] = export_address(visit, one.id) + ".csv";
  view.sheet = std::move(sheet);
  return view;
}

Answer export_again(Visit& visit) {
  auto const found = export_of(visit);
  if (!found) return Refusal{404};
  if (!can_be_again(*found)) return Refusal{409, "It is not known what this export was made of.", "Export the roster as it is now."};
  return send_zip(visit, runs::options_of(*found));
}

}  // namespace rollbook::web
