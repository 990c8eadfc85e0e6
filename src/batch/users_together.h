// Rows of users.csv compared with each other: people, classes and enrollments of which they say different things.
#pragma once

#include "batch/users_file.h"

namespace rollbook::batch {

// Appends to the remarks of the file, which are in no order afterwards.
void compare_rows(std::string_view text, UsersFile& file, Looking const& looking);

}  // namespace rollbook::batch
