// Random histories, told to two districts: to one in the words of the standard, to the other in a source's own. Both rosters are the same, byte for byte,
// after every night.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "runs/texts.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

using Names = std::map<std::string, std::string>;
using Columns = std::vector<std::pair<std::string, std::string>>;  // table, column

Columns const people{{"users", "sourcedId"}, {"users", "agentSourcedIds"}, {"demographics", "sourcedId"}, {"enrollments", "userSourcedId"}};
Columns const classes_of{{"classes", "sourcedId"}, {"enrollments", "classSourcedId"}};
Columns const organizations{{"orgs", "sourcedId"},          {"orgs", "parentSourcedId"},        {"courses", "orgSourcedId"},
                            {"classes", "schoolSourcedId"}, {"enrollments", "schoolSourcedId"}, {"users", "orgSourcedIds"}};

void call(Files& files, Columns const& columns, Names const& names) {
  for (auto const& [table, column] : columns)
    edit_column(files, table, column, [&](std::string& value, std::size_t) {
      if (auto const at = names.find(value); at != names.end()) value = at->second;
    });
}

class ForeignDress : public Runs {
 protected:
  using Random = std::mt19937;

  static std::map<std::string, std::string> student(std::string const& id, std::string const& school, std::string const& name) {
    return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", "s" + school}, {"role", "student"},
            {"username", id},  {"givenName", name},     {"familyName", "Quill"},         {"identifier", "I" + id}};
  }

  // A night of a school district.
  static void change(DeliveryOf& roster, Random& random) {
    for (int i = 0; i < 4; ++i) {
      std::string const school = random() % 2 == 0 ? "1" : "2";
      auto const n = school + "_" + std::to_string(1 + random() % 16);
      switch (random() % 5) {
        case 0:
          roster.put("users", student("u" + n, school, "Name" + std::to_string(random() % 50)));
          roster.put("enrollments", {{"sourcedId", "e" + n},
                                     {"classSourcedId", "c" + school},
                                     {"schoolSourcedId", "s" + school},
                                     {"userSourcedId", "u" + n},
                                     {"role", "student"},
                                     {"primary", ""}});
          break;
        case 1:
          roster.drop("users", "u" + n).drop("enrollments", "e" + n).drop("demographics", "u" + n);
          break;
        case 2:
          roster.drop("enrollments", "e" + n);
          break;
        case 3:
          roster.put("classes", {{"sourcedId", "c" + school}, {"title", "Class " + std::to_string(random() % 100)}});
          break;
        case 4:
          roster.put("users", {{"sourcedId", "p" + school}, {"familyName", "Cher" + std::to_string(random() % 9)}, {"agentSourcedIds", "p" + school}});
          break;
      }
    }
  }

  // What damages a file the same way in any words: a row with too many cells, a row twice, spaces around an id.
  static void damage(Files& files, std::uint32_t how) {
    auto& text = text_of(files, "users");
    auto const at = text.find("\nu", text.size() / 2) + 1;
    if (at == 0) return;
    auto const end = text.find('\n', at);
    if (how % 4 == 1) text.insert(end, ",,");
    if (how % 4 == 2) text += text.substr(at, end + 1 - at);
    if (how % 4 == 3) text.insert(at, " ");
  }

  static std::vector<std::string> ids_in(Files const& files, std::string const& table) {
    std::vector<std::string> all;
    for (auto const& row : Sheet::of(files.at(table + ".csv")).rows) all.emplace_back(trimmed(row[0]));
    return all;
  }

  // Other names for all records of a table; half of them are names that others of them have.
  static Names any_names(std::vector<std::string> ids, Random& random) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    auto names = ids;
    std::shuffle(names.begin(), names.end(), random);
    Names all;
    for (std::size_t i = 0; i < ids.size(); ++i) all[ids[i]] = random() % 2 == 0 ? names[i] : "x/" + std::to_string(random() % 1000) + "." + names[i];
    return all;
  }

  static std::string as_setting(Names const& names) {  // from the delivery's to the district's
    std::string all;
    for (auto const& [ours, theirs] : names)
      if (ours != theirs) all += (all.empty() ? "" : ",") + theirs + "=" + ours;
    return all;
  }

  void in_another_district(std::string const& name, int number) {
    also_drop("home_district_" + std::to_string(number));
    auto const district = store::add_district(home_->operations(), name, "UTC", {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(district.ok());
    district_ = *district;
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}});
    lenient();
  }

  // Guards have tests of their own.
  void lenient() {
    for (auto const* threshold : {"threshold.removed", "threshold.changed", "threshold.created", "threshold.excluded", "threshold.removed-in-a-week"})
      set("sis", {{threshold, "100"}});
  }

  // What the two answers have in common.
  static std::string essence(runs::Answer const& answer) {
    std::string text = answer.outcome;
    for (auto const& [table, c] : answer.tables)
      text += "; " + table + " +" + std::to_string(c.created) + " ~" + std::to_string(c.updated) + " =" + std::to_string(c.unchanged) + " -" +
              std::to_string(c.removed) + " excluded " + std::to_string(c.excluded);
    return text;
  }

  static unsigned first_history() {
    auto const* asked = std::getenv("ROLLBOOK_FIRST_HISTORY");  // to see one again
    return asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 1;
  }
  static unsigned histories() {
    auto const* asked = std::getenv("ROLLBOOK_HISTORIES");
    return asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 5;
  }
};
INSTANTIATE_TEST_SUITE_P(RunsHistories, ForeignDress, both_databases(), name_of_database);

TEST_P(ForeignDress, GivesTheRosterOfThePlainDeliveries) {
  for (unsigned seed = first_history(); seed <= histories(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    in_another_district("Plain " + std::to_string(seed), static_cast<int>(2 * seed));
    auto const plain_district = district_;
    in_another_district("Dressed " + std::to_string(seed), static_cast<int>(2 * seed + 1));
    auto const dressed_district = district_;
    auto roster = two_schools(12);
    for (int night = 1; night <= 4; ++night) {
      SCOPED_TRACE("night " + std::to_string(night));
      if (night > 1) change(roster, random);
      auto plain = roster.files();
      if (night > 2) damage(plain, static_cast<std::uint32_t>(random()));
      auto dressed = plain;
      auto const who = any_names(ids_in(plain, "users"), random), which = any_names(ids_in(plain, "classes"), random),
                 where = any_names(ids_in(plain, "orgs"), random);
      // Spaces around an id stay around its name.
      auto padded = who;
      for (auto const& [id, name] : who) padded[" " + id] = " " + name;
      call(dressed, people, padded);
      call(dressed, classes_of, which);
      call(dressed, organizations, where);
      edit_column(dressed, "users", "role",
                  [&](std::string& value, std::size_t) { value = value == "student" ? random() % 2 == 0 ? "Pupil" : "PUPIL" : value; });
      edit_column(dressed, "orgs", "type", [&](std::string& value, std::size_t) { value = value == "school" ? "Schule" : value; });
      rename_column(dressed, "users", "givenName", "Vorname");
      rename_column(dressed, "classes", "schoolSourcedId", "Schule");
      rename_column(dressed, "enrollments", "userSourcedId", "Wer");
      if (random() % 2 == 0) replace_all(text_of(dressed, "users"), "\n", "\r\n");

      district_ = plain_district;
      auto const one = sync(plain);
      auto const expected = exported();
      district_ = dressed_district;
      auto half = where;
      half.erase("s1");
      set("sis", {{"map.columns", "users.Vorname=givenName,classes.Schule=schoolSourcedId,enrollments.Wer=userSourcedId"},
                  {"map.values", "users.role.Pupil=student,orgs.type.Schule=school"},
                  {"alias.people", as_setting(who)},
                  {"alias.classes", as_setting(which)},
                  {"alias.organizations", as_setting(half)},
                  {"map.schools", as_setting({{"s1", where.at("s1")}})}});
      auto const other = sync(dressed);
      EXPECT_EQ(essence(one), essence(other)) << told(one) << "\n" << told(other);
      EXPECT_EQ(exported(), expected);
    }
    expect_sound();
    if (HasFailure()) return;
  }
}

TEST_P(ForeignDress, IdsMadeAnewEveryNightGiveTheRosterOfIdsThatStay) {
  for (unsigned seed = first_history(); seed <= histories(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed + 1000);
    in_another_district("Plain " + std::to_string(seed), static_cast<int>(2 * seed));
    auto const plain_district = district_;
    in_another_district("Dressed " + std::to_string(seed), static_cast<int>(2 * seed + 1));
    auto const dressed_district = district_;
    set("sis", {{"person-identifier", "identifier"}});
    auto roster = two_schools(12);
    std::vector<std::string> known;
    for (int night = 1; night <= 4; ++night) {
      SCOPED_TRACE("night " + std::to_string(night));
      if (night > 1) change(roster, random);
      auto const plain = roster.files();
      auto dressed = plain;
      auto const listed = ids_in(plain, "users");
      call(dressed, people, any_names(known, random));
      known.insert(known.end(), listed.begin(), listed.end());  // also who has gone meanwhile comes back under another id

      district_ = plain_district;
      auto const one = sync(plain);
      auto const expected = exported();
      district_ = dressed_district;
      auto const other = sync(dressed);
      EXPECT_EQ(essence(one), essence(other)) << told(one) << "\n" << told(other);
      EXPECT_EQ(exported(), expected);
    }
    expect_sound();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace rollbook::test
