// The rows of demographics.csv in OneRoster's words, beside those of a users.csv that comes with it, or alone.
#pragma once

#include "batch/demographics_file.h"
#include "batch/to_oneroster.h"

namespace rollbook::batch {

// Tells what the roster has to say of the rows (in `file.remarks`, and leaves out those with errors), and adds the file that they make to what users.csv has
// become. People who are restored get back what was known of them. `file` null: no such file came.
void add_demographics(std::string_view text, DemographicsFile* file, Standing const& standing, std::int32_t today, Translation& out);

// demographics.csv of the people of whom something is known.
struct DemographicsWritten {
  std::string text;
  std::uint64_t rows = 0;
};
DemographicsWritten write_demographics(Standing const& standing, std::string_view school, std::string_view role);

}  // namespace rollbook::batch
