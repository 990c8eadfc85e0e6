// "We are wrong": a broken promise inside Rollbook itself. Stops a test, ends a job; never used for data or the world.
#pragma once

#include <stdexcept>
#include <string>

namespace rollbook {

struct BrokenPromise : std::logic_error {
  using std::logic_error::logic_error;
};

// (clang 14 has no std::source_location; both compilers have these.)
inline void demand(bool promise, char const* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (!promise) [[unlikely]]
    throw BrokenPromise(std::string(file) + ":" + std::to_string(line) + ": a promise is broken");
}

}  // namespace rollbook
