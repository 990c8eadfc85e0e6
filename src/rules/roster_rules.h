// The rules that look at more than one row, in the order in which they are asked. A new rule is a line here.
#pragma once

#include "rules/academic_sessions/session_begins_before_its_parent.h"
#include "rules/academic_sessions/session_ends_after_its_parent.h"
#include "rules/academic_sessions/session_inside_a_smaller_one.h"
#include "rules/academic_sessions/session_is_its_own_ancestor.h"
#include "rules/classes/class_of_more_than_80.h"
#include "rules/classes/class_without_teacher.h"
#include "rules/enrollments/two_primary_teachers.h"
#include "rules/orgs/no_district_above_the_schools.h"
#include "rules/orgs/org_above_its_parent.h"
#include "rules/orgs/org_is_its_own_ancestor.h"
#include "rules/results/student_not_enrolled.h"
#include "rules/roles/two_primary_roles.h"
#include "rules/users/agent_is_a_teacher.h"
#include "rules/users/email_used_twice.h"
#include "rules/users/identifier_used_twice.h"
#include "rules/users/identifiers_alike.h"
#include "rules/users/person_without_role.h"
#include "rules/users/primary_org_without_role.h"

namespace rollbook {

inline constexpr RosterRule const* roster_rules[] = {
    &org_is_its_own_ancestor,
    &session_is_its_own_ancestor,
    &org_above_its_parent,
    &session_begins_before_its_parent,
    &session_ends_after_its_parent,
    &session_inside_a_smaller_one,
    &two_primary_teachers,
    &two_primary_roles,
    &primary_org_without_role,
    &person_without_role,
    &agent_is_a_teacher,
    &student_not_enrolled,
    &class_without_teacher,
    &class_of_more_than_80,
    &email_used_twice,
    &identifier_used_twice,
    &identifiers_alike,
    &no_district_above_the_schools,
};

}  // namespace rollbook
