// The inbox as a page: what waits there is settled one by one or all at once, in runs that can be undone, by those whose records these are.
#include "runs/inbox.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/rows_by_key.h"
#include "runs/search.h"
#include "runs/undo.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class InboxPage : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    sync(two_schools(4));
    auto h = hub();
    for (auto const* const id : {"u1_1", "u1_2", "u2_1"}) ASSERT_TRUE(runs::edit(h, district(), {"users", id, {{"familyName", "Hand"}}, ""}).ok());
    ASSERT_TRUE(runs::edit(h, district(), {"demographics", "u1_1", {{"birthDate", "2014-01-01"}}, ""}).ok());
    auto next = two_schools(4);
    for (auto const* const id : {"u1_1", "u1_2", "u2_1"}) next.put("users", {{"sourcedId", id}, {"familyName", "New" + std::string(id)}});
    next.put("demographics", {{"sourcedId", "u1_1"}, {"birthDate", "2014-12-31"}});
    sync(next);
  }
  std::string here() const { return in("/enrollment/inbox"); }
  std::string number_of(std::string const& id, std::string const& field = "familyName") {
    auto h = hub();
    auto const clashes = runs::inbox(h, district());
    for (auto const& clash : *clashes)
      if (clash.sourced_id == id && clash.field == field) return clash.number;
    return "";
  }
  std::size_t waiting() {
    auto h = hub();
    return runs::inbox(h, district())->size();
  }
  std::string name_of(std::string const& id) {
    auto h = hub();
    auto const roster = runs::open_roster(h, district());
    auto const key = runs::record_called(**roster, TableId::Users, id);
    return std::string(runs::RowsByKey(**roster, 0, 20261122).row(TableId::Users, *key)->cells.text(stored_index(TableId::Users, "familyName")));
  }
  // Answers where it leads, its run done; or the page that was shown instead.
  std::string settle(Browser const& browser, std::vector<std::pair<std::string, std::string>> const& form, int status = 303) {
    auto const response = post(browser, here(), form);
    EXPECT_EQ(response.status, status) << response.body;
    auto const to = header_of(response, "location");
    if (auto const run = to.find("saved="); run != std::string::npos) work_off(std::stoll(to.substr(run + 6)));
    return to.empty() ? response.body : to;
  }
};

TEST_F(InboxPage, ShowsBothValuesAndWhoSetThem) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const html = page(elsa, here());
  EXPECT_TRUE(says(html, "1 to 3 of 3"));
  EXPECT_TRUE(says(html, "<strong>Hand</strong>"));
  EXPECT_TRUE(says(html, "<strong>Newu1_1</strong>"));
  EXPECT_TRUE(says(html, "before: Quill1"));
  EXPECT_TRUE(says(html, "anna, 2026-11-2"));
  EXPECT_FALSE(says(html, "2014-12-31")) << "demographics take the grant";
  EXPECT_TRUE(says(html, ">3<span class=\"visually-hidden\"> waiting</span>"));
  EXPECT_TRUE(says(page(elsa, in("/enrollment/inbox.csv")), "users,u1_1,familyName,Hand,anna,"));
  EXPECT_EQ(notes("demographics viewed"), 0u);
  auto const dora = person("dora");
  ASSERT_FALSE(access::grant(operations(), dora.id, {oakfield, std::nullopt, Level::Enrollment, true}, somebody));
  EXPECT_TRUE(says(page(browser_of(dora), here()), "2014-12-31"));
  EXPECT_EQ(notes("demographics viewed"), 1u);
}

TEST_F(InboxPage, MineIsKeptAndTheirsIsTakenOneByOne) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const kept = settle(elsa, {{"clash", number_of("u1_1")}, {"what", "keep"}});
  EXPECT_TRUE(says(page(elsa, kept), "Saved, as run"));
  EXPECT_EQ(name_of("u1_1"), "Hand");
  settle(elsa, {{"clash", number_of("u1_2")}, {"what", "take"}});
  EXPECT_EQ(name_of("u1_2"), "Newu1_2");
  auto const html = page(elsa, here());
  EXPECT_TRUE(says(html, "1 to 1 of 1"));
  EXPECT_FALSE(says(html, "Keep all of mine")) << "there is one only";
}

TEST_F(InboxPage, MineIsKeptUntilADay) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(settle(elsa, {{"clash", number_of("u1_1")}, {"what", "until"}, {"until", ""}}, 422), "Nothing was done"));
  EXPECT_TRUE(says(settle(elsa, {{"clash", number_of("u1_1")}, {"what", "until"}, {"until", "2026-11-20"}}, 422), "Nothing was done"));
  settle(elsa, {{"clash", number_of("u1_1")}, {"what", "until"}, {"until", "2026-12-24"}});
  EXPECT_EQ(number_of("u1_1"), "");
  EXPECT_EQ(name_of("u1_1"), "Hand");
  auto h = hub();
  auto const roster = runs::open_roster(h, district());
  auto const key = *runs::record_called(**roster, TableId::Users, "u1_1");
  auto const then = runs::RowsByKey(**roster, 0, 20261225).row(TableId::Users, key);
  EXPECT_EQ(then->cells.text(stored_index(TableId::Users, "familyName")), "Newu1_1") << "behind the day what the source says counts";
}

TEST_F(InboxPage, AllOfAPageAreOneRunAndOneUndo) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const to = settle(elsa, {{"clash", number_of("u1_1")}, {"clash", number_of("u1_2")}, {"clash", number_of("u2_1")}, {"what", "take"}});
  auto const html = page(elsa, to);
  EXPECT_TRUE(says(html, "Nothing waits here"));
  EXPECT_FALSE(says(html, " waiting</span>"));
  for (auto const* const id : {"u1_1", "u1_2", "u2_1"}) EXPECT_EQ(name_of(id), "New" + std::string(id));
  auto h = hub();
  ASSERT_TRUE(runs::undo(h, district(), std::stoll(to.substr(to.find("saved=") + 6)), false, false).ok());
  for (auto const* const id : {"u1_1", "u1_2", "u2_1"}) EXPECT_EQ(name_of(id), "Hand");
  EXPECT_EQ(waiting(), 4u) << "they are asked again, with the one that takes the grant";
}

TEST_F(InboxPage, WhatIsSettledMeanwhileIsToldAndNothingIsDone) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const one = number_of("u1_1"), other = number_of("u1_2");
  settle(elsa, {{"clash", one}, {"what", "keep"}});
  EXPECT_TRUE(says(settle(elsa, {{"clash", other}, {"clash", one}, {"what", "take"}}, 409), "Nothing was done"));
  EXPECT_EQ(name_of("u1_2"), "Hand");
  settle(elsa, {{"clash", other}, {"what", "burn"}}, 422);
  settle(elsa, {{"what", "keep"}}, 422);
  settle(elsa, {{"clash", "' OR 1=1"}, {"what", "keep"}}, 409);
  EXPECT_EQ(waiting(), 3u);
}

TEST_F(InboxPage, WhoHasASchoolSettlesWhatIsOfThatSchool) {
  auto const there = somebody_of(Level::Enrollment, org("s2"));
  auto const html = page(there, here());
  EXPECT_TRUE(says(html, "Newu2_1"));
  EXPECT_FALSE(says(html, "Newu1_1"));
  settle(there, {{"clash", number_of("u1_1")}, {"what", "take"}}, 409);
  settle(there, {{"clash", number_of("u2_1")}, {"what", "take"}});
  EXPECT_EQ(name_of("u2_1"), "Newu2_1");
  EXPECT_EQ(name_of("u1_1"), "Hand");
  EXPECT_EQ(get(somebody_of(Level::Reporting), here()).status, 403);
}

}  // namespace
}  // namespace rollbook::test
