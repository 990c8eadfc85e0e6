#include "store/district_settings.h"

#include <algorithm>

namespace rollbook::store {

std::string_view name_of(Kept kept) { return kept == Kept::Deliveries ? "deliveries" : kept == Kept::Findings ? "findings" : "leavers"; }

std::string district_fact(Database& operations, std::int64_t district, std::string_view name) {
  auto row = operations.prepare("SELECT value FROM district_settings WHERE district = ? AND name = ?");
  return row->with(district, name).step() ? std::string(row->text(0)) : "";
}

void keep_district_fact(Database& operations, std::int64_t district, std::string_view name, std::string_view value) {
  operations.run("DELETE FROM district_settings WHERE district = ? AND name = ?", district, name);
  if (!value.empty()) operations.run("INSERT INTO district_settings(district, name, value) VALUES(?, ?, ?)", district, name, value);
}

std::optional<std::int64_t> days_kept(Database& operations, std::int64_t district, Kept kept) {
  auto const days = std::strtoll(district_fact(operations, district, "keep." + std::string(name_of(kept))).c_str(), nullptr, 10);
  return days >= least_days ? std::optional<std::int64_t>(days) : std::nullopt;
}

std::optional<std::int64_t> days_with_leavers(Kept kept, std::optional<std::int64_t> own, std::optional<std::int64_t> leavers) {
  if (kept == Kept::Leavers) return leavers;
  return own && leavers ? std::min(*own, *leavers) : own ? own : leavers;
}

std::optional<Trouble> set_days_kept(Database& operations, District const& district, Kept kept, std::optional<std::int64_t> days, Actor const& actor) {
  if (days && (*days < least_days || *days > most_days))
    return Trouble{"Keep them for " + std::to_string(least_days) + " to " + std::to_string(most_days) + " days, or for ever."};
  return operations.transaction([&] {
    auto const value = days ? std::to_string(*days) : "";
    keep_district_fact(operations, district.id, "keep." + std::string(name_of(kept)), value);
    note(operations, actor, district.id, "retention set", std::string(name_of(kept)) + ": " + (days ? value + " days" : "for ever"));
    return true;
  });
}

std::optional<Trouble> set_time_zone(Database& operations, District const& district, std::string const& time_zone, Actor const& actor) {
  if (!is_time_zone(time_zone)) return Trouble{"There is no time zone \"" + time_zone + "\". They are named like America/Chicago or Europe/Berlin."};
  return operations.transaction([&] {
    operations.run("UPDATE districts SET time_zone = ? WHERE id = ?", time_zone, district.id);
    note(operations, actor, district.id, "time zone set", district.time_zone + " → " + time_zone);
    return true;
  });
}

bool has_batch_upload(Database& operations, std::int64_t district) { return district_fact(operations, district, "batch-upload") == "on"; }

std::optional<Trouble> switch_batch_upload(Database& operations, District const& district, bool on, Actor const& actor) {
  return operations.transaction([&] {
    keep_district_fact(operations, district.id, "batch-upload", on ? "on" : "");
    note(operations, actor, district.id, "batch upload switched", on ? "on" : "off");
    return true;
  });
}

}  // namespace rollbook::store
