// A district that lives on users.csv alone: uploads become runs, and have all that runs have.
#include "runs/batch_district.h"
#include "runs/edit.h"
#include "runs/on_time.h"

namespace rollbook::test {
namespace {

INSTANTIATE_TEST_SUITE_P(, BatchUpload, both_databases(), name_of_database);

TEST_P(BatchUpload, PeopleAndClassesAreThereAndTheSameFileAgainChangesNothing) {
  auto const answer = upload(math());
  EXPECT_EQ(answer.outcome, "applied") << (answer.reasons.empty() ? "" : answer.reasons[0]);
  EXPECT_EQ(answer.kind, "batch");
  EXPECT_EQ(counted(answer, "schools").unchanged, 1u);
  EXPECT_EQ(counted(answer, "staff").created, 1u);
  EXPECT_EQ(counted(answer, "students").created, 3u);
  EXPECT_EQ(counted(answer, "classes").created, 1u);
  EXPECT_EQ(counted(answer, "enrollments").created, 3u);
  EXPECT_EQ(ids("users").size(), 4u);
  EXPECT_EQ(cell("users", "300", "email"), "student-parath@school.edu");
  EXPECT_EQ(cell("users", "300", "grades"), "03");
  EXPECT_EQ(cell("users", "300", "orgSourcedIds"), "0042");
  EXPECT_EQ(cell("classes", "m3", "title"), "Class m3");
  EXPECT_EQ(cell("enrollments", enrollment("T1", "m3"), "primary"), "true");
  expect_sound();

  auto const again = upload(math());
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_EQ(counted(again, "students").unchanged, 3u);
  EXPECT_EQ(counted(again, "enrollments").unchanged, 3u);
}

TEST_P(BatchUpload, AbsenceRemovesNobodyAndAMissingColumnClearsNothing) {
  upload(math());
  auto const answer = upload({student("320", "Ola", "Berg-Lund")});
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_EQ(ids("users").size(), 4u);
  EXPECT_EQ(cell("users", "320", "familyName"), "Berg-Lund");
  upload({student("330", "Ida", "Moe", {{"userMiddleName", "Kay"}, {"userStateId", "9001"}, {"userDistrictId", "D-1"}})});
  EXPECT_EQ(cell("users", "330", "userIds"), "{district:D-1},{state:9001}");
  upload({student("330", "Ida", "Moen")}, "", {"userMiddleName", "userStateId", "userDistrictId"});
  EXPECT_EQ(cell("users", "330", "middleName"), "Kay");
  upload({student("330", "Ida", "Moe")}, "", {"userMiddleName", "userStateId", "userDistrictId"});
  EXPECT_EQ(cell("users", "330", "middleName"), "Kay") << "however often its column is missing";
  EXPECT_EQ(cell("users", "330", "userIds"), "{district:D-1},{state:9001}");
  upload({student("330", "Ida", "Moen")}, "", {"userStateId"});
  EXPECT_EQ(cell("users", "330", "userIds"), "{state:9001}") << "an empty cell clears, a missing column does not";
  expect_sound();
}

TEST_P(BatchUpload, ActionsEndEnrollmentsClassesAndPeopleAndAnUndoBringsThemBack) {
  upload(math());
  auto const before = exported();
  auto answer = upload({with(in("m3", student("310", "Tom", "Reed")), {{"action", "REMOVE-ENROLLMENT"}})});
  EXPECT_EQ(counted(answer, "enrollments").removed, 1u);
  EXPECT_EQ(enrollment("310", "m3"), "");
  EXPECT_TRUE(has("users", "310"));
  undo(*answer.run);
  EXPECT_EQ(exported(), before);

  answer = upload({with(student("300", "Leena", "Parath"), {{"action", "ARCHIVE-USER"}})});
  EXPECT_EQ(counted(answer, "students").removed, 1u);
  EXPECT_FALSE(has("users", "300"));
  EXPECT_EQ(enrollment("300", "m3"), "");
  answer = upload({with(student("300", "Leena", "Parath", {{"userEmail", "student-parath@school.edu"}}), {{"action", "RESTORE-USER"}})});
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_NE(enrollment("300", "m3"), "") << "with the classes that are still there";
  EXPECT_EQ(exported(), before);

  answer = upload({with(in("m3", teacher("T1")), {{"action", "REMOVE-CLASS"}})});
  EXPECT_EQ(answer.outcome, "applied") << to_text(answer);
  EXPECT_FALSE(has("classes", "m3"));
  EXPECT_TRUE(ids("enrollments").empty());
  EXPECT_EQ(ids("users").size(), 4u);
  undo(*answer.run);
  EXPECT_EQ(exported(), before);
  expect_sound();
}

TEST_P(BatchUpload, RowsWithErrorsAreLeftOutAndTheOthersTaken) {
  auto rows = math();
  rows.push_back(student("", "No", "Id"));
  rows.push_back(student("340", "Wrong", "School", {{"schoolId", "42"}}));
  rows.push_back(with(student("999", "Not", "There"), {{"action", "ARCHIVE-USER"}}));
  auto const report = errors(rows);
  EXPECT_NE(report.find("ERROR: userId is empty"), std::string::npos);
  EXPECT_NE(report.find("is no school of the roster"), std::string::npos);
  EXPECT_NE(report.find("ERROR: nobody in the roster has this id"), std::string::npos) << report;
  auto const answer = upload(rows);
  EXPECT_EQ(answer.outcome, "applied_with_warnings");
  EXPECT_EQ(counted(answer, "students").created, 3u);
  EXPECT_EQ(counted(answer, "students").excluded, 2u) << "340 and 999; who has no id is nobody";
  EXPECT_EQ(counted(answer, "schools").excluded, 1u);
  EXPECT_TRUE(says(answer, "3 rows of users.csv have errors and are left out"));
  EXPECT_FALSE(has("users", "340"));
}

TEST_P(BatchUpload, AFileWithWrongHeadersChangesNothing) {
  auto text = file_of(math());
  text.replace(text.find("userId"), 6, "UserID");
  EXPECT_NE(look(upload_of(text)).upload->refusal.find("\"UserID\" has to be written exactly as \"userId\""), std::string::npos);
  auto h = hub();
  auto const answer = *runs::process_upload(h, district_, upload_of(text), "");
  EXPECT_EQ(answer.outcome, "refused");
  EXPECT_EQ(answer.status(), 1);
  EXPECT_TRUE(ids("users").empty());
}

TEST_P(BatchUpload, APreviewShowsWhatProcessingDoesAndWritesNothing) {
  auto const seen = preview(math());
  EXPECT_EQ(seen.outcome, "applied");
  EXPECT_EQ(counted(seen, "students").created, 3u);
  EXPECT_TRUE(ids("users").empty());
  auto const answer = upload(math(), seen.digest);
  EXPECT_EQ(answer.digest, seen.digest);
  EXPECT_EQ(answer.outcome, "applied");
}

TEST_P(BatchUpload, OnlyWhereItIsSwitchedOnAndThereAreSchools) {
  auto h = hub();
  EXPECT_EQ(runs::why_no_batch(h, district_), "");
  ASSERT_FALSE(store::switch_batch_upload(home_->operations(), district_, false, h.actor));
  EXPECT_NE(runs::why_no_batch(h, district_).find("not switched on"), std::string::npos);
  EXPECT_FALSE(runs::look_at_upload(h, district_, upload_of(file_of(math()))).ok());
}

// Seed: Leena Parath's id was entered as 300 but it is actually 301.
TEST_P(BatchUpload, AnIdThatHasChangedIsCorrectedAndKeepsThePersonWithAllTheyHave) {
  upload(math());
  auto const before = enrollment("300", "m3");
  auto rows = math();
  rows[1]["userId"] = "301";
  auto const seen = preview(rows);
  EXPECT_TRUE(says(seen, "300 becomes 301"));
  EXPECT_TRUE(has("users", "300")) << "a preview corrects nothing";
  auto const answer = upload(rows);
  EXPECT_EQ(answer.outcome, "no_changes") << "all else is the same";
  EXPECT_FALSE(has("users", "300"));
  EXPECT_TRUE(has("users", "301"));
  EXPECT_EQ(enrollment("301", "m3"), before);
  EXPECT_EQ(ids("users").size(), 4u);
  EXPECT_EQ(upload(rows).outcome, "no_changes");
  rows[1]["userGrade"] = "04";
  EXPECT_EQ(counted(upload(rows), "students").updated, 1u);
  EXPECT_EQ(cell("users", "301", "grades"), "04");
  EXPECT_EQ(ids("users").size(), 4u);
  expect_sound();
}

// Ids in an upload are those of today, whatever they were when the person came.
TEST_P(BatchUpload, WhoWasGivenAnotherIdIsChangedAndArchivedByIt) {
  upload(math());
  auto h = hub();
  ASSERT_TRUE(runs::rekey(h, district_, "users", "300", "301").ok());
  ASSERT_TRUE(runs::rekey(h, district_, "classes", "m3", "math-3").ok());
  EXPECT_EQ(counted(upload({student("301", "Lena", "Moe")}), "students").updated, 1u) << "no value is as it was";
  EXPECT_EQ(cell("users", "301", "familyName"), "Moe");
  EXPECT_NE(enrollment("301", "math-3"), "");
  EXPECT_EQ(counted(upload({with(student("301", "Lena", "Moe"), {{"action", "ARCHIVE-USER"}})}), "students").removed, 1u);
  EXPECT_FALSE(has("users", "301"));
  EXPECT_EQ(counted(upload({with(in("math-3", student("310", "Tom", "Reed")), {{"action", "REMOVE-CLASS"}})}), "classes").removed, 1u);
  EXPECT_TRUE(ids("classes").empty());
  EXPECT_EQ(ids("users").size(), 3u);
  expect_sound();
}

TEST_P(BatchUpload, AnIdThatWasSomebodysIsNotGivenToAnotherPersonByAFile) {
  upload(math());
  auto h = hub();
  ASSERT_TRUE(runs::rekey(h, district_, "users", "300", "301").ok());
  ASSERT_TRUE(runs::rekey(h, district_, "classes", "m3", "math-3").ok());
  auto const rows = std::vector{student("300", "Nils", "Aas"), in("m3", student("320", "Ola", "Berg"))};
  EXPECT_NE(errors(rows).find("userId is what 301 was called before"), std::string::npos) << errors(rows);
  EXPECT_NE(errors(rows).find("classId is what math-3 was called before"), std::string::npos) << errors(rows);
  EXPECT_EQ(upload(rows).outcome, "no_changes");
  EXPECT_EQ(cell("users", "301", "givenName"), "Leena");
  EXPECT_EQ(ids("users").size(), 4u);
  auto const back = std::vector{in("math-3", student("300", "Leena", "Parath", {{"userEmail", "student-parath@school.edu"}}))};
  upload({with(back[0], {{"className", "Class m3"}})});
  EXPECT_TRUE(has("users", "300")) << "who is the same in everything gets their old id back";
  expect_sound();
}

TEST_P(BatchUpload, TwoWhoExchangeTheirIdsStayWhoTheyAre) {
  upload(math());
  auto h = hub();
  for (auto const& [from, to] : {std::pair{"300", "301"}, {"310", "300"}, {"320", "310"}}) ASSERT_TRUE(runs::rekey(h, district_, "users", from, to).ok());
  upload({in("m3", student("301", "Leena", "Parath", {{"userGrade", "05"}})), in("m3", student("300", "Tom", "Reed", {{"userGrade", "06"}})),
          in("m3", student("310", "Ola", "Berg", {{"userGrade", "07"}}))});
  for (auto const& [id, name, grade] : {std::tuple{"301", "Parath", "05"}, {"300", "Reed", "06"}, {"310", "Berg", "07"}}) {
    EXPECT_EQ(cell("users", id, "familyName"), name);
    EXPECT_EQ(cell("users", id, "grades"), grade);
    EXPECT_NE(enrollment(id, "m3"), "");
  }
  EXPECT_EQ(ids("users").size(), 4u);
  upload({with(student("300", "Tom", "Reed"), {{"action", "ARCHIVE-USER"}})});
  EXPECT_TRUE(has("users", "301"));
  EXPECT_FALSE(has("users", "300"));
  expect_sound();
}

TEST_P(BatchUpload, NobodyBecomesSomebodyElseByLikeness) {
  upload(math());
  auto rows = math();
  rows[1]["userId"] = "301", rows[1]["userLastName"] = "Parathi";
  EXPECT_NE(errors(rows).find("the e-mail address is that of the person with the id 300"), std::string::npos) << "another value differs";
  rows = math();
  rows.push_back(with(rows[1], {{"userId", "301"}}));
  EXPECT_NE(errors(rows).find("the e-mail address is that of the person with the id 300"), std::string::npos) << "300 is in the file too";
  rows = math();
  rows[2]["userId"] = "311";
  EXPECT_NE(errors(rows).find("the person with the id 310 is the same in everything else"), std::string::npos) << "without an e-mail nobody is sure";
  EXPECT_TRUE(look(upload_of(file_of(rows))).upload->translation.corrections.empty());
  rows = {in("m3", student("0300", "Leena", "Parath"))};
  EXPECT_NE(errors(rows).find("the same but for leading zeros"), std::string::npos);
  rows = math();
  rows[1]["userId"] = "301", rows.push_back(with(math()[1], {{"userId", "302"}}));
  EXPECT_NE(errors(rows).find("has changed from 300, and another row is about the same person with another new id"), std::string::npos);
  EXPECT_EQ(upload(rows).outcome, "no_changes");
  EXPECT_EQ(ids("users").size(), 4u);
}

TEST_P(BatchUpload, WhereASourceFeedsTheDistrictOnlyStaffAndClassesOfTheirOwnAreTaken) {
  add_source();
  auto fed = two_schools(2);
  ASSERT_EQ(sync(fed).outcome, "applied");
  std::vector<Cells> const rows = {in("own", teacher("T9")), in("own", student("700", "New", "Student")), in("c1", teacher("T8")), teacher("p1")};
  auto const report = errors(rows);
  EXPECT_NE(report.find("students of this district come from sis"), std::string::npos) << report;
  EXPECT_NE(report.find("this class comes from sis"), std::string::npos);
  EXPECT_NE(report.find("this person comes from sis"), std::string::npos);
  auto const answer = upload(rows);
  EXPECT_EQ(counted(answer, "staff").created, 1u);
  EXPECT_EQ(counted(answer, "classes").created, 1u);
  EXPECT_FALSE(has("users", "700"));
  EXPECT_TRUE(has("users", "T9"));
  EXPECT_EQ(sync(fed).outcome, "no_changes") << "the feed does not touch them";
  EXPECT_TRUE(has("users", "T9"));
}

TEST_P(BatchUpload, WhoMovesToAnotherSchoolIsThereAndWhereTheyStillHaveAClass) {
  upload(math());
  upload({in("s2", with(student("310", "Tom", "Reed"), {{"schoolId", "S-2"}}))});
  EXPECT_EQ(cell("users", "310", "orgSourcedIds"), "S-2,0042");
  upload(
      {with(in("m3", student("310", "Tom", "Reed")), {{"action", "REMOVE-ENROLLMENT"}}), in("s2", with(student("310", "Tom", "Reed"), {{"schoolId", "S-2"}}))});
  EXPECT_EQ(cell("users", "310", "orgSourcedIds"), "S-2");
  expect_sound();
}

TEST_P(BatchUpload, WhatIsDownloadedUploadsAgainWithoutAChange) {
  auto rows = math();
  rows[2]["classDisplayName"] = rows[1]["classDisplayName"] = rows[0]["classDisplayName"] = "Maths, \"A\"";
  rows.push_back(in("s2", with(student("310", "Tom", "Reed"), {{"schoolId", "S-2"}})));
  rows.push_back(student("330", "Ida", "Moe", {{"userMiddleName", "Kay"}, {"userStateId", "9001"}, {"userDistrictId", "D-1"}}));
  rows.push_back(with(teacher("A1"), {{"userRole", "administrator"}, {"schoolId", "S-2"}}));
  for (auto& row : rows)
    if (row.count("classDisplayName") > 0 && row["classDisplayName"].find('"') != std::string::npos) row["classDisplayName"] = "\"Maths, \"\"A\"\"\"";
  ASSERT_EQ(upload(rows).outcome, "applied");
  auto h = hub();
  auto const all = runs::users_file(h, district_, {});
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->rows, 7u);
  EXPECT_EQ(look(upload_of(all->text)).users_errors, "");
  auto const again = runs::process_upload(h, district_, upload_of(all->text), "");
  EXPECT_EQ(again->outcome, "no_changes") << to_text(*again);
  EXPECT_EQ(runs::users_file(h, district_, {"S-2", "student"})->rows, 2u) << "both rows of Tom, who is there";
  EXPECT_EQ(runs::users_file(h, district_, {"", "administrator"})->rows, 1u);
  EXPECT_FALSE(runs::users_file(h, district_, {"S-9", ""}).ok());
}

TEST_P(BatchUpload, DemographicsComeWithUsersOrAlone) {
  auto const both = facts("userId,birthDate,sex,homeLanguage,specialEducation\n300,2017-05-14,female,spanish,true\n310,,male,,\n", math());
  EXPECT_EQ(both.outcome, "applied") << (both.reasons.empty() ? "" : both.reasons[0]);
  EXPECT_EQ(counted(both, "students").created, 3u);
  EXPECT_EQ(cell("demographics", "300", "birthDate"), "2017-05-14");
  EXPECT_EQ(fact("300", "homeLanguage"), "es") << "a language is kept as its code";
  EXPECT_EQ(fact("300", "specialEducation"), "true");
  EXPECT_EQ(fact("310", "sex"), "male");

  auto const alone = facts("homeless,userId\ntrue,310\n,300\n");
  EXPECT_EQ(alone.outcome, "applied") << to_text(alone);
  EXPECT_EQ(alone.kind, "batch");
  EXPECT_EQ(fact("310", "homeless"), "true");
  EXPECT_EQ(fact("310", "sex"), "male") << "a missing column clears nothing";
  EXPECT_EQ(fact("300", "specialEducation"), "true");
  facts("userId,specialEducation\n300,\n");
  EXPECT_EQ(fact("300", "specialEducation"), "") << "an empty cell clears";
  EXPECT_EQ(fact("300", "homeLanguage"), "es");
  expect_sound();
  undo(*alone.run);
  EXPECT_EQ(fact("310", "homeless"), "");
}

TEST_P(BatchUpload, DemographicsThatAreDownloadedUploadAgainWithoutAChange) {
  facts(
      "userId,birthDate,sex,asian,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus,homeLanguage,englishLearner\n"
      "300,2017-05-14,female,true,US,IL,\"Oak, the town\",01652,es,false\nT1,,,,,,,,cmn,\n",
      math());
  auto const text = downloaded_facts();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << "who has nothing known of them is not listed";
  EXPECT_EQ(facts(text).outcome, "no_changes");
  auto const students = downloaded_facts({"0042", "student"});
  EXPECT_NE(students.find("\n300,"), std::string::npos);
  EXPECT_EQ(students.find("\nT1,"), std::string::npos);
  auto h = hub();
  EXPECT_FALSE(runs::demographics_file(h, district_, {"nowhere", ""}).ok());
}

TEST_P(BatchUpload, RowsOfDemographicsWithErrorsAreReportedAndLeftOut) {
  upload(math());
  upload({student("0017", "Zoe", "Hart")});
  auto const text =
      std::string("userId,birthDate,englishLearner,homeLanguage,cityOfBirth\n") + "300,14.5.2017,,,\n310,,TRUE,,\n320,,,Spansh,\n999,,,,\n17,,,,\nT1,,,,Rome\n";
  auto const looked = look(facts_of(text));
  EXPECT_EQ(looked.users_errors, "");
  auto const lines = split(looked.demographics_errors, '\n');
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0], "userId,birthDate,englishLearner,homeLanguage,cityOfBirth,errors");
  EXPECT_TRUE(lines[1].starts_with("300,14.5.2017,,,,\"ERROR: birthDate is no day that exists. Write year, month and day, as 2017-05-14;")) << lines[1];
  EXPECT_EQ(lines[2], "310,,TRUE,,,\"ERROR: englishLearner has a word that is not known. Write false or true. The nearest is true.\"");
  EXPECT_TRUE(lines[3].ends_with("or its English name, as Spanish. The nearest is Spanish.\"")) << lines[3];
  EXPECT_TRUE(lines[4].starts_with("999,,,,,\"ERROR: nobody in the roster has this id.")) << lines[4];
  EXPECT_TRUE(lines[5].starts_with("17,,,,,\"ERROR: the roster has the id 0017, which is the same but for leading zeros.")) << lines[5];
  EXPECT_EQ(lines[6], "T1,,,,Rome,");
  auto const answer = facts(text);
  EXPECT_EQ(answer.outcome, "applied_with_warnings");
  EXPECT_EQ(answer.reasons.at(0), "5 rows of demographics.csv have errors and are left out: the error report says what is wrong with each.");
  EXPECT_EQ(ids("demographics"), std::vector<std::string>{"T1"});
  auto const refused = facts("userId,birthdate\n300,2017-05-14\n");
  EXPECT_EQ(refused.outcome, "refused");
  EXPECT_NE(refused.reasons.at(0).find("birthDate"), std::string::npos) << refused.reasons.at(0);
}

TEST_P(BatchUpload, WhoComesBackHasWhatWasKnownOfThem) {
  facts("userId,birthDate,homeLanguage\n300,2017-05-14,es\n310,2016-01-01,fr\n", math());
  upload({with(math()[1], {{"action", "ARCHIVE-USER"}})});
  EXPECT_EQ(ids("demographics"), std::vector<std::string>{"310"});
  upload({with(math()[1], {{"action", "RESTORE-USER"}})});
  EXPECT_EQ(fact("300", "birthDate"), "2017-05-14");
  EXPECT_EQ(fact("300", "homeLanguage"), "es");
  // With a file beside that has fewer columns: of others it clears nothing.
  upload({with(math()[1], {{"action", "ARCHIVE-USER"}})});
  facts("userId,sex\n310,male\n", {with(math()[1], {{"action", "RESTORE-USER"}})});
  EXPECT_EQ(fact("310", "sex"), "male");
  EXPECT_EQ(fact("310", "homeLanguage"), "fr");
  EXPECT_EQ(fact("300", "homeLanguage"), "es");
  expect_sound();
}

TEST_P(BatchUpload, DemographicsGoByTheIdThatTheUploadCorrects) {
  upload(math());
  auto rows = math();
  rows[1]["userId"] = "301";
  auto const answer = facts("userId,sex\n301,female\n", rows);
  EXPECT_TRUE(answer.is_applied());
  EXPECT_EQ(fact("301", "sex"), "female");
  auto gone = math();
  gone.resize(1);
  gone.push_back(with(math()[2], {{"action", "ARCHIVE-USER"}}));
  auto const looked = look(facts_of("userId,sex\n310,male\n", gone));
  EXPECT_NE(looked.demographics_errors.find("ERROR: users.csv archives this person"), std::string::npos) << looked.demographics_errors;
}

TEST_P(BatchUpload, CountsAreToldOfEachSchool) {
  auto rows = math();
  rows.push_back(with(student("400", "Ida", "Moe"), {{"schoolId", "S-2"}}));
  rows.push_back(with(student("401", "Ina", ""), {{"schoolId", "S-2"}}));
  auto const answer = upload(rows);
  ASSERT_EQ(answer.counted_at.size(), 2u);
  auto const at = [&](std::size_t school, std::string const& what) {
    for (auto const& [name, counts] : answer.counted_at[school].counted)
      if (name == what) return counts;
    return runs::Counts{};
  };
  EXPECT_EQ(answer.counted_at[0].sourced_id, "0042");
  EXPECT_EQ(answer.counted_at[0].name, "School 0042");
  EXPECT_EQ(at(0, "students").created, 3u);
  EXPECT_EQ(at(0, "staff").created, 1u);
  EXPECT_EQ(at(0, "classes").created, 1u);
  EXPECT_EQ(at(0, "enrollments").created, 3u);
  EXPECT_EQ(at(0, "students").excluded, 0u);
  EXPECT_EQ(at(1, "students").created, 1u);
  EXPECT_EQ(at(1, "students").excluded, 1u);
  EXPECT_EQ(at(1, "schools").unchanged, 1u);
  auto const kept = runs::from_json(runs::to_json(answer));
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(runs::to_json(*kept), runs::to_json(answer));
}

TEST_P(BatchUpload, ADeliveryOfOneRosterIsNotForItsSource) {
  auto h = hub();
  auto const left = runs::leave(h, district_, *runs::batch_source(h, district_), delivery_of(two_schools(1).files()));
  ASSERT_FALSE(left.ok());
  EXPECT_NE(left.trouble().text.find("takes no deliveries"), std::string::npos);
}

TEST_P(BatchUpload, ATraceNamesTheLineOfTheUpload) {
  upload(math());
  auto roster = home_->roster(district_.id);
  auto row = (*roster)->prepare("SELECT row_line FROM \"users\" u JOIN ids i ON i.tbl = ? AND i.key = u.row_key WHERE i.id = '310'");
  ASSERT_TRUE(row->with(static_cast<int>(TableId::Users)).step());
  EXPECT_EQ(row->integer(0), 4);
}

}  // namespace
}  // namespace rollbook::test
