// Days in forms, and what is said when a pause ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::web {

// "" is no day and fine. False when it is something else.
bool read_day(std::string_view text, std::optional<std::int32_t>& day);

// "Nothing had come meanwhile."; "What came meanwhile is in the queue and will be taken in order: runs 4, 5."
std::string queued_meanwhile(std::vector<std::int64_t> const& runs);

}  // namespace rollbook::web
