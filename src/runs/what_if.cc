#include "runs/what_if.h"

#include <chrono>
#include <mutex>

#include "rules/catalogue.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/outcome.h"
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

Result<std::vector<CheckReport::Finding>> all_findings(Hub& hub, store::District const& district, store::Run const& run, std::string const& code,
                                                       std::string const& file) {
  auto const rule = rule_by_code(code);
  if (rule == no_rule || !run.source) return Trouble{"There is no such rule, or this run has no delivery."};
  auto const source = store::find_source(hub.home.operations(), district, *run.source);
  if (!source) return source.trouble();
  if (!*source) return Trouble{"The source of this run is not there any more."};
  std::unique_lock const lock(one_at_a_time, longest_wait);
  if (!lock.owns_lock()) return Trouble{"Another delivery is being looked at at this moment. Try again in a minute."};
  if (bytes_of(run.delivery) > most_bytes)
    return Trouble{
        "The delivery of run " + std::to_string(run.id) +
        " is too large to be checked while you wait. Download its files on the page of the run, and check them with \"rollbook check FOLDER --max-findings "
        "100000 --format csv\"."};
  auto delivery = fetch(hub, district, run.delivery);
  if (!delivery) return delivery.trouble();
  LookOptions how;
  how.lists = rule;
  how.confirmed = Work::of(run.work).confirmed;
  auto looked = look(hub, district, **source, std::move(*delivery), how);
  if (!looked) return looked.trouble();
  auto all = std::move((*looked)->findings);
  std::erase_if(all, [&](CheckReport::Finding const& finding) { return finding.rule->code != code || (!file.empty() && finding.file != file); });
  return all;
}

}  // namespace rollbook::runs
