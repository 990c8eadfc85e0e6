// Who gets which letters.
#include "letters/letters.h"
#include "store/district_life.h"

namespace rollbook::test {
namespace {

using access::Level;
using store::EventKind;

class Wishes : public Letters {
 protected:
  void SetUp() override {
    Letters::SetUp();
    if (IsSkipped()) return;
    add_source();
    ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
    source_ = (*store::find_source(operations(), district_, "sis")).id;
  }
  std::vector<std::int64_t> readers(EventKind kind, std::int64_t source = 0) {
    store::Event event{.district = district_.id, .kind = kind, .at = {}};
    if (source > 0) event.source = source;
    return letters::readers_of(operations(), event);
  }
  std::int64_t source_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, Wishes, both_databases(), name_of_database);

TEST_P(Wishes, WithoutAWordWhoMayDecideGetsWhatAsksForSomebody) {
  auto const system = person("system@x.example", Level::System).id, enrollment = person("enrollment@x.example", Level::Enrollment).id;
  person("reporting@x.example", Level::Reporting);
  person("standard@x.example", Level::Standard);
  person("school@x.example", Level::System, 1);
  person("operator@x.example", Level::None, {}, true);
  for (auto const kind : {EventKind::Held, EventKind::Refused, EventKind::Failed, EventKind::NothingArrived, EventKind::DeliveryIncomplete,
                          EventKind::AccountBanned, EventKind::HostKey})
    EXPECT_EQ(readers(kind), (std::vector<std::int64_t>{system, enrollment})) << store::name_of(kind);
  for (auto const kind : {EventKind::Applied, EventKind::AppliedWithWarnings, EventKind::Digest})
    EXPECT_TRUE(readers(kind).empty()) << store::name_of(kind) << " comes to who asks for it";
}

TEST_P(Wishes, AWishAboutASourceGoesBeforeTheOneAboutAll) {
  auto const anna = person("anna@x.example", Level::System), rita = person("rita@x.example", Level::Reporting);
  wish(anna, {{0, EventKind::Held, false}, {source_, EventKind::Held, true}, {0, EventKind::Applied, true}, {source_, EventKind::Applied, false}});
  wish(rita, {{0, EventKind::Held, true}});
  EXPECT_EQ(readers(EventKind::Held, source_), (std::vector<std::int64_t>{anna.id, rita.id}));
  EXPECT_EQ(readers(EventKind::Held, source_ + 1), std::vector<std::int64_t>{rita.id});
  EXPECT_EQ(readers(EventKind::Applied, source_ + 1), std::vector<std::int64_t>{anna.id});
  EXPECT_TRUE(readers(EventKind::Applied, source_).empty());
  EXPECT_EQ(readers(EventKind::Failed), std::vector<std::int64_t>{anna.id}) << "of what nothing was said";
  wish(anna, {});
  EXPECT_EQ(readers(EventKind::Held, source_ + 1), (std::vector<std::int64_t>{anna.id, rita.id})) << "as before";
}

TEST_P(Wishes, NumbersOfADistrictAreForWhoMaySeeThemAllWhateverTheyWish) {
  auto const school = person("school@x.example", Level::System, 1), standard = person("standard@x.example", Level::Standard);
  for (auto const& account : {school, standard}) wish(account, {{0, EventKind::Held, true}, {0, EventKind::Digest, true}});
  EXPECT_TRUE(readers(EventKind::Held).empty());
  EXPECT_TRUE(readers(EventKind::Digest).empty());
}

TEST_P(Wishes, WhoLeavesMeanwhileGetsNoLetterAnyMore) {
  set_mail(1);
  auto const anna = person("anna@x.example", Level::System), ben = person("ben@x.example", Level::System);
  a_run_fails();
  round(noon);
  ASSERT_EQ(states(), (std::map<std::string, int>{{"waiting", 2}}));
  ASSERT_FALSE(access::set_active(operations(), ben.id, false, anna_));
  ASSERT_FALSE(access::grant(operations(), anna.id, {district_.id, {}, Level::None, false}, anna_));
  round(noon + 1000);
  round(noon + 2000);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"given up", 2}}));
}

TEST_P(Wishes, OfALockedDistrictNobodyIsTold) {
  set_mail(1);
  person("anna@x.example", Level::System);
  a_run_fails();
  ASSERT_FALSE(store::lock_district(operations(), district_, anna_));
  round(noon);
  EXPECT_TRUE(items().empty());
  ASSERT_FALSE(store::unlock_district(operations(), district_, anna_));
  round(noon + 100);
  EXPECT_TRUE(items().empty()) << "nor afterwards";
  a_run_fails();
  round(noon + 200);
  EXPECT_EQ(items().size(), 1u);
}

TEST_P(Wishes, WhatConcernsAllIsToldToEachOnce) {
  set_mail(1);
  auto const other = *store::add_district(operations(), "Riverside", "UTC", anna_);
  auto const both = person("both@x.example", Level::System), olga = person("olga@x.example", Level::None, {}, true);
  ASSERT_FALSE(access::grant(operations(), both.id, {other.id, {}, Level::System, false}, anna_));
  raise({.district = 0, .kind = EventKind::HostKey, .at = {}, .facts = {{"fingerprint", "SHA256:abc+/="}, {"from", "2026-12-01"}}});
  round(noon);
  EXPECT_EQ(items().size(), 2u);
  for (auto const& item : items()) EXPECT_TRUE(item.account == both.id || item.account == olga.id);
}

TEST_P(Wishes, WithoutAMailServerThereAreNoLettersToComeLater) {
  person("anna@x.example", Level::System);
  a_run_fails();
  round(noon);
  EXPECT_TRUE(items().empty());
  set_mail(1);
  round(noon + 100);
  EXPECT_TRUE(items().empty());
}

}  // namespace
}  // namespace rollbook::test
