// An upload in OneRoster's words: the rows of users.csv that are taken become a OneRoster 1.1 delta, which is checked, compared and applied as every delivery
// is.
//
// What OneRoster demands and such a file does not have is made up, the same every time and with ids that say whose they are ("rollbook-…"): a course for each
// school and subject, a school year for classes that are new. Rows keep the line of the upload that they come from.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "batch/standing.h"
#include "batch/users_file.h"
#include "schema/schema.h"

namespace rollbook::batch {

// The person of the roster whose id was another one before: everything else is the same.
struct Correction {
  std::string from, to;
};

// The five things that people count in such a file.
enum class Counted : std::uint8_t { Schools, Staff, Students, Classes, Enrollments, Count_ };
inline constexpr std::string_view counted_words[] = {"schools", "staff", "students", "classes", "enrollments"};
inline constexpr std::size_t counted_kinds = std::size(counted_words);

// Things that the rows which are taken speak of, and those of which only rows speak that are left out.
struct Spoken {
  std::array<std::uint64_t, counted_kinds> named{}, errors{};
};

// Whom a row of the users.csv that was made is about, and the schools that the file names for them: places in Translation::schools.
struct MadePerson {
  Person is = Person::Unknown;
  std::vector<std::uint32_t> schools;
};

struct Translation {
  std::vector<std::pair<std::string, std::string>> files;  // name, bytes
  std::vector<TableId> tables;                             // that these are of: manifest_of
  std::vector<MadePerson> people;                          // of each row of the users.csv that was made
  std::vector<Correction> corrections;                     // to be made before it is applied
  Spoken all;
  std::vector<std::string> schools;  // ids, of those in the roster that the file names
  std::vector<Spoken> at_school;     // of each
  // For what is told of people in another file: the ids that rows bring, as they are written → as the roster has them today; whom they archive and restore.
  std::unordered_map<std::string, std::string> comes;
  std::unordered_set<std::string> goes;
  std::vector<std::pair<std::string, std::uint32_t>> restored;  // id, line
};

// What Rollbook writes into its own deltas: a day as dateLastModified; a manifest by which these tables are deltas, and all others absent.
std::string modified_on(std::int32_t day);
std::string manifest_of(std::vector<TableId> const& deltas);

// Tells what the roster has to say of the rows (in `file.remarks`, and leaves out those with errors), and writes what remains. `today`: yyyymmdd.
// `same`: people who are said to be one, the id that the rows have → the id in the roster; where a likeness alone does not settle it.
using SamePeople = std::unordered_map<std::string, std::string>;
Translation to_oneroster(std::string_view text, UsersFile& file, Standing const& standing, std::int32_t today, SamePeople const& same = {});

}  // namespace rollbook::batch
