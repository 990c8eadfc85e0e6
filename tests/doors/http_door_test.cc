// The HTTP door: scripts leave files with curl; whoever has no password learns nothing, and half a file is never taken.
#include "doors/http_door.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/base64.h"
#include "base/from_environment.h"
#include "bundle/zip_builder.h"
#include "doors/shut_out.h"
#include "doors/takers.h"
#include "http/server.h"
#include "runs/relay.h"
#include "runs/school.h"
#include "store/district_life.h"
#include "store/events.h"

namespace rollbook::test {
namespace {
using namespace doors;

store::Actor const anna{"anna", "2026-09-01T08:00:00Z", "a test"};

// What stands behind the door.
class Behind : public http::App {
  struct Answer : http::Exchange {
    std::optional<http::Response> take(std::string_view) override { return std::nullopt; }
    http::Response finish() override { return {.status = 299, .headers = {}, .body = "behind", .more = {}, .events = {}}; }
  };
  std::unique_ptr<http::Exchange> begin(http::Head const&) override { return std::make_unique<Answer>(); }
};

class HttpDoorTest : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    add_source("hr");
    password_ = *make_password(home_->operations(), source(), anna);
    foreign_ = *make_password(home_->operations(), source("hr"), anna);
    zones_ = *Zones::open(folder() + "/landing");
    start();
  }
  void TearDown() override {
    door_.reset();
    zones_.reset();
    Runs::TearDown();
  }
  void start() {
    HttpDoorOptions options{.place = place_, .zones = zones_};
    options.most_of_account = 2;
    options.now = [this] { return now_; };
    options.log = [this](std::string const& line) { log_ += line + "\n"; };
    options.on_arrived = [this] { ++arrivals_; };
    auto door = HttpDoor::open(options, behind_);
    ASSERT_TRUE(door.ok()) << door.trouble().text;
    door_ = std::move(*door);
  }
  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }
  static std::string basic(std::string const& name, std::string const& password) { return "Basic " + to_base64(name + ":" + password); }

  struct Put {
    std::string path, bytes;
    std::string authorization = {};
    std::vector<http::Header> headers = {};
    std::string method = "PUT", peer = "192.0.2.9";
    bool chunked = false;
  };
  http::Head head_of(Put const& put) const {
    http::Head head;
    head.method = put.method;
    head.path = put.path;
    head.headers = put.headers;
    head.headers.push_back({"authorization", put.authorization.empty() ? basic("sis-1", password_) : put.authorization});
    head.peer = put.peer;
    if (!put.chunked) head.body_size = put.bytes.size();
    return head;
  }
  // As the server calls it: an empty piece, then what comes.
  http::Response sends(Put const& put) {
    auto const exchange = door_->begin(head_of(put));
    if (!put.bytes.empty() || put.chunked) {
      if (auto early = exchange->take({})) return *early;
      for (std::size_t at = 0; at < put.bytes.size(); at += 3000)
        if (auto early = exchange->take(std::string_view(put.bytes).substr(at, 3000))) return *early;
    }
    return exchange->finish();
  }
  std::vector<ZoneEntry> arrived(std::string const& who = "sis") { return (*zones_->of(source(who).id))->list(); }
  std::string content(std::string const& name) {
    std::ifstream in((*zones_->of(source().id))->path_of(name), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  std::vector<std::int64_t> take(std::int64_t later = 0) {
    TakersOptions options{.place = place_, .key = hub().key, .zones = zones_};
    options.now = [&] { return static_cast<std::int64_t>(std::time(nullptr)) + later; };
    options.day_in = [](std::string const&, std::int64_t) { return 20260901; };
    return Takers::look(options, *home_, takings_, [](std::string const& what) { ADD_FAILURE() << what; });
  }

  std::shared_ptr<Zones> zones_;
  Behind behind_;
  std::unique_ptr<HttpDoor> door_;
  std::map<std::int64_t, Taking> takings_;
  std::int64_t now_ = 1'788'264'000;
  std::string password_, foreign_, log_;
  int arrivals_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, HttpDoorTest, both_databases(), name_of_database);

TEST_P(HttpDoorTest, AZipIsPutAndBecomesARun) {
  auto const did = sends({"/doors/sis-1/roster.zip", zipped(two_schools(300).files())});
  EXPECT_EQ(did.status, 201) << did.body;
  EXPECT_EQ(arrivals_, 1);
  ASSERT_EQ(arrived().size(), 1u);
  EXPECT_FALSE(arrived()[0].unfinished);
  EXPECT_EQ(take().size(), 1u);
  auto h = hub();
  EXPECT_EQ((*runs::work_one(h, district_))->outcome, "applied");
  EXPECT_EQ(account_of(home_->operations(), source().id)->last_from, "192.0.2.9");
}

TEST_P(HttpDoorTest, LooseFilesWaitForOneAnotherAsBySftp) {
  for (auto const& [name, bytes] : two_schools(3).files()) EXPECT_EQ(sends({"/doors/sis-1/" + name, bytes, "Bearer " + password_}).status, 201) << name;
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(take(400).size(), 1u);
}

TEST_P(HttpDoorTest, AMarkerMayBeEmptyAndOtherNamesAreNotTaken) {
  EXPECT_EQ(sends({"/doors/sis-1/done.txt", ""}).status, 400);
  set("sis", {{"landing-marker", "done.txt"}});
  for (auto const& [name, bytes] : two_schools(3).files()) EXPECT_EQ(sends({"/doors/sis-1/" + name, bytes}).status, 201) << name;
  EXPECT_TRUE(take(400).empty());
  EXPECT_EQ(sends({"/doors/sis-1/done.txt", ""}).status, 201);
  EXPECT_EQ(take().size(), 1u);
}

TEST_P(HttpDoorTest, WhatIsSentAgainTakesThePlaceOfWhatWaits) {
  EXPECT_EQ(sends({"/doors/sis-1/users.csv", "old and long"}).status, 201);
  EXPECT_EQ(sends({"/doors/sis-1/users.csv", "new"}).status, 200);
  EXPECT_EQ(content("users.csv"), "new");
  EXPECT_EQ(arrived().size(), 1u);
}

TEST_P(HttpDoorTest, WhoIsCutOffLeavesWhatWaitsAsItWasAndIsToldOf) {
  auto const zip = zipped(two_schools(300).files());
  EXPECT_EQ(sends({"/doors/sis-1/users.csv", "whole"}).status, 201);
  for (auto const* const name : {"users.csv", "roster.zip"}) {
    auto const exchange = door_->begin(head_of({"/doors/sis-1/" + std::string(name), zip}));
    EXPECT_FALSE(exchange->take({}));
    EXPECT_FALSE(exchange->take(std::string_view(zip).substr(0, zip.size() / 2)));
  }
  EXPECT_EQ(content("users.csv"), "whole");
  EXPECT_TRUE(take(86'400).empty()) << "a day later; the loose file waits for the one that stopped";
  auto const incomplete = incomplete_of(home_->operations(), source().id);
  ASSERT_EQ(incomplete.size(), 2u);
  EXPECT_EQ(incomplete[0].name, "roster.zip.part");
  EXPECT_EQ(incomplete[0].bytes, zip.size() / 2);
  EXPECT_EQ(sends({"/doors/sis-1/roster.zip", zip}).status, 201);
  EXPECT_EQ(take().size(), 1u);
}

TEST_P(HttpDoorTest, RandomCutsAreNeverRunAndNeverLostOnceWhole) {
  int const cuts = from_environment("ROLLBOOK_DOOR_CUTS", 60);
  auto const zip = zipped(two_schools(100).files());
  std::mt19937 random(static_cast<unsigned>(from_environment("ROLLBOOK_DOOR_SEED", 7)));  // others for several long runs beside each other
  for (int i = 0; i < cuts; ++i) {
    {
      auto const exchange = door_->begin(head_of({"/doors/sis-1/roster.zip", zip}));
      auto const part = random() % zip.size();
      ASSERT_FALSE(exchange->take({}));
      for (std::size_t at = 0; at < part; at += 3000) ASSERT_FALSE(exchange->take(std::string_view(zip).substr(at, std::min<std::size_t>(3000, part - at))));
    }
    if (random() % 4 == 0) {  // the process is killed, and begins again
      takings_.clear();
      zones_.reset();
      door_.reset();
      zones_ = *Zones::open(folder() + "/landing");
      start();
    }
    EXPECT_TRUE(take(86'400).empty()) << "cut " << i;
    EXPECT_EQ(sends({"/doors/sis-1/roster.zip", zip}).status, 201) << "cut " << i;
    EXPECT_EQ(take().size(), 1u) << "cut " << i;
    EXPECT_TRUE(arrived().empty()) << "cut " << i;
  }
}

TEST_P(HttpDoorTest, WhoHasNoPasswordLearnsNothing) {
  auto const a_wrong_one = sends({"/doors/sis-1/roster.zip", "x", basic("sis-1", "wrong")});
  EXPECT_EQ(a_wrong_one.status, 401);
  for (auto const& put : std::vector<Put>{{"/doors/sis-1/roster.zip", "x", "Nothing"},
                                          {"/doors/nobody-9/roster.zip", "x", "Bearer wrong"},
                                          {"/doors/", "x", "Bearer wrong"},
                                          {"/doors/sis-1/../../etc/passwd", "x", "Basic ???"},
                                          {"/doors/%ff%fe/roster.zip", "x", basic("\xff\xfe", "x")},
                                          {"/doors/hr-2/roster.zip", "x", "Bearer " + password_}}) {
    auto const did = sends(put);
    EXPECT_EQ(did.status, 401) << put.path;
    EXPECT_EQ(did.body, a_wrong_one.body) << put.path;
  }
  auto const foreign = sends({"/doors/hr-2/roster.zip", "x"}), nobody = sends({"/doors/nobody-9/roster.zip", "x"});
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(nobody.status, 403);
  EXPECT_EQ(foreign.body, nobody.body) << "whether there is such an account is not told to another";
  EXPECT_TRUE(arrived().empty());
  EXPECT_TRUE(arrived("hr").empty());
  EXPECT_EQ(log_.find("roster"), std::string::npos);
}

TEST_P(HttpDoorTest, ThereIsNoWayOutOfTheFolder) {
  for (auto const* const name : {"..%2foutside.zip", "../outside.zip", "a/b.zip", "%2fetc%2fx.zip", "..", "x%00.zip", "a%5cb.zip", "%ff.zip", "a%0a.zip"})
    EXPECT_EQ(sends({"/doors/sis-1/" + std::string(name), "x"}).status, 400) << name;
  EXPECT_EQ(sends({"/doors/sis-1/" + std::string(248, 'n') + ".zip", "x"}).status, 400);
  EXPECT_EQ(sends({"/doors/sis-1/", "x"}).status, 404);
  for (auto const* const name : {".hidden.zip", "x.zip.part", "x.csv.tmp", "notes.txt"})
    EXPECT_EQ(sends({"/doors/sis-1/" + std::string(name), "x"}).status, 400) << name << " would wait for ever";
  auto const zone = *zones_->of(source().id);
  std::filesystem::create_symlink(folder() + "/outside", zone->path_of("link.zip.part"));
  EXPECT_NE(sends({"/doors/sis-1/link.zip", "x"}).status, 201);
  EXPECT_FALSE(std::filesystem::exists(folder() + "/outside"));
  EXPECT_TRUE(arrived().empty());
}

TEST_P(HttpDoorTest, OnlyWholeFilesOfAKnownLengthArePut) {
  EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "x", .chunked = true}).status, 411);
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "x", "", {{"content-range", "bytes 5-6/7"}}}).status, 400);
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "x", "", {{"content-encoding", "gzip"}}}).status, 415);
  for (auto const* const method : {"GET", "POST", "DELETE", "OPTIONS", "MKCOL"})
    EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "", .method = method}).status, 405) << method;
  auto const exchange = door_->begin(head_of({"/doors/sis-1/a.zip", "twelve bytes"}));
  EXPECT_FALSE(exchange->take({}));
  EXPECT_FALSE(exchange->take("six"));
  EXPECT_EQ(exchange->finish().status, 400);
  EXPECT_FALSE((*zones_->of(source().id))->look("a.zip"));
}

TEST_P(HttpDoorTest, TooMuchIsRefusedBeforeItComes) {
  auto head = head_of({"/doors/sis-1/a.zip", "x"});
  head.body_size = Quota{}.bytes + 1;
  EXPECT_EQ(door_->begin(head)->take({})->status, 413);
  std::ofstream((*zones_->of(source().id))->path_of("large"));
  std::filesystem::resize_file((*zones_->of(source().id))->path_of("large"), Quota{}.bytes - 10);
  head.body_size = 100;
  EXPECT_EQ(door_->begin(head)->take({})->status, 507);
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "short"}).status, 201);
}

TEST_P(HttpDoorTest, OneNameHasOneSenderAndAnAccountFew) {
  auto const first = door_->begin(head_of({"/doors/sis-1/a.zip", "first"}));
  EXPECT_FALSE(first->take({}));
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "again"}).status, 409);
  {
    auto const second = door_->begin(head_of({"/doors/sis-1/b.zip", "second"}));
    EXPECT_FALSE(second->take({}));
    EXPECT_EQ(sends({"/doors/sis-1/c.zip", "third"}).status, 429);
    EXPECT_EQ(sends({"/doors/hr-2/c.zip", "theirs", basic("hr-2", foreign_)}).status, 201);
  }
  EXPECT_EQ(sends({"/doors/sis-1/c.zip", "third"}).status, 201);
}

TEST_P(HttpDoorTest, WhoGuessesIsShutOutAtEveryDoorAndOthersAreServed) {
  int const guesses = from_environment("ROLLBOOK_DOOR_GUESSES", 200);
  int refused = 0;
  for (int i = 0; i < guesses; ++i) {
    auto const did = sends({"/doors/sis-1/a.zip", "x", basic("sis-1", "wrong " + std::to_string(i))});
    refused += did.status == (i < failures_of_address ? 401 : 429);
    if (i % 50 == 0) {
      EXPECT_EQ(sends({.path = "/doors/hr-2/a.zip", .bytes = "x", .authorization = basic("hr-2", foreign_), .peer = "198.51.100.7"}).status / 100, 2);
    }
  }
  EXPECT_EQ(refused, guesses);
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "x"}).status, 429) << "not even with the right one";
  EXPECT_EQ(shut_out_now(home_->operations(), now_).size(), 1u);
  EXPECT_NE(log_.find("192.0.2.9 is shut out"), std::string::npos);
  EXPECT_EQ(log_.find("wrong"), std::string::npos);
  EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "x", .peer = "198.51.100.7"}).status, 201);
  EXPECT_TRUE(arrived("hr").size() == 1 && arrived().size() == 1);
  now_ += shut_for + 1;
  EXPECT_EQ(sends({"/doors/sis-1/b.zip", "x"}).status, 201) << "an hour later";
}

TEST_P(HttpDoorTest, ManyWhoGuessTogetherAreAllShutOutAndToldAFewTimes) {
  constexpr std::size_t many = 30;
  for (std::size_t who = 0; who < many; ++who)
    for (int i = 0; i < failures_of_address; ++i)
      EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "x", .authorization = "Bearer wrong", .peer = "198.51.100." + std::to_string(who)}).status, 401);
  EXPECT_EQ(shut_out_now(home_->operations(), now_).size(), many);
  auto const told = store::untold_events(home_->operations(), 100).size();
  EXPECT_GE(told, 1u);
  EXPECT_LE(told, 11u) << "by then the account is shut to strangers";
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "x"}).status, 401) << "one of them";
  EXPECT_EQ(sends({"/doors/hr-2/a.zip", "x", basic("hr-2", foreign_)}).status, 201);
}

TEST_P(HttpDoorTest, TheAllowListHoldsHereTooAndWhoIsSuspendedIsNotServed) {
  ASSERT_FALSE(set_allowed(home_->operations(), source(), "198.51.100.0/24", anna));
  EXPECT_EQ(sends({"/doors/sis-1/a.zip", "x"}).status, 401);
  EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "x", .peer = "198.51.100.7"}).status, 201);
  home_->operations().run("UPDATE sources SET state = 'deactivated' WHERE id = ?", source("hr").id);
  EXPECT_EQ(sends({"/doors/hr-2/a.zip", "x", basic("hr-2", foreign_)}).status, 401);
  ASSERT_FALSE(store::lock_district(home_->operations(), district_, anna));
  EXPECT_EQ(sends({.path = "/doors/sis-1/a.zip", .bytes = "x", .peer = "198.51.100.7"}).status, 403);
}

TEST_P(HttpDoorTest, AllElseGoesToThePortal) {
  for (auto const* const path : {"/", "/doorsteps", "/districts/1/sources/1/door"})
    EXPECT_EQ(sends({.path = path, .bytes = "", .method = "GET"}).status, 299) << path;
}

// The same through the server, by the client that scripts have.
TEST_P(HttpDoorTest, CurlLeavesAFileAndHalfOfOneIsNotTaken) {
  http::ServerOptions options;
  options.port = 0;
  auto server = http::Server::start(options, *door_);
  ASSERT_TRUE(server.ok()) << server.trouble().text;
  auto const zip = zipped(two_schools(2000).files());
  std::ofstream(folder() + "/roster.zip", std::ios::binary) << zip;
  auto const curl = [&](std::string const& more, int port) {
    auto const line = "timeout 60 curl -q -s -o " + folder() + "/said -w '%{http_code}' --noproxy '*' " + more + " http://127.0.0.1:" + std::to_string(port) +
                      "/doors/sis-1/ >" + folder() + "/status 2>&1";
    (void)!std::system(line.c_str());
    std::ifstream in(folder() + "/status");
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  auto const put = "-T " + folder() + "/roster.zip ";
  EXPECT_EQ(curl(put, (*server)->port()), "401");
  EXPECT_EQ(curl(put + "-u sis-1:" + password_ + " -H 'Transfer-Encoding: chunked'", (*server)->port()), "411");
  {
    Relay relay((*server)->port(), 1'000, zip.size() / 2);  // every connection breaks half-way
    EXPECT_NE(curl(put + "-u sis-1:" + password_, relay.port), "201");
  }
  EXPECT_TRUE(take(86'400).empty());
  auto said = curl(put + "-u sis-1:" + password_, (*server)->port());
  for (int i = 0; i < 100 && said == "409"; ++i, said = curl(put + "-u sis-1:" + password_, (*server)->port()))
    ::usleep(50'000);  // until the first is put away
  EXPECT_EQ(said, "201");
  EXPECT_EQ(take().size(), 1u);
}

}  // namespace
}  // namespace rollbook::test
