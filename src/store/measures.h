// How large districts are and how far they have come, as their workers last found it: pages and metrics read that with one query, and open no roster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace rollbook::store {

struct Measures {
  std::string at;  // when it was measured
  std::int64_t roster_bytes = 0, delivery_bytes = 0;
  std::int64_t shape = 0;                // number of the newest step of its roster database
  std::int64_t revision = 0, found = 0;  // the newest one, and up to which everything is found
};
// In the caller's transaction.
void keep_measures(Database& operations, std::int64_t district, Measures const& measures);

// How the queue of a district stands, and how large it is.
struct DistrictHealth {
  std::int64_t district = 0;
  std::string name;
  std::int64_t waiting = 0, running = 0;
  std::string oldest;                // moment of its oldest run that is not over; ""
  std::optional<Measures> measured;  // nothing: nobody has worked for it yet
};
// By number, those behind `after`.
std::vector<DistrictHealth> list_district_health(Database& operations, std::int64_t after, std::size_t how_many);

// The same over all districts.
struct ServerHealth {
  std::int64_t waiting = 0, running = 0;
  std::string oldest;
  std::int64_t exports_waiting = 0;
  std::int64_t open = 0, locked = 0, deleting = 0;  // districts
  std::int64_t rosters_bytes = 0, deliveries_bytes = 0;
  std::int64_t most_behind = 0, districts_behind = 0;  // of the search index: revisions, districts
};
ServerHealth server_health(Database& operations);

// Of a moment as it is stored, 2026-11-22T01:02:03Z, the seconds since 1970; nothing when it is none.
std::optional<std::int64_t> seconds_of_moment(std::string_view text);

// "3.40.1" of SQLite, "15.14" of PostgreSQL.
std::string library_version(Database& database);
// The number of the newest step that was done.
std::int64_t shape_of(Database& database);
// The bytes of all that this connection works in.
std::int64_t bytes_of(Database& database);

}  // namespace rollbook::store
