// The rules that a single row answers, by table. A new rule is a line here.
#pragma once

#include <tuple>

#include "rules/academic_sessions/school_year_is_not_the_year_it_ends.h"
#include "rules/academic_sessions/session_ends_before_it_begins.h"
#include "rules/classes/class_subjects_and_codes_differ.h"
#include "rules/classes/class_subjects_without_codes.h"
#include "rules/courses/course_subjects_and_codes_differ.h"
#include "rules/courses/course_subjects_without_codes.h"
#include "rules/enrollments/enrollment_begins_outside_of_term.h"
#include "rules/enrollments/enrollment_ends_before_it_begins.h"
#include "rules/enrollments/enrollment_ends_outside_of_term.h"
#include "rules/enrollments/primary_who_is_no_teacher.h"
#include "rules/enrollments/school_differs_from_class.h"
#include "rules/enrollments/student_without_student_role.h"
#include "rules/line_item_learning_objective_ids/line_item_objective_is_no_uuid.h"
#include "rules/line_items/highest_score_below_lowest.h"
#include "rules/line_items/line_item_in_a_school_year.h"
#include "rules/orgs/school_without_identifier.h"
#include "rules/result_learning_objective_ids/result_objective_is_no_uuid.h"
#include "rules/results/class_differs_from_line_item.h"
#include "rules/results/score_out_of_range.h"
#include "rules/roles/profile_of_another_person.h"
#include "rules/roles/role_ends_before_it_begins.h"
#include "rules/users/email_missing.h"
#include "rules/users/identifier_like_social_security_number.h"
#include "rules/users/identifier_missing.h"
#include "rules/users/identifier_not_alphanumeric.h"

namespace rollbook {

template <Table const& T>
inline constexpr auto row_rules = std::tuple{};

template <>
inline constexpr auto row_rules<academic_sessions> = std::tuple{
    session_ends_before_it_begins,
    school_year_is_not_the_year_it_ends,
};

template <>
inline constexpr auto row_rules<classes> = std::tuple{
    class_subjects_and_codes_differ,
    class_subjects_without_codes,
};

template <>
inline constexpr auto row_rules<courses> = std::tuple{
    course_subjects_and_codes_differ,
    course_subjects_without_codes,
};

template <>
inline constexpr auto row_rules<enrollments> = std::tuple{
    enrollment_ends_before_it_begins, enrollment_begins_outside_of_term, enrollment_ends_outside_of_term,
    primary_who_is_no_teacher,        student_without_student_role,      school_differs_from_class,
};

template <>
inline constexpr auto row_rules<line_item_learning_objective_ids> = std::tuple{
    line_item_objective_is_no_uuid,
};

template <>
inline constexpr auto row_rules<line_items> = std::tuple{
    highest_score_below_lowest,
    line_item_in_a_school_year,
};

template <>
inline constexpr auto row_rules<orgs> = std::tuple{
    school_without_identifier,
};

template <>
inline constexpr auto row_rules<result_learning_objective_ids> = std::tuple{
    result_objective_is_no_uuid,
};

template <>
inline constexpr auto row_rules<results> = std::tuple{
    score_out_of_range,
    class_differs_from_line_item,
};

template <>
inline constexpr auto row_rules<roles> = std::tuple{
    role_ends_before_it_begins,
    profile_of_another_person,
};

template <>
inline constexpr auto row_rules<users> = std::tuple{
    email_missing,
    identifier_missing,
    identifier_not_alphanumeric,
    identifier_like_social_security_number,
};

}  // namespace rollbook
