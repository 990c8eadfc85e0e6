// From events to letters: nothing of a record in any, digests once a day by the clock of the district.
#include "letters/letters.h"
#include "letters/message.h"
#include "store/district_settings.h"
#include "views/local_time.h"

namespace rollbook::test {
namespace {

using store::EventKind;

class Telling : public Letters {
 protected:
  std::vector<store::Event> digests() {
    std::vector<store::Event> all;
    auto rows = operations().prepare("SELECT id FROM events WHERE kind = 'digest' ORDER BY id");
    std::vector<std::int64_t> ids;
    while (rows->step()) ids.push_back(rows->integer(0));
    rows.reset();
    for (auto const id : ids) all.push_back(*store::find_event(operations(), id));
    return all;
  }
  void look(std::int64_t now) { ASSERT_FALSE(letters::raise_digests(operations(), now)); }
};
INSTANTIATE_TEST_SUITE_P(, Telling, both_databases(), name_of_database);

// Whatever a run finds, and whatever somebody raises by mistake: names of people stand neither in letters nor in what webhooks are told.
TEST_P(Telling, NoLetterOfAnyKindNamesARecord) {
  set_mail(1);
  person("anna@x.example", access::Level::System);
  add_source("sis", {{"live", "yes"}});
  auto d = two_schools(6);
  for (int i = 1; i <= 6; ++i)
    d.put("users", {{"sourcedId", "u1_" + std::to_string(i)},
                    {"givenName", "Canary"},
                    {"familyName", "Canarysmith"},
                    {"username", "canary" + std::to_string(i)},
                    {"email", "canary"},
                    {"identifier", "canary-7"}});
  d.put("enrollments",
        {{"sourcedId", "canaryenrollment"}, {"classSourcedId", "canaryclass"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "canary"}, {"role", "student"}});
  auto const held = sync(d);
  ASSERT_EQ(held.outcome, "held");
  approve(*held.run);
  sync(Files{{"canary.csv", "canary"}, {"users.csv", "sourcedId\ncanary\n"}});
  for (auto const kind : store::all_event_kinds)
    raise({.district = district_.id,
           .kind = kind,
           .at = {},
           .run = 3,
           .facts = {{"because", "Canary Smith"}, {"rule", "Canary Smith:3"}, {"kind", "Canary Smith"}}});
  std::size_t letters = 0;
  for (auto const& event : store::untold_events(operations(), 1000)) {
    ++letters;
    auto const words = letters::words_of(event, {district_, "sis", "https://rollbook.example.org"});
    auto const dressed = plainly(words);
    auto const body = letters::webhook_body(event, 1, district_.name, "sis", words.link);
    for (auto const& text : {words.subject, dressed.text, dressed.html, words.what, words.todo})
      EXPECT_EQ(lower(text).find("canary"), std::string::npos) << store::name_of(event.kind) << ": " << text;
    EXPECT_EQ(lower(body).find("canary smith"), std::string::npos) << body;
    EXPECT_FALSE(words.what.empty() || words.todo.empty() || words.link.empty() || words.subject.empty()) << store::name_of(event.kind);
    EXPECT_NE(dressed.text.find("never send rosters by e-mail or in shared sheets"), std::string::npos);
  }
  EXPECT_GE(letters, 12u);
}

TEST_P(Telling, ALetterSaysWhatHappenedAndWhatToDo) {
  store::Event event{.district = district_.id, .kind = EventKind::NothingArrived, .at = "2026-09-01T18:15:00Z"};
  event.source = 1;
  event.facts = {{"day", "2026-09-01"}, {"by", "18:00"}, {"move", "sender"}};
  auto words = letters::words_of(event, {district_, "sis", "https://r.example"});
  EXPECT_EQ(words.what, "Nothing has arrived from sis that was expected by 18:00 on 2026-09-01.");
  EXPECT_NE(words.todo.find("whoever sends it"), std::string::npos);
  EXPECT_EQ(words.link, "https://r.example/districts/" + std::to_string(district_.id) + "/sources/1");
  event.run = 7;
  EXPECT_EQ(letters::words_of(event, {district_, "sis", ""}).what, "What sis was expected to bring by 18:00 on 2026-09-01 is not in force: run 7 was refused.");
  event.facts[2].second = "district";
  EXPECT_NE(letters::words_of(event, {district_, "sis", ""}).todo.find("your move"), std::string::npos);
  event.facts[2].second = "operator";
  EXPECT_NE(letters::words_of(event, {district_, "sis", ""}).todo.find("whoever operates this server"), std::string::npos);
  event = {.district = district_.id,
           .kind = EventKind::Held,
           .at = "2026-09-01T18:15:00Z",
           .run = 7,
           .facts = {{"kind", "delivery"}, {"removed", "1234"}, {"because", "guard"}, {"rule", "CSV004:12"}}};
  words = letters::words_of(event, {district_, "sis", ""});
  EXPECT_EQ(words.what, "Delivery 7 of sis is held; nothing was changed.");
  ASSERT_EQ(words.causes.size(), 2u);
  EXPECT_NE(words.causes[1].find("12 times (CSV004)"), std::string::npos) << words.causes[1];
  EXPECT_NE(std::find(words.facts.begin(), words.facts.end(), std::pair<std::string, std::string>("Removed", "1,234")), words.facts.end());
}

TEST_P(Telling, TheDigestComesAtSixOnceADayWhateverTheClockDoes) {
  ASSERT_FALSE(store::set_time_zone(operations(), district_, "America/Chicago", anna_));
  wish(person("anna@x.example", access::Level::Reporting), {{0, EventKind::Digest, true}});
  add_source();
  ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  // Three days around the end of summer time there, 1 November 2026; a look every half hour, and a second node that looks too.
  std::int64_t const from = 1'793'404'800;  // 31 October, 00:00 UTC
  std::vector<std::int64_t> came;
  std::size_t before = 0;
  for (std::int64_t now = from; now < from + 4 * 24 * 3600; now += 1800) {
    operations().run("UPDATE runs SET finished = ?", store::moment_text(now - 20 * 3600));  // on the day before, as long as it is morning
    look(now);
    look(now);
    if (digests().size() > before) came.push_back(now), before = digests().size();
  }
  // 06:00 there is 11:00 UTC in summer and 12:00 in winter.
  std::vector<std::string> days, moments;
  for (auto const& digest : digests()) days.push_back(store::fact(digest.facts, "day"));
  for (auto const at : came) moments.push_back(store::moment_text(at));
  ASSERT_GE(moments.size(), 3u);
  EXPECT_NE(std::find(moments.begin(), moments.end(), "2026-10-31T11:00:00Z"), moments.end());
  EXPECT_NE(std::find(moments.begin(), moments.end(), "2026-11-01T12:00:00Z"), moments.end());
  EXPECT_NE(std::find(moments.begin(), moments.end(), "2026-11-02T12:00:00Z"), moments.end());
  auto sorted = days;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end()) << "each day once";
}

TEST_P(Telling, ADigestCountsTheDayBeforeAndAQuietDayHasNone) {
  wish(person("anna@x.example", access::Level::Reporting), {{0, EventKind::Digest, true}});
  auto const at = [](int day, int hour) { return noon - 12 * 3600 + (day - 1) * 24 * 3600 + hour * 3600; };  // of September, UTC
  look(at(2, 7));
  EXPECT_TRUE(digests().empty()) << "nothing ran";
  add_source();
  ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  ASSERT_EQ(sync(Files{{"users.csv", "nonsense"}}).outcome, "refused");
  operations().run("UPDATE runs SET finished = ?", store::moment_text(at(2, 23)));
  look(at(3, 5));
  EXPECT_TRUE(digests().empty()) << "it is before six";
  look(at(3, 6));
  ASSERT_EQ(digests().size(), 1u);
  auto const facts = digests()[0].facts;
  EXPECT_EQ(store::fact(facts, "day"), "2026-09-02");
  EXPECT_EQ(store::fact(facts, "applied") + store::fact(facts, "refused") + store::fact(facts, "held"), "110");
  look(at(3, 20));
  look(at(4, 8));
  EXPECT_EQ(digests().size(), 1u);
  look(at(9, 8));
  EXPECT_EQ(digests().size(), 1u) << "after days of silence, one look";
}

TEST_P(Telling, AThousandEventsAreToldOnceByTwoNodes) {
  set_mail(1);
  person("anna@x.example", access::Level::System);
  ASSERT_FALSE(operations().transaction([&] {
    for (int i = 0; i < 200; ++i) store::raise(operations(), {.district = district_.id, .kind = EventKind::Failed, .at = store::moment_text(noon), .run = i});
    return true;
  }));
  std::vector<std::thread> nodes;
  for (int n = 0; n < 2; ++n)
    nodes.emplace_back([&] {
      auto home = store::Home::open(place_);
      ASSERT_TRUE(home.ok());
      for (bool more = true; more;) {
        auto const told = letters::tell_events(home->operations(), noon);
        ASSERT_TRUE(told.ok());
        more = *told;
      }
    });
  for (auto& node : nodes) node.join();
  EXPECT_EQ(items().size(), 200u);
}

}  // namespace
}  // namespace rollbook::test
