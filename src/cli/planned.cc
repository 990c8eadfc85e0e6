// rollbook source pause, resume, district suspend, resume, range: what is planned, and until when.
#include <algorithm>

#include "base/day.h"
#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "roster/values.h"
#include "runs/planned.h"
#include "store/ranges.h"

namespace rollbook::cli {
namespace {

using store::Range;

// False, and said, when a day is none.
bool read_days(RunArguments const& given, Range& range) {
  for (auto const& [option, text, day] : {std::tuple("--from", &given.from, &range.first_day), std::tuple("--until", &given.until, &range.last_day)}) {
    if (text->empty()) continue;
    auto const date = read_date(*text);
    if (date.value == invalid) return complain(std::string(option) + " wants a day like 2026-08-31, not \"" + *text + "\"."), false;
    *day = date.value;
  }
  return true;
}

void write(JsonWriter& json, Range const& range, std::vector<store::Source> const& sources) {
  auto const day = [](std::optional<std::int32_t> const& date) { return date ? std::optional(day_text(*date)) : std::nullopt; };
  auto const* const source = store::source_with(sources, range.source);
  json.begin_object()
      .field("number", range.id)
      .field("kind", name_of(range.kind))
      .field("source", source == nullptr ? std::optional<std::string>() : source->name)
      .field("from", day(range.first_day))
      .field("until", day(range.last_day))
      .field("thresholds", range.thresholds)
      .field("edits_too", range.edits_too)
      .end_object();
}

std::string as_text(Range const& range, std::vector<store::Source> const& sources) {
  auto const* const source = store::source_with(sources, range.source);
  return std::to_string(range.id) + "  " + (source == nullptr ? "all sources" : source->name) + ": " + std::string(name_of(range.kind)) + " " + days_of(range) +
         (range.thresholds.empty() ? "" : ", " + range.thresholds) + (range.edits_too ? ", edits by hand too" : "") + "\n";
}

int show(HubArguments const& arguments, runs::Hub& hub, store::District const& district, std::vector<Range> const& ranges, bool one) {
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return say_why(sources.trouble().text);
  std::string out;
  if (arguments.format == "json") {
    JsonWriter json(out);
    if (!one) json.begin_array();
    for (auto const& range : ranges) write(json, range, *sources);
    if (!one) json.end_array();
    out += '\n';
  } else {
    for (auto const& range : ranges) out += as_text(range, *sources);
    if (ranges.empty()) out = "Nothing is planned.\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return exit_fine;
}

// The source that was named, or none; trouble when there is no such.
Result<std::optional<store::Source>> named(runs::Hub& hub, store::District const& district, std::string const& name) {
  if (name.empty()) return std::optional<store::Source>();
  auto source = store::find_source(hub.home.operations(), district, name);
  if (!source) return source.trouble();
  return std::optional(std::move(*source));
}

int add(HubArguments const& arguments, RunArguments const& given, store::RangeKind kind, std::string const& thresholds) {
  Range range;
  range.kind = kind;
  range.thresholds = thresholds;
  range.edits_too = given.edits_too && kind == store::RangeKind::Suspended;
  if (!read_days(given, range)) return exit_trouble;
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = named(hub, district, given.source);
    if (!source) return say_why(source.trouble().text);
    if (*source) range.source = (*source)->id;
    auto const added = store::add_range(hub.home.operations(), district, range, hub.actor);
    return added ? show(arguments, hub, district, {*added}, true) : say_why(added.trouble().text);
  });
}

}  // namespace

int run_pause(HubArguments const& arguments, RunArguments const& given) {
  return add(arguments, given, given.source.empty() ? store::RangeKind::Suspended : store::RangeKind::Paused, "");
}

int run_resume(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = named(hub, district, given.source);
    if (!source) return say_why(source.trouble().text);
    auto const answers = runs::resume(hub, district, *source);
    if (!answers) return say_why(answers.trouble().text);
    std::string out;
    if (arguments.format == "json") {
      out = "[";
      for (auto const& answer : *answers) out += (out.size() > 1 ? "," : "") + runs::to_json(answer);
      out += "]\n";
    } else {
      std::string still;
      if (auto whose = *source)
        for (auto const& why : runs::planned_for_today(hub, district, *whose).waits) still += " " + why.reason;
      if (still.empty() && answers->empty()) still = " Nothing has come meanwhile.";
      out = (*source ? (*source)->name : district.name) + " goes on." + still + "\n";
      for (auto const& answer : *answers) out += "\n" + runs::to_text(answer);
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return exit_fine;
  });
}

int run_range_add(HubArguments const& arguments, RunArguments const& given, PlannedArguments const& planned) {
  if (planned.no_removals == !planned.thresholds.empty())
    return complain("Say what holds on these days: --no-removals, or --threshold NAME=PERCENT (several are possible).");
  std::string thresholds;
  for (auto const& one : planned.thresholds)
    thresholds += (thresholds.empty() ? "" : ",") + std::string(one.starts_with("threshold.") ? "" : "threshold.") + one;
  return add(arguments, given, planned.no_removals ? store::RangeKind::NoRemovals : store::RangeKind::Thresholds, thresholds);
}

int run_range_list(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const ranges = store::list_ranges(hub.home.operations(), district);
    return ranges ? show(arguments, hub, district, *ranges, false) : say_why(ranges.trouble().text);
  });
}

int run_range_remove(HubArguments const& arguments, RunArguments const& given, PlannedArguments const& planned) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const removed = store::remove_range(hub.home.operations(), district, planned.number, hub.actor);
    return removed ? show(arguments, hub, district, {*removed}, true) : say_why(removed.trouble().text);
  });
}

}  // namespace rollbook::cli
