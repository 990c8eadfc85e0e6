// A report as a check could make it, with invented schools and people: an organization is missing, a role is misspelt.
#pragma once

#include <string>

#include "report/report.h"

namespace rollbook::sample {

inline constexpr RuleInfo class_without_school{.code = "CLS004",
                                               .name = "class-school-unknown",
                                               .dependent = true,
                                               .message = "Class {sourcedId} belongs to school {schoolSourcedId}, which is nowhere.",
                                               .why = "A class without its school is shown to nobody.",
                                               .fix = "Export the school as well, or correct schoolSourcedId.",
                                               .checks = ""};

inline constexpr RuleInfo role_unknown{
    .code = "ENR007",
    .name = "enrollment-role-unknown",
    .message = "Role \"{role}\" is not one of administrator, proctor, student, teacher.",
    .why = "An app cannot tell whether this person teaches or learns, so the row is left out and the class stays without them.",
    .fix = "In the SIS, write \"student\", or map the value in the settings of this source.",
    .checks = ""};

inline constexpr RuleInfo email_used_twice{.code = "USR031",
                                           .name = "user-email-used-twice",
                                           .severity = Severity::Warning,
                                           .origin = Origin::Rollbook,
                                           .message = "E-mail {email} is used by {n} people.",
                                           .why = "A letter meant for one of them reaches the other.",
                                           .fix = "Give each person an address of their own.",
                                           .checks = ""};

inline constexpr RuleInfo phone_is_odd{
    .code = "USR040", .name = "user-phone-odd", .severity = Severity::Info, .message = "Phone {phone} has letters.", .why = "w", .fix = "f", .checks = ""};

inline constexpr RuleInfo column_missing{.code = "FIL003",
                                         .name = "required-column-missing",
                                         .severity = Severity::Refused,
                                         .message = "The column \"{column}\" is missing.",
                                         .why = "Without it no row of the file can be understood.",
                                         .fix = "Add the column to the export, also when it is empty.",
                                         .checks = ""};

inline CheckReport::Finding finding(RuleInfo const& rule, std::string file, std::uint64_t line, std::string message) {
  CheckReport::Finding found;
  found.rule = &rule;
  found.severity = rule.severity;
  found.file = std::move(file);
  found.line = found.record = line;
  found.message = std::move(message);
  found.why = rule.why;
  found.fix = rule.fix;
  return found;
}

inline CheckReport empty_report() {
  CheckReport report;
  report.rollbook = "0.1";
  report.oneroster = "1.1";
  report.profile = "oneroster";
  report.delivery = "juniper-falls.zip";
  report.files = {{"orgs.csv", "bulk", 12, 0, 1536}, {"users.csv", "bulk", 51'204, 0, 7'340'032}, {"demographics.csv", "absent", 0, 0, 0}};
  return report;
}

inline CheckReport invalid_report() {
  auto report = empty_report();
  report.verdict = Verdict::Invalid;
  report.counts = {.error = 3, .warning = 2, .info = 1, .dependent = 4812};
  report.waiting_rows = report.counts.dependent;
  report.files = {{"manifest.csv", "", 0, 0, 812},
                  {"orgs.csv", "bulk", 12, 0, 1536},
                  {"classes.csv", "bulk", 1'204, 30, 98'304},
                  {"enrollments.csv", "bulk", 51'204, 4'785, 7'340'032},
                  {"users.csv", "bulk", 9'871, 0, 1'048'576},
                  {"demographics.csv", "absent", 0, 0, 0}};
  report.rules = {{&class_without_school, Severity::Error, 4812, 1},
                  {&role_unknown, Severity::Error, 3, 3},
                  {&email_used_twice, Severity::Warning, 2, 2},
                  {&phone_is_odd, Severity::Info, 1, 1}};
  report.rules_not_run = {{"DEM002", "demographics.csv", "target-file-absent"}, {"DEM005", "demographics.csv", "target-file-absent"}};
  report.causes = {{"CLS004", "orgs", "o9", "", std::nullopt, 4812}};
  report.causes_total = 1;
  report.order = {"Begin with orgs.csv: 2 other files depend on it."};

  auto waits = finding(class_without_school, "classes.csv", 88, "Class c-art belongs to school o9, which is nowhere.");
  waits.sourced_id = "c-art";
  waits.column = "schoolSourcedId";
  waits.value = "o9";
  waits.caused_by = CheckReport::CausedBy{"CLS004", "orgs", "o9", "", std::nullopt};
  auto role = finding(role_unknown, "enrollments.csv", 4211, "Role \"Pupil\" is not one of administrator, proctor, student, teacher.");
  role.record = 4200;
  role.sourced_id = "e-17";
  role.column = "role";
  role.value = "Pupil";
  auto other_role = role;
  other_role.line = other_role.record = 4300;
  other_role.sourced_id = "e-18";
  auto user_role = role;
  user_role.file = "users.csv";
  user_role.sourced_id = "u-ada";
  report.findings = {waits, role, other_role, user_role};
  for (std::uint64_t line : {7, 9}) {
    report.findings.push_back(finding(email_used_twice, "users.csv", line, "E-mail family.okafor@example.org is used by 2 people."));
    report.findings.back().sourced_id = "u-" + std::to_string(line);
    report.findings.back().column = "email";
    report.findings.back().value = "family.okafor@example.org";
  }
  report.findings.push_back(finding(phone_is_odd, "users.csv", 12, "Phone 555-ROLL has letters."));
  return report;
}

inline CheckReport refused_report() {
  auto report = empty_report();
  report.verdict = Verdict::Refused;
  report.counts.error = 1;
  report.rules = {{&column_missing, Severity::Refused, 1, 1}};
  report.findings = {finding(column_missing, "users.csv", 1, "The column \"status\" is missing.")};
  return report;
}

// One rule, broken in `shown` places that the report holds and `count` in all.
inline CheckReport many_findings(std::uint64_t count, std::uint64_t shown) {
  auto report = empty_report();
  report.verdict = Verdict::Invalid;
  report.counts.error = count;
  report.rules = {{&role_unknown, Severity::Error, count, shown}};
  for (std::uint64_t line = 2; line < 2 + shown; ++line)
    report.findings.push_back(finding(role_unknown, "enrollments.csv", line, "Role \"Pupil\" is not known."));
  return report;
}

}  // namespace rollbook::sample
