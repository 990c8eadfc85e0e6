// The roster as users.csv: what is downloaded uploads again without a change.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "batch/standing.h"
#include "batch/users_form.h"

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

// The cells of one row, in the order of users_columns.
using UsersCells = std::array<std::string, std::size(users_columns)>;

// What the roster says of a person, a row for each class, and one for each school at which they have none; false where the file has no word for what they are.
bool has_word_for(Standing::Person const& person);
std::vector<UsersCells> rows_of(Standing const& standing, Standing::Person const& person);
// Says of a row that it is about this class, and at its school.
void put_class(UsersCells& row, Standing::Class const& class_);

// A whole file.
std::string users_text(std::span<UsersCells const> rows);

}  // namespace rollbook::batch
