// Which statement the bytes, the header and single rows of a file make: semantics, section 1, in sync.
#include <gtest/gtest.h>

#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Contents : public Runs {
 protected:
  static constexpr int pupils = 30;

  static Files first() {
    auto roster = two_schools(pupils);
    roster.put("users", {{"sourcedId", "u1_3"}, {"email", "ada3@larkspur.example"}, {"middleName", "Wren"}});
    return roster.files();
  }

  static Files without_one_pupil() {
    auto files = first();
    keep_rows(files, "users", [](Sheet::Row const& row, std::size_t) { return row[0] != "u1_2"; });
    keep_rows(files, "demographics", [](Sheet::Row const& row, std::size_t) { return row[0] != "u1_2"; });
    keep_rows(files, "enrollments", [](Sheet::Row const& row, std::size_t) { return row[0] != "e1_2"; });
    return files;
  }

  void begin() {
    add_source();
    auto const answer = sync(first());
    ASSERT_TRUE(answer.is_applied()) << told(answer);
    before_ = exported();
  }

  void expect_as_before() { EXPECT_EQ(exported(), before_); }

  // The row of this pupil is damaged, and another pupil changes: the one is kept as it is, the other is taken.
  void expect_left_out_and_protected(std::string const& id, std::function<void(std::string& users)> const& damage) {
    begin();
    auto files = first();
    edit_cell(files, "users", "u2_5", "familyName", "Fennimore");
    damage(text_of(files, "users"));
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "applied_with_warnings") << told(answer);
    EXPECT_EQ(changes(answer, "users"), "+0 ~1 -0") << told(answer);
    EXPECT_EQ(counts(answer, "users").excluded, 1u) << told(answer);
    EXPECT_EQ(changes(answer, "enrollments"), "+0 ~0 -0") << told(answer);
    EXPECT_EQ(cell("users", "u2_5", "familyName"), "Fennimore");
    EXPECT_NE(cell("users", id, "familyName"), "(none)");
  }

  Files before_;
};
INSTANTIATE_TEST_SUITE_P(Runs, Contents, both_databases(), name_of_database);

TEST_P(Contents, BytesThatCannotBeReadAreRefused) {
  struct Case {
    char const* name;
    std::function<void(std::string& users)> make;
    char const* code;
  };
  Case const all[] = {
      {"not one byte", [](std::string& t) { t.clear(); }, "ENC001"},
      {"a byte order mark and nothing else", [](std::string& t) { t = "\xEF\xBB\xBF"; }, "ENC001"},
      {"semicolons", [](std::string& t) { t = Sheet::of(t).text(';'); }, "ENC005"},
      {"tabs", [](std::string& t) { t = Sheet::of(t).text('\t'); }, "ENC005"},
      {"carriage returns only", [](std::string& t) { std::replace(t.begin(), t.end(), '\n', '\r'); }, "ENC006"},
      {"UTF-16, little end first", [](std::string& t) { t = utf16(t, false, true); }, "ENC003"},
      {"UTF-16, big end first", [](std::string& t) { t = utf16(t, true, true); }, "ENC003"},
      {"UTF-16 without a mark", [](std::string& t) { t = utf16(t, false, false); }, "ENC003"},
      {"Windows-1252", [](std::string& t) { replace_first(t, "Ada5", "Zo\xEB"); }, "CSV006"},
      {"half a character", [](std::string& t) { replace_first(t, "Ada5", "Zo\xC3"); }, "CSV006"},
      {"a zero byte", [](std::string& t) { t[t.find("Ada5")] = '\0'; }, "CSV005"},
      {"a quote that is never closed", [](std::string& t) { replace_first(t, "Ada5", "\"Ada5"); }, "CSV001"},
      {"a quote that is never closed in the last row", [](std::string& t) { replace_first(t, "Ada30,Quill2", "Ada30,\"Quill2"); }, "CSV001"},
      {"a column twice", [](std::string& t) { replace_first(t, "middleName", "givenName"); }, "HDR003"},
      {"a required column is missing", [](std::string& t) { replace_first(t, "familyName", "surname"); }, "HDR001"},
      {"a required column is misspelt", [](std::string& t) { replace_first(t, "familyName", "famlyName"); }, "HDR001"},
      {"no header", [](std::string& t) { t.erase(0, t.find('\n') + 1); }, "HDR001"},
  };
  begin();
  for (auto const& one : all) {
    auto files = without_one_pupil();
    one.make(text_of(files, "users"));
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "refused") << one.name << ": " << told(answer);
    EXPECT_TRUE(found(answer, one.code)) << one.name << ": " << told(answer);
    EXPECT_FALSE(answer.reasons.empty()) << one.name;
  }
  expect_as_before();
}

TEST_P(Contents, TheManifestToo) {
  begin();
  for (auto const& bytes : {utf16(first().at("manifest.csv"), false, true), std::string("propertyName;value\n"), std::string("<html>\n"), std::string()}) {
    auto files = without_one_pupil();
    files["manifest.csv"] = bytes;
    EXPECT_EQ(sync(files).outcome, "refused") << bytes;
  }
  expect_as_before();
}

TEST_P(Contents, WhatIsOnlyWrittenInAnotherWayIsTheSame) {
  struct Case {
    char const* name;
    std::function<void(Files&)> make;
    bool warns;
  };
  Case const all[] = {
      {"columns in another order",
       [](Files& f) {
         edit(f, "users", [](Sheet& sheet) {
           std::rotate(sheet.header.begin() + 3, sheet.header.begin() + 5, sheet.header.end());
           for (auto& row : sheet.rows) std::rotate(row.begin() + 3, row.begin() + 5, row.end());
         });
       },
       true},
      {"the id in the last column",
       [](Files& f) {
         edit(f, "users", [](Sheet& sheet) {
           std::rotate(sheet.header.begin(), sheet.header.begin() + 1, sheet.header.end());
           for (auto& row : sheet.rows) std::rotate(row.begin(), row.begin() + 1, row.end());
         });
       },
       true},
      {"the header in capitals",
       [](Files& f) {
         edit(f, "users", [](Sheet& s) {
           for (auto& n : s.header) std::transform(n.begin(), n.end(), n.begin(), ::toupper);
         });
       },
       true},
      {"a known alias",
       [](Files& f) { rename_column(f, "users", "agentSourcedIds", "agents"), rename_column(f, "users", "dateLastModified", "dataLastModified"); }, true},
      {"an unknown column", [](Files& f) { add_column(f, "users", "homeroomTeacher", "Tea Cher1"); }, true},
      {"the file name in capitals", [](Files& f) { f["USERS.CSV"] = f.at("users.csv"), f.erase("users.csv"); }, true},
      {"an old file name", [](Files& f) { f["org.csv"] = f.at("orgs.csv"), f.erase("orgs.csv"); }, true},
      {"one folder around everything",
       [](Files& f) {
         Files inside;
         for (auto const& [name, text] : f) inside["export/" + name] = text;
         f = inside;
       },
       true},
      {"what systems leave behind", [](Files& f) { f["__MACOSX/._users.csv"] = "x", f["Thumbs.db"] = "x", f[".DS_Store"] = "x"; }, true},
      {"a foreign file", [](Files& f) { f["lunch.csv"] = "day,meal\nMonday,soup\n", f["readme.txt"] = "hello"; }, true},
      {"a byte order mark", [](Files& f) { text_of(f, "users").insert(0, "\xEF\xBB\xBF"); }, true},
      {"blank lines and a row of commas", [](Files& f) { text_of(f, "users") += "\n,,,,,,,,,,,,,,,,,\n\n"; }, true},
      {"every line ends with CR LF", [](Files& f) { replace_all(text_of(f, "users"), "\n", "\r\n"); }, false},
      {"no line break at the end", [](Files& f) { text_of(f, "users").pop_back(); }, false},
      {"quotes around everything",
       [](Files& f) {
         edit(f, "users", [](Sheet& s) {
           for (auto& row : s.rows)
             for (auto& cell : row) cell = "\"" + cell + "\"";
         });
       },
       false},
      {"rows in another order", [](Files& f) { edit(f, "users", [](Sheet& s) { std::reverse(s.rows.begin(), s.rows.end()); }); }, false},
  };
  begin();
  for (auto const& one : all) {
    auto files = first();
    one.make(files);
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "no_changes") << one.name << ": " << told(answer);
    EXPECT_EQ(counts(answer, "users").excluded, 0u) << one.name << ": " << told(answer);
    EXPECT_TRUE(answer.warnings > 0 || !one.warns) << one.name << ": " << told(answer);
  }
  expect_as_before();
}

TEST_P(Contents, AndItIsTakenAsWhatItMeansWhenSomethingElseChanges) {
  begin();
  auto files = without_one_pupil();
  edit(files, "users", [](Sheet& sheet) {
    std::rotate(sheet.header.begin(), sheet.header.begin() + 3, sheet.header.end());
    for (auto& name : sheet.header) std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    for (auto& row : sheet.rows) std::rotate(row.begin(), row.begin() + 3, row.end());
  });
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "applied_with_warnings") << told(answer);
  EXPECT_EQ(changes(answer, "users"), "+0 ~0 -1") << told(answer);
}

TEST_P(Contents, BlankLinesAreOneWarningOfTheFile) {
  begin();
  auto files = first();
  text_of(files, "users") += "\n\n,,,,,,,,,,,,,,,,,\n\n";
  auto const answer = sync(files);
  EXPECT_EQ(answer.warnings, 1u) << told(answer);
}

TEST_P(Contents, ABlankCellClearsTheField) {
  begin();
  auto files = first();
  edit_cell(files, "users", "u1_3", "email", "");
  auto const answer = sync(files);
  EXPECT_EQ(changes(answer, "users"), "+0 ~1 -0") << told(answer);
  EXPECT_EQ(cell("users", "u1_3", "email"), "");
  EXPECT_EQ(cell("users", "u1_3", "middleName"), "Wren");
}

TEST_P(Contents, AColumnThatIsMissingSaysNothing) {
  begin();
  auto files = first();
  drop_column(files, "users", "email");
  auto const same = sync(files);
  EXPECT_EQ(same.outcome, "no_changes") << told(same);
  edit_cell(files, "users", "u1_3", "familyName", "Fennimore");
  auto const changed = sync(files);
  EXPECT_EQ(changed.outcome, "applied_with_warnings") << told(changed);
  EXPECT_EQ(changes(changed, "users"), "+0 ~1 -0") << told(changed);
  EXPECT_EQ(cell("users", "u1_3", "email"), "ada3@larkspur.example");
  EXPECT_EQ(cell("users", "u1_3", "familyName"), "Fennimore");
}

TEST_P(Contents, SoDoesAMissingColumnOfAnyTable) {
  begin();
  for (auto const& [table, column] : {std::pair{"orgs", "identifier"}, std::pair{"orgs", "parentSourcedId"}, std::pair{"academicSessions", "parentSourcedId"},
                                      std::pair{"courses", "courseCode"}, std::pair{"classes", "grades"}, std::pair{"users", "agentSourcedIds"},
                                      std::pair{"demographics", "sex"}, std::pair{"enrollments", "primary"}, std::pair{"enrollments", "beginDate"}}) {
    auto files = first();
    drop_column(files, table, column);
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "no_changes") << table << "." << column << ": " << told(answer);
  }
  expect_as_before();
}

TEST_P(Contents, AColumnThatComesBackIsComparedWithWhatWasStored) {
  begin();
  auto files = first();
  edit_cell(files, "users", "u1_3", "familyName", "Fennimore");
  auto missing = files;
  drop_column(missing, "users", "email");
  ASSERT_TRUE(sync(missing).is_applied());
  auto const back = sync(files);
  EXPECT_EQ(back.outcome, "no_changes") << told(back);
  edit_cell(files, "users", "u1_3", "email", "fennimore@larkspur.example");
  edit_cell(files, "users", "u1_4", "email", "ada4@larkspur.example");
  auto const other = sync(files);
  EXPECT_EQ(changes(other, "users"), "+0 ~2 -0") << told(other);
  EXPECT_EQ(cell("users", "u1_3", "email"), "fennimore@larkspur.example");
  auto const again = sync(files);
  EXPECT_EQ(again.outcome, "no_changes") << told(again);
}

TEST_P(Contents, AColumnThatComesBackBlankClearsWhatWasStored) {
  begin();
  auto files = first();
  edit_cell(files, "users", "u1_3", "familyName", "Fennimore");
  auto missing = files;
  drop_column(missing, "users", "email");
  ASSERT_TRUE(sync(missing).is_applied());
  edit_cell(files, "users", "u1_3", "email", "");
  auto const back = sync(files);
  EXPECT_EQ(changes(back, "users"), "+0 ~1 -0") << told(back);
  EXPECT_EQ(cell("users", "u1_3", "email"), "");
}

TEST_P(Contents, AReferenceColumnThatIsMissingKeepsWhatItReferredTo) {
  begin();
  auto files = first();
  edit_cell(files, "orgs", "s1", "name", "Linden School");
  drop_column(files, "orgs", "parentSourcedId");
  auto const answer = sync(files);
  EXPECT_EQ(changes(answer, "orgs"), "+0 ~1 -0") << told(answer);
  EXPECT_EQ(cell("orgs", "s1", "parentSourcedId"), "d");
}

TEST_P(Contents, AColumnThatNeverCameFillsFieldsWhenItComes) {
  add_source();
  auto files = first();
  drop_column(files, "users", "email");
  sync(files);
  EXPECT_EQ(cell("users", "u1_3", "email"), "");
  auto const answer = sync(first());
  EXPECT_TRUE(answer.is_applied()) << told(answer);
  EXPECT_EQ(changes(answer, "users"), "+0 ~1 -0") << told(answer);
  EXPECT_EQ(cell("users", "u1_3", "email"), "ada3@larkspur.example");
}

TEST_P(Contents, AMetadataColumnIsKeptAndAnotherUnknownOneIsNot) {
  add_source();
  auto files = first();
  add_column(files, "users", "metadata.locker", "L7");
  add_column(files, "users", "homeroomTeacher", "Cher1");
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "applied_with_warnings") << told(answer);
  EXPECT_EQ(cell("users", "u1_3", "metadata.locker"), "L7");
  EXPECT_EQ(exported().at("users.csv").find("homeroomTeacher"), std::string::npos);
  edit_cell(files, "users", "u1_3", "metadata.locker", "L8");
  edit_cell(files, "users", "u1_4", "homeroomTeacher", "Cher2");
  EXPECT_EQ(changes(sync(files), "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_3", "metadata.locker"), "L8");
}

TEST_P(Contents, AMetadataColumnThatIsMissingSaysNothing) {
  add_source();
  auto files = first();
  add_column(files, "users", "metadata.locker", "L7");
  sync(files);
  auto missing = first();
  EXPECT_EQ(sync(missing).outcome, "no_changes");
  edit_cell(missing, "users", "u1_3", "familyName", "Fennimore");
  EXPECT_EQ(changes(sync(missing), "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_3", "metadata.locker"), "L7");
  EXPECT_EQ(cell("users", "u1_4", "metadata.locker"), "L7");
}

TEST_P(Contents, LearnPlatformRefusesAByteOrderMark) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"profile", "learnplatform"}});
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "refused");
  EXPECT_TRUE(std::any_of(answer.findings.begin(), answer.findings.end(), [](auto const& f) { return f.code == "ENC002" && f.severity == "refused"; }))
      << told(answer);
}

TEST_P(Contents, TextAfterAClosingQuoteLeavesOutTheRowAndProtectsItsRecord) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, ",Ada4,", ",\"Ada\"4,"); });
}

TEST_P(Contents, ACellTooManyLeavesOutTheRowAndProtectsItsRecord) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, ",Ada4,", ",Ada,4,"); });
}

TEST_P(Contents, ACellTooFewLeavesOutTheRowAndProtectsItsRecord) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, ",Ada4,", ","); });
}

TEST_P(Contents, AVeryLongLineIsLeftOutAndProtectsItsRecord) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, ",Ada4,", ",Ada4" + std::string((1 << 20) + 1, 'x') + ","); });
}

TEST_P(Contents, SpacesAroundAnIdLeaveOutTheRowAndProtectTheIdWithoutThem) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, "\nu1_4,", "\nu1_4 ,"); });
}

TEST_P(Contents, SpacesBeforeAnIdToo) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, "\nu1_4,", "\n u1_4,"); });
}

TEST_P(Contents, ABadValueLeavesOutTheRowAndProtectsItsRecord) {
  expect_left_out_and_protected("u1_4", [](std::string& users) { replace_first(users, "\nu1_4,,,true,", "\nu1_4,,,perhaps,"); });
}

}  // namespace
}  // namespace rollbook::test
