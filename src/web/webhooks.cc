// Webhooks of a district: programs that are told what happens, what they were sent and what they answered.
#include "letters/webhooks.h"

#include "letters/words.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "web/letters_pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t deliveries_of_a_page = 50;

struct Told {
  std::string wrong = {}, secret = {};
};

std::string in_words(std::string const& state) { return state == "active" ? "active" : "paused"; }

std::string address_of(Visit const& visit, letters::Webhook const& webhook) { return visit.in_district("administration/webhooks/" + std::to_string(webhook.id)); }

Model describe(Visit const& visit, letters::Webhook const& webhook) {
  return {{"id", webhook.id},
          {"url", webhook.url},
          {"kinds", webhook.kinds},
          {"created", views::local_time(webhook.created, visit.district->time_zone).text()},
          {"active", webhook.state == "active"},
          {"state", webhook.state == "active" ? tag("ok", "ok", in_words(webhook.state)) : tag("held", "held", in_words(webhook.state))},
          {"to", address_of(visit, webhook)}};
}

View page(Visit& visit, Told const& told) {
  View view{"webhooks", "Webhooks"};
  Model list = Model::List(), kinds = Model::List();
  for (auto const& one : letters::list_webhooks(visit.hub.home.operations(), visit.district->id)) list.add(describe(visit, one));
  auto const chosen = visit.form.every("event");
  for (auto const kind : store::all_event_kinds) {
    auto const words = letters::words_of(kind);
    bool const selected = !told.wrong.empty() && std::find(chosen.begin(), chosen.end(), store::name_of(kind)) != chosen.end();
    kinds.add({{"name", store::name_of(kind)}, {"title", words.title}, {"selected", selected}});
  }
  view.model = {{"wrong", told.wrong.empty() ? Model(false) : alert("danger", told.wrong)},
                {"secret", told.secret},
                {"here", visit.in_district("administration/webhooks")},
                {"has_webhooks", !list.get<Model::List>()->empty()},
                {"webhooks", std::move(list)},
                {"kinds", std::move(kinds)},
                {"url", part({.name = "url",
                              .label = "Address",
                              .type = "url",
                              .value = told.wrong.empty() ? "" : std::string(visit.form["url"]),
                              .hint = letters::may_be_http() ? "Like https://example.org/rollbook" : "Like https://example.org/rollbook; it has to be https",
                              .autocomplete = "off"})}};
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

std::optional<letters::Webhook> webhook_of_route(Visit const& visit) {
  auto const found = letters::find_webhook(visit.hub.home.operations(), visit.number(1));
  return found && found->district == visit.district->id && found->state != "ended" ? found : std::nullopt;
}

Model delivery_line(Visit& visit, letters::Item const& item) {
  auto const event = store::find_event(visit.hub.home.operations(), item.event);
  auto const when = [&](std::int64_t seconds) { return views::local_time(store::moment_text(seconds), visit.district->time_zone).text_with_weekday(); };
  auto const state = item.state == "sent" ? tag("ok", "ok", "taken") : item.state == "waiting" ? tag("info", "waiting", "waiting") : tag("error", "error", "given up");
  return {{"id", item.id},
          {"title", event ? letters::words_of(event->kind).title : ""},
          {"when", when(item.created)},
          {"attempts", item.attempts},
          {"status", item.status == 0 ? "" : std::to_string(item.status)},
          {"state", state},
          {"why", item.why},
          {"next", item.state == "waiting" ? when(item.due) : ""}};
}

}  // namespace

Answer webhooks(Visit& visit) { return page(visit, {}); }

Answer add_webhook(Visit& visit) {
  std::string kinds;
  for (auto const kind : visit.form.every("event")) kinds += (kinds.empty() ? "" : ",") + std::string(kind);
  auto const added = letters::add_webhook(visit.hub.home.operations(), visit.hub.key, *visit.district, std::string(visit.form["url"]), kinds, visit.hub.actor);
  if (!added) return page(visit, {.wrong = added.trouble().text + " Nothing is saved."});
  return page(visit, {.secret = added->secret});
}

Answer webhook(Visit& visit) {
  auto const found = webhook_of_route(visit);
  if (!found) return Refusal{404};
  View view{"webhook", "Webhook " + std::to_string(found->id)};
  view.crumbs = {{"Webhooks", visit.in_district("administration/webhooks")}};
  view.model = describe(visit, *found);
  auto const below = visit.query.has("before") ? std::optional(std::max<std::int64_t>(0, std::atoll(std::string(visit.query["before"]).c_str()))) : std::nullopt;
  auto items = letters::list_items(visit.hub.home.operations(), {.webhook = found->id}, below, deliveries_of_a_page + 1);
  bool const more = items.size() > deliveries_of_a_page;
  if (more) items.pop_back();
  Model list = Model::List();
  for (auto const& item : items) list.add(delivery_line(visit, item));
  view.model["has_deliveries"] = !items.empty();
  view.model["deliveries"] = std::move(list);
  view.model["newer"] = below ? address_of(visit, *found) : "";
  view.model["older"] = more ? address_of(visit, *found) + "?before=" + std::to_string(items.back().id) : "";
  return view;
}

Answer set_webhook(Visit& visit) {
  auto const found = webhook_of_route(visit);
  if (!found) return Refusal{404};
  std::string const state(visit.form["state"]);
  if (state != "active" && state != "paused" && state != "ended") return Refusal{422, "A webhook is paused, goes on, or is removed."};
  if (auto const trouble = letters::set_webhook_state(visit.hub.home.operations(), *found, state, visit.hub.actor)) return Refusal{503, trouble->text};
  if (state == "ended") return Redirect{visit.in_district("administration/webhooks"), "The webhook is removed."};
  return Redirect{address_of(visit, *found), state == "active" ? "It goes on." : "It is paused."};
}

}  // namespace rollbook::web
