// Home: whether everything arrived, what waits for whom, and the apps of the district.
#include <algorithm>

#include "base/text.h"
#include "report/words.h"
#include "store/ranges.h"
#include "store/sources.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/run_words.h"
#include "web/seen.h"
#include "web/source_times.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_waiting = 20;

// An import app with its last delivery.
struct App {
  store::Source source;
  std::optional<views::RunLine> last;
  std::string planned = {};  // "paused" or "suspended", while it is
  std::optional<store::Late> late = {};

  std::string_view state() const {
    if (!source.is_active()) return source.state;
    if (!planned.empty()) return planned;
    return source.settings.is("live") ? "live" : "trial";
  }
};

struct Sight {
  std::vector<App> apps;
  std::vector<views::RunLine> waiting;    // for a person
  std::optional<views::RunLine> applied;  // the last run that changed the roster
  bool decides = false;                   // whether who looks may
};

std::vector<views::RunLine> newest(Visit& visit, views::HistoryFilter const& filter, std::size_t how_many) {
  auto page = views::history(visit.hub.home.operations(), *visit.district, filter, std::nullopt, how_many);
  return page ? std::move(page->lines) : std::vector<views::RunLine>();
}

// A pause of an app, or a suspension of the district.
std::string planned_for(Visit const& visit, std::vector<store::Range> const& ranges, store::Source const& source) {
  for (auto const& range : ranges)
    if ((range.kind == store::RangeKind::Paused || range.kind == store::RangeKind::Suspended) && range.holds_on(visit.hub.today) &&
        (!range.source || *range.source == source.id))
      return range.kind == store::RangeKind::Paused ? "paused" : "suspended";
  return "";
}

Sight look_around(Visit& visit) {
  Sight sight;
  auto const sources = store::list_sources(visit.hub.home.operations(), *visit.district);
  auto const ranges = store::list_ranges(visit.hub.home.operations(), *visit.district);
  if (!sources || !ranges) return sight;
  for (auto const& source : *sources) {
    if (source.state == "deleted") continue;
    views::HistoryFilter filter;
    filter.source = source.id;
    filter.kind = "delivery";
    auto lines = newest(visit, filter, 1);
    auto last = lines.empty() ? std::nullopt : std::optional(std::move(lines[0]));
    sight.apps.push_back({source, std::move(last), planned_for(visit, *ranges, source), late_of(visit, source)});
  }
  views::HistoryFilter open;
  open.needs_decision = true;
  for (auto& line : newest(visit, open, most_waiting))
    if (wants_a_person(line)) sight.waiting.push_back(std::move(line));
  for (auto const* outcome : {"applied", "applied_with_warnings"}) {
    views::HistoryFilter filter;
    filter.outcome = outcome;
    auto lines = newest(visit, filter, 1);
    if (!lines.empty() && (!sight.applied || sight.applied->id < lines[0].id)) sight.applied = std::move(lines[0]);
  }
  sight.decides = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  return sight;
}

std::string whose(views::RunLine const& run) {
  return run.source.empty() ? lower(kind_in_words(run.kind)) + " (run " + std::to_string(run.id) + ")" : run.source;
}

// Of whoever keeps to a school: what is held there, which need not be what is held.
std::string at_the_school(Visit const& visit, views::RunLine const& run, bool held) {
  auto const& name = visit.school->name;
  if (held) return name + " is held";
  return "The delivery of " + whose(run) + " of " + run.created.text() + " is held, " + name + " is not held in it";
}

std::uint64_t held_schools(Visit& visit, views::RunLine const& run) {
  auto detail = views::run_detail(visit.hub.home.operations(), *visit.district, run.id);
  if (!detail || !*detail || !(*detail)->answer) return 0;
  auto const schools = Seen::by(visit, access::Right::SeeHistory).part_of(std::move(*(*detail)->answer)).schools;
  return static_cast<std::uint64_t>(std::count_if(schools.begin(), schools.end(), [](auto const& school) { return school.held; }));
}

std::string in_force(Visit const& visit, Sight const& sight) {
  return sight.applied ? " The roster applied " + at_in_words(visit, sight.applied->finished) + " is in force." : " Nothing is in force yet.";
}

struct Sentence {
  std::string_view kind;
  std::string text;
};

Sentence of_waiting(Visit& visit, Sight const& sight) {
  auto const decision = sight.decides ? std::string("your decision") : std::string("a decision of somebody with the level Enrollment at the district");
  if (sight.waiting.size() > 1) return {"held", counted(sight.waiting.size(), "run") + " wait for " + decision + "." + in_force(visit, sight)};
  auto const& run = sight.waiting[0];
  auto const schools = held_schools(visit, run);
  auto const what = visit.school  ? at_the_school(visit, run, schools > 0)
                    : schools > 0 ? counted(schools, "school is", "schools are") + " held"
                                  : "The delivery of " + whose(run) + " of " + run.created.text() + " is held";
  return {"held", what + ", " + decision + "." + in_force(visit, sight)};
}

// The truth in one sentence: what is worst comes first.
Sentence sentence(Visit& visit, Sight const& sight) {
  if (!sight.waiting.empty()) return of_waiting(visit, sight);
  auto const any = [&](auto const& is) {
    auto const at = std::find_if(sight.apps.begin(), sight.apps.end(), [&](App const& app) { return app.last && is(*app.last); });
    return at == sight.apps.end() ? nullptr : &*at;
  };
  if (auto const* app = any([](auto const& run) { return run.outcome == "refused"; }))
    return {"danger", "The delivery of " + app->source.name + " of " + app->last->created.text() + " was refused." + in_force(visit, sight)};
  if (auto const* app = any([](auto const& run) { return run.outcome == "failed"; }))
    return {"danger", "The delivery of " + app->source.name + " of " + app->last->created.text() + " failed, and can be run again." + in_force(visit, sight)};
  for (auto const& app : sight.apps)
    if (app.late) return {"danger", late_in_words(visit, app.source, *app.late) + in_force(visit, sight)};
  if (auto const* app = any([](auto const& run) { return run.state == "waiting"; }))
    return {"info", "A delivery of " + app->source.name + " has come, and waits for its schedule: " + next_time_in_words(visit, app->source) + "." +
                        in_force(visit, sight)};
  if (auto const* app = any([](auto const& run) { return run.state != "done"; }))
    return {"info",
            "A delivery of " + app->source.name + " is " + (app->last->state == "queued" ? "in the queue." : "being worked on.") + in_force(visit, sight)};
  if (auto const* app = any([](auto const& run) { return run.needs_decision; }))
    return {"info", "The delivery of " + app->source.name + " waits its turn: " + held_in_words(app->last->held_because.front()) + in_force(visit, sight)};
  std::size_t arrived = 0;
  views::RunLine const* newest = nullptr;
  for (auto const& app : sight.apps) {
    arrived += app.last.has_value();
    if (app.last && (newest == nullptr || newest->id < app.last->id)) newest = &*app.last;
  }
  if (newest == nullptr) return {"info", "Nothing has been delivered yet."};
  if (newest->decision == "discarded" || newest->decision == "superseded")
    return {"info", "The delivery of " + whose(*newest) + " of " + newest->created.text() + " was " + newest->decision + "." + in_force(visit, sight)};
  auto const what = arrived == sight.apps.size() ? std::string("Everything arrived and was ") : "What arrived was ";
  if (newest->outcome == "no_changes")
    return {"success", "The last delivery, " + newest->created.text() + ", said what the roster says already." + in_force(visit, sight)};
  auto const with = newest->outcome == "applied_with_warnings" ? ", with warnings" : "";
  return {"success", what + "applied " + at_in_words(visit, newest->finished) + with + "."};
}

std::string move_of(App const& app, bool decides) {
  auto const yours = decides ? std::string("Yours: ") : std::string("An enrollment administrator's: ");
  if (!app.source.is_active()) return "Nobody's: the app is deactivated.";
  if (!app.planned.empty()) return "Nobody's: it is " + app.planned + ", and waits until that ends.";
  if (app.late && app.late->move == store::Move::Sender) return "The sender's: what was expected has not come.";
  if (app.late && app.late->move == store::Move::Operator) return "That of whoever runs this server: what has come is not done.";
  if (!app.last) return "The sender's: the first delivery has not come yet.";
  if (app.last->state == "waiting") return "Rollbook's: it is taken when its time comes.";
  if (app.last->state != "done") return "Rollbook's: it is being worked on.";
  if (wants_a_person(*app.last)) return yours + "look at it and decide.";
  if (app.last->needs_decision) return "Nobody's now: it waits its turn.";
  if (app.last->outcome == "refused") return "The sender's: a mended delivery.";
  if (app.last->outcome == "failed") return yours + "run it again.";
  return "The sender's: the next delivery.";
}

Model tile(Visit const& visit, App const& app, bool decides) {
  Model tile;
  auto const& run = app.last;
  tile["name"] = app.source.name;
  tile["id"] = app.source.id;
  tile["state"] = app.state();
  tile["outcome"] = run ? outcome_tag(*run) : Model(false);
  tile["when"] = run ? run->created.text() : "";
  tile["run"] = run ? Model(run->id) : Model(false);
  tile["to_run"] = run ? run_address(visit, run->id) : "";
  tile["to_history"] = address(visit.in_district("history"), {{"source", std::to_string(app.source.id)}});
  tile["move"] = move_of(app, decides);
  tile["next"] = next_time_in_words(visit, app.source);
  tile["late"] = app.late ? tag("error", "error", "late: expected by " + local_moment(visit, app.late->due)) : Model(false);
  return tile;
}

Model waiting(Visit const& visit, views::RunLine const& run) {
  Model reasons = Model::List();
  for (auto const& reason : run.held_because) reasons.add({{"text", held_in_words(reason)}});
  return {{"id", run.id},
          {"title", kind_in_words(run.kind) + (run.source.empty() ? "" : " of " + run.source)},
          {"when", run.created.text()},
          {"reasons", std::move(reasons)},
          {"to", run_address(visit, run.id)}};
}

// Of those who see their own classes and no history.
View of_a_teacher(Visit& visit) {
  View view{"home_standard", "Home"};
  auto const sight = look_around(visit);
  view.model["sentence"] = alert("info", sight.applied ? "The roster is that of " + sight.applied->finished.text() + "." : "There is no roster yet.");
  return view;
}

}  // namespace

Answer home(Visit& visit) {
  auto const district = visit.district->id;
  if (visit.standing.may(access::Right::SeeHistory, district) && !take_school(visit)) return Refusal{404};
  visit.narrowed = visit.school.has_value();
  if (!visit.standing.may(access::Right::SeeHistory, district)) return of_a_teacher(visit);
  auto const sight = look_around(visit);
  View view{"home", "Home"};
  auto const said = sentence(visit, sight);
  Model apps = Model::List(), held = Model::List();
  for (auto const& app : sight.apps) apps.add(tile(visit, app, sight.decides));
  for (auto const& run : sight.waiting) held.add(waiting(visit, run));
  view.model["sentence"] = sight.apps.empty() ? Model(false) : alert(said.kind, said.text);
  view.model["has_apps"] = !sight.apps.empty();
  view.model["apps"] = std::move(apps);
  Model receivers = Model::List();
  bool any_receiver = false;
  if (sight.decides)
    for (auto const& receiver : store::list_receivers(visit.hub.home.operations(), district))
      if (receiver.state != "ended") receivers.add(receiver_card(visit, receiver)), any_receiver = true;
  view.model["receivers"] = std::move(receivers);
  view.model["has_receivers"] = any_receiver;
  view.model["has_waiting"] = !sight.waiting.empty();
  view.model["waiting"] = std::move(held);
  view.model["decides"] = sight.decides;
  auto const first =
      sight.decides ? empty("upload", "Bring your district in",
                            "An import app says where your rosters come from and how they are to be read. Choose one, then upload your files: you see what "
                            "they would do before anything changes.",
                            visit.in_district("gallery"), "Choose an import app")
                    : empty("upload", "No roster yet", "Nobody has set up an import app. That takes the level Enrollment, held at the district itself.");
  view.model["first"] = sight.apps.empty() ? first : Model(false);
  view.model["to_import"] = sight.decides && !sight.apps.empty() ? visit.in_district("upload") : "";
  view.model["to_export"] = sight.decides && sight.applied ? visit.in_district("export") : "";
  view.model["to_gallery"] = sight.decides ? visit.in_district("gallery") : "";
  view.model["to_history"] = visit.in_district("history");
  return view;
}

}  // namespace rollbook::web
