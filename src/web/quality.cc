// Data Quality: what is found about the data of all sources as it is now, rule by rule, in tabs by who asks for it.
#include "views/quality.h"

#include <algorithm>
#include <map>

#include "runs/look.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/quality_lists.h"
#include "web/quality_words.h"
#include "web/run_words.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_causes = 20;

Severity severity_called(std::string_view name) {
  for (auto const severity : {Severity::Info, Severity::Warning, Severity::Error})
    if (name == name_of(severity)) return severity;
  return Severity::Off;
}

struct Asked {
  std::string tab, table, level;
  bool fits(views::QualityLine const& line) const {
    return quality_tab_of(line.rule) == tab && (table.empty() || table == file_of_quality(line.table)) &&
           (level.empty() || line.severity == severity_called(level));
  }
};

Model row_of(Visit const& visit, views::QualityLine const& line, std::string const& source) {
  return {{"code", line.rule},
          {"words", rule_in_words(line.rule, line.field)},
          {"to", rule_address(visit, {line.source, line.table, line.rule, line.field})},
          {"help", "/help/rules/" + line.rule},
          {"file", file_of_quality(line.table)},
          {"source", source},
          {"run", line.run},
          {"severity", severity_tag(name_of(line.severity))},
          {"house", asked_by(line.rule) == "rollbook"},
          {"rows", number(line.rows - line.accepted)},
          {"at_least", !line.whole},
          {"accepted", line.accepted > 0 ? number(line.accepted) : Model(false)},
          {"fresh", count_or_nothing(line.fresh)},
          {"recurring", line.fresh ? number(line.rows - *line.fresh) : Model(false)},
          {"fixed", count_or_nothing(line.fixed)}};
}

using Names = std::map<std::int64_t, std::string>;  // of sources that take deliveries: what others brought is nobody's to mend any more

Names names_of_sources(Visit& visit) {
  Names names;
  if (auto const all = store::list_sources(visit.hub.home.operations(), *visit.district); all)
    for (auto const& source : *all)
      if (source.is_active()) names[source.id] = source.name;
  return names;
}

Model causes_of(Visit const& visit, store::Database& roster, Names const& sources) {
  Model list = Model::List();
  for (auto const& [run, source, cause] : views::quality_causes(roster, most_causes)) {
    if (sources.count(source) == 0) continue;
    list.add({{"code", cause.code},
              {"help", "/help/rules/" + cause.code},
              {"table", cause.table},
              {"id", cause.id},
              {"file", cause.file},
              {"line", cause.line ? Model(*cause.line) : Model(false)},
              {"blocks", number(cause.blocks)},
              {"to", address(run_address(visit, run, "findings"), {{"code", cause.code}, {"text", cause.id}})}});
  }
  return list;
}

// Sources whose requirements can be set by who looks, and tried on their last delivery before they are.
Model sources_of(Visit const& visit, Names const& names) {
  Model list = Model::List();
  if (!visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id)) return list;
  for (auto const& [source, name] : names)
    list.add({{"name", name}, {"to", visit.in_district("sources/" + std::to_string(source) + "/settings/requirements")}});
  return list;
}

// Deliveries that came after those that are counted here, and were not taken: what is wrong with them is on pages of their own.
Model newer_of(Visit& visit, Names const& sources, std::vector<views::QualityLine> const& lines) {
  std::map<std::int64_t, std::int64_t> shown;
  for (auto const& line : lines) shown[line.source] = std::max(shown[line.source], line.run);
  Model list = Model::List();
  for (auto const& [source, name] : sources) {
    store::RunFilter filter;
    filter.source = source, filter.kind = "delivery", filter.done = true;
    for (auto const& run : store::newest_runs(visit.hub.home.operations(), visit.district->id, filter, {}, 1)) {
      if (run.id <= shown[source] || run.revision || run.outcome == "no_changes") continue;
      list.add({{"run", run.id},
                {"source", name},
                {"at", views::local_time(run.created, visit.district->time_zone).text()},
                {"outcome", run.outcome},
                {"to", run_address(visit, run.id, "findings")}});
    }
  }
  return list;
}

Model choices(std::vector<std::string> const& values, std::string_view all, std::string const& chosen) {
  Model list = Model::List();
  list.add(choice("", std::string(all), chosen.empty()));
  for (auto const& value : values) list.add(choice(value, value, value == chosen));
  return list;
}

}  // namespace

Answer quality(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  Asked asked{std::string(visit.query["tab"]), std::string(visit.query["table"]), std::string(visit.query["level"])};
  auto const& tabs = quality_tabs();
  if (std::none_of(tabs.begin(), tabs.end(), [&](auto const& tab) { return tab.name == asked.tab; })) asked.tab = tabs[0].name;
  auto const seen = Seen::by(visit, access::Right::SeeHistory);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const lines = views::quality_now(**roster, seen.schools(), runs::accepted_on(**roster, visit.hub.today));

  View view{"quality", "Data Quality"};
  auto& model = view.model;
  Sheet sheet{"quality-" + asked.tab, {"level", "rule", "what", "file", "source", "run", "rows", "accepted", "new", "recurring", "fixed"}, {}};
  Model rows = Model::List();
  std::vector<std::string> files;
  auto const sources = names_of_sources(visit);
  bool any = false;
  for (auto const& line : lines) {
    auto const source = sources.find(line.source);
    if (source == sources.end()) continue;
    if (quality_tab_of(line.rule) == asked.tab) files.push_back(file_of_quality(line.table));
    if (!asked.fits(line)) continue;
    any = true;
    rows.add(row_of(visit, line, source->second));
    auto const text = [](std::optional<std::uint64_t> const& count) { return count ? std::to_string(*count) : std::string(); };
    sheet.rows.push_back({std::string(name_of(line.severity)), line.rule, rule_in_words(line.rule, line.field), file_of_quality(line.table), source->second,
                          std::to_string(line.run), std::to_string(line.rows - line.accepted), std::to_string(line.accepted), text(line.fresh),
                          line.fresh ? std::to_string(line.rows - *line.fresh) : "", text(line.fixed)});
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  auto const here = visit.in_district("quality");
  Query const query{{"tab", asked.tab}, {"table", asked.table}, {"level", asked.level}};
  auto causes = asked.tab == "oneroster" && seen.all() ? causes_of(visit, **roster, sources) : Model(Model::List());
  auto newer = newer_of(visit, sources, lines);
  model["has_newer"] = !newer.get<Model::List>()->empty();
  model["newer"] = std::move(newer);
  model["tabs"] = quality_tab_links(visit, asked.tab);
  model["tab"] = asked.tab;
  model["here"] = here;
  model["files"] = choices(files, "All files", asked.table);
  model["levels"] = choices({"error", "warning", "info"}, "All levels", asked.level);
  model["has_causes"] = !causes.get<Model::List>()->empty();
  model["causes"] = std::move(causes);
  model["has_rows"] = any;
  model["rows"] = std::move(rows);
  model["is_mine"] = asked.tab == "mine";
  model["is_apps"] = asked.tab == "apps";
  model["is_duplicates"] = asked.tab == "duplicates";
  model["filtered"] = !(asked.table + asked.level).empty();
  model["sources"] = sources_of(visit, sources);
  model["only_mine"] = !seen.all() && !visit.school;
  model["of_school"] = visit.school ? visit.school->name : "";
  model["csv"] = address(here + ".csv", query);
  view.sheet = std::move(sheet);
  // Rows of people: of each who sees people, those of their schools.
  bool const sees_people = visit.standing.may(access::Right::SeePeople, visit.district->id);
  // What apps are not given is for who runs deliveries; at a school, for who has the level that would, and does not see everybody.
  bool const of_schools = sees_people && !visit.standing.may_everywhere(access::Right::SeePeople, visit.district->id);
  bool const decides = of_schools ? visit.standing.may(access::Right::EditPeople, visit.district->id)
                                  : visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  model["has_receivers"] = false;
  model["receiver_rows"] = false;
  model["people_twice"] = false;
  model["sees_all"] = seen.all() && visit.standing.may_everywhere(access::Right::SeePeople, visit.district->id);
  if (asked.tab == "apps" && decides) add_app_rules(visit, **roster, view);
  if (asked.tab == "duplicates" && sees_people) add_duplicates(visit, **roster, view);
  if ((*roster)->trouble()) return Refusal{503};
  return view;
}

}  // namespace rollbook::web
