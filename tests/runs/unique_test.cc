// Values that must be unique in the district, also beside what is stored already.
#include <gtest/gtest.h>

#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Unique : public Runs {
 protected:
  // The values of users.identifier must be unique, whichever of the two sources says them.
  void two_sources() {
    for (std::string const name : {"sis", "hr"})
      add_source(name, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"unique", "users.identifier"}, {"threshold.removed", "100"}});
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Unique, both_databases(), name_of_database);

std::map<std::string, std::string> person(std::string const& id, std::string const& identifier) {
  return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"},
          {"username", id},  {"givenName", "Zed"},    {"familyName", id},      {"identifier", identifier}};
}

DeliveryOf delta_of(std::map<std::string, std::string> const& row) { return DeliveryOf().mode("users", "delta").put("users", row); }

TEST_P(Unique, AnotherSourceCannotBringAValueThatSomebodyHas) {
  two_sources();
  sync(two_schools(5));
  auto const second = sync(DeliveryOf().put("users", person("q1", "Iu1_1")).put("users", person("q2", "own")), "hr");
  EXPECT_EQ(second.outcome, "applied_with_warnings") << told(second);
  EXPECT_EQ(counts(second, "users").excluded, 1u) << told(second);
  EXPECT_TRUE(says(second, "users.csv: \"q1\" has the identifier of \"u1_1\"")) << told(second);
  EXPECT_TRUE(found(second, "UNQ001"));
  EXPECT_FALSE(has("users", "q1"));
  EXPECT_TRUE(has("users", "q2"));
  EXPECT_TRUE(has("users", "u1_1")) << "who has it keeps it";
}

TEST_P(Unique, ADeltaCannotBringAValueThatSomebodyHas) {
  two_sources();
  sync(two_schools(5));
  auto const fresh = sync(delta_of(person("q1", "Iu1_1")));
  EXPECT_EQ(changes(fresh, "users"), "+0 ~0 -0") << told(fresh);
  EXPECT_TRUE(says(fresh, "\"q1\" has the identifier of \"u1_1\"")) << told(fresh);
  auto const known = sync(delta_of(person("u1_2", "Iu1_1")));
  EXPECT_EQ(counts(known, "users").excluded, 1u) << told(known);
  EXPECT_EQ(cell("users", "u1_2", "identifier"), "Iu1_2");
}

TEST_P(Unique, AValueIsFreeWhenWhoHadItGoesOrSaysAnother) {
  two_sources();
  sync(two_schools(5));
  auto swapped = two_schools(5);
  swapped.put("users", {{"sourcedId", "u1_1"}, {"identifier", "Iu1_2"}}).put("users", {{"sourcedId", "u1_2"}, {"identifier", "Iu1_1"}});
  EXPECT_EQ(changes(sync(swapped), "users"), "+0 ~2 -0");
  auto handed = two_schools(5);
  handed.drop("enrollments", "e1_1").drop("demographics", "u1_1").drop("users", "u1_1");
  handed.put("users", {{"sourcedId", "u1_2"}, {"identifier", "Iu1_1"}}).put("users", person("q1", "Iu1_2"));
  EXPECT_EQ(changes(sync(handed), "users"), "+1 ~0 -1");
  auto const delta = sync(delta_of(person("q2", "Iu1_3")).put("users", {{"sourcedId", "u1_3"}, {"status", "tobedeleted"}}));
  EXPECT_EQ(changes(delta, "users"), "+1 ~0 -1") << told(delta);
}

TEST_P(Unique, WhoIsLeftOutKeepsTheValueThatIsStored) {
  two_sources();
  sync(two_schools(5));
  // u1_1 cannot have what somebody of the other school has, and so u1_2 cannot have what u1_1 has.
  auto const delta = sync(delta_of(person("u1_1", "Iu2_1")).put("users", person("u1_2", "Iu1_1")));
  EXPECT_EQ(counts(delta, "users").excluded, 2u) << told(delta);
  EXPECT_EQ(changes(delta, "users"), "+0 ~0 -0");
}

TEST_P(Unique, TheSameRecordOfTwoSourcesMaySayTheSame) {
  two_sources();
  auto const first = two_schools(5);
  sync(first);
  auto const second = sync(first, "hr");
  EXPECT_EQ(counts(second, "users").excluded, 0u) << told(second);
  EXPECT_EQ(sync(first).outcome, "no_changes");
}

TEST_P(Unique, NobodyIsAskedWhereNothingMustBeUnique) {
  two_sources();
  set("hr", {{"unique", ""}});
  sync(two_schools(5));
  EXPECT_TRUE(sync(DeliveryOf().put("users", person("q1", "Iu1_1")), "hr").is_applied());
  EXPECT_TRUE(has("users", "q1"));
}

}  // namespace
}  // namespace rollbook::test
