#include "runs/late.h"

#include <algorithm>

#include "base/text.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "store/district_life.h"
#include "store/events.h"
#include "store/moment.h"

namespace rollbook::runs {
namespace {

// What has come just in time is given a while to be done.
constexpr std::int64_t a_while = 600;  // seconds

// How it stands with the delivery of one window.
struct Standing {
  enum class Is : std::uint8_t { There, UnderWay, Missing } is = Is::Missing;
  store::Move move = store::Move::Sender;
  std::optional<std::int64_t> run;
};

// Each delivery of the source waits for a person, or everything waits for a pause: nothing is wrong with this one.
bool waits_as_planned(store::Run const& run) {
  auto const because = split(run.held_because, ',');
  return std::all_of(because.begin(), because.end(), [](auto const& why) {
    return why == name_of(Hold::Trial) || why == name_of(Hold::Preview) || why == name_of(Hold::Paused) || why == name_of(Hold::Suspended);
  });
}

Standing standing_of(store::Run const& run) {
  using Is = Standing::Is;
  using store::Move;
  if (run.state == "waiting") return {Is::There, {}, run.id};
  if (run.state != "done") return {Is::UnderWay, Move::Operator, run.id};
  if (run.outcome == "refused") return {Is::Missing, Move::Sender, run.id};
  if (run.outcome == "failed") return {Is::Missing, run.cancel_by.empty() ? Move::Operator : Move::District, run.id};
  bool const stuck = run.outcome == "held" && run.decision == "open" && !waits_as_planned(run);
  return stuck ? Standing{Is::Missing, Move::District, run.id} : Standing{Is::There, {}, run.id};
}

bool is_rest_of_another(store::Run const& run) {
  auto const work = Work::of(run.work);
  return work.remainder || work.held_over;
}

class Lookout {
 public:
  Lookout(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now)
      : hub_(hub), operations_(hub.home.operations()), district_(district), clock_(clock), now_(now), at_(store::moment_text(now)) {}

  // Within a transaction.
  void look() {
    auto const sources = store::list_sources(operations_, district_);
    if (!sources) return;
    auto const going = store::late_deliveries(operations_, district_.id, false);
    for (auto const& source : *sources) {
      auto const deadline = expected(source);
      for (auto const& late : going)
        if (late.source == source.id) look_again(source, deadline, late);
      if (deadline) look_at_newest(source, *deadline);
      else pass_by(source);
    }
  }

  // Whether anything could have changed, without a transaction.
  bool has_to_look() {
    auto const sources = store::list_sources(operations_, district_);
    if (!sources) return false;
    return !store::late_deliveries(operations_, district_.id, false, 1).empty() || std::any_of(sources->begin(), sources->end(), [&](auto const& source) {
      auto const deadline = deadline_of(source.settings["expected-by"]);
      auto const due = deadline ? newest_due(*deadline, clock_, now_) : std::nullopt;
      return due && store::moment_text(*due) > store::clock_of(operations_, source.id).late_after;
    });
  }

 private:
  // When something is expected of it now.
  std::optional<Schedule> expected(store::Source const& source) {
    if (!source.is_active()) return std::nullopt;
    auto copy = source;  // thresholds of today's ranges are put into it
    return planned_for_today(hub_, district_, copy).waits.empty() ? deadline_of(source.settings["expected-by"]) : std::nullopt;
  }

  // A delivery counts for one deadline: of those before it, what was late counts for its own.
  std::string beginning_of(store::Source const& source, Schedule const& deadline, std::int64_t due) {
    auto const before = newest_due(deadline, clock_, due - 1).value_or(0);
    auto since = store::moment_text(before + 1);
    for (auto const& late : store::late_deliveries(operations_, district_.id, true))
      if (late.source == source.id && late.due < store::moment_text(due) && late.run && late.why_ended == "came")
        if (auto const run = store::find_run(operations_, district_.id, *late.run); run && run->created >= since) since = run->created, counted_ = run->id;
    return since;
  }

  Standing standing(store::Source const& source, Schedule const& deadline, std::int64_t due) {
    counted_ = 0;
    store::RunFilter filter{.source = source.id, .kind = "delivery", .from = beginning_of(source, deadline, due)};
    std::optional<Standing> newest;
    for (auto const& run : store::newest_runs(operations_, district_.id, filter, {}, 100)) {
      if (run.id <= counted_ || is_rest_of_another(run) || run.decision == "superseded") continue;  // the one that took its place says how it stands
      auto const one = standing_of(run);
      if (one.is == Standing::Is::There) return one;
      if (!newest) newest = one;
    }
    return newest.value_or(Standing{});
  }

  void look_again(store::Source const& source, std::optional<Schedule> const& deadline, store::Late late) {
    auto const due = deadline ? newest_due(*deadline, clock_, now_) : std::nullopt;
    if (!due) return end(source, late, "not expected");
    auto const of_it = due_of(*deadline, late);
    auto const is = of_it ? standing(source, *deadline, *of_it) : Standing{};
    if (is.is == Standing::Is::There) {
      late.run = is.run;
      return end(source, late, "came");
    }
    if (store::moment_text(*due) > late.due) return end(source, late, "late again");
    // What has come only now is given a while before anybody is blamed for it.
    bool const has_just_come = is.is == Standing::Is::UnderWay && came_within_a_while(*is.run);
    auto const move = has_just_come ? late.move : is.move;
    if (late.move == move && late.run == is.run) return;
    late.move = move;
    late.run = is.run;
    store::save_late(operations_, late);
  }

  bool came_within_a_while(std::int64_t run) {
    auto const found = store::find_run(operations_, district_.id, run);
    return found && found->created > store::moment_text(now_ - a_while);
  }

  // Back from the text to the moment: nothing when the deadline is another one by now.
  std::optional<std::int64_t> due_of(Schedule const& deadline, store::Late const& late) {
    auto due = newest_due(deadline, clock_, now_);
    for (int i = 0; due && i < 60 && store::moment_text(*due) > late.due; ++i) due = newest_due(deadline, clock_, *due - 1);
    return due;
  }

  void look_at_newest(store::Source const& source, Schedule const& deadline) {
    auto const due = newest_due(deadline, clock_, now_);
    if (!due || store::moment_text(*due) <= store::clock_of(operations_, source.id).late_after) return;
    auto const is = standing(source, deadline, *due);
    if (is.is == Standing::Is::UnderWay && now_ < *due + a_while) return;
    store::note_deadline(operations_, source.id, store::moment_text(*due));
    if (is.is == Standing::Is::There) return;
    store::add_late(operations_, {source.id, store::moment_text(*due), at_, is.move, is.run, "", ""});
    note("delivery late", source, store::moment_text(*due) + ", the move of the " + std::string(store::name_of(is.move)));
    tell(source, *due, is);
  }

  void tell(store::Source const& source, std::int64_t due, Standing const& is) {
    auto const there = store::moment_text(clock_.shows(due));  // as the clock on the wall shows it
    store::raise(operations_, {.district = district_.id,
                               .kind = store::EventKind::NothingArrived,
                               .at = at_,
                               .source = source.id,
                               .run = is.run,
                               .facts = {{"day", there.substr(0, 10)}, {"by", there.substr(11, 5)}, {"move", std::string(store::name_of(is.move))}}});
  }

  // Nobody is told of a deadline that passes while nothing is expected.
  void pass_by(store::Source const& source) {
    auto const deadline = deadline_of(source.settings["expected-by"]);
    auto const due = deadline ? newest_due(*deadline, clock_, now_) : std::nullopt;
    if (due && store::moment_text(*due) > store::clock_of(operations_, source.id).late_after)
      store::note_deadline(operations_, source.id, store::moment_text(*due));
  }

  void end(store::Source const& source, store::Late late, std::string_view why) {
    late.ended = at_;
    late.why_ended = why;
    store::save_late(operations_, late);
    note("late delivery over", source, late.due + ", " + late.why_ended);
  }

  void note(std::string_view kind, store::Source const& source, std::string const& detail) {
    store::note(operations_, store::the_server(at_), district_.id, std::string(kind), source.name + ": " + detail);
  }

  Hub& hub_;
  store::Database& operations_;
  store::District const& district_;
  WallClock const& clock_;
  std::int64_t const now_;
  std::string const at_;
  std::int64_t counted_ = 0;  // a run that was late for an earlier deadline, and counted for that
};

}  // namespace

std::optional<Trouble> look_for_late(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now) {
  auto& operations = hub.home.operations();
  Lookout lookout(hub, district, clock, now);
  if (!lookout.has_to_look()) return operations.trouble();
  return operations.transaction([&] {  // another node may have seen to it meanwhile
    lookout.look();
    return true;
  });
}

LateInWords in_words(store::Late const& late, store::Source const& source) {
  using store::Move;
  auto const run = late.run ? "run " + std::to_string(*late.run) : std::string();
  if (late.move == Move::District)
    return {"A delivery of " + source.name + " has come, and " + run + " is held or was cancelled.",
            "It is the district's move: somebody has to look at it and decide.", run};
  if (late.move == Move::Operator)
    return {"A delivery of " + source.name + " has come, and this server has not got it done.", "It is the move of whoever runs this server: see " + run + ".",
            run};
  if (late.run)
    return {"What " + source.name + " has sent was refused: " + run + " says why.",
            "It is the sender's move: ask whoever looks after that system for another one.", run};
  return {"Nothing has come from " + source.name + ".", "It is the sender's move: ask whoever looks after that system.", ""};
}

}  // namespace rollbook::runs
