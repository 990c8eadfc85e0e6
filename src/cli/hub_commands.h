// The commands that work with what is kept: districts, their sources and runs, and the people who sign in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/hub.h"

namespace CLI {
class App;
}

namespace rollbook::cli {

// Makes the commands known; `status` is set by the one that runs.
void add_hub_commands(CLI::App& app, int& status);

int run_district_add(HubArguments const& hub, std::string const& name, std::string const& time_zone);
int run_district_list(HubArguments const& hub);

struct SourceArguments {
  std::string name, district;
  std::vector<std::pair<std::string, std::string>> settings;
};
int run_source_add(HubArguments const& hub, SourceArguments const& arguments);
int run_source_set(HubArguments const& hub, SourceArguments const& arguments);
int run_source_list(HubArguments const& hub, std::string const& district);
int run_source_settings(HubArguments const& hub);

// Receivers: who is given data of a district.
struct ReceiverArguments {
  std::string name, district, kind = "oneroster-1.1", out, secret_file;
  bool preview = false;
  std::optional<std::string> today;
  std::vector<std::pair<std::string, std::string>> settings;
};
int run_receiver_add(HubArguments const& hub, ReceiverArguments const& arguments);
int run_receiver_set(HubArguments const& hub, ReceiverArguments const& arguments);
int run_receiver_state(HubArguments const& hub, ReceiverArguments const& arguments, std::string const& state);
int run_receiver_list(HubArguments const& hub, ReceiverArguments const& arguments);
int run_receiver_settings(HubArguments const& hub);
int run_receiver_host_key(HubArguments const& hub, ReceiverArguments const& arguments);
int run_receiver_secret(HubArguments const& hub, ReceiverArguments const& arguments);
int run_hand_on(HubArguments const& hub, ReceiverArguments const& arguments);
int run_disclosures(HubArguments const& hub, ReceiverArguments const& arguments, std::string const& table, std::string const& sourced_id);

struct PersonArguments {
  std::string email, name, district, level;
  bool is_operator = false, demographics = false;
};
int run_person_add(HubArguments const& hub, PersonArguments const& arguments);
int run_person_grant(HubArguments const& hub, PersonArguments const& arguments);
int run_person_list(HubArguments const& hub, PersonArguments const& arguments);
int run_person_reset(HubArguments const& hub, PersonArguments const& arguments);
int run_person_set_active(HubArguments const& hub, PersonArguments const& arguments, bool active);

struct RunArguments {
  std::string district, source, approve, out, oneroster;
  std::vector<std::string> paths, except_schools, schools;
  std::int64_t run = 0;
  std::optional<std::int64_t> revision;
  std::optional<std::string> today;
  std::string table, sourced_id, new_id, from, until;
  std::vector<std::string> fields;  // NAME=VALUE
  bool dry_run = false, force = false, leave = false;
  bool edits_too = false;  // of a suspension
  unsigned threads = 0;
};
int run_leave(HubArguments const& hub, RunArguments const& arguments);  // a delivery, for its schedule to take
int run_sync_now(HubArguments const& hub, RunArguments const& arguments);
int run_late(HubArguments const& hub, RunArguments const& arguments);
int run_sync(HubArguments const& hub, RunArguments const& arguments);
int run_approve(HubArguments const& hub, RunArguments const& arguments);
int run_discard(HubArguments const& hub, RunArguments const& arguments);
int run_undo(HubArguments const& hub, RunArguments const& arguments);
int run_runs(HubArguments const& hub, RunArguments const& arguments);
int run_run(HubArguments const& hub, RunArguments const& arguments);

// Pauses and planned ranges.
struct PlannedArguments {
  bool no_removals = false;
  std::vector<std::string> thresholds;  // removed=50
  std::int64_t number = 0;
};
int run_pause(HubArguments const& hub, RunArguments const& arguments);  // of a source, or without one of the district
int run_resume(HubArguments const& hub, RunArguments const& arguments);
int run_source_deactivate(HubArguments const& hub, RunArguments const& arguments);
int run_source_delete(HubArguments const& hub, RunArguments const& arguments, bool with_records);
int run_source_replace(HubArguments const& hub, RunArguments const& arguments, std::string const& new_source);
int run_range_add(HubArguments const& hub, RunArguments const& arguments, PlannedArguments const& planned);
int run_range_list(HubArguments const& hub, RunArguments const& arguments);
int run_range_remove(HubArguments const& hub, RunArguments const& arguments, PlannedArguments const& planned);

// The server.
struct ServeArguments {
  std::string listen = "127.0.0.1:8080", tls_cert, tls_key, behind_proxy;
  std::string sftp, sftp_host, http_door, landing;
  bool watch_folders = false;
  unsigned threads = 0;
};
int run_serve(HubArguments const& hub, ServeArguments const& arguments);

// A home with an invented district in it. Prints who may sign in, and with which password.
int run_make_demo(HubArguments const& hub, std::uint64_t students);

// Clashes of the inbox, and what is decided of them.
struct InboxArguments {
  std::vector<std::string> keep, take;
};
int run_inbox(HubArguments const& hub, RunArguments const& arguments, InboxArguments const& decided);

int run_export(HubArguments const& hub, RunArguments const& arguments);
int run_retention(HubArguments const& hub, RunArguments const& arguments, std::vector<std::string> const& keep);
int run_verify(HubArguments const& hub, RunArguments const& arguments);
int run_backup(HubArguments const& hub, std::string const& out);
int run_restore(HubArguments const& hub, std::string const& from);
int run_edit(HubArguments const& hub, RunArguments const& arguments);
int run_rekey(HubArguments const& hub, RunArguments const& arguments);
int run_find(HubArguments const& hub, RunArguments const& arguments, std::vector<std::string> const& words, bool rebuild);
int run_trace(HubArguments const& hub, RunArguments const& arguments, bool with_events);

}  // namespace rollbook::cli
