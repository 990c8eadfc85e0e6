#include "demo/inject.h"

#include <gtest/gtest.h>

#include "demo/read_back.h"

namespace rollbook::demo_test {
namespace {

struct Damaged {
  Texts before, after;
  std::vector<Answer> answers;
};

Damaged damaged(std::uint64_t students, std::uint64_t count, std::string version = "1.1", std::uint64_t seed = 5) {
  Damaged d{.before = made({.students = students, .seed = 3, .oneroster = std::move(version)}), .after = {}, .answers = {}};
  d.after = d.before;
  d.answers = inject_defects(d.after, count, seed, oneroster_csv_json());
  return d;
}

std::string line_of(Damaged const& d, Answer const& a) { return a.line == 0 ? "" : lines(d.after.at(a.file)).at(a.line - 1); }

Answer const& first(Damaged const& d, std::string const& kind) {
  for (auto const& a : d.answers)
    if (a.kind == kind) return a;
  throw std::runtime_error("no " + kind);
}

TEST(Inject, TheSameSeedDamagesTheSame) {
  auto const one = damaged(3000, 150), two = damaged(3000, 150);
  EXPECT_EQ(one.after, two.after);
  EXPECT_EQ(answers_json(one.answers), answers_json(two.answers));
  EXPECT_NE(one.after, damaged(3000, 150, "1.1", 6).after);
}

TEST(Inject, AllAskedForAreDone) { EXPECT_EQ(damaged(10000, 400).answers.size(), 400u); }
TEST(Inject, NothingAskedForChangesNothing) {
  auto const d = damaged(500, 0);
  EXPECT_EQ(d.before, d.after);
}

TEST(Inject, EveryKindOccursAndNoneMuchMoreThanOthers) {
  for (auto const version : {"1.1", "1.2"}) {
    std::map<std::string, int> kinds;
    auto const d = damaged(10000, 400, version);
    for (auto const& a : d.answers) ++kinds[a.kind];
    for (auto const kind : {"record-missing",
                            "org-parent-cycle",
                            "session-outside-parent",
                            "two-primary-teachers",
                            "student-enrollment-of-teacher",
                            "primary-student",
                            "ends-before-begin",
                            "enrollment-outside-term",
                            "subjects-and-codes-unequal",
                            "demographics-unknown-user",
                            "duplicate-identical",
                            "duplicate-differs",
                            "dangling-orgs.parentSourcedId",
                            "dangling-academicSessions.parentSourcedId",
                            "dangling-courses.orgSourcedId",
                            "dangling-courses.schoolYearSourcedId",
                            "dangling-classes.courseSourcedId",
                            "dangling-classes.schoolSourcedId",
                            "dangling-classes.termSourcedIds",
                            "dangling-users.agentSourcedIds",
                            "dangling-enrollments.classSourcedId",
                            "dangling-enrollments.schoolSourcedId",
                            "dangling-enrollments.userSourcedId",
                            "wrong-type-of-org",
                            "wrong-type-of-session",
                            "reference-in-other-case",
                            "year-malformed",
                            "required-date-blank",
                            "required-boolean-blank",
                            "required-id-blank",
                            "required-string-blank",
                            "required-reference-blank",
                            "required-enum-blank",
                            "list-with-spaces",
                            "enum-unknown",
                            "enum-in-other-case",
                            "boolean-in-capitals",
                            "boolean-in-words",
                            "date-american",
                            "date-impossible",
                            "date-swapped",
                            "user-ids-malformed",
                            "grade-of-one-digit",
                            "leading-zero-lost",
                            "email-without-at",
                            "string-too-long",
                            "control-character",
                            "spreadsheet-error",
                            "status-in-bulk",
                            "removal-in-bulk",
                            "date-modified-in-bulk",
                            "id-with-spaces",
                            "id-with-odd-characters",
                            "id-too-long",
                            "id-in-scientific-form",
                            "cell-missing",
                            "cell-too-many",
                            "text-after-quote",
                            "line-break-in-cell"})
      EXPECT_TRUE(kinds.contains(kind)) << version << " " << kind;
    EXPECT_TRUE(kinds.contains(version == std::string("1.1") ? "dangling-users.orgSourcedIds" : "dangling-roles.orgSourcedId"));
    for (auto const& [kind, times] : kinds) EXPECT_LE(times, 9) << kind;
  }
}

TEST(Inject, NoTwoDefectsShareALine) {
  auto const d = damaged(10000, 400);
  std::set<std::pair<std::string, std::uint64_t>> places;
  std::set<std::pair<std::string, std::string>> ids;
  for (auto const& a : d.answers) {
    EXPECT_TRUE(a.line == 0 || places.insert({a.file, a.line}).second) << a.file << ":" << a.line;
    EXPECT_TRUE(ids.insert({a.file, a.sourced_id}).second) << a.file << " " << a.sourced_id;
  }
}

// The two texts are compared without any idea of rows: what differs has an answer, and what has an answer differs.
TEST(Inject, AnswersStandOnTheDamagedLinesAndNowhereElse) {
  auto const d = damaged(10000, 400, "1.2");
  std::map<std::string, std::map<std::uint64_t, std::string>> told;
  std::map<std::string, std::uint64_t> gone, added;
  for (auto const& a : d.answers) {
    if (a.line == 0) ++gone[a.file];
    else told[a.file][a.line] = a.kind;
    if (a.kind == "line-break-in-cell") told[a.file][a.line + 1] = "its second line";
    if (a.kind == "line-break-in-cell" || a.kind.starts_with("duplicate-")) ++added[a.file];
  }
  auto silent = 0;
  for (auto const& [file, text] : d.after) {
    auto const old_lines = lines(d.before.at(file)), new_lines = lines(text);
    EXPECT_EQ(old_lines.size() + added[file], new_lines.size() + gone[file]) << file;
    std::set<std::string> const known(old_lines.begin(), old_lines.end());
    for (std::uint64_t line = 1; line <= new_lines.size(); ++line) {
      auto const differs = !known.contains(new_lines[line - 1]);
      auto const kind = told[file].contains(line) ? told[file][line] : "";
      if (kind == "duplicate-identical") {
        EXPECT_EQ(new_lines[line - 1], new_lines[line - 2]);
      } else if (file == "orgs.csv" && differs && kind.empty()) {
        ++silent;  // the other one of a cycle
      } else {
        EXPECT_EQ(differs, !kind.empty()) << file << ":" << line << " " << kind;
      }
    }
  }
  auto cycles = 0;
  for (auto const& a : d.answers) cycles += a.kind == "org-parent-cycle";
  EXPECT_EQ(silent, cycles);
}

TEST(Inject, TheLineShowsWhatTheAnswerSays) {
  auto const d = damaged(10000, 400);
  auto const shows = [&](std::string const& kind, std::string const& text) {
    for (auto const& a : d.answers) EXPECT_TRUE(a.kind != kind || line_of(d, a).find(text) != std::string::npos) << kind << ": " << line_of(d, a);
  };
  shows("spreadsheet-error", "#N/A");
  shows("date-impossible", "-02-30");
  shows("primary-student", ",student,true,");
  shows("two-primary-teachers", ",teacher,true,");
  shows("control-character", "\x07");
  shows("removal-in-bulk", ",tobedeleted,");
  shows("date-modified-in-bulk", "T06:00:00.000Z");
  shows("year-malformed", "2026-2027");
  shows("list-with-spaces", ", ");
  shows("id-with-odd-characters", "#!");
  shows("id-in-scientific-form", "E+");
  shows("text-after-quote", "\" x");
  EXPECT_EQ(first(d, "leading-zero-lost").file, "users.csv");
}

TEST(Inject, AMissingRecordIsNamedAndStillReferredTo) {
  auto const d = damaged(10000, 400);
  for (auto const& a : d.answers) {
    if (a.kind != "record-missing") continue;
    EXPECT_EQ(a.line, 0u);
    EXPECT_EQ(d.after.at(a.file).find("\n" + a.sourced_id), std::string::npos);
    auto references = 0;
    for (auto const& [file, text] : d.after) references += text.find("," + a.sourced_id) != std::string::npos;
    EXPECT_GT(references, 0) << a.file << " " << a.sourced_id;
  }
}

TEST(Inject, WhatADefectRefersToIsWhole) {
  auto const d = damaged(10000, 400);
  std::set<std::string> spoilt;
  for (auto const& a : d.answers)
    // A person's demographics carry the person's id, and nothing refers to them.
    if (a.level == "error" && a.file != "demographics.csv") spoilt.insert(a.sourced_id);
  for (auto const& a : d.answers) {
    if (a.line == 0) continue;
    for (auto const& cell : cells(line_of(d, a) + (a.kind == "line-break-in-cell" ? "\"" : "")))
      for (auto const& id : items(cell))
        EXPECT_TRUE((id == a.sourced_id && a.file != "demographics.csv") || !spoilt.contains(id)) << a.kind << " " << a.file << ":" << a.line;
  }
}

TEST(Inject, AnswersAreJson) {
  auto const d = damaged(2000, 60);
  auto const json = answers_json(d.answers);
  EXPECT_TRUE(json.starts_with("{\n \"answers\": ["));
  EXPECT_NE(json.find("\"sourcedId\": \"" + first(d, "date-impossible").sourced_id), std::string::npos);
}

}  // namespace
}  // namespace rollbook::demo_test
