// One rule of Data Quality, school by school; accepting it at a school or everywhere, and taking that back.
#include <algorithm>
#include <charconv>

#include "base/day.h"
#include "report/words.h"
#include "rules/catalogue.h"
#include "runs/findings.h"
#include "runs/look.h"
#include "views/quality.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/days.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/quality_words.h"
#include "web/run_words.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t schools_of_a_page = 50;

std::int64_t number_of(std::string_view text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

// As an address or a form names it; nothing: no such rule.
std::optional<views::QualityRule> rule_in(http::Fields const& fields) {
  views::QualityRule rule{number_of(fields["source"], -1), number_of(fields["table"], -1), std::string(fields["rule"]), std::string(fields["field"])};
  if (rule_by_code(rule.rule) == no_rule || rule.table < 0 || rule.field.size() > 200) return std::nullopt;
  return rule;
}

std::string school_in_words(std::int64_t school, std::string const& id, std::string const& name) {
  return school < 0 ? "All schools" : school == 0 ? "No school" : name.empty() ? id : name;
}

Model row_of(Visit const& visit, views::QualityAtSchool const& at) {
  return {{"school", school_in_words(at.school, at.id, at.name)},
          {"id", at.id},
          {"rows", number(at.line.rows)},
          {"fresh", count_or_nothing(at.line.fresh)},
          {"recurring", at.line.fresh ? number(at.line.rows - *at.line.fresh) : Model(false)},
          {"fixed", count_or_nothing(at.line.fixed)},
          {"accepted", at.accepted ? Model{{"reason", at.accepted->reason}, {"until", day_text(at.accepted->until)}} : Model(false)},
          {"findings", at.school <= 0 ? "" : findings_address(visit, at.line.run, at.line.table, at.line.rule) + "&school=" + http::percent_encoded(at.id)}};
}

Answer show(Visit& visit, views::QualityRule const& rule, std::string const& wrong) {
  auto const seen = Seen::by(visit, access::Right::SeeHistory);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const accepted = runs::accepted_on(**roster, visit.hub.today);
  auto const after = number_of(visit.query["after"], -1);
  auto const whole = visit.format == "csv";
  auto rows = views::quality_by_school(**roster, rule, seen.schools(), accepted, whole ? -1 : after, whole ? 100'000 : schools_of_a_page + 1);
  bool const more = !whole && rows.size() > schools_of_a_page;
  if (more) rows.resize(schools_of_a_page);
  auto const all = views::quality_now(**roster, seen.schools(), accepted);
  auto const line = std::find_if(all.begin(), all.end(), [&](auto const& one) {
    return one.source == rule.source && one.table == rule.table && one.rule == rule.rule && one.field == rule.field;
  });
  std::string const file = rule.table < static_cast<std::int64_t>(table_count) ? file_of_quality(rule.table) : "";
  auto const kept = line == all.end() ? 0 : runs::count_findings(**roster, line->run, {{}, rule.rule, file, {}});
  if ((*roster)->trouble()) return Refusal{503};
  auto const& info = *all_rules()[rule_by_code(rule.rule)].info;
  View view{"quality_rule", rule.rule + ", " + rule_in_words(rule.rule, rule.field)};
  auto& model = view.model;
  Model list = Model::List(), schools = Model::List();
  Sheet sheet{"quality-" + rule.rule, {"sourcedId", "school", "rows", "new", "recurring", "fixed", "accepted until", "reason"}, {}};
  auto const text = [](std::optional<std::uint64_t> const& count) { return count ? std::to_string(*count) : std::string(); };
  schools.add(choice("-1", "All schools", true));
  for (auto const& at : rows) {
    list.add(row_of(visit, at));
    schools.add(choice(std::to_string(at.school), school_in_words(at.school, at.id, at.name), false));
    sheet.rows.push_back({at.id, school_in_words(at.school, at.id, at.name), std::to_string(at.line.rows), text(at.line.fresh),
                          at.line.fresh ? std::to_string(at.line.rows - *at.line.fresh) : "", text(at.line.fixed),
                          at.accepted ? day_text(at.accepted->until) : "", at.accepted ? at.accepted->reason : ""});
  }
  auto const here = rule_address(visit, rule);
  auto const may = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id) && !visit.school;
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["tabs"] = quality_tab_links(visit, quality_tab_of(rule.rule));
  model["code"] = rule.rule;
  model["help"] = "/help/rules/" + rule.rule;
  model["why"] = info.why;
  model["fix"] = info.fix;
  model["house"] = asked_by(rule.rule) == "rollbook";
  model["file"] = file_of_quality(rule.table);
  model["source"] = source_called(visit, rule.source);
  model["line"] = line == all.end() ? Model(false)
                                    : Model{{"rows", number(line->rows - line->accepted)},
                                            {"accepted", line->accepted > 0 ? number(line->accepted) : Model(false)},
                                            {"fresh", count_or_nothing(line->fresh)},
                                            {"recurring", line->fresh ? number(line->rows - *line->fresh) : Model(false)},
                                            {"fixed", count_or_nothing(line->fixed)},
                                            {"at_least", !line->whole},
                                            {"run", line->run},
                                            {"findings", findings_address(visit, line->run, rule.table, rule.rule)},
                                            {"kept", kept > 0 && kept < line->rows ? with_separators(kept) : ""},
                                            {"all_of_them", seen.all() ? all_findings_address(visit, line->run, rule.table, rule.rule) : ""},
                                            {"most_listed", with_separators(runs::most_listed)}};
  model["has_rows"] = !rows.empty();
  model["rows"] = std::move(list);
  model["only_mine"] = !seen.all() && !visit.school;
  model["of_school"] = visit.school ? visit.school->name : "";
  model["older"] = more ? here + "&after=" + std::to_string(rows.back().school) : "";
  model["newer"] = after >= 0 ? here : "";
  model["csv"] = address(visit.in_district("quality/rule.csv"),
                         {{"source", std::to_string(rule.source)}, {"table", std::to_string(rule.table)}, {"rule", rule.rule}, {"field", rule.field}});
  model["may"] = may && line != all.end();
  model["to"] = visit.in_district("quality/accepted");
  model["number_of_source"] = rule.source;
  model["number_of_table"] = rule.table;
  model["field"] = rule.field;
  model["schools"] = std::move(schools);
  auto const typed = [&](char const* name) { return wrong.empty() ? std::string() : std::string(visit.form[name]); };
  model["reason"] = part({.name = "reason", .label = "Reason", .value = typed("reason"), .hint = "For whoever comes across it later."});
  model["until"] = part({.name = "until", .label = "Shown again on", .type = "date", .value = typed("until")});
  view.sheet = std::move(sheet);
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer quality_rule(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto const rule = rule_in(visit.query);
  return rule ? show(visit, *rule, "") : Answer(Redirect{visit.in_district("quality")});
}

Answer accept_rule(Visit& visit) {
  auto const rule = rule_in(visit.form);
  if (!rule) return Redirect{visit.in_district("quality"), "Nothing was accepted: there is no such rule."};
  std::optional<std::int32_t> until;
  if (!read_day(visit.form["until"], until)) return show(visit, *rule, "The day cannot be read. Write it like 2026-08-31.");
  if (!until) return show(visit, *rule, "Say on which day it is shown again.");
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  runs::Accepted what{
      0,      rule->table, rule->rule, rule->field, std::max<std::int64_t>(-1, number_of(visit.form["school"], -1)), std::string(visit.form["reason"]),
      *until, {},          {}};
  if (auto trouble = runs::accept(visit.hub, *visit.district, **roster, std::move(what))) return show(visit, *rule, trouble->text);
  return Redirect{rule_address(visit, *rule), rule->rule + " is accepted until " + day_text(*until) + ". It is counted apart; nothing else changes."};
}

Answer withdraw_acceptance(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const done = runs::withdraw_accepted(visit.hub, *visit.district, **roster, visit.number(1));
  if (!done) return Refusal{503};
  if (!*done) return Refusal{404};
  return Redirect{visit.in_district("quality/accepted"), "It is counted with the others again."};
}

Answer quality_accepted(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  View view{"quality_accepted", "Accepted"};
  Model list = Model::List();
  Sheet sheet{"accepted", {"rule", "what", "file", "school or record", "reason", "until", "who", "at"}, {}};
  auto const all = runs::accepted_on(**roster, visit.hub.today);
  for (auto const& one : all) {
    auto const called = one.school > 0 ? views::school_called(**roster, one.school) : std::pair<std::string, std::string>();
    auto const school = one.record.empty() ? school_in_words(one.school, called.first, called.second) : one.record;
    list.add({{"code", one.rule},
              {"words", rule_in_words(one.rule, one.field)},
              {"file", file_of_quality(one.table)},
              {"school", school},
              {"reason", one.reason},
              {"until", day_text(one.until)},
              {"who", one.who},
              {"when", views::local_time(one.at, visit.district->time_zone).text()},
              {"to", visit.in_district("quality/accepted/" + std::to_string(one.id) + "/withdraw")}});
    sheet.rows.push_back({one.rule, rule_in_words(one.rule, one.field), file_of_quality(one.table), school, one.reason, day_text(one.until), one.who, one.at});
  }
  view.model = {{"tabs", quality_tab_links(visit, "accepted")},
                {"has_rows", !all.empty()},
                {"rows", std::move(list)},
                {"may", visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id)},
                {"csv", visit.in_district("quality/accepted.csv")},
                {"nothing", empty("ok", "Nothing is accepted", "What is accepted on the page of a rule stands here until its day has come.",
                                  visit.in_district("quality"), "Data Quality")}};
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
