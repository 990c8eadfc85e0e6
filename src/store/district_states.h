// How districts stand, for who operates the server: numbers, no rows. A page of them with one query, however many there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/districts.h"

namespace rollbook::store {

struct DistrictState {
  District district;
  std::string state;  // "" while it is served; locked, deleting: store/district_life.h
  std::int64_t people = 0, sources = 0, runs = 0;
  std::string last_outcome, last_state;  // of its newest run; "" where there is none
};

struct DistrictStates {
  std::vector<DistrictState> some;  // by name
  bool more = false;
};

// Those whose name has `text` in it, after the name `after`.
DistrictStates list_district_states(Database& operations, std::string_view text, std::string_view after, std::size_t how_many);
std::optional<DistrictState> find_district_state(Database& operations, std::int64_t district);
std::int64_t count_districts(Database& operations);

}  // namespace rollbook::store
