// A file written anew with some of its cells replaced.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bundle/bundle.h"

namespace rollbook {

struct CellEdit {
  std::uint64_t at = 0;  // offset in the file
  std::size_t size = 0;  // of what goes
  std::string text;      // what comes, quoted if need be
};

// A value as it stands in a file.
std::string as_cell(std::string_view value);

class Rewrite {
 public:
  explicit Rewrite(std::string_view bytes) : bytes_(bytes) {}

  // Edits come in ascending order and do not overlap.
  void add(CellEdit const& edit);
  bool any() const { return text_ != nullptr; }

  // The whole new file, which the member looks at from now on.
  std::unique_ptr<std::string> finish(Member& member);

 private:
  std::string_view bytes_;
  std::uint64_t done_ = 0;
  std::unique_ptr<std::string> text_;
};

}  // namespace rollbook
