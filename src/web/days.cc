#include "web/days.h"

#include "base/text.h"
#include "roster/values.h"

namespace rollbook::web {

bool read_day(std::string_view text, std::optional<std::int32_t>& day) {
  auto const bare = trimmed(text);
  if (bare.empty()) return true;
  auto const date = read_date(bare);
  if (date.value == invalid) return false;
  day = date.value;
  return true;
}

std::string queued_meanwhile(std::vector<std::int64_t> const& runs) {
  if (runs.empty()) return "Nothing had come meanwhile.";
  std::string all;
  for (auto const run : runs) all += (all.empty() ? "" : ", ") + std::to_string(run);
  return "What came meanwhile is in the queue and will be taken in order: " + std::string(runs.size() == 1 ? "run " : "runs ") + all + ".";
}

}  // namespace rollbook::web
