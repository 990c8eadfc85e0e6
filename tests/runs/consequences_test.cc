// What follows for those of whom a delivery says nothing itself.
#include "runs/school.h"

namespace rollbook::test {
namespace {

using Ids = std::vector<std::string>;

class Consequences : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  }
};

TEST_P(Consequences, AClassWhoseOnlyTeacherGoesIsLeftWithoutOne) {
  auto d = two_schools(3);
  sync(d);
  d.drop("enrollments", "e1_p");
  auto const answer = sync(d);
  EXPECT_EQ(answer.classes_without_teacher.sourced_ids, Ids{"c1"});
  EXPECT_EQ(answer.classes_without_teacher.count, 1u);
  EXPECT_EQ(answer.people_without_class.sourced_ids, Ids{"p1"});
}

TEST_P(Consequences, ATeacherWhoBecomesAStudentOfTheClassLeavesItWithoutOne) {
  auto d = two_schools(3);
  sync(d);
  d.put("enrollments", {{"sourcedId", "e1_p"}, {"role", "student"}, {"primary", ""}});
  auto const answer = sync(d);
  EXPECT_EQ(answer.classes_without_teacher.sourced_ids, Ids{"c1"});
  EXPECT_EQ(answer.people_without_class.count, 0u);
}

TEST_P(Consequences, AnotherTeacherIsEnough) {
  auto d = two_schools(3);
  d.put("enrollments",
        {{"sourcedId", "second"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "p2"}, {"role", "teacher"}, {"primary", "false"}});
  sync(d);
  d.drop("enrollments", "e1_p");
  EXPECT_EQ(sync(d).classes_without_teacher.count, 0u);
}

TEST_P(Consequences, AReplacedTeacherLeavesNothingBehind) {
  auto d = two_schools(3);
  sync(d);
  d.drop("enrollments", "e1_p");
  d.put("enrollments",
        {{"sourcedId", "new"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "p2"}, {"role", "teacher"}, {"primary", "true"}});
  auto const answer = sync(d);
  EXPECT_EQ(answer.classes_without_teacher.count, 0u);
  EXPECT_EQ(answer.people_without_class.sourced_ids, Ids{"p1"});
}

TEST_P(Consequences, WhoLeavesAltogetherIsNotLeftWithoutAClass) {
  auto d = two_schools(3);
  sync(d);
  d.drop("enrollments", "e1_1").drop("demographics", "u1_1").drop("users", "u1_1");
  EXPECT_EQ(sync(d).people_without_class.count, 0u);
}

TEST_P(Consequences, AClassThatGoesLeavesItsPeopleWithoutOne) {
  auto d = two_schools(2);
  sync(d);
  d.drop("classes", "c1").drop("enrollments", "e1_p").drop("enrollments", "e1_1").drop("enrollments", "e1_2");
  auto const answer = sync(d);
  EXPECT_EQ(answer.people_without_class.sourced_ids, (Ids{"p1", "u1_1", "u1_2"}));
  EXPECT_EQ(answer.classes_without_teacher.count, 0u);
}

TEST_P(Consequences, ADryRunSaysTheSame) {
  auto d = two_schools(3);
  sync(d);
  d.drop("enrollments", "e1_p");
  auto const seen = dry_run(d), done = sync(d);
  EXPECT_EQ(seen.classes_without_teacher.sourced_ids, done.classes_without_teacher.sourced_ids);
  EXPECT_EQ(seen.people_without_class.sourced_ids, done.people_without_class.sourced_ids);
}

TEST_P(Consequences, InADeltaTheStoredEnrollmentsAreLookedAt) {
  auto d = two_schools(3);
  d.put("enrollments",
        {{"sourcedId", "more"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}, {"primary", ""}});
  sync(d);
  DeliveryOf delta;
  delta.mode("enrollments", "delta");
  for (auto const* id : {"e1_p", "e1_1", "e1_2"})
    delta.put("enrollments", {{"sourcedId", id}, {"status", "tobedeleted"}, {"dateLastModified", "2026-09-02T00:00:00.000Z"}});
  auto const answer = sync(delta);
  EXPECT_EQ(answer.classes_without_teacher.sourced_ids, Ids{"c1"});
  EXPECT_EQ(answer.people_without_class.sourced_ids, (Ids{"p1", "u1_2"})) << "u1_1 is in c2 too";
}

TEST_P(Consequences, AnEnrollmentThatADamagedRowProtectsCounts) {
  auto d = two_schools(3);
  sync(d);
  d.put("enrollments", {{"sourcedId", "e1_p"}, {"role", "nonsense"}});
  auto const answer = sync(d);
  EXPECT_EQ(answer.classes_without_teacher.count, 0u);
  EXPECT_EQ(answer.people_without_class.count, 0u);
}

TEST_P(Consequences, AnEnrollmentOfAnotherSourceCounts) {
  auto d = two_schools(3);
  sync(d);
  add_source("second");
  DeliveryOf other;
  other.mode("enrollments", "bulk");
  other.put("enrollments",
            {{"sourcedId", "x"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "p2"}, {"role", "teacher"}, {"primary", ""}});
  sync(other, "second");
  d.drop("enrollments", "e1_p");
  EXPECT_EQ(sync(d).classes_without_teacher.count, 0u);
}

TEST_P(Consequences, ARowThatIsRepeatedDifferentlyDoesNotCountForWhatItSays) {
  auto d = two_schools(3);
  sync(d);
  d.drop("enrollments", "e1_p");
  auto files = d.files();
  files["enrollments.csv"] += "twice,,,c1,s1,p2,teacher,,,\ntwice,,,c1,s1,p2,teacher,true,,\n";
  auto const answer = sync(files);
  EXPECT_EQ(answer.classes_without_teacher.sourced_ids, Ids{"c1"}) << runs::to_text(answer);
}

INSTANTIATE_TEST_SUITE_P(Runs, Consequences, both_databases(), name_of_database);

// What is read ahead by several workers is what one of them reads.
class ReadAhead : public Runs {};

TEST_P(ReadAhead, TheChangeSetIsTheSameWithAnyNumberOfWorkers) {
  add_source();
  auto d = two_schools(1300);
  sync(d);
  for (int i = 1; i <= 1200; ++i) {
    auto const n = std::to_string(i);
    d.put("users",
          {{"sourcedId", "u1_" + n}, {"orgSourcedIds", i % 3 == 0 ? "s2" : "s1"}, {"middleName", "Q"}, {"enabledUser", i % 5 == 0 ? "false" : "true"}});
    d.put("users", {{"sourcedId", "u2_" + n}, {"middleName", "R"}});
  }
  d.drop("enrollments", "e2_7");
  auto const source = store::find_source(home_->operations(), district_, "sis");
  ASSERT_TRUE(source);
  std::vector<std::string> told;
  for (unsigned const workers : {1u, 2u, 3u}) {
    auto h = hub();
    h.workers = workers;
    auto answer = runs::preview(h, district_, *source, delivery_of(d.files()));
    ASSERT_TRUE(answer);
    answer->milliseconds = 0;
    told.push_back(runs::to_json(*answer));
  }
  EXPECT_EQ(told[0], told[1]);
  EXPECT_EQ(told[0], told[2]);
  EXPECT_NE(told[0].find("\"updated\":1200"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Runs, ReadAhead, both_databases(), name_of_database);

}  // namespace
}  // namespace rollbook::test
