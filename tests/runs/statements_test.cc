// Which statement a file makes: semantics, section 1, in sync.
#include <gtest/gtest.h>

#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Statements : public Runs {
 protected:
  static constexpr int pupils = 30;

  void begin(std::string const& mode = "manifest") {
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", mode}});
    auto const first = sync(two_schools(pupils));
    ASSERT_TRUE(first.is_applied()) << told(first);
    before_ = exported();
  }

  static DeliveryOf without_one_pupil() {
    auto next = two_schools(pupils);
    next.drop("users", "u1_2").drop("enrollments", "e1_2").drop("demographics", "u1_2");
    return next;
  }

  static DeliveryOf only_users() {
    DeliveryOf next;
    for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "enrollments", "demographics"}) next.mode(table, "delta");
    return next.mode("users", "delta");
  }

  void expect_as_before() { EXPECT_EQ(exported(), before_); }

  Files before_;
};
INSTANTIATE_TEST_SUITE_P(Runs, Statements, both_databases(), name_of_database);

TEST_P(Statements, AFullFileRemovesWhatItDoesNotListWhenTheManifestDecides) {
  begin("manifest");
  auto const second = sync(without_one_pupil());
  EXPECT_EQ(second.outcome, "applied") << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(cell("users", "u1_2", "role"), "(none)");
}

TEST_P(Statements, AFullFileRemovesWhatItDoesNotListWhenTheSourceReplaces) {
  begin("replace");
  auto const second = sync(without_one_pupil());
  EXPECT_EQ(second.outcome, "applied") << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
}

TEST_P(Statements, AFullFileOfAnAdditiveSourceRemovesNothing) {
  begin("add-and-update");
  auto next = without_one_pupil();
  next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Fennimore"}});
  next.put("users", {{"sourcedId", "u1_99"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "n"},
                     {"givenName", "Nia"},
                     {"familyName", "Oru"}});
  auto const second = sync(next);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -0");
  EXPECT_EQ(cell("users", "u1_2", "role"), "student");
}

TEST_P(Statements, ADeltaChangesOnlyWhatItNames) {
  begin("manifest");
  auto next = only_users();
  next.put("users", {{"sourcedId", "u1_1"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "u1_1"},
                     {"givenName", "Ada1"},
                     {"familyName", "Fennimore"}});
  next.put("users", {{"sourcedId", "u1_2"}, {"status", "tobedeleted"}});
  next.put("users", {{"sourcedId", "u1_99"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "n"},
                     {"givenName", "Nia"},
                     {"familyName", "Oru"}});
  auto const second = sync(next);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -1");
  EXPECT_EQ(ids("users").size(), 62u);
}

TEST_P(Statements, ADeltaIsHeldWhenTheSourceSendsFullDeliveries) {
  begin("replace");
  auto next = only_users();
  next.put("users", {{"sourcedId", "u1_2"}, {"status", "tobedeleted"}});
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "held") << told(second);
  EXPECT_TRUE(held_for(second, "looks-like-delta")) << told(second);
  expect_as_before();
}

TEST_P(Statements, ADeltaOfAnAdditiveSourceTellsRemovalsAndDoesNotMakeThem) {
  begin("add-and-update");
  auto next = only_users();
  next.put("users", {{"sourcedId", "u1_2"}, {"status", "tobedeleted"}});
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
  EXPECT_GT(second.infos, 0u) << told(second);
  expect_as_before();
}

TEST_P(Statements, AnAdditiveSourceMayCallAFileDelta) {
  begin("add-and-update");
  auto next = only_users();
  next.put("users", {{"sourcedId", "u1_1"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "u1_1"},
                     {"givenName", "Ada1"},
                     {"familyName", "Fennimore"}});
  auto const second = sync(next);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
}

TEST_P(Statements, APackageMayMixFullFilesAndDeltas) {
  begin("manifest");
  auto next = without_one_pupil();
  auto files = next.files();
  files["enrollments.csv"] =
      DeliveryOf().mode("enrollments", "delta").put("enrollments", {{"sourcedId", "e2_1"}, {"status", "tobedeleted"}}).files().at("enrollments.csv");
  say_mode(files, "enrollments", "delta");
  auto const second = sync(files);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(cell("enrollments", "e2_1", "role"), "(none)");
  EXPECT_EQ(cell("enrollments", "e1_2", "role"), "(none)") << "it goes with its person";
  EXPECT_EQ(ids("enrollments").size(), 60u);
}

TEST_P(Statements, AnAbsentFileChangesNothing) {
  for (std::string const mode : {"replace", "manifest", "add-and-update"}) {
    add_source(mode, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", mode}});
    DeliveryOf first;
    first.put("orgs", {{"sourcedId", "d"}, {"name", "Larkspur"}, {"type", "district"}});
    sync(first, mode);
    auto const second = sync(first.put("orgs", {{"sourcedId", "d"}, {"identifier", mode}}), mode);
    EXPECT_TRUE(second.is_applied()) << mode << told(second);
    EXPECT_EQ(second.tables.size(), 1u) << mode;
  }
}

TEST_P(Statements, OrganizationsAndPeopleAreACompleteDelivery) {
  add_source();
  auto all = two_schools(pupils);
  for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) all.mode(table, "absent");
  auto const first = sync(all);
  EXPECT_TRUE(first.is_applied()) << told(first);
  all.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Fennimore"}});
  auto const second = sync(all);
  EXPECT_TRUE(second.is_applied()) << told(second);
  EXPECT_EQ(changes(second, "users"), "+0 ~1 -0");
}

TEST_P(Statements, AManifestAloneChangesNothing) {
  for (std::string const mode : {"replace", "manifest", "add-and-update"}) {
    add_source(mode, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", mode}});
    auto const answer = sync(DeliveryOf(), mode);
    EXPECT_EQ(answer.outcome, "no_changes") << mode << told(answer);
  }
}

TEST_P(Statements, AManifestThatContradictsTheFilesIsRefusedWhateverTheSourceIsSetTo) {
  struct Contradiction {
    char const* name;
    std::function<void(Files&)> make;
  };
  Contradiction const all[] = {
      {"absent, but the file is there", [](Files& f) { say_mode(f, "users", "absent"); }},
      {"bulk, but the file is not there", [](Files& f) { f.erase("users.csv"); }},
      {"delta, but the file is not there", [](Files& f) { f.erase("users.csv"), say_mode(f, "users", "delta"); }},
      {"no mode", [](Files& f) { say_mode(f, "users", ""); }},
      {"no mode for a file that is not there", [](Files& f) { say_mode(f, "results", ""); }},
      {"an unknown mode", [](Files& f) { say_mode(f, "users", "full"); }},
      {"a property is missing", [](Files& f) { edit_manifest(f, "file.users", ""); }},
      {"a property of an absent file is missing", [](Files& f) { edit_manifest(f, "file.results", ""); }},
      {"a property twice", [](Files& f) { edit_manifest(f, "file.users", "file.users,bulk\nfile.users,bulk"); }},
      {"a property twice, and different", [](Files& f) { edit_manifest(f, "file.users", "file.users,bulk\nfile.users,delta"); }},
      {"no version", [](Files& f) { edit_manifest(f, "oneroster.version", ""); }},
      {"a blank version", [](Files& f) { edit_manifest(f, "oneroster.version", "oneroster.version,"); }},
      {"an unknown version", [](Files& f) { edit_manifest(f, "oneroster.version", "oneroster.version,1.3"); }},
      {"no version of the manifest", [](Files& f) { edit_manifest(f, "manifest.version", ""); }},
      {"an unknown version of the manifest", [](Files& f) { edit_manifest(f, "manifest.version", "manifest.version,2.0"); }},
      {"OneRoster 1.0", [](Files& f) { edit_manifest(f, "oneroster.version", "oneroster.version,1.0"); }},
      {"an empty manifest", [](Files& f) { f["manifest.csv"].clear(); }},
  };
  for (std::string const mode : {"replace", "manifest", "add-and-update"}) {
    add_source(mode, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", mode}});
    for (auto const& contradiction : all) {
      auto files = two_schools(3).files();
      contradiction.make(files);
      auto const answer = sync(files, mode);
      EXPECT_EQ(answer.outcome, "refused") << mode << ": " << contradiction.name << ": " << told(answer);
      EXPECT_FALSE(answer.reasons.empty()) << mode << ": " << contradiction.name;
    }
  }
  EXPECT_TRUE(ids("users").empty());
}

TEST_P(Statements, WithoutAManifestADeliveryIsRefused) {
  for (std::string const profile : {"oneroster", "learnplatform", "amplify"}) {
    add_source(profile, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"profile", profile}});
    auto files = two_schools(3).files();
    files.erase("manifest.csv");
    auto const answer = sync(files, profile);
    EXPECT_EQ(answer.outcome, "refused") << profile << told(answer);
    EXPECT_FALSE(answer.reasons.empty()) << profile;
  }
}

TEST_P(Statements, ASetOfOneRoster10IsRefusedAndToldWhatItIs) {
  add_source();
  Files const files = {
      {"orgs.csv",
       "sourcedId,status,dateLastModified,name,type,identifier,metadata.classification,parentSourcedId\nd,active,2026-08-01,Larkspur,district,,,\n"},
      {"users.csv",
       "sourcedId,status,dateLastModified,orgSourcedIds,role,username,userId,givenName,familyName,identifier,email,sms,phone,agents\n"
       "u,active,2026-08-01,d,student,ada,1,Ada,Quill,,,,,\n"}};
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "refused") << told(answer);
  EXPECT_TRUE(found(answer, "PKG004")) << told(answer);
}

TEST_P(Statements, ASecondFullFileWithNoRowsIsHeldWhenThereWereSome) {
  begin();
  for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) {
    auto files = two_schools(pupils).files();
    header_only(files, table);
    auto const answer = sync(files);
    EXPECT_TRUE(held_for(answer, "missing-file")) << table << told(answer);
    EXPECT_EQ(counts(answer, table).removed, 0u) << table << told(answer);
  }
  expect_as_before();
}

TEST_P(Statements, AFullFileWithNoRowsMakesNoStatementWhenThereWereNone) {
  add_source();
  auto next = two_schools(pupils);
  next.mode("results", "bulk").mode("categories", "bulk");
  auto const first = sync(next);
  EXPECT_TRUE(first.is_applied()) << told(first);
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "no_changes") << told(second);
}

TEST_P(Statements, NobodyAtAllIsRefused) {
  begin();
  for (auto const* table : {"users", "orgs"}) {
    auto files = two_schools(pupils).files();
    header_only(files, table);
    EXPECT_EQ(sync(files).outcome, "refused") << table;
  }
  expect_as_before();
}

TEST_P(Statements, ADeltaWithNoRowsChangesNothing) {
  begin();
  auto const answer = sync(only_users());
  EXPECT_EQ(answer.outcome, "no_changes") << told(answer);
  expect_as_before();
}

TEST_P(Statements, AFileThatUsedToComeIsMissed) {
  begin();
  for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) {
    auto files = two_schools(pupils).files();
    take_away(files, table);
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "held") << table << told(answer);
    EXPECT_EQ(answer.held_because, std::vector<std::string>{"missing-file"}) << table << told(answer);
  }
  expect_as_before();
}

TEST_P(Statements, ADeltaNeedNotNameEveryTable) {
  begin();
  auto const renamed = [&](std::string const& family) {
    auto next = only_users();
    next.put("users", {{"sourcedId", "u1_3"},
                       {"enabledUser", "true"},
                       {"orgSourcedIds", "s1"},
                       {"role", "student"},
                       {"username", "u1_3"},
                       {"givenName", "Ada"},
                       {"familyName", family}});
    for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "enrollments", "demographics"}) next.mode(table, "absent");
    return next;
  };
  for (auto const* family : {"Fennimore", "Gantry"}) {
    auto const answer = sync(renamed(family));
    EXPECT_TRUE(answer.is_applied()) << told(answer);
  }
  auto files = two_schools(pupils).files();
  take_away(files, "classes");
  EXPECT_TRUE(held_for(sync(files), "missing-file")) << "full deliveries are measured against full ones";
}

TEST_P(Statements, AFullFileAmongDeltasIsMissedToo) {
  add_source();
  auto const mixed = [&](std::string const& family) {
    auto next = two_schools(pupils);
    next.mode("enrollments", "delta").mode("demographics", "delta");
    return next.put("users", {{"sourcedId", "u1_1"}, {"familyName", family}});
  };
  ASSERT_TRUE(sync(mixed("Fennimore")).is_applied());
  auto without_enrollments = mixed("Gantry");
  without_enrollments.mode("enrollments", "absent");
  EXPECT_TRUE(sync(without_enrollments).is_applied()) << "a delta had nothing to say";
  auto files = mixed("Hollow").files();
  take_away(files, "classes");
  auto const answer = sync(files);
  EXPECT_EQ(answer.held_because, std::vector<std::string>{"missing-file"}) << told(answer);
  EXPECT_NE(told(answer).find("classes.csv"), std::string::npos);
  auto empty = mixed("Hollow").files();
  header_only(empty, "classes");
  EXPECT_TRUE(held_for(sync(empty), "missing-file"));
}

TEST_P(Statements, AFileThatTheSourceNormallySendsIsMissedTheFirstTime) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"sends", "orgs,users,results"}});
  auto const answer = sync(two_schools(pupils));
  EXPECT_EQ(answer.outcome, "held") << told(answer);
  EXPECT_EQ(answer.held_because, std::vector<std::string>{"missing-file"});
}

TEST_P(Statements, AFileThatAPersonLetGoIsNotMissedAgain) {
  begin();
  auto next = two_schools(pupils);
  next.mode("demographics", "absent").put("users", {{"sourcedId", "u1_1"}, {"familyName", "Fennimore"}});
  auto const held = sync(next);
  ASSERT_TRUE(held_for(held, "missing-file")) << told(held);
  ASSERT_TRUE(approve(*held.run).is_applied());
  auto const after = sync(next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Gantry"}}));
  EXPECT_TRUE(after.is_applied()) << told(after);
  EXPECT_EQ(ids("demographics").size(), 60u);
}

TEST_P(Statements, AFileWithoutRowsThatAPersonTookIsNotMissedAgain) {
  begin();
  auto files = two_schools(pupils).files();
  header_only(files, "demographics");
  edit_cell(files, "users", "u1_1", "familyName", "Fennimore");
  auto const held = sync(files);
  ASSERT_TRUE(held_for(held, "missing-file")) << told(held);
  ASSERT_TRUE(approve(*held.run).is_applied());
  edit_cell(files, "users", "u1_1", "familyName", "Gantry");
  auto const after = sync(files);
  EXPECT_TRUE(after.is_applied()) << told(after);
  EXPECT_EQ(ids("demographics").size(), 60u);
}

TEST_P(Statements, AFullFileWithRowsToBeDeletedLooksLikeADelta) {
  begin();
  auto next = two_schools(pupils);
  next.put("users", {{"sourcedId", "u1_2"}, {"status", "tobedeleted"}, {"dateLastModified", "2026-09-01T00:00:00.000Z"}});
  auto const answer = sync(next);
  EXPECT_EQ(answer.outcome, "held") << told(answer);
  EXPECT_TRUE(held_for(answer, "looks-like-delta")) << told(answer);
  expect_as_before();
}

TEST_P(Statements, StatusAndDateOfAFullFileAreIgnored) {
  begin();
  auto files = two_schools(pupils).files();
  edit_column(files, "users", "status", [](std::string& value, std::size_t) { value = "active"; });
  edit_column(files, "users", "dateLastModified", [](std::string& value, std::size_t) { value = "2020-01-01T00:00:00.000Z"; });
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "no_changes") << told(answer);
  EXPECT_GT(answer.warnings, 0u);
  expect_as_before();
}

TEST_P(Statements, ADeltaRowWithoutStatusOrDateIsLeftOut) {
  begin();
  auto next = only_users();
  auto const pupil = [&](std::string const& id, std::map<std::string, std::string> more) {
    std::map<std::string, std::string> cells = {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"},    {"role", "student"},
                                                {"username", id},  {"givenName", "Ada"},    {"familyName", "Fennimore"}};
    cells.merge(more);
    next.put("users", cells);
  };
  pupil("u1_1", {{"status", ""}});
  pupil("u1_2", {{"dateLastModified", ""}});
  pupil("u1_3", {});
  next.put("users", {{"sourcedId", "u1_4"}, {"status", "tobedeleted"}, {"dateLastModified", ""}});
  auto const answer = sync(next);
  EXPECT_EQ(answer.outcome, "applied_with_warnings") << told(answer);
  EXPECT_EQ(counts(answer, "users").excluded, 3u) << told(answer);
  EXPECT_EQ(changes(answer, "users"), "+0 ~1 -0") << told(answer);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
  EXPECT_EQ(cell("users", "u1_3", "familyName"), "Fennimore");
}

}  // namespace
}  // namespace rollbook::test
