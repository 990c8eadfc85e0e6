// rollbook district: who rosters are kept for.
#include <cstdio>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/hints.h"
#include "cli/hub_commands.h"

namespace rollbook::cli {
namespace {

void write(JsonWriter& json, store::District const& district) {
  json.begin_object()
      .field("number", district.id)
      .field("name", district.name)
      .field("time_zone", district.time_zone)
      .field("created", district.created)
      .end_object();
}

}  // namespace

int run_district_add(HubArguments const& hub, std::string const& name, std::string const& time_zone) {
  auto home = open_home(hub, true);
  if (!home) return complain(home.trouble().text);
  auto const added = store::add_district(home->operations(), name, time_zone.empty() ? "UTC" : time_zone, actor());
  if (!added) return say_why(added.trouble().text);
  if (hub.format == "json") {
    std::string out;
    JsonWriter json(out);
    write(json, *added);
    std::printf("%s\n", out.c_str());
  } else {
    auto const text = "District " + std::to_string(added->id) + ", " + added->name + ". Its days are those of the time zone " + added->time_zone +
                      (time_zone.empty() ? ", because --time-zone names no other.\n" : ".\n") + "\nNext: rollbook source add NAME\n";
    std::fputs(pasteable(text, hub, added->name).c_str(), stdout);
  }
  return exit_fine;
}

int run_district_list(HubArguments const& hub) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  auto const all = store::list_districts(home->operations());
  if (!all) return say_why(all.trouble().text);
  if (hub.format == "json") {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (auto const& district : *all) write(json, district);
    json.end_array();
    std::printf("%s\n", out.c_str());
    return exit_fine;
  }
  if (all->empty()) std::printf("No districts yet. \"rollbook district add NAME\" makes the first.\n");
  for (auto const& district : *all) std::printf("%4lld  %s  (%s)\n", static_cast<long long>(district.id), district.name.c_str(), district.time_zone.c_str());
  return exit_fine;
}

}  // namespace rollbook::cli
