// How often a long test does what it does: as the environment says, or as often as every day.
#pragma once

#include <cstdlib>

namespace rollbook::test {

inline int from_environment(char const* name, int every_day) {
  auto const* const wanted = std::getenv(name);
  return wanted != nullptr ? std::atoi(wanted) : every_day;
}

}  // namespace rollbook::test
