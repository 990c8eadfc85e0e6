// Settings of a district: its time zone, and how long what is old is kept.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "store/districts.h"

namespace rollbook::store {

// What is let go when it is older than so many days.
enum class Kept : std::uint8_t { Deliveries, Findings, Leavers };
inline constexpr std::array all_kept{Kept::Deliveries, Kept::Findings, Kept::Leavers};
std::string_view name_of(Kept kept);

inline constexpr std::int64_t least_days = 7, most_days = 36'500;

// Nothing: it is kept for ever.
std::optional<std::int64_t> days_kept(Database& operations, std::int64_t district, Kept kept);
// People who left stand in deliveries, findings and lists that are as old: those are kept no longer than the people.
std::optional<std::int64_t> days_with_leavers(Kept kept, std::optional<std::int64_t> own, std::optional<std::int64_t> leavers);
// Trouble when the days are too few or too many.
std::optional<Trouble> set_days_kept(Database& operations, District const& district, Kept kept, std::optional<std::int64_t> days, Actor const& actor);

// Of the IANA database.
bool is_time_zone(std::string const& name);
// Trouble when there is no such time zone.
std::optional<Trouble> set_time_zone(Database& operations, District const& district, std::string const& time_zone, Actor const& actor);

// Facts that the server keeps of a district; "" when there is none. Within the caller's transaction.
std::string district_fact(Database& operations, std::int64_t district, std::string_view name);
void keep_district_fact(Database& operations, std::int64_t district, std::string_view name, std::string_view value);

// Whether people of the district may upload users.csv: the operator says so.
bool has_batch_upload(Database& operations, std::int64_t district);
std::optional<Trouble> switch_batch_upload(Database& operations, District const& district, bool on, Actor const& actor);

}  // namespace rollbook::store
