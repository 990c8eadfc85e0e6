// Planned days: pauses, the suspension of the district, days without removals, days with other thresholds.
#include "runs/planned.h"

#include <algorithm>

#include "base/day.h"
#include "base/text.h"
#include "web/days.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

using store::Range;
using store::RangeKind;

struct Kind {
  RangeKind kind;
  std::string_view title, doc;
};
constexpr Kind kinds[] = {
    {RangeKind::NoRemovals, "No removals",
     "Nobody and nothing is removed on these days; what would be is told, and proposed again when they are over. For the first weeks of a term."},
    {RangeKind::Thresholds, "Other thresholds", "More, or less, may change on these days before a person has to decide."},
    {RangeKind::Paused, "Pause of a source", "Its deliveries are kept and checked, and taken when the pause is over."},
    {RangeKind::Suspended, "Suspension of the district", "A pause of all sources, for instance around the end of a school year (Data Rollover)."},
};

std::string_view title_of(RangeKind kind) {
  return std::find_if(std::begin(kinds), std::end(kinds), [&](auto const& one) { return one.kind == kind; })->title;
}

std::vector<store::Setting> thresholds() {
  std::vector<store::Setting> all;
  for (auto const& setting : store::source_setting_list())
    if (setting.group == store::SettingGroup::Limits) all.push_back(setting);
  return all;
}

std::string in_words(std::string const& pairs) {
  std::string all;
  for (auto const& pair : split(pairs, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    for (auto const& setting : thresholds())
      if (setting.name == pair.substr(0, at))
        all += (all.empty() ? "" : ", ") + std::string(setting.label) + " " + web::in_words(setting, pair.substr(std::min(at + 1, pair.size())));
  }
  return all;
}

Model rows(Visit const& visit, std::vector<Range> const& ranges, std::vector<store::Source> const& sources, Sheet& sheet) {
  Model all = Model::List();
  for (auto const& range : ranges) {
    auto const* const source = store::source_with(sources, range.source);
    auto const whose = !range.source ? "All sources" : source == nullptr ? "A source that is gone" : source->name;
    auto const state = range.is_over(visit.hub.today)    ? tag("", "same", "over")
                       : range.holds_on(visit.hub.today) ? tag("held", "running", "holds today")
                                                         : tag("info", "waiting", "to come");
    auto const is_pause = range.kind == RangeKind::Paused || range.kind == RangeKind::Suspended;
    auto const first = range.first_day ? day_text(*range.first_day) : "", last = range.last_day ? day_text(*range.last_day) : "";
    all.add({{"id", range.id},
             {"kind", store::name_of(range.kind)},
             {"title", title_of(range.kind)},
             {"whose", whose},
             {"days", store::days_of(range)},
             {"from", first},
             {"until", last},
             {"thresholds", in_words(range.thresholds)},
             {"state", state},
             {"remove", is_pause ? "End it" : "Take it away"},
             {"to", visit.in_district("planned/" + std::to_string(range.id) + "/remove")}});
    sheet.rows.push_back({std::to_string(range.id), std::string(store::name_of(range.kind)), whose, first, last, range.thresholds});
  }
  return all;
}

View page(Visit& visit, std::string const& wrong) {
  View view{"planned", "Planned days"};
  view.crumbs = crumbs_to_gallery(visit);
  auto const ranges = ranges_here(visit);
  auto const sources = sources_here(visit);
  auto const typed = [&](char const* name) { return wrong.empty() ? std::string() : std::string(visit.form[name]); };
  Model choices = Model::List(), whose = Model::List(), limits = Model::List();
  auto const kind = wrong.empty() ? std::string(store::name_of(RangeKind::NoRemovals)) : std::string(visit.form["kind"]);
  for (auto const& one : kinds)
    choices.add({{"value", store::name_of(one.kind)}, {"label", one.title}, {"doc", one.doc}, {"selected", store::name_of(one.kind) == kind}});
  whose.add(choice("", "All sources", typed("source").empty()));
  for (auto const& source : sources)
    if (source.is_active()) whose.add(choice(std::to_string(source.id), source.name, std::to_string(source.id) == typed("source")));
  for (auto const& setting : thresholds()) {
    auto const name = std::string(setting.name);
    limits.add({{"name", name},
                {"id", "limit-" + name.substr(name.find('.') + 1)},
                {"label", setting.label},
                {"unit", setting.kind == store::SettingKind::Percent ? "%" : "rows"},
                {"usual", setting.fallback},
                {"value", typed(name.c_str())},
                {"most", setting.kind == store::SettingKind::Percent ? 100 : 1'000'000}});
  }
  Sheet sheet{"planned", {"number", "kind", "source", "from", "until", "thresholds"}, {}};
  view.model = {
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"ranges", rows(visit, ranges, sources, sheet)},
      {"has_ranges", !ranges.empty()},
      {"none", ranges.empty()
                   ? empty("waiting", "Nothing is planned", "Plan a pause over the summer, or days on which nobody may be removed, before they come.")
                   : Model(false)},
      {"kinds", std::move(choices)},
      {"sources", std::move(whose)},
      {"limits", std::move(limits)},
      {"from", part({.name = "from", .label = "First day", .type = "date", .value = typed("from"), .hint = "Empty: from now on.", .required = false})},
      {"until", part({.name = "until", .label = "Last day", .type = "date", .value = typed("until"), .hint = "Empty: until you end it.", .required = false})},
      {"zone", visit.district->time_zone},
      {"to", visit.in_district("planned")}};
  view.sheet = std::move(sheet);
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer planned(Visit& visit) { return page(visit, ""); }

Answer add_planned(Visit& visit) {
  Range range;
  auto const kind = std::find_if(std::begin(kinds), std::end(kinds), [&](auto const& one) { return store::name_of(one.kind) == visit.form["kind"]; });
  if (kind == std::end(kinds)) return page(visit, "Choose what holds on these days.");
  range.kind = kind->kind;
  if (auto const wanted = visit.form["source"]; !wanted.empty()) {
    for (auto const& source : sources_here(visit))
      if (std::to_string(source.id) == wanted && source.is_active()) range.source = source.id;
    if (!range.source) return page(visit, "There is no such source in this district.");
  }
  if (range.kind == RangeKind::Paused && !range.source) return page(visit, "Choose the source that is paused; to pause all of them, suspend the district.");
  if (range.kind == RangeKind::Suspended && range.source) return page(visit, "A suspension is of the whole district; to stop one source only, pause it.");
  if (!read_day(visit.form["from"], range.first_day) || !read_day(visit.form["until"], range.last_day))
    return page(visit, "A day cannot be read. Write it like 2026-08-31.");
  if (range.is_over(visit.hub.today)) return page(visit, "These days are over already.");
  if (range.kind == RangeKind::Thresholds) {
    for (auto const& setting : thresholds())
      if (auto const value = trimmed(visit.form[setting.name]); !value.empty())
        range.thresholds += (range.thresholds.empty() ? "" : ",") + std::string(setting.name) + "=" + std::string(value);
    if (range.thresholds.empty()) return page(visit, "Say which threshold is another one on these days.");
  }
  auto const added = store::add_range(visit.hub.home.operations(), *visit.district, range, visit.hub.actor);
  if (!added) return page(visit, added.trouble().text);
  return Redirect{visit.in_district("planned"), std::string(kind->title) + " " + store::days_of(*added) + ": planned."};
}

// Of a pause or a suspension that holds, what came meanwhile is taken at once.
Answer remove_planned(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const ranges = ranges_here(visit);
  auto const range = std::find_if(ranges.begin(), ranges.end(), [&](auto const& one) { return one.id == visit.number(1); });
  if (range == ranges.end()) return Refusal{404};
  auto const title = std::string(title_of(range->kind));
  bool const is_pause = range->kind == RangeKind::Paused || range->kind == RangeKind::Suspended;
  if (!is_pause || !range->holds_on(visit.hub.today)) {
    auto const removed = store::remove_range(operations, *visit.district, range->id, visit.hub.actor);
    return removed ? Answer(Redirect{visit.in_district("planned"), title + ": taken away."}) : Answer(page(visit, removed.trouble().text));
  }
  std::optional<store::Source> source;
  for (auto const& one : sources_here(visit))
    if (range->source == one.id) source = one;
  if (range->source && !source) {  // its source is deleted: nothing can wait for it
    auto const removed = store::remove_range(operations, *visit.district, range->id, visit.hub.actor);
    return removed ? Answer(Redirect{visit.in_district("planned"), title + ": taken away."}) : Answer(page(visit, removed.trouble().text));
  }
  auto const runs = runs::end_pause(visit.hub, *visit.district, source);
  return runs ? Answer(Redirect{visit.in_district("planned"), title + ": ended. " + queued_meanwhile(*runs)}) : Answer(page(visit, runs.trouble().text));
}

}  // namespace rollbook::web
