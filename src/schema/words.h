// The vocabularies of OneRoster. Words that only one version knows are marked; "ext:" tokens exist only in 1.2.
#pragma once

#include "schema/schema.h"

namespace rollbook::words {

inline constexpr std::string_view status_words[] = {"active", "tobedeleted", "inactive"};
inline constexpr Vocabulary status{.name = "StatusType",
                                   .words = status_words,
                                   .not_in_11 = 0b100,
                                   .not_in_12 = 0b100,
                                   .doc = "State of a record in a delta file. \"inactive\" is OneRoster 1.0's word and is read as tobedeleted."};

inline constexpr std::string_view boolean_words[] = {"false", "true"};
inline constexpr Vocabulary boolean{.name = "Boolean", .words = boolean_words, .doc = "Lower case only."};

inline constexpr std::string_view session_words[] = {"gradingPeriod", "semester", "schoolYear", "term"};
inline constexpr Vocabulary session{.name = "SessionType", .words = session_words, .extensible_in_12 = true, .doc = "What span of time a session is."};

inline constexpr std::string_view org_words[] = {"department", "school", "district", "local", "state", "national"};
inline constexpr Vocabulary org{
    .name = "OrgType",
    .words = org_words,
    .extensible_in_12 = true,
    .doc = "Level of an organization; usually national > state > local > district > school. \"local\" is the 1.0 word for district."};

inline constexpr std::string_view class_words[] = {"homeroom", "scheduled"};
inline constexpr Vocabulary class_type{.name = "ClassType", .words = class_words, .extensible_in_12 = true, .doc = "A homeroom, or a class of the timetable."};

inline constexpr std::string_view role_words[] = {"student",   "teacher",           "administrator",      "aide",      "guardian",
                                                  "parent",    "proctor",           "relative",           "counselor", "districtAdministrator",
                                                  "principal", "siteAdministrator", "systemAdministrator"};
inline constexpr Vocabulary role{.name = "RoleType",
                                 .words = role_words,
                                 .not_in_11 = 0b1111100000000,
                                 .not_in_12 = 0b100,
                                 .extensible_in_12 = true,
                                 .doc = "What a person is at an organization. 1.2 split administrator into four and added counselor."};

inline constexpr std::string_view resource_role_words[] = {"administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"};
inline constexpr Vocabulary resource_role{
    .name = "ResourceRole", .words = resource_role_words, .extensible_in_12 = true, .doc = "Whom a resource is made for."};

inline constexpr std::string_view enrollment_role_words[] = {"student", "teacher", "administrator", "proctor"};
inline constexpr Vocabulary enrollment_role{.name = "EnrollmentRole",
                                            .words = enrollment_role_words,
                                            .extensible_in_12 = true,
                                            .doc = "What a person is in a class: narrower than what they may be at an organization."};

inline constexpr std::string_view designation_words[] = {"primary", "secondary"};
inline constexpr Vocabulary designation{
    .name = "RoleDesignation", .words = designation_words, .doc = "Whether a role is the person's main one at that organization."};
inline constexpr Vocabulary importance{.name = "Importance", .words = designation_words, .doc = "Whether a resource is the main one or an addition."};

inline constexpr std::string_view gender_words[] = {"male", "female", "unspecified", "other"};
inline constexpr Vocabulary gender{
    .name = "Gender", .words = gender_words, .not_in_11 = 0b1100, .extensible_in_12 = true, .doc = "1.1 knows only male and female."};

inline constexpr std::string_view score_status_words[] = {"exempt", "fully graded", "not submitted", "partially graded", "submitted"};
inline constexpr Vocabulary score_status{
    .name = "ScoreStatus", .words = score_status_words, .extensible_in_12 = true, .doc = "State of a result; two-word tokens contain one space."};

inline constexpr std::string_view objective_words[] = {"case", "unknown"};
inline constexpr Vocabulary objective_source{.name = "LearningObjectiveSource",
                                             .words = objective_words,
                                             .extensible_in_12 = true,
                                             .doc = "Where a learning objective's id comes from; \"case\" ids are urn:uuid."};

// Grade codes: the CEDS entry grade levels that the 1.1 tables name; by agreement in 1.2, where they remain the habit in the US.
inline constexpr std::string_view grade_words[] = {"IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05",   "06",
                                                   "07", "08", "09", "10", "11", "12", "13", "PS", "UG", "Other"};
inline constexpr Vocabulary grade{.name = "GradeCEDS", .words = grade_words, .doc = "Grade levels, two characters with their leading zero."};

inline constexpr Vocabulary const* all[] = {&status,      &boolean,    &session, &org,          &class_type,       &role, &resource_role, &enrollment_role,
                                            &designation, &importance, &gender,  &score_status, &objective_source, &grade};

}  // namespace rollbook::words
