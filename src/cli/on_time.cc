// rollbook sync --leave, sync-now, late: deliveries that wait for a schedule, and those that have not come.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "runs/late.h"
#include "runs/on_time.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "views/wall_clock.h"

namespace rollbook::cli {
namespace {

void print(std::string const& out) { std::fwrite(out.data(), 1, out.size(), stdout); }

std::string when_taken(store::District const& district, store::Source const& source) {
  auto const next = runs::next_time(source, views::wall_clock(district.time_zone), std::time(nullptr));
  return next ? "It waits for the schedule of " + source.name + ": " + views::local_time(store::moment_text(*next), district.time_zone).text() + "."
              : "It is taken by whoever works next for this district: " + source.name + " has no schedule.";
}

}  // namespace

int run_leave(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = store::find_source(hub.home.operations(), district, given.source);
    if (!source) return say_why(source.trouble().text);
    auto const delivery = delivery::load_delivery(given.paths, hub.workers);
    if (!delivery) return complain(delivery.trouble().text);
    auto const left = runs::leave(hub, district, *source, *delivery);
    if (!left) return say_why(left.trouble().text);
    if (left->failed) return complain(*left->failed);
    auto const state = source->settings["schedule"].empty() ? "queued" : "waiting";
    std::string out;
    if (arguments.format == "json") JsonWriter(out).begin_object().field("run", left->run).field("state", state).end_object();
    else out = "Run " + std::to_string(left->run) + " is kept. " + when_taken(district, *source);
    print(out + "\n");
    return exit_fine;
  });
}

int run_sync_now(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = store::find_source(hub.home.operations(), district, given.source);
    if (!source) return say_why(source.trouble().text);
    auto const taken = runs::sync_now(hub, district, *source);
    if (!taken) return say_why(taken.trouble().text);
    std::string out = arguments.format == "json" ? "[" : taken->empty() ? "Nothing new has come for " + source->name + "; nothing was done.\n" : "";
    int status = exit_fine;
    for (auto const run : *taken) {
      auto const answer = runs::work_off(hub, district, run, nullptr);
      if (!answer) return say_why(answer.trouble().text);
      status = std::max(status, answer->status());
      if (arguments.format == "json") out += (out.size() > 1 ? "," : "") + runs::to_json(*answer);
      else out += (out.empty() ? "" : "\n") + pasteable(runs::to_text(*answer), arguments, district.name);
    }
    print(out + (arguments.format == "json" ? "]\n" : ""));
    return status;
  });
}

int run_late(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto& operations = hub.home.operations();
    auto const sources = store::list_sources(operations, district);
    if (!sources) return complain(sources.trouble().text);
    auto const all = store::late_deliveries(operations, district.id, false);
    if (operations.trouble()) return complain(operations.trouble()->text);
    std::string out;
    if (arguments.format == "json") {
      JsonWriter json(out);
      json.begin_array();
      for (auto const& late : all)
        if (auto const* const source = store::source_with(*sources, late.source))
          json.begin_object()
              .field("source", source->name)
              .field("due", late.due)
              .field("raised", late.raised)
              .field("move", store::name_of(late.move))
              .field("run", late.run)
              .end_object();
      json.end_array();
      out += '\n';
    } else {
      for (auto const& late : all)
        if (auto const* const source = store::source_with(*sources, late.source)) {
          auto const words = runs::in_words(late, *source);
          out += words.what + " It was expected by " + views::local_time(late.due, district.time_zone).text() + ". " + words.whose + "\n";
        }
      if (all.empty()) out = "Everything that was expected has come.\n";
    }
    print(out);
    return all.empty() ? exit_fine : exit_told;
  });
}

}  // namespace rollbook::cli
