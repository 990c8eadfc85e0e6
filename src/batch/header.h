// The first line of an uploaded flat file: taken as a whole, or refused with all that is wrong with it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "batch/form.h"

namespace rollbook::batch {

inline constexpr std::int16_t no_cell = -1;

struct Header {
  std::string refusal;                              // "": it is taken
  std::array<std::int16_t, max_columns> cell_of{};  // where each declared column stands in a row; no_cell
  std::uint32_t cells = 0;
};

// Names have to be written exactly, in any order; optional ones may be missing.
Header read_header(std::vector<std::string> const& names, Form const& form);

}  // namespace rollbook::batch
