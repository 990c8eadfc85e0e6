// The command line of the doors.
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/door.h"

namespace rollbook::cli {
namespace {

struct Given {
  HubArguments hub;
  DoorArguments door;
};

CLI::App* command(CLI::App& parent, std::string const& name, std::string const& what, Given& given) {
  auto* const made = parent.add_subcommand(name, what);
  made->add_option("--data", given.hub.data, "The folder that rosters are kept in (or ROLLBOOK_DATA)");
  made->add_option("--database", given.hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  made->add_option("--format", given.hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  return made;
}

CLI::App* command_of_source(CLI::App& parent, std::string const& name, std::string const& what, Given& given) {
  auto* const made = command(parent, name, what, given);
  made->add_option("--district", given.door.district, "Name or number of the district")->required();
  made->add_option("--source", given.door.source, "Name of the source")->required();
  return made;
}

}  // namespace

void add_door_commands(CLI::App& app, int& status) {
  auto const given = std::make_shared<Given>();
  auto* const door = app.add_subcommand("door", "The doors: who may leave deliveries by SFTP and HTTPS, and who is shut out");
  door->require_subcommand(1);
  auto* const show = command_of_source(*door, "show", "Show what a sender needs: host, port, user and the key of this server", *given);
  show->callback([given, &status] { status = run_door_show(given->hub, given->door); });
  auto* const password = command_of_source(*door, "password", "Make a password for the account of a source, and print it this once", *given);
  auto const ends = std::make_shared<bool>(false);
  password->add_flag("--none", *ends, "End its password instead: keys alone are good then");
  password->callback([given, ends, &status] { status = run_door_password(given->hub, given->door, *ends); });
  auto* const key = door->add_subcommand("key", "Public keys by which an account signs in");
  key->require_subcommand(1);
  auto* const add = command_of_source(*key, "add", "Add a public key: Ed25519, RSA of 3072 bits and more, or ECDSA", *given);
  add->add_option("file", given->door.key_file, "The file that ends in .pub")->required();
  add->callback([given, &status] { status = run_door_key_add(given->hub, given->door); });
  auto* const remove = command_of_source(*key, "remove", "Remove a public key", *given);
  remove->add_option("fingerprint", given->door.fingerprint, "SHA256:…, as \"rollbook door show\" tells it")->required();
  remove->callback([given, &status] { status = run_door_key_remove(given->hub, given->door); });
  auto* const allow = command_of_source(*door, "allow", "Say from which addresses an account may come", *given);
  allow->add_option("networks", given->door.networks, "Like 192.0.2.7,2001:db8::/32, or \"everywhere\"")->required();
  allow->callback([given, &status] { status = run_door_allow(given->hub, given->door); });
  auto* const folder = command_of_source(*door, "folder", "Have a folder of this machine watched for a source; without a name show it", *given);
  folder->add_option("path", given->door.folder, "The whole path of a folder that somebody else's server fills, like /srv/incoming/sis");
  auto const off = std::make_shared<bool>(false);
  folder->add_flag("--off", *off, "Watch no folder for it any more");
  folder->callback([given, off, &status] { status = run_door_folder(given->hub, given->door, *off); });
  auto* const shut_out = command(*door, "shut-out", "List addresses that are shut out after repeated failures", *given);
  shut_out->callback([given, &status] { status = run_door_shut_out(given->hub); });
  auto* const let_in = command(*door, "let-in", "Let an address try again that was shut out", *given);
  let_in->add_option("address", given->door.address, "As \"rollbook door shut-out\" tells it")->required();
  let_in->callback([given, &status] { status = run_door_let_in(given->hub, given->door); });
  auto* const host_key = command(*door, "host-key", "Announce new keys of this server for a day to come; senders are told by letter", *given);
  host_key->add_option("--from", given->door.day, "The first day on which they hold, 2027-01-31")->required();
  host_key->callback([given, &status] { status = run_door_host_key(given->hub, given->door); });
}

}  // namespace rollbook::cli
