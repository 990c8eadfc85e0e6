#include "cli/door.h"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>

#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "doors/accounts.h"
#include "doors/folders.h"
#include "doors/host_keys.h"
#include "doors/http_door.h"
#include "doors/shut_out.h"
#include "doors/taking.h"
#include "report/words.h"
#include "store/moment.h"

namespace rollbook::cli {
namespace {

int with_source(HubArguments const& hub_arguments, DoorArguments const& given, std::function<int(runs::Hub&, store::Source const&)> const& work) {
  RunArguments run;
  run.district = given.district;
  return in_hub(hub_arguments, run, [&](runs::Hub& hub, store::District const& district) {
    auto const source = store::find_source(hub.home.operations(), district, given.source);
    return source ? work(hub, *source) : say_why(source.trouble().text);
  });
}

int print(std::string const& out) { return std::fputs(out.c_str(), stdout), exit_fine; }

int in_home(HubArguments const& hub_arguments, std::function<int(store::Home&)> const& work) {
  auto home = open_home(hub_arguments);
  return home ? work(*home) : complain(home.trouble().text);
}

std::string today() { return store::moment_text(std::time(nullptr)).substr(0, 10); }

int done(std::optional<Trouble> const& trouble, std::string const& said) { return trouble ? say_why(trouble->text) : print(said + "\n"); }

std::string in_text(store::Database& operations, store::Source const& source, doors::Account const& account) {
  auto const address = doors::door_address(operations);
  std::string out;
  out += "host         " + (address.host.empty() ? "the name of this server" : address.host) + "\n";
  out += "port         " + (address.port > 0 ? std::to_string(address.port) : "the door is closed: start the server with --sftp") + "\n";
  out += "user         " + account.name + "\n";
  if (auto const http = doors::http_door_address(operations); !http.empty()) out += "by HTTPS     " + http + "/doors/" + account.name + "/\n";
  for (auto const& key : doors::host_keys_of(operations, today())) out += "host key     " + key.kind + " " + key.fingerprint + "\n";
  for (auto const& key : doors::coming_host_keys(operations, today())) out += "from " + key.from_day + " on: " + key.kind + " " + key.fingerprint + "\n";
  out += "password     " + std::string(account.has_password ? "set" : "none") + "\n";
  for (auto const& key : doors::keys_of(operations, source.id))
    out += "key          " + key.kind + " " + key.fingerprint + (key.comment.empty() ? "" : " " + key.comment) + "\n";
  out += "comes from   " + (account.allowed.empty() ? "everywhere" : account.allowed) + "\n";
  out += "last here    " + (account.last_at.empty() ? "never" : account.last_at + " from " + account.last_from) + "\n";
  for (auto const& one : doors::incomplete_of(operations, source.id))
    out += "incomplete   " + visible(one.name) + ": " + std::to_string(one.bytes) + " bytes since " + store::moment_text(one.since) +
           (one.usual > 0 ? ", " + std::to_string(one.per_cent()) + " % of what the last delivery weighed" : "") + "\n";
  return out;
}

std::string in_json(store::Database& operations, store::Source const& source, doors::Account const& account) {
  auto const address = doors::door_address(operations);
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("host", address.host)
      .field("port", address.port)
      .field("user", account.name)
      .field("http", doors::http_door_address(operations))
      .key("host_keys")
      .begin_array();
  for (auto const& key : doors::host_keys_of(operations, today()))
    json.begin_object().field("kind", key.kind).field("fingerprint", key.fingerprint).end_object();
  json.end_array().field("password", account.has_password).key("keys").begin_array();
  for (auto const& key : doors::keys_of(operations, source.id)) json.begin_object().field("kind", key.kind).field("fingerprint", key.fingerprint).end_object();
  json.end_array().field("allowed", account.allowed).field("last_at", account.last_at).field("last_from", account.last_from).key("incomplete").begin_array();
  for (auto const& one : doors::incomplete_of(operations, source.id))
    json.begin_object()
        .field("name", one.name)
        .field("bytes", one.bytes)
        .field("percent", one.per_cent())
        .field("since", store::moment_text(one.since))
        .end_object();
  json.end_array().end_object();
  return out + "\n";
}

}  // namespace

int run_door_show(HubArguments const& hub_arguments, DoorArguments const& given) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    auto& operations = hub.home.operations();
    auto const account = doors::account_of(operations, source.id);
    if (!account) return say_why("The source " + source.name + " has no account yet: \"rollbook door key add\" or \"rollbook door password\" makes one.");
    auto const out = hub_arguments.format == "json" ? in_json(operations, source, *account) : in_text(operations, source, *account);
    if (operations.trouble()) return complain(operations.trouble()->text);
    return print(out);
  });
}

int run_door_password(HubArguments const& hub_arguments, DoorArguments const& given, bool ends) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    auto& operations = hub.home.operations();
    if (ends) return done(doors::end_password(operations, source, hub.actor), "The account of " + source.name + " has no password any more.");
    auto const password = doors::make_password(operations, source, hub.actor);
    if (!password) return say_why(password.trouble().text);
    std::fprintf(stderr, "The password of %s is shown this once; the one before is good no more.\n", doors::account_name(source).c_str());
    return print(*password + "\n");
  });
}

int run_door_key_add(HubArguments const& hub_arguments, DoorArguments const& given) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    std::ifstream in(given.key_file, std::ios::binary);
    if (!in) return complain("The file " + given.key_file + " cannot be read.");
    std::string line;
    std::getline(in, line, '\0');
    auto const key = doors::add_key(hub.home.operations(), source, line.substr(0, 16'384), hub.actor);
    return key ? print(doors::account_name(source) + " may sign in with " + key->kind + " " + key->fingerprint + "\n") : say_why(key.trouble().text);
  });
}

int run_door_key_remove(HubArguments const& hub_arguments, DoorArguments const& given) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    return done(doors::remove_key(hub.home.operations(), source, given.fingerprint, hub.actor), "The key is removed.");
  });
}

int run_door_allow(HubArguments const& hub_arguments, DoorArguments const& given) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    auto const networks = given.networks == "everywhere" ? "" : given.networks;
    return done(doors::set_allowed(hub.home.operations(), source, networks, hub.actor),
                doors::account_name(source) + " may come from " + (networks.empty() ? "everywhere." : networks + " alone."));
  });
}

int run_door_folder(HubArguments const& hub_arguments, DoorArguments const& given, bool ends) {
  return with_source(hub_arguments, given, [&](runs::Hub& hub, store::Source const& source) {
    auto& operations = hub.home.operations();
    if (ends && !given.folder.empty()) return complain("--off needs no path.");
    if (ends) return done(doors::watch_no_folder(operations, source, hub.actor), "No folder is watched for " + source.name + " any more.");
    if (!given.folder.empty())
      if (auto const trouble = doors::watch_folder(operations, source, given.folder, hub.data_folder, hub.actor)) return say_why(trouble->text);
    auto const folder = doors::folder_of(operations, source.id);
    if (!folder) return say_why("No folder is watched for " + source.name + ". Name one by its whole path.");
    auto out = folder->path + "\n";
    if (!folder->trouble.empty()) out += folder->trouble + "\n";
    if (!doors::folders_are_watched(operations)) out += "Nobody looks into it yet: start the server with --watch-folders.\n";
    return print(out);
  });
}

int run_door_shut_out(HubArguments const& hub_arguments) {
  return in_home(hub_arguments, [&](store::Home& home) {
    auto const all = doors::shut_out_now(home.operations(), std::time(nullptr));
    if (home.operations().trouble()) return complain(home.operations().trouble()->text);
    std::string out, text;
    JsonWriter json(out);
    json.begin_array();
    for (auto const& one : all) {
      json.begin_object().field("address", one.subject).field("until", store::moment_text(one.until)).field("failures", one.failures).end_object();
      text += one.subject + " until " + store::moment_text(one.until) + ", after " + std::to_string(one.failures) + " failures\n";
    }
    json.end_array();
    return print(hub_arguments.format == "json" ? out + "\n" : text.empty() ? "Nobody is shut out.\n" : text);
  });
}

int run_door_let_in(HubArguments const& hub_arguments, DoorArguments const& given) {
  return in_home(hub_arguments,
                 [&](store::Home& home) { return done(doors::let_in_again(home.operations(), given.address, actor()), given.address + " may try again."); });
}

int run_door_host_key(HubArguments const& hub_arguments, DoorArguments const& given) {
  return in_home(hub_arguments, [&](store::Home& home) {
    auto const key = store::ServerKey::load(folder_of(hub_arguments));
    if (!key) return complain(key.trouble().text);
    auto const good = given.day.size() == 10 && given.day[4] == '-' && given.day[7] == '-' && given.day > today();
    if (!good) return say_why("--from wants a day to come, like 2027-01-31: senders need time to take up the new fingerprint.");
    if (auto trouble = doors::announce_host_keys(home.operations(), *key, given.day, actor())) return complain(trouble->text);
    std::string out = "From " + given.day + " on this server shows:\n";
    for (auto const& one : doors::coming_host_keys(home.operations(), today()))
      out += "  " + one.kind + " " + one.fingerprint + (one.from_day == given.day ? "" : " (from " + one.from_day + ")") + "\n";
    return print(out);
  });
}

}  // namespace rollbook::cli
