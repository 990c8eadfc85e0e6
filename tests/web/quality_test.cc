// Data Quality as those see it who hold one school only, and as programs read it.
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class QualityPages : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
    auto roster = two_schools(20);
    for (int i = 1; i <= 20; ++i) {
      auto const n = std::to_string(i);
      if (i > 3) roster.put("users", {{"sourcedId", "u1_" + n}, {"email", "u1_" + n + "@larkspur.example"}});
      if (i > 1) roster.put("users", {{"sourcedId", "u2_" + n}, {"email", "u2_" + n + "@larkspur.example"}});
    }
    for (std::string const s : {"1", "2"}) roster.put("users", {{"sourcedId", "p" + s}, {"email", "p" + s + "@larkspur.example"}});
    ASSERT_TRUE(sync(roster).is_applied());
  }
  std::string rule() { return "?source=1&table=" + std::to_string(static_cast<int>(TableId::Users)) + "&rule=REQ001&field=users.email"; }
};

TEST_F(QualityPages, NumbersAreThoseOfTheSchoolsThatSomebodySees) {
  auto const all = somebody_of(Level::Reporting), one = somebody_of(Level::Reporting, org("s2"));
  auto const address = in("/quality.csv?tab=mine");
  EXPECT_TRUE(says(page(all, address), ",4,0,,,")) << page(all, address);
  EXPECT_TRUE(says(page(one, address), ",1,0,,,")) << page(one, address);
  EXPECT_TRUE(says(page(all, in("/quality/rule.csv") + rule()), "s1,"));
  EXPECT_FALSE(says(page(one, in("/quality/rule.csv") + rule()), "s1,"));
  EXPECT_TRUE(says(page(one, in("/quality/rule.csv") + rule()), "s2,"));
  EXPECT_FALSE(says(page(one, in("/quality/score.csv")), "s1,"));
  EXPECT_TRUE(says(page(one, in("/quality/score.csv")), "s2,"));
  page(one, in("/quality/rule") + rule() + "&school=s1", 404);
}

TEST_F(QualityPages, WhoOnlySeesAcceptsNothing) {
  std::vector<std::pair<std::string, std::string>> const form{{"source", "1"},        {"table", std::to_string(static_cast<int>(TableId::Users))},
                                                              {"rule", "REQ001"},     {"field", "users.email"},
                                                              {"school", "-1"},       {"reason", "=known"},
                                                              {"until", "2026-12-24"}};
  EXPECT_FALSE(says(page(somebody_of(Level::Reporting), in("/quality/rule") + rule()), "Accept it for now"));
  EXPECT_EQ(post(somebody_of(Level::Reporting), in("/quality/accepted"), form).status, 403);
  EXPECT_EQ(post(somebody_of(Level::Enrollment, org("s1")), in("/quality/accepted"), form).status, 403);
  auto const may = somebody_of(Level::Enrollment);
  EXPECT_EQ(post(may, in("/quality/accepted"), form).status, 303);
  EXPECT_EQ(notes("finding accepted"), 1u);
  EXPECT_TRUE(says(page(may, in("/quality.csv?tab=mine")), ",0,4,,,"));
  EXPECT_TRUE(says(page(may, in("/quality/accepted.csv")), "'=known"));  // a spreadsheet would calculate
  EXPECT_EQ(post(may, in("/quality/accepted/1/withdraw")).status, 303);
  EXPECT_EQ(post(may, in("/quality/accepted/1/withdraw")).status, 404);
  EXPECT_EQ(notes("acceptance withdrawn"), 1u);
}

}  // namespace
}  // namespace rollbook::test
