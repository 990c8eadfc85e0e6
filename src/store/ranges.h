// Planned ranges of days: when a source is paused or a district suspended, when nothing is removed, when other thresholds hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/sources.h"

namespace rollbook::store {

enum class RangeKind : std::uint8_t { Paused, Suspended, NoRemovals, Thresholds };
std::string_view name_of(RangeKind kind);

// Days as yyyymmdd in the district's time zone, both ends included. No first day: it has begun; no last day: until somebody ends it.
struct Range {
  std::int64_t id = 0;
  std::optional<std::int64_t> source;  // none: every source of the district
  RangeKind kind = RangeKind::NoRemovals;
  std::optional<std::int32_t> first_day, last_day;
  std::string thresholds;  // threshold.removed=50,…
  bool edits_too = false;  // of a suspension: what people upload to Batch Upload and change by hand waits too

  bool holds_on(std::int32_t day) const { return (!first_day || *first_day <= day) && (!last_day || day <= *last_day); }
  bool is_over(std::int32_t day) const { return last_day && *last_day < day; }
};

// Adds a range; a pause or a suspension takes the place of the one before. Trouble when it ends before it begins, or a threshold cannot be one.
Result<Range> add_range(Database& operations, District const& district, Range range, Actor const& actor);

Result<std::vector<Range>> list_ranges(Database& operations, District const& district);

// By its number.
Result<Range> remove_range(Database& operations, District const& district, std::int64_t id, Actor const& actor);

// Ends the pauses of a source, or without a source the suspensions of the district. False: there were none.
Result<bool> end_pauses(Database& operations, District const& district, std::optional<Source> const& source, Actor const& actor);

// "from 2026-06-01 until 2026-08-31"; "from now on".
std::string days_of(Range const& range);

}  // namespace rollbook::store
