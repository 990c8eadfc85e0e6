// rollbook verify, backup, restore: looking after what is kept.
#include <sys/stat.h>

#include <cstdio>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/hub_commands.h"
#include "runs/backup.h"
#include "runs/verify.h"
#include "store/audit.h"

namespace rollbook::cli {
namespace {

// Kept elsewhere, it shows later that nobody has written the log anew.
std::string end_of_log(std::int64_t entries, std::string const& end) {
  return end.empty() ? "" : "  audit log: " + std::to_string(entries) + " entries, the newest of which is " + end + "\n";
}

}  // namespace

int run_verify(HubArguments const& arguments, RunArguments const& given) {
  auto home = open_home(arguments);
  if (!home) return complain(home.trouble().text);
  auto key = store::ServerKey::load(folder_of(arguments));
  if (!key) return complain(key.trouble().text);
  if (auto const other_key = store::check_server_key(home->operations(), *key)) return complain(other_key->text);
  runs::Hub hub{*home, *key, folder_of(arguments), threads_or_all(0), today_or({}), actor(), worker_name()};
  auto const all = store::list_districts(home->operations());
  if (!all) return complain(all.trouble().text);
  std::string text, out;
  JsonWriter json(out);
  json.begin_array();
  bool sound = true, any = false;
  for (auto const& district : *all) {
    if (!given.district.empty() && district.name != given.district && std::to_string(district.id) != given.district) continue;
    any = true;
    auto const verified = runs::verify(hub, district);
    if (!verified) return say_why(verified.trouble().text);
    sound &= verified->wrong_total == 0;
    text += district.name + ": " + std::to_string(verified->rows) + " records, " + std::to_string(verified->revisions) + " revisions, " +
            std::to_string(verified->deliveries) +
            " deliveries: " + (verified->wrong_total == 0 ? "sound.\n" : std::to_string(verified->wrong_total) + " things are wrong.\n");
    text += end_of_log(static_cast<std::int64_t>(verified->audit), verified->audit_end);
    for (auto const& wrong : verified->wrong) text += "  - " + wrong + "\n";
    json.begin_object()
        .field("district", district.name)
        .field("sound", verified->wrong_total == 0)
        .field("records", verified->rows)
        .field("revisions", verified->revisions)
        .field("deliveries", verified->deliveries)
        .field("audit_entries", verified->audit)
        .field("audit_end", verified->audit_end)
        .key("wrong")
        .begin_array();
    for (auto const& wrong : verified->wrong) json.value(wrong);
    json.end_array().end_object();
  }
  json.end_array();
  if (given.district.empty()) {
    auto const log = store::verify_audit(home->operations(), 0);
    if (!log) return say_why(log.trouble().text);
    sound &= log->broken.empty();
    text += "The server's own log: " + (log->broken.empty() ? std::string("sound.\n") : "one thing is wrong.\n  - " + log->broken + "\n") +
            end_of_log(log->entries, log->end);
  }
  if (!any && !given.district.empty()) return say_why("There is no district \"" + given.district + "\".");
  if (!any) text = "No districts yet.\n" + text;
  auto const& answer = arguments.format == "json" ? out += '\n' : text;
  std::fwrite(answer.data(), 1, answer.size(), stdout);
  return sound ? exit_fine : exit_told;
}

int run_backup(HubArguments const& arguments, std::string const& to) {
  auto const place = place_of(arguments);
  if (!place) return complain(place.trouble().text);
  auto home = open_home(arguments);
  if (!home) return complain(home.trouble().text);
  auto key = store::ServerKey::load(folder_of(arguments));
  if (!key) return complain(key.trouble().text);
  runs::Hub hub{*home, *key, folder_of(arguments), 1, today_or({}), actor(), worker_name()};
  if (auto const trouble = runs::backup(hub, place->postgres_url, to)) return say_why(trouble->text);
  std::printf("The backup is in %s. The server key is not part of it: keep a copy of it elsewhere, without it deliveries cannot be read.\n", to.c_str());
  return exit_fine;
}

int run_restore(HubArguments const& arguments, std::string const& from) {
  auto const place = place_of(arguments);
  if (!place) return complain(place.trouble().text);
  ::umask(077);
  if (auto const trouble = runs::restore(from, place->folder, place->postgres_url)) return say_why(trouble->text);
  std::printf("Restored. Put the server key back too%s, then run: rollbook verify\n", place->folder.empty() ? "" : (" (" + place->folder + ".key)").c_str());
  return exit_fine;
}

}  // namespace rollbook::cli
