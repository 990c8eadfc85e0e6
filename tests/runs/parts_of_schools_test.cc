// Results, and what people have, are where their class or their person is: guards measure them there, and they wait with their school. Semantics, section 5.
#include <gtest/gtest.h>

#include <algorithm>

#include "runs/apply.h"
#include "runs/many_schools.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class PartsOfSchools : public Runs {
 protected:
  // Every student has a result for the one line item of the class.
  static DeliveryOf graded(int schools, int students) {
    auto d = with_grades(many_schools(schools, students));
    for (std::string const id : {"1", "2"}) d.drop("results", "r" + id);
    for (int s = 1; s <= schools; ++s) {
      auto const school = std::to_string(s);
      add_line_item(d, school);
      for_students(s, 1, students, [&](std::string const& n) { add_result(d, "r" + n, school, "u" + n); });
    }
    return d;
  }
  static void results_go(DeliveryOf& d, int school, int from, int to) {
    for_students(school, from, to, [&](std::string const& n) { d.drop("results", "r" + n); });
  }
  static void school_is_emptied(DeliveryOf& d, int school, int students) {
    students_go(d, school, 1, students);
    results_go(d, school, 1, students);
  }

  // The same in 1.2, and a file that 1.1 does not have.
  Files in_12(DeliveryOf const& d, std::string const& table, std::string const& text) {
    add_source();
    EXPECT_TRUE(sync(d).is_applied());
    auto files = exported({}, "1.2");
    files[table + ".csv"] = text;
    say_mode(files, table, "bulk");
    add_source("other");
    auto const answer = sync(files, "other");
    EXPECT_TRUE(answer.is_applied()) << told(answer);
    return files;
  }

  void begin(DeliveryOf const& first) {
    add_source();
    auto const answer = sync(first);
    ASSERT_TRUE(answer.is_applied()) << told(answer);
  }

  std::unique_ptr<store::Database> roster() { return std::move(*home_->roster(district_.id)); }
  static std::string counted_rows(store::Database& roster) {
    std::string all;
    auto rows = roster.prepare("SELECT tbl, school, rows FROM school_rows ORDER BY source, tbl, school");
    while (rows->step())
      all += std::string(all_tables[static_cast<std::size_t>(rows->integer(0))]->name) + " at " + std::to_string(rows->integer(1)) + ": " +
             std::to_string(rows->integer(2)) + "\n";
    return all;
  }
  void expect_to_be_counted_right(std::string const& when, std::string const& source = "sis") {
    auto const database = roster();
    auto const before = counted_rows(*database);
    EXPECT_FALSE(database->transaction([&] { return runs::recount_rows(*database, store::find_source(home_->operations(), district_, source)->id), true; }));
    EXPECT_EQ(before, counted_rows(*database)) << when;
  }

  static std::vector<std::string> lines_of_school(std::string const& file, std::vector<std::string> const& ids) {
    std::vector<std::string> lines;
    for (auto const& line : Sheet::split(file, '\n'))
      if (std::any_of(ids.begin(), ids.end(), [&](auto const& id) { return line.starts_with(id + ","); })) lines.push_back(line);
    return lines;
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, PartsOfSchools, both_databases(), name_of_database);

TEST_P(PartsOfSchools, ResultsAreMeasuredAtTheSchoolOfTheirLineItem) {
  begin(graded(3, 40));
  auto next = graded(3, 40);
  results_go(next, 1, 1, 11);
  auto const held = sync(next);
  EXPECT_EQ(held.held_because, std::vector<std::string>{"guard"}) << told(held);
  EXPECT_TRUE(says(held, "Results at School 1 (s1): 11 of 40 (28 %)")) << told(held);
  EXPECT_FALSE(says(held, "School 2"));
  EXPECT_FALSE(says(held, "in the district"));
}

TEST_P(PartsOfSchools, AResultIsNotWhereItsStudentIs) {
  begin(graded(2, 40));
  auto next = graded(2, 40);
  students_get(next, 1, 1, 1, "users", "orgSourcedIds", "s2");
  next.put("results", {{"sourcedId", "r1_1"}, {"score", "9"}});
  auto const answer = sync(next);
  ASSERT_TRUE(answer.is_applied()) << told(answer);
  for (auto const& school : answer.schools) EXPECT_EQ(school.tables.count("results"), school.sourced_id == "s1" ? 1u : 0u) << school.sourced_id;
}

TEST_P(PartsOfSchools, ResultsOfASchoolThatWaitsStay) {
  begin(graded(3, 20));
  auto next = graded(3, 20);
  school_is_emptied(next, 2, 20);
  next.put("results", {{"sourcedId", "r1_1"}, {"score", "9"}});
  next.drop("results", "r3_1");
  ASSERT_TRUE(held_for(sync(next), "guard"));
  auto const applied = approve(2, {"s2"});
  ASSERT_TRUE(applied.is_applied()) << told(applied);
  EXPECT_EQ(changes(applied, "results"), "+0 ~1 -1");
  EXPECT_EQ(applied.left_out.at("results"), 20u);
  auto const left = ids("results");
  EXPECT_EQ(left.size(), 59u);
  EXPECT_EQ(std::count_if(left.begin(), left.end(), [](auto const& id) { return id.starts_with("r2_"); }), 20);
  EXPECT_EQ(cell("results", "r1_1", "score"), "9");
}

TEST_P(PartsOfSchools, InOneRoster12ResultsWithoutAClassToo) {
  add_source();
  ASSERT_TRUE(sync(graded(3, 40)).is_applied());
  auto files = exported({}, "1.2");
  edit_column(files, "results", "classSourcedId", [](std::string& at, std::size_t) { at.clear(); });
  add_source("other");
  ASSERT_TRUE(sync(files, "other").is_applied());
  keep_rows(files, "results", [](Sheet::Row const& row, std::size_t) { return !row[0].starts_with("r1_") || std::stoi(row[0].substr(3)) > 11; });
  auto const held = sync(files, "other");
  EXPECT_TRUE(says(held, "Results at School 1 (s1): 11 of 40 (28 %)")) << told(held);
}

TEST_P(PartsOfSchools, WhatPeopleHaveIsWhereThePersonIs) {
  std::string has = "sourcedId,status,dateLastModified,userSourcedId,orgSourcedId,classSourcedId,resourceSourcedId\n";
  for (int s = 1; s <= 3; ++s)  // every other one is for a class, and that of another school
    for_students(s, 1, 40, [&](std::string const& n) { has += "h" + n + ",,,u" + n + ",," + (n.back() % 2 == 0 ? "c3" : "") + ",b\n"; });
  auto files = in_12(graded(3, 40), "userResources", has);
  edit_cell(files, "users", "u2_1", "familyName", "Inkwell");
  keep_rows(files, "userResources", [](Sheet::Row const& row, std::size_t) { return !row[0].starts_with("h1_") || std::stoi(row[0].substr(3)) > 11; });
  auto const held = sync(files, "other");
  EXPECT_TRUE(says(held, "User resources at School 1 (s1): 11 of 40 (28 %)")) << told(held);
  EXPECT_FALSE(says(held, "School 3"));
  auto const applied = approve(*held.run, {"s1"});
  ASSERT_TRUE(applied.is_applied()) << told(applied);
  EXPECT_EQ(changes(applied, "users"), "+0 ~1 -0");
  EXPECT_EQ(changes(applied, "userResources"), "+0 ~0 -0");
  EXPECT_EQ(applied.left_out.at("userResources"), 11u);
}

TEST_P(PartsOfSchools, WhatHangsOnAResultIsWhereTheResultIs) {
  std::string objectives = "sourcedId,status,dateLastModified,resultSourcedId,source,learningObjectiveId,score,textScore\n";
  for (int s = 1; s <= 3; ++s) for_students(s, 1, 40, [&](std::string const& n) { objectives += "o" + n + ",,,r" + n + ",unknown,reads aloud,,\n"; });
  auto files = in_12(graded(3, 40), "resultLearningObjectiveIds", objectives);
  edit_cell(files, "users", "u2_1", "familyName", "Inkwell");
  keep_rows(files, "resultLearningObjectiveIds",
            [](Sheet::Row const& row, std::size_t) { return !row[0].starts_with("o1_") || std::stoi(row[0].substr(3)) > 11; });
  auto const held = sync(files, "other");
  EXPECT_TRUE(says(held, "at School 1 (s1): 11 of 40 (28 %)")) << told(held);
  auto const applied = approve(*held.run, {"s1"});
  ASSERT_TRUE(applied.is_applied()) << told(applied);
  EXPECT_EQ(applied.left_out.at("resultLearningObjectiveIds"), 11u);
}

TEST_P(PartsOfSchools, TheyMoveWithTheirClassAndTheirLineItem) {
  begin(graded(3, 12));
  set("sis", {{"threshold.floor", "1000"}});
  expect_to_be_counted_right("at first");
  auto next = graded(3, 12);
  next.put("classes", {{"sourcedId", "c2"}, {"schoolSourcedId", "s1"}});
  ASSERT_TRUE(sync(next).is_applied());
  expect_to_be_counted_right("when a class has moved");
  next.put("lineItems", {{"sourcedId", "l3"}, {"classSourcedId", "c1"}});
  results_go(next, 3, 1, 2);
  ASSERT_TRUE(sync(next).is_applied());
  expect_to_be_counted_right("when a line item has moved");
}

TEST_P(PartsOfSchools, WhatHangsOnAResultMovesWithTheClassToo) {
  std::string objectives = "sourcedId,status,dateLastModified,resultSourcedId,source,learningObjectiveId,score,textScore\n";
  for (int s = 1; s <= 3; ++s) for_students(s, 1, 12, [&](std::string const& n) { objectives += "o" + n + ",,,r" + n + ",unknown,reads aloud,,\n"; });
  auto files = in_12(graded(3, 12), "resultLearningObjectiveIds", objectives);
  set("other", {{"threshold.floor", "1000"}});
  expect_to_be_counted_right("at first", "other");
  edit_cell(files, "results", "r1_1", "classSourcedId", "c1");  // the others are where their line item is
  ASSERT_TRUE(sync(files, "other").is_applied());
  expect_to_be_counted_right("when one names its class", "other");
  edit_cell(files, "classes", "c1", "schoolSourcedId", "s2");
  auto const night = sync(files, "other");
  ASSERT_TRUE(night.is_applied()) << told(night);
  EXPECT_EQ(changes(night, "results"), "+0 ~0 -0");
  expect_to_be_counted_right("when the class has moved", "other");
}

TEST_P(PartsOfSchools, AnUndoMovesThemBackWithTheirClass) {
  begin(graded(3, 12));
  set("sis", {{"threshold.floor", "1000"}});
  auto next = graded(3, 12);
  next.put("classes", {{"sourcedId", "c2"}, {"schoolSourcedId", "s1"}});
  auto const night = sync(next);
  ASSERT_TRUE(night.is_applied());
  ASSERT_TRUE(undo(*night.run).is_applied());
  dry_run(graded(3, 12));  // whoever looks counts anew
  expect_to_be_counted_right("when the class is back");
}

// In OneRoster 1.2 roles say where people are, and their rows need not change.
TEST_P(PartsOfSchools, WhatPeopleHaveMovesWithTheirRoles) {
  std::string has = "sourcedId,status,dateLastModified,userSourcedId,orgSourcedId,classSourcedId,resourceSourcedId\n";
  for (int s = 1; s <= 3; ++s) for_students(s, 1, 12, [&](std::string const& n) { has += "h" + n + ",,,u" + n + ",,,b\n"; });
  auto files = in_12(graded(3, 12), "userResources", has);
  set("other", {{"threshold.floor", "1000"}});
  expect_to_be_counted_right("at first", "other");
  auto const before = files;
  auto const at_school = [&](std::string const& person, std::string const& school) {
    auto sheet = Sheet::of(files.at("roles.csv"));
    for (auto const& row : sheet.rows)
      if (std::find(row.begin(), row.end(), person) != row.end()) edit_cell(files, "roles", row[0], "orgSourcedId", school);
  };
  at_school("u1_1", "s2");
  at_school("u3_2", "s2");
  auto const night = sync(files, "other");
  ASSERT_TRUE(night.is_applied()) << told(night);
  EXPECT_EQ(changes(night, "users"), "+0 ~0 -0");
  EXPECT_EQ(changes(night, "roles"), "+0 ~2 -0");
  expect_to_be_counted_right("when they have moved", "other");
  ASSERT_TRUE(undo(*night.run).is_applied());
  sync(before, "other");
  expect_to_be_counted_right("when they are back", "other");
}

TEST_P(PartsOfSchools, AnUndoCountsThemWhereTheyWere) {
  begin(graded(2, 20));
  set("sis", {{"threshold.floor", "1000"}});
  auto next = graded(2, 20);
  school_is_emptied(next, 2, 20);
  next.drop("lineItems", "l2");
  auto const night = sync(next);
  ASSERT_TRUE(night.is_applied()) << told(night);
  expect_to_be_counted_right("when they are gone");
  undo(*night.run);
  expect_to_be_counted_right("when they are there again");
}

TEST_P(PartsOfSchools, WhatAnEarlierRollbookCountedAtTheDistrictIsCountedAnew) {
  begin(graded(3, 40));
  auto const source = store::find_source(home_->operations(), district_, "sis")->id;
  auto const results = static_cast<int>(TableId::Results);
  {
    auto const database = roster();
    database->run("DELETE FROM school_rows WHERE tbl = ?", results);
    database->run("INSERT INTO school_rows(source, tbl, school, rows) VALUES(?, ?, 0, 120)", source, results);
    database->run("INSERT INTO recounts(source) VALUES(?)", source);
  }
  auto next = graded(3, 40);
  results_go(next, 1, 1, 11);
  auto const held = sync(next);
  EXPECT_TRUE(says(held, "Results at School 1 (s1): 11 of 40 (28 %)")) << told(held);
  auto const database = roster();
  EXPECT_FALSE(database->prepare("SELECT 1 FROM recounts")->step()) << "once is enough";
}

// As many schools as a large district has, neighbours with a teacher in common; PostgreSQL gets fewer.
TEST_P(PartsOfSchools, OneSchoolOfManyWaitsAndNothingOfItLeaks) {
  int const schools = GetParam() == "SQLite" ? 200 : 12, students = 12;
  auto const teachers = [&](DeliveryOf& d, std::string const& family) {
    for (int s = 1; s <= schools; ++s) {
      auto const here = std::to_string(s), there = std::to_string(s % schools + 1);
      d.put("users", {{"sourcedId", "p" + here}, {"orgSourcedIds", "s" + here + ",s" + there}, {"familyName", family}});
      d.put("enrollments", {{"sourcedId", "e" + here + "_q"},
                            {"classSourcedId", "c" + there},
                            {"schoolSourcedId", "s" + there},
                            {"userSourcedId", "p" + here},
                            {"role", "teacher"}});
    }
  };
  auto first = graded(schools, students);
  teachers(first, "Cher");
  begin(first);
  auto const before = exported();

  auto next = graded(schools, students);
  teachers(next, "Penhaligon");
  for (int s = 1; s <= schools; ++s) {
    auto const n = std::to_string(s) + "_1";
    next.put("users", {{"sourcedId", "u" + n}, {"familyName", "Inkwell"}});
    next.put("results", {{"sourcedId", "r" + n}, {"score", "9"}});
  }
  for (int s = 1; s <= 3; ++s) results_go(next, s, 2, 2);
  auto wanted = next;  // with all of the seventh school as it was, and of whoever is there too
  for (auto const* teacher : {"p6", "p7"}) wanted.put("users", {{"sourcedId", teacher}, {"familyName", "Cher"}});
  wanted.put("users", {{"sourcedId", "u7_1"}, {"familyName", "Quill7"}});
  wanted.put("results", {{"sourcedId", "r7_1"}, {"score", "7.50"}});
  school_is_emptied(next, 7, students);
  next.drop("enrollments", "e7_p").drop("enrollments", "e6_q");

  auto const held = sync(next);
  ASSERT_EQ(held.held_because, std::vector<std::string>{"guard"}) << told(held);
  for (auto const& school : held.schools) EXPECT_EQ(school.held, school.sourced_id == "s7") << school.sourced_id;
  auto const applied = approve(*held.run, {"s7"});
  ASSERT_TRUE(applied.is_applied()) << told(applied);
  auto const others = std::to_string(schools - 1);
  EXPECT_EQ(changes(applied, "results"), "+0 ~" + others + " -3");
  EXPECT_EQ(changes(applied, "users"), "+0 ~" + std::to_string(schools - 1 + schools - 2) + " -0");
  EXPECT_EQ(changes(applied, "enrollments"), "+0 ~0 -0");

  auto const after = exported();
  std::vector<std::string> of_the_seventh = {"s7", "c7", "l7", "p6", "p7", "e7_p", "e6_q", "e7_q"};
  for_students(7, 1, students, [&](std::string const& n) {
    for (auto const* letter : {"u", "e", "r"}) of_the_seventh.push_back(letter + n);
  });
  for (auto const* file : {"orgs", "classes", "users", "demographics", "enrollments", "lineItems", "results"}) {
    auto const name = std::string(file) + ".csv";
    auto const lines = lines_of_school(before.at(name), of_the_seventh);
    EXPECT_FALSE(lines.empty()) << file;
    EXPECT_EQ(lines, lines_of_school(after.at(name), of_the_seventh)) << file;
  }
  auto const repaired = sync(wanted);  // the others are as the delivery said
  EXPECT_EQ(repaired.outcome, "no_changes") << told(repaired);
}

}  // namespace
}  // namespace rollbook::test
