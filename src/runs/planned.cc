#include "runs/planned.h"

#include <algorithm>

#include "base/day.h"
#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/delivery_run.h"
#include "store/ranges.h"

namespace rollbook::runs {
namespace {

std::string until(store::Range const& range) { return range.last_day ? " until " + day_text(*range.last_day) : ""; }

}  // namespace

bool waited_for_a_pause(store::Run const& run) {
  auto const words = split(run.held_because, ',');
  return std::any_of(words.begin(), words.end(), [](auto const& word) { return word == name_of(Hold::Paused) || word == name_of(Hold::Suspended); });
}

Planned planned_for_today(Hub& hub, store::District const& district, store::Source& source) {
  Planned planned;
  auto const ranges = store::list_ranges(hub.home.operations(), district);
  if (!ranges) return planned;
  std::int32_t longest = 0;
  for (auto const& range : *ranges) {
    if (!range.holds_on(hub.today) || (range.source && range.source != source.id)) continue;
    switch (range.kind) {
      case store::RangeKind::Paused:
        planned.waits.push_back(
            {Hold::Paused, "The source " + source.name + " is paused" + until(range) + ": what it sends is kept, and taken when the pause ends.", 0});
        break;
      case store::RangeKind::Suspended:
        if (source.kind == batch_kind && !range.edits_too) break;
        planned.waits.push_back(
            {Hold::Suspended, "The district is suspended" + until(range) + ": what its sources send is kept, and taken when the suspension ends.", 0});
        break;
      case store::RangeKind::NoRemovals: {
        auto const last = range.last_day.value_or(99991231);
        if (last <= longest) break;
        longest = last;
        planned.no_removals = "no removals" + until(range);
        break;
      }
      case store::RangeKind::Thresholds:
        for (auto const& pair : split(range.thresholds, ','))  // looked at when it was added
          [[maybe_unused]] auto const wrong = source.settings.set(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
        break;
    }
  }
  return planned;
}

std::string why_no_edits(Hub& hub, store::District const& district) {
  auto const ranges = store::list_ranges(hub.home.operations(), district);
  if (!ranges) return ranges.trouble().text;
  for (auto const& range : *ranges)
    if (range.kind == store::RangeKind::Suspended && range.edits_too && range.holds_on(hub.today))
      return "The district is suspended" + until(range) +
             ", and edits by hand and Batch Upload with it. Who has the level System ends that under "
             "Administration, Data Rollover.";
  return "";
}

bool covers(std::string const& modes_now, std::string const& modes_before, bool deltas_too) {
  auto const now = split(modes_now, ','), before = split(modes_before, ',');
  return std::all_of(before.begin(), before.end(), [&](std::string const& one) {
    auto const table = one.substr(0, one.find('='));
    return (deltas_too || one.ends_with("=bulk")) && std::find(now.begin(), now.end(), table + "=bulk") != now.end();
  });
}

void mark_superseded(store::Database& operations, store::Run& run, std::int64_t by) {
  auto answer = from_json(run.report);
  if (!answer) return;
  answer->decision = run.decision = "superseded";
  answer->superseded_by = by;
  run.report = to_json(*answer);
  store::save_run(operations, run);
}

void supersede_unread(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, std::int64_t by) {
  end_unread(hub, district, source, run, "superseded", {"A newer full delivery of the same files came before this one was taken."}, by);
}

void end_unread(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, std::string const& decision,
                std::vector<std::string> reasons, std::optional<std::int64_t> by) {
  Answer answer;
  answer.run = run.id;
  answer.kind = run.kind;
  answer.district = district.name;
  answer.source = source.name;
  answer.superseded_by = by;
  answer.reasons = std::move(reasons);
  decide(answer, run, "held", decision);
  run.state = "done";
  run.finished = hub.actor.at;
  run.report = to_json(answer);
  run.summary = Summary::of(answer).text();
  store::save_run(hub.home.operations(), run);
  store::note(hub.home.operations(), hub.actor, district.id, "run held", std::to_string(run.id) + " " + decision);
}

Result<std::vector<std::int64_t>> release_what_waited(Hub& hub, store::District const& district) {
  auto& operations = hub.home.operations();
  std::vector<std::int64_t> released;
  auto const waiting = [&] {
    auto runs = store::open_runs(operations, district.id);
    std::erase_if(runs, [](store::Run const& run) { return run.state != "done" || !(waited_for_a_pause(run) || Work::of(run.work).waits_for_range); });
    return runs;
  };
  if (waiting().empty()) {
    if (operations.trouble()) return *operations.trouble();
    return released;
  }
  auto const sources = store::list_sources(operations, district);
  if (!sources) return sources.trouble();
  auto const trouble = operations.transaction([&] {
    released.clear();
    auto runs = waiting();
    for (auto source : *sources) {
      auto const planned = planned_for_today(hub, district, source);
      if (!planned.waits.empty()) continue;
      std::vector<store::Run*> own;
      for (auto& run : runs)
        if (run.source == source.id) own.push_back(&run);
      for (std::size_t i = 0; i < own.size(); ++i) {
        auto& run = *own[i];
        if (!waited_for_a_pause(run) && !planned.no_removals.empty()) continue;
        auto const newer = std::find_if(own.begin() + static_cast<std::ptrdiff_t>(i) + 1, own.end(), [&](auto const* later) {
          return later->modes.find("=bulk") != std::string::npos && !is_additive(Work::of(later->work), source) && covers(later->modes, run.modes, true);
        });
        if (newer != own.end()) {
          mark_superseded(operations, run, (*newer)->id);
          continue;
        }
        run.state = "queued";
        run.decision.clear();
        run.work = Work::of(run.work).lasting();
        store::save_run(operations, run);
        released.push_back(run.id);
      }
    }
    return true;
  });
  if (trouble) return *trouble;
  std::sort(released.begin(), released.end());
  return released;
}

Result<std::vector<std::int64_t>> end_pause(Hub& hub, store::District const& district, std::optional<store::Source> const& source) {
  auto& operations = hub.home.operations();
  auto const ended = store::end_pauses(operations, district, source, hub.actor);
  if (!ended) return ended.trouble();
  auto const released = release_what_waited(hub, district);
  if (!released) return released.trouble();
  if (!*ended && released->empty())
    return Trouble{source ? "The source \"" + source->name + "\" is not paused." : "The district \"" + district.name + "\" is not suspended."};
  if (!released->empty() && hub.queued) hub.queued();
  return released;
}

Result<std::vector<Answer>> resume(Hub& hub, store::District const& district, std::optional<store::Source> const& source) {
  auto const released = end_pause(hub, district, source);
  if (!released) return released.trouble();
  std::vector<Answer> answers;
  for (auto const run : *released) {
    auto answer = work_off(hub, district, run, nullptr);
    if (!answer) return answer.trouble();
    answers.push_back(std::move(*answer));
  }
  return answers;
}

}  // namespace rollbook::runs
