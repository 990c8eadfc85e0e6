// rollbook source: who sends rosters for a district, and how they are taken.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/hints.h"
#include "cli/hub_commands.h"
#include "cli/in_hub.h"
#include "runs/going_live.h"
#include "runs/on_time.h"
#include "store/moment.h"
#include "store/ranges.h"
#include "store/source_clocks.h"
#include "views/local_time.h"
#include "views/wall_clock.h"

namespace rollbook::cli {
namespace {

using Ranges = std::vector<store::Range>;

// Its own pause, planned or in force; "" when there is none.
std::string pause_of(store::Source const& source, Ranges const& ranges) {
  for (auto const& range : ranges)
    if (range.kind == store::RangeKind::Paused && range.source == source.id) return days_of(range);
  return "";
}

// Its next time as moments are written, "" without a schedule.
std::string next_of(store::District const& district, store::Source const& source) {
  auto const next = runs::next_time(source, views::wall_clock(district.time_zone), std::time(nullptr));
  return next ? store::moment_text(*next) : "";
}

void write(JsonWriter& json, store::Database& operations, store::District const& district, store::Source const& source, Ranges const& ranges) {
  auto const pause = pause_of(source, ranges), next = next_of(district, source);
  json.begin_object()
      .field("name", source.name)
      .field("kind", source.kind)
      .field("created", source.created)
      .field("state", source.state)
      .field("paused", pause.empty() ? std::nullopt : std::optional(pause))
      .field("next_time", next.empty() ? std::nullopt : std::optional(next))
      .field("waiting", store::waiting_runs(operations, district.id, source.id).size())
      .key("settings")
      .begin_object();
  for (auto const& setting : store::source_setting_list()) json.field(setting.name, source.settings[setting.name]);
  json.end_object().end_object();
}

// When it takes what comes by itself, what waits for that, and what the last time brought.
std::string times_of(store::Database& operations, store::District const& district, store::Source const& source) {
  auto const there = [&](std::string const& moment) { return views::local_time(moment, district.time_zone).text(); };
  auto const next = next_of(district, source);
  if (next.empty()) return "";
  auto const clock = store::clock_of(operations, source.id);
  auto out = "    next taken at " + there(next) + ", " + std::to_string(store::waiting_runs(operations, district.id, source.id).size()) + " waiting\n";
  if (!clock.came_at.empty())
    out += "    last time at " + there(clock.came_at) + ": " + (clock.found == 0 ? "nothing new had come" : std::to_string(clock.found) + " taken") + "\n";
  return out;
}

std::string as_text(store::Database& operations, store::District const& district, store::Source const& source, Ranges const& ranges) {
  auto const& s = source.settings;
  std::string out = source.name + " (" + source.kind + ", " + s["mode"] + "): " +
                    (!source.is_active() ? "deactivated, it takes no deliveries"
                     : s.is("live")      ? s.is("apply-by-itself") ? "live, applies by itself" : "live, each delivery waits for approval"
                                         : "trial, nothing is applied yet") +
                    "\n";
  if (auto const pause = pause_of(source, ranges); !pause.empty()) out += "    paused " + pause + "\n";
  for (auto const& [name, value] : s.changed()) out += "    " + std::string(name) + " = " + value + "\n";
  return out + times_of(operations, district, source);
}

int show(HubArguments const& hub, store::Database& operations, store::District const& district, store::Source const& source) {
  auto const ranges = store::list_ranges(operations, district);
  if (!ranges) return say_why(ranges.trouble().text);
  std::string out;
  if (hub.format == "json") {
    JsonWriter json(out);
    write(json, operations, district, source, *ranges);
    out += '\n';
  } else {
    out = as_text(operations, district, source, *ranges);
  }
  std::fputs(out.c_str(), stdout);
  return exit_fine;
}

// Opens the home, finds the district, and does the work.
template <class Work>
int in_district(HubArguments const& hub, std::string const& name, Work const& work) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  auto const district = store::find_district(home->operations(), name);
  if (!district) return say_why(district.trouble().text);
  return work(home->operations(), *district);
}

bool goes_live(SourceArguments const& arguments) {
  auto const& all = arguments.settings;
  return std::find(all.begin(), all.end(), std::pair<std::string, std::string>("live", "yes")) != all.end();
}

}  // namespace

int run_source_add(HubArguments const& hub, SourceArguments const& arguments) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const source = store::add_source(operations, district, arguments.name, arguments.settings, actor());
    return source ? show(hub, operations, district, *source) : say_why(source.trouble().text);
  });
}

int run_source_set(HubArguments const& hub, SourceArguments const& arguments) {
  if (goes_live(arguments)) {
    RunArguments given;
    given.district = arguments.district;
    auto const status = in_hub(hub, given, [&](runs::Hub& runs, store::District const& district) {
      auto const source = store::find_source(runs.home.operations(), district, arguments.name);
      if (!source || source->settings.is("live")) return exit_fine;
      auto as_set = *source;
      for (auto const& [name, value] : arguments.settings)
        if (as_set.settings.set(name, value)) return exit_fine;  // what is wrong with it is said when it is saved
      auto const why = runs::why_not_live(runs, district, as_set);
      return why.empty() ? exit_fine : say_why(pasteable("It cannot go live yet. " + why, hub, district.name));
    });
    if (status != exit_fine) return status;
  }
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const source = store::set_source(operations, district, arguments.name, arguments.settings, actor());
    return source ? show(hub, operations, district, *source) : say_why(source.trouble().text);
  });
}

int run_source_list(HubArguments const& hub, std::string const& name) {
  return in_district(hub, name, [&](store::Database& operations, store::District const& district) {
    auto const all = store::list_sources(operations, district);
    if (!all) return say_why(all.trouble().text);
    auto const ranges = store::list_ranges(operations, district);
    if (!ranges) return say_why(ranges.trouble().text);
    std::string out;
    if (hub.format == "json") {
      JsonWriter json(out);
      json.begin_array();
      for (auto const& source : *all)
        if (source.state != "deleted") write(json, operations, district, source, *ranges);
      json.end_array();
      out += '\n';
    } else {
      for (auto const& source : *all)
        if (source.state != "deleted") out += as_text(operations, district, source, *ranges);
      if (out.empty()) out = pasteable("No sources yet. \"rollbook source add NAME\" makes the first.\n", hub, district.name);
    }
    std::fputs(out.c_str(), stdout);
    return exit_fine;
  });
}

int run_source_settings(HubArguments const& hub) {
  std::string out;
  if (hub.format == "json") {
    JsonWriter json(out);
    json.begin_array();
    for (auto const& setting : store::source_setting_list())
      json.begin_object().field("name", setting.name).field("default", setting.fallback).field("doc", setting.doc).end_object();
    json.end_array();
    out += '\n';
  } else {
    for (auto const& setting : store::source_setting_list())
      out +=
          std::string(setting.name) + (setting.fallback.empty() ? "" : " (" + std::string(setting.fallback) + ")") + "\n    " + std::string(setting.doc) + "\n";
  }
  std::fputs(out.c_str(), stdout);
  return exit_fine;
}

}  // namespace rollbook::cli
