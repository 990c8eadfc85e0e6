// Who is who, when it is not the sourcedId that says so; and people whom 1.1 lists several times.
#include <gtest/gtest.h>

#include "runs/edit.h"
#include "runs/look.h"
#include "runs/texts.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

std::map<std::string, std::string> newcomer(std::string const& id) {
  return {{"sourcedId", id},   {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"},
          {"username", "new"}, {"givenName", "New"},    {"familyName", "Kid"},   {"identifier", "I-new"}};
}

class Identifiers : public Runs {
 protected:
  // Two schools are stored; from now on people are told apart by their identifier.
  void begin(int students) {
    add_source();
    sync(two_schools(students));
    set("sis", {{"person-identifier", "identifier"}});
  }

  // Another sourcedId for a person, in every table.
  static void call_person(Files& files, std::string const& from, std::string const& to) {
    for (auto const& [table, column] :
         std::vector<std::pair<std::string, std::string>>{{"users", "sourcedId"}, {"demographics", "sourcedId"}, {"enrollments", "userSourcedId"}})
      edit_column(files, table, column, [&](std::string& value, std::size_t) {
        if (value == from) value = to;
      });
  }

  // u1_1 comes as x1, and a newcomer as u1_1.
  static Files under_the_id_of_another() {
    auto files = two_schools(5).put("users", newcomer("new")).files();
    call_person(files, "u1_1", "x1");
    call_person(files, "new", "u1_1");
    return files;
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Identifiers, both_databases(), name_of_database);

// The files with a line more.
Files with_line(Files files, std::string const& table, std::string const& line) {
  text_of(files, table) += line + "\n";
  return files;
}

std::string line_of(Files const& files, std::string const& id) {
  auto const& text = files.at("users.csv");
  auto const at = text.find("\n" + id + ",") + 1;
  return text.substr(at, text.find('\n', at) - at);
}

Files with_repeated(std::string const& id, std::string const& from, std::string const& to, std::string const& from2 = "", std::string const& to2 = "") {
  auto files = two_schools(5).files();
  auto line = line_of(files, id);
  replace_first(line, from, to);
  if (!from2.empty()) replace_first(line, from2, to2);
  return with_line(files, "users", line);
}

TEST_P(Identifiers, APersonOfTheSameIdentifierIsTheSameUnderAnotherId) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  edit_cell(files, "users", "x1", "familyName", "Quillfeather");
  auto const second = sync(files);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -0");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillfeather");
  EXPECT_FALSE(has("users", "x1"));
  EXPECT_TRUE(says(second, "users.csv: 1 come under another sourcedId"));
  EXPECT_EQ(sync(files).outcome, "no_changes");
  EXPECT_EQ(sync(two_schools(5).files()).outcome, "applied") << "the old id still means the same person";
  expect_sound();
}

TEST_P(Identifiers, AllIdsMadeAnewChangeNothingWhenIdentifiersAreTheSame) {
  begin(20);
  auto files = two_schools(20).files();
  for (int i = 1; i <= 20; ++i)
    for (std::string const s : {"1", "2"}) call_person(files, "u" + s + "_" + std::to_string(i), "new-" + s + "-" + std::to_string(i));
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_EQ(ids("users").size(), 42u);
}

TEST_P(Identifiers, IdsThatChangePlacesDoNotSwapPeople) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "tmp");
  call_person(files, "u1_2", "u1_1");
  call_person(files, "tmp", "u1_2");
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
}

TEST_P(Identifiers, WithoutTheSettingANewIdIsANewPerson) {
  add_source();
  sync(two_schools(5));
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  EXPECT_EQ(changes(sync(files), "users"), "+1 ~0 -1");
}

TEST_P(Identifiers, AnIdentifierOfATypeIsReadFromUserIds) {
  add_source();
  auto delivery = two_schools(5);
  for (int i = 1; i <= 5; ++i)
    for (std::string const s : {"1", "2"})
      delivery.put("users",
                   {{"sourcedId", "u" + s + "_" + std::to_string(i)}, {"userIds", "{sis:" + std::to_string(i) + "}, {State: Z" + s + std::to_string(i) + "}"}});
  delivery.put("users", {{"sourcedId", "p1"}, {"userIds", "{state:T1}"}}).put("users", {{"sourcedId", "p2"}, {"userIds", "{state:T2}"}});
  sync(delivery);
  set("sis", {{"person-identifier", "state"}});
  auto moved = delivery;
  moved.drop("users", "p1").drop("enrollments", "e1_p");
  moved.put("users", {{"sourcedId", "y1"},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s1"},
                      {"role", "teacher"},
                      {"username", "p1"},
                      {"userIds", "{state:T1}"},
                      {"givenName", "Tea"},
                      {"familyName", "Cher1"},
                      {"identifier", "Ip1"}});
  moved.put("enrollments",
            {{"sourcedId", "e1_p"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "y1"}, {"role", "teacher"}, {"primary", "true"}});
  auto const second = sync(moved);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_EQ(cell("enrollments", "e1_p", "userSourcedId"), "p1");
}

TEST_P(Identifiers, ABlankIdentifierLeavesTheRowOutAndProtectsThePerson) {
  begin(20);
  auto files = two_schools(20).files();
  edit_cell(files, "users", "u1_3", "identifier", "");
  edit_cell(files, "users", "u1_3", "familyName", "Other");
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_EQ(counts(second, "users").excluded, 1u);
  EXPECT_TRUE(says(second, "users.csv: 1 rows have no identifier")) << told(second);
  EXPECT_TRUE(found(second, "IDN001")) << told(second);
  EXPECT_FALSE(found(second, "IDN002")) << told(second);
  EXPECT_EQ(cell("users", "u1_3", "familyName"), "Quill1");
  EXPECT_TRUE(has("enrollments", "e1_3"));
}

TEST_P(Identifiers, ARepeatedIdentifierLeavesItsRowsOutAndProtectsWhomItMeans) {
  begin(20);
  auto files = two_schools(20).files();
  call_person(files, "u1_3", "x3");                          // stored with Iu1_3
  edit_cell(files, "users", "u1_4", "identifier", "Iu1_3");  // who has it too now
  auto const second = sync(files);
  EXPECT_EQ(counts(second, "users").excluded, 2u) << told(second);
  EXPECT_TRUE(says(second, "share their identifier"));
  EXPECT_TRUE(found(second, "IDN002")) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
  EXPECT_EQ(cell("users", "u1_4", "identifier"), "Iu1_4");
}

TEST_P(Identifiers, ADeltaThatOnlyNamesARememberedIdIsUnderstood) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  EXPECT_EQ(sync(files).outcome, "no_changes");
  DeliveryOf delta;
  delta.mode("enrollments", "delta");
  delta.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "x1"}, {"role", "student"}});
  auto const second = sync(delta);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "u1_1");
}

TEST_P(Identifiers, ARekeyedPersonIsFoundToo) {
  add_source();
  sync(two_schools(5));
  auto h = hub();
  ASSERT_TRUE(runs::rekey(h, district_, "users", "u1_1", "district-1").ok());
  set("sis", {{"person-identifier", "identifier"}});
  auto files = two_schools(5).files();
  EXPECT_EQ(sync(files).outcome, "no_changes");
  call_person(files, "u1_1", "x1");
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_TRUE(has("users", "district-1"));
  expect_sound();
}

TEST_P(Identifiers, WhoComesBackUnderAnotherIdIsTheSameRecordAgain) {
  begin(5);
  auto without = two_schools(5);
  without.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1");
  EXPECT_EQ(changes(sync(without), "users"), "+0 ~0 -1");
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  edit_cell(files, "users", "x1", "familyName", "Married");
  auto const third = sync(files);
  EXPECT_EQ(changes(third, "users"), "+1 ~0 -0") << told(third);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Married");
  EXPECT_FALSE(has("users", "x1"));
  expect_sound();
}

TEST_P(Identifiers, WhoComesBackIsTheSameRecordThoughTheirIdMeansSomebodyElseTonight) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"person-identifier", "identifier"}, {"threshold.removed", "100"}});
  sync(two_schools(5));
  auto without = two_schools(5);
  without.drop("users", "u1_1").drop("demographics", "u1_1").drop("enrollments", "e1_1");
  ASSERT_TRUE(sync(without).is_applied());
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "back");
  call_person(files, "u1_2", "u1_1");
  auto const again = sync(files);
  EXPECT_TRUE(again.is_applied()) << told(again);
  EXPECT_TRUE(has("users", "u1_1") && has("users", "u1_2"));
  EXPECT_FALSE(has("users", "back")) << told(again);
  expect_sound();
}

TEST_P(Identifiers, AnIdentifierThatChangesUnderTheSameIdIsAnUpdate) {
  begin(5);
  auto delivery = two_schools(5);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"identifier", "I-mended"}});
  EXPECT_EQ(changes(sync(delivery), "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "identifier"), "I-mended");
}

TEST_P(Identifiers, AnIdThatIsGivenToSomebodyElseIsNoLongerTheOldPerson) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  sync(files);  // x1 is remembered
  auto next = two_schools(5);
  next.put("users", {{"sourcedId", "x1"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "x1"},
                     {"givenName", "New"},
                     {"familyName", "Kid"},
                     {"identifier", "I-new"}});
  auto const second = sync(next);
  EXPECT_EQ(changes(second, "users"), "+1 ~0 -0") << told(second);
  EXPECT_EQ(cell("users", "x1", "givenName"), "New");
  EXPECT_EQ(sync(next).outcome, "no_changes");
  DeliveryOf delta;
  delta.mode("enrollments", "delta");
  delta.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "x1"}, {"role", "student"}});
  sync(delta);
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "x1");
}

TEST_P(Identifiers, ANewPersonUnderTheIdOfSomebodyWhoMovedIsCalledOtherwise) {
  begin(5);
  auto moved = [&] {
    auto with_new =
        two_schools(5)
            .put("users", newcomer("new"))
            .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "new"}, {"role", "student"}})
            .files();
    call_person(with_new, "u1_1", "x1");
    call_person(with_new, "new", "u1_1");
    return with_new;
  }();
  auto const second = sync(moved);
  EXPECT_EQ(changes(second, "users"), "+1 ~0 -0") << told(second);
  EXPECT_EQ(counts(second, "users").excluded, 0u);
  EXPECT_TRUE(says(second, "called otherwise: u1_1-2"));
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
  EXPECT_EQ(cell("users", "u1_1-2", "givenName"), "New");
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "u1_1-2");
  EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "u1_1");
  EXPECT_EQ(sync(moved).outcome, "no_changes");
  expect_sound();
}

// A delta of this one enrollment, of the person whom the source calls so.
DeliveryOf only_enrollment(std::string const& person) {
  return DeliveryOf()
      .mode("enrollments", "delta")
      .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", person}, {"role", "student"}});
}

TEST_P(Identifiers, ADeltaThatOnlyNamesTheIdOfANewcomerMeansTheNewcomer) {
  begin(5);
  sync(under_the_id_of_another());
  ASSERT_EQ(cell("users", "u1_1-2", "givenName"), "New");
  auto const delta = sync(only_enrollment("u1_1"));
  EXPECT_TRUE(delta.is_applied()) << told(delta);
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "u1_1-2");
  expect_sound();
}

TEST_P(Identifiers, ADeltaThatDeletesTheIdOfANewcomerRemovesTheNewcomer) {
  begin(5);
  sync(under_the_id_of_another());
  auto const delta = sync(DeliveryOf().mode("users", "delta").put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(changes(delta, "users"), "+0 ~0 -1") << told(delta);
  EXPECT_FALSE(has("users", "u1_1-2"));
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
}

TEST_P(Identifiers, AnIdThatMeantSomebodyElseBeforeMeansTheNewcomerFromThenOn) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  edit_cell(files, "users", "x1", "familyName", "Changed");
  auto const night = sync(files);  // x1 is remembered
  undo(*night.run);
  auto const next = sync(two_schools(5).put("users", newcomer("x1")));
  EXPECT_EQ(changes(next, "users"), "+1 ~0 -0") << told(next);
  sync(only_enrollment("x1"));
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "x1");
  expect_sound();
}

TEST_P(Identifiers, ADeltaThatDeletesTheOldIdAndBringsTheNewOneIsAnUpdateOfThePerson) {
  begin(5);
  auto here = newcomer("x1");
  here["identifier"] = "Iu1_1";
  auto const delta = sync(DeliveryOf()
                              .mode("users", "delta")
                              .put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}})
                              .put("users", here)
                              .mode("demographics", "delta")
                              .put("demographics", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}})
                              .put("demographics", {{"sourcedId", "x1"}, {"birthDate", "2012-03-04"}}));
  EXPECT_EQ(delta.outcome, "applied_with_warnings") << told(delta);
  EXPECT_EQ(changes(delta, "users"), "+0 ~1 -0") << told(delta);
  EXPECT_EQ(counts(delta, "users").excluded, 0u);
  EXPECT_TRUE(says(delta, "users.csv: 1 row deletes the old sourcedId")) << told(delta);
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "New");
  EXPECT_EQ(cell("demographics", "u1_1", "birthDate"), "2012-03-04");
  EXPECT_TRUE(has("enrollments", "e1_1"));
  expect_sound();
}

TEST_P(Identifiers, ADeltaThatDeletesTheIdThatSomebodyHadLastAndBringsAnotherIsUnderstoodToo) {
  begin(5);
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  sync(files);
  auto here = newcomer("z1");
  here["identifier"] = "Iu1_1";
  auto const delta = sync(DeliveryOf().mode("users", "delta").put("users", {{"sourcedId", "x1"}, {"status", "tobedeleted"}}).put("users", here));
  EXPECT_EQ(changes(delta, "users"), "+0 ~1 -0") << told(delta);
  auto const gone = sync(DeliveryOf().mode("users", "delta").put("users", {{"sourcedId", "z1"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(changes(gone, "users"), "+0 ~0 -1") << told(gone) << "an id that nobody else comes under is deleted";
}

TEST_P(Identifiers, ANewPersonUnderTheIdOfSomebodyWhoLeftIsNotThatPerson) {
  begin(20);
  auto next = two_schools(20);
  next.drop("enrollments", "e1_1").drop("demographics", "u1_1").drop("users", "u1_1").put("users", newcomer("u1_1"));
  auto const second = sync(next);
  EXPECT_EQ(changes(second, "users"), "+1 ~0 -1") << told(second);
  EXPECT_EQ(cell("users", "u1_1-2", "givenName"), "New");
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_EQ(sync(next).outcome, "no_changes");
  expect_sound();
}

TEST_P(Identifiers, WhoHasNoIdentifierIsNotTakenForWhomTheirIdMeant) {
  begin(20);
  auto anybody = newcomer("new");
  anybody["identifier"] = "";
  auto files =
      two_schools(20)
          .put("users", anybody)
          .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "new"}, {"role", "student"}})
          .files();
  call_person(files, "u1_1", "x1");
  call_person(files, "new", "u1_1");
  auto const second = sync(files);
  EXPECT_EQ(counts(second, "users").excluded, 1u) << told(second);
  EXPECT_EQ(counts(second, "enrollments").excluded, 1u);
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
  EXPECT_FALSE(has("enrollments", "e9")) << "it is not the enrollment of the person who had the id";
}

TEST_P(Identifiers, ANightOfIdentifiersCanBeTakenBack) {
  add_source();
  sync(two_schools(20));
  auto const before = exported();
  set("sis", {{"person-identifier", "identifier"}});
  auto files = two_schools(20).files();
  call_person(files, "u1_1", "x1");
  edit_cell(files, "users", "x1", "familyName", "Quillfeather");
  auto const second = sync(files);
  undo(*second.run);
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(sync(files).rejected["users"], 1u);
  EXPECT_EQ(exported(), before);
  expect_sound();
}

TEST_P(Identifiers, TwoIdsThatAnAliasMakesOneMayShareTheirIdentifier) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"person-identifier", "identifier"}, {"merge-repeated-users", "yes"}, {"alias.people", "p1b=p1"}});
  auto const second = sync(with_repeated("p1", "p1,", "p1b,", "s1", "s2"));
  EXPECT_EQ(counts(second, "users").excluded, 0u) << told(second);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1,s2");
}

TEST_P(Identifiers, ClassesAreKnownByTheirCodes) {
  add_source();
  auto delivery = two_schools(5);
  delivery.put("classes", {{"sourcedId", "c1"}, {"classCode", "R-1"}}).put("classes", {{"sourcedId", "c2"}, {"classCode", "R-2"}});
  sync(delivery);
  set("sis", {{"class-identifier", "classCode"}});
  auto files = delivery.files();
  for (auto const& [table, column] : std::vector<std::pair<std::string, std::string>>{{"classes", "sourcedId"}, {"enrollments", "classSourcedId"}})
    edit_column(files, table, column, [&](std::string& value, std::size_t) {
      if (value == "c1") value = "k1";
    });
  edit_cell(files, "classes", "k1", "title", "Reading 1");
  auto const second = sync(files);
  EXPECT_EQ(changes(second, "classes"), "+0 ~1 -0") << told(second);
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
  EXPECT_EQ(cell("classes", "c1", "title"), "Reading 1");
}

TEST_P(Identifiers, SchoolsAreKnownByTheirIdentifiersAndDistrictsByTheirIds) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"school-identifier", "identifier"}});
  auto files = two_schools(5).files();
  for (auto const& [table, column] : std::vector<std::pair<std::string, std::string>>{
           {"orgs", "sourcedId"}, {"classes", "schoolSourcedId"}, {"enrollments", "schoolSourcedId"}, {"users", "orgSourcedIds"}})
    edit_column(files, table, column, [&](std::string& value, std::size_t) {
      if (value == "s1") value = "campus-1";
    });
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_EQ(counts(second, "orgs").excluded, 0u);
}

TEST_P(Identifiers, AnAliasCountsMoreThanAnIdentifier) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"person-identifier", "identifier"}, {"alias.people", "x1=u1_1"}});
  auto files = two_schools(5).files();
  call_person(files, "u1_1", "x1");
  edit_cell(files, "users", "x1", "identifier", "I-new");
  auto const second = sync(files);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0") << told(second);
  EXPECT_EQ(cell("users", "u1_1", "identifier"), "I-new");
}

TEST_P(Identifiers, ADryRunMatchesByIdentifierAndRemembersNothing) {
  begin(5);
  auto moved = two_schools(5);
  moved.drop("users", "p2").drop("enrollments", "e2_p");
  moved.put("users", {{"sourcedId", "y2"},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s2"},
                      {"role", "teacher"},
                      {"username", "p2"},
                      {"givenName", "Tea"},
                      {"familyName", "Changed"},
                      {"identifier", "Ip2"}});
  auto const seen = dry_run(moved);
  EXPECT_EQ(changes(seen, "users"), "+0 ~1 -0") << told(seen);
  EXPECT_EQ(sync(moved).digest, seen.digest);
  EXPECT_EQ(cell("users", "p2", "familyName"), "Changed");
}

// ---- people who are listed several times ----

TEST_P(Identifiers, ARepeatedPersonOfTwoSchoolsIsOnePersonOfBoth) {
  add_source();
  set("sis", {{"merge-repeated-users", "yes"}});
  auto const first = sync(with_repeated("p1", "s1", "s2"));
  EXPECT_EQ(first.outcome, "applied_with_warnings") << told(first);
  EXPECT_EQ(counts(first, "users").excluded, 0u);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1,s2");
  EXPECT_TRUE(says(first, "lists 1 person several times"));
  EXPECT_EQ(sync(with_repeated("p1", "s1", "s2")).outcome, "no_changes");
}

TEST_P(Identifiers, ARepeatedPersonInTwoRolesKeepsTheFirst) {
  add_source();
  set("sis", {{"merge-repeated-users", "yes"}});
  auto const first = sync(with_repeated("p1", "s1", "s2", "teacher", "aide"));
  EXPECT_EQ(counts(first, "users").excluded, 0u) << told(first);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1,s2");
  EXPECT_EQ(cell("users", "p1", "role"), "teacher");
  EXPECT_TRUE(says(first, "the roles differ too"));
}

TEST_P(Identifiers, ARepeatedPersonOfAnotherNameIsLeftOutAllTheSame) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"merge-repeated-users", "yes"}});
  auto const second = sync(with_repeated("p1", "s1", "s2", "Tea", "Coffee"));
  EXPECT_EQ(counts(second, "users").excluded, 2u) << told(second);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1");
}

TEST_P(Identifiers, WithoutTheSettingARepeatedPersonIsLeftOut) {
  add_source();
  EXPECT_EQ(counts(sync(with_repeated("p1", "s1", "s2")), "users").excluded, 2u);
}

TEST_P(Identifiers, TwoIdsOfOnePersonAreMergedAfterTheirAliasIsRead) {
  add_source();
  set("sis", {{"merge-repeated-users", "yes"}, {"alias.people", "p1b=p1"}});
  auto const first = sync(with_repeated("p1", "p1,", "p1b,", "s1", "s2"));
  EXPECT_EQ(counts(first, "users").excluded, 0u) << told(first);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1,s2");
}

}  // namespace
}  // namespace rollbook::test
