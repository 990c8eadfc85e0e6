#include "store/districts.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "csv/utf8.h"
#include "store/district_settings.h"

namespace rollbook::store {
namespace {

constexpr std::string_view columns = "SELECT id, name, time_zone, created FROM districts";

District district_of(Statement const& row) { return {row.integer(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}; }

}  // namespace

bool is_time_zone(std::string const& name) {
  if (name.empty() || name.size() > 60 || name.front() == '/' || name.find("..") != std::string::npos) return false;
  if (!std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+'; }))
    return false;
  std::error_code error;
  return name == "UTC" || std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

std::string wrong_with_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > 100) return "has more than 100 bytes";
  if (name.front() == ' ' || name.back() == ' ') return "begins or ends with a space";
  if (csv::first_invalid_utf8(name) != std::string_view::npos) return "is not UTF-8";
  if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) return "has control characters in it";
  if (std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) return "is a number, and numbers are for finding";
  return "";
}

Result<District> add_district(Database& operations, std::string const& name, std::string const& time_zone, Actor const& actor) {
  if (auto const wrong = wrong_with_name(name); !wrong.empty()) return Trouble{"The name of the district " + wrong + "."};
  if (!is_time_zone(time_zone)) return Trouble{"There is no time zone \"" + time_zone + "\". They are named like America/Chicago or Europe/Berlin."};
  bool taken = false;
  District added{0, name, time_zone, actor.at};
  auto const trouble = operations.transaction([&] {
    auto same = operations.prepare("SELECT 1 FROM districts WHERE lower(name) = lower(?)");
    taken = same->with(name).step();
    same.reset();
    if (taken) return false;
    auto next = operations.prepare(
        "SELECT max(n) + 1 FROM (SELECT coalesce(max(id), 0) AS n FROM districts UNION ALL SELECT coalesce(max(district), 0) FROM deletions) all_ever");
    if (next->step()) added.id = next->integer(0);
    next.reset();
    operations.run("INSERT INTO districts(id, name, time_zone, created) VALUES(?, ?, ?, ?)", added.id, name, time_zone, actor.at);
    note(operations, actor, added.id, "district added", name);
    return true;
  });
  if (trouble) return *trouble;
  if (taken) return Trouble{"There is a district \"" + name + "\" already."};
  return added;
}

Result<std::vector<District>> list_districts(Database& operations) {
  std::vector<District> all;
  auto rows = operations.prepare(std::string(columns) + " ORDER BY id");
  while (rows->step()) all.push_back(district_of(*rows));
  if (operations.trouble()) return *operations.trouble();
  return all;
}

Result<District> find_district(Database& operations, std::string const& name_or_number) {
  // Pages ask by number, and a server may have thousands.
  std::int64_t number = 0;
  auto const* const end = name_or_number.data() + name_or_number.size();
  if (auto const [stopped, error] = std::from_chars(name_or_number.data(), end, number);
      error == std::errc() && stopped == end && std::to_string(number) == name_or_number) {
    auto row = operations.prepare(std::string(columns) + " WHERE id = ?");
    if (row->with(number).step()) return district_of(*row);
  }
  auto const all = list_districts(operations);
  if (!all) return all.trouble();
  std::string there;
  for (auto const& district : *all) {
    if (district.name == name_or_number || std::to_string(district.id) == name_or_number) return district;
    there += (there.empty() ? "\"" : ", \"") + district.name + "\"";
  }
  return Trouble{"There is no district \"" + name_or_number + "\". " +
                 (there.empty() ? "There is none yet; \"rollbook district add NAME\" makes one." : "There are: " + there + ".")};
}

}  // namespace rollbook::store
