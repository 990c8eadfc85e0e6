// users.csv as somebody uploads it, looked at row by row, and then at the rows together: which of them are taken, and what is said of the others.
//
// People, classes and schools are known by 64 bits of a seeded hash, as ids are elsewhere (roster/ids.h). A row keeps where it stands; its cells are read again
// when they are wanted.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/header.h"
#include "batch/remark.h"
#include "csv/record.h"

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
  Action action = Action::Put;
  Person person = Person::Unknown;
  bool readable = true;
  bool left_out = false;  // there is an error
};

struct UsersFile {
  std::string refusal;  // "": the file is looked at; else nothing of it is
  Header header;
  std::uint64_t first_row = 0;  // where the rows begin
  std::vector<UsersRow> rows;
  std::vector<Remark> remarks;            // by row; errors before warnings
  std::vector<std::string> names = {""};  // ids and sources that remarks name
  std::uint32_t left_out = 0;

  std::uint64_t errors() const;
  std::uint64_t warnings() const { return remarks.size() - errors(); }
};

// Puts remarks that were added in their order, and leaves out the rows with errors.
void settle(UsersFile& file);

struct Looking {
  std::uint64_t seed = 0;
  unsigned workers = 1;
};

// `text` is the whole file, with csv::padding readable bytes behind it; `schools` are the ids of the roster's schools.
UsersFile read_users_file(std::string_view text, std::span<std::string const> schools, Looking const& looking);

// The value of a cell of a row that was read, "" where its column is missing.
class CellReader {
 public:
  CellReader(std::string_view text, Header const& header) : text_(text), header_(header) {}
  void go_to(UsersRow const& row);
  std::string_view operator[](std::size_t column);  // valid until the next one is asked for

 private:
  std::string_view text_, row_;
  Header const& header_;
  csv::Record record_;
  std::string buffer_;
};

// users-errors.csv: all rows as uploaded, byte for byte, with a column for what is said of each.
std::string users_errors(std::string_view text, UsersFile const& file, std::span<std::string const> schools);

}  // namespace rollbook::batch
