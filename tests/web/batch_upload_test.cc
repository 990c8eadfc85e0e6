// Batch Upload in the browser: what is said of a file before anything changes, what a person decides of it, and the roster as such files.
#include "runs/batch.h"
#include "runs/edit.h"
#include "runs/search_index.h"
#include "store/district_settings.h"
#include "web/lived_district.h"
#include "web/sent_files.h"

namespace rollbook::test {
namespace {

std::string const header = "schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className,primaryTeacher\n";
std::string const ada = "0042,T100,teacher,Ada,Bell,ada.bell@school.example,,math-3a,Mathematics 3A,true\n";
std::string const leena = "0042,300,student,Leena,Parath,student-parath@school.edu,03,math-3a,Mathematics 3A,\n";
std::string const tom = "0042,310,student,Tom,Reed,,03,math-3a,Mathematics 3A,\n";

class BatchUploadPage : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    elsa_ = somebody_of(Level::Enrollment);
  }
  void open_box() {
    auto h = hub();
    ASSERT_FALSE(store::switch_batch_upload(operations(), district(), true, h.actor));
    for (auto const* id : {"0042", "S-2"})
      ASSERT_EQ(runs::add_organization(h, district(), {id, "School " + std::string(id), "school", ""})->outcome, "applied");
  }
  std::string box() const { return in("/enrollment/upload"); }

  using Named = std::pair<std::string, std::string>;
  http::Response send(std::vector<Named> const& files) {
    std::vector<Part> parts = {{"csrf", "", elsa_.csrf, false}};
    for (auto const& [name, bytes] : files) parts.push_back({"files", name, bytes});
    return *send_form(*portal_, elsa_, box(), parts);
  }
  // The run that an upload becomes, looked at.
  std::int64_t upload(std::vector<Named> const& files) {
    auto const response = send(files);
    EXPECT_EQ(response.status, 303) << response.body;
    auto const to = header_of(response, "location");
    auto const run = std::stoll("0" + to.substr(to.rfind('/') + 1));
    finish(run);
    return run;
  }
  std::int64_t upload(std::string const& rows) { return upload({{"users.csv", header + rows}}); }
  void finish(std::int64_t run) {
    work_off(run);
    auto h = hub();
    for (bool more = true; more;) {
      auto const next = runs::work_one(h, district());
      more = next.ok() && next->has_value();
    }
  }
  void process(std::int64_t number) {
    auto const response = post(elsa_, run(number, "/apply"), {{"digest", field(page(elsa_, run(number)), "digest")}});
    ASSERT_EQ(response.status, 303) << response.body;
    finish(number);
  }
  std::string download(std::string const& rest) {
    auto const response = get(elsa_, in(rest));
    EXPECT_EQ(response.status, 200) << rest << response.body;
    EXPECT_TRUE(says(header_of(response, "content-disposition"), "attachment"));
    return response.body;
  }
  std::string users() { return download("/enrollment/download/users.csv"); }

  Browser elsa_;
};

TEST_F(BatchUploadPage, TheBoxIsInactiveAndSaysWhyUntilTheOperatorHasSwitchedItOnAndSchoolsAreThere) {
  auto const before = page(elsa_, box());
  EXPECT_TRUE(says(before, "not switched on for this district. Ask who operates the server")) << before;
  EXPECT_TRUE(says(before, "<fieldset disabled"));
  EXPECT_TRUE(says(before, in("/enrollment/identifiers")));
  EXPECT_EQ(send({{"users.csv", header + tom}}).status, 422) << "nor is it taken without the page";
  auto h = hub();
  ASSERT_FALSE(store::switch_batch_upload(operations(), district(), true, h.actor));
  EXPECT_TRUE(says(page(elsa_, box()), "The district has no organizations yet"));
  ASSERT_EQ(runs::add_organization(h, district(), {"0042", "Oak", "school", ""})->outcome, "applied");
  auto const open = page(elsa_, box());
  EXPECT_FALSE(says(open, "<fieldset disabled"));
  EXPECT_TRUE(says(open, "One users.csv at a time"));
}

TEST_F(BatchUploadPage, ThePageHasTheDictionariesTheTemplatesAndASampleThatCanBeUsed) {
  open_box();
  auto const html = page(elsa_, box());
  for (auto const* said : {"<code>userStateId</code>", "<code>englishLearner</code>", "as <strong>text</strong>", "text editor", "REMOVE-ENROLLMENT"})
    EXPECT_TRUE(says(html, said)) << said;
  EXPECT_TRUE(download("/enrollment/upload/sample").starts_with("PK"));
  auto const facts = download("/enrollment/upload/template-demographics.csv");
  EXPECT_TRUE(facts.starts_with("userId,birthDate")) << facts;
  EXPECT_EQ(times(facts, "\n"), 3u) << "a header and two rows";
  auto const number = upload({{"users.csv", download("/enrollment/upload/template-users.csv")}});
  EXPECT_FALSE(says(page(elsa_, run(number)), "Nothing was changed. Correct the file")) << "its headers are right";
}

TEST_F(BatchUploadPage, NothingChangesBeforeProcessFileAndThenTheCountsAreOfWhatWasDone) {
  open_box();
  auto const number = upload(ada + leena + tom);
  auto const preview = page(elsa_, run(number));
  EXPECT_TRUE(says(preview, ">Process file</button>")) << preview;
  EXPECT_TRUE(says(preview, "<th scope=\"row\">students</th><td class=\"number\">2</td>")) << preview;
  EXPECT_TRUE(says(preview, "School 0042")) << "counts per school too";
  EXPECT_TRUE(says(page(elsa_, box()), "An upload waits: <a href=\"" + run(number)));
  EXPECT_EQ(times(users(), "\n"), 1u) << "nobody is there yet";
  process(number);
  EXPECT_EQ(times(users(), "\n"), 4u);
  auto const after = page(elsa_, run(number));
  EXPECT_FALSE(says(after, "Process file"));
  EXPECT_TRUE(says(after, "Undo this run"));
  EXPECT_TRUE(says(page(elsa_, in("/history?kind=batch")), run(number)));
  EXPECT_EQ(notes("delivery uploaded"), 1u);
}

TEST_F(BatchUploadPage, HeadersThatAreWrongRefuseTheFileWithOneMessageAndProcessIsNotOffered) {
  open_box();
  auto const number = upload({{"users.csv", "schoolID,userId,userRole,userFirstName,userLastName,userEmial,userGrade,shoeSize\n0042,1,student,A,B,,03,44\n"}});
  auto const html = page(elsa_, run(number));
  EXPECT_TRUE(says(html, "Nothing was changed. Correct the file")) << html;
  for (auto const* named : {"schoolID", "schoolId", "userEmial", "userEmail", "shoeSize"}) EXPECT_TRUE(says(html, named)) << named;
  EXPECT_FALSE(says(html, "Process file</button>"));
  EXPECT_EQ(times(users(), "\n"), 1u);
}

TEST_F(BatchUploadPage, ErrorsOfRowsAreListedAndReportedAndTheOtherRowsCanBeProcessed) {
  open_box();
  auto const number = upload(ada + "0099,320,student,<b>Ola</b>,Berg,,03,,,\n" + leena);
  auto const preview = page(elsa_, run(number));
  EXPECT_TRUE(says(preview, ">Process file</button>"));
  EXPECT_TRUE(says(preview, "1 row")) << "how many are left out: " << preview;
  auto const rows = page(elsa_, run(number, "/rows"));
  EXPECT_TRUE(says(rows, "<td class=\"number\">3</td><th scope=\"row\">schoolId</th>")) << rows;
  EXPECT_TRUE(says(rows, "is no school of the roster. Write the id as it is there"));
  EXPECT_FALSE(says(rows, "<b>Ola"));
  auto const report = download("/history/" + std::to_string(number) + "/users-errors.csv");
  EXPECT_TRUE(says(report, "0099,320,student,<b>Ola</b>,Berg,,03,,,,\"ERROR: schoolId")) << "the row as uploaded, and a column: " << report;
  process(number);
  EXPECT_TRUE(says(users(), "Leena"));
  EXPECT_FALSE(says(users(), "Ola"));
  EXPECT_TRUE(says(download("/history/" + std::to_string(number) + "/users-errors.csv"), "ERROR: schoolId")) << "the report can be had afterwards";
}

TEST_F(BatchUploadPage, ErrorsAreShownAPageAtATime) {
  open_box();
  std::string rows;
  for (int i = 0; i < 250; ++i) rows += "0099,n" + std::to_string(i) + ",student,A,B,,03,,,\n";
  auto const number = upload(rows + tom);
  auto const first = page(elsa_, run(number, "/rows"));
  EXPECT_TRUE(says(first, "1 to 100 of 250."));
  EXPECT_TRUE(says(first, run(number, "/rows?from=100")));
  auto const last = page(elsa_, run(number, "/rows?from=200"));
  EXPECT_TRUE(says(last, "201 to 250 of 250."));
  EXPECT_FALSE(says(last, "More rows"));
  EXPECT_TRUE(says(page(elsa_, run(number, "/rows?from=999999")), "of 250.")) << "an address that somebody made up";
}

TEST_F(BatchUploadPage, OneUsersCsvAtATimeAndDemographicsComeWithItOrAloneWhateverTheirNames) {
  open_box();
  auto const twice = send({{"a.csv", header + tom}, {"b.csv", header + ada}});
  EXPECT_EQ(twice.status, 422);
  EXPECT_TRUE(says(twice.body, "One users.csv at a time")) << twice.body;
  auto const zip = send({{"all.zip", "PK\x03\x04"}});
  EXPECT_EQ(zip.status, 422);
  EXPECT_TRUE(says(zip.body, "not in a zip"));
  EXPECT_EQ(send({}).status, 422);
  process(upload({{"Export of Monday.csv", "userId,birthDate,homeLanguage\n310,2017-05-14,Spanish\n"}, {"people.csv", header + tom}}));
  EXPECT_TRUE(says(users(), "310"));
  auto const alone = upload({{"demographics.csv", "userId,homeLanguage\n310,Klingonese\n"}});
  EXPECT_TRUE(says(page(elsa_, run(alone, "/rows")), "demographics.csv"));
  auto const report = download("/history/" + std::to_string(alone) + "/demographics-errors.csv");
  EXPECT_TRUE(says(report, "ERROR: homeLanguage")) << report;
}

TEST_F(BatchUploadPage, ALaterUploadTakesThePlaceOfOneThatWaits) {
  open_box();
  auto const first = upload(ada), second = upload(tom);
  EXPECT_FALSE(says(page(elsa_, run(first)), "Process file</button>"));
  process(second);
  EXPECT_FALSE(says(users(), "T100"));
  EXPECT_TRUE(says(users(), "310"));
}

TEST_F(BatchUploadPage, LeenasIdIsCorrectedByAFileThatIsTheSameInAllElse) {
  open_box();
  process(upload(ada + leena));
  auto corrected = leena;
  corrected.replace(corrected.find("300"), 3, "301");
  auto const number = upload(ada + corrected);
  EXPECT_TRUE(says(page(elsa_, run(number)), "300 becomes 301"));
  EXPECT_TRUE(says(users(), ",300,")) << "not before it is processed";
  process(number);
  EXPECT_TRUE(says(users(), ",301,")) << users();
  EXPECT_FALSE(says(users(), ",300,"));
  EXPECT_EQ(times(users(), "Leena"), 1u);
}

TEST_F(BatchUploadPage, WhoIsProbablyTheSameIsConfirmedByAPersonNeverSilently) {
  open_box();
  process(upload(ada + tom));
  auto other = tom;
  other.replace(other.find("310"), 3, "311");
  auto const number = upload(ada + other);
  auto html = page(elsa_, run(number, "/rows"));
  EXPECT_TRUE(says(html, "Tom Reed: 310 becomes 311")) << html;
  EXPECT_EQ(post(elsa_, run(number, "/rows/people")).status, 422) << "nobody is ticked";
  ASSERT_EQ(post(elsa_, run(number, "/rows/people"), {{"person", "311"}}).status, 303);
  finish(number);
  process(number);
  EXPECT_TRUE(says(users(), ",311,")) << users();
  EXPECT_FALSE(says(users(), ",310,"));
}

TEST_F(BatchUploadPage, EditsByHandStayUnlessTheFileIsChosen) {
  open_box();
  process(upload(tom));
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "310", {{"givenName", "Thomas"}}, ""})->is_applied());
  auto file = tom;
  file.replace(file.find("Tom"), 3, "Tommy");
  auto const number = upload(file);
  auto const rows = page(elsa_, run(number, "/rows"));
  EXPECT_TRUE(says(rows, "Thomas")) << rows;
  EXPECT_TRUE(says(rows, "Tommy"));
  EXPECT_EQ(post(elsa_, run(number, "/rows/values"), {{"field", "no such field"}}).status, 422);
  auto const answer = post(elsa_, run(number, "/rows/values"), {{"all", "file"}});
  ASSERT_EQ(answer.status, 303) << answer.body;
  process(number);
  EXPECT_TRUE(says(users(), "Tommy")) << users();
}

TEST_F(BatchUploadPage, WhatIsDownloadedUploadsAgainWithoutAChange) {
  open_box();
  process(upload(ada + leena + tom));
  auto const number = upload({{"users.csv", users()}});
  EXPECT_TRUE(says(page(elsa_, run(number)), "No changes"));
  EXPECT_EQ(times(download("/enrollment/download/users.csv?role=student"), "\n"), 3u);
  EXPECT_EQ(times(download("/enrollment/download/users.csv?role=teacher&school=0042"), "\n"), 2u);
  EXPECT_EQ(times(download("/enrollment/download/users.csv?school=S-2"), "\n"), 1u);
  EXPECT_EQ(get(elsa_, in("/enrollment/download/users.csv?school=nowhere")).status, 404);
  EXPECT_EQ(get(elsa_, in("/enrollment/download/users.csv?role=parent")).status, 404);
  EXPECT_EQ(get(elsa_, in("/enrollment/download/demographics.csv")).status, 403) << "restricted, and she has not the grant";
}

TEST_F(BatchUploadPage, TickedRowsOfTheListsAreDownloadedAsUsersCsv) {
  open_box();
  process(upload(ada + leena + tom));
  auto h = hub();
  ASSERT_FALSE(runs::index_all(**runs::open_roster(h, district())));
  auto const list = page(elsa_, in("/enrollment/students"));
  EXPECT_TRUE(says(list, "formaction=\"" + in("/enrollment/students/users.csv"))) << list;
  auto const checkbox = list.rfind("name=\"key\" value=\"", list.find("Leena"));
  auto const key = list.substr(checkbox + 18, list.find('"', checkbox + 18) - checkbox - 18);
  auto const ticked = download("/enrollment/students/users.csv?key=" + key);
  EXPECT_TRUE(says(ticked, "Leena")) << ticked;
  EXPECT_EQ(times(ticked, "\n"), 2u) << ticked;
  EXPECT_EQ(get(elsa_, in("/enrollment/students/users.csv")).status, 422) << "nobody is ticked";
  EXPECT_EQ(times(download("/enrollment/staff/users.csv?key=999999&key=" + key), "\n"), 2u) << "a key that nobody has";
  auto const sam = somebody_of(Level::Enrollment, org("0042"));
  EXPECT_EQ(get(sam, in("/enrollment/students/users.csv?key=" + key)).status, 403) << "who has one school sees no file of the district";
  EXPECT_FALSE(says(page(sam, in("/enrollment/students")), "/users.csv"));
}

TEST_F(BatchUploadPage, WhoReadsOnlyOrHasOneSchoolIsNotLetIn) {
  open_box();
  auto const number = upload(tom);
  for (auto const& browser : {somebody_of(Level::Reporting), somebody_of(Level::Enrollment, org("0042"))})
    for (auto const& to :
         {box(), run(number, "/rows"), run(number, "/users-errors.csv"), in("/enrollment/download/users.csv"), in("/enrollment/upload/sample")})
      EXPECT_EQ(get(browser, to).status, 403) << to;
  EXPECT_EQ(get(browser_of(member("mallory", riverside, Level::System)), run(number, "/rows")).status, 404);
}

}  // namespace
}  // namespace rollbook::test
