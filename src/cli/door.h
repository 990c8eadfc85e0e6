// rollbook door: the accounts by which sources are sent to the doors, folders that are watched, who is shut out, and the keys of this server.
#pragma once

#include <string>

#include "cli/hub_commands.h"

namespace CLI {
class App;
}

namespace rollbook::cli {

struct DoorArguments {
  std::string district, source, key_file, fingerprint, networks, address, day, folder;
};

int run_door_show(HubArguments const& hub, DoorArguments const& given);
int run_door_password(HubArguments const& hub, DoorArguments const& given, bool ends);
int run_door_key_add(HubArguments const& hub, DoorArguments const& given);
int run_door_key_remove(HubArguments const& hub, DoorArguments const& given);
int run_door_allow(HubArguments const& hub, DoorArguments const& given);
int run_door_shut_out(HubArguments const& hub);
int run_door_let_in(HubArguments const& hub, DoorArguments const& given);
int run_door_folder(HubArguments const& hub, DoorArguments const& given, bool ends);
int run_door_host_key(HubArguments const& hub, DoorArguments const& given);

void add_door_commands(CLI::App& app, int& status);

}  // namespace rollbook::cli
