// The gallery and the pages of a source, without a browser: rights, other districts, what is saved and what is not.
#include <algorithm>

#include "runs/school.h"
#include "runs/work.h"
#include "store/ranges.h"
#include "store/sources.h"
#include "web/small_delivery.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

class Gallery : public PortalTest {
 protected:
  void SetUp() override {
    PortalTest::SetUp();
    anna = browser_of(member("Anna", oakfield, access::Level::Enrollment));
  }
  store::District district(std::int64_t id) { return *store::find_district(operations(), std::to_string(id)); }
  std::string at(std::string const& rest) { return "/districts/" + std::to_string(oakfield) + "/" + rest; }
  store::Source source(std::string const& name = "SIS") { return *store::find_source(operations(), district(oakfield), name); }
  std::string of_source(std::string const& rest = "") { return at("sources/" + std::to_string(source().id) + (rest.empty() ? "" : "/" + rest)); }
  http::Response activate(std::string const& name = "SIS") {
    return post(anna, at("gallery/activate/oneroster-csv"), {{"name", name}, {"setting", "mode"}, {"mode", "replace"}, {"setting", "sends"}});
  }
  // What a worker of the server does: the next run in the queue.
  runs::Answer work() {
    runs::Hub hub{*home_, key_, folder_ + "/data", 1, 20261122, somebody, runs::name_of_this_worker()};
    auto const done = runs::work_one(hub, district(oakfield));
    EXPECT_TRUE(done.ok() && *done);
    return done.ok() && *done ? **done : runs::Answer{};
  }
  // Sends the form: it becomes a run, and nothing is done while the person waits for the page.
  std::int64_t becomes_a_run(std::string const& rest, std::vector<std::pair<std::string, std::string>> const& form) {
    auto const before = queued.load();
    auto const answer = post(anna, of_source(rest), form);
    EXPECT_EQ(answer.status, 303) << answer.body;
    EXPECT_EQ(queued, before + 1) << "the workers are woken";
    auto const to = header_of(answer, "location");
    auto const run = std::atoll(to.substr(to.rfind('/') + 1).c_str());
    EXPECT_EQ(to, at("history/" + std::to_string(run)));
    EXPECT_EQ(store::find_run(operations(), oakfield, run)->state, "queued");
    expect_says(get(anna, to), "id=\"progress\"");
    return run;
  }
  // What stands in a page, without its markup being looked at.
  void expect_says(http::Response const& page, std::string const& text) { EXPECT_NE(page.body.find(text), std::string::npos) << text << "\n" << page.body; }

  Browser anna;
};

TEST_F(Gallery, WithoutASourceItSaysWhatToDo) {
  auto const page = get(anna, at("gallery"));
  EXPECT_EQ(page.status, 200);
  expect_says(page, "No source yet");
  expect_says(page, "gallery/activate/oneroster-csv");
}

TEST_F(Gallery, ASourceIsActivatedAsATrial) {
  auto const answer = activate();
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(source().settings["live"], "no");
  EXPECT_EQ(source().settings["mode"], "replace");
  EXPECT_EQ(header_of(answer, "location"), of_source("setup/identifiers"));
  expect_says(get(anna, at("gallery")), "trial");
}

TEST_F(Gallery, ANameThatIsTakenIsToldAndNothingIsLost) {
  activate();
  auto const again = post(anna, at("gallery/activate/oneroster-csv"), {{"name", "sis"}, {"setting", "mode"}, {"mode", "add-and-update"}});
  EXPECT_EQ(again.status, 422);
  expect_says(again, "has a source");
  expect_says(again, "value=\"add-and-update\" checked");
}

TEST_F(Gallery, EveryPageOfASourceWithoutADeliveryIsShown) {
  activate();
  for (auto const* rest : {"",
                           "setup/name",
                           "setup/identifiers",
                           "setup/upload",
                           "setup/schools",
                           "setup/columns",
                           "setup/rules",
                           "setup/review",
                           "settings/trust",
                           "settings/delivery",
                           "settings/identifiers",
                           "settings/schools",
                           "settings/words",
                           "settings/aliases",
                           "settings/filters",
                           "settings/requirements",
                           "settings/limits",
                           "pause",
                           "deactivate",
                           "delete",
                           "replace"}) {
    auto const page = get(anna, of_source(rest));
    EXPECT_EQ(page.status, 200) << rest << page.body;
  }
  EXPECT_EQ(get(anna, at("planned")).status, 200);
  EXPECT_EQ(get(anna, of_source("settings/colours")).status, 404);
  EXPECT_EQ(get(anna, of_source("setup/colours")).status, 404);
  EXPECT_EQ(get(anna, at("gallery.csv")).status, 200);
}

TEST_F(Gallery, NobodyReachesASourceOfAnotherDistrict) {
  activate();
  auto const theirs = *store::add_source(operations(), district(riverside), "Theirs", {}, somebody);
  auto const address = at("sources/" + std::to_string(theirs.id));
  for (auto const* rest : {"", "/setup/name", "/setup/upload", "/setup/schools", "/setup/columns", "/setup/review", "/settings/delivery", "/pause",
                           "/deactivate", "/delete", "/replace"})
    EXPECT_EQ(get(anna, address + rest).status, 404) << rest;
  for (auto const* rest : {"/setup/name", "/setup/schools", "/setup/columns", "/again", "/live", "/settings/delivery", "/settings/delivery/preview", "/pause",
                           "/resume", "/sync-now", "/deactivate", "/delete", "/replace"})
    EXPECT_EQ(post(anna, address + rest, {{"confirm", "Theirs"}, {"set.mode", "replace"}}).status, 404) << rest;
  EXPECT_EQ(store::find_source(operations(), district(riverside), "Theirs")->settings["mode"], "manifest");
  auto const of_theirs = post(anna, of_source("replace"), {{"new", std::to_string(theirs.id)}, {"confirm", "SIS"}});
  EXPECT_EQ(of_theirs.status, 422);
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "paused"}, {"source", std::to_string(theirs.id)}}).status, 422);
}

TEST_F(Gallery, WhoMayNotRunDeliveriesSeesNothingOfIt) {
  activate();
  auto const looker = browser_of(member("Luke", oakfield, access::Level::Reporting));
  auto const of_school = browser_of(member("Sara", oakfield, access::Level::System, 1));
  for (auto const& who : {looker, of_school})
    for (auto const& address : {at("gallery"), of_source(), of_source("settings/delivery"), of_source("delete"), at("planned")})
      EXPECT_EQ(get(who, address).status, 403) << address;
}

TEST_F(Gallery, NothingIsSavedBeforeThePreview) {
  activate();
  auto const preview = post(anna, of_source("settings/limits/preview"), {{"setting", "threshold.removed"}, {"threshold.removed", "20"}});
  EXPECT_EQ(preview.status, 200);
  expect_says(preview, "No delivery has come yet");
  expect_says(preview, "name=\"set.threshold.removed\" value=\"20\"");
  EXPECT_EQ(source().settings["threshold.removed"], "10");
  auto const saved = post(anna, of_source("settings/limits"), {{"set.threshold.removed", "20"}});
  EXPECT_EQ(saved.status, 303);
  EXPECT_EQ(source().settings["threshold.removed"], "20");
}

TEST_F(Gallery, AFormSavesOnlyTheGroupItShows) {
  activate();
  post(anna, of_source("settings/limits"), {{"set.live", "yes"}, {"set.threshold.removed", "20"}});
  EXPECT_EQ(source().settings["live"], "no");
}

TEST_F(Gallery, WhatCannotBeIsToldAtItsField) {
  activate();
  auto const page = post(anna, of_source("settings/requirements/preview"),
                         {{"setting", "require"},
                          {"require.from", "users.emial"},
                          {"require.to", "skip"},
                          {"setting", "unique"},
                          {"unique", "users.identifier"},
                          {"setting", "profile"},
                          {"profile", "amplify"}});
  EXPECT_EQ(page.status, 422);
  expect_says(page, "has no column");
  expect_says(page, "value=\"users.emial\"");
  EXPECT_EQ(source().settings["require"], "");
}

TEST_F(Gallery, PairsAndListsAreReadAsTheyAreTyped) {
  activate();
  auto const page = post(anna, of_source("settings/requirements/preview"),
                         {{"setting", "require"},
                          {"require.from", "users.email"},
                          {"require.to", "skip"},
                          {"require.from", ""},
                          {"require.to", "flag"},
                          {"setting", "unique"},
                          {"unique", "users.identifier\r\n users.email, \r\n"}});
  EXPECT_EQ(page.status, 200);
  expect_says(page, "name=\"set.require\" value=\"users.email=skip\"");
  expect_says(page, "name=\"set.unique\" value=\"users.identifier,users.email\"");
}

TEST_F(Gallery, ColumnsAreProposedWhereColumnsStand) {
  activate();
  post(anna, of_source("settings/requirements"), {{"set.unique", "users.identifier"}, {"set.require", "users.email=flag"}});
  auto const page = get(anna, of_source("settings/requirements"));
  expect_says(page, "<option value=\"users.email\">");
  expect_says(page, "name=\"unique\" value=\"users.identifier\" list=\"columns\"");
  expect_says(page, "name=\"require.from\" value=\"users.email\" list=\"columns\"");
  EXPECT_EQ(get(anna, of_source("settings/aliases")).body.find("list=\"columns\""), std::string::npos);
}

TEST_F(Gallery, ASourceIsPausedAndGoesOn) {
  activate();
  EXPECT_EQ(post(anna, of_source("pause"), {{"until", "soon"}}).status, 422);
  EXPECT_EQ(post(anna, of_source("pause"), {{"until", "2026-01-01"}}).status, 422);
  EXPECT_EQ(post(anna, of_source("pause"), {{"until", "2027-08-31"}}).status, 303);
  expect_says(get(anna, at("gallery")), "paused until 2027-08-31");
  EXPECT_EQ(post(anna, of_source("resume")).status, 303);
  EXPECT_TRUE(store::list_ranges(operations(), district(oakfield))->empty());
}

TEST_F(Gallery, DaysArePlannedAndTakenAway) {
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "no-removals"}, {"from", "2026-12-01"}, {"until", "2026-11-30"}}).status, 422);
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "thresholds"}, {"from", "2026-12-01"}}).status, 422);
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "paused"}}).status, 422) << "of which source";
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "thresholds"}, {"from", "2026-12-01"}, {"threshold.removed", "40"}}).status, 303);
  EXPECT_EQ(post(anna, at("planned"), {{"kind", "suspended"}, {"until", "2026-12-31"}}).status, 303);
  auto const ranges = *store::list_ranges(operations(), district(oakfield));
  ASSERT_EQ(ranges.size(), 2u);
  expect_says(get(anna, at("planned")), "Removed 40 %");
  auto const foreign = *store::add_range(operations(), district(riverside), store::Range(), somebody);
  EXPECT_EQ(post(anna, at("planned/" + std::to_string(foreign.id) + "/remove")).status, 404);
  for (auto const& range : ranges) EXPECT_EQ(post(anna, at("planned/" + std::to_string(range.id) + "/remove")).status, 303);
  EXPECT_TRUE(store::list_ranges(operations(), district(oakfield))->empty());
}

TEST_F(Gallery, WhatEndsASourceWantsItsName) {
  activate();
  for (auto const* rest : {"deactivate", "delete"}) EXPECT_EQ(post(anna, of_source(rest), {{"confirm", "sis"}}).status, 422) << rest;
  EXPECT_EQ(source().state, "active");
  becomes_a_run("deactivate", {{"confirm", "SIS"}});
  EXPECT_EQ(source().state, "active");
  EXPECT_TRUE(work().is_applied());
  EXPECT_EQ(source().state, "deactivated");
  EXPECT_EQ(get(anna, of_source()).status, 200);
  EXPECT_EQ(get(anna, of_source("settings/limits")).status, 409);
  EXPECT_EQ(get(anna, of_source("setup/name")).status, 404);
  becomes_a_run("delete", {{"confirm", "SIS"}, {"records", "keep"}});
  EXPECT_TRUE(work().is_applied());
  EXPECT_FALSE(store::find_source(operations(), district(oakfield), "SIS").ok());
  EXPECT_EQ(get(anna, at("gallery")).status, 200);
}

TEST_F(Gallery, WhatWantsApprovalWaitsForItOnTheSamePage) {
  activate();
  activate("Second");
  auto const second = source("Second");
  auto const replacing = becomes_a_run("replace", {{"new", std::to_string(second.id)}, {"confirm", "SIS"}});
  EXPECT_EQ(work().outcome, "held");
  auto const page = get(anna, at("history/" + std::to_string(replacing)));
  EXPECT_EQ(page.status, 200);
  expect_says(page, "Second takes the place of SIS");
  becomes_a_run("delete", {{"confirm", "SIS"}, {"records", "remove"}});
  EXPECT_EQ(work().outcome, "held");
  EXPECT_EQ(source().state, "active");
}

TEST_F(Gallery, WhatCameDuringAPauseIsTakenByTheWorkers) {
  activate();
  ASSERT_EQ(post(anna, of_source("pause"), {{"until", "2027-08-31"}}).status, 303);
  runs::Hub hub{*home_, key_, folder_ + "/data", 1, 20261122, somebody, runs::name_of_this_worker()};
  auto const held = runs::sync(hub, district(oakfield), source(), delivery_of(small_delivery()), "");
  ASSERT_TRUE(held.ok() && held->outcome == "held");
  auto const before = queued.load();
  auto const answer = post(anna, of_source("resume"));
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header_of(answer, "location"), at("history/" + std::to_string(*held->run)));
  EXPECT_EQ(queued, before + 1);
  EXPECT_EQ(store::find_run(operations(), oakfield, *held->run)->state, "queued");
  EXPECT_EQ(work().run, held->run);
}

}  // namespace
}  // namespace rollbook::test
