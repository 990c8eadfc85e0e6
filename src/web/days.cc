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

std::string taken_meanwhile(std::vector<runs::Answer> const& answers) {
  if (answers.empty()) return "Nothing had come meanwhile.";
  std::string all;
  for (auto const& answer : answers) {
    auto outcome = answer.outcome;
    for (auto& c : outcome)
      if (c == '_') c = ' ';
    all += (all.empty() ? "" : ", ") + std::string("run ") + std::to_string(answer.run.value_or(0)) + ": " + outcome;
  }
  return "What came meanwhile was taken: " + all + ".";
}

}  // namespace rollbook::web
