// Home, the history and its runs: who sees which schools, what a decision is bound to, how lists go on.
#include "bundle/zip_builder.h"
#include "web/lived_district.h"
#include "web/seen.h"

namespace rollbook::test {
namespace {

TEST_F(HistoryOfADistrict, HomeOfANewDistrictLeadsToTheGallery) {
  auto const html = page(somebody_of(Level::Enrollment), in(""));
  EXPECT_TRUE(says(html, "Bring your district in"));
  EXPECT_TRUE(says(html, in("/gallery")));
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), in("")), "No roster yet"));
  EXPECT_TRUE(says(page(somebody_of(Level::Standard), in("")), "There is no roster yet."));
}

TEST_F(HistoryOfADistrict, HomeSaysWhatIsTrue) {
  add_source();
  auto const anna = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(anna, in("")), "Nothing has been delivered yet."));
  sync(two_schools(40));
  EXPECT_TRUE(says(page(anna, in("")), "Everything arrived and was applied at 18:14 CST."));
  auto const held = sync(night_without_many());
  ASSERT_EQ(held.outcome, "held");
  EXPECT_TRUE(says(page(anna, in("")), "1 school is held, your decision."));
  EXPECT_TRUE(says(page(anna, in("")), run(*held.run)));
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), in("")), "1 school is held, a decision of somebody with the level Enrollment"));
  auto h = hub();
  ASSERT_TRUE(runs::discard(h, district(), *held.run).ok());
  auto broken = two_schools(40).files();
  broken["users.csv"] = broken["users.csv"].substr(0, broken["users.csv"].find('\n') + 1);
  ASSERT_EQ(sync(broken).outcome, "refused");
  auto const html = page(anna, in(""));
  EXPECT_TRUE(says(html, "was refused. The roster applied at 18:14 CST is in force."));
}

TEST_F(HistoryOfADistrict, TheHistoryIsFilteredAndGoesOnPageByPage) {
  add_source();
  for (int i = 0; i < 60; ++i) {
    store::Run run;
    run.district = oakfield;
    run.kind = i % 2 == 0 ? "delivery" : "edit";
    run.outcome = "applied";
    run.state = "done";
    run.created = "2026-10-01T00:00:" + std::string(i < 10 ? "0" : "") + std::to_string(i) + "Z";
    ASSERT_FALSE(operations().transaction([&] { return store::add_run(operations(), run), true; }));
  }
  auto const anna = somebody_of(Level::Reporting);
  auto const first = page(anna, in("/history"));
  EXPECT_EQ(times(first, "/history/"), 51u) << "50 runs, and the charts";
  ASSERT_TRUE(says(first, "before=11-"));
  auto const second = page(anna, in("/history?before=11-"));
  EXPECT_TRUE(says(second, run(10) + "\""));
  EXPECT_TRUE(says(second, run(1) + "\""));
  EXPECT_FALSE(says(second, run(11) + "\""));
  EXPECT_EQ(times(page(anna, in("/history?kind=edit")), ">Applied<"), 31u) << "30 runs, and the choice of the filter";
  EXPECT_TRUE(says(page(anna, in("/history?from=2026-10-02")), "Nothing to show"));
  EXPECT_TRUE(says(page(anna, in("/history?from=2026-09-30&to=2026-09-30")), run(60))) << "midnight UTC is the evening before in Chicago";
  EXPECT_TRUE(says(page(anna, in("/history?from=soon"), 422), "is no day"));
  EXPECT_TRUE(get(anna, in("/history.csv")).body.starts_with("number,kind,when"));
  EXPECT_TRUE(says(get(anna, in("/history.json")).body, "\"id\":60"));
}

TEST_F(HistoryOfADistrict, ARunLeadsFromItsNumbersToItsRows) {
  add_source();
  sync(two_schools(40));
  auto const held = *sync(night_without_many()).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const html = page(anna, run(held));
  EXPECT_TRUE(says(html, "changes?table=users&amp;kind=removed"));
  EXPECT_TRUE(says(html, "changes?school=s2&amp;kind=removed"));
  auto const changed = page(anna, run(held, "/changes?table=users&kind=updated"));
  EXPECT_TRUE(says(changed, "&lt;b&gt;Another&lt;/b&gt;"));
  EXPECT_FALSE(says(changed, "<b>Another</b>")) << "what comes from a roster is never HTML";
  EXPECT_TRUE(says(page(anna, run(held, "/changes?table=users&kind=removed&school=s2")), "u2_30"));
  EXPECT_EQ(get(anna, run(held, "/changes?table=nothing&kind=removed")).status, 404);
  EXPECT_EQ(get(anna, run(held, "/changes?table=users&kind=gone")).status, 404);
  EXPECT_EQ(get(anna, run(held, "/changes?table=users&kind=removed&school=s9")).status, 404);
  auto const csv = get(anna, run(held, "/changes.csv?table=users&kind=removed")).body;
  EXPECT_TRUE(says(csv, "u2_1,"));
  EXPECT_TRUE(says(csv, "u2_30,"));
  EXPECT_EQ(get(anna, in("/history/4711")).status, 404);
}

TEST_F(HistoryOfADistrict, RowsGoOnBehindAPage) {
  add_source();
  auto const first = *sync(two_schools(80)).run;
  auto const anna = somebody_of(Level::Reporting);
  auto const one = page(anna, run(first, "/changes?table=users&kind=created"));
  EXPECT_TRUE(says(one, "Rows 1 to 50 of 162."));
  ASSERT_TRUE(says(one, "from=50"));
  auto const last = page(anna, run(first, "/changes?table=users&kind=created&from=150"));
  EXPECT_TRUE(says(last, "Rows 151 to 162 of 162."));
  EXPECT_FALSE(says(last, ">More rows<"));
  EXPECT_TRUE(says(page(anna, run(first, "/changes?table=users&kind=created&text=u2_77")), "u2_77"));
}

TEST_F(HistoryOfADistrict, WhoHasASchoolSeesTheRowsOfThatSchoolOnly) {
  add_source();
  auto const first = *sync(two_schools(40)).run;
  auto const held = *sync(night_without_many()).run;
  auto const theirs = somebody_of(Level::System, org("s1"));
  for (auto const number : {first, held})
    for (auto const* const rest : {"", ".json", "/changes", "/changes.json", "/changes.csv", "/changes?table=users&kind=removed", "/findings", "/findings.csv",
                                   "/changes?table=users&kind=created&text=Student"}) {
      auto const body = get(theirs, run(number, rest)).body;
      EXPECT_FALSE(says(body, "u2_")) << number << rest;
      EXPECT_FALSE(says(body, "school=s2")) << number << rest;
      EXPECT_FALSE(says(body, "\"s2\"")) << number << rest;
    }
  EXPECT_TRUE(says(page(theirs, run(first, "/changes?table=users&kind=created&school=s1")), "u1_1"));
  for (auto const* const school : {"s2", "d"})
    EXPECT_EQ(get(theirs, run(first, "/changes?table=users&kind=created&school=" + std::string(school))).status, 404);
  auto const html = page(theirs, run(held));
  EXPECT_FALSE(says(html, ">Apply"));
  EXPECT_FALSE(says(html, "30 of")) << "reasons speak of other schools";
  EXPECT_EQ(get(theirs, in("/history/charts")).status, 403);
  EXPECT_EQ(get(theirs, run(first, "/received")).status, 403);
  auto const list = page(theirs, in("/history.csv"));
  EXPECT_TRUE(says(list, ",0,0,30,0,") || says(list, ",0,1,0,0,")) << list;
  EXPECT_FALSE(says(list, ",90,")) << "numbers are those of their school";
}

TEST_F(HistoryOfADistrict, FindingsAreThoseOfOnesSchools) {
  add_source();
  auto files = two_schools(20);
  sync(files);
  files.put("users", {{"sourcedId", "u1_3"}, {"email", "no address"}}).put("users", {{"sourcedId", "u2_3"}, {"email", "none either"}});
  auto const second = *sync(files).run;
  auto const everybody = page(somebody_of(Level::Reporting), run(second, "/findings"));
  EXPECT_TRUE(says(everybody, "u1_3"));
  EXPECT_TRUE(says(everybody, "u2_3"));
  auto const theirs = page(somebody_of(Level::Reporting, org("s1")), run(second, "/findings"));
  EXPECT_TRUE(says(theirs, "u1_3"));
  EXPECT_FALSE(says(theirs, "u2_3"));
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), run(second, "/findings?text=u2_3")), "u2_3"));
  EXPECT_FALSE(says(page(somebody_of(Level::Reporting), run(second, "/findings?text=u2_3")), "u1_3"));
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), run(second, "/findings?severity=error&file=orgs.csv")), "None fits this filter"));
}

TEST_F(HistoryOfADistrict, AnApprovalIsBoundToWhatWasSeen) {
  add_source();
  sync(two_schools(40));
  auto const held = *sync(night_without_many()).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const digest = field(page(anna, run(held)), "digest");
  ASSERT_NE(digest, "(none)");
  for (auto const* const what : {"/apply", "/discard"}) {
    EXPECT_EQ(post(anna, run(held, what), {{"digest", "0123456789abcdef"}}).status, 409);
    EXPECT_EQ(post(anna, run(held, what)).status, 409);
  }
  EXPECT_EQ(store::find_run(operations(), oakfield, held)->decision, "open");
  EXPECT_EQ(post(somebody_of(Level::Reporting), run(held, "/apply"), {{"digest", digest}}).status, 403);
  EXPECT_EQ(post(somebody_of(Level::System, org("s1")), run(held, "/apply"), {{"digest", digest}}).status, 403);
  EXPECT_EQ(post(anna, run(held, "/apply"), {{"digest", digest}, {"without", "yes"}}).status, 422);
  EXPECT_EQ(post(anna, run(held, "/apply"), {{"digest", digest}}).status, 303);
  EXPECT_EQ(store::find_run(operations(), oakfield, held)->state, "queued");
  EXPECT_EQ(post(anna, run(held, "/apply"), {{"digest", digest}}).status, 409) << "once is enough";
  work_off(held);
  auto const html = page(anna, run(held));
  EXPECT_TRUE(says(html, "Applied"));
  EXPECT_TRUE(says(html, "<dt>Approved</dt>"));
}

TEST_F(HistoryOfADistrict, TheHeldSchoolsAreChosenToBeLeftOut) {
  add_source();
  sync(two_schools(40));
  auto const held = *sync(night_without_many()).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const html = page(anna, run(held));
  EXPECT_TRUE(says(html, "name=\"except\" value=\"s2\" checked"));
  EXPECT_TRUE(says(html, "name=\"except\" value=\"s1\">"));
  ASSERT_EQ(post(anna, run(held, "/apply"), {{"digest", field(html, "digest")}, {"without", "yes"}, {"except", "s2"}}).status, 303);
  work_off(held);
  EXPECT_EQ(store::find_run(operations(), oakfield, held)->decision, "approved-in-part");
  auto const after = page(anna, run(held));
  EXPECT_TRUE(says(after, "left out until they are released"));
  auto const waiting = newest_open_run();
  ASSERT_GT(waiting, held);
  EXPECT_TRUE(says(after, "waits for a decision in <a href=\"" + run(waiting) + "\">"));
}

TEST_F(HistoryOfADistrict, WhatARunWaitedForIsToldAsPast) {
  add_source({{"live", "yes"}});
  auto const first = *sync(two_schools(40)).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const before = page(anna, run(first));
  EXPECT_FALSE(says(before, "What it waited for"));
  ASSERT_EQ(post(anna, run(first, "/apply"), {{"digest", field(before, "digest")}}).status, 303);
  work_off(first);
  EXPECT_TRUE(says(page(anna, run(first)), "What it waited for, until it was approved:"));
}

TEST_F(HistoryOfADistrict, WhatIsWrongIsToldAboveTheSchools) {
  add_source();
  auto files = two_schools(20);
  files.put("users", {{"sourcedId", "u1_3"}, {"email", "no address"}});
  auto const html = page(somebody_of(Level::Reporting), run(*sync(files).run));
  ASSERT_TRUE(says(html, ">What was wrong</a>: 0 errors, 1 warning"));
  EXPECT_LT(html.find(">What was wrong</a>"), html.find("id=\"schools\""));
}

TEST_F(HistoryOfADistrict, WhatIsSafeIsOfferedFirst) {
  add_source();
  sync(two_schools(40));
  auto const held = *sync(night_without_many()).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const html = page(anna, run(held));
  auto const safe = html.find("Apply without the 1 held school<"), all = html.find(">Apply all the same<"), discard = html.find(">Discard<");
  ASSERT_NE(safe, std::string::npos);
  EXPECT_LT(safe, all);
  EXPECT_LT(all, discard);
  EXPECT_TRUE(says(html, "<input type=\"hidden\" name=\"except\" value=\"s2\">"));
  EXPECT_FALSE(says(html, "<button class=\"btn btn-primary\">Apply all the same"));
}

TEST_F(HistoryOfADistrict, WhoIsLeftWithoutAClassIsNamedAFewAtATime) {
  add_source();
  sync(two_schools(40));
  auto next = two_schools(40);
  for (int i = 1; i <= 30; ++i) next.drop("enrollments", "e2_" + std::to_string(i));
  auto const html = page(somebody_of(Level::Enrollment), run(*sync(next).run));
  EXPECT_TRUE(says(html, "30 people are left without a class."));
  EXPECT_EQ(times(html, "<span class=\"small\">(u2_"), 5u) << "with a name";
  EXPECT_TRUE(says(html, "<summary>25 more ids</summary>"));
}

TEST_F(HistoryOfADistrict, AnUndoShowsWhatItTakesBackFirst) {
  add_source();
  sync(two_schools(40));
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Another"}});
  auto const second = *sync(next).run;
  auto const anna = somebody_of(Level::Enrollment);
  auto const html = page(anna, run(second, "/undo"));
  EXPECT_TRUE(says(html, "What the undo would do"));
  EXPECT_FALSE(says(html, "is taken back")) << "nothing has been done yet";
  EXPECT_EQ(field(html, "revision"), "2");
  EXPECT_EQ(post(anna, run(second, "/undo"), {{"revision", "1"}}).status, 409);
  auto const done = post(anna, run(second, "/undo"), {{"revision", "2"}});
  ASSERT_EQ(done.status, 303);
  EXPECT_EQ(header_of(done, "location"), run(second + 1));
  EXPECT_TRUE(says(page(anna, run(second + 1)), "Waiting for its turn"));
  work_off(second + 1);
  EXPECT_TRUE(says(page(anna, run(second)), "was taken back by"));
  EXPECT_TRUE(says(page(anna, in("/history")), "taken back by run " + std::to_string(second + 1)));
  EXPECT_EQ(get(anna, run(4711, "/undo")).status, 404);
}

TEST_F(HistoryOfADistrict, AnUndoNamesWhatItLeavesAlone) {
  add_source();
  sync(two_schools(5));
  auto next = two_schools(5);
  next.put("users", {{"sourcedId", "u1_1"}, {"middleName", "Grace"}}).put("academicSessions", {{"sourcedId", "t"}, {"title", "Autumn"}});
  auto const second = *sync(next).run;
  next.put("users", {{"sourcedId", "u1_1"}, {"middleName", "Lovelace"}}).put("academicSessions", {{"sourcedId", "t"}, {"title", "Fall"}});
  sync(next);
  auto const html = page(somebody_of(Level::Enrollment), run(second, "/undo"));
  EXPECT_TRUE(says(html, "person Ada1 Quill1 (u1_1): changed since")) << html;
  EXPECT_TRUE(says(html, "academic session Fall (t): changed since"));
}

TEST_F(HistoryOfADistrict, AQueuedRunCanBeCancelled) {
  add_source();
  sync(two_schools(40));
  auto const held = *sync(night_without_many()).run;
  auto const anna = somebody_of(Level::Enrollment);
  ASSERT_EQ(post(anna, run(held, "/apply"), {{"digest", field(page(anna, run(held)), "digest")}}).status, 303);
  EXPECT_TRUE(says(page(anna, run(held)), "Cancel this run"));
  EXPECT_EQ(post(anna, run(held, "/cancel")).status, 303);
  EXPECT_TRUE(says(page(anna, run(held)), "Stopping, as"));
  EXPECT_EQ(post(anna, run(1, "/cancel")).status, 409) << "it is over";
}

TEST_F(HistoryOfADistrict, DemographicsAreForThoseWithTheGrantAndEachViewIsNoted) {
  add_source();
  auto delivery = two_schools(10);
  sync(delivery);
  delivery.put("demographics", {{"sourcedId", "u1_1"}, {"birthDate", "2011-02-03"}});
  auto const second = *sync(delivery).run;
  auto const rows = run(second, "/changes?table=demographics&kind=updated");
  for (auto const* const dress : {"/changes", "/changes.json", "/changes.csv"})
    EXPECT_FALSE(says(page(somebody_of(Level::System), run(second, dress) + "?table=demographics&kind=updated"), "2011-02-03")) << dress;
  EXPECT_EQ(notes("demographics viewed"), 0u);
  auto const granted = member("dora", oakfield, Level::Reporting);
  ASSERT_FALSE(access::grant(operations(), granted.id, {oakfield, std::nullopt, Level::Reporting, true}, somebody));
  EXPECT_TRUE(says(page(browser_of(granted), rows), "2011-02-03"));
  EXPECT_EQ(notes("demographics viewed"), 1u);
  auto const of_school = member("emil", oakfield, Level::Reporting, org("s2"));
  ASSERT_FALSE(access::grant(operations(), of_school.id, {oakfield, org("s2"), Level::Reporting, true}, somebody));
  EXPECT_FALSE(says(get(browser_of(of_school), rows).body, "2011-02-03"));
}

TEST_F(HistoryOfADistrict, ADeliveryAsReceivedIsTheVeryBytesAndNoted) {
  add_source();
  auto const files = two_schools(5).files();
  auto const first = *sync(files).run;
  auto const system = somebody_of(Level::System);
  EXPECT_EQ(get(somebody_of(Level::Enrollment), run(first, "/received")).status, 403);
  std::set<std::string> got, sent;
  for (auto const& [name, bytes] : files) sent.insert(bytes);
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto const response = get(system, run(first, "/received?file=" + std::to_string(i)));
    ASSERT_EQ(response.status, 200);
    auto bytes = response.body;
    for (auto piece = response.more(); piece.ok() && !piece->empty(); piece = response.more()) bytes += *piece;
    got.insert(bytes);
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(notes("delivery downloaded"), files.size());
  EXPECT_EQ(get(system, run(first, "/received?file=99")).status, 404);
}

TEST_F(HistoryOfADistrict, AnExportIsAZipThatStandsInTheHistory) {
  add_source();
  auto const anna = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(anna, in("/export")), "There is no roster to export yet"));
  sync(two_schools(300));
  EXPECT_EQ(post(anna, in("/export"), {{"version", "7"}}).status, 422);
  EXPECT_EQ(post(somebody_of(Level::Reporting), in("/export"), {{"version", "1.2"}}).status, 403);
  auto const response = post(anna, in("/export"), {{"version", "1.1"}});
  ASSERT_EQ(response.status, 200);
  std::string bytes;
  for (auto piece = response.more(); piece.ok() && !piece->empty(); piece = response.more()) bytes += *piece;
  auto received = delivery::load_received("an export", {{"OneRoster.zip", bytes}}, true, 1);
  ASSERT_TRUE(received.ok()) << received.trouble().text;
  ASSERT_TRUE(delivery::arrived_whole(*received));
  auto h = hub();
  MemorySink direct;
  runs::ExportOptions options{1, Version::V11, {}};
  options.demographics = false;  // as for anna
  ASSERT_TRUE(runs::export_roster(h, district(), options, direct).ok());
  ASSERT_EQ(received->files.size(), direct.files.size());
  for (auto const& file : received->files) EXPECT_EQ(file.bytes, direct.files[file.path]) << file.path;
  auto const html = page(anna, in("/history"));
  EXPECT_TRUE(says(html, "export 1"));
  EXPECT_TRUE(says(html, "Exported"));
  EXPECT_TRUE(says(html, "rows handed on"));
  EXPECT_EQ(notes("roster exported"), 1u);
  EXPECT_FALSE(says(page(anna, in("/history?outcome=applied")), "export 1"));
  EXPECT_FALSE(says(page(somebody_of(Level::Reporting, org("s1")), in("/history")), "export 1"));
}

TEST(Seen, OfAnAnswerOnlyTheNumbersOfTheirSchoolsAreLeft) {
  auto opened = store::open_sqlite(":memory:");
  auto& database = *opened;
  database->run_script(
      "CREATE TABLE orgs(row_key INTEGER, row_until INTEGER, \"parentSourcedId\" INTEGER); CREATE TABLE ids(tbl INTEGER, key INTEGER, until INTEGER, id TEXT);"
      "INSERT INTO orgs VALUES(0, NULL, 3), (1, NULL, 0), (2, NULL, 0), (3, NULL, 0);");  // 0 and 3 are above each other
  for (int key = 0; key < 4; ++key) database->run("INSERT INTO ids VALUES(?, ?, NULL, ?)", static_cast<int>(TableId::Orgs), key, "o" + std::to_string(key));
  runs::Answer answer;
  answer.outcome = "held";
  answer.reasons = {"users at o2: 9 of 10"};
  answer.consequences = {"o2"};
  answer.errors = 7;
  answer.tables = {{"orgs", {1, 0, 0, 0, 0}}, {"users", {9, 0, 0, 9, 0}}};
  answer.schools = {{"o1", "One", {{"users", {1, 2, 3, 4, 5}}}, false}, {"o2", "Two", {{"users", {8, 0, 0, 5, 0}}}, true}};
  auto const theirs = web::Seen::below(*database, {1}).part_of(answer);
  ASSERT_EQ(theirs.schools.size(), 1u);
  EXPECT_EQ(theirs.schools[0].sourced_id, "o1");
  ASSERT_EQ(theirs.tables.size(), 1u);
  EXPECT_EQ(theirs.tables[0].second.removed, 4u);
  EXPECT_TRUE(theirs.reasons.empty() && theirs.consequences.empty() && theirs.errors == 0);
  EXPECT_EQ(theirs.outcome, "held");
  EXPECT_EQ(web::Seen::below(*database, {3}).part_of(answer).schools.size(), 2u) << "those below those below";
  EXPECT_EQ(web::Seen::below(*database, {}).part_of(answer).schools.size(), 0u);
  EXPECT_EQ(web::Seen::everything().part_of(answer).reasons.size(), 1u);
}

}  // namespace
}  // namespace rollbook::test
