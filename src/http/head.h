// Looks at the raw head of a request before anybody parses it. Stricter than the parser: whatever two programs could understand in two ways
// (lines that are continued, lengths given twice, ends of line that are none) is refused here. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/calm.h"

namespace rollbook::http {

// A request that the server itself declines, without asking the App.
struct Declined {
  int status = 400;
  std::string text;
  Dress dress = Dress::Text;
};

// Finds where a head ends while it still comes.
class HeadSearch {
 public:
  enum class Found { NotYet, End, NoHead };
  // `bytes`: all that has come so far; what was looked at before is not looked at again.
  Found look(std::string_view bytes);
  std::size_t size() const { return looked_; }  // of the head, its empty line included
  bool in_first_line() const { return !line_ended_; }

 private:
  std::size_t looked_ = 0, line_length_ = 0;
  bool line_ended_ = false;
};

// What is wrong with a whole head, or nothing.
std::optional<Declined> judge_head(std::string_view head);

}  // namespace rollbook::http
