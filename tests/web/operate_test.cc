// The operator's pages: districts suspended, resumed and deleted; the server's health; what programs are told that watch it.
#include <ctime>
#include <regex>
#include <set>

#include "access/metrics_token.h"
#include "runs/delete_district.h"
#include "runs/look.h"
#include "runs/measure.h"
#include "runs/search_index.h"
#include "runs/staff.h"
#include "store/district_life.h"
#include "store/district_settings.h"
#include "store/measures.h"
#include "web/lived_district.h"
#include "web/pulse.h"
#include "web/routes.h"

namespace rollbook::test {
namespace {

class Operating : public HistoryOfADistrict {
 protected:
  Browser olga() { return browser_of(person("olga", true)); }
  std::string at(std::string const& rest = "") const { return "/operator/districts/" + std::to_string(oakfield) + rest; }
  void TearDown() override {
    web::pulse().set({});
    HistoryOfADistrict::TearDown();
  }
};

TEST_F(Operating, ASuspendedDistrictIsEnteredByNobodyUntilItIsResumed) {
  add_source();
  sync(two_schools(3));
  auto const olgas = olga(), annas = somebody_of(Level::System);
  EXPECT_EQ(post(olgas, at("/suspend")).status, 303);
  for (auto const& route : web::routes()) {
    std::string pattern(route.pattern);
    if (pattern.find("{district}") == std::string::npos || route.upload != nullptr) continue;
    pattern = std::regex_replace(pattern, std::regex("\\{district\\}"), std::to_string(oakfield));
    pattern = std::regex_replace(pattern, std::regex("\\{[a-z_]+\\}"), "1");
    SCOPED_TRACE(pattern);
    auto const response = route.method == "GET" ? get(annas, pattern) : post(annas, pattern);
    EXPECT_EQ(response.status, 403);
    EXPECT_NE(response.body.find("suspended"), std::string::npos);
  }
  EXPECT_EQ(get(browser_of(member("ben", riverside, Level::System)), "/districts/" + std::to_string(riverside)).status, 200) << "others go on";
  EXPECT_TRUE(says(page(olgas, "/operator"), "suspended"));
  EXPECT_EQ(post(olgas, at("/suspend")).status, 409);
  EXPECT_EQ(post(olgas, at("/resume")).status, 303);
  EXPECT_EQ(get(annas, in("/history")).status, 200);
  EXPECT_EQ(notes("district locked") + notes("district unlocked"), 2u);
}

TEST_F(Operating, TheOperatorSeesNoRowsOnAnyRoute) {
  add_source();
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Canarygiven"}});
  sync(delivery);
  auto const olgas = olga();
  for (auto const& route : web::routes())
    for (auto const* const dress : {"", ".json", ".csv"}) {
      std::string pattern(route.pattern);
      if (route.method != "GET" || (pattern == "/" && *dress != 0)) continue;
      bool const of_district = pattern.find("{district}") != std::string::npos;
      pattern = std::regex_replace(pattern, std::regex("\\{district\\}|\\{number\\}"), std::to_string(oakfield));
      pattern = std::regex_replace(pattern, std::regex("\\{[a-z_]+\\}"), "1");
      SCOPED_TRACE(pattern + dress);
      auto const response = get(olgas, pattern + dress);
      EXPECT_EQ(response.body.find("Canarygiven"), std::string::npos);
      if (of_district) {
        EXPECT_EQ(response.status, 404);
      }
    }
}

TEST_F(Operating, ADistrictIsDeletedByItsNameAndTheProofIsDownloaded) {
  add_source();
  sync(two_schools(3));
  auto const olgas = olga(), annas = somebody_of(Level::System);
  auto const form = page(olgas, at("/delete"));
  EXPECT_TRUE(says(form, "Backups that were made before") || says(form, "backups that were made before")) << form;
  EXPECT_EQ(post(olgas, at("/delete"), {{"name", "oakfield"}}).status, 422);
  EXPECT_EQ(get(annas, in("")).status, 200);
  auto const asked = post(olgas, at("/delete"), {{"name", "Oakfield"}});
  EXPECT_EQ(asked.status, 303);
  EXPECT_GT(queued.load(), 0) << "the workers are woken";
  auto const place = header_of(asked, "location");
  EXPECT_TRUE(says(page(olgas, place), "A worker does it"));
  EXPECT_EQ(get(olgas, place + "/proof").status, 404) << "nothing is proven before it is done";
  EXPECT_EQ(get(annas, in("")).status, 403);
  auto h = hub();
  auto const done = runs::delete_district(h, district());
  ASSERT_TRUE(done.ok() && *done);
  auto const proof = get(olgas, place + "/proof");
  EXPECT_EQ(proof.status, 200);
  EXPECT_TRUE(says(proof.body, "District: 1, Oakfield")) << proof.body;
  EXPECT_TRUE(says(header_of(proof, "content-disposition"), "rollbook-district-1-deleted.txt"));
  EXPECT_TRUE(says(page(olgas, "/operator/deletions"), "Oakfield"));
  EXPECT_FALSE(says(page(olgas, "/operator"), "Oakfield"));
  EXPECT_EQ(get(annas, in("")).status, 303) << "who belonged to it alone is nobody now";
}

TEST_F(Operating, BatchUploadIsSwitchedForOneDistrict) {
  auto const olgas = olga();
  EXPECT_TRUE(says(page(olgas, at()), "Switched off"));
  EXPECT_EQ(post(olgas, at("/batch-upload"), {{"on", "yes"}}).status, 303);
  EXPECT_TRUE(says(page(olgas, at()), "Switched on"));
  EXPECT_EQ(store::district_fact(operations(), oakfield, "batch-upload"), "on");
  EXPECT_EQ(store::district_fact(operations(), riverside, "batch-upload"), "");
  EXPECT_EQ(post(olgas, at("/batch-upload"), {{"on", "no"}}).status, 303);
  EXPECT_EQ(store::district_fact(operations(), oakfield, "batch-upload"), "");
}

TEST_F(Operating, HealthShowsQueueStorageAndVersionsOfEachDistrict) {
  add_source();
  sync(two_schools(3));
  auto h = hub();
  ASSERT_FALSE(runs::measure(h, district()));
  store::Run run;
  run.district = riverside;
  run.kind = "delivery";
  run.created = "2026-11-22T00:00:00Z";
  ASSERT_FALSE(operations().transaction([&] { return store::add_run(operations(), run), true; }));
  auto const all = store::list_district_health(operations(), 0, 10);
  ASSERT_EQ(all.size(), 2u);
  ASSERT_TRUE(all[0].measured);
  EXPECT_GT(all[0].measured->roster_bytes, 0);
  EXPECT_GT(all[0].measured->delivery_bytes, 0);
  EXPECT_EQ(all[0].measured->revision, 1);
  EXPECT_EQ(all[0].measured->found, 0) << "nothing was indexed yet";
  EXPECT_FALSE(all[1].measured);
  EXPECT_EQ(all[1].waiting, 1);
  EXPECT_EQ(store::list_district_health(operations(), oakfield, 10).size(), 1u);
  auto const server = store::server_health(operations());
  EXPECT_EQ(server.waiting, 1);
  EXPECT_EQ(server.oldest, "2026-11-22T00:00:00Z");
  EXPECT_EQ(server.most_behind, 1);
  auto const html = page(olga(), "/operator/health");
  EXPECT_TRUE(says(html, "1 runs, 0 exports")) << html;
  EXPECT_TRUE(says(html, "not measured yet"));
  EXPECT_TRUE(says(html, store::library_version(operations())));
}

TEST_F(Operating, ACertificateThatEndsSoonIsAWarning) {
  web::pulse().set({{}, "2026-12-01T00:00:00Z"});
  EXPECT_TRUE(says(page(olga(), "/operator/health"), "ends on 2026-12-01"));
  web::pulse().set({{}, "2027-12-01T00:00:00Z"});
  auto const later = page(olga(), "/operator/health");
  EXPECT_TRUE(says(later, "good until 2027-12-01") && !says(later, "Put a new one in its place"));
}

TEST_F(Operating, ADiskThatIsNearlyFullIsAWarningOnThePageAndANumberInTheMetrics) {
  constexpr std::uintmax_t gib = std::uintmax_t{1} << 30;
  std::optional<web::Pulse::Room> room;
  std::string asked;
  web::pulse().set({{}, "", [&](std::string const& folder) { return asked = folder, room; }});
  auto const olgas = olga();
  auto const warns = [&](std::uintmax_t free, std::uintmax_t all) {
    room = web::Pulse::Room{free, all};
    return says(page(olgas, "/operator/health"), "are left on the disk. Runs fail when it is full");
  };
  EXPECT_TRUE(warns(3 * gib, 100 * gib));
  EXPECT_TRUE(says(page(olgas, "/operator/health"), "Only 3.0 GB")) << page(olgas, "/operator/health");
  EXPECT_EQ(asked, folder_ + "/data");
  EXPECT_FALSE(warns(11 * gib, 100 * gib)) << "a tenth is enough";
  EXPECT_FALSE(warns(21 * gib, 1000 * gib)) << "and so are 20 GiB, of however large a disk";
  EXPECT_TRUE(warns(19 * gib, 1000 * gib));
  EXPECT_TRUE(warns(0, 100 * gib));
  EXPECT_TRUE(says(get({}, "/metrics").body, "rollbook_disk_free_bytes 0\n"));
  room = {};
  auto const unknown = page(olgas, "/operator/health");
  EXPECT_FALSE(says(unknown, "left on the disk"));
  EXPECT_FALSE(says(get({}, "/metrics").body, "rollbook_disk_free_bytes")) << "what is not known is not told as a number";
  web::pulse().set({});
}

TEST_F(Operating, WorkersThatCanDoNothingAreADangerOnThePage) {
  runs::WorkersState state{2, 2, 1, {}};
  web::pulse().set({[&] { return std::optional(state); }, ""});
  auto const olgas = olga();
  auto const well = page(olgas, "/operator/health");
  EXPECT_FALSE(says(well, "No worker is able to do anything"));
  state.ready = 0;
  EXPECT_TRUE(says(page(olgas, "/operator/health"), "No worker is able to do anything: look into the log of the server."));
  web::pulse().set({});
}

class Watching : public Operating {};

TEST_F(Watching, HealthzIsOkWhileTheDatabaseAnswersAndWorkersLive) {
  runs::WorkersState state{2, 2, 0, {}};
  web::pulse().set({[&] { return std::optional(state); }, ""});
  auto const well = get({}, "/healthz");
  EXPECT_EQ(well.status, 200);
  EXPECT_EQ(well.body, "ok\n");
  state.ready = 0;
  auto const dead = get({}, "/healthz");
  EXPECT_EQ(dead.status, 503);
  EXPECT_TRUE(says(dead.body, "workers"));
  EXPECT_FALSE(says(dead.body, "database"));
  web::pulse().set({[] { return std::optional<runs::WorkersState>(); }, ""});
  EXPECT_EQ(get({}, "/healthz").status, 503) << "they have not begun";
}

TEST_F(Watching, HealthzSaysThatTheDatabaseDoesNotAnswer) {
  operations().run_script("ALTER TABLE migrations RENAME TO elsewhere");
  auto const lost = get({}, "/healthz");
  EXPECT_EQ(lost.status, 503);
  EXPECT_TRUE(says(lost.body, "database"));
}

// The format 0.0.4, read strictly: families in one piece, each with help and type before its samples, every label closed, every value a number.
std::map<std::string, double> read_metrics(std::string const& text) {
  std::map<std::string, double> samples;
  std::set<std::string> done;
  std::string family, type;
  EXPECT_TRUE(text.ends_with("\n"));
  std::regex const help("# HELP ([a-z_]+) [^\\n]+"), of_type("# TYPE ([a-z_]+) (counter|gauge|histogram)");
  std::regex const sample("([a-z_]+)(\\{[a-z_]+=\"[^\"\\\\\\n]*\"(,[a-z_]+=\"[^\"\\\\\\n]*\")*\\})? ([0-9.e+-]+)");
  std::smatch match;
  std::string helped;
  for (std::size_t from = 0; from < text.size();) {
    auto const end = text.find('\n', from);
    auto const line = text.substr(from, end - from);
    from = end + 1;
    if (std::regex_match(line, match, help)) {
      helped = match[1];
      EXPECT_TRUE(done.insert(helped).second) << helped << " comes twice";
    } else if (std::regex_match(line, match, of_type)) {
      family = match[1], type = match[2];
      EXPECT_EQ(helped, family);
      if (type == "counter") {
        EXPECT_TRUE(family.ends_with("_total")) << family;
      }
    } else if (std::regex_match(line, match, sample)) {
      std::string const name = match[1];
      bool const own = name == family || (type == "histogram" && (name == family + "_bucket" || name == family + "_sum" || name == family + "_count"));
      EXPECT_TRUE(own) << line;
      EXPECT_TRUE(samples.emplace(name + std::string(match[2]), std::stod(match[4])).second) << line << " comes twice";
    } else {
      ADD_FAILURE() << "no line of the format: " << line;
    }
  }
  return samples;
}

TEST_F(Watching, MetricsAreReadStrictlyAndNameNobody) {
  add_source();
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Canarygiven"}});
  sync(delivery);
  operations().run("UPDATE districts SET name = 'Canarydistrict' WHERE id = ?", oakfield);
  auto h = hub();
  ASSERT_FALSE(runs::measure(h, district()));
  runs::WorkersState const state{2, 2, 1, {{"applied", 3}}};
  web::pulse().set({[&] { return std::optional(state); }, "2027-12-01T00:00:00Z"});
  get(somebody_of(Level::System), in("/history"));
  auto const response = get({}, "/metrics");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(header_of(response, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (auto const* const canary : {"Canary", "anna", "Riverside", "example.org"}) EXPECT_EQ(response.body.find(canary), std::string::npos) << canary;
  auto const all = read_metrics(response.body);
  EXPECT_EQ(all.at("rollbook_districts{state=\"open\"}"), 2);
  EXPECT_EQ(all.at("rollbook_runs_total{outcome=\"applied\"}"), 3);
  EXPECT_EQ(all.at("rollbook_workers_busy"), 1);
  EXPECT_GT(all.at("rollbook_requests_total{class=\"2xx\"}"), 0);
  EXPECT_GT(all.at("rollbook_database_bytes{database=\"rosters\"}"), 0);
  EXPECT_EQ(all.at("rollbook_search_index_lag_revisions"), 1);
  EXPECT_EQ(all.at("rollbook_request_seconds_bucket{le=\"+Inf\"}"), all.at("rollbook_request_seconds_count"));
  double before = 0;
  for (auto const* const step : {"0.005", "0.1", "1", "10", "+Inf"}) {
    auto const here = all.at("rollbook_request_seconds_bucket{le=\"" + std::string(step) + "\"}");
    EXPECT_GE(here, before) << "buckets add up";
    before = here;
  }
}

TEST_F(Watching, MetricsAreForThisMachineOrWhoeverHasTheToken) {
  Browser far;
  far.peer = "203.0.113.7";
  EXPECT_EQ(get(far, "/metrics").status, 403);
  EXPECT_EQ(get(far, "/healthz").status, 200);
  Browser through_a_proxy;
  through_a_proxy.also = {{"x-forwarded-for", "203.0.113.7"}};
  EXPECT_EQ(get(through_a_proxy, "/metrics").status, 403) << "a proxy on this machine is not whoever it speaks for";
  auto const olgas = olga();
  auto const html = post(olgas, "/operator/health/token").body;
  auto const from = html.find("rollbook_metrics_");
  ASSERT_NE(from, std::string::npos);
  auto const token = html.substr(from, html.find('<', from) - from);
  EXPECT_FALSE(says(page(olgas, "/operator/health"), token)) << "it is shown once";
  far.also = {{"authorization", "Bearer " + token}};
  EXPECT_EQ(get(far, "/metrics").status, 200);
  EXPECT_EQ(get(far, "/operator.json").status, 401) << "it opens nothing else";
  far.also = {{"authorization", "Bearer " + token + "x"}};
  EXPECT_EQ(get(far, "/metrics").status, 403);
  EXPECT_EQ(post(olgas, "/operator/health/token/end").status, 303);
  far.also = {{"authorization", "Bearer " + token}};
  EXPECT_EQ(get(far, "/metrics").status, 403);
}

class Staff : public HistoryOfADistrict {
 protected:
  void index() {
    auto h = hub();
    auto roster = runs::open_roster(h, district());
    ASSERT_TRUE(roster.ok());
    ASSERT_FALSE(runs::index_all(**roster));
    auto const wrong = runs::verify_index(**roster);
    EXPECT_FALSE(wrong) << wrong->text;
  }
  // Teachers p1 at s1 and p2 at s2, as two_schools has them, with e-mails, and an aide at both.
  static DeliveryOf people() {
    auto delivery = two_schools(3);
    delivery.put("users", {{"sourcedId", "p1"}, {"givenName", "Zoë"}, {"familyName", "Archer"}, {"email", "zoe@oak.example"}, {"grades", "04,05"}});
    delivery.put("users", {{"sourcedId", "p2"}, {"givenName", "Ben"}, {"familyName", "Baker"}, {"email", "ben@oak.example"}});
    delivery.put("users", {{"sourcedId", "a1"},
                           {"givenName", "Cleo"},
                           {"familyName", "Carter"},
                           {"email", "cleo@oak.example"},
                           {"role", "aide"},
                           {"orgSourcedIds", "s1,s2"},
                           {"enabledUser", "true"},
                           {"username", "cleo"}});
    return delivery;
  }
  std::string staff(Browser const& browser, std::string const& query = "") { return page(browser, in("/members/staff.json") + query); }
};

TEST_F(Staff, EverybodyWithARoleOfStaffIsListedAndNobodyElse) {
  add_source();
  sync(people());
  auto const annas = somebody_of(Level::System);
  EXPECT_FALSE(says(staff(annas), "Archer")) << "it follows the index";
  index();
  auto const all = staff(annas);
  EXPECT_EQ(times(all, "\"sign_in\""), 3u) << all;
  EXPECT_TRUE(says(all, "Archer") && says(all, "Baker") && says(all, "Carter") && says(all, "aide"));
  EXPECT_FALSE(says(all, "u1_1")) << "no pupil";
  EXPECT_EQ(times(staff(annas, "?q=zoe"), "\"sign_in\""), 1u) << "without marks";
  EXPECT_EQ(times(staff(annas, "?q=ben@oak"), "\"sign_in\""), 1u);
  EXPECT_EQ(times(staff(annas, "?q=ben+archer"), "\"sign_in\""), 0u) << "all words have to fit";
  EXPECT_EQ(times(staff(annas, "?q=%25"), "\"sign_in\""), 0u);
  EXPECT_EQ(times(staff(annas, "?grade=05"), "\"sign_in\""), 1u);
  EXPECT_EQ(times(staff(annas, "?org=" + std::to_string(org("s2"))), "\"sign_in\""), 2u);
  EXPECT_EQ(times(staff(annas, "?org=" + std::to_string(org("d"))), "\"sign_in\""), 3u) << "with what lies below";
}

TEST_F(Staff, OfManyOrganizationsTheSamePeopleAreFoundAsOfAFew) {
  add_source();
  sync(people());
  index();
  auto const roster = home_->roster(oakfield);
  for (auto const* const id : {"s1", "s2", "d"})
    for (std::int64_t after : {-1, 0, 5})
      for (std::size_t how_many : {1, 2, 50}) {
        runs::StaffFilter few{"", "", std::vector<std::int64_t>{org(id)}, after};
        auto many = few;
        for (int i = 0; i < 40; ++i) many.orgs->push_back(100'000 + i);
        auto const one = runs::list_staff(**roster, few, how_many), other = runs::list_staff(**roster, many, how_many);
        EXPECT_EQ(one.people, other.people) << id;
        EXPECT_EQ(one.more, other.more) << id;
      }
}

TEST_F(Staff, FollowsWhoComesGoesAndIsCalledOtherwise) {
  add_source();
  sync(people());
  index();
  auto next = people();
  next.put("users", {{"sourcedId", "p2"}, {"familyName", "Bakerson"}});
  next.put("users", {{"sourcedId", "a1"}, {"role", "guardian"}});
  next.put("users", {{"sourcedId", "p3"},
                     {"givenName", "Dora"},
                     {"familyName", "Dean"},
                     {"role", "administrator"},
                     {"orgSourcedIds", "d"},
                     {"enabledUser", "true"},
                     {"username", "dora"}});
  sync(next);
  auto const annas = somebody_of(Level::System);
  EXPECT_TRUE(says(staff(annas), "\"behind\":true"));
  index();
  auto const all = staff(annas);
  EXPECT_TRUE(says(all, "Bakerson") && says(all, "Dora") && !says(all, "Carter")) << all;
  EXPECT_EQ(times(staff(annas, "?q=bakerson"), "\"sign_in\""), 1u);
}

TEST_F(Staff, ASchoolSeesWhoWorksThereAndWhatTheyAreThere) {
  add_source();
  sync(people());
  index();
  auto const theirs = somebody_of(Level::System, org("s2"));
  auto const all = staff(theirs);
  EXPECT_TRUE(says(all, "Baker") && says(all, "Carter") && !says(all, "Archer")) << all;
  EXPECT_EQ(times(all, "\"roles\""), 2u) << "of the aide at both schools the place at theirs alone";
  EXPECT_EQ(get(theirs, in("/members/staff.json?org=" + std::to_string(org("s1")))).status, 404);
}

TEST_F(Staff, WhoCanSignInIsKnownByTheEMailAndRostersChangeNothingOfThat) {
  add_source();
  sync(people());
  index();
  auto const added = access::add_account(operations(), "ben@oak.example", "Ben", false, somebody);
  auto const elsewhere = access::add_account(operations(), "zoe@oak.example", "Zoe", false, somebody);
  ASSERT_FALSE(access::grant(operations(), elsewhere->id, {riverside, std::nullopt, Level::System, false}, somebody));
  auto const annas = somebody_of(Level::System);
  EXPECT_EQ(times(staff(annas), "\"sign_in\":\"no\""), 3u) << "an account that holds nothing here is nobody's business";
  ASSERT_FALSE(access::grant(operations(), added->id, {oakfield, std::nullopt, Level::Standard, false}, somebody));
  EXPECT_TRUE(says(staff(annas, "?q=ben"), "\"sign_in\":\"yes\""));
  auto const html = page(annas, in("/members/staff?q=zoe"));
  EXPECT_TRUE(says(html, "/members?email=zoe%40oak.example&amp;name=")) << html;
  EXPECT_TRUE(says(page(annas, in("/members?email=zoe%40oak.example&name=Zoe")), "value=\"zoe@oak.example\""));
}

TEST_F(Staff, IsWalkedPageByPage) {
  add_source();
  auto delivery = people();
  for (int i = 10; i < 130; ++i) {
    auto const n = std::to_string(i);
    delivery.put("users", {{"sourcedId", "t" + n},
                           {"givenName", "Tea"},
                           {"familyName", "Cher" + n},
                           {"role", "teacher"},
                           {"orgSourcedIds", "s1"},
                           {"enabledUser", "true"},
                           {"username", "t" + n}});
  }
  sync(delivery);
  index();
  auto const annas = somebody_of(Level::System);
  std::set<std::string> seen;
  auto to = in("/members/staff");
  for (int pages = 0; pages < 5 && !to.empty(); ++pages) {
    auto const html = page(annas, to);
    std::regex const name("<th scope=\"row\">([^<]+)<");
    for (std::sregex_iterator at(html.begin(), html.end(), name), end; at != end; ++at) EXPECT_TRUE(seen.insert((*at)[1]).second);
    std::smatch next;
    to = std::regex_search(html, next, std::regex("rel=\"next\" href=\"([^\"]+)\"")) ? next[1].str() : "";
    to = std::regex_replace(to, std::regex("&amp;"), "&");
  }
  EXPECT_EQ(seen.size(), 123u);
}

}  // namespace
}  // namespace rollbook::test
