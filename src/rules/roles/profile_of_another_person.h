#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto profile_of_another_person = row_rule<roles>(
    RuleInfo{
        .code = "ROL002",
        .name = "profile-of-another-person",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The role of {userSourcedId} names the profile {userProfileSourcedId}, which belongs to somebody else.",
        .why = "The account of another person would be used.",
        .fix = "Correct userProfileSourcedId.",
        .checks = "or-6.32",
    },
    "userProfileSourcedId", [](Row<roles> const& row) {
      auto const user = row[column<roles, "userSourcedId">];
      auto const owner = row.of(row[column<roles, "userProfileSourcedId">], column<user_profiles, "userSourcedId">);
      return user && owner && *user != *owner;
    });

}  // namespace rollbook
