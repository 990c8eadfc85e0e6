// The flat files of districts without a OneRoster export: what a column of them is. Header checks, data dictionaries and templates derive from this.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rollbook::batch {

enum class Need : std::uint8_t {
  Required,
  Conditional,  // the header has to be there, the cell where `when` holds
  Optional,     // the header may be missing
};

struct Column {
  std::string_view header;
  Need need = Need::Optional;
  std::string_view when = {};  // when a conditional cell has to be filled
  std::string_view doc;
  std::span<std::string_view const> words = {};  // all that may stand there; none: any text
  std::array<std::string_view, 2> samples = {};  // the rows of the template
};

struct Form {
  std::string_view file;
  std::span<Column const> columns;
};

inline constexpr std::size_t max_columns = 32;

// The place of a header in its declaration. A misspelt one does not compile.
consteval std::size_t place_of(std::span<Column const> columns, std::string_view header) {
  std::size_t place = 0;
  while (columns[place].header != header) ++place;
  return place;
}

}  // namespace rollbook::batch
