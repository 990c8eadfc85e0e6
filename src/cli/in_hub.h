// What the commands share that make runs: the hub, opened, and how its answers are told.
#pragma once

#include <cstdio>

#include "cli/commands.h"
#include "cli/hub.h"
#include "cli/hub_commands.h"
#include "runs/work.h"

namespace rollbook::cli {

inline int tell(HubArguments const& arguments, Result<runs::Answer> const& answer) {
  if (!answer) return say_why(answer.trouble().text);
  auto const text = arguments.format == "json" ? runs::to_json(*answer) + "\n" : runs::to_text(*answer);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return answer->status();
}

// Opens the home and finds the district; then does the work.
template <class Work>
int in_hub(HubArguments const& arguments, RunArguments const& given, Work const& work) {
  auto today = today_or(given.today);
  if (today == 0) return complain("--today wants a day like 2026-09-01, not \"" + given.today.value_or("") + "\".");
  auto home = open_home(arguments);
  if (!home) return complain(home.trouble().text);
  auto key = store::ServerKey::load(folder_of(arguments));
  if (!key) return complain(key.trouble().text);
  if (auto const other_key = store::check_server_key(home->operations(), *key)) return complain(other_key->text);
  auto const district = store::find_district(home->operations(), given.district);
  if (!district) return say_why(district.trouble().text);
  if (!given.today) today = today_in(district->time_zone);
  runs::Hub hub{*home, *key, folder_of(arguments), threads_or_all(given.threads), today, actor(), worker_name()};
  hub.keeps_progress = true;
  return work(hub, *district);
}

}  // namespace rollbook::cli
