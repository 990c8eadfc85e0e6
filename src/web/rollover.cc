// Data Rollover: while classes of the old year end and those of the new one come, the whole district is suspended, or nobody is removed. What that does
// tonight, and what waits.
#include <algorithm>

#include "base/day.h"
#include "runs/planned.h"
#include "web/days.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

using store::Range;
using store::RangeKind;

constexpr std::size_t most_listed = 50;

struct Way {
  RangeKind kind;
  std::string_view title, doc, tonight;
};
constexpr Way ways[] = {
    {RangeKind::Suspended, "Suspend everything",
     "Deliveries of all sources are kept and checked, and nothing of them changes the roster. When the suspension ends, the newest full delivery of each "
     "source and "
     "what came after it are taken, through the usual guards. A new suspension takes the place of the one that is planned.",
     "Nothing changes by what the sources send: it is kept and checked, and waits."},
    {RangeKind::NoRemovals, "Allow everything but removals",
     "People, classes and enrollments are added and changed as always, and nobody and nothing is removed. What would have gone is told in each run, and "
     "proposed "
     "again when these days are over.",
     "Whoever comes or changes is taken. Nobody and nothing is removed; what would go is told, and proposed again afterwards."},
};

Way const& way_of(RangeKind kind) { return kind == RangeKind::Suspended ? ways[0] : ways[1]; }

// Of the whole district, and of a kind that this page is about.
std::vector<Range> ranges_of_district(Visit const& visit) {
  auto ranges = ranges_here(visit);
  std::erase_if(ranges, [&](Range const& range) {
    return range.source || (range.kind != RangeKind::Suspended && range.kind != RangeKind::NoRemovals) || range.is_over(visit.hub.today);
  });
  return ranges;
}

// A suspension goes before everything else.
Range const* holding(Visit const& visit, std::vector<Range> const& ranges) {
  Range const* found = nullptr;
  for (auto const& range : ranges)
    if (range.holds_on(visit.hub.today) && (found == nullptr || range.kind == RangeKind::Suspended)) found = &range;
  return found;
}

std::string title_of(Range const& range) { return std::string(way_of(range.kind).title) + (range.edits_too ? ", edits by hand too" : ""); }

Model rows(Visit const& visit, std::vector<Range> const& ranges) {
  Model list = Model::List();
  for (auto const& range : ranges) {
    bool const holds = range.holds_on(visit.hub.today);
    list.add({{"id", range.id},
              {"kind", store::name_of(range.kind)},
              {"title", title_of(range)},
              {"days", store::days_of(range)},
              {"state", holds ? tag("held", "running", "holds today") : tag("info", "waiting", "to come")},
              {"end", holds ? "End it now" : "Take it away"},
              {"to", visit.in_district("administration/rollover/" + std::to_string(range.id) + "/end")}});
  }
  return list;
}

// Runs that only wait for a suspension or a pause to end.
void waiting(Visit& visit, Model& model) {
  Model list = Model::List();
  views::HistoryFilter open;
  open.needs_decision = true;
  auto const runs = views::history(visit.hub.home.operations(), *visit.district, open, std::nullopt, most_listed);
  if (runs)
    for (auto const& run : runs->lines) {
      auto const& why = run.held_because;
      if (std::none_of(why.begin(), why.end(), [](auto const& one) { return one == "paused" || one == "suspended"; })) continue;
      list.add({{"id", run.id},
                {"kind", kind_in_words(run.kind)},
                {"source", run.source},
                {"when", run.created.text_with_weekday()},
                {"to", run_address(visit, run.id)}});
    }
  model["has_waiting"] = !list.get<Model::List>()->empty();
  model["waiting"] = std::move(list);
}

View page(Visit& visit, std::string const& wrong) {
  View view{"rollover", "Data Rollover"};
  auto const ranges = ranges_of_district(visit);
  auto const* const now = holding(visit, ranges);
  auto const typed = [&](char const* name) { return wrong.empty() ? std::string() : std::string(visit.form[name]); };
  Model choices = Model::List();
  auto const chosen = typed("kind").empty() ? std::string(store::name_of(RangeKind::NoRemovals)) : typed("kind");
  for (auto const& way : ways)
    choices.add({{"value", store::name_of(way.kind)}, {"label", way.title}, {"doc", way.doc}, {"selected", store::name_of(way.kind) == chosen}});
  view.model = {
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"state", now == nullptr                      ? tag("ok", "ok", "As always")
                : now->kind == RangeKind::Suspended ? tag("held", "held", "Suspended " + store::days_of(*now))
                                                    : tag("held", "held", "No removals " + store::days_of(*now))},
      {"state_name", now == nullptr ? std::string_view("as-always") : store::name_of(now->kind)},
      {"tonight", now == nullptr ? "Deliveries are taken as the settings of each source say: people and classes come, change and go."
                                 : std::string(way_of(now->kind).tonight)},
      {"today", day_text(visit.hub.today)},
      {"zone", visit.district->time_zone},
      {"ranges", rows(visit, ranges)},
      {"has_ranges", !ranges.empty()},
      {"choices", std::move(choices)},
      {"from", part({.name = "from", .label = "First day", .type = "date", .value = typed("from"), .hint = "Empty: from now on.", .required = false})},
      {"until", part({.name = "until", .label = "Last day", .type = "date", .value = typed("until"), .hint = "Empty: until you end it.", .required = false})},
      {"edits_too", typed("edits") == "yes"},
      {"planned", visit.in_district("planned")},
      {"to", visit.in_district("administration/rollover")}};
  waiting(visit, view.model);
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer rollover(Visit& visit) { return page(visit, ""); }

Answer plan_rollover(Visit& visit) {
  Range range;
  auto const way = std::find_if(std::begin(ways), std::end(ways), [&](auto const& one) { return store::name_of(one.kind) == visit.form["kind"]; });
  if (way == std::end(ways)) return page(visit, "Choose what holds on these days.");
  range.kind = way->kind;
  if (!read_day(visit.form["from"], range.first_day) || !read_day(visit.form["until"], range.last_day))
    return page(visit, "A day cannot be read. Write it like 2026-08-31.");
  if (range.is_over(visit.hub.today)) return page(visit, "These days are over already.");
  range.edits_too = visit.form["edits"] == "yes" && range.kind == RangeKind::Suspended;
  auto const added = store::add_range(visit.hub.home.operations(), *visit.district, range, visit.hub.actor);
  if (!added) return page(visit, added.trouble().text);
  return Redirect{visit.in_district("administration/rollover"), title_of(*added) + ", " + store::days_of(*added) + ": planned."};
}

// Of a suspension that holds, what came meanwhile is put into the queue.
Answer end_rollover(Visit& visit) {
  auto const ranges = ranges_of_district(visit);
  auto const range = std::find_if(ranges.begin(), ranges.end(), [&](auto const& one) { return one.id == visit.number(1); });
  if (range == ranges.end()) return Refusal{404};
  auto const back = visit.in_district("administration/rollover");
  auto const title = std::string(way_of(range->kind).title);
  if (range->kind == RangeKind::Suspended && range->holds_on(visit.hub.today)) {
    auto const runs = runs::end_pause(visit.hub, *visit.district, std::nullopt);
    return runs ? Answer(Redirect{back, title + ": ended. " + queued_meanwhile(*runs)}) : Answer(page(visit, runs.trouble().text));
  }
  auto const removed = store::remove_range(visit.hub.home.operations(), *visit.district, range->id, visit.hub.actor);
  return removed ? Answer(Redirect{back, title + ": taken away."}) : Answer(page(visit, removed.trouble().text));
}

}  // namespace rollbook::web
