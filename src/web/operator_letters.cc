// The mail server of the installation: where it is, what lets Rollbook in, a test letter, and what waits. For the operator, who sees no letters.
#include <chrono>

#include "letters/mail_settings.h"
#include "letters/post_office.h"
#include "store/moment.h"
#include "web/letter_dress.h"
#include "web/letters_pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_listed = 20;
// Whoever waits for a page does not wait for long.
constexpr std::chrono::seconds longest_wait{10};

struct Told {
  std::string wrong = {}, done = {};
};

std::string label_of(std::string_view setting) {
  if (setting == "address") return "Address of the portal";
  if (setting == "server") return "Mail server";
  if (setting == "port") return "Port";
  if (setting == "user") return "User";
  if (setting == "from") return "Letters come from";
  return "Name beside it";
}

Model text_fields(Visit const& visit, letters::MailSettings const& settings, bool typed) {
  Model list = Model::List();
  for (auto const& one : letters::mail_setting_list()) {
    if (one.name == "security") continue;
    auto const value = typed ? std::string(visit.form[one.name]) : settings.value(one.name);
    bool const required = one.name == "address" || one.name == "server" || one.name == "from";
    list.add(part({.name = one.name, .label = label_of(one.name), .value = value, .hint = std::string(one.doc), .autocomplete = "off", .required = required}));
  }
  return list;
}

Model letters_that_did_not_go(store::Database& operations) {
  Model list = Model::List();
  for (std::string const state : {"waiting", "given up"})
    for (auto const& item : letters::list_items(operations, {.state = state}, {}, most_listed))
      list.add({{"id", item.id},
                {"created", store::moment_text(item.created)},
                {"state", state == "waiting" ? tag("info", "waiting", "waiting") : tag("error", "error", "given up")},
                {"attempts", item.attempts},
                {"next", state == "waiting" ? store::moment_text(item.due) : ""},
                {"why", item.why}});
  return list;
}

View page(Visit& visit, Told const& told) {
  auto& operations = visit.hub.home.operations();
  auto const settings = letters::mail_settings(operations);
  auto const missing = letters::missing_for_mail(settings);
  auto const waiting = letters::letters_waiting(operations);
  auto const security = !told.wrong.empty() && visit.form.has("security") ? std::string(visit.form["security"]) : settings.value("security");
  Model choices = Model::List();
  choices.add(choice("starttls", "STARTTLS", security == "starttls"));
  choices.add(choice("tls", "TLS from the beginning", security == "tls"));
  choices.add(choice("none", "None: everybody on the way reads along", security == "none"));
  auto open = letters_that_did_not_go(operations);
  View view{"operator_letters", "Letters"};
  view.crumbs = {{"Operator", "/operator"}};
  view.model = {{"wrong", told.wrong.empty() ? Model(false) : alert("danger", told.wrong)},
                {"done", told.done.empty() ? Model(false) : alert("success", told.done)},
                {"missing", missing.empty() ? Model(false) : alert("info", missing)},
                {"ready", missing.empty()},
                {"fields", text_fields(visit, settings, !told.wrong.empty() && visit.form.has("server"))},
                {"choices", std::move(choices)},
                {"has_password", settings.has_password},
                {"password", part({.name = "password",
                                   .label = "Password",
                                   .type = "password",
                                   .hint = "Sealed with the key of this server, and never shown again. Empty: none",
                                   .autocomplete = "off",
                                   .required = false})},
                {"email", visit.account->email},
                {"waiting", waiting.waiting},
                {"given_up", waiting.given_up},
                {"has_open", !open.get<Model::List>()->empty()},
                {"open", std::move(open)}};
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer operator_letters(Visit& visit) { return page(visit, {}); }

Answer set_operator_letters(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const settings = letters::mail_settings(operations);
  std::vector<std::pair<std::string, std::string>> changes;
  for (auto const& one : letters::mail_setting_list())
    if (std::string const value(visit.form[one.name]); value != settings.value(one.name)) changes.emplace_back(one.name, value);
  if (auto const trouble = letters::set_mail(operations, changes, visit.hub.actor)) return page(visit, {.wrong = trouble->text + " Nothing is saved."});
  return Redirect{"/operator/letters", "Saved."};
}

Answer set_letters_password(Visit& visit) {
  if (auto const trouble = letters::set_mail_password(visit.hub.home.operations(), visit.hub.key, std::string(visit.form["password"]), visit.hub.actor))
    return page(visit, {.wrong = trouble->text});
  return Redirect{"/operator/letters", visit.form["password"].empty() ? "No password is used any more." : "Saved, and sealed."};
}

Answer send_test(Visit& visit) {
  auto const sent = send_test_to(visit);
  return page(visit, sent.sent == letters::Sent::Done ? Told{.done = test_letter_went(visit)} : Told{.wrong = sent.why});
}

std::string test_letter_went(Visit const& visit) {
  return "The mail server has taken a test letter to " + visit.account->email + ". Look whether it arrives.";
}

letters::Tried send_test_to(Visit& visit) {
  letters::PostOptions options{.place = {}, .key = visit.hub.key};
  options.dress = [](letters::Words const& words) { return dress_letter(words); };
  auto const until = std::chrono::steady_clock::now() + longest_wait;
  return letters::send_test_letter(visit.hub.home.operations(), options, visit.account->email, visit.now,
                                   [until] { return std::chrono::steady_clock::now() > until; });
}

}  // namespace rollbook::web
