// users.csv as somebody uploads it, looked at row by row, and then at the rows together: which of them are taken, and what is said of the others.
//
// People, classes and schools are known by 64 bits of a seeded hash, as ids are elsewhere (roster/ids.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/flat_file.h"

namespace rollbook::batch {

enum class Action : std::uint8_t { RemoveEnrollment, RemoveClass, ArchiveUser, RestoreUser, Put, Unknown };  // the first in the order of action_words
enum class Person : std::uint8_t { Student, Teacher, Administrator, Unknown };                               // in the order of person_words

struct UsersRow {
  std::uint64_t start = 0;                        // in the file
  std::uint32_t size = 0;                         // up to the end of the last cell
  std::uint32_t line = 0;                         // from 1
  std::uint64_t user = 0, class_ = 0, email = 0;  // hashes; 0: the cell is empty
  std::uint64_t user_plain = 0;                   // of the id without its leading zeros, in small letters
  std::uint64_t person_says = 0, class_says = 0;  // digests of what the row says of its person, its class
  std::uint64_t primary = 0;
  Action action = Action::Unknown;
  Person person = Person::Unknown;
  bool readable = true;
  bool left_out = false;  // there is an error
};

using UsersFile = FlatFile<UsersRow>;

// `text` is the whole file, with csv::padding readable bytes behind it; `schools` are the ids of the roster's schools.
UsersFile read_users_file(std::string_view text, std::span<std::string const> schools, Looking const& looking);

// users-errors.csv: all rows as uploaded, byte for byte, with a column for what is said of each.
std::string users_errors(std::string_view text, UsersFile const& file, std::span<std::string const> schools);

}  // namespace rollbook::batch
