// The columns of users.csv: a row for each person and class.
#pragma once

#include "batch/form.h"
#include "schema/words.h"

namespace rollbook::batch {

inline constexpr std::string_view action_words[] = {"REMOVE-ENROLLMENT", "REMOVE-CLASS", "ARCHIVE-USER", "RESTORE-USER"};
inline constexpr std::string_view person_words[] = {"student", "teacher", "administrator"};

inline constexpr Column users_columns[] = {
    {.header = "action",
     .doc = "What to do. Empty: add or update. REMOVE-ENROLLMENT: this person leaves this class. REMOVE-CLASS: the class ends, and everybody in it leaves it; "
            "one row suffices. "
            "ARCHIVE-USER: the person is no longer active. RESTORE-USER: the person is active again.",
     .words = action_words},
    {.header = "schoolId", .need = Need::Required, .doc = "The id of the school, as it is in the roster.", .samples = {"0042", "0042"}},
    {.header = "userId",
     .need = Need::Required,
     .doc = "The id of the person, unique in the district: letters, digits and . - _ / @. Capital letters and leading zeros count. Never a social security "
            "number.",
     .samples = {"T100", "000301"}},
    {.header = "userDistrictId", .doc = "Another id that the district has given to the person.", .samples = {"D-100", "D-301"}},
    {.header = "userStateId", .doc = "The id that the state has given to the person.", .samples = {"", "9004410301"}},
    {.header = "userRole", .need = Need::Required, .doc = "What the person is.", .words = person_words, .samples = {"teacher", "student"}},
    {.header = "userFirstName", .need = Need::Required, .doc = "First name.", .samples = {"Ada", "Leena"}},
    {.header = "userMiddleName", .doc = "Middle name."},
    {.header = "userLastName", .need = Need::Required, .doc = "Last name.", .samples = {"Bell", "Parath"}},
    {.header = "userEmail",
     .need = Need::Conditional,
     .when = "the person is a teacher or an administrator",
     .doc = "E-mail address, of one person only.",
     .samples = {"ada.bell@school.example", ""}},
    {.header = "userGrade",
     .need = Need::Conditional,
     .when = "the person is a student",
     .doc = "CEDS code of the grade, two characters.",
     .words = words::grade_words,
     .samples = {"", "03"}},
    {.header = "classId",
     .need = Need::Conditional,
     .when = "any other column of the class is filled",
     .doc = "The id of the class, unique in the district: letters, digits and . - _ / @.",
     .samples = {"math-3a", "math-3a"}},
    {.header = "className",
     .need = Need::Conditional,
     .when = "classId is filled",
     .doc = "Name of the class.",
     .samples = {"Mathematics 3A", "Mathematics 3A"}},
    {.header = "classDisplayName", .doc = "Name of the class as others are to see it.", .samples = {"Math", "Math"}},
    {.header = "classGrade", .doc = "CEDS code of the grade that the class is for.", .words = words::grade_words, .samples = {"03", "03"}},
    {.header = "classSubject", .doc = "Subject of the class.", .samples = {"Mathematics", "Mathematics"}},
    {.header = "primaryTeacher",
     .doc = "Whether this teacher has charge of the class. Only for teachers.",
     .words = words::boolean_words,
     .samples = {"true", ""}},
};
static_assert(std::size(users_columns) <= max_columns);

inline constexpr Form users_form{.file = "users.csv", .columns = users_columns};

// The place of a column, by its header.
consteval std::size_t users_place(std::string_view header) { return place_of(users_columns, header); }

}  // namespace rollbook::batch
