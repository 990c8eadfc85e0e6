#include "web/source_times.h"

#include "report/words.h"
#include "runs/late.h"
#include "runs/on_time.h"
#include "runs/source_change.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "views/wall_clock.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr int times_shown = 3;

std::string in_words(Visit const& visit, std::int64_t moment) {
  auto const& zone = visit.district->time_zone;
  auto const then = views::local_time(store::moment_text(moment), zone), now = views::local_time(store::moment_text(visit.now), zone);
  return then.day == now.day ? "today at " + then.time + " " + then.zone : then.text_with_weekday();
}

std::string last_time(Visit const& visit, store::SourceClock const& clock) {
  if (clock.came_at.empty()) return "";
  auto const found = static_cast<std::uint64_t>(clock.found);
  return local_moment(visit, clock.came_at) + ": " +
         (found == 0 ? "nothing new had come, nothing was done" : counted(found, "delivery was taken", "deliveries were taken"));
}

}  // namespace

std::string next_time_in_words(Visit const& visit, store::Source const& source) {
  auto const next = runs::next_time(source, views::wall_clock(visit.district->time_zone), visit.now);
  return next ? in_words(visit, *next) : "";
}

std::optional<store::Late> late_of(Visit const& visit, store::Source const& source) {
  for (auto& late : store::late_deliveries(visit.hub.home.operations(), visit.district->id, false))
    if (late.source == source.id) return std::move(late);
  return std::nullopt;
}

std::string late_in_words(Visit const& visit, store::Source const& source, store::Late const& late) {
  auto const words = runs::in_words(late, source);
  return words.what + " It was expected by " + local_moment(visit, late.due) + ". " + words.whose;
}

Model times_model(Visit const& visit, store::Source const& source) {
  auto& operations = visit.hub.home.operations();
  auto const clock = views::wall_clock(visit.district->time_zone);
  auto const late = late_of(visit, source);
  Model next = Model::List();
  auto at = runs::next_time(source, clock, visit.now);
  bool const scheduled = at.has_value();
  for (int i = 0; at && i < times_shown; ++i, at = runs::next_time(source, clock, *at)) next.add({{"when", in_words(visit, *at)}});
  auto const waiting = store::waiting_runs(operations, visit.district->id, source.id).size();
  return {{"schedule", source.settings["schedule"]},
          {"scheduled", scheduled},
          {"next", std::move(next)},
          {"waiting", waiting == 0 ? "nothing" : counted(waiting, "delivery", "deliveries")},
          {"last_time", last_time(visit, store::clock_of(operations, source.id))},
          {"expected_by", source.settings["expected-by"]},
          {"sync_now", scheduled || waiting > 0 ? address_of(visit, source, "sync-now") : ""},
          {"edit", source.is_active() ? address_of(visit, source, "settings/delivery") : ""},
          {"door", source.is_active() ? address_of(visit, source, "door") : ""},
          {"late", late ? alert("danger", late_in_words(visit, source, *late)) : Model(false)}};
}

Answer sync_source_now(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source) return Refusal{404};
  if (auto why = runs::why_closed(*source); !why.empty()) return Refusal{409, why};
  auto const taken = runs::sync_now(visit.hub, *visit.district, *source);
  if (!taken) return Redirect{address_of(visit, *source), taken.trouble().text};
  if (taken->empty()) return Redirect{address_of(visit, *source), "Nothing new has come for " + source->name + ", so nothing was done."};
  auto const to = taken->size() == 1 ? run_address(visit, taken->front()) : address_of(visit, *source);
  return Redirect{to, counted(taken->size(), "delivery", "deliveries") + " of " + source->name + " will be taken now."};
}

}  // namespace rollbook::web
