// What a sender needs, ready to be copied; its keys, its password, which is shown once, and where it may come from.
#include "doors/accounts.h"
#include "doors/folders.h"
#include "doors/host_keys.h"
#include "doors/http_door.h"
#include "doors/shut_out.h"
#include "doors/taking.h"
#include "report/words.h"
#include "runs/source_change.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "web/door_pages.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

struct Told {
  std::string wrong = {}, password = {};  // a password is told once, on the page that made it
  std::string key = {};                   // as it was pasted
};

Model host_keys_model(std::vector<doors::HostKey> const& keys) {
  Model all = Model::List();
  for (auto const& key : keys) all.add({{"kind", key.kind}, {"fingerprint", key.fingerprint}, {"from", key.from_day}});
  return all;
}

Model incomplete_model(Visit& visit, store::Source const& source) {
  Model all = Model::List();
  for (auto const& one : doors::incomplete_of(visit.hub.home.operations(), source.id))
    all.add({{"name", one.name},
             {"size", size_in_words(one.bytes)},
             {"since", local_moment(visit, store::moment_text(one.since))},
             {"percent", one.usual > 0 ? std::to_string(one.per_cent()) : ""}});
  return all;
}

View page_of(Visit& visit, store::Source const& source, Told const& told = {}) {
  auto& operations = visit.hub.home.operations();
  auto const account = doors::account_of(operations, source.id);
  auto const address = doors::door_address(operations);
  auto const day = store::moment_text(visit.now).substr(0, 10);
  auto const to = [&](std::string const& rest) { return address_of(visit, source, "door" + rest); };
  Model keys = Model::List();
  bool any_key = false;
  for (auto const& key : doors::keys_of(operations, source.id)) {
    keys.add({{"kind", key.kind}, {"fingerprint", key.fingerprint}, {"comment", key.comment}, {"remove", to("/key/remove")}});
    any_key = true;
  }
  auto incomplete = incomplete_model(visit, source);
  bool const any_incomplete = !doors::incomplete_of(operations, source.id).empty();
  auto const last_from = account ? account->last_from : std::string();
  auto const shut = last_from.empty() ? 0 : doors::shut_until(operations, last_from, visit.now);
  auto const folder = doors::folder_of(operations, source.id);
  View view{"door", "Delivery by SFTP: " + source.name};
  view.crumbs = crumbs_to(visit, source);
  view.model = {{"wrong", told.wrong.empty() ? Model(false) : alert("danger", told.wrong)},
                {"closed", address.port == 0
                               ? alert("info",
                                       "The SFTP door of this server is closed. Whoever operates it opens it with \"rollbook serve --sftp\"; an account can be "
                                       "set up before.")
                               : Model(false)},
                {"open", address.port > 0},
                {"host", address.host},
                {"port", address.port},
                {"user", doors::account_name(source)},
                {"host_keys", host_keys_model(doors::host_keys_of(operations, day))},
                {"coming", host_keys_model(doors::coming_host_keys(operations, day))},
                {"http", doors::http_door_address(operations)},
                {"folder", folder ? folder->path : ""},
                {"folder_trouble", folder ? folder->trouble : ""},
                {"folder_waits", folder && !doors::folders_are_watched(operations)},
                {"has_account", account.has_value()},
                {"has_password", account && account->has_password},
                {"password", told.password},
                {"make_password", to("/password")},
                {"end_password", to("/password/end")},
                {"keys", std::move(keys)},
                {"has_keys", any_key},
                {"add_key", to("/key")},
                {"pasted", told.key},
                {"allowed", part({.name = "networks",
                                  .label = "Addresses",
                                  .value = account ? account->allowed : "",
                                  .hint = "Like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32, with commas between several. Empty: from everywhere",
                                  .autocomplete = "off"})},
                {"allow", to("/allowed")},
                {"last", account && !account->last_at.empty() ? local_moment(visit, account->last_at) + ", from " + account->last_from : ""},
                {"shut", shut > 0 ? local_moment(visit, store::moment_text(shut)) : ""},
                {"shut_address", last_from},
                {"let_in", to("/let-in")},
                {"incomplete", std::move(incomplete)},
                {"has_incomplete", any_incomplete},
                {"back", address_of(visit, source)}};
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

// The source of the address, as long as deliveries come to it.
std::optional<store::Source> open_source(Visit const& visit) {
  auto source = source_of_route(visit);
  return source && source->is_active() ? source : std::nullopt;
}

Answer after(Visit& visit, store::Source const& source, std::optional<Trouble> const& trouble, std::string const& said) {
  if (trouble) return page_of(visit, source, {.wrong = trouble->text});
  return Redirect{address_of(visit, source, "door"), said};
}

}  // namespace

Answer door(Visit& visit) {
  auto const source = open_source(visit);
  return source ? Answer(page_of(visit, *source)) : Refusal{404};
}

Answer make_door_password(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  auto const password = doors::make_password(visit.hub.home.operations(), *source, visit.hub.actor);
  return page_of(visit, *source, password ? Told{.password = *password} : Told{.wrong = password.trouble().text});
}

Answer end_door_password(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  return after(visit, *source, doors::end_password(visit.hub.home.operations(), *source, visit.hub.actor), "The password is good no more.");
}

Answer add_door_key(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  auto const key = doors::add_key(visit.hub.home.operations(), *source, visit.form["key"], visit.hub.actor);
  if (key) return Redirect{address_of(visit, *source, "door"), "The key is added: " + key->fingerprint};
  // A private key is not shown again, not even to who pasted it.
  std::string const pasted(visit.form["key"]);
  return page_of(visit, *source, {.wrong = key.trouble().text, .key = pasted.find("PRIVATE") == std::string::npos ? pasted.substr(0, 2000) : ""});
}

Answer remove_door_key(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  return after(visit, *source, doors::remove_key(visit.hub.home.operations(), *source, std::string(visit.form["fingerprint"]), visit.hub.actor),
               "The key is removed.");
}

Answer set_door_allowed(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  return after(visit, *source, doors::set_allowed(visit.hub.home.operations(), *source, visit.form["networks"], visit.hub.actor), "Saved.");
}

// The address that the account came from last, and no other: others are the operator's.
Answer let_in_at_door(Visit& visit) {
  auto const source = open_source(visit);
  if (!source) return Refusal{404};
  auto const account = doors::account_of(visit.hub.home.operations(), source->id);
  if (!account || account->last_from.empty())
    return page_of(visit, *source, {.wrong = "Nobody has signed in with this account yet, so no address of it is shut out."});
  return after(visit, *source, doors::let_in_again(visit.hub.home.operations(), account->last_from, visit.hub.actor), account->last_from + " may try again.");
}

}  // namespace rollbook::web
