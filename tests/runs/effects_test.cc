// Which effect a row has on the stored record with the same id: semantics, section 2.
#include <gtest/gtest.h>

#include "runs/look.h"
#include "runs/names.h"
#include "runs/school.h"

namespace rollbook::test {
namespace {

using Cells = std::map<std::string, std::string>;

Cells student(std::string const& id, std::string const& given, std::string const& family, std::string const& identifier = "") {
  return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"},
          {"username", id},  {"givenName", given},    {"familyName", family},  {"identifier", identifier}};
}

DeliveryOf delta() {
  DeliveryOf d;
  for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) d.mode(table, "delta");
  return d;
}

DeliveryOf two_schools_without(std::string const& student) {
  auto d = two_schools(3);
  return d.drop("users", "u" + student).drop("enrollments", "e" + student).drop("demographics", "u" + student);
}

std::size_t line_of(std::string const& file, std::string const& id) {
  auto const at = file.find("\n" + id + ",");
  EXPECT_NE(at, std::string::npos) << id;
  return at + 1;
}

// The files with the row of this id once more, at the end, with one text in it replaced.
Files repeated(Files files, std::string const& table, std::string const& id, std::string const& old_text = "", std::string const& new_text = "") {
  auto& file = files[table + ".csv"];
  auto const at = line_of(file, id);
  auto line = file.substr(at, file.find('\n', at) + 1 - at);
  if (!old_text.empty()) line.replace(line.find(old_text), old_text.size(), new_text);
  file += line;
  return files;
}

class Effects : public Runs {
 protected:
  // The record that has this id now.
  std::optional<std::uint32_t> record(std::string const& id, TableId table = TableId::Users) {
    auto h = hub();
    auto roster = runs::open_roster(h, district_);
    EXPECT_TRUE(roster.ok());
    return runs::key_of_id(**roster, table, id);
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Effects, both_databases(), name_of_database);

// Full, additive, delta: the same rows, told in three ways.
struct Way {
  bool additive, delta;
  DeliveryOf night(DeliveryOf const& full) const { return delta ? test::delta() : full; }
};
constexpr Way full{false, false}, additive{true, false}, as_delta{false, true};
store::SettingChanges settings(Way way) { return {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", way.additive ? "add-and-update" : "manifest"}}; }

class EveryWay : public Effects {
 protected:
  template <class F>
  void in_every_way(F const& f) {
    int number = 0;
    for (auto const way : {full, additive, as_delta}) {
      SCOPED_TRACE(way.delta ? "delta" : way.additive ? "additive" : "full");
      ++number;
      also_drop("home_district_" + std::to_string(number + 1));
      auto const district = store::add_district(home_->operations(), "Elm " + std::to_string(number), "UTC", {"a test", "2026-09-01T00:00:00Z"});
      ASSERT_TRUE(district.ok());
      district_ = *district;
      add_source("sis", settings(way));
      sync(two_schools(3));
      f(way);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(RunsEffects, EveryWay, both_databases(), name_of_database);

TEST_P(Effects, TheFirstDeliveryCreatesEverything) {
  add_source();
  auto const first = sync(two_schools(30));
  EXPECT_EQ(first.outcome, "applied");
  EXPECT_EQ(first.revision, 1);
  EXPECT_EQ(changes(first, "users"), "+62 ~0 -0");
  EXPECT_EQ(changes(first, "enrollments"), "+62 ~0 -0");
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s1");
}

TEST_P(Effects, TheSameAgainChangesNothing) {
  add_source();
  sync(two_schools(30));
  auto const again = sync(two_schools(30));
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_FALSE(again.revision);
  EXPECT_EQ(counts(again, "users").unchanged, 62u);
}

TEST_P(Effects, AFullFileUpdatesCreatesAndRemoves) {
  add_source();
  sync(two_schools(30));
  auto next = two_schools(30);
  next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Quillfeather"}});
  next.put("users", student("u1_31", "New", "Kid"));
  next.drop("users", "u1_2").drop("enrollments", "e1_2").drop("demographics", "u1_2");
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "applied");
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -1");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -1");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillfeather");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "(none)");
}

TEST_P(Effects, AnAdditiveDeliveryUpdatesAndCreatesAndNeverRemoves) {
  add_source("sis", settings(additive));
  sync(two_schools(3));
  auto next = two_schools_without("1_2");
  next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Quillfeather"}}).put("users", student("u9", "New", "Kid"));
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "applied");
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
  EXPECT_TRUE(has("users", "u1_2"));
}

TEST_P(Effects, ADeltaUpdatesCreatesAndRemovesWhatItNames) {
  add_source();
  sync(two_schools(3));
  auto changed = student("u1_1", "Ada1", "Quillfeather");
  auto const second =
      sync(delta().put("users", changed).put("users", student("u9", "New", "Kid")).put("enrollments", {{"sourcedId", "e1_3"}, {"status", "tobedeleted"}}));
  EXPECT_TRUE(second.is_applied()) << second.outcome;
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillfeather");
  EXPECT_EQ(cell("users", "u1_1", "identifier"), "");
  EXPECT_FALSE(has("enrollments", "e1_3"));
  EXPECT_TRUE(has("enrollments", "e1_2"));
}

TEST_P(Effects, ADeltaRowThatIsEqualIsUnchangedWhateverItsDate) {
  add_source();
  sync(two_schools(3));
  auto const same = sync(delta().put("users", student("u1_1", "Ada1", "Quill1", "Iu1_1")));
  EXPECT_EQ(same.outcome, "no_changes");
  EXPECT_EQ(counts(same, "users").unchanged, 1u);
}

TEST_P(Effects, ABlankCellClearsTheField) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", ""}}));
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "identifier"), "");
}

TEST_P(EveryWay, AnExcludedRowProtectsItsRecord) {
  in_every_way([&](Way way) {
    auto broken = student("u1_1", "Ada1", "Quillfeather");
    broken["enabledUser"] = "perhaps";
    auto const second = sync(way.night(two_schools(3)).put("users", broken));
    EXPECT_EQ(second.outcome, "no_changes");
    EXPECT_EQ(changes(second, "users"), "+0 ~0 -0");
    EXPECT_EQ(counts(second, "users").excluded, 1u);
    EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
    EXPECT_TRUE(has("enrollments", "e1_1"));
    EXPECT_TRUE(has("demographics", "u1_1"));
  });
}

TEST_P(EveryWay, AnExcludedRowThatIsNewCreatesNothing) {
  in_every_way([&](Way way) {
    auto broken = student("u9", "New", "Kid");
    broken["role"] = "pupil";
    auto const second = sync(way.night(two_schools(3)).put("users", broken).put("users", student("u8", "Other", "Kid")));
    EXPECT_EQ(second.outcome, "applied_with_warnings");
    EXPECT_EQ(changes(second, "users"), "+1 ~0 -0");
    EXPECT_EQ(counts(second, "users").excluded, 1u);
    EXPECT_FALSE(has("users", "u9"));
  });
}

TEST_P(EveryWay, APersonWhoComesBackUnderTheSameNameIsTheSameRecord) {
  in_every_way([&](Way way) {
    auto const before = record("u1_2");
    if (way.additive) set("sis", {{"mode", "manifest"}});
    EXPECT_EQ(changes(sync(two_schools_without("1_2")), "users"), "+0 ~0 -1");
    if (way.additive) set("sis", {{"mode", "add-and-update"}});
    EXPECT_FALSE(record("u1_2"));
    auto const back = sync(way.night(two_schools(3)).put("users", student("u1_2", "Ada2", "Quill1", "another")));
    EXPECT_EQ(changes(back, "users"), "+1 ~0 -0");
    EXPECT_EQ(record("u1_2"), before);
  });
}

TEST_P(EveryWay, AnotherPersonUnderARemovedIdIsAnotherRecord) {
  in_every_way([&](Way way) {
    auto const before = record("u1_2");
    if (way.additive) set("sis", {{"mode", "manifest"}});
    sync(two_schools_without("1_2"));
    if (way.additive) set("sis", {{"mode", "add-and-update"}});
    auto const other = sync(way.night(two_schools_without("1_2")).put("users", student("u1_2", "Bo", "Larch", "L1")));
    EXPECT_EQ(changes(other, "users"), "+1 ~0 -0");
    ASSERT_TRUE(record("u1_2"));
    EXPECT_NE(record("u1_2"), before);
    EXPECT_EQ(cell("users", "u1_2", "familyName"), "Larch");
  });
}

TEST_P(Effects, APersonWhoComesBackWithTheSameIdentifierIsTheSameRecord) {
  add_source();
  sync(two_schools(3));
  auto const before = record("u1_2");
  sync(two_schools_without("1_2"));
  sync(two_schools(3).put("users", {{"sourcedId", "u1_2"}, {"givenName", "Adele"}, {"familyName", "Larch"}}));
  EXPECT_EQ(record("u1_2"), before);
}

TEST_P(Effects, AnEnrollmentThatComesBackIsTheSameRecord) {
  add_source();
  sync(two_schools(3));
  auto const before = record("e1_2", TableId::Enrollments);
  sync(two_schools_without("1_2"));
  sync(two_schools(3));
  EXPECT_EQ(record("e1_2", TableId::Enrollments), before);
}

TEST_P(Effects, ARowWithoutAnIdWithholdsTheRemovalsOfItsTableAndOfNoOther) {
  add_source();
  sync(two_schools(3));
  auto next = two_schools_without("1_2").put("users", {{"sourcedId", "u1_1"}, {"familyName", "Quillfeather"}});
  auto const second = sync(next.put("users", student("", "Who", "Knows")));
  EXPECT_EQ(second.outcome, "applied_with_warnings");
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -1");
  ASSERT_EQ(second.withheld.size(), 1u);
  EXPECT_EQ(second.withheld[0].table, "users");
  EXPECT_EQ(second.withheld[0].rows, 1u);
  EXPECT_TRUE(has("users", "u1_2"));
}

TEST_P(Effects, APaddedIdProtectsTheRecordItWouldMatch) {
  add_source();
  sync(two_schools(3));
  auto files = two_schools(3).files();
  auto& users = files["users.csv"];
  users.insert(line_of(users, "u1_2") + 4, " ");
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_TRUE(second.withheld.empty());
  EXPECT_EQ(counts(second, "users").excluded, 1u);
  EXPECT_TRUE(has("users", "u1_2"));
}

TEST_P(Effects, ADeltaRowWithoutAnIdKeepsNothingElseBack) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(delta()
                               .put("users", student("", "Who", "Knows"))
                               .put("enrollments", {{"sourcedId", "e1_3"}, {"status", "tobedeleted"}})
                               .put("users", {{"sourcedId", "u2_1"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(second.outcome, "applied_with_warnings");
  EXPECT_TRUE(second.withheld.empty());
  EXPECT_FALSE(has("users", "u2_1"));
  EXPECT_FALSE(has("enrollments", "e1_3"));
}

TEST_P(Effects, AnIdenticalDuplicateIsKeptOnce) {
  add_source();
  auto const first = sync(repeated(two_schools(3).files(), "users", "u1_1"));
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_EQ(changes(first, "users"), "+8 ~0 -0");
  EXPECT_EQ(counts(first, "users").excluded, 0u);
  auto const again = sync(repeated(two_schools(3).files(), "users", "u1_1"));
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_EQ(counts(again, "users").unchanged, 8u);
}

TEST_P(EveryWay, OfDifferingDuplicatesNoneIsTaken) {
  in_every_way([&](Way way) {
    auto const files = way.night(two_schools(3)).put("users", student("u1_1", "Ada1", "Quillfeather")).put("users", student("u9", "New", "Kid")).files();
    auto const second = sync(repeated(repeated(files, "users", "u1_1", "Quillfeather", "Quillback"), "users", "u9", "Kid", "Fawn"));
    EXPECT_EQ(second.outcome, "no_changes");
    EXPECT_EQ(counts(second, "users").excluded, 4u);
    EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
    EXPECT_FALSE(has("users", "u9"));
  });
}

TEST_P(Effects, ARepeatedUserOfAnotherSchoolIsMergedWhenTheSourceSaysSo) {
  add_source();
  set("sis", {{"merge-repeated-users", "yes"}});
  auto const first = sync(repeated(two_schools(3).files(), "users", "p1", "s1", "s2"));
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(first, "users").excluded, 0u);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1,s2");
}

TEST_P(Effects, ToBeDeletedInAFullFileLooksLikeADelta) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(second.outcome, "held");
  EXPECT_TRUE(held_for(second, "looks-like-delta"));
  EXPECT_TRUE(has("users", "u1_1"));
}

TEST_P(Effects, ADeltaThatDeletesAnIdNobodyKnowsSaysSoAndDoesNothing) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(delta().put("users", {{"sourcedId", "u77"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_EQ(second.errors, 0u);
  EXPECT_EQ(counts(second, "users").excluded, 0u);
}

TEST_P(Effects, AnAdditiveSourceDoesNotRemoveWhatADeltaDeletes) {
  add_source("sis", settings(additive));
  sync(two_schools(3));
  auto const second = sync(delta().put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}}).put("users", student("u1_2", "Ada2", "Quillfeather")));
  EXPECT_TRUE(second.is_applied()) << second.outcome;
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("enrollments", "e1_1"));
}

TEST_P(Effects, ARowOlderThanWhatIsStoredIsStale) {
  add_source();
  sync(two_schools(3));
  auto const said = [&](std::string const& date, std::string const& family) {
    auto row = student("u1_1", "Ada1", family);
    row["dateLastModified"] = date;
    return sync(delta().put("users", row));
  };
  EXPECT_EQ(changes(said("2026-09-03T10:00:00.000Z", "Quillback"), "users"), "+0 ~1 -0");
  auto const late = said("2026-09-02T10:00:00.000Z", "Quillfeather");
  EXPECT_EQ(changes(late, "users"), "+0 ~0 -0");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillback");
  EXPECT_EQ(changes(said("2026-09-03T10:00:00.000Z", "Quillwort"), "users"), "+0 ~1 -0");
  EXPECT_EQ(changes(said("2026-09-04T10:00:00.000Z", "Quill"), "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill");
}

TEST_P(Effects, ADeletionOlderThanWhatIsStoredIsStale) {
  add_source();
  sync(two_schools(3));
  auto row = student("u1_1", "Ada1", "Quillback");
  row["dateLastModified"] = "2026-09-03T10:00:00.000Z";
  sync(delta().put("users", row));
  auto const late = sync(delta().put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}, {"dateLastModified", "2026-09-02T10:00:00.000Z"}}));
  EXPECT_EQ(changes(late, "users"), "+0 ~0 -0");
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("enrollments", "e1_1"));
}

TEST_P(Effects, TheSameMomentSpeltDifferentlyIsNotOlder) {
  add_source();
  sync(two_schools(3));
  auto row = student("u1_1", "Ada1", "Quillback");
  for (std::string const date : {"2026-09-03T10:00:00Z", "2026-09-03T10:00:00.000Z", "2026-09-03 10:00:00", "2026-09-03T10:00:00Z"}) {
    row["dateLastModified"] = date;
    row["familyName"] += "s";
    EXPECT_EQ(changes(sync(delta().put("users", row)), "users"), "+0 ~1 -0") << date;
  }
}

TEST_P(Effects, WhatASourceFiltersOutIsAsIfItWereNotListedAndSoIsWhatRefersToIt) {
  add_source();
  sync(two_schools(3));
  set("sis", {{"filter.roles", "teacher"}});
  auto const second = sync(two_schools(3));
  EXPECT_EQ(second.outcome, "applied");
  EXPECT_EQ(ids("users"), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(ids("enrollments"), (std::vector<std::string>{"e1_p", "e2_p"}));
  EXPECT_TRUE(ids("demographics").empty());
  EXPECT_EQ(counts(second, "demographics").excluded, 0u);
  EXPECT_TRUE(second.kept.empty());
}

TEST_P(Effects, AFilterOfSchoolsTakesTheirClassesPeopleAndEnrollments) {
  add_source();
  set("sis", {{"filter.schools", "s2"}});
  auto const first = sync(two_schools(2).put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s1,s2"}}));
  EXPECT_EQ(first.outcome, "applied");
  EXPECT_EQ(ids("classes"), (std::vector<std::string>{"c2"}));
  EXPECT_EQ(ids("users"), (std::vector<std::string>{"p1", "p2", "u2_1", "u2_2"}));
  EXPECT_EQ(ids("enrollments"), (std::vector<std::string>{"e2_p", "e2_1", "e2_2"}));
  EXPECT_EQ(ids("demographics"), (std::vector<std::string>{"u2_1", "u2_2"}));
}

TEST_P(Effects, AFilterOfGradesLeavesThoseWithoutAGradeIn) {
  add_source();
  set("sis", {{"filter.grades", "03,04"}});
  auto const first = sync(two_schools(2).put("users", {{"sourcedId", "u1_1"}, {"grades", "03"}}).put("users", {{"sourcedId", "u1_2"}, {"grades", "05"}}));
  EXPECT_EQ(first.outcome, "applied");
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("users", "p1"));
  EXPECT_FALSE(has("users", "u1_2"));
  EXPECT_FALSE(has("enrollments", "e1_2"));
}

TEST_P(Effects, ADeltaRowThatIsFilteredOutRemovesItsRecord) {
  add_source();
  sync(two_schools(3));
  set("sis", {{"filter.grades", "03"}});
  auto moved = student("u1_1", "Ada1", "Quill1");
  moved["grades"] = "05";
  auto stranger = student("u9", "New", "Kid");
  stranger["grades"] = "05";
  auto const second = sync(delta().put("users", moved).put("users", stranger));
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_FALSE(has("users", "u9"));
}

TEST_P(Effects, AnAdditiveSourceKeepsWhatItFiltersOutNow) {
  add_source("sis", settings(additive));
  sync(two_schools(3));
  set("sis", {{"filter.roles", "teacher"}});
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
  EXPECT_TRUE(has("users", "u1_1"));
}

TEST_P(Effects, AFilteredRowWithAPaddedIdWithholdsNothing) {
  add_source();
  set("sis", {{"filter.roles", "teacher"}});
  sync(two_schools(3));
  auto next = two_schools(3).drop("users", "p2").drop("enrollments", "e2_p").files();
  auto& users = next["users.csv"];
  users.insert(line_of(users, "u1_2") + 4, " ");
  auto const second = sync(next);
  EXPECT_TRUE(second.withheld.empty());
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
}

TEST_P(Effects, ARequirementThatSkipsExcludesAndProtects) {
  add_source();
  sync(two_schools(3));
  set("sis", {{"require", "users.identifier=skip"}});
  auto const second = sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", ""}, {"familyName", "Quillback"}}));
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_EQ(counts(second, "users").excluded, 1u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Effects, ARequirementThatFlagsWarns) {
  add_source();
  set("sis", {{"require", "users.identifier=flag"}});
  auto const first = sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", ""}}));
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_TRUE(has("users", "u1_1"));
}

TEST_P(Effects, AValueThatMustBeUniqueConcernsAllRowsThatShareIt) {
  add_source();
  set("sis", {{"unique", "users.identifier"}});
  auto const first =
      sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", "I9"}}).put("users", {{"sourcedId", "u1_2"}, {"identifier", "I9"}}));
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(first, "users").excluded, 2u);
}

TEST_P(Effects, SpellingsThatTheStandardCallsEqualAreNoChange) {
  add_source();
  sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"grades", "03,04"}, {"orgSourcedIds", "s1,s2"}}));
  auto const again = sync(
      two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"grades", "03, 04"}, {"orgSourcedIds", "s1, s2"}, {"enabledUser", "TRUE"}, {"role", "Student"}}));
  EXPECT_EQ(changes(again, "users"), "+0 ~0 -0");
  EXPECT_EQ(counts(again, "users").excluded, 0u);
}

TEST_P(Effects, LeadingZerosAndInnerSpacesStayAsReceived) {
  add_source();
  sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", "007"}, {"givenName", "Ada  Mae"}}));
  EXPECT_EQ(cell("users", "u1_1", "identifier"), "007");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada  Mae");
  EXPECT_EQ(changes(sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"identifier", "7"}, {"givenName", "Ada  Mae"}})), "users"), "+0 ~1 -0");
}

}  // namespace
}  // namespace rollbook::test
