// Notifications: which letters somebody gets from a district, of all its sources and of single ones; and what became of the newest.
#include "letters/mail_settings.h"
#include "letters/outbox.h"
#include "letters/wishes.h"
#include "letters/words.h"
#include "store/moment.h"
#include "store/sources.h"
#include "views/local_time.h"
#include "web/letters_pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t letters_shown = 10;

// A letter of these kinds is about a source.
bool is_of_a_source(store::EventKind kind) { return kind != store::EventKind::HostKey && kind != store::EventKind::Digest; }

std::string field_of(store::Source const& source, store::EventKind kind) { return "of-" + std::to_string(source.id) + "-" + std::string(store::name_of(kind)); }

std::optional<bool> said_of(std::vector<letters::Wish> const& wishes, std::int64_t source, store::EventKind kind) {
  for (auto const& wish : wishes)
    if (wish.source == source && wish.kind == kind) return wish.wanted;
  return std::nullopt;
}

Model kinds_of_district(Visit const& visit, std::vector<letters::Wish> const& wishes) {
  Model list = Model::List();
  for (auto const kind : store::all_event_kinds) {
    auto const words = letters::words_of(kind);
    auto const by_default = letters::gets_by_default(visit.standing, visit.district->id, kind);
    list.add({{"name", store::name_of(kind)}, {"title", words.title}, {"what", words.what}, {"selected", said_of(wishes, 0, kind).value_or(by_default)}});
  }
  return list;
}

Model kinds_of_source(store::Source const& source, std::vector<letters::Wish> const& wishes) {
  Model list = Model::List();
  for (auto const kind : store::all_event_kinds) {
    if (!is_of_a_source(kind)) continue;
    auto const said = said_of(wishes, source.id, kind);
    Model options = Model::List();
    options.add(choice("", "As for all sources", !said));
    options.add(choice("yes", "Yes", said == true));
    options.add(choice("no", "No", said == false));
    list.add({{"id", field_of(source, kind)}, {"title", letters::words_of(kind).title}, {"options", std::move(options)}});
  }
  return list;
}

bool says_anything(store::Source const& source, std::vector<letters::Wish> const& wishes) {
  for (auto const& wish : wishes)
    if (wish.source == source.id) return true;
  return false;
}

Model newest_letters(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  Model list = Model::List();
  for (auto const& item : letters::list_items(operations, {.account = visit.account->id, .district = visit.district->id}, {}, letters_shown)) {
    auto const event = store::find_event(operations, item.event);
    if (!event) continue;
    auto const state = item.state == "sent"      ? tag("ok", "ok", "sent")
                       : item.state == "waiting" ? tag("info", "waiting", "waiting")
                                                 : tag("error", "error", "not sent");
    list.add({{"title", letters::words_of(event->kind).title},
              {"when", views::local_time(store::moment_text(item.created), visit.district->time_zone).text_with_weekday()},
              {"to", letters::page_of(*event)},
              {"state", state},
              {"why", item.state == "sent" ? "" : item.why}});
  }
  return list;
}

std::vector<store::Source> sources_here(Visit& visit) {
  auto sources = store::list_sources(visit.hub.home.operations(), *visit.district);
  return sources ? std::move(*sources) : std::vector<store::Source>();
}

View page(Visit& visit, Model told) {
  auto& operations = visit.hub.home.operations();
  auto const wishes = letters::wishes_of(operations, visit.account->id, visit.district->id);
  Model sources = Model::List();
  for (auto const& source : sources_here(visit))
    sources.add({{"name", source.name}, {"open", says_anything(source, wishes)}, {"kinds", kinds_of_source(source, wishes)}});
  bool const has_sources = !sources.get<Model::List>()->empty();
  auto newest = newest_letters(visit);
  bool const is_reader = letters::may_get(visit.standing, visit.district->id);
  bool const has_mail = letters::missing_for_mail(letters::mail_settings(operations)).empty();
  View view{"notifications", "Notifications"};
  view.model = {
      {"has_mail", has_mail},
      {"no_mail", has_mail
                      ? Model(false)
                      : alert("info", "This server sends no letters yet: whoever operates it has still to set the mail server. What you choose here is kept.")},
      {"no_reader", is_reader ? Model(false) : alert("info", "Letters are for people who may see the history of the whole district.")},
      {"here", visit.in_district("administration/notifications")},
      {"told", std::move(told)},
      {"email", visit.account->email},
      {"kinds", kinds_of_district(visit, wishes)},
      {"has_sources", has_sources},
      {"sources", std::move(sources)},
      {"has_newest", !newest.get<Model::List>()->empty()},
      {"newest", std::move(newest)}};
  return view;
}

}  // namespace

Answer notifications(Visit& visit) { return page(visit, Model(false)); }

Answer test_notifications(Visit& visit) {
  auto const sent = send_test_to(visit);
  bool const went = sent.sent == letters::Sent::Done;
  auto view = page(visit, went ? alert("success", test_letter_went(visit)) : alert("danger", sent.why));
  if (!went) view.status = 422;
  return view;
}

Answer save_notifications(Visit& visit) {
  std::vector<letters::Wish> wishes;
  auto const chosen = visit.form.every("want");
  for (auto const kind : store::all_event_kinds) wishes.push_back({0, kind, std::find(chosen.begin(), chosen.end(), store::name_of(kind)) != chosen.end()});
  for (auto const& source : sources_here(visit))
    for (auto const kind : store::all_event_kinds)
      if (auto const said = visit.form[field_of(source, kind)]; said == "yes" || said == "no") wishes.push_back({source.id, kind, said == "yes"});
  if (auto const trouble = letters::set_wishes(visit.hub.home.operations(), *visit.account, visit.district->id, wishes, visit.hub.actor))
    return Refusal{503, trouble->text};
  return Redirect{visit.in_district("administration/notifications"), "Saved."};
}

}  // namespace rollbook::web
