// What a person decides of an upload before it is processed: that it is, who is whom, and whose value holds.
#include "runs/batch_district.h"
#include "runs/edit.h"
#include "runs/landing.h"
#include "runs/overlay.h"
#include "runs/upload_edits.h"
#include "store/runs.h"

namespace rollbook::test {
namespace {

class UploadDecisions : public BatchUpload {
 protected:
  // As from the page: the run is looked at, and waits.
  runs::Answer send(std::vector<Cells> const& rows) {
    auto h = hub();
    auto const landed = runs::land(h, district_, upload_of(file_of(rows)));
    EXPECT_TRUE(landed.ok());
    auto const queued = runs::queue_upload(h, district_, *landed);
    EXPECT_TRUE(queued.ok() && !queued->failed);
    return finish(queued->run);
  }
  runs::Answer finish(std::int64_t run) {
    auto h = hub();
    auto answer = runs::work_off(h, district_, run, nullptr);
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    for (bool more = true; more;) {
      auto const next = runs::work_one(h, district_);
      more = next.ok() && next->has_value();
    }
    return *answer;
  }
  runs::Answer process(std::int64_t run) {
    auto h = hub();
    auto const queued = runs::queue_approval(h, district_, run, {});
    EXPECT_TRUE(queued.ok()) << (queued.ok() ? "" : queued.trouble().text);
    return finish(run);
  }
  void edit(std::string const& table, std::string const& id, std::string const& field, std::string const& value) {
    auto h = hub();
    auto const answer = runs::edit(h, district_, {table, id, {{field, value}}, ""});
    ASSERT_TRUE(answer.ok() && answer->is_applied());
  }
  std::vector<runs::EditAgainst> against(std::int64_t run) {
    auto h = hub();
    auto const looked = runs::look_at_upload_of(h, district_, run);
    EXPECT_TRUE(looked.ok());
    auto roster = home_->roster(district_.id);
    return runs::edits_against(**roster, *looked->upload, h.today);
  }
};
INSTANTIATE_TEST_SUITE_P(, UploadDecisions, both_databases(), name_of_database);

TEST_P(UploadDecisions, NothingChangesBeforeItIsProcessed) {
  auto const held = send(math());
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.held_because, std::vector<std::string>{"preview"});
  EXPECT_EQ(counted(held, "students").created, 3u);
  EXPECT_TRUE(ids("users").empty());
  EXPECT_EQ(process(*held.run).outcome, "applied");
  EXPECT_EQ(ids("users").size(), 4u);
  EXPECT_EQ(send(math()).outcome, "no_changes") << "nobody has to decide about nothing";
}

TEST_P(UploadDecisions, ALaterUploadTakesThePlaceOfOneThatWaits) {
  auto const first = send({student("1", "Ada", "Arden")});
  auto const second = send(math());
  EXPECT_EQ(second.outcome, "held");
  EXPECT_EQ(second.held_because, std::vector<std::string>{"preview"}) << "it does not wait behind the other one";
  auto h = hub();
  EXPECT_FALSE(runs::queue_approval(h, district_, *first.run, {}).ok());
  EXPECT_EQ(process(*second.run).outcome, "applied");
  EXPECT_FALSE(has("users", "1"));
}

TEST_P(UploadDecisions, WhoIsTheSameInEverythingIsProposedAndGetsTheNewIdWhenAPersonSaysSo) {
  upload(math());
  auto rows = math();
  rows[2]["userId"] = "311";  // Tom, who has no address
  auto const held = send(rows);
  auto h = hub();
  auto const looked = runs::look_at_upload_of(h, district_, *held.run);
  auto const alike = runs::resembling_people(*looked);
  ASSERT_EQ(alike.size(), 1u);
  EXPECT_EQ(alike[0].id, "311");
  EXPECT_EQ(alike[0].as, "310");
  EXPECT_EQ(alike[0].name, "Tom Reed");
  EXPECT_EQ(held.outcome, "held") << "nothing else changes, but somebody may say that he is the same";
  ASSERT_TRUE(runs::queue_same_people(h, district_, *held.run, {"311"}).ok());
  EXPECT_EQ(finish(*held.run).outcome, "held");
  EXPECT_TRUE(has("users", "310"));
  process(*held.run);
  EXPECT_TRUE(has("users", "311"));
  EXPECT_FALSE(has("users", "310"));
}

TEST_P(UploadDecisions, AnIdIsNotCorrectedBeforeItIsProcessedEvenIfNothingElseChanges) {
  upload(math());
  auto rows = math();
  rows[1]["userId"] = "301";  // Leena, by her address
  auto const held = send(rows);
  EXPECT_EQ(held.outcome, "held");
  EXPECT_TRUE(says(held, "300 becomes 301"));
  EXPECT_TRUE(has("users", "300"));
  process(*held.run);
  EXPECT_TRUE(has("users", "301"));
  EXPECT_FALSE(has("users", "300"));
  expect_sound();
}

TEST_P(UploadDecisions, AConfirmedPersonKeepsWhatTheyHave) {
  upload(math());
  auto const in_class = enrollment("310", "m3");
  auto rows = math();
  rows[2]["userId"] = "311";
  rows.push_back(student("400", "Ida", "Moe"));
  auto const held = send(rows);
  ASSERT_EQ(held.outcome, "held");
  EXPECT_TRUE(says(held, "1 row of users.csv has an error and is left out"));
  auto h = hub();
  ASSERT_TRUE(runs::queue_same_people(h, district_, *held.run, {"311", "nobody"}).ok());
  auto const again = finish(*held.run);
  EXPECT_EQ(again.outcome, "held");
  EXPECT_TRUE(says(again, "310 becomes 311"));
  EXPECT_FALSE(says(again, "left out"));
  EXPECT_TRUE(process(*held.run).is_applied());
  EXPECT_TRUE(has("users", "311"));
  EXPECT_FALSE(has("users", "310"));
  EXPECT_EQ(enrollment("311", "m3"), in_class);
  EXPECT_EQ(ids("users").size(), 5u);
  expect_sound();
  // Of a run that is over nothing can be confirmed any more.
  EXPECT_FALSE(runs::queue_same_people(h, district_, *held.run, {"311"}).ok());
}

TEST_P(UploadDecisions, TwoWhoAreAlikeAreNobodysProposal) {
  upload({student("310", "Tom", "Reed"), student("320", "Tom", "Reed")});
  auto const held = send({student("311", "Tom", "Reed"), student("400", "Ida", "Moe")});
  auto h = hub();
  EXPECT_TRUE(runs::resembling_people(*runs::look_at_upload_of(h, district_, *held.run)).empty());
  EXPECT_NE(runs::look_at_upload_of(h, district_, *held.run)->users_errors.find("several people, one of them with the id 310"), std::string::npos);
}

TEST_P(UploadDecisions, WhatWasEditedByHandStaysUnlessTheFilesValueIsChosen) {
  upload(math());
  edit("users", "320", "givenName", "Olga");
  edit("users", "310", "familyName", "Reid");
  edit("classes", "m3", "title", "Maths for all");
  auto const held = send(math());
  EXPECT_EQ(held.outcome, "held") << "the file says the same as before, but somebody may want its values back";
  EXPECT_TRUE(says(held, "3 fields that were edited by hand differ from the file"));
  auto const edits = against(*held.run);
  ASSERT_EQ(edits.size(), 3u);
  auto const of_tom = std::find_if(edits.begin(), edits.end(), [](auto const& one) { return one.name() == "users familyName 310"; });
  ASSERT_NE(of_tom, edits.end());
  EXPECT_EQ(of_tom->edited, "Reid");
  EXPECT_EQ(of_tom->in_file, "Reed");
  auto h = hub();
  EXPECT_FALSE(runs::choose_from_file(h, district_, *held.run, {"users familyName 310", "classes title m3"}).has_value());
  process(*held.run);
  EXPECT_EQ(cell("users", "310", "familyName"), "Reed");
  EXPECT_EQ(cell("classes", "m3", "title"), "Class m3");
  EXPECT_EQ(cell("users", "320", "givenName"), "Olga") << "the default keeps the edit";
  auto roster = home_->roster(district_.id);
  EXPECT_EQ(runs::edits_of(**roster, 0, {}).size(), 1u) << "what was taken from the file is no edit any more";
  expect_sound();
}

TEST_P(UploadDecisions, TheRowsOfARunAreToldAsTheyWereThen) {
  upload(math());
  auto const held = send({with(math()[2], {{"action", "REMOVE-ENROLLMENT"}}), student("", "No", "Id")});
  EXPECT_TRUE(process(*held.run).is_applied());
  auto h = hub();
  auto const looked = runs::look_at_upload_of(h, district_, *held.run);
  ASSERT_TRUE(looked.ok());
  EXPECT_EQ(looked->upload->users.remarks.size(), 1u) << "that he is not in the class any more is what the upload did";
  EXPECT_FALSE(runs::look_at_upload_of(h, district_, 1).ok()) << "a run that is no upload of rows";
}

}  // namespace
}  // namespace rollbook::test
