// Uploads as a browser sends them, and as nobody should: through the portal, without sockets.
#include <algorithm>

#include "runs/landing.h"
#include "runs/queue.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/sent_files.h"
#include "web/small_delivery.h"

namespace rollbook::test {
namespace {

namespace fs = std::filesystem;
using access::Level;

std::string const a_zip = "PK\x03\x04 whatever follows";

class Uploads : public PortalTest {
 protected:
  void SetUp() override {
    PortalTest::SetUp();
    district_ = *store::find_district(operations(), std::to_string(oakfield));
    source_ = store::add_source(operations(), district_, "sis", {}, somebody)->id;
    anna_ = browser_of(member("anna", oakfield, Level::Enrollment));
  }
  std::string page() const { return "/districts/" + std::to_string(oakfield) + "/upload"; }

  std::vector<Part> form(std::vector<Part> const& files, bool token = true) {
    std::vector<Part> parts;
    if (token) parts.push_back({"csrf", "", anna_.csrf, false});
    parts.push_back({"source", "", std::to_string(source_), false});
    parts.insert(parts.end(), files.begin(), files.end());
    return parts;
  }
  std::vector<Part> school(int pupils = 3, std::string const& folder = "") {
    std::vector<Part> files;
    for (auto const& [name, bytes] : small_delivery(pupils)) files.push_back({"files", folder + name, bytes});
    return files;
  }

  // Sends a form in pieces of this size; as far as `upto`, and then breaks off.
  std::optional<http::Response> send(std::vector<Part> const& parts, std::size_t piece = 1000, std::optional<std::size_t> upto = {}, std::string to = "") {
    return send_form(*portal_, anna_, to.empty() ? page() : to, parts, {piece, upto, tells_size_});
  }

  std::vector<store::Run> runs() { return store::list_runs(operations(), oakfield); }
  // Files in the vaults of all districts, those that are still coming among them.
  std::size_t in_the_vault() {
    std::size_t count = 0;
    if (!fs::exists(folder_ + "/data/districts")) return 0;
    for (auto const& entry : fs::recursive_directory_iterator(folder_ + "/data/districts"))
      if (entry.is_regular_file() && entry.path().string().find("/vault/") != std::string::npos) ++count;
    return count;
  }
  std::vector<std::string> paths() {
    std::vector<std::string> all;
    for (auto const& file : runs::received_files(runs().at(0).delivery)) all.push_back(file.path);
    return all;
  }

  store::District district_;
  std::int64_t source_ = 0;
  Browser anna_;
  bool tells_size_ = true;
};

TEST_F(Uploads, WhatArrivesBecomesARunInTheQueue) {
  for (std::size_t const piece : {1u, 7u, 61u, 4096u, 1u << 20}) {
    auto const before = runs().size();
    auto const response = send(form(school()), piece);
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 303) << response->body;
    auto const all = runs();
    ASSERT_EQ(all.size(), before + 1);
    EXPECT_NE(header_of(*response, "location").find("/" + std::to_string(all.back().id)), std::string::npos);
    EXPECT_EQ(all.back().state, "queued");
    EXPECT_EQ(all.back().source, source_);
    auto const files = runs::received_files(all.back().delivery);
    ASSERT_EQ(files.size(), 3u);
    EXPECT_EQ(files[0].path, "manifest.csv");
    EXPECT_EQ(files[1].size, small_delivery()["orgs.csv"].size());
    EXPECT_EQ(all.back().delivery, all.front().delivery) << "pieces of " << piece;
  }
  EXPECT_EQ(in_the_vault(), 3u);
  EXPECT_EQ(queued, 5);
  auto noted = operations().prepare("SELECT count(*) FROM audit WHERE what = 'delivery uploaded' AND district = ?");
  ASSERT_TRUE(noted->with(oakfield).step());
  EXPECT_EQ(noted->integer(0), 5);
}

TEST_F(Uploads, TheTokenMayStandInTheHead) {
  EXPECT_EQ(send(form(school(), false))->status, 403);
  anna_.also = {{"x-csrf-token", anna_.csrf}};
  EXPECT_EQ(send(form(school(), false))->status, 303);
}

TEST_F(Uploads, WithoutTheTokenNothingIsKept) {
  auto parts = form(school());
  parts[0].bytes = "0123456789012345678901234567890123456789012";
  EXPECT_EQ(send(parts)->status, 403);
  std::rotate(parts.begin(), parts.begin() + 1, parts.end());  // behind the files it is too late
  parts.back().bytes = anna_.csrf;
  EXPECT_EQ(send(parts)->status, 403);
  anna_.also = {{"sec-fetch-site", "cross-site"}};
  EXPECT_EQ(send(form(school()))->status, 403);
  EXPECT_TRUE(runs().empty());
  EXPECT_EQ(in_the_vault(), 0u);
}

TEST_F(Uploads, AnotherDistrictIsNotThere) {
  auto const other = *store::find_district(operations(), std::to_string(riverside));
  auto const theirs = store::add_source(operations(), other, "sis", {}, somebody)->id;
  EXPECT_EQ(send(form(school()), 1000, {}, "/districts/" + std::to_string(riverside) + "/upload")->status, 404);
  auto parts = form(school());
  parts[1].bytes = std::to_string(theirs);  // a source of theirs, in our own district
  EXPECT_EQ(send(parts)->status, 422);
  EXPECT_TRUE(runs().empty());
  EXPECT_TRUE(store::list_runs(operations(), riverside).empty());
  EXPECT_EQ(in_the_vault(), 0u);
}

TEST_F(Uploads, WhoMayNotIsRefusedBeforeAnythingIsRead) {
  for (auto const level : {Level::Standard, Level::Reporting}) {
    anna_ = browser_of(member("ben", oakfield, level));
    EXPECT_EQ(send(form(school()), 1000, 0)->status, 403);
  }
  anna_ = browser_of(member("carl", oakfield, Level::System, 17));  // of a school
  EXPECT_EQ(send(form(school()), 1000, 0)->status, 403);
}

TEST_F(Uploads, WhatBreaksOffLeavesNothing) {
  auto const size = form_of(form(school(100))).size();
  for (auto const part : {1u, 2u, 3u}) {
    EXPECT_FALSE(send(form(school(100)), 100, size * part / 4));
    EXPECT_EQ(in_the_vault(), 0u);
  }
  EXPECT_TRUE(runs().empty());
  // A form that ends in the middle, and says it is whole.
  auto parts = form(school(100));
  parts.back().bytes.resize(10);
  http::Head head;
  auto body = form_of(parts);
  body.resize(body.size() - 6);
  head.method = "POST", head.path = page(), head.peer = "127.0.0.1";
  head.headers = {
      {"host", "portal.test"}, {"cookie", "rollbook_session=" + anna_.session}, {"content-type", std::string("multipart/form-data; boundary=") + boundary}};
  {
    auto const exchange = portal_->begin(head);
    ASSERT_FALSE(exchange->take(body));
    EXPECT_EQ(exchange->finish().status, 400);
  }
  EXPECT_TRUE(runs().empty());
  EXPECT_EQ(in_the_vault(), 0u);
}

TEST_F(Uploads, WhatIsTooLargeIsRefused) {
  most_to_upload = 1024;
  portal_ = open_portal();
  auto const large = std::vector<Part>{{"files", "users.csv", std::string(2 << 20, 'x')}};
  auto const at_once = send(form(large), 1000, 0);  // by what its head says
  ASSERT_TRUE(at_once);
  EXPECT_EQ(at_once->status, 413);
  EXPECT_NE(at_once->body.find("1.0 KB"), std::string::npos) << at_once->body;
  tells_size_ = false;  // in chunks
  EXPECT_EQ(send(form(large))->status, 413);
  EXPECT_TRUE(runs().empty());
  EXPECT_EQ(in_the_vault(), 0u);
}

TEST_F(Uploads, OnlySoManyAreUnderWayAtOnce) {
  http::Head head;
  head.method = "POST", head.path = page(), head.peer = "127.0.0.1";
  head.headers = {
      {"host", "portal.test"}, {"cookie", "rollbook_session=" + anna_.session}, {"content-type", std::string("multipart/form-data; boundary=") + boundary}};
  std::vector<std::unique_ptr<http::Exchange>> slow;
  for (int i = 0; i < 32; ++i) {
    slow.push_back(portal_->begin(head));
    EXPECT_FALSE(slow.back()->take({}));
  }
  EXPECT_EQ(send(form(school()))->status, 503);
  slow.pop_back();
  EXPECT_EQ(send(form(school()))->status, 303);
}

TEST_F(Uploads, NamesAreNeverPaths) {
  std::string const hostile[] = {"../../../../x.csv",
                                 "/etc/passwd.csv",
                                 "..\\..\\x.csv",
                                 "C:\\users.csv",
                                 "<script>alert(1)</script>.csv",
                                 "a\"b.csv",
                                 std::string(5000, 'n') + ".csv",
                                 std::string(4000, '\xc3') + "x.csv",
                                 "\xe2\x80\xae"
                                 "vsc.csv",
                                 "users.csv\t.csv",
                                 "x\x7f.csv"};
  for (auto const& name : hostile) {
    auto const response = send(form({{"files", name, "sourcedId\n"}}));
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->status == 303 || response->status == 400 || response->status == 422) << response->status;
  }
  auto const ten_thousand = send(form({{"files", std::string(10'000, 'n') + ".csv", "x"}}));
  EXPECT_EQ(ten_thousand->status, 400);
  EXPECT_EQ(send(form({{"files", std::string("a\0b.csv", 7), "x"}}))->status, 400);
  for (auto const& run : runs()) {
    auto const files = runs::received_files(run.delivery);
    ASSERT_EQ(files.size(), 1u) << run.delivery;
    EXPECT_LE(files[0].path.size(), 255u);
    EXPECT_EQ(std::count_if(files[0].path.begin(), files[0].path.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }), 0);
  }
  // All of them lie below the vault, by their hash.
  for (auto const& entry : fs::recursive_directory_iterator(folder_)) {
    auto const path = entry.path().string();
    if (!entry.is_regular_file() || path.find("/vault/") == std::string::npos) continue;
    EXPECT_EQ(entry.path().filename().string().find_first_not_of("0123456789abcdef"), std::string::npos) << path;
  }
  EXPECT_FALSE(fs::exists(folder_ + "/x.csv"));
  EXPECT_FALSE(fs::exists(folder_ + "/data/x.csv"));
}

TEST_F(Uploads, OfSeveralZipsNoneIsTaken) {
  auto const response = send(form({{"files", "monday.zip", a_zip}, {"files", "tuesday.zip", a_zip}, {"files", "more.csv", std::string(5000, 'x')}}), 100);
  EXPECT_EQ(response->status, 422);
  EXPECT_NE(response->body.find("Several zips were chosen"), std::string::npos);
  EXPECT_EQ(send(form({{"files", "some.zip", a_zip}, {"files", "users.csv", "x"}}))->status, 422);
  EXPECT_TRUE(runs().empty());
  EXPECT_EQ(in_the_vault(), 0u);
}

TEST_F(Uploads, OneRosterZipWinsOverLooseFilesAndThatIsSaid) {
  auto files = school();
  files.push_back({"files", "OneRoster.zip", a_zip});
  auto const response = send(form(files));
  ASSERT_EQ(response->status, 303);
  EXPECT_EQ(paths(), std::vector<std::string>{"OneRoster.zip"});
  std::string said;
  for (auto const& header : response->headers)
    if (header.name == "set-cookie") said += http::percent_decoded(header.value).value_or("");
  EXPECT_NE(said.find("OneRoster.zip was taken"), std::string::npos) << said;
}

TEST_F(Uploads, ForeignFilesAreLeftOutAndThatIsSaid) {
  auto files = school(3, "export/");
  files.push_back({"folder", "export/.DS_Store", "x"});
  files.push_back({"folder", "export/holiday.jpg", std::string(5000, 'j')});
  auto const response = send(form(files), 77);
  ASSERT_EQ(response->status, 303);
  EXPECT_EQ(paths(), (std::vector<std::string>{"export/manifest.csv", "export/orgs.csv", "export/users.csv"}));
  EXPECT_EQ(in_the_vault(), 3u);
  EXPECT_EQ(send(form({{"files", "holiday.jpg", "x"}}))->status, 422);
}

TEST_F(Uploads, NothingChosenIsSaid) {
  auto const response = send(form({{"files", "", ""}, {"folder", "", ""}}));
  EXPECT_EQ(response->status, 422);
  EXPECT_NE(response->body.find("Choose a zip, or the CSV files"), std::string::npos);
  EXPECT_EQ(send({{"csrf", "", anna_.csrf, false}})->status, 422);
  anna_.also = {{"content-type", "text/plain"}};
  auto const other = ask(*portal_, anna_, "POST", page(), "csrf=" + anna_.csrf);
  EXPECT_EQ(other.status, 400);
}

TEST_F(Uploads, WithoutASourceItLeadsToTheGallery) {
  EXPECT_EQ(get(anna_, page()).status, 200);
  auto const dana = browser_of(member("dana", riverside, Level::Enrollment));
  auto const response = get(dana, "/districts/" + std::to_string(riverside) + "/upload");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "location"), "/districts/" + std::to_string(riverside) + "/gallery");
}

TEST_F(Uploads, TheSameDeliveryAsTheLastAppliedIsKnown) {
  ASSERT_EQ(send(form(school()))->status, 303);
  auto first = runs().at(0);
  first.state = "done", first.outcome = "applied";
  store::save_run(operations(), first);
  auto files = school(3, "other folder/");
  std::reverse(files.begin(), files.end());
  auto const said = [&](std::vector<Part> const& parts) {
    std::string all;
    auto const response = send(form(parts));
    for (auto const& header : response->headers)
      if (header.name == "set-cookie") all += http::percent_decoded(header.value).value_or("");
    return all;
  };
  EXPECT_NE(said(files).find("the same delivery as run 1"), std::string::npos);
  EXPECT_EQ(said(school(4)).find("the same delivery"), std::string::npos);
}

}  // namespace
}  // namespace rollbook::test
