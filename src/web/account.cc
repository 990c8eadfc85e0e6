// One's own account: password, sessions, tokens for programs.
#include "access/sessions.h"
#include "base/day.h"
#include "views/local_time.h"
#include "web/cookies.h"
#include "web/live.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::int64_t day = 86400;
constexpr std::string_view levels[] = {"standard", "reporting", "enrollment", "system"};
constexpr std::string_view days_of_a_token[] = {"30", "90", "365"};

struct Told {
  std::string wrong_password = {}, wrong_token = {}, secret = {}, wrong_name = {}, wrong_email = {};
};

Model sessions_of(Visit const& visit) {
  Model all = Model::List();
  for (auto const& session : access::list_sessions(visit.hub.home.operations(), visit.account->id, visit.now))
    all.add({{"id", session.id},
             {"agent", session.agent.empty() ? "A program" : session.agent},
             {"peer", session.peer},
             {"begun", session.begun},
             {"last_seen", session.last_seen},
             {"this_one", visit.session && session.id == visit.session->id}});
  return all;
}

Model tokens_of(Visit const& visit) {
  Model all = Model::List();
  for (auto const& token : access::list_tokens(visit.hub.home.operations(), visit.account->id))
    all.add({{"id", token.id},
             {"name", token.name},
             {"district", token.scope.district},
             {"level", access::name_of(token.scope.level)},
             {"demographics", token.scope.demographics},
             {"created", token.created},
             {"last_used", token.last_used},
             {"ended", token.ends <= visit.now},
             {"ends", day_text(views::day_in("UTC", token.ends))}});
  return all;
}

Model new_token(Visit const& visit) {
  Model form;
  form["name"] = part({.name = "name", .label = "What it is for", .value = std::string(visit.form["name"]), .hint = "Like \"nightly export to the library\"."});
  Model districts = Model::List(), choices = Model::List(), days = Model::List();
  for (auto const id : visit.standing.districts())
    if (auto const district = store::find_district(visit.hub.home.operations(), std::to_string(id)))
      districts.add(choice(std::to_string(id), district->name, false));
  for (auto const level : levels) choices.add(choice(level, std::string(level), level == "reporting"));
  for (auto const number : days_of_a_token) days.add(choice(number, std::string(number) + " days", number == "90"));
  form["possible"] = !districts.get<Model::List>()->empty();
  form["districts"] = std::move(districts);
  form["levels"] = std::move(choices);
  form["days"] = std::move(days);
  return form;
}

View page(Visit const& visit, Told const& told) {
  View view{"account", "Your account"};
  view.model["name"] = visit.account->name;
  view.model["email"] = visit.account->email;
  auto const alert_of = [](std::string const& wrong) { return wrong.empty() ? Model(false) : alert("danger", wrong); };
  view.model["wrong_name"] = alert_of(told.wrong_name);
  view.model["wrong_email"] = alert_of(told.wrong_email);
  view.model["wrong_password"] = alert_of(told.wrong_password);
  view.model["wrong_token"] = alert_of(told.wrong_token);
  view.model["secret"] = told.secret;
  auto const typed = [&](bool here, char const* name, std::string const& before) { return here ? std::string(visit.form[name]) : before; };
  view.model["own_name"] =
      part({.name = "own_name", .label = "Your name", .value = typed(!told.wrong_name.empty(), "own_name", visit.account->name), .autocomplete = "name"});
  view.model["new_email"] = part({.name = "email",
                                  .label = "New e-mail address",
                                  .type = "email",
                                  .value = typed(!told.wrong_email.empty(), "email", ""),
                                  .hint = "You sign in with it from then on. Invitations that were sent to the old one are not valid for the new one.",
                                  .autocomplete = "email"});
  view.model["password_for_email"] = part({.name = "password_for_email", .label = "Your password", .type = "password", .autocomplete = "current-password"});
  view.model["now"] = part({.name = "now", .label = "Password you have now", .type = "password", .autocomplete = "current-password"});
  set_new_password(view.model, "At least 12 characters. Other places where you are signed in are signed out.");
  view.model["sessions"] = sessions_of(visit);
  view.model["tokens"] = tokens_of(visit);
  view.model["has_tokens"] = !view.model["tokens"].get<Model::List>()->empty();
  view.model["new_token"] = new_token(visit);
  if (!(told.wrong_password + told.wrong_token + told.wrong_name + told.wrong_email).empty()) view.status = 422;
  return view;
}

// What gives power for longer than a session is for people, not for programs.
std::optional<Refusal> only_for_people(Visit const& visit) {
  if (visit.session) return std::nullopt;
  return Refusal{403, "A token neither sees nor changes its account.", "Sign in with a browser."};
}

constexpr std::string_view not_the_password = "The password you have now was not right, or was tried too often. Wait a minute and try again.";

// Signing in once more, throttled like it: an unguarded browser must not be a way to guess.
bool knows_password(Visit const& visit, char const* field) {
  return access::sign_in(visit.hub.home.operations(), {visit.account->email, std::string(visit.form[field]), visit.head.peer, visit.now}).ok();
}

}  // namespace

// A token is for a part of what its account holds; where its person is signed in, and what other tokens there are, is no part of it.
Answer account(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  return page(visit, {});
}

Answer change_name(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  auto const trouble = access::change_name(visit.hub.home.operations(), visit.account->id, std::string(visit.form["own_name"]), visit.hub.actor);
  if (trouble) return page(visit, {.wrong_name = trouble->text});
  return Redirect{"/account", "Your name is changed."};
}

Answer change_email(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  if (!knows_password(visit, "password_for_email")) return page(visit, {.wrong_email = std::string(not_the_password)});
  auto const trouble = access::change_email(visit.hub.home.operations(), visit.account->id, std::string(visit.form["email"]), visit.now, visit.hub.actor);
  if (trouble) return page(visit, {.wrong_email = trouble->text});
  return Redirect{"/account", "Your e-mail address is changed. Sign in with the new one next time."};
}

Answer end_one_session(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  if (!access::end_session_of(visit.hub.home.operations(), visit.account->id, visit.number(0), visit.hub.actor)) return Refusal{404};
  visit.live->look_for_strangers();
  return Redirect{"/account", "That session has ended."};
}

Answer change_password(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  auto& operations = visit.hub.home.operations();
  if (visit.form["password"] != visit.form["again"]) return page(visit, {.wrong_password = "The two new passwords are not the same."});
  if (!knows_password(visit, "now")) return page(visit, {.wrong_password = std::string(not_the_password)});
  if (auto trouble = access::set_password(operations, visit.account->id, visit.form["password"], visit.hub.actor, visit.session->id))
    return page(visit, {.wrong_password = trouble->text});
  visit.live->look_for_strangers();  // the other sessions have ended
  return Redirect{"/account", "Your password is changed."};
}

Answer sign_out_everywhere(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  access::end_all_sessions(visit.hub.home.operations(), visit.account->id, visit.hub.actor);
  visit.live->look_for_strangers();
  visit.set_cookies.push_back(end_cookie(visit.secure, session_cookie));
  return Redirect{"/sign-in", "You are signed out everywhere."};
}

Answer add_token(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  access::Token wanted;
  wanted.account = visit.account->id;
  wanted.name = visit.form["name"];
  auto const held = visit.standing.districts();
  for (auto const id : held)
    if (visit.form["district"] == std::to_string(id)) wanted.scope.district = id;
  wanted.scope.level = access::level_by_name(visit.form["level"]).value_or(access::Level::None);
  wanted.scope.demographics = visit.form["demographics"] == "yes";
  for (auto const days : days_of_a_token)
    if (visit.form["days"] == days) wanted.ends = visit.now + std::stoi(std::string(days)) * day;
  if (wanted.scope.district == 0 || wanted.scope.level == access::Level::None || wanted.ends == 0)
    return page(visit, {.wrong_token = "Choose a district, a level and how long the token holds."});
  auto const made = access::make_token(visit.hub.home.operations(), wanted, visit.now, visit.hub.actor);
  if (!made) return page(visit, {.wrong_token = made.trouble().text});
  return page(visit, {.secret = made->secret});
}

Answer end_token(Visit& visit) {
  if (auto refused = only_for_people(visit)) return *refused;
  auto const trouble = access::end_token(visit.hub.home.operations(), visit.account->id, visit.number(0), visit.hub.actor);
  if (trouble) return Refusal{404};
  return Redirect{"/account", "The token has ended."};
}

}  // namespace rollbook::web
