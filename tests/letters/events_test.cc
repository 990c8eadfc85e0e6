// Events: raised with what happened or not at all, once, and without anything that could tell who somebody is.
#include "store/events.h"

#include "runs/many_schools.h"
#include "runs/run_event.h"

namespace rollbook::test {
namespace {

class Events : public Runs {
 protected:
  store::Database& operations() { return home_->operations(); }
  std::vector<store::Event> all() { return store::untold_events(operations(), 1000); }
  std::vector<std::string> kinds() {
    std::vector<std::string> names;
    for (auto const& event : all()) names.emplace_back(store::name_of(event.kind));
    return names;
  }
  std::int64_t raise(store::Event const& event) {
    std::int64_t id = 0;
    EXPECT_FALSE(operations().transaction([&] { return id = store::raise(operations(), event), true; }));
    return id;
  }
};
INSTANTIATE_TEST_SUITE_P(, Events, both_databases(), name_of_database);

TEST_P(Events, ARunMakesOneWithItsCountsAndCauses) {
  add_source();
  auto first = two_schools(30);
  ASSERT_EQ(sync(first).outcome, "applied");
  auto events = all();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, store::EventKind::Applied);
  EXPECT_EQ(events[0].run, 1);
  EXPECT_TRUE(events[0].source.has_value());
  EXPECT_EQ(store::fact(events[0].facts, "schools"), "2");
  EXPECT_NE(store::fact(events[0].facts, "created"), "0");
  EXPECT_EQ(sync(first).outcome, "no_changes");
  EXPECT_EQ(all().size(), 1u) << "what changes nothing is told in the digest alone";
  students_go(first, 1, 1, 25);
  ASSERT_EQ(sync(first).outcome, "held");
  ASSERT_EQ(all().size(), 2u);
  EXPECT_EQ(all()[1].kind, store::EventKind::Held);
  EXPECT_EQ(store::fact(all()[1].facts, "because"), "guard");
  ASSERT_TRUE(approve(*all()[1].run).is_applied());
  EXPECT_EQ(kinds().back(), "applied");
  EXPECT_EQ(sync(Files{{"users.csv", "nonsense"}}).outcome, "refused");
  EXPECT_EQ(kinds().back(), "refused");
  EXPECT_NE(store::fact(all().back().facts, "rule"), "");
}

TEST_P(Events, WhatWaitsByItselfAndWhatPeopleDoByHandIsTheirOwn) {
  EXPECT_TRUE(runs::waits_for_nobody({"guard", "paused"}));
  EXPECT_TRUE(runs::waits_for_nobody({"suspended"}));
  EXPECT_FALSE(runs::waits_for_nobody({"guard", "needs-full"}));
  runs::Answer answer;
  answer.outcome = "applied";
  store::Run run;
  run.kind = "edit";
  run.outcome = "applied";
  EXPECT_FALSE(runs::event_of(run, answer));
  run.outcome = answer.outcome = "failed";
  ASSERT_TRUE(runs::event_of(run, answer));
  EXPECT_EQ(runs::event_of(run, answer)->kind, store::EventKind::Failed);
}

// A roster that names itself canary in every text that a delivery has.
TEST_P(Events, NothingOfARecordIsInThem) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "no"}});
  auto d = two_schools(4);
  for (auto const* const id : {"u1_1", "u2_1"})
    d.put("users", {{"sourcedId", id},
                    {"givenName", "Canary"},
                    {"familyName", "Canary-Smith"},
                    {"username", "canary.smith"},
                    {"email", "canary@home"},
                    {"identifier", "canary-7"}});
  d.put("orgs", {{"sourcedId", "canaryschool"}, {"name", "Canary School"}, {"type", "school"}, {"parentSourcedId", "canarynowhere"}});
  sync(d);
  sync(Files{{"canary.csv", "canary"}, {"users.csv", "sourcedId\ncanary\n"}});
  ASSERT_FALSE(all().empty());
  auto rows = operations().prepare("SELECT facts, once, kind, at FROM events");
  while (rows->step())
    for (int i = 0; i < 4; ++i) EXPECT_EQ(lower(rows->text(i)).find("canary"), std::string::npos) << rows->text(i);
}

TEST_P(Events, AFactIsNoSentence) {
  auto const id = raise({.district = district_.id,
                         .kind = store::EventKind::AccountBanned,
                         .at = "2026-11-22T01:02:03Z",
                         .facts = {{"address", "192.0.2.7\r\nBcc: x@y <b>"}, {"long", std::string(5000, 'x')}, {"address", "2001:db8::1"}}});
  auto const event = *store::find_event(operations(), id);
  EXPECT_EQ(store::fact(event.facts, "address"), "192.0.2.7??Bcc:?x?y??b?");
  EXPECT_EQ(store::fact(event.facts, "long").size(), 100u);
  EXPECT_EQ(event.facts.size(), 3u);
  EXPECT_EQ(event.facts[2].second, "2001:db8::1");
}

TEST_P(Events, AreRaisedOnceWhereThatIsWanted) {
  store::Event const event{.district = district_.id, .kind = store::EventKind::NothingArrived, .at = "2026-11-22T01:02:03Z", .once = "nothing 1 2026-11-22"};
  EXPECT_GT(raise(event), 0);
  EXPECT_EQ(raise(event), 0);
  auto other = event;
  other.district = 0;
  EXPECT_GT(raise(other), 0) << "of another district it is another";
  other.once.clear();
  EXPECT_GT(raise(other), 0);
  EXPECT_GT(raise(other), 0);
  EXPECT_EQ(all().size(), 4u);
}

TEST_P(Events, WhoeverFailsToNoteTheOutcomeRaisesNothing) {
  add_source();
  auto const delivery = two_schools(3);
  // Each statement of the first run fails once; the events are as many as the runs that were noted.
  for (int n = 1; n < 60; ++n) {
    auto count = std::make_shared<int>(0);
    reopen([=](store::Database& database) {
      database.fault = [=]() -> std::optional<Trouble> { return ++*count == n * 19 ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    });
    auto h = hub();
    auto const source = store::find_source(operations(), district_, "sis");
    if (source) (void)runs::sync(h, district_, *source, delivery_of(delivery.files()), "");
    bool const failed_once = *count >= n * 19;
    reopen();
    auto const runs = store::list_runs(operations(), district_.id);
    std::size_t told = 0;
    for (auto const& run : runs) told += run.state == "done" && run.outcome != "no_changes";
    EXPECT_EQ(all().size(), told) << "statement " << n * 19;
    if (!failed_once) break;
  }
}

}  // namespace
}  // namespace rollbook::test
