#include "web/receivers.h"

#include "base/schedule.h"
#include "store/exports.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "views/wall_clock.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {

std::optional<store::Receiver> receiver_of_route(Visit const& visit) {
  auto const number = visit.number(1);
  return number < 0 ? std::nullopt : store::find_receiver(visit.hub.home.operations(), visit.district->id, number);
}

std::string address_of(Visit const& visit, store::Receiver const& receiver, std::string_view rest) {
  auto const path = visit.in_district("receivers/" + std::to_string(receiver.id));
  return rest.empty() ? path : path + "/" + std::string(rest);
}

std::vector<Link> crumbs_to(Visit const& visit, store::Receiver const& receiver) {
  return {{"Application Gallery", visit.in_district("gallery")}, {receiver.name, address_of(visit, receiver)}};
}

Model state_tag(store::Receiver const& receiver, std::int32_t today) {
  if (receiver.state == "ended") return tag("", "info", "Ended");
  if (receiver.state == "paused") return tag("held", "held", "Paused");
  if (!receiver.why_nothing(today).empty()) return tag("", "info", "Ended on " + receiver.value("until"));
  return tag("ok", "ok", "Shared");
}

std::string when_in_words(store::Receiver const& receiver) {
  auto const when = receiver.value("when");
  if (when == "by-hand") return "by hand";
  if (when == "after-each-run") return "after each run that changes the roster";
  if (when == "every-1-hours") return "every hour";
  if (auto const at = when.find('@'); at != std::string::npos)
    return (when.starts_with("daily") ? "every day at " : "from Monday to Friday at ") + when.substr(at + 1);
  return "every " + when.substr(6, when.size() - 12) + " hours, from midnight";
}

std::string next_time(Visit const& visit, store::Receiver const& receiver) {
  auto const schedule = schedule_of(receiver.value("when"));
  if (!schedule || !receiver.why_nothing(visit.hub.today).empty()) return "";
  auto const next = next_due(*schedule, views::wall_clock(visit.district->time_zone), visit.now);
  return next ? views::local_time(store::moment_text(*next), visit.district->time_zone).text_with_weekday() : "";
}

Model receiver_card(Visit& visit, store::Receiver const& receiver) {
  auto const made = store::newest_exports(visit.hub.home.operations(), visit.district->id, {.receiver = receiver.id}, std::nullopt, 1);
  Model last(false);
  if (!made.empty())
    last = Model{{"id", made[0].id},
                 {"when", views::local_time(made[0].created, visit.district->time_zone).text()},
                 {"to", export_address(visit, made[0].id)},
                 {"outcome", export_tag(made[0])}};
  return {{"id", receiver.id},
          {"name", receiver.name},
          {"kind", store::receiver_kind(receiver.kind)->title},
          {"to", address_of(visit, receiver)},
          {"state", state_tag(receiver, visit.hub.today)},
          {"when_made", when_in_words(receiver)},
          {"until", receiver.value("until")},
          {"last", std::move(last)}};
}

std::string treatment_in_words(store::Treatment treatment) {
  switch (treatment) {
    case store::Treatment::LeftOut:
      return "left out";
    case store::Treatment::AsIs:
      return "as it is";
    case store::Treatment::Pseudonym:
      return "pseudonym of this receiver";
    case store::Treatment::AgeBand:
      break;
  }
  return "age band (under 13, 13-15, 16-17, 18 or over)";
}

Model policy_model(store::Policy const& policy) {
  Model tables = Model::List();
  for (auto const* table : all_tables) {
    if (!policy.has(table->id) || (policy.flat && table->id != TableId::Users)) continue;
    Model columns = Model::List(), out = Model::List();
    bool any_out = false;
    for (std::size_t f = 0; f < table->fields.size(); ++f) {
      auto const& field = table->fields[f];
      if (!is_in(field.in, policy.version) || field.privacy == Privacy::Secret || field.need == Need::DeltaOnly) continue;
      auto const as = policy.of(table->id, f);
      if (as == store::Treatment::LeftOut) {
        out.add(field.name), any_out = true;
      } else {
        // What refers to somebody whose id is a pseudonym has that pseudonym.
        bool const follows = as == store::Treatment::AsIs && field.refers_to != TableId::None && policy.has(field.refers_to) &&
                             policy.of(field.refers_to, 0) == store::Treatment::Pseudonym;
        columns.add({{"name", field.name},
                     {"as", store::name_of(as)},
                     {"words", follows ? treatment_in_words(store::Treatment::Pseudonym) : treatment_in_words(as)},
                     {"as_is", as == store::Treatment::AsIs && !follows}});
      }
    }
    if (policy.metadata[static_cast<std::size_t>(table->id)]) columns.add({{"name", "metadata.*"}, {"as", "as-is"}, {"words", "as it is"}, {"as_is", true}});
    tables.add({{"table", table->name},
                {"title", table_in_words(table->name)},
                {"columns", std::move(columns)},
                {"left_out", std::move(out)},
                {"any_left_out", any_out}});
  }
  return {{"tables", std::move(tables)}};
}

}  // namespace rollbook::web
