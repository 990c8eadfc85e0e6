// What waits to be sent: taken by one at a time, tried less and less often, kept for some weeks.
#include "letters/letters.h"

namespace rollbook::test {
namespace {

using namespace letters;

class Outbox : public Letters {
 protected:
  std::int64_t add(std::int64_t webhook = 0, std::int64_t created = noon) {
    auto const event = raise({.district = district_.id, .kind = store::EventKind::Failed, .at = {}});
    EXPECT_FALSE(operations().transaction(
        [&] { return add_item(operations(), {.event = event, .district = district_.id, .webhook = webhook, .created = created}), true; }));
    return event;
  }
  std::optional<Item> claim(std::string const& worker, std::int64_t now, std::int64_t door = 0) { return claim_item(operations(), door, worker, now); }
  void note(Item const& item, std::string const& worker, Sent sent, std::int64_t now) {
    ASSERT_FALSE(note_result(operations(), item, worker, {sent, sent == Sent::Done ? "" : "why"}, now));
  }
};
INSTANTIATE_TEST_SUITE_P(, Outbox, both_databases(), name_of_database);

TEST_P(Outbox, TwoNodesNeverHaveTheSameInHand) {
  add();
  add();
  auto const first = claim("one", noon), second = claim("two", noon);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->id, second->id);
  EXPECT_FALSE(claim("three", noon + lease - 1));
  auto const again = claim("three", noon + lease);
  ASSERT_TRUE(again) << "of one who has died";
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->attempts, 2);
  note(*first, "one", Sent::Done, noon + lease + 1);
  EXPECT_EQ(states()["sent"], 0) << "who was too slow has nothing to say any more";
  note(*again, "three", Sent::Done, noon + lease + 2);
  EXPECT_EQ(states()["sent"], 1);
  EXPECT_FALSE(claim("one", noon + 5 * lease)->id == first->id);
}

TEST_P(Outbox, NodesOnConnectionsOfTheirOwnShareTheWorkAndDoubleNone) {
  constexpr int all = 30;
  for (int i = 0; i < all; ++i) add();
  std::mutex mutex;
  std::map<std::int64_t, int> sent;
  std::vector<std::thread> nodes;
  for (int n = 0; n < 3; ++n)
    nodes.emplace_back([&, n] {
      auto home = store::Home::open(place_);
      ASSERT_TRUE(home.ok());
      auto const worker = "node " + std::to_string(n);
      while (auto const item = claim_item(home->operations(), 0, worker, noon)) {
        {
          std::lock_guard const lock(mutex);
          ++sent[item->id];
        }
        ASSERT_FALSE(note_result(home->operations(), *item, worker, {}, noon));
      }
    });
  for (auto& node : nodes) node.join();
  EXPECT_EQ(sent.size(), static_cast<std::size_t>(all));
  for (auto const& [id, times] : sent) EXPECT_EQ(times, 1) << id;
}

TEST_P(Outbox, TriesBecomeRarerUpToFourHours) {
  std::vector<std::int64_t> pauses;
  for (int i = 1; i <= 10; ++i) pauses.push_back(pause_after(i) / 60);
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 2, 5, 10, 30, 60, 120, 240, 240, 240}));
  add();
  auto const item = claim("one", noon);
  note(*item, "one", Sent::Later, noon);
  EXPECT_FALSE(claim("one", noon + 59));
  EXPECT_TRUE(claim("one", noon + 60));
}

TEST_P(Outbox, NoneIsGivenUpThatWasHardlyTried) {
  add();
  std::int64_t const late = noon + 30 * 24 * 3600;  // this server itself was down for a month
  auto item = claim("one", late);
  note(*item, "one", Sent::Later, late);
  EXPECT_EQ(states()["waiting"], 1);
  item = claim("one", late + 60);
  note(*item, "one", Sent::Never, late + 60);
  EXPECT_EQ(states()["given up"], 1);
  EXPECT_EQ(items()[0].why, "why");
}

TEST_P(Outbox, DoorsTakeTurns) {
  add(0);
  add(2, noon - 10);
  add(1, noon - 20);
  add(3, noon + 10);
  EXPECT_EQ(due_doors(operations(), noon), (std::vector<std::int64_t>{1, 2, 0}));
  ASSERT_TRUE(claim("one", noon, 1));
  EXPECT_EQ(due_doors(operations(), noon), (std::vector<std::int64_t>{2, 0}));
}

TEST_P(Outbox, WhatEndedLongAgoIsLetGoWithItsEvent) {
  auto const old = add(), waits = add();
  note(*claim("one", noon), "one", Sent::Done, noon);
  ASSERT_FALSE(operations().transaction([&] { return store::note_told(operations(), old), store::note_told(operations(), waits), true; }));
  ASSERT_FALSE(forget_old(operations(), noon + kept_for));
  EXPECT_EQ(items().size(), 2u);
  ASSERT_FALSE(forget_old(operations(), noon + kept_for + 1));
  EXPECT_EQ(items().size(), 1u);
  EXPECT_FALSE(store::find_event(operations(), old));
  EXPECT_TRUE(store::find_event(operations(), waits)) << "what waits stays";
}

// Who is told "Rollbook-Delivery: 17" a second time has to be able to take it for the same.
TEST_P(Outbox, NumbersAreNotGivenTwiceAfterAllIsLetGo) {
  add();
  auto const first = *claim("one", noon);
  note(first, "one", Sent::Done, noon);
  ASSERT_FALSE(forget_old(operations(), noon + 2 * kept_for));
  add(0, noon + 2 * kept_for);
  EXPECT_GT(claim("one", noon + 2 * kept_for)->id, first.id);
}

TEST_P(Outbox, WhatIsRefusedForGoodIsBelievedAfterTwoDays) {
  add();
  auto now = noon;
  for (int i = 0; i < 60 && states()["waiting"] == 1; now += 3600, ++i)
    if (auto const item = claim("one", now)) note(*item, "one", Sent::Refused, now);
  EXPECT_EQ(states()["given up"], 1);
  EXPECT_GE(now - noon, refused_for);
  EXPECT_LT(now - noon, refused_for + 6 * 3600);
}

}  // namespace
}  // namespace rollbook::test
