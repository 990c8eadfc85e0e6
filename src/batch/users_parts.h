// Which columns of users.csv speak of the person, and which of the class.
#pragma once

#include "batch/users_form.h"

namespace rollbook::batch {

inline constexpr std::size_t person_columns[] = {users_place("userRole"),       users_place("userFirstName"), users_place("userMiddleName"),
                                                 users_place("userLastName"),   users_place("userEmail"),     users_place("userGrade"),
                                                 users_place("userDistrictId"), users_place("userStateId")};

// A class is at one school; a person may be at several.
inline constexpr std::size_t class_columns[] = {users_place("className"), users_place("classDisplayName"), users_place("classGrade"),
                                                users_place("classSubject"), users_place("schoolId")};

// Filled only where classId is.
inline constexpr std::size_t needs_class_id[] = {users_place("className"), users_place("classDisplayName"), users_place("classGrade"),
                                                 users_place("classSubject"), users_place("primaryTeacher")};

}  // namespace rollbook::batch
