#include "letters/tell.h"

#include <algorithm>
#include <map>

#include "base/day.h"
#include "base/schedule.h"
#include "base/text.h"
#include "letters/mail_settings.h"
#include "letters/webhooks.h"
#include "letters/wishes.h"
#include "runs/run_event.h"
#include "store/district_life.h"
#include "store/district_settings.h"
#include "store/moment.h"
#include "store/runs.h"
#include "views/local_time.h"
#include "views/wall_clock.h"

namespace rollbook::letters {
namespace {

constexpr std::size_t at_once = 50;
constexpr std::string_view when_digests_come = "daily@06:00";

// Those of one district, or of all when it concerns all.
std::vector<Webhook> webhooks_for(store::Database& operations, store::Event const& event) {
  if (event.district > 0) return list_webhooks(operations, event.district);
  std::vector<Webhook> all;
  if (auto const districts = store::list_districts(operations))
    for (auto const& district : *districts)
      if (store::service_of(operations, district.id) == store::Service::Open)
        for (auto& one : list_webhooks(operations, district.id)) all.push_back(std::move(one));
  return all;
}

void tell(store::Database& operations, store::Event const& event, bool has_mail, std::int64_t now) {
  store::note_told(operations, event.id);
  if (event.district > 0 && store::service_of(operations, event.district) != store::Service::Open) return;
  if (has_mail)
    for (auto const account : readers_of(operations, event))
      add_item(operations, {.event = event.id, .district = event.district, .account = account, .created = now});
  for (auto const& webhook : webhooks_for(operations, event))
    if (webhook.wants(event.kind)) add_item(operations, {.event = event.id, .district = webhook.district, .webhook = webhook.id, .created = now});
}

std::vector<std::int64_t> districts_with_digests(store::Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare(
      "SELECT district FROM wishes WHERE kind = 'digest' AND wanted = 1 UNION SELECT district FROM webhooks WHERE state = 'active' ORDER BY 1");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

// Runs that ended between two moments, by what came of them; and those that wait for a decision now.
store::Facts counts_of(store::Database& operations, std::int64_t district, std::string const& from, std::string const& until) {
  std::map<std::string, std::int64_t> outcomes;
  auto rows = operations.prepare(
      "SELECT outcome, count(*) FROM runs WHERE district = ? AND state = 'done' AND decision <> 'superseded' AND finished >= ? AND finished < ? GROUP BY "
      "outcome");
  for (rows->with(district, from, until); rows->step();) outcomes[std::string(rows->text(0))] = rows->integer(1);
  rows.reset();
  auto const open = store::open_runs(operations, district);
  auto const waiting = std::count_if(open.begin(), open.end(), [](auto const& run) { return !runs::waits_for_nobody(split(run.held_because, ',')); });
  if (outcomes.empty() && waiting == 0) return {};
  store::Facts facts;
  for (std::string const outcome : {"applied", "applied_with_warnings", "no_changes", "held", "refused", "failed"})
    facts.emplace_back(outcome, std::to_string(outcomes[outcome]));
  facts.emplace_back("waiting", std::to_string(waiting));
  return facts;
}

void raise_digest(store::Database& operations, store::District const& district, std::string const& day, std::int64_t now) {
  if (store::district_fact(operations, district.id, "digest") >= day) return;
  store::keep_district_fact(operations, district.id, "digest", day);
  auto const from = views::beginning_of_day(day, district.time_zone), until = views::beginning_of_day(views::day_after(day), district.time_zone);
  auto facts = counts_of(operations, district.id, from, until);
  if (facts.empty()) return;
  facts.insert(facts.begin(), {"day", day});
  store::raise(operations, {.district = district.id, .kind = store::EventKind::Digest, .at = store::moment_text(now), .facts = std::move(facts)});
}

}  // namespace

Result<bool> tell_events(store::Database& operations, std::int64_t now) {
  bool const any = !store::untold_events(operations, 1).empty();
  if (operations.trouble()) return *operations.trouble();
  if (!any) return false;
  bool const has_mail = missing_for_mail(mail_settings(operations)).empty();
  auto const trouble = operations.transaction([&] {
    for (auto const& event : store::untold_events(operations, at_once)) tell(operations, event, has_mail, now);
    return true;
  });
  if (trouble) return *trouble;
  return true;
}

std::optional<Trouble> raise_digests(store::Database& operations, std::int64_t now) {
  auto const schedule = schedule_of(when_digests_come);
  for (auto const number : districts_with_digests(operations)) {
    auto const district = store::find_district(operations, std::to_string(number));
    if (!district || store::service_of(operations, number) != store::Service::Open) continue;
    auto const due = newest_due(*schedule, views::wall_clock(district->time_zone), now);
    if (!due) continue;
    auto const day =
        day_text(views::day_in(district->time_zone, *due - 12 * 3600));  // noon before six in the morning is the day before, also when clocks change
    if (store::district_fact(operations, number, "digest") >= day) continue;
    if (auto trouble = operations.transaction([&] { return raise_digest(operations, *district, day, now), true; })) return trouble;
  }
  return operations.trouble();
}

}  // namespace rollbook::letters
