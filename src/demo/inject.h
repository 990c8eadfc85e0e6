// Damage on purpose, with a list of what was done: the measure of whether Rollbook finds what is wrong, and nothing
// else. Knows OneRoster from oneroster-csv.json alone and shares nothing with schema/ and rules/: an examiner who
// copies the candidate's notes finds the candidate flawless.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook {

// `line` is physical, counted after all damage, and that of a row's beginning; 0 means the record is not there at all.
// `sourced_id` is the record's id before the damage. `level` is the one expected under the default profile.
// `column` is empty where a whole row is wrong.
struct Answer {
  std::string kind, file;
  std::uint64_t line = 0;
  std::string column;
  std::string sourced_id;
  std::string level;  // "error" or "warning"
  std::string note;
};

// Damages a finished, faultless district (file name → text) with `count` defects, spread evenly over the kinds as long
// as a kind still finds a place; a small district may hold fewer than asked for. Never two in one row; and where a
// defect spoils a record, no other defect lies in that record's references or in what refers to it.
std::vector<Answer> inject_defects(std::map<std::string, std::string>& files, std::uint64_t count, std::uint64_t seed, std::string_view oneroster_csv_json);

std::string answers_json(std::vector<Answer> const& answers);

}  // namespace rollbook
