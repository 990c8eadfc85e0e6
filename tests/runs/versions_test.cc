// A source that moves from OneRoster 1.1 to 1.2, or back: nobody is lost on the way, and what people are is what it says now.
#include "base/text.h"
#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Versions : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  }

  // Lines of a file that hold this text.
  static std::vector<std::string> lines_with(std::string const& file, std::string const& text) {
    std::vector<std::string> found;
    for (auto const& line : split(file, '\n'))
      if (line.find(text) != std::string::npos) found.push_back(line);
    return found;
  }
  std::vector<std::string> roles_of(std::string const& person) { return lines_with(exported({}, "1.2").at("roles.csv"), "," + person + ","); }

  // The same as `files`, with another word in the role of a person.
  static Files with_role(Files files, std::string const& person, std::string const& from, std::string const& to) {
    auto& roles = files.at("roles.csv");
    auto const line = lines_with(roles, "," + person + ",").at(0);
    auto changed = line;
    changed.replace(changed.find("," + from + ","), from.size() + 2, "," + to + ",");
    roles.replace(roles.find(line), line.size(), changed);
    return files;
  }

  runs::Answer sync_and_approve(Files const& files) {
    auto const answer = sync(files);
    return answer.outcome == "held" ? approve(*answer.run) : answer;
  }
};

TEST_P(Versions, AMoveToTheNewerOneRemovesNothing) {
  sync(two_schools(3));
  auto const before = exported();
  auto const answer = sync_and_approve(exported({}, "1.2"));
  for (auto const& [table, counts] : answer.tables) EXPECT_EQ(counts.removed, 0u) << table;
  EXPECT_EQ(exported(), before);
}

TEST_P(Versions, ARoleThatTheNewerOneChangesReplacesTheOldOne) {
  sync(two_schools(3));
  sync_and_approve(with_role(exported({}, "1.2"), "u1_1", "student", "aide"));
  ASSERT_EQ(roles_of("u1_1").size(), 1u);
  EXPECT_NE(roles_of("u1_1")[0].find(",aide,"), std::string::npos);
  EXPECT_EQ(cell("users", "u1_1", "role"), "aide");
}

TEST_P(Versions, AMoveBackRemovesNobodyAndItsRolesCount) {
  auto const d = two_schools(3);
  sync(d);
  auto const in_11 = exported(), in_12 = exported({}, "1.2");
  sync_and_approve(with_role(in_12, "u1_1", "student", "aide"));
  auto const answer = sync_and_approve(d.files());
  EXPECT_TRUE(answer.is_applied()) << runs::to_text(answer);
  EXPECT_EQ(changes(answer, "users").substr(changes(answer, "users").rfind(' ') + 1), "-0");
  EXPECT_EQ(exported(), in_11);
  EXPECT_EQ(roles_of("u1_1").size(), 1u);
  EXPECT_NE(roles_of("u1_1")[0].find(",student,"), std::string::npos);
}

TEST_P(Versions, UndoingTheMoveBringsTheOldRolesBack) {
  sync(two_schools(3));
  auto const in_11 = exported(), in_12 = exported({}, "1.2");
  auto const moved = sync_and_approve(with_role(in_12, "u1_1", "student", "aide"));
  undo(*moved.run);
  EXPECT_EQ(exported(), in_11);
  EXPECT_EQ(exported({}, "1.2"), in_12);
}

TEST_P(Versions, UndoingAMoveThatChangesNoRowsBringsTheRolesBack) {
  auto const d = two_schools(3);
  sync(d);
  sync_and_approve(with_role(exported({}, "1.2"), "u1_1", "student", "aide"));
  auto const in_11 = exported(), in_12 = exported({}, "1.2");
  auto const back = sync_and_approve(d.files());
  ASSERT_TRUE(back.is_applied());
  EXPECT_TRUE(undo(*back.run).is_applied());
  EXPECT_EQ(exported(), in_11);
  EXPECT_EQ(exported({}, "1.2"), in_12);
}

TEST_P(Versions, AnOlderRevisionIsExportedAsItWas) {
  sync(two_schools(3));
  auto const in_12 = exported({}, "1.2");
  sync_and_approve(with_role(in_12, "u1_1", "student", "aide"));
  EXPECT_EQ(exported(1, "1.2"), in_12);
}

TEST_P(Versions, WhatTheOlderOneCannotSayIsListed) {
  sync(two_schools(3));
  auto files = exported({}, "1.2");
  edit_cell(files, "users", "u1_1", "preferredGivenName", "Bee");
  edit_cell(files, "users", "u1_2", "preferredGivenName", "Cee");
  auto role = lines_with(files.at("roles.csv"), ",u1_1,").at(0);
  auto const second = "second" + role.substr(role.find(','));
  auto aide = std::string(second).replace(second.find(",student,"), 9, ",aide,");
  files.at("roles.csv") += aide.replace(aide.find(",primary,"), 9, ",secondary,") + "\n";
  auto const answer = sync_and_approve(files);
  ASSERT_TRUE(answer.is_applied()) << runs::to_text(answer);
  auto h = hub();
  auto const lost_in = [&](Version version) {
    MemorySink sink;
    runs::ExportOptions options;
    options.version = version;
    auto const out = runs::export_roster(h, district_, options, sink);
    EXPECT_TRUE(out.ok());
    return out ? out->lost : std::vector<std::string>();
  };
  EXPECT_EQ(lost_in(Version::V11),
            (std::vector<std::string>{"OneRoster 1.1 has no roles.", "1 roles are not the person's main one; OneRoster 1.1 has room for one",
                                      "2 values of users.preferredGivenName have no column in OneRoster 1.1"}));
  EXPECT_EQ(lost_in(Version::V12), std::vector<std::string>());
}

TEST_P(Versions, RolesOfASourceOfEachKindGoOutTogether) {
  auto d = two_schools(3);
  sync(d);
  add_source("second", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  auto files = exported({}, "1.2");
  Files other;
  other["manifest.csv"] = files.at("manifest.csv");
  for (auto const* absent : {"academicSessions", "courses", "classes", "enrollments", "demographics", "orgs"}) {
    auto& manifest = other["manifest.csv"];
    auto const bulk = "file." + std::string(absent) + ",bulk";
    if (auto const at = manifest.find(bulk); at != std::string::npos) manifest.replace(at, bulk.size(), "file." + std::string(absent) + ",absent");
  }
  auto const header = [](std::string const& text) { return text.substr(0, text.find('\n') + 1); };
  auto person = lines_with(files.at("users.csv"), "u1_1,").at(0), role = lines_with(files.at("roles.csv"), ",u1_1,").at(0);
  auto const rename = [](std::string& line) {
    for (std::size_t at = 0; (at = line.find("u1_1", at)) != std::string::npos; at += 4) line.replace(at, 4, "nina");
  };
  rename(person), rename(role);
  other["users.csv"] = header(files.at("users.csv")) + person + "\n";
  other["roles.csv"] = header(files.at("roles.csv")) + role + "\n";
  auto const answer = sync(other, "second");
  ASSERT_TRUE(answer.is_applied()) << runs::to_text(answer);
  EXPECT_EQ(roles_of("nina").size(), 1u);
  EXPECT_EQ(roles_of("u1_1").size(), 1u);
  EXPECT_EQ(roles_of("p2").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Runs, Versions, both_databases(), name_of_database);

}  // namespace
}  // namespace rollbook::test
