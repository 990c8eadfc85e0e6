#include "runs/what_if.h"

#include <chrono>
#include <mutex>

#include "runs/landing.h"
#include "runs/received.h"

namespace rollbook::runs {
namespace {

// A delivery is looked at in memory, and the person waits for the page. What is larger belongs into a run, which has a queue and progress.
constexpr std::uint64_t most_bytes = std::uint64_t{512} << 20;

// One what-if at a time: two of them would take twice the memory and no less time.
std::timed_mutex one_at_a_time;
constexpr std::chrono::seconds longest_wait{20};

Trouble busy() { return Trouble{"Another setting is being tried on a delivery at this moment. Try again in a minute."}; }

std::uint64_t bytes_of(std::string const& files) {
  std::uint64_t all = 0;
  for (auto const& file : received_files(files)) all += file.size;
  return all;
}

Result<Answer> look_at(Hub& hub, store::District const& district, store::Source const& source, store::LastDelivery const& last) {
  auto delivery = fetch_last(hub, district, last);
  if (!delivery) return delivery.trouble();
  return preview(hub, district, source, std::move(*delivery));
}

}  // namespace

bool is_too_large(store::LastDelivery const& last) { return bytes_of(last.files) > most_bytes; }

Result<delivery::Delivery> fetch_last(Hub const& hub, store::District const& district, store::LastDelivery const& last) {
  if (is_too_large(last))
    return Trouble{"The delivery of run " + std::to_string(last.run) +
                   " is too large to be tried while you wait. The next delivery shows what it would change, in a preview, before anything is applied."};
  return fetch(hub, district, last.files);
}

Result<Opened> open_last(Hub const& hub, store::District const& district, store::LastDelivery const& last) {
  auto delivery = fetch_last(hub, district, last);
  if (!delivery) return delivery.trouble();
  Opened opened{std::move(*delivery), {}};
  if (!opened.delivery.problems.empty() || !delivery::arrived_whole(opened.delivery)) return opened;  // an archive that cannot be read has nothing in it
  opened.bundle = open_bundle(std::move(opened.delivery.files));
  return opened;
}

Result<WhatIf> what_if(Hub& hub, store::District const& district, store::Source const& source, store::SettingChanges const& changes,
                       store::LastDelivery const& last) {
  auto changed = source;
  for (auto const& [name, value] : changes)
    if (auto trouble = changed.settings.set(name, value)) return *trouble;
  std::unique_lock const lock(one_at_a_time, longest_wait);
  if (!lock.owns_lock()) return busy();
  auto now = look_at(hub, district, source, last);
  if (!now) return now.trouble();
  auto then = look_at(hub, district, changed, last);
  if (!then) return then.trouble();
  return WhatIf{std::move(*now), std::move(*then)};
}

Result<Answer> what_now(Hub& hub, store::District const& district, store::Source const& source, store::LastDelivery const& last) {
  std::unique_lock const lock(one_at_a_time, longest_wait);
  if (!lock.owns_lock()) return busy();
  return look_at(hub, district, source, last);
}

}  // namespace rollbook::runs
