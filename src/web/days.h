// Days in forms, and what came of pauses that ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runs/answer.h"

namespace rollbook::web {

// "" is no day and fine. False when it is something else.
bool read_day(std::string_view text, std::optional<std::int32_t>& day);

// "Nothing had come meanwhile."; "2 deliveries were taken: run 4 is applied, run 5 is held."
std::string taken_meanwhile(std::vector<runs::Answer> const& answers);

}  // namespace rollbook::web
