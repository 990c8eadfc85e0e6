// A filter takes away what it leaves out, and what belongs to that; never what waits for a row that is excluded.
#include <gtest/gtest.h>

#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Filters : public Runs {
 protected:
  // A night on which a stored enrollment means a newcomer.
  static DeliveryOf newcomer(std::string const& role, std::string const& identifier, std::string const& org = "s1") {
    auto delivery = two_schools(20);
    delivery.put("users", {{"sourcedId", "u9"},
                           {"enabledUser", "true"},
                           {"orgSourcedIds", org},
                           {"role", role},
                           {"username", "u9"},
                           {"givenName", "New"},
                           {"familyName", "Kid"},
                           {"identifier", identifier}});
    delivery.put("enrollments", {{"sourcedId", "e1_1"}, {"userSourcedId", "u9"}});
    return delivery;
  }
  void expect_kept(runs::Answer const& answer) {
    EXPECT_EQ(changes(answer, "enrollments"), "+0 ~0 -0") << told(answer);
    EXPECT_EQ(counts(answer, "enrollments").excluded, 1u);
    EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "u1_1");
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Filters, both_databases(), name_of_database);

TEST_P(Filters, WhatWaitsForARowThatARequirementSkipsIsProtected) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"require", "users.identifier=skip"}});
  expect_kept(sync(newcomer("student", "")));
}

TEST_P(Filters, WhatWaitsForARowWithAnErrorIsProtectedAlsoWhereThereIsAFilter) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"filter.schools", "s1,s2"}});
  expect_kept(sync(newcomer("Pupilla", "I9")));
}

TEST_P(Filters, AListOfNothingButExcludedRowsIsNoFilterEither) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"filter.roles", "student,teacher"}});
  auto delivery = two_schools(20);
  delivery.put("orgs", {{"sourcedId", "s9"}, {"name", "New"}, {"type", "nonsense"}});
  delivery.put("users", {{"sourcedId", "u1_1"}, {"orgSourcedIds", "s9"}});
  auto const second = sync(delivery);
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -0") << told(second);
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s1");
}

TEST_P(Filters, WhatBelongsToAFilteredRowGoesWithIt) {
  add_source();
  sync(two_schools(20));
  set("sis", {{"filter.schools", "s1"}});
  auto const second = sync(newcomer("student", "I9", "s2"));
  EXPECT_EQ(counts(second, "enrollments").excluded, 0u) << told(second);
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -22");
}

}  // namespace
}  // namespace rollbook::test
