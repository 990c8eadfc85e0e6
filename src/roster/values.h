// Stage two of reading: cells of a batch become typed columns, and flaws where they cannot.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "csv/batch.h"
#include "roster/flaws.h"
#include "roster/ids.h"
#include "roster/layout.h"
#include "schema/catalogue.h"

namespace rollbook {

// Values of a typed cell. Words are their place in the vocabulary, booleans 0 and 1, dates year·10000 + month·100 + day, years and
// whole numbers themselves, references the row of their target.
inline constexpr std::int32_t blank = INT32_MIN;
inline constexpr std::int32_t invalid = INT32_MIN + 1;
inline constexpr std::int32_t not_asked = INT32_MIN + 2;  // a reference into a table that is not part of the delivery
inline constexpr std::int32_t ext_word = 1000;            // an "ext:" token
constexpr bool has_value(std::int32_t value) { return value > not_asked; }

// A table that rows of the batch may refer to.
struct Target {
  IdIndex const* index = nullptr;                                          // null: not to be asked
  std::unordered_map<std::uint64_t, std::uint32_t> const* also = nullptr;  // ids read in the place of damaged ones → row
  std::uint32_t const* root = nullptr;                                     // per row: 0, or why it is excluded
  std::int32_t const* type = nullptr;                                      // per row: value of the column `type`
};

// Digits-only ids by width: the trace that lost leading zeros leave.
struct Widths {
  static constexpr std::size_t most = 24;
  std::array<std::uint64_t, most> count{}, zero_led{};
  std::uint64_t others = 0;
  std::array<std::vector<csv::Place>, most> places;  // the first ones of each width, bounded
};

struct Reading {
  Version version = Version::V11;
  bool delta = false;
  std::uint64_t seed = 0;
  std::size_t places_kept = 1000;
  std::array<Target, table_count> targets{};
};

// An optional reference within the same table: its target may stand further down, so it is looked up when the table is complete.
struct Pending {
  std::uint64_t hash;
  csv::Place place;
  std::uint8_t field;
};

// The typed columns of one batch; buffers are reused from batch to batch.
struct Values {
  std::array<std::vector<std::int32_t>, max_fields> column;
  std::array<std::vector<double>, max_fields> number;            // floats; NaN when blank or invalid
  std::array<std::vector<std::uint32_t>, max_fields> item_ends;  // per row: end of its items; of lists of references
  std::array<std::vector<std::int32_t>, max_fields> items;
  std::vector<std::uint64_t> id_hash;  // 0 when there is no id
  std::vector<std::uint8_t> deleted;   // rows that a delta file takes away
  std::vector<FlawSpot> flaws;
  std::vector<Pending> pending;
  std::vector<std::pair<std::uint64_t, csv::Place>> also;  // ids read in the place of padded ones
  std::vector<std::uint32_t> asked_row;                    // references of one column that are being looked up
  std::vector<std::uint64_t> asked_hash;
};

// The work of one column over one batch. Public so that the fuzzer and the bench can reach them.
void read_values(csv::Batch const& batch, std::uint32_t chunk, Table const& table, Layout const& layout, Reading const& reading,
                 std::array<Widths, max_fields>& widths, Values& out);

// Days that exist; yyyymmdd, or a flaw.
struct DateValue {
  std::int32_t value = invalid;
  Flaw flaw = Flaw::Count_;  // Count_: none
};
DateValue read_date(std::string_view cell);
bool is_id_text(std::string_view id);  // only characters that a sourcedId may have

}  // namespace rollbook
