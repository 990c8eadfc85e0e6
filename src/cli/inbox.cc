// rollbook inbox: edits by hand whose source says something else by now.
#include "runs/inbox.h"

#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "report/words.h"

namespace rollbook::cli {
namespace {

std::string as_json(std::vector<runs::Clash> const& clashes) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (auto const& clash : clashes)
    json.begin_object()
        .field("number", clash.number)
        .field("table", clash.table)
        .field("sourcedId", clash.sourced_id)
        .field("field", clash.field)
        .field("edited", clash.edited)
        .field("who", clash.who)
        .field("at", clash.at)
        .field("source", clash.source)
        .field("before", clash.before)
        .field("now", clash.now)
        .field("run", clash.run)
        .end_object();
  json.end_array();
  return out + "\n";
}

std::string as_text(std::vector<runs::Clash> const& clashes) {
  if (clashes.empty()) return "The inbox is empty: no source says anything else of a field that was edited by hand.\n";
  std::string out;
  for (auto const& clash : clashes)
    out += clash.number + "  " + clash.table + " " + visible(clash.sourced_id) + ", " + clash.field + ": \"" + visible(clash.edited) + "\" by " +
           visible(clash.who) + " on " + clash.at.substr(0, 10) + "; " + visible(clash.source) + " said \"" + visible(clash.before) + "\" then and says \"" +
           visible(clash.now) + "\" since run " + std::to_string(clash.run) + "\n";
  return out + "\nThe edit is kept by --keep NUMBER, and ends by --take NUMBER: then what the source says counts.\n\nNext: rollbook inbox --keep " +
         clashes.front().number + "\n  or: rollbook inbox --take " + clashes.front().number + "\n";
}

}  // namespace

int run_inbox(HubArguments const& arguments, RunArguments const& given, InboxArguments const& decided) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    for (auto const& [how, numbers] : {std::pair{runs::Settle::KeepEdit, &decided.keep}, std::pair{runs::Settle::TakeSource, &decided.take}}) {
      if (numbers->empty()) continue;
      auto const answers = runs::settle(hub, district, how, *numbers);
      if (!answers) return say_why(answers.trouble().text);
      for (auto const& answer : *answers)
        if (tell(arguments, answer) != exit_fine) return answer.status();
    }
    if (!decided.keep.empty() || !decided.take.empty()) return exit_fine;
    auto const clashes = runs::inbox(hub, district);
    if (!clashes) return complain(clashes.trouble().text);
    auto const text = arguments.format == "json" ? as_json(*clashes) : pasteable(as_text(*clashes), arguments, district.name);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_fine;
  });
}

}  // namespace rollbook::cli
