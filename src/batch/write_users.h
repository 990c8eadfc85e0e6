// The roster as users.csv: what is downloaded uploads again without a change.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "batch/standing.h"

namespace rollbook::batch {

struct UsersWanted {
  std::string school, role;              // of that organization, and as that; "" for all
  std::vector<std::string> people = {};  // ids in their order; none: everybody
};

struct UsersWritten {
  std::string text;
  std::uint64_t rows = 0, others = 0;  // people who are neither students nor teachers nor administrators: such a file has no word for them
};

// A row for each person and class, in the order of the roster; people without a class have one.
UsersWritten write_users(Standing const& standing, UsersWanted const& wanted);

}  // namespace rollbook::batch
