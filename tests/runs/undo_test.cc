// Taking runs back, and handing the roster on: semantics, sections 3, 6 and 7.
#include <gtest/gtest.h>

#include "rules/in_memory.h"
#include "runs/edit.h"
#include "runs/many_schools.h"
#include "store/runs.h"

namespace rollbook::test {
namespace {

using Cells = std::map<std::string, std::string>;

Cells person(std::string const& id, std::string const& role, std::string const& schools, std::string const& agents = "") {
  return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", schools},    {"role", role},
          {"username", id},  {"givenName", "Bo"},     {"familyName", "Larch " + id}, {"agentSourcedIds", agents}};
}

// The row of a teacher of two_schools as another source says it.
Cells teacher_elsewhere(std::string const& middle) {
  return {{"sourcedId", "p1"},   {"enabledUser", "true"},   {"orgSourcedIds", "s1"}, {"role", "teacher"},     {"username", "p1"},
          {"givenName", "Tea"}, {"familyName", "Cher1"}, {"identifier", "Ip1"},   {"middleName", middle}};
}

Cells class_at(std::string const& id, std::string const& school) {
  return {{"sourcedId", id},          {"title", "Class " + id},    {"courseSourcedId", "c"},
          {"classType", "scheduled"}, {"schoolSourcedId", school}, {"termSourcedIds", "t"}};
}

Cells enrollment(std::string const& id, std::string const& in_class, std::string const& school, std::string const& user) {
  return {{"sourcedId", id}, {"classSourcedId", in_class}, {"schoolSourcedId", school}, {"userSourcedId", user}, {"role", "student"}};
}

DeliveryOf renamed(DeliveryOf d, std::string const& user, std::string const& family) { return d.put("users", {{"sourcedId", user}, {"familyName", family}}); }

// A pupil who leaves takes their rows along.
DeliveryOf without(DeliveryOf d, std::string const& n) { return d.drop("users", "u" + n).drop("enrollments", "e" + n).drop("demographics", "u" + n); }

DeliveryOf second_night() {
  auto d = without(renamed(two_schools(3), "u1_1", "Quillback"), "1_2");
  return d.put("users", person("u9", "student", "s2")).put("enrollments", enrollment("e9", "c2", "s2", "u9")).put("classes", class_at("c3", "s1"));
}

DeliveryOf everything() {
  auto d = with_grades(two_schools(3));
  d.put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1"}, {"grades", "03,04"}, {"identifier", "007"}, {"userIds", "{state:11},{district:12}"}});
  d.put("users", person("g1", "guardian", "s1", "u1_1")).put("users", person("m1", "student", "s2,s1"));
  d.put("enrollments", enrollment("e_m1", "c1", "s1", "m1")).put("enrollments", enrollment("e_m2", "c2", "s2", "m1"));
  return d;
}

// The files with one more column in a table; rows whose id is not among the values leave it blank.
Files with_column(Files files, std::string const& table, std::string const& column, Cells const& values) {
  std::string text;
  auto const& before = files[table + ".csv"];
  for (std::size_t at = 0, end; at < before.size(); at = end + 1) {
    end = before.find('\n', at);
    auto const line = before.substr(at, end - at);
    auto const value = values.find(line.substr(0, line.find(',')));
    text += line + "," + (at == 0 ? column : value == values.end() ? "" : value->second) + "\n";
  }
  files[table + ".csv"] = text;
  return files;
}

std::string errors(Files const& files) {
  std::string all;
  for (auto const& finding : checked(files, options_of("oneroster")).findings)
    if (finding.severity >= Severity::Error) all += finding.file + " " + std::string(finding.rule->code) + " " + finding.message + "\n";
  return all;
}

std::uint64_t rejected(runs::Answer const& answer, std::string const& table) {
  auto const at = answer.rejected.find(table);
  return at == answer.rejected.end() ? 0 : at->second;
}

class Undo : public Runs {
 protected:
  runs::Answer undo_of(runs::Answer const& answer) { return undo(answer.run.value_or(0)); }
  // From now on everything happens in another district, which has nobody yet.
  void move_to_an_empty_district() {
    auto const district = store::add_district(home_->operations(), "Elm", "UTC", {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(district.ok());
    also_drop("home_district_2");
    district_ = *district;
    add_source();
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Undo, both_databases(), name_of_database);

TEST_P(Undo, TheLastRunTakenBackGivesTheSameExportAsBefore) {
  add_source();
  sync(two_schools(3));
  auto const before = exported(), before12 = exported({}, "1.2");
  auto const second = sync(second_night());
  EXPECT_NE(exported(), before);
  auto const undone = undo_of(second);
  EXPECT_EQ(undone.outcome, "applied");
  EXPECT_EQ(undone.revision, 3);
  EXPECT_TRUE(undone.conflicts.empty());
  EXPECT_EQ(changes(undone, "users"), "+1 ~1 -1");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(exported({}, "1.2"), before12);
}

TEST_P(Undo, TheUndoOfAnUndoIsTheRunAgain) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(second_night());
  auto const after = exported();
  auto const again = undo_of(undo_of(second));
  EXPECT_EQ(again.outcome, "applied");
  EXPECT_EQ(exported(), after);
  auto const night = sync(second_night());
  EXPECT_EQ(night.outcome, "no_changes");
  EXPECT_TRUE(night.rejected.empty());
}

TEST_P(Undo, WhoClaimedARecordFirstDoesAgainWhenTheRunThatDroppedItIsTakenBack) {
  add_source();
  add_source("hr");
  ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  ASSERT_TRUE(sync(DeliveryOf().put("users", teacher_elsewhere("Hr")), "hr").is_applied());
  auto const before = exported();
  auto const dropped = sync(two_schools(3).drop("users", "p1").drop("enrollments", "e1_p"));
  ASSERT_TRUE(dropped.is_applied());
  EXPECT_EQ(cell("users", "p1", "middleName"), "Hr");
  auto const without = exported();
  auto const back = undo(*dropped.run);
  ASSERT_TRUE(back.is_applied());
  EXPECT_EQ(exported(), before);
  auto const again = undo(*back.run);
  ASSERT_TRUE(again.is_applied());
  EXPECT_EQ(exported(), without);
  ASSERT_TRUE(undo(*again.run).is_applied());
  EXPECT_EQ(exported(), before);
}

TEST_P(Undo, WhoClaimedFirstDoesAgainAlsoWhenBothDroppedARecordAndBothRunsAreTakenBack) {
  add_source();
  add_source("hr");
  ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  auto const theirs = DeliveryOf().put("users", person("h1", "aide", "s1"));
  ASSERT_TRUE(sync(DeliveryOf(theirs).put("users", teacher_elsewhere("Hr")), "hr").is_applied());
  auto const before = exported();
  auto const ours = sync(two_schools(3).drop("users", "p1").drop("enrollments", "e1_p"));
  ASSERT_EQ(cell("users", "p1", "middleName"), "Hr");
  auto const also = sync(theirs, "hr");
  ASSERT_TRUE(ours.is_applied() && also.is_applied());
  ASSERT_TRUE(undo(*also.run).is_applied());
  EXPECT_EQ(cell("users", "p1", "middleName"), "Hr");
  ASSERT_TRUE(undo(*ours.run).is_applied());
  EXPECT_EQ(exported(), before);
}

TEST_P(Undo, WhatAnotherSourceSaidNewOfARecordMeanwhileStaysInForce) {
  add_source();
  add_source("hr");
  ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  ASSERT_TRUE(sync(DeliveryOf().put("users", teacher_elsewhere("Hr")), "hr").is_applied());
  auto const ours = sync(two_schools(3).drop("users", "p1").drop("enrollments", "e1_p"));
  ASSERT_TRUE(sync(DeliveryOf().put("users", teacher_elsewhere("New")), "hr").is_applied());
  ASSERT_TRUE(undo(*ours.run).is_applied());
  EXPECT_EQ(cell("users", "p1", "middleName"), "New");
}

TEST_P(Undo, ARecordThatCameAgainAndWentAgainIsLeftAlone) {
  add_source();
  sync(two_schools(3));
  auto const gone = sync(without(two_schools(3), "1_1"));
  sync(two_schools(3));
  sync(without(two_schools(3), "1_1"));
  auto const before = exported();
  auto const undone = undo(*gone.run);
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(undone.conflicts.size(), 3u) << ::testing::PrintToString(undone.conflicts);
}

TEST_P(Undo, WhoseIdARekeyGaveToAnotherMeanwhileDoesNotComeBack) {
  add_source();
  sync(two_schools(3));
  auto const gone = sync(without(two_schools(3), "1_1"));
  auto h = hub();
  auto const rekeyed = runs::rekey(h, district_, "users", "u1_2", "u1_1");
  ASSERT_TRUE(rekeyed.ok());
  auto const undone = undo(*gone.run);
  ASSERT_FALSE(undone.conflicts.empty());
  EXPECT_EQ(undone.conflicts[0], "person u1_1: its id belongs to another record by now");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada2");
  expect_sound();
  ASSERT_TRUE(undo(*rekeyed->run).is_applied());
  EXPECT_EQ(cell("users", "u1_2", "givenName"), "Ada2");
  expect_sound();
}

TEST_P(Undo, AFirstDeliveryThatIsForcedBackTakesAlongWhatWasChangedSince) {
  add_source();
  auto const nobody = exported();
  auto const first = sync(two_schools(3));
  sync(renamed(two_schools(3), "u1_1", "Quillback"));
  EXPECT_EQ(undo(*first.run, true).outcome, "applied");
  EXPECT_EQ(exported(), nobody);
  expect_sound();
}

TEST_P(Undo, TheFirstDeliveryTakenBackLeavesNobody) {
  add_source();
  auto const nobody = exported();
  auto const first = sync(everything());
  EXPECT_EQ(undo_of(first).outcome, "applied");
  EXPECT_EQ(exported(), nobody);
  auto const night = sync(everything());
  EXPECT_EQ(night.outcome, "no_changes");
  EXPECT_EQ(rejected(night, "users"), 10u);
}

TEST_P(Undo, AnEarlierRunTakenBackLeavesLaterChangesAlone) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(renamed(renamed(two_schools(3), "u1_1", "Quillback"), "u1_2", "Quillback"));
  sync(renamed(renamed(two_schools(3), "u1_1", "Quillwort"), "u1_2", "Quillback"));
  auto const undone = undo_of(second);
  EXPECT_EQ(undone.outcome, "applied_with_warnings");
  EXPECT_EQ(changes(undone, "users"), "+0 ~1 -0");
  ASSERT_EQ(undone.conflicts.size(), 1u);
  EXPECT_NE(undone.conflicts[0].find("u1_1"), std::string::npos);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillwort");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "Quill1");
}

TEST_P(Undo, AClassThatLaterEnrollmentsNeedStays) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(two_schools(3).put("classes", class_at("c3", "s1")).put("classes", class_at("c4", "s1")));
  sync(two_schools(3).put("classes", class_at("c3", "s1")).put("classes", class_at("c4", "s1")).put("enrollments", enrollment("e9", "c3", "s1", "u1_1")));
  auto const undone = undo_of(second);
  EXPECT_EQ(changes(undone, "classes"), "+0 ~0 -1");
  ASSERT_EQ(undone.conflicts.size(), 1u);
  EXPECT_NE(undone.conflicts[0].find("c3"), std::string::npos);
  EXPECT_EQ(cell("enrollments", "e9", "classSourcedId"), "c3");
  EXPECT_FALSE(has("classes", "c4"));
}

TEST_P(Undo, AnEnrollmentWhoseClassHasGoneSinceDoesNotComeBack) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(two_schools(3).drop("enrollments", "e1_1"));
  auto later = two_schools(3).drop("classes", "c1");
  for (auto const* id : {"e1_p", "e1_1", "e1_2", "e1_3"}) later.drop("enrollments", id);
  sync(later);
  auto const undone = undo_of(second);
  EXPECT_EQ(undone.outcome, "no_changes");
  ASSERT_EQ(undone.conflicts.size(), 1u);
  EXPECT_NE(undone.conflicts[0].find("e1_1"), std::string::npos);
}

TEST_P(Undo, APersonWhoseIdAnotherHasByNowDoesNotComeBack) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(without(two_schools(3), "1_2"));
  auto const third = without(two_schools(3), "1_2").put("users", person("u1_2", "student", "s1"));
  sync(third);
  auto const undone = undo_of(second);
  EXPECT_FALSE(undone.conflicts.empty());
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "Larch u1_2");
  EXPECT_EQ(ids("users").size(), 8u);
  EXPECT_EQ(changes(sync(third), "users"), "+0 ~0 -0");
}

TEST_P(Undo, WhatIsForcedGoesBackThoughItWasChangedSince) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(renamed(two_schools(3), "u1_1", "Quillback"));
  sync(renamed(two_schools(3), "u1_1", "Quillwort"));
  auto const undone = undo(*second.run, true);
  EXPECT_EQ(undone.outcome, "applied");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Undo, ARunThatChangedNothingCannotBeTakenBack) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(two_schools(3));
  EXPECT_NE(undo_of(second).outcome, "applied");
  EXPECT_NE(undo(77).outcome, "applied");
  EXPECT_EQ(ids("users").size(), 8u);
}

TEST_P(Undo, WhatWasTakenBackIsRejectedWhileTheSourceSaysTheSame) {
  add_source();
  sync(two_schools(3));
  undo_of(sync(second_night()));
  auto const same = sync(second_night());
  EXPECT_EQ(same.outcome, "no_changes");
  EXPECT_EQ(same.rejected, (std::map<std::string, std::uint64_t>{{"classes", 1}, {"demographics", 1}, {"enrollments", 2}, {"users", 3}}));
  auto const more = sync(renamed(second_night(), "u2_1", "Quillwort"));
  EXPECT_EQ(more.outcome, "applied_with_warnings");
  EXPECT_EQ(changes(more, "users"), "+0 ~1 -0");
  EXPECT_EQ(rejected(more, "users"), 3u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
  EXPECT_TRUE(has("users", "u1_2"));
  EXPECT_FALSE(has("users", "u9"));
  EXPECT_EQ(cell("users", "u2_1", "familyName"), "Quillwort");
}

TEST_P(Undo, ARejectionEndsWhenTheSourceSaysSomethingElse) {
  add_source();
  sync(two_schools(3));
  undo_of(sync(second_night()));
  auto const other = sync(renamed(second_night(), "u1_1", "Quillwort"));
  EXPECT_EQ(changes(other, "users"), "+0 ~1 -0");
  EXPECT_EQ(rejected(other, "users"), 2u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillwort");
  auto const back = sync(renamed(second_night(), "u1_1", "Quillback"));
  EXPECT_EQ(changes(back, "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillback");
}

TEST_P(Undo, ARejectionEndsWhenTheSourceAgreesWithTheRoster) {
  add_source();
  sync(two_schools(3));
  undo_of(sync(second_night()));
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
  auto const again = sync(second_night());
  EXPECT_TRUE(again.rejected.empty());
  EXPECT_EQ(changes(again, "users"), "+1 ~1 -1");
}

TEST_P(Undo, ARejectionOfADeltaSourceEndsWhenItAgreesWithTheRoster) {
  add_source();
  sync(two_schools(3));
  auto const said = [&](std::string const& family) {
    auto row = person("p1", "teacher", "s1");
    row["familyName"] = family;
    DeliveryOf d;
    for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) d.mode(table, "delta");
    return sync(d.put("users", row));
  };
  said("Larch");
  auto const second = said("Alder");
  undo_of(second);
  EXPECT_EQ(rejected(said("Alder"), "users"), 1u);
  EXPECT_EQ(said("Larch").outcome, "no_changes");
  EXPECT_EQ(changes(said("Alder"), "users"), "+0 ~1 -0");
}

TEST_P(Undo, ADeletionTakenBackIsRejectedWhenADeltaSaysItAgain) {
  add_source();
  sync(two_schools(3));
  auto const before = exported();
  DeliveryOf delta;
  for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) delta.mode(table, "delta");
  delta.put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}});
  undo_of(sync(delta));
  EXPECT_EQ(exported(), before);
  auto const again = sync(delta);
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_EQ(rejected(again, "users"), 1u);
  EXPECT_EQ(rejected(again, "enrollments"), 1u);
  EXPECT_EQ(exported(), before);
}

TEST_P(Undo, APersonWhoCameBackGoesAgainWhenTheirReturnIsTakenBack) {
  add_source();
  sync(two_schools(3));
  sync(without(two_schools(3), "1_2"));
  auto const away = exported();
  auto const back = sync(two_schools(3));
  auto const there = exported();
  auto const undone = undo_of(back);
  EXPECT_EQ(exported(), away);
  undo_of(undone);
  EXPECT_EQ(exported(), there);
}

TEST_P(Undo, WhatNeedsARejectedRowIsLeftOutWithIt) {
  add_source();
  sync(two_schools(3));
  undo_of(sync(two_schools(3).put("classes", class_at("c3", "s1"))));
  auto const night = sync(two_schools(3).put("classes", class_at("c3", "s1")).put("enrollments", enrollment("e9", "c3", "s1", "u1_1")));
  EXPECT_EQ(night.outcome, "no_changes");
  EXPECT_EQ(rejected(night, "classes"), 1u);
  EXPECT_FALSE(has("enrollments", "e9"));
  EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), 4u);
}

TEST_P(Undo, AnExcludedRowDoesNotEndARejection) {
  add_source();
  sync(two_schools(3));
  undo_of(sync(second_night()));
  auto broken = renamed(second_night(), "u1_1", "Quillback").put("users", {{"sourcedId", "u1_1"}, {"enabledUser", "perhaps"}});
  sync(broken);
  EXPECT_EQ(rejected(sync(second_night()), "users"), 3u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Undo, ExportsOfBothVersionsPassTheCheck) {
  add_source();
  EXPECT_EQ(sync(everything()).errors, 0u);
  EXPECT_EQ(errors(exported()), "");
  EXPECT_EQ(errors(exported({}, "1.2")), "");
}

TEST_P(Undo, AnExportTakenInElsewhereGivesTheSameExport) {
  add_source();
  sync(two_schools(3));
  auto const revised = with_column(everything().drop("users", "u1_2").drop("enrollments", "e1_2").drop("demographics", "u1_2").files(), "users", "metadata.bus",
                                   {{"u1_1", "7"}});
  EXPECT_TRUE(sync(revised).is_applied());
  auto const here = exported();
  move_to_an_empty_district();
  EXPECT_TRUE(sync(here).is_applied());
  EXPECT_EQ(exported(), here);
  EXPECT_EQ(sync(here).outcome, "no_changes");
}

TEST_P(Undo, AnExportOf12TakenInElsewhereGivesTheSameExport) {
  add_source();
  sync(everything());
  auto const here = exported({}, "1.2"), here11 = exported();
  move_to_an_empty_district();
  EXPECT_TRUE(sync(here).is_applied());
  EXPECT_EQ(exported({}, "1.2"), here);
  EXPECT_EQ(exported(), here11);
}

TEST_P(Undo, AMoveFrom11To12RemovesNobody) {
  add_source();
  sync(two_schools(3));
  auto const before = exported();
  auto const moved = sync(exported({}, "1.2"));
  auto const after = moved.run && moved.outcome == "held" ? approve(*moved.run) : moved;
  for (auto const& [table, counts] : after.tables) EXPECT_EQ(counts.removed, 0u) << table;
  EXPECT_EQ(exported(), before);
}

TEST_P(Undo, AnOlderRevisionIsExportedAsItWasThen) {
  add_source();
  sync(two_schools(3));
  auto const first = exported();
  auto const second = sync(second_night());
  auto const then = exported();
  undo_of(second);
  EXPECT_EQ(exported(1), first);
  EXPECT_EQ(exported(2), then);
  EXPECT_EQ(exported(3), first);
}

TEST_P(Undo, TheExportOfOneSchoolHoldsAllThatItsRowsReferTo) {
  add_source();
  sync(everything());
  auto const school = exported({}, "1.1", {"s1"});
  EXPECT_EQ(errors(school), "");
  EXPECT_EQ(checked(school, options_of("oneroster")).counts.dependent, 0u);
  auto const& users = school.at("users.csv");
  EXPECT_NE(users.find("\nu1_1,"), std::string::npos);
  EXPECT_NE(users.find("\nm1,,,true,s1,"), std::string::npos);
  EXPECT_EQ(users.find("\nu2_1,"), std::string::npos);
  auto const pupil = users.substr(users.find("\nu1_1,") + 1);
  EXPECT_NE(pupil.substr(0, pupil.find('\n')).find(",g1,"), std::string::npos) << pupil;
  for (auto const& [file, text] : school) EXPECT_EQ(text.find("s2"), std::string::npos) << file;
  for (auto const* of_the_other : {"\nu2_1,", "\nc2,", "\nl2,", "\nr2,", "\nx2,", "\ne2_1,"})
    for (auto const& [file, text] : school) EXPECT_EQ(text.find(of_the_other), std::string::npos) << file << of_the_other;
}

TEST_P(Undo, TheExportOfOneSchoolHasNobodyElseInEitherVersion) {
  add_source();
  sync(two_schools(2));
  auto const all = exported({}, "1.2");
  auto const of_11 = exported({}, "1.2", {"s1"});
  move_to_an_empty_district();
  sync(all);
  auto const of_12 = exported({}, "1.2", {"s1"});
  EXPECT_EQ(of_12, of_11);
  EXPECT_EQ(of_12.at("users.csv").find("\nu2_1,"), std::string::npos);
  EXPECT_EQ(errors(of_12), "");
}

TEST_P(Undo, MetadataColumnsSurviveAndAreCompared) {
  add_source();
  auto const said = [&](std::string const& bus) {
    return with_column(two_schools(3).files(), "users", "metadata.bus", {{"u1_1", bus}, {"u1_2", "\"7, \"\"north\"\"\""}});
  };
  sync(said("5"));
  EXPECT_EQ(cell("users", "u1_1", "metadata.bus"), "5");
  EXPECT_NE(exported()["users.csv"].find("\"7, \"\"north\"\"\""), std::string::npos);
  EXPECT_EQ(sync(said("5")).outcome, "no_changes");
  auto const second = sync(said("6"));
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_EQ(exported({}, "1.2")["users.csv"].find("metadata.bus") != std::string::npos, true);
  undo_of(second);
  EXPECT_EQ(cell("users", "u1_1", "metadata.bus"), "5");
}

TEST_P(Undo, PasswordsAreNeitherComparedNorHandedOn) {
  add_source();
  auto const said = [](std::string const& password) { return two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"password", password}}); };
  auto const first = sync(said("tumbleweed"));
  auto const second = sync(said("thistledown"));
  EXPECT_EQ(second.outcome, "no_changes");
  for (auto const& files : {exported(), exported({}, "1.2")})
    for (auto const& [file, text] : files) EXPECT_EQ(text.find("tumbleweed"), std::string::npos) << file;
  EXPECT_EQ(runs::to_json(first).find("tumbleweed"), std::string::npos);
}

TEST_P(Undo, ADamagedRowOfAnotherDoesNotKeepARejection) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  auto const monday = two_schools(3);
  auto tuesday = monday;
  tuesday.put("users", {{"sourcedId", "n1"},
                        {"enabledUser", "true"},
                        {"orgSourcedIds", "s1"},
                        {"role", "student"},
                        {"username", "n1"},
                        {"givenName", "New"},
                        {"familyName", "Kid"}});
  tuesday.put("enrollments", {{"sourcedId", "en1"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "n1"}, {"role", "student"}});
  auto broken = monday;
  broken.put("enrollments", {{"sourcedId", "e1_1"}, {"role", "juggler"}});
  sync(monday);
  ASSERT_TRUE(undo(*sync(tuesday).run).is_applied());
  sync(broken);
  sync(tuesday);
  EXPECT_EQ(cell("users", "n1", "familyName"), "Kid");
  EXPECT_EQ(cell("enrollments", "en1", "classSourcedId"), "c1") << "the source has said something else meanwhile, of both";
}

}  // namespace
}  // namespace rollbook::test
