#include "batch/write_users.h"

#include <algorithm>
#include <array>

#include "batch/users_form.h"
#include "batch/users_row.h"
#include "export/bundle_writer.h"

namespace rollbook::batch {
namespace {

using Cells = std::array<std::string, std::size(users_columns)>;

void add_row(UsersWritten& out, Cells const& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out.text += ',';
    append_cell(out.text, cells[i]);
  }
  out.text += '\n';
  ++out.rows;
}

}  // namespace

UsersWritten write_users(Standing const& standing, UsersWanted const& wanted) {
  UsersWritten out;
  for (auto const& column : users_columns) (out.text += out.text.empty() ? "" : ",") += column.header;
  out.text += '\n';
  for (auto const& person : standing.people) {
    if (std::find(std::begin(person_words), std::end(person_words), person.role) == std::end(person_words)) {
      ++out.others;
      continue;
    }
    if (!wanted.people.empty() && !std::binary_search(wanted.people.begin(), wanted.people.end(), person.id)) continue;
    if (!wanted.role.empty() && person.role != wanted.role) continue;
    if (!wanted.school.empty() && std::find(person.schools.begin(), person.schools.end(), wanted.school) == person.schools.end()) continue;
    Cells cells;
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
      auto row = cells;
      row[users_place("schoolId")] = class_.school;
      row[users_place("classId")] = class_.id;
      row[users_place("className")] = class_.title;
      row[users_place("classDisplayName")] = class_.display_name;
      row[users_place("classGrade")] = class_.grade;
      row[users_place("classSubject")] = class_.subject;
      if (person.role == "teacher") row[users_place("primaryTeacher")] = enrollment.primary;
      add_row(out, row);
    }
    for (auto const& school : schools) {  // those at which they have no class
      cells[users_place("schoolId")] = school;
      add_row(out, cells);
    }
  }
  return out;
}

}  // namespace rollbook::batch
