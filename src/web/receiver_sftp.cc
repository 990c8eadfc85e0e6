// Where exports of a receiver are pushed to: its server, the key of that server as a person has confirmed it, and what lets us in, in this order.
#include "runs/sftp.h"
#include "store/receiver_secrets.h"
#include "web/parts.h"
#include "web/receiver_pages.h"
#include "web/receivers.h"

namespace rollbook::web {
namespace {

// Whoever waits for a page does not wait for long.
constexpr std::chrono::seconds longest_wait{8};

Model field(std::string_view name, std::string_view label, std::string value, std::string hint, bool required = true, std::string_view type = "text") {
  return part({.name = name, .label = label, .type = type, .value = std::move(value), .hint = std::move(hint), .autocomplete = "off", .required = required});
}

// `shown`: the key that the server has just now, for somebody to confirm.
View page_of(Visit& visit, store::Receiver const& receiver, std::string const& wrong, std::string const& shown = "") {
  auto const place = runs::sftp_place_of(receiver);
  auto const has_secret = store::has_receiver_secret(visit.hub.home.operations(), receiver.id);
  auto const missing = runs::missing_for_sftp(place, has_secret);
  View view{"receiver_sftp", "Delivery by SFTP: " + receiver.name};
  view.crumbs = crumbs_to(visit, receiver);
  auto const to = [&](std::string const& rest) { return address_of(visit, receiver, "sftp" + rest); };
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"missing", missing.empty() ? Model(false) : alert("info", missing)},
                {"ready", missing.empty()},
                {"used", receiver.value("delivery") == "sftp"},
                {"place", to("")},
                {"host", field("sftp-host", "Server", receiver.value("sftp-host"), "Like sftp.example.org")},
                {"port", field("sftp-port", "Port", receiver.value("sftp-port"), "")},
                {"user", field("sftp-user", "User", receiver.value("sftp-user"), "As the receiver has given it to you")},
                {"folder", field("sftp-folder", "Folder", receiver.value("sftp-folder"), "Empty: the one where the user arrives", false)},
                {"has_place", !place.host.empty() && !place.user.empty()},
                {"ask", to("/key")},
                {"pinned", place.host_key},
                {"shown", shown},
                {"same", !shown.empty() && shown == place.host_key},
                {"pin", to("/pin")},
                {"has_pinned", !place.host_key.empty()},
                {"secret", to("/secret")},
                {"has_secret", has_secret},
                {"password", field("password", "Password", "", "Sealed with the key of this server, and never shown again", false, "password")},
                {"settings", address_of(visit, receiver, "settings")},
                {"back", address_of(visit, receiver)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

std::optional<store::Receiver> open_receiver(Visit const& visit) {
  auto receiver = receiver_of_route(visit);
  return receiver && receiver->state != "ended" ? receiver : std::nullopt;
}

Answer set(Visit& visit, store::Receiver const& receiver, store::ReceiverChanges const& all, std::string const& said) {
  store::ReceiverChanges changes;
  for (auto const& [name, value] : all)
    if (value != receiver.value(name)) changes.emplace_back(name, value);
  auto const saved = store::set_receiver(visit.hub.home.operations(), *visit.district, receiver.id, changes, visit.hub.actor);
  if (!saved) return page_of(visit, receiver, saved.trouble().text + " Nothing is saved.");
  return Redirect{address_of(visit, receiver, "sftp"), changes.empty() ? "" : said};
}

}  // namespace

Answer receiver_sftp(Visit& visit) {
  auto const receiver = open_receiver(visit);
  if (!receiver) return Refusal{404};
  return page_of(visit, *receiver, "");
}

Answer save_receiver_sftp(Visit& visit) {
  auto const receiver = open_receiver(visit);
  if (!receiver) return Refusal{404};
  store::ReceiverChanges changes;
  for (std::string const name : {"sftp-host", "sftp-port", "sftp-user", "sftp-folder"}) changes.emplace_back(name, visit.form[name]);
  // What was confirmed was the key of another server.
  if (changes[0].second != receiver->value("sftp-host") || changes[1].second != receiver->value("sftp-port")) changes.emplace_back("sftp-host-key", "");
  return set(visit, *receiver, changes, "Saved.");
}

Answer ask_receiver_key(Visit& visit) {
  auto const receiver = open_receiver(visit);
  if (!receiver) return Refusal{404};
  auto limits = runs::sftp_limits();
  limits.connect = limits.silence = limits.whole = longest_wait;
  auto const place = runs::sftp_place_of(*receiver);
  if (place.host.empty()) return page_of(visit, *receiver, "Say first which server it is.");
  auto const key = runs::ask_host_key(place, limits);
  if (!key) return page_of(visit, *receiver, key.trouble().text);
  return page_of(visit, *receiver, "", *key);
}

Answer pin_receiver_key(Visit& visit) {
  auto const receiver = open_receiver(visit);
  if (!receiver) return Refusal{404};
  std::string const key(visit.form["key"]);
  if (key.empty()) return page_of(visit, *receiver, "There is no key to confirm.");
  return set(visit, *receiver, {{"sftp-host-key", key}}, "The key is confirmed: exports go to the server that has it, and to no other.");
}

Answer save_receiver_secret(Visit& visit) {
  auto const receiver = open_receiver(visit);
  if (!receiver) return Refusal{404};
  if (receiver->value("sftp-host-key").empty()) return page_of(visit, *receiver, "Confirm the key of the server first.");
  std::string secret(visit.form["private-key"].empty() ? visit.form["password"] : visit.form["private-key"]);
  std::erase(secret, '\r');  // as browsers send lines
  if (!visit.form["private-key"].empty() && !secret.starts_with("-----BEGIN"))
    return page_of(visit, *receiver, "A private key begins with -----BEGIN. Nothing is saved.");
  if (auto const trouble = store::set_receiver_secret(visit.hub.home.operations(), visit.hub.key, *receiver, secret, visit.hub.actor))
    return page_of(visit, *receiver, trouble->text + " Nothing is saved.");
  return Redirect{address_of(visit, *receiver, "sftp"), "Saved, and sealed."};
}

}  // namespace rollbook::web
