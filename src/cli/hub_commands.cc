// The command line of what is kept. In a file of its own because CLI11 takes its time to compile.
#include "cli/hub_commands.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "cli/district_life.h"
#include "cli/batch.h"
#include "cli/door.h"
#include "cli/letters.h"

namespace rollbook::cli {
namespace {

// Options that every command of the hub has.
void add_place(CLI::App& command, HubArguments& hub) {
  command.add_option("--data", hub.data, "The folder that rosters are kept in (or ROLLBOOK_DATA)");
  command.add_option("--database", hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  command.add_option("--format", hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
}

// "live" alone means yes.
std::pair<std::string, std::string> setting_of(std::string const& text) {
  auto const at = text.find('=');
  return at == std::string::npos ? std::pair(text, std::string("yes")) : std::pair(text.substr(0, at), text.substr(at + 1));
}

struct Given {
  HubArguments hub;
  std::string time_zone, mode;
  bool live = false, apply_by_itself = false;
  SourceArguments source;
  RunArguments run;
  PersonArguments person;
  PlannedArguments planned;
  ServeArguments serve;
  std::uint64_t demo_students = 4000;
  InboxArguments inbox;
  std::string new_source;
  bool with_records = false, rebuild = false;
  std::vector<std::string> words;
  std::vector<std::string> settings;
  ReceiverArguments receiver;

  ReceiverArguments of_receiver() const {
    auto all = receiver;
    for (auto const& text : settings) all.settings.push_back(setting_of(text));
    return all;
  }
  SourceArguments arguments() const {
    auto all = source;
    if (!mode.empty()) all.settings.emplace_back("mode", mode);
    if (live) all.settings.emplace_back("live", "yes");
    if (apply_by_itself) all.settings.emplace_back("apply-by-itself", "yes");
    for (auto const& text : settings) all.settings.push_back(setting_of(text));
    return all;
  }
};

void add_source_options(CLI::App& command, Given& given) {
  add_place(command, given.hub);
  command.add_option("name", given.source.name, "Name of the source")->required();
  command.add_option("--district", given.source.district, "Name or number of the district")->required();
  command.add_option("--mode", given.mode, "replace, add-and-update or manifest");
  command.add_flag("--live", given.live, "Its deliveries may be applied, after approval; without it, it is a trial until the first one is approved");
  command.add_flag("--apply-by-itself", given.apply_by_itself, "Without approval, when nothing holds them");
  command.add_option("settings", given.settings, "NAME=VALUE …, see \"rollbook source settings\"");
}

CLI::App* command_of_district(CLI::App& app, std::string const& name, std::string const& what, Given& given) {
  auto* const command = app.add_subcommand(name, what);
  add_place(*command, given.hub);
  command->add_option("--district", given.run.district, "Name or number of the district")->required();
  command->add_option("--today", given.run.today, "The day that guards and edits go by, YYYY-MM-DD");
  command->add_option("--threads", given.run.threads, "Threads to use; all cores by default");
  return command;
}

// Runs: deliveries, and what people decide of them.
void add_run_commands(CLI::App& app, std::shared_ptr<Given> const& given, int& status) {
  auto& run = given->run;
  auto* const sync = command_of_district(app, "sync", "Take a delivery: check, compare, and apply it when nothing holds it", *given);
  sync->add_option("delivery", run.paths, "A zip, a folder, or CSV files")->required();
  sync->add_option("--source", run.source, "Name of the source that it comes from")->required();
  sync->add_flag("--dry-run", run.dry_run, "Show what would change, and write nothing");
  sync->add_option("--approve", run.approve, "Apply it if it changes exactly what a dry run with this digest has shown");
  sync->add_flag("--leave", run.leave, "Only keep it, as a door does: the schedule of its source takes it, or the workers of a server")
      ->excludes("--dry-run")
      ->excludes("--approve");
  sync->callback([given, &status] { status = given->run.leave ? run_leave(given->hub, given->run) : run_sync(given->hub, given->run); });

  auto* const now = command_of_district(app, "sync-now", "Take what waits for the schedule of a source, without waiting for it", *given);
  now->add_option("--source", run.source, "Name of the source")->required();
  now->callback([given, &status] { status = run_sync_now(given->hub, given->run); });

  auto* const late = command_of_district(app, "late", "Deliveries that should have come and have not, and whose move it is", *given);
  late->callback([given, &status] { status = run_late(given->hub, given->run); });

  auto* const approve = command_of_district(app, "approve", "Apply a run that waits for a decision", *given);
  approve->add_option("run", run.run, "Number of the run")->required();
  approve->add_option("--except-school", run.except_schools, "Leave out the changes of this school (sourcedId)");
  approve->callback([given, &status] { status = run_approve(given->hub, given->run); });

  auto* const discard = command_of_district(app, "discard", "Decide against a run that waits", *given);
  discard->add_option("run", run.run, "Number of the run")->required();
  discard->callback([given, &status] { status = run_discard(given->hub, given->run); });

  auto* const undo = command_of_district(app, "undo", "Take back what a run changed", *given);
  undo->add_option("run", run.run, "Number of the run")->required();
  undo->add_flag("--dry-run", run.dry_run, "Show what would change, and write nothing");
  undo->add_flag("--force", run.force, "Also where later runs or people changed something since");
  undo->callback([given, &status] { status = run_undo(given->hub, given->run); });

  auto* const runs = command_of_district(app, "runs", "List the runs of a district", *given);
  runs->callback([given, &status] { status = run_runs(given->hub, given->run); });

  auto* const one = command_of_district(app, "run", "Show what a run did, or would do", *given);
  one->add_option("run", run.run, "Number of the run")->required();
  one->callback([given, &status] { status = run_run(given->hub, given->run); });

  auto* const export_command = command_of_district(app, "export", "Write the roster as a OneRoster zip", *given);
  export_command->add_option("out", run.out, "The zip to write, or a folder")->required();
  export_command->add_option("--revision", run.revision, "As it was then; the newest by default");
  export_command->add_option("--oneroster", run.oneroster, "1.1 or 1.2; as the last delivery by default")->check(CLI::IsMember({"1.1", "1.2"}));
  export_command->add_flag("--force", run.force, "Also over files that are there already");
  export_command->add_option("--school", run.schools, "Only this school (sourcedId), and what belongs to it");
  export_command->callback([given, &status] { status = run_export(given->hub, given->run); });

  auto* const retention = command_of_district(app, "retention", "For how long a district keeps what is old; lets go of what is older", *given);
  retention->add_option("--keep", given->settings, "Keep deliveries, findings or leavers for so many days, or for ever: leavers=365, findings=ever");
  retention->add_flag("--dry-run", run.dry_run, "Only show what would go");
  retention->callback([given, &status] { status = run_retention(given->hub, given->run, given->settings); });

  auto* const verify = app.add_subcommand("verify", "Look whether everything that is stored is sound");
  add_place(*verify, given->hub);
  verify->add_option("--district", run.district, "Only this district");
  verify->callback([given, &status] { status = run_verify(given->hub, given->run); });

  auto* const backup = app.add_subcommand("backup", "Make a consistent copy, also while others work; the server key is not part of it");
  add_place(*backup, given->hub);
  backup->add_option("out", run.out, "A new folder")->required();
  backup->callback([given, &status] { status = run_backup(given->hub, given->run.out); });

  auto* const restore = app.add_subcommand("restore", "Bring a backup back into a new place");
  add_place(*restore, given->hub);
  restore->add_option("from", run.out, "The folder of the backup")->required();
  restore->callback([given, &status] { status = run_restore(given->hub, given->run.out); });

  auto* const edit = command_of_district(app, "edit", "Set fields of a record by hand", *given);
  edit->add_option("table", run.table, "Like users, classes, orgs")->required();
  edit->add_option("sourcedId", run.sourced_id, "Its id")->required();
  edit->add_option("fields", run.fields, "FIELD=VALUE …; nothing behind the = clears the field")->required();
  edit->add_option("--until", run.until, "Last day on which the edit holds, YYYY-MM-DD");
  edit->callback([given, &status] { status = run_edit(given->hub, given->run); });

  auto* const inbox = command_of_district(app, "inbox", "List edits by hand whose source says something else by now, and settle them", *given);
  inbox->add_option("--keep", given->inbox.keep, "Numbers of clashes: the edit stays");
  inbox->add_option("--take", given->inbox.take, "Numbers of clashes: the edit ends, what the source says counts");
  inbox->callback([given, &status] { status = run_inbox(given->hub, given->run, given->inbox); });

  auto* const rekey = command_of_district(app, "rekey", "Give a record another sourcedId", *given);
  rekey->add_option("table", run.table, "Like users, classes, orgs")->required();
  rekey->add_option("old", run.sourced_id, "The id it has")->required();
  rekey->add_option("new", run.new_id, "The id it gets")->required();
  rekey->callback([given, &status] { status = run_rekey(given->hub, given->run); });

  auto* const trace = command_of_district(app, "trace", "Tell for each field of a record who set it, when, and what it was before", *given);
  trace->add_option("table", run.table, "Like users, classes, orgs")->required();
  trace->add_option("sourcedId", run.sourced_id, "An id that it has, or had")->required();
  trace->callback([given, &status] { status = run_trace(given->hub, given->run, true); });

  auto* const find = command_of_district(app, "find", "Find people, classes, courses, organizations and sessions by name, id or e-mail", *given);
  find->add_option("words", given->words, "Words that all have to fit, or their beginnings; with commas between them several ids at once");
  find->add_flag("--rebuild", given->rebuild, "Make anew what is searched, from the roster");
  find->callback([given, &status] { status = run_find(given->hub, given->run, given->words, given->rebuild); });

  auto* const show = command_of_district(app, "show", "Show a record, now or as of a revision", *given);
  show->add_option("table", run.table, "Like users, classes, orgs")->required();
  show->add_option("sourcedId", run.sourced_id, "An id that it has, or had")->required();
  show->add_option("--revision", run.revision, "As it was then; the newest by default");
  show->callback([given, &status] { status = run_trace(given->hub, given->run, false); });
}

CLI::App* command_of_receiver(CLI::App& parent, std::string const& name, std::string const& what, Given& given) {
  auto* const command = parent.add_subcommand(name, what);
  add_place(*command, given.hub);
  command->add_option("name", given.receiver.name, "Name of the receiver")->required();
  command->add_option("--district", given.receiver.district, "Name or number of the district")->required();
  return command;
}

void add_receiver_commands(CLI::App& app, std::shared_ptr<Given> const& given, int& status) {
  auto* const receiver = app.add_subcommand("receiver", "Who is given data of a district, and which");
  receiver->require_subcommand(1);
  auto* const add = command_of_receiver(*receiver, "add", "Add a receiver", *given);
  add->add_option("--kind", given->receiver.kind, "oneroster-1.1, oneroster-1.2 or users-file")->capture_default_str();
  add->add_option("settings", given->settings, "NAME=VALUE …, see \"rollbook receiver settings\"");
  add->callback([given, &status] { status = run_receiver_add(given->hub, given->of_receiver()); });
  auto* const set = command_of_receiver(*receiver, "set", "Change settings of a receiver", *given);
  set->add_option("settings", given->settings, "NAME=VALUE …, see \"rollbook receiver settings\"");
  set->callback([given, &status] { status = run_receiver_set(given->hub, given->of_receiver()); });
  struct Act {
    char const *name, *state, *what;
  };
  for (auto const& [name, state, what] : {Act{"pause", "paused", "Hand nothing on to a receiver for now"}, Act{"resume", "active", "Go on after a pause"},
                                          Act{"remove", "ended", "End the sharing for ever; what the receiver got stays in the history"}})
    command_of_receiver(*receiver, name, what, *given)->callback([given, &status, to = std::string(state)] {
      status = run_receiver_state(given->hub, given->receiver, to);
    });
  command_of_receiver(*receiver, "host-key", "Ask the SFTP server of a receiver for its key, and show it", *given)->callback([given, &status] {
    status = run_receiver_host_key(given->hub, given->receiver);
  });
  auto* const secret = command_of_receiver(*receiver, "secret", "Take the password or private key for its SFTP server from a file, and seal it", *given);
  secret->add_option("file", given->receiver.secret_file, "The file; a line break at the end of a password is not part of it")->required();
  secret->callback([given, &status] { status = run_receiver_secret(given->hub, given->receiver); });
  auto* const list = receiver->add_subcommand("list", "List the receivers of a district");
  add_place(*list, given->hub);
  list->add_option("--district", given->receiver.district, "Name or number of the district")->required();
  list->callback([given, &status] { status = run_receiver_list(given->hub, given->receiver); });
  auto* const settings = receiver->add_subcommand("settings", "List what can be set on a receiver");
  settings->add_option("--format", given->hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  settings->callback([given, &status] { status = run_receiver_settings(given->hub); });

  auto* const hand_on = command_of_receiver(app, "hand-on", "Make the export for a receiver, as its settings say", *given);
  hand_on->add_option("--out", given->receiver.out, "The zip to write; without it the settings say where it goes");
  hand_on->add_flag("--preview", given->receiver.preview, "Count what would be in it, and hand nothing on");
  hand_on->add_option("--today", given->receiver.today, "The day that the end of the sharing and ages go by, YYYY-MM-DD");
  hand_on->callback([given, &status] { status = run_hand_on(given->hub, given->receiver); });

  auto* const disclosures = app.add_subcommand("disclosures", "Tell who got a record, which fields of it, and when");
  add_place(*disclosures, given->hub);
  disclosures->add_option("--district", given->receiver.district, "Name or number of the district")->required();
  disclosures->add_option("table", given->run.table, "Like users, classes, orgs")->required();
  disclosures->add_option("sourcedId", given->run.sourced_id, "An id that it has, or had")->required();
  disclosures->callback([given, &status] { status = run_disclosures(given->hub, given->receiver, given->run.table, given->run.sourced_id); });
}

void add_serve_command(CLI::App& app, std::shared_ptr<Given> const& given, int& status) {
  auto* const serve = app.add_subcommand("serve", "Start the server: the portal, in a browser");
  serve->add_option("--data", given->hub.data, "The folder that rosters are kept in; made when it is not there (or ROLLBOOK_DATA)");
  serve->add_option("--database", given->hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  serve->add_option("--listen", given->serve.listen, "Address and port; port 0 takes one that is free")->capture_default_str();
  serve->add_option("--tls-cert", given->serve.tls_cert, "Certificate for HTTPS, with its chain, in a PEM file");
  serve->add_option("--tls-key", given->serve.tls_key, "Its key, in a PEM file");
  serve->add_option("--behind-proxy", given->serve.behind_proxy,
                    "Addresses of proxies that are believed when they say who asks: 10.0.0.7 or 10.0.0.0/8, with commas between several");
  serve->add_option("--sftp", given->serve.sftp, "Address and port of the SFTP door, like 0.0.0.0:2022; without it there is none");
  serve->add_option("--sftp-host", given->serve.sftp_host, "The name by which senders reach it, for the pages to show");
  serve->add_option("--http-door", given->serve.http_door,
                    "Opens the HTTP door (PUT /doors/…): the address by which scripts reach this portal, like https://rollbook.example.org");
  serve->add_flag("--watch-folders", given->serve.watch_folders, "Take deliveries from the folders that \"rollbook door folder\" has named");
  serve->add_option("--landing", given->serve.landing, "The folder in which files arrive; by default \"landing\" in the folder of --data");
  serve->add_option("--threads", given->serve.threads, "Threads that a preview or a run may use; all cores by default");
  serve->callback([given, &status] { status = run_serve(given->hub, given->serve); });

  auto* const demo = app.add_subcommand("make-demo", "Begin a home with an invented district, three weeks of its nights, and one that waits for a decision");
  add_place(*demo, given->hub);
  demo->add_option("--students", given->demo_students, "How many students")->capture_default_str()->check(CLI::Range(300, 1'000'000));
  demo->callback([given, &status] { status = run_make_demo(given->hub, given->demo_students); });
}

// Pauses and planned ranges. `subject`: its name is that of a source, or of the district itself.
CLI::App* command_of_plan(CLI::App& parent, std::string const& name, std::string const& what, Given& given, bool of_source) {
  auto* const command = parent.add_subcommand(name, what);
  add_place(*command, given.hub);
  command->add_option("name", of_source ? given.run.source : given.run.district, of_source ? "Name of the source" : "Name or number of the district")
      ->required();
  if (of_source) command->add_option("--district", given.run.district, "Name or number of the district")->required();
  command->add_option("--today", given.run.today, "The day that plans go by, YYYY-MM-DD");
  return command;
}

void add_days(CLI::App& command, Given& given) {
  command.add_option("--from", given.run.from, "First day, YYYY-MM-DD; at once by default");
  command.add_option("--until", given.run.until, "Last day, YYYY-MM-DD; until it is ended by default");
}

void add_plan_commands(CLI::App& district, CLI::App& source, std::shared_ptr<Given> const& given, int& status) {
  auto* const pause = command_of_plan(source, "pause", "Keep what a source sends, and apply nothing of it", *given, true);
  add_days(*pause, *given);
  pause->callback([given, &status] { status = run_pause(given->hub, given->run); });
  auto* const resume = command_of_plan(source, "resume", "End a pause, and take what has come meanwhile", *given, true);
  resume->callback([given, &status] { status = run_resume(given->hub, given->run); });
  auto* const suspend = command_of_plan(district, "suspend", "Keep what all sources send, and apply nothing of it", *given, false);
  add_days(*suspend, *given);
  suspend->add_flag("--edits-too", given->run.edits_too, "Edits by hand and Batch Upload wait too");
  suspend->callback([given, &status] { status = run_pause(given->hub, given->run); });
  auto* const go_on = command_of_plan(district, "resume", "End a suspension, and take what has come meanwhile", *given, false);
  go_on->callback([given, &status] { status = run_resume(given->hub, given->run); });

  auto* const lock = command_of_plan(district, "lock", "Serve a district no more: nobody enters it, and nothing is taken or done for it", *given, false);
  lock->callback([given, &status] { status = run_district_lock(given->hub, given->run); });
  auto* const unlock = command_of_plan(district, "unlock", "Serve a district again that was locked", *given, false);
  unlock->callback([given, &status] { status = run_district_unlock(given->hub, given->run); });
  auto* const destroy = command_of_plan(district, "delete", "Show what is kept of a district; with --name destroy it, and print the proof", *given, false);
  destroy->add_option("--name", given->new_source, "The name of the district, typed once more");
  destroy->callback([given, &status] { status = run_district_delete(given->hub, given->run, given->new_source); });

  auto* const deactivate = command_of_plan(source, "deactivate", "Take no more deliveries of a source; its records stay, without an owner", *given, true);
  deactivate->callback([given, &status] { status = run_source_deactivate(given->hub, given->run); });
  auto* const forget = command_of_plan(source, "delete", "Forget a source; history keeps its name", *given, true);
  forget->add_flag("--with-records", given->with_records, "With the records that only it has; held until a person approves");
  forget->callback([given, &status] { status = run_source_delete(given->hub, given->run, given->with_records); });
  auto* const replace = command_of_plan(source, "replace", "Let another source take its place; held until a person approves", *given, true);
  replace->add_option("new", given->new_source, "Name of the source that takes its place")->required();
  replace->callback([given, &status] { status = run_source_replace(given->hub, given->run, given->new_source); });

  auto* const range = district.add_subcommand("range", "Planned days without removals, or with other thresholds");
  range->require_subcommand(1);
  auto* const add = command_of_plan(*range, "add", "Plan a range of days", *given, false);
  add_days(*add, *given);
  add->add_option("--source", given->run.source, "Only for this source");
  add->add_flag("--no-removals", given->planned.no_removals, "Nothing is removed on these days");
  add->add_option("--threshold", given->planned.thresholds, "Another threshold on these days, like removed=50");
  add->callback([given, &status] { status = run_range_add(given->hub, given->run, given->planned); });
  auto* const list = command_of_plan(*range, "list", "List pauses and planned ranges", *given, false);
  list->callback([given, &status] { status = run_range_list(given->hub, given->run); });
  auto* const remove = command_of_plan(*range, "remove", "Take a planned range back", *given, false);
  remove->add_option("number", given->planned.number, "Its number")->required();
  remove->callback([given, &status] { status = run_range_remove(given->hub, given->run, given->planned); });
}

CLI::App* command_of_person(CLI::App& person, std::string const& name, std::string const& what, Given& given) {
  auto* const command = person.add_subcommand(name, what);
  add_place(*command, given.hub);
  command->add_option("email", given.person.email, "Their e-mail")->required();
  return command;
}

// People who sign in: for a server to which nobody finds a way in by a browser.
void add_person_commands(CLI::App& app, std::shared_ptr<Given> const& given, int& status) {
  auto* const person = app.add_subcommand("person", "People who sign in, and what they may do");
  person->require_subcommand(1);
  auto* const add = command_of_person(*person, "add", "Add a person, and print the link with which they set a password", *given);
  add->add_option("name", given->person.name, "Their name")->required();
  add->add_flag("--operator", given->person.is_operator, "They operate the server: districts and people, but no rosters");
  add->callback([given, &status] { status = run_person_add(given->hub, given->person); });
  auto* const grant = command_of_person(*person, "grant", "Say what a person may do in a district", *given);
  grant->add_option("--district", given->person.district, "Name or number of the district")->required();
  grant->add_option("--level", given->person.level, "standard, reporting, enrollment or system; none takes it")->required();
  grant->add_flag("--demographics", given->person.demographics, "They also see demographics and other restricted fields");
  grant->callback([given, &status] { status = run_person_grant(given->hub, given->person); });
  auto* const list = person->add_subcommand("list", "List the people who sign in");
  add_place(*list, given->hub);
  list->add_option("--district", given->person.district, "Only those of this district");
  list->callback([given, &status] { status = run_person_list(given->hub, given->person); });
  auto* const reset = command_of_person(*person, "reset", "Print a link with which a person sets a new password", *given);
  reset->callback([given, &status] { status = run_person_reset(given->hub, given->person); });
  auto* const deactivate = command_of_person(*person, "deactivate", "Sign a person out everywhere, and let them in no more", *given);
  deactivate->callback([given, &status] { status = run_person_set_active(given->hub, given->person, false); });
  auto* const activate = command_of_person(*person, "activate", "Let a person in again", *given);
  activate->callback([given, &status] { status = run_person_set_active(given->hub, given->person, true); });
}

}  // namespace

void add_hub_commands(CLI::App& app, int& status) {
  auto const given = std::make_shared<Given>();

  auto* const district = app.add_subcommand("district", "Districts whose rosters are kept");
  district->require_subcommand(1);
  auto* const district_add = district->add_subcommand("add", "Add a district");
  add_place(*district_add, given->hub);
  district_add->add_option("name", given->source.name, "Its name")->required();
  district_add->add_option("--time-zone", given->time_zone, "Like America/Chicago; UTC by default");
  district_add->callback([given, &status] { status = run_district_add(given->hub, given->source.name, given->time_zone); });
  auto* const district_list = district->add_subcommand("list", "List the districts");
  add_place(*district_list, given->hub);
  district_list->callback([given, &status] { status = run_district_list(given->hub); });

  auto* const source = app.add_subcommand("source", "Who sends rosters for a district, and how they are taken");
  source->require_subcommand(1);
  auto* const source_add = source->add_subcommand("add", "Add a source");
  add_source_options(*source_add, *given);
  source_add->callback([given, &status] { status = run_source_add(given->hub, given->arguments()); });
  auto* const source_set = source->add_subcommand("set", "Change settings of a source");
  add_source_options(*source_set, *given);
  source_set->callback([given, &status] { status = run_source_set(given->hub, given->arguments()); });
  auto* const source_list = source->add_subcommand("list", "List the sources of a district");
  add_place(*source_list, given->hub);
  source_list->add_option("--district", given->source.district, "Name or number of the district")->required();
  source_list->callback([given, &status] { status = run_source_list(given->hub, given->source.district); });
  auto* const source_settings = source->add_subcommand("settings", "List what can be set on a source");
  source_settings->add_option("--format", given->hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  source_settings->callback([given, &status] { status = run_source_settings(given->hub); });

  add_plan_commands(*district, *source, given, status);
  add_run_commands(app, given, status);
  add_serve_command(app, given, status);
  add_person_commands(app, given, status);
  add_receiver_commands(app, given, status);
  add_letters_commands(app, status);
  add_door_commands(app, status);
  add_batch_commands(app, *district, status);
}

}  // namespace rollbook::cli
