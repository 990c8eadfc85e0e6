// Random histories: whatever happened, the store is sound, and taking back what came last gives the roster of before, byte for byte.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "runs/edit.h"
#include "runs/look.h"
#include "runs/school.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class Histories : public Runs {
 protected:
  using Random = std::mt19937;

  // The student system's roster changes a little.
  void change(DeliveryOf& roster, Random& random) {
    for (int i = 0, n = 1 + static_cast<int>(random() % 4); i < n; ++i) {
      std::string const school = random() % 2 == 0 ? "1" : "2";
      auto const student = school + "_" + std::to_string(1 + random() % 14);
      switch (random() % 5) {
        case 0:
          roster.put("users", person("u" + student, "student", "s" + school, "Name" + std::to_string(random() % 50)));
          roster.put("enrollments", enrolment("e" + student, "c" + school, "s" + school, "u" + student, "student"));
          break;
        case 1:
          roster.drop("users", "u" + student).drop("enrollments", "e" + student).drop("demographics", "u" + student);
          break;
        case 2:
          roster.drop("enrollments", "e" + student);
          break;
        case 3:
          roster.put("classes", {{"sourcedId", "c" + school}, {"title", "Class " + std::to_string(random() % 100)}});
          break;
        case 4:
          roster.put("users", person("p" + school, "teacher", "s" + school, "Tea" + std::to_string(random() % 50)));
          break;
      }
    }
  }

  static std::map<std::string, std::string> person(std::string const& id, std::string const& role, std::string const& org, std::string const& name) {
    return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", org}, {"role", role}, {"username", id}, {"givenName", name}, {"familyName", "Quill"}};
  }
  static std::map<std::string, std::string> enrolment(std::string const& id, std::string const& class_, std::string const& org, std::string const& user,
                                                      std::string const& role) {
    return {{"sourcedId", id},        {"classSourcedId", class_},
            {"schoolSourcedId", org}, {"userSourcedId", user},
            {"role", role},           {"primary", role == "teacher" ? "true" : ""}};
  }

  // A second source knows staff only; schools come from the first.
  DeliveryOf staff(Random& random) {
    DeliveryOf people;
    for (int i = 0; i < 6; ++i)
      if (random() % 4 != 0) people.put("users", person("h" + std::to_string(i), "aide", "s1", "Helper" + std::to_string(random() % 20)));
    people.put("users", person("h9", "aide", "s2", "Always"));
    // Some of them are the other source's too.
    for (std::string const id : {"p1", "p2"})
      if (random() % 3 == 0) people.put("users", person(id, "teacher", "s" + id.substr(1), "Both" + std::to_string(random() % 5)));
    if (random() % 3 == 0) people.put("users", person("u1_3", "student", "s1", "Both"));
    return people;
  }

  DeliveryOf delta(Random& random) {
    DeliveryOf changes;
    changes.mode("users", "delta");
    auto const id = "u1_" + std::to_string(1 + random() % 14);
    auto cells = person(id, "student", "s1", "Delta" + std::to_string(random() % 50));
    cells["dateLastModified"] = "2026-09-0" + std::to_string(1 + random() % 9) + "T00:00:00.000Z";
    if (random() % 3 == 0) cells["status"] = "tobedeleted";
    changes.put("users", cells);
    return changes;
  }

  // A school comes without its students, and something else has changed. The run is held; somebody approves it, but for the school or as a whole, or discards
  // it, or nobody decides before the next delivery takes its place.
  runs::Answer an_emptied_school(DeliveryOf& roster, Random& random) {
    auto const before = exported();
    std::string const school = random() % 2 == 0 ? "1" : "2";
    auto emptied = roster;
    change(emptied, random);
    for (int i = 1; i <= 14; ++i) {
      auto const student = school + "_" + std::to_string(i);
      emptied.drop("users", "u" + student).drop("enrollments", "e" + student).drop("demographics", "u" + student);
    }
    set("sis", {{"threshold.floor", "1"}});
    auto const held = sync(emptied);
    set("sis", {{"threshold.floor", "1000"}});
    if (held.outcome != "held") return held;
    ++held_;
    EXPECT_EQ(exported(), before) << "what is held changes nothing";
    switch (random() % 4) {
      case 0:
        roster = emptied;
        return approve(*held.run);
      case 1: {
        auto const partly = approve(*held.run, {"s" + school});
        released_in_part_ += partly.is_applied();
        return partly;
      }
      case 2:
        return discard(*held.run);
      default:
        return held;
    }
  }

  std::optional<runs::Answer> step(DeliveryOf& roster, Random& random) {
    auto h = hub();
    switch (random() % 9) {
      case 8:
        return an_emptied_school(roster, random);
      case 0:
      case 1:
      case 2:
        change(roster, random);
        return sync(roster);
      case 3:
        return sync(staff(random), "hr");
      case 4:
        return sync(delta(random));
      case 5: {
        auto const all = ids("users");
        if (all.empty()) return {};
        auto const edited = runs::edit(h, district_, {"users", all[random() % all.size()], {{"middleName", "Edit" + std::to_string(random() % 9)}}, ""});
        return edited ? std::optional(*edited) : std::nullopt;
      }
      case 6: {
        auto const all = ids("users");
        if (all.empty()) return {};
        auto const made = runs::rekey(h, district_, "users", all[random() % all.size()], "X" + std::to_string(random() % 1000));
        return made ? std::optional(*made) : std::nullopt;
      }
      default: {
        auto const runs = store::list_runs(home_->operations(), district_.id);
        std::vector<std::pair<std::int64_t, std::int64_t>> applied;  // with their revisions
        for (auto const& run : runs)
          if (run.revision) applied.emplace_back(run.id, *run.revision);
        if (applied.empty()) return {};
        auto const [run, revision] = applied[random() % applied.size()];
        bool const forced = random() % 4 == 0;
        auto const before = last_said();
        auto const undone = runs::undo(h, district_, run, forced, false);
        if (!forced) expect_left_alone(before, last_said(), revision);
        return undone ? std::optional(*undone) : std::nullopt;
      }
    }
  }

  // Of every record of every source the revisions in which what it says last began and ended.
  using Said = std::map<std::tuple<std::string, std::int64_t, std::int64_t>, std::pair<std::int64_t, std::int64_t>>;
  Said last_said() {
    Said said;
    auto h = hub();
    auto roster = runs::open_roster(h, district_);
    EXPECT_TRUE(roster.ok());
    for (auto const* table : all_tables) {
      auto rows = (*roster)->prepare("SELECT row_key, row_source, row_since, row_until FROM " + store::quoted(*table) + " ORDER BY row_since");
      while (rows->step())
        said[{std::string(table->name), rows->integer(0), rows->integer(1)}] = {rows->integer(2), rows->is_null(3) ? 0 : rows->integer(3)};
    }
    return said;
  }
  // What was said of a record after the revision that was taken back stays as it was.
  void expect_left_alone(Said const& before, Said const& after, std::int64_t undone) {
    for (auto const& [record, said] : before) {
      if (said.first <= undone && said.second <= undone) continue;
      ++left_alone_;
      EXPECT_EQ(after.at(record), said) << std::get<0>(record) << ", key " << std::get<1>(record) << ", source " << std::get<2>(record)
                                        << ", undone revision " << undone;
    }
  }

  void expect_sound(std::string const& when) {
    auto h = hub();
    auto const verified = runs::verify(h, district_);
    ASSERT_TRUE(verified.ok()) << verified.trouble().text;
    for (auto const& wrong : verified->wrong) ADD_FAILURE() << when << ": " << wrong;
  }

  // Histories from one seed up to another, or up to the number that is wanted for a long run.
  void expect_all_sound(unsigned first, unsigned last);

  int held_ = 0, released_in_part_ = 0, left_alone_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Runs, Histories, both_databases(), name_of_database);

void Histories::expect_all_sound(unsigned first, unsigned last) {
  for (unsigned seed = first; seed < last && !HasFailure(); ++seed) {
    if (seed > first) {
      TearDown();
      SetUp();
    }
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
    add_source("hr", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
    std::mt19937 random(seed);
    auto roster = two_schools(8);
    sync(roster);
    std::string told;
    for (int i = 0, steps = 5 + static_cast<int>(random() % 15); i < steps && !HasFailure(); ++i) {
      auto const before = exported();
      auto const answer = step(roster, random);
      if (!answer) continue;
      told += std::to_string(*answer->run) + ":" + answer->kind + "=" + answer->outcome + " ";
      auto const when = "history " + std::to_string(seed) + " after " + told;
      expect_sound(when);
      auto const after = exported();
      if (!answer->is_applied()) {
        EXPECT_EQ(after, before) << when;
        continue;
      }
      if (random() % 2 == 0) continue;
      auto const undone = undo(*answer->run);
      EXPECT_TRUE(undone.is_applied()) << when << " undo: " << undone.outcome;
      EXPECT_EQ(exported(), before) << when << ": undone";
      expect_sound(when + " undone");
      auto const again = undo(*undone.run);
      EXPECT_TRUE(again.is_applied()) << when << " undo of the undo: " << again.outcome;
      EXPECT_EQ(exported(), after) << when << ": done again";
      told += "u ";
    }
  }
  EXPECT_TRUE(HasFailure() || last - first < 10 || (held_ > 0 && left_alone_ > 0)) << held_ << " runs were held, " << left_alone_ << " records left alone";
}

// Thirty of them, in three parts that can run beside each other.
TEST_P(Histories, AreSoundAndTheLastStepCanBeTakenBack) { expect_all_sound(0, 10); }
TEST_P(Histories, AreSoundAndTheLastStepCanBeTakenBackInTenMore) { expect_all_sound(10, 20); }
TEST_P(Histories, AreSoundAndTheLastStepCanBeTakenBackInYetTenMore) { expect_all_sound(20, 30); }

TEST_P(Histories, AreSoundInTheLongRun) {
  auto const* const wanted = std::getenv("ROLLBOOK_HISTORIES");  // 1000
  if (wanted == nullptr) GTEST_SKIP() << "only where ROLLBOOK_HISTORIES says how many";
  auto const* const from = std::getenv("ROLLBOOK_FIRST_HISTORY");  // to see one again
  expect_all_sound(from != nullptr ? static_cast<unsigned>(std::atoi(from)) : 0, static_cast<unsigned>(std::atoi(wanted)));
}

}  // namespace
}  // namespace rollbook::test
