#include "web/quality_words.h"

#include "bundle/bundle.h"
#include "rules/catalogue.h"
#include "store/sources.h"
#include "web/address.h"
#include "web/run_words.h"

namespace rollbook::web {

std::vector<QualityTab> const& quality_tabs() {
  static std::vector<QualityTab> const all{{"oneroster", "OneRoster"}, {"mine", "My Rules"}, {"apps", "App Rules"}, {"duplicates", "Duplicates"}};
  return all;
}

std::string_view quality_tab_of(std::string const& rule) {
  if (rule.starts_with("REQ") || rule.starts_with("UNQ")) return "mine";
  if (rule.starts_with("DUP") || rule == "IDN002") return "duplicates";
  return asked_by(rule) == "receiver" ? "apps" : "oneroster";
}

Model quality_tab_links(Visit const& visit, std::string_view current) {
  Model links = Model::List();
  for (auto const& tab : quality_tabs())
    links.add({{"title", tab.title}, {"to", address(visit.in_district("quality"), {{"tab", std::string(tab.name)}})}, {"current", tab.name == current}});
  links.add({{"title", "Score"}, {"to", visit.in_district("quality/score")}, {"current", current == "score"}});
  if (visit.standing.may_everywhere(access::Right::SeeHistory, visit.district->id))
    links.add({{"title", "Accepted"}, {"to", visit.in_district("quality/accepted")}, {"current", current == "accepted"}});
  return links;
}

std::string file_of_quality(std::int64_t table) {
  return table >= 0 && table < static_cast<std::int64_t>(table_count) ? file_name(static_cast<TableId>(table)) : "the delivery";
}

std::string rule_in_words(std::string const& rule, std::string const& field) {
  auto const id = rule_by_code(rule);
  if (id == no_rule) return field;
  std::string words(all_rules()[id].info->name);
  for (auto& c : words)
    if (c == '-') c = ' ';
  return words + (field.empty() ? "" : ": " + field);
}

std::string_view asked_by(std::string const& rule) {
  auto const id = rule_by_code(rule);
  if (id == no_rule || rule.starts_with("REQ") || rule.starts_with("UNQ")) return "district";
  switch (all_rules()[id].info->origin) {
    case Origin::OneRoster:
      return "oneroster";
    case Origin::Receiver:
      return "receiver";
    case Origin::Rollbook:
      return "rollbook";
  }
  return "rollbook";
}

Model count_or_nothing(std::optional<std::uint64_t> const& count) { return count ? number(*count) : Model(false); }

std::string rule_address(Visit const& visit, views::QualityRule const& rule) {
  return address(visit.in_district("quality/rule"),
                 {{"source", std::to_string(rule.source)}, {"table", std::to_string(rule.table)}, {"rule", rule.rule}, {"field", rule.field}});
}

namespace {

Query of_rule_and_file(std::int64_t table, std::string const& rule) {
  auto const file = table >= 0 && table < static_cast<std::int64_t>(table_count) ? file_name(static_cast<TableId>(table)) : std::string();
  return {{"code", rule}, {"file", file}};
}

}  // namespace

std::string findings_address(Visit const& visit, std::int64_t run, std::int64_t table, std::string const& rule) {
  return address(run_address(visit, run, "findings"), of_rule_and_file(table, rule));
}

std::string all_findings_address(Visit const& visit, std::int64_t run, std::int64_t table, std::string const& rule) {
  return address(run_address(visit, run, "all-findings.csv"), of_rule_and_file(table, rule));
}

std::string score_in_words(views::QualityPoint const& point) {
  auto const tenths = point.score();
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string source_called(Visit& visit, std::int64_t source) {
  if (auto const all = store::list_sources(visit.hub.home.operations(), *visit.district); all)
    for (auto const& one : *all)
      if (one.id == source) return one.name;
  return "";
}

}  // namespace rollbook::web
