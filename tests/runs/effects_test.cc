// Which effect a row has on the stored record with the same id: semantics, section 2.
#include <gtest/gtest.h>

#include "runs/school.h"

namespace rollbook::test {
namespace {

class Effects : public Runs {};
INSTANTIATE_TEST_SUITE_P(Runs, Effects, both_databases(), name_of_database);

TEST_P(Effects, TheFirstDeliveryCreatesEverything) {
  add_source();
  auto const first = sync(two_schools(30));
  EXPECT_EQ(first.outcome, "applied");
  EXPECT_EQ(first.revision, 1);
  EXPECT_EQ(changes(first, "users"), "+62 ~0 -0");
  EXPECT_EQ(changes(first, "enrollments"), "+62 ~0 -0");
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s1");
}

TEST_P(Effects, TheSameAgainChangesNothing) {
  add_source();
  sync(two_schools(30));
  auto const again = sync(two_schools(30));
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_FALSE(again.revision);
  EXPECT_EQ(counts(again, "users").unchanged, 62u);
}

TEST_P(Effects, AFullFileUpdatesCreatesAndRemoves) {
  add_source();
  sync(two_schools(30));
  auto next = two_schools(30);
  next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Quillfeather"}});
  next.put("users", {{"sourcedId", "u1_31"}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"}, {"username", "n"}, {"givenName", "New"}, {"familyName", "Kid"}});
  next.drop("users", "u1_2").drop("enrollments", "e1_2").drop("demographics", "u1_2");
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "applied");
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -1");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -1");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quillfeather");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "(none)");
}

}  // namespace
}  // namespace rollbook::test
