// What a source calls things: columns, words, schools and ids of a delivery are read as the district's.
#include <gtest/gtest.h>

#include "bundle/zip_builder.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/texts.h"
#include "runs/trace.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class Translation : public Runs {
 protected:
  bool is_sound() {
    auto h = hub();
    auto const verified = runs::verify(h, district_);
    EXPECT_TRUE(verified.ok());
    for (auto const& wrong : verified->wrong) ADD_FAILURE() << wrong;
    return verified->wrong.empty();
  }
  // A student's first name, and the line of the delivery that said it.
  std::uint64_t line_that_said(std::string const& id, std::string const& field) {
    auto h = hub();
    auto const traced = runs::trace(h, district_, "users", id, {});
    EXPECT_TRUE(traced.ok());
    for (auto const& one : traced->fields)
      if (one.name == field && !one.events.empty()) return one.events.back().line.value_or(0);
    return 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Translation, both_databases(), name_of_database);

// Every id of a column, and of the lists in it.
void call(Files& files, std::string const& table, std::string const& column, std::map<std::string, std::string> const& names) {
  edit_column(files, table, column, [&](std::string& value, std::size_t) {
    if (auto const at = names.find(value); at != names.end()) value = at->second;
  });
}

// ---- columns ----

TEST_P(Translation, AColumnIsReadByTheNameThatTheMapGivesIt) {
  add_source();
  set("sis", {{"map.columns", "users.Vorname=givenName,users.Nachname=familyName"}});
  auto files = two_schools(3).files();
  rename_column(files, "users", "givenName", "Vorname");
  rename_column(files, "users", "familyName", "Nachname");
  auto const first = sync(files);
  EXPECT_EQ(first.outcome, "applied") << told(first);
  EXPECT_EQ(cell("users", "u1_2", "givenName"), "Ada2");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "Quill1");
  EXPECT_TRUE(says(first, "users.csv: the column \"Vorname\" is read as givenName"));
  EXPECT_GE(first.infos, 2u);
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes") << "the same, in the words of the standard";
}

TEST_P(Translation, AMappedColumnMayDifferInCaseAndSpaces) {
  add_source();
  set("sis", {{"map.columns", "users.Vorname=givenName"}});
  auto files = two_schools(3).files();
  rename_column(files, "users", "givenName", " VORNAME ");
  EXPECT_EQ(sync(files).outcome, "applied");
  EXPECT_EQ(cell("users", "u1_2", "givenName"), "Ada2");
}

TEST_P(Translation, AColumnOfTheMapThatIsNotInTheFileIsTold) {
  add_source();
  set("sis", {{"map.columns", "users.Vorname=givenName"}});
  auto const first = sync(two_schools(3));
  EXPECT_EQ(first.outcome, "applied") << told(first);
  EXPECT_EQ(std::count_if(first.reasons.begin(), first.reasons.end(), [](auto const& r) { return r.find("Vorname") != std::string::npos; }), 1);
}

TEST_P(Translation, AMappedColumnBesideTheRealOneIsRefusedAndBothAreNamed) {
  add_source();
  sync(two_schools(3));
  set("sis", {{"map.columns", "users.Vorname=givenName"}});
  auto files = two_schools(3).files();
  add_column(files, "users", "Vorname", "Else");
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "refused");
  EXPECT_TRUE(says(second, "users.csv has both \"Vorname\" and \"givenName\"")) << told(second);
  EXPECT_EQ(cell("users", "u1_2", "givenName"), "Ada2");
}

TEST_P(Translation, WithoutTheMapTheForeignColumnIsMissed) {
  add_source();
  auto files = two_schools(3).files();
  rename_column(files, "users", "givenName", "Vorname");
  EXPECT_EQ(sync(files).outcome, "refused");
}

// ---- words ----

TEST_P(Translation, AWordIsReadAsTheOneThatTheMapGivesIt) {
  add_source();
  set("sis", {{"map.values", "users.role.Pupil=student,users.role.Lehrkraft=teacher,enrollments.role.Pupil=student"}});
  auto files = two_schools(3).files();
  call(files, "users", "role", {{"student", "Pupil"}, {"teacher", "LEHRKRAFT"}});
  call(files, "enrollments", "role", {{"student", "pupil"}});
  auto const first = sync(files);
  EXPECT_EQ(first.outcome, "applied") << told(first);
  EXPECT_EQ(cell("users", "u1_2", "role"), "student");
  EXPECT_EQ(cell("users", "p1", "role"), "teacher");
  EXPECT_EQ(cell("enrollments", "e1_2", "role"), "student");
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
}

TEST_P(Translation, AWordAsItIsSpelledComesBeforeOneInOtherCase) {
  add_source();
  set("sis", {{"map.values", "users.grades.a=01,users.grades.A=02"}});
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"grades", "A"}}).put("users", {{"sourcedId", "u1_2"}, {"grades", "a"}});
  EXPECT_EQ(sync(delivery).outcome, "applied");
  EXPECT_EQ(cell("users", "u1_1", "grades"), "02");
  EXPECT_EQ(cell("users", "u1_2", "grades"), "01");
}

TEST_P(Translation, WordsOfAListAreReadOneByOne) {
  add_source();
  set("sis", {{"map.values", "users.grades.Klasse 5=05,users.grades.Klasse 6=06"}});
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"grades", "Klasse 5, Klasse 6,07"}}).put("users", {{"sourcedId", "u1_2"}, {"grades", "Klasse 6"}});
  EXPECT_EQ(sync(delivery).outcome, "applied");
  EXPECT_EQ(cell("users", "u1_1", "grades"), "05,06,07");
  EXPECT_EQ(cell("users", "u1_2", "grades"), "06");
}

TEST_P(Translation, AWordThatNoMapKnowsIsStillAnError) {
  add_source();
  set("sis", {{"map.values", "users.role.Pupil=student"}});
  auto files = two_schools(30).files();
  edit_cell(files, "users", "u1_2", "role", "Pupilla");
  auto const first = sync(files);
  EXPECT_EQ(counts(first, "users").excluded, 1u) << told(first);
  EXPECT_FALSE(has("users", "u1_2"));
}

TEST_P(Translation, AnotherWordForTheSameThingIsNoChangeAndAnotherMeaningIsOne) {
  add_source();
  set("sis", {{"map.values", "users.grades.V=05"}, {"threshold.changed", "100"}});
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"grades", "V"}});
  sync(delivery);
  set("sis", {{"map.values", "users.grades.V=15"}});
  auto const second = sync(delivery);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0") << told(second);
  EXPECT_EQ(cell("users", "u1_1", "grades"), "15");
}

// ---- lines ----

TEST_P(Translation, LinesAreThoseOfTheFileAsReceived) {
  add_source();
  set("sis", {{"map.values", "users.role.Pupil=student"}, {"map.columns", "users.Vorname=givenName"}, {"alias.people", "u1_3=old-3"}});
  auto files = two_schools(3).files();
  call(files, "users", "role", {{"student", "Pupil"}});
  rename_column(files, "users", "givenName", "Vorname");
  auto& text = text_of(files, "users");
  replace_first(text, "Ada1", "\"Ada\nof the\nhill\"");  // a name over three lines, in the row above
  replace_all(text, "\n", "\r\n");
  auto const line = static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("Ada3")), '\n')) + 1;
  auto const first = sync(files);
  EXPECT_TRUE(first.is_applied()) << told(first);
  EXPECT_EQ(cell("users", "old-3", "givenName"), "Ada3");
  EXPECT_EQ(line_that_said("old-3", "givenName"), line);
}

// ---- schools ----

TEST_P(Translation, SchoolsOfTheDeliveryAreReadAsTheDistricts) {
  add_source();
  sync(two_schools(3));
  set("sis", {{"map.schools", "17=s1,18=s2,99=d"}});
  auto files = two_schools(3).files();
  std::map<std::string, std::string> const names{{"s1", "17"}, {"s2", "18"}, {"d", "99"}};
  call(files, "orgs", "sourcedId", names);
  call(files, "orgs", "parentSourcedId", names);
  call(files, "courses", "orgSourcedId", names);
  call(files, "classes", "schoolSourcedId", names);
  call(files, "enrollments", "schoolSourcedId", names);
  call(files, "users", "orgSourcedIds", names);
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
}

TEST_P(Translation, AnIgnoredSchoolIsLeftOutWithAllThatBelongsToIt) {
  add_source();
  set("sis", {{"map.schools", "s2=ignore"}});
  auto delivery = two_schools(30);
  delivery.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s2,s1"}});
  auto const first = sync(delivery);
  EXPECT_EQ(first.outcome, "applied") << told(first);
  EXPECT_EQ(changes(first, "orgs"), "+2 ~0 -0");
  EXPECT_EQ(changes(first, "classes"), "+1 ~0 -0");
  EXPECT_EQ(changes(first, "users"), "+31 ~0 -0");
  EXPECT_EQ(changes(first, "demographics"), "+30 ~0 -0");
  EXPECT_EQ(changes(first, "enrollments"), "+31 ~0 -0");
  EXPECT_EQ(counts(first, "users").excluded, 0u);
  EXPECT_EQ(cell("users", "p1", "orgSourcedIds"), "s1") << "who also belongs elsewhere stays there";
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, ASchoolThatIsIgnoredLaterGoesAsIfItWereNotListed) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"map.schools", "s2=ignore"}});
  auto const second = sync(two_schools(5));
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -6");
  EXPECT_FALSE(has("orgs", "s2"));
  set("sis", {{"map.schools", ""}});
  auto const third = sync(two_schools(5));
  EXPECT_EQ(changes(third, "users"), "+6 ~0 -0") << told(third);
  EXPECT_TRUE(has("enrollments", "e2_5"));
}

TEST_P(Translation, AnIgnoredIdMayBeTheDistrictsIdOfAnotherSchool) {
  add_source();
  set("sis", {{"map.schools", "s1=s2,s2=ignore"}});
  auto const first = sync(two_schools(3));
  EXPECT_EQ(first.outcome, "applied") << told(first);
  EXPECT_EQ(cell("orgs", "s2", "name"), "School 1");
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s2");
  EXPECT_FALSE(has("users", "u2_1"));
}

TEST_P(Translation, AnIgnoredSchoolThatOrgsDoNotListIsLeftOutToo) {
  add_source();
  sync(two_schools(5));
  add_source("second");
  set("second", {{"map.schools", "s9=ignore"}});
  DeliveryOf people;
  people.put(
      "users",
      {{"sourcedId", "h1"}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "aide"}, {"username", "h1"}, {"givenName", "H"}, {"familyName", "One"}});
  people.put("users", {{"sourcedId", "h9"},
                       {"enabledUser", "true"},
                       {"orgSourcedIds", "s9"},
                       {"role", "aide"},
                       {"username", "h9"},
                       {"givenName", "H"},
                       {"familyName", "Nine"}});
  auto const first = sync(people, "second");
  EXPECT_EQ(changes(first, "users"), "+1 ~0 -0") << told(first);
  EXPECT_EQ(counts(first, "users").excluded, 0u);
}

TEST_P(Translation, In12PeopleWhoHaveRolesOnlyAtAnIgnoredSchoolAreLeftOut) {
  add_source();
  auto delivery = two_schools(5);
  delivery.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s2,s1"}});
  sync(delivery);
  auto const files = exported({}, "1.2");
  also_drop("home_district_2");
  auto const other = store::add_district(home_->operations(), "Elm", "UTC", {"a test", "2026-09-01T00:00:00Z"});
  ASSERT_TRUE(other.ok());
  district_ = *other;
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"map.schools", "s2=ignore"}});
  auto const first = sync(files);
  EXPECT_TRUE(first.is_applied()) << told(first);
  EXPECT_EQ(changes(first, "users"), "+6 ~0 -0");
  EXPECT_EQ(counts(first, "users").excluded + counts(first, "roles").excluded + counts(first, "enrollments").excluded, 0u) << told(first);
  EXPECT_TRUE(has("users", "p1"));
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, ADeltaTakesWhatBelongsToAnIgnoredSchoolAway) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"map.schools", "s2=ignore"}});
  DeliveryOf delta;
  delta.mode("users", "delta").mode("enrollments", "delta");
  delta.put("enrollments", {{"sourcedId", "e2_1"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u2_1"}, {"role", "student"}});
  delta.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}});
  auto const second = sync(delta);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
}

TEST_P(Translation, AZipIsTranslatedWhileItArrives) {
  add_source();
  set("sis", {{"map.columns", "users.Vorname=givenName"}, {"map.values", "enrollments.role.Pupil=student"}, {"alias.people", "x1=u1_1"}});
  auto files = two_schools(3000).files();
  rename_column(files, "users", "givenName", "Vorname");
  call(files, "enrollments", "role", {{"student", "Pupil"}});
  for (auto const& [table, column] :
       std::map<std::string, std::string>{{"users", "sourcedId"}, {"demographics", "sourcedId"}, {"enrollments", "userSourcedId"}})
    call(files, table, column, {{"u1_1", "x1"}});
  ZipBuilder zip;
  for (auto const& [path, text] : files) zip.deflate(path, text);
  auto delivery = delivery::load_received("a zip", {{"delivery.zip", zip.build()}}, true, 2);
  ASSERT_TRUE(delivery.ok());
  auto h = hub();
  auto const source = store::find_source(home_->operations(), district_, "sis");
  auto const first = runs::sync(h, district_, *source, std::move(*delivery), "");
  ASSERT_TRUE(first.ok()) << first.trouble().text;
  EXPECT_EQ(first->outcome, "applied") << told(*first);
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
  EXPECT_EQ(changes(*first, "enrollments"), "+6002 ~0 -0");
}

// ---- ids ----

TEST_P(Translation, AnAliasToTheNewIdOfARekeyedPersonMeansThatPerson) {
  add_source();
  sync(two_schools(5));
  auto h = hub();
  ASSERT_TRUE(runs::rekey(h, district_, "users", "u1_1", "district-1").ok());
  set("sis", {{"alias.people", "x1=district-1"}});
  auto files = two_schools(5).files();
  for (auto const& [table, column] :
       std::map<std::string, std::string>{{"users", "sourcedId"}, {"demographics", "sourcedId"}, {"enrollments", "userSourcedId"}})
    call(files, table, column, {{"u1_1", "x1"}});
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_TRUE(has("users", "district-1"));
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, AnAliasTellsTwoPeopleOfTheSameIdApart) {
  add_source();
  sync(two_schools(5));
  add_source("hr");
  DeliveryOf staff;
  staff.put("users", {{"sourcedId", "u1_1"},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s1"},
                      {"role", "aide"},
                      {"username", "w"},
                      {"givenName", "Wilma"},
                      {"familyName", "Woad"},
                      {"identifier", "HR1"}});
  EXPECT_EQ(counts(sync(staff, "hr"), "users").excluded, 1u);
  set("hr", {{"alias.people", "u1_1=hr-u1_1"}});
  auto const second = sync(staff, "hr");
  EXPECT_EQ(changes(second, "users"), "+1 ~0 -0") << told(second);
  EXPECT_EQ(cell("users", "hr-u1_1", "givenName"), "Wilma");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
}

TEST_P(Translation, AnAliasMakesOnePersonOfTwoSources) {
  add_source();
  sync(two_schools(5));
  add_source("hr");
  DeliveryOf staff;
  staff.put("users", {{"sourcedId", "hr-7"},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s1"},
                      {"role", "teacher"},
                      {"username", "p1"},
                      {"givenName", "Tea"},
                      {"familyName", "Cher1"},
                      {"identifier", "Ip1"}});
  set("hr", {{"alias.people", "hr-7=p1"}});
  auto const shared = sync(staff, "hr");
  EXPECT_EQ(counts(shared, "users").excluded, 0u) << told(shared);
  EXPECT_EQ(ids("users").size(), 12u);
  auto without = two_schools(5);
  without.drop("users", "p1").drop("enrollments", "e1_p");
  sync(without);
  EXPECT_TRUE(has("users", "p1")) << "the other source still has this person";
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, AnAliasedPersonIsTheDistrictsPersonEverywhere) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"alias.people", "x1=u1_1,y1=p1"}});
  auto files = two_schools(5).files();
  std::map<std::string, std::string> const names{{"u1_1", "x1"}, {"p1", "y1"}};
  call(files, "users", "sourcedId", names);
  call(files, "users", "agentSourcedIds", names);
  call(files, "demographics", "sourcedId", names);
  call(files, "enrollments", "userSourcedId", names);
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
}

TEST_P(Translation, AnAliasedClassIsTheDistrictsClassEverywhere) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"alias.classes", "k1=c1"}});
  auto files = two_schools(5).files();
  call(files, "classes", "sourcedId", {{"c1", "k1"}});
  call(files, "enrollments", "classSourcedId", {{"c1", "k1"}});
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
}

TEST_P(Translation, AnAliasedOrganizationIsTheDistrictsOrganizationEverywhere) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"alias.organizations", "o1=s1"}});
  auto files = two_schools(5).files();
  for (auto const& [table, column] : std::map<std::string, std::string>{
           {"orgs", "sourcedId"}, {"classes", "schoolSourcedId"}, {"enrollments", "schoolSourcedId"}, {"users", "orgSourcedIds"}})
    call(files, table, column, {{"s1", "o1"}});
  auto const second = sync(files);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
}

TEST_P(Translation, AnAliasThatComesAndGoesMovesTheRecordAndItsPartsAndLosesNothing) {
  add_source();
  auto const delivery = two_schools(5);
  sync(delivery);
  auto const before = exported();
  set("sis", {{"alias.people", "u1_1=a1"}});
  auto const second = sync(delivery);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+1 ~0 -1");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~1 -0");
  EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "a1");
  EXPECT_TRUE(has("demographics", "a1"));
  EXPECT_EQ(sync(delivery).outcome, "no_changes");
  EXPECT_TRUE(is_sound());
  set("sis", {{"alias.people", ""}});
  auto const third = sync(delivery);
  EXPECT_TRUE(third.is_applied()) << told(third);
  EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "u1_1");
  EXPECT_EQ(sync(delivery).outcome, "no_changes");
  EXPECT_EQ(ids("users").size(), 12u);
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, TheNightOfANewAliasCanBeTakenBack) {
  add_source();
  auto const delivery = two_schools(20);
  sync(delivery);
  auto const before = exported();
  set("sis", {{"alias.people", "u1_1=a1"}});
  auto const second = sync(delivery);
  EXPECT_TRUE(has("users", "a1"));
  auto const undone = undo(*second.run);
  EXPECT_TRUE(undone.is_applied()) << told(undone);
  EXPECT_EQ(exported(), before);
  EXPECT_TRUE(is_sound());
  auto const third = sync(delivery);
  EXPECT_FALSE(has("users", "a1")) << told(third);
  set("sis", {{"alias.people", ""}});
  sync(delivery);
  EXPECT_EQ(exported(), before);
  EXPECT_TRUE(is_sound());
}

TEST_P(Translation, TwoIdsThatAreReadAsOneAreLeftOutAndNamed) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"alias.people", "u1_2=u1_1"}});
  auto delivery = two_schools(5);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Changed"}});
  auto const second = sync(delivery);
  EXPECT_EQ(counts(second, "users").excluded, 2u) << told(second);
  EXPECT_TRUE(found(second, "DUP001"));
  EXPECT_TRUE(says(second, "\"u1_1\" and \"u1_2\" are both read as \"u1_1\""));
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1") << "what is stored stays as it was";
}

TEST_P(Translation, ADamagedRowProtectsTheRecordThatItsAliasMeans) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"alias.people", "x1=u1_1"}});
  auto files = two_schools(20).files();
  call(files, "users", "sourcedId", {{"u1_1", "x1"}});
  call(files, "demographics", "sourcedId", {{"u1_1", "x1"}});
  call(files, "enrollments", "userSourcedId", {{"u1_1", "x1"}});
  replace_first(text_of(files, "users"), "x1,", "x1,,,");
  replace_first(text_of(files, "demographics"), "x1,", "x1,,,");
  auto const second = sync(files);
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -0");
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -0") << told(second);
  EXPECT_EQ(counts(second, "users").excluded, 1u);
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -0");
}

TEST_P(Translation, ADeltaSpeaksInAliasesToo) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"alias.people", "x1=u1_1,x2=u1_2"}});
  DeliveryOf delta;
  delta.mode("users", "delta").mode("enrollments", "delta");
  delta.put("users", {{"sourcedId", "x1"},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s1"},
                      {"role", "student"},
                      {"username", "u"},
                      {"givenName", "New"},
                      {"familyName", "Quill1"}});
  delta.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "x2"}, {"role", "student"}});
  auto const second = sync(delta);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "New");
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "u1_2");
  delta.put("users", {{"sourcedId", "x2"}, {"status", "tobedeleted"}, {"dateLastModified", "2026-09-02T00:00:00.000Z"}}).drop("enrollments", "e9");
  auto const third = sync(delta);
  EXPECT_FALSE(has("users", "u1_2")) << told(third);
}

// ---- looking before, deciding later ----

TEST_P(Translation, ADryRunShowsTheSameChangesAsTheRun) {
  add_source();
  sync(two_schools(5));
  set("sis", {{"map.values", "users.role.Pupil=aide"}, {"alias.people", "u1_1=a1"}});
  auto delivery = two_schools(5);
  delivery.put("users", {{"sourcedId", "u2_1"}, {"role", "Pupil"}});
  auto const seen = dry_run(delivery);
  auto const made = sync(delivery);
  EXPECT_EQ(seen.digest, made.digest);
  EXPECT_EQ(changes(seen, "users"), "+1 ~1 -1") << told(seen);
}

TEST_P(Translation, AnApprovedDeliveryIsTranslatedAsItWasSeen) {
  add_source("sis", {{"live", "yes"}, {"map.values", "users.role.Pupil=student"}});
  auto files = two_schools(3).files();
  call(files, "users", "role", {{"student", "Pupil"}});
  auto const held = sync(files);
  ASSERT_EQ(held.outcome, "held") << told(held);
  EXPECT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(cell("users", "u1_1", "role"), "student");
}

TEST_P(Translation, AMapThatChangesBeforeTheApprovalMakesItAnotherChangeSet) {
  add_source("sis", {{"live", "yes"}, {"map.values", "users.role.Pupil=student"}});
  auto files = two_schools(3).files();
  call(files, "users", "role", {{"student", "Pupil"}});
  auto const held = sync(files);
  set("sis", {{"map.values", "users.role.Pupil=aide"}});
  auto const again = approve(*held.run);
  EXPECT_EQ(again.outcome, "held") << told(again);
  EXPECT_TRUE(says(again, "not what was seen"));
}

TEST_P(Translation, AnUndoneNightInForeignWordsStaysUndone) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"map.values", "users.grades.V=05"}});
  auto delivery = two_schools(20);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"grades", "V"}});
  auto const second = sync(delivery);
  EXPECT_EQ(cell("users", "u1_1", "grades"), "05");
  undo(*second.run);
  EXPECT_EQ(cell("users", "u1_1", "grades"), "");
  EXPECT_EQ(sync(delivery).rejected["users"], 1u);
  EXPECT_TRUE(is_sound());
}

// ---- all of it ----

TEST_P(Translation, ADeliveryInForeignDressGivesTheRosterOfThePlainOne) {
  add_source();
  auto plain = two_schools(40);
  plain.put("users", {{"sourcedId", "u1_7"}, {"grades", "05,06"}, {"agentSourcedIds", "p1,p2"}});
  auto const first = sync(plain);
  ASSERT_TRUE(first.is_applied()) << told(first);
  auto const roster = exported();

  also_drop("home_district_2");
  auto const other = store::add_district(home_->operations(), "Elm", "UTC", {"a test", "2026-09-01T00:00:00Z"});
  ASSERT_TRUE(other.ok());
  district_ = *other;
  std::string people, columns = "users.Vorname=givenName,users.Kennung=sourcedId,enrollments.Kurs=classSourcedId,orgs.Art=type";
  auto files = plain.files();
  std::map<std::string, std::string> strangers, schools{{"s1", "N:1"}, {"s2", "N:2"}, {"d", "N:0"}},
      classes{{"c1", "c2"}, {"c2", "c1"}};  // these change places
  for (auto const& row : Sheet::of(text_of(files, "enrollments")).rows) {
    auto const user = row[5];
    strangers[user] = "x-" + std::to_string(strangers.size());
    people += (people.empty() ? "" : ",") + strangers[user] + "=" + user;
  }
  auto const item_by_item = [](std::string& list, std::map<std::string, std::string> const& names) {
    std::string out;
    for (auto const& item : split(list, ',')) out += (out.empty() ? "" : ", ") + (names.count(item) > 0 ? names.at(item) : item);
    list = out;
  };
  call(files, "orgs", "type", {{"school", "Schule"}});
  for (auto const& [table, column] : std::vector<std::pair<std::string, std::string>>{
           {"orgs", "sourcedId"}, {"orgs", "parentSourcedId"}, {"courses", "orgSourcedId"}, {"classes", "schoolSourcedId"}, {"enrollments", "schoolSourcedId"}})
    call(files, table, column, schools);
  call(files, "classes", "sourcedId", classes);
  call(files, "enrollments", "classSourcedId", classes);
  call(files, "enrollments", "userSourcedId", strangers);
  call(files, "demographics", "sourcedId", strangers);
  // users has lists with commas, so it is made cell by cell.
  auto& users = text_of(files, "users");
  std::string out;
  for (auto const& line : Sheet::split(users, '\n')) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (char const c : line)
      if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) cells.emplace_back();
      else cells.back() += c;
    if (cells.size() < 10) continue;
    if (strangers.count(cells[0]) > 0) cells[0] = strangers[cells[0]];
    item_by_item(cells[4], schools);
    if (cells[5] == "student") cells[5] = "Pupil";
    item_by_item(cells[15], strangers);
    item_by_item(cells[16], {{"05", "Klasse 5"}});
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i == 0 ? "" : ",") + (cells[i].find(',') == std::string::npos ? cells[i] : "\"" + cells[i] + "\"");
    out += "\r\n";
  }
  users = out;
  replace_first(users, "givenName", "Vorname");
  replace_first(users, "sourcedId", "Kennung");
  replace_first(text_of(files, "enrollments"), "classSourcedId", "Kurs");
  replace_first(text_of(files, "orgs"), "type", "Art");
  add_source("sis", {{"live", "yes"},
                     {"apply-by-itself", "yes"},
                     {"map.columns", columns},
                     {"map.values", "users.role.Pupil=student,orgs.type.Schule=school,users.grades.Klasse 5=05"},
                     {"map.schools", "N:1=s1,N:2=s2"},
                     {"alias.organizations", "N:0=d"},
                     {"alias.classes", "c1=c2,c2=c1"},
                     {"alias.people", people}});
  auto const dressed_up = sync(files);
  EXPECT_TRUE(dressed_up.is_applied()) << told(dressed_up);
  EXPECT_EQ(counts(dressed_up, "users").excluded, 0u);
  EXPECT_EQ(exported(), roster);
  EXPECT_TRUE(is_sound());
}

}  // namespace
}  // namespace rollbook::test
