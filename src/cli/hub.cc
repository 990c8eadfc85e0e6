#include "cli/hub.h"

#include <malloc.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "cli/commands.h"
#include "cli/hints.h"
#include "runs/work.h"
#include "store/moment.h"

namespace rollbook::cli {
namespace {

std::string from_environment(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<store::HomePlace> place_of(HubArguments const& arguments) {
  auto place = store::HomePlace{arguments.data, arguments.database};
  if (!place.folder.empty() && !place.postgres_url.empty()) return Trouble{"--data and --database are two places; name one."};
  if (place.folder.empty() && place.postgres_url.empty()) place = {from_environment("ROLLBOOK_DATA"), from_environment("ROLLBOOK_DATABASE")};
  if (place.folder.empty() && place.postgres_url.empty())
    return Trouble{"Say where the rosters are kept: --data FOLDER, or --database postgresql://… (or set ROLLBOOK_DATA, ROLLBOOK_DATABASE)."};
  if (!place.postgres_url.empty() && !place.postgres_url.starts_with("postgresql://") && !place.postgres_url.starts_with("postgres://"))
    return Trouble{"--database wants an address like postgresql://user@host/name."};
  return place;
}

Result<store::Home> open_home(HubArguments const& arguments, bool may_make) {
  auto place = place_of(arguments);
  if (!place) return place.trouble();
  if (!may_make && !place->folder.empty() && ::access((place->folder + "/operations.db").c_str(), F_OK) != 0)
    return Trouble{pasteable("There are no rosters in " + place->folder + ". \"rollbook district add NAME\" begins there.", arguments, "")};
  ::umask(077);  // rosters are for their owner
  // The lists of one step of a run go back to the system before the next step makes its own. Left alone, malloc learns from the first large one that is freed
  // to keep all that are smaller, and a first load would need half as much again.
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);
  return store::Home::open(std::move(*place));
}

std::string folder_of(HubArguments const& arguments) {
  if (!arguments.data.empty() || !arguments.database.empty()) return arguments.data;
  return from_environment("ROLLBOOK_DATABASE").empty() ? from_environment("ROLLBOOK_DATA") : "";
}

std::string worker_name() { return runs::name_of_this_worker(); }

std::int32_t today_in(std::string const& time_zone) {
  ::setenv("TZ", time_zone.c_str(), 1);  // before any thread begins; whatever else is told of time is UTC
  ::tzset();
  return today_or({});
}

store::Actor actor() {
  auto const* const person = ::getpwuid(::geteuid());
  auto const name = person == nullptr ? std::to_string(::geteuid()) : person->pw_name;
  return {"command line (" + name + ")", store::moment_text(std::time(nullptr)), "command line"};
}

}  // namespace rollbook::cli
