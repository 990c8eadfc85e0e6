#include "runs/on_time.h"

#include <algorithm>

#include "runs/landing.h"
#include "runs/look.h"
#include "runs/source_change.h"
#include "store/district_life.h"
#include "store/moment.h"
#include "store/source_clocks.h"

namespace rollbook::runs {
namespace {

enum class Time : std::uint8_t { No, Due, NoSchedule };

Time time_of(store::Database& operations, store::Source const& source, WallClock const& clock, std::int64_t now) {
  auto const schedule = source.is_active() ? schedule_of(source.settings["schedule"]) : std::nullopt;
  if (!schedule) return Time::NoSchedule;
  auto const due = newest_due(*schedule, clock, now);
  return due && store::moment_text(*due) > store::clock_of(operations, source.id).due_after ? Time::Due : Time::No;
}

// What waits, of sources without a schedule, is rare; of those with one their time.
bool has_to_act(store::Database& operations, store::Source const& source, WallClock const& clock, std::int64_t now) {
  auto const time = time_of(operations, source, clock, now);
  return time == Time::Due || (time == Time::NoSchedule && !store::waiting_runs(operations, source.district, source.id).empty());
}

void act(store::Database& operations, store::Source const& source, Time time, std::string const& at) {
  auto const taken = store::queue_waiting(operations, source.district, source.id);
  if (time == Time::Due) store::note_time(operations, source.id, at, static_cast<std::int64_t>(taken.size()));
  for (auto const run : taken)
    store::note(operations, store::the_server(at), source.district, "delivery taken", source.name + ": run " + std::to_string(run));
}

// What a delivery states and how, before anybody has looked at it; "" of one that is damaged.
std::string stated_by(delivery::Delivery& delivery) {
  return delivery.problems.empty() && delivery::arrived_whole(delivery) ? modes_of(open_bundle(delivery.files)) : "";
}

}  // namespace

Result<Queued> leave(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery) {
  if (auto why = why_closed(source); !why.empty()) return Trouble{why};
  if (auto why = store::why_no_service(hub.home.operations(), district); !why.empty()) return Trouble{why};
  if (hub.data_folder.empty())  // there the vault lies in the roster's database
    if (auto roster = open_roster(hub, district); !roster) return roster.trouble();
  auto const lines = land(hub, district, delivery);
  return lines ? queue_arrival(hub, district, source, *lines, stated_by(delivery)) : Result<Queued>(lines.trouble());
}

Result<std::vector<std::int64_t>> sync_now(Hub& hub, store::District const& district, store::Source const& source) {
  auto& operations = hub.home.operations();
  if (auto why = store::why_no_service(operations, district); !why.empty()) return Trouble{why};
  std::vector<std::int64_t> taken;
  auto const trouble = operations.transaction([&] {
    taken = store::queue_waiting(operations, district.id, source.id);
    for (auto const run : taken) store::note(operations, hub.actor, district.id, "delivery taken", source.name + ": run " + std::to_string(run));
    return true;
  });
  if (trouble) return *trouble;
  if (!taken.empty() && hub.queued) hub.queued();
  return taken;
}

std::optional<Trouble> take_due(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now) {
  auto& operations = hub.home.operations();
  auto const all = store::list_sources(operations, district);
  if (!all) return all.trouble();
  auto const acts = [&](store::Source const& source) { return has_to_act(operations, source, clock, now); };
  if (std::none_of(all->begin(), all->end(), acts)) return operations.trouble();
  return operations.transaction([&] {  // another node may have seen to it meanwhile, or a person may have changed it
    auto const listed = store::list_sources(operations, district);
    if (!listed) return false;
    for (auto const& source : *listed)
      if (acts(source)) act(operations, source, time_of(operations, source, clock, now), store::moment_text(now));
    return true;
  });
}

std::optional<std::int64_t> next_time(store::Source const& source, WallClock const& clock, std::int64_t now) {
  auto const schedule = source.is_active() ? schedule_of(source.settings["schedule"]) : std::nullopt;
  return schedule ? next_due(*schedule, clock, now) : std::nullopt;
}

std::vector<std::int64_t> districts_with_clocks(store::Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare(
      "SELECT district FROM sources WHERE id IN (SELECT source FROM source_settings WHERE name IN ('schedule', 'expected-by') AND value <> '') "
      "UNION SELECT district FROM runs WHERE state = 'waiting' AND state <> 'done' ORDER BY 1");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

}  // namespace rollbook::runs
