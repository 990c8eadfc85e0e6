// demographics.csv as somebody uploads it, looked at row by row, and then at the rows together. What it says is restricted: its values stand in no message.
#pragma once

#include "batch/flat_file.h"

namespace rollbook::batch {

struct DemographicsRow {
  std::uint64_t start = 0;
  std::uint32_t size = 0;
  std::uint32_t line = 0;
  std::uint64_t user = 0;  // hash of the id; 0: the cell is empty
  std::uint64_t says = 0;  // digest of all other cells
  bool readable = true;
  bool left_out = false;
};

using DemographicsFile = FlatFile<DemographicsRow>;

// `text` is the whole file, with csv::padding readable bytes behind it.
DemographicsFile read_demographics_file(std::string_view text, Looking const& looking);

// A cell as it is kept: a language as its code, anything else as it stands.
std::string_view fact(std::size_t column, std::string_view text);

// demographics-errors.csv: all rows as uploaded, byte for byte, with a column for what is said of each.
std::string demographics_errors(std::string_view text, DemographicsFile const& file);

// Whether a file is rather demographics.csv than users.csv, by its headers.
bool is_demographics(std::string_view text);

}  // namespace rollbook::batch
