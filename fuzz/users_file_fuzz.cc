// Any bytes as users.csv and as demographics.csv. Several workers must find what one finds, every row must have its place, and the error report can be written
// and read back: it has a row for each of the file's.
#include <algorithm>
#include <string>
#include <vector>

#include "batch/demographics_file.h"
#include "batch/users_file.h"
#include "fuzz.h"

namespace rollbook::batch {
namespace {

using fuzz::promise;

// `read` looks at the file with so many workers, `errors` writes the report.
template <class Read, class Errors>
void try_reading(std::string_view text, Read const& read, Errors const& errors) {
  auto const one = read(1), two = read(2);
  promise(one.refusal == two.refusal && one.remarks == two.remarks && one.rows.size() == two.rows.size() && one.left_out == two.left_out);
  if (!one.refusal.empty()) return promise(one.rows.empty() && one.remarks.empty());

  std::uint64_t behind = one.first_row;
  for (auto const& row : one.rows) {
    promise(row.start >= behind && row.start + row.size <= text.size());
    behind = row.start + row.size;
  }
  for (auto const& remark : one.remarks) promise(remark.row < one.rows.size() && remark.what < What::Count_);
  promise(one.left_out <= one.rows.size() && (one.errors() == 0) == (one.left_out == 0));
  promise(errors(one).size() >= one.first_row);
}

void try_reading(std::string_view text) {
  std::vector<std::string> const schools = {"s1", "0042"};
  try_reading(
      text, [&](unsigned workers) { return read_users_file(text, schools, {.seed = 1, .workers = workers}); },
      [&](UsersFile const& file) { return users_errors(text, file, schools); });
  try_reading(
      text, [&](unsigned workers) { return read_demographics_file(text, {.seed = 1, .workers = workers}); },
      [&](DemographicsFile const& file) { return demographics_errors(text, file); });
  is_demographics(text);
}

}  // namespace
}  // namespace rollbook::batch

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  rollbook::fuzz::Padded const padded(rollbook::fuzz::as_text(bytes, length));
  rollbook::batch::try_reading(padded.text());
  return 0;
}
