#include "batch/write_users.h"

#include <algorithm>

#include "batch/users_row.h"
#include "export/bundle_writer.h"

namespace rollbook::batch {
namespace {

void add_header(std::string& text) {
  for (auto const& column : users_columns) (text += text.empty() ? "" : ",") += column.header;
  text += '\n';
}

void add_row(std::string& text, UsersCells const& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    append_cell(text, cells[i]);
  }
  text += '\n';
}

}  // namespace

bool has_word_for(Standing::Person const& person) { return std::find(std::begin(person_words), std::end(person_words), person.role) != std::end(person_words); }

void put_class(UsersCells& row, Standing::Class const& class_) {
  row[users_place("schoolId")] = class_.school;
  row[users_place("classId")] = class_.id;
  row[users_place("className")] = class_.title;
  row[users_place("classDisplayName")] = class_.display_name;
  row[users_place("classGrade")] = class_.grade;
  row[users_place("classSubject")] = class_.subject;
}

std::vector<UsersCells> rows_of(Standing const& standing, Standing::Person const& person) {
  std::vector<UsersCells> rows;
  UsersCells cells;
  cells[users_place("userId")] = person.id;
  cells[users_place("userDistrictId")] = secondary_id(person.user_ids, "district");
  cells[users_place("userStateId")] = secondary_id(person.user_ids, "state");
  cells[users_place("userRole")] = person.role;
  cells[users_place("userFirstName")] = person.first_name;
  cells[users_place("userMiddleName")] = person.middle_name;
  cells[users_place("userLastName")] = person.last_name;
  cells[users_place("userEmail")] = person.email;
  cells[users_place("userGrade")] = person.grade;
  auto schools = person.schools;
  for (auto const at : person.enrollments) {
    auto const& enrollment = standing.enrollments[at];
    auto const& class_ = standing.classes[enrollment.class_];
    std::erase(schools, class_.school);
    auto& row = rows.emplace_back(cells);
    put_class(row, class_);
    if (person.role == "teacher") row[users_place("primaryTeacher")] = enrollment.primary;
  }
  for (auto const& school : schools) {  // those at which they have no class
    cells[users_place("schoolId")] = school;
    rows.push_back(cells);
  }
  return rows;
}

std::string users_text(std::span<UsersCells const> rows) {
  std::string text;
  add_header(text);
  for (auto const& row : rows) add_row(text, row);
  return text;
}

UsersWritten write_users(Standing const& standing, UsersWanted const& wanted) {
  UsersWritten out;
  add_header(out.text);
  for (auto const& person : standing.people) {
    if (!has_word_for(person)) {
      ++out.others;
      continue;
    }
    if (!wanted.people.empty() && !std::binary_search(wanted.people.begin(), wanted.people.end(), person.id)) continue;
    if (!wanted.role.empty() && person.role != wanted.role) continue;
    if (!wanted.school.empty() && std::find(person.schools.begin(), person.schools.end(), wanted.school) == person.schools.end()) continue;
    for (auto const& row : rows_of(standing, person)) add_row(out.text, row), ++out.rows;
  }
  return out;
}

}  // namespace rollbook::batch
