// A record as of any revision is what the export of that revision says of it, whatever happened before and after.
#include <random>

#include "runs/edit.h"
#include "runs/school.h"
#include "runs/texts.h"
#include "runs/trace.h"
#include "schema/catalogue.h"

namespace rollbook::test {
namespace {

class AsOf : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    add_source("hr");
  }

  void night(DeliveryOf& roster, std::mt19937& random) {
    for (int i = 0; i < 4; ++i) {
      std::string const school = random() % 2 == 0 ? "1" : "2", student = school + "_" + std::to_string(1 + random() % 14);
      switch (random() % 4) {
        case 0:
          roster.put("users", {{"sourcedId", "u" + student},
                               {"givenName", "Name" + std::to_string(random() % 50)},
                               {"familyName", "Quill"},
                               {"enabledUser", random() % 2 == 0 ? "true" : "false"},
                               {"orgSourcedIds", "s" + school},
                               {"role", "student"},
                               {"username", "n" + student}});
          break;
        case 1:
          roster.drop("users", "u" + student).drop("enrollments", "e" + student).drop("demographics", "u" + student);
          break;
        case 2:
          roster.put("classes", {{"sourcedId", "c" + school}, {"title", "Class " + std::to_string(random() % 9)}});
          break;
        case 3:
          roster.put("orgs", {{"sourcedId", "s" + school}, {"name", "School " + std::to_string(random() % 9)}});
          break;
      }
    }
  }

  // Of every table and record of the export.
  std::size_t compare(std::int64_t revision) {
    auto h = hub();
    std::size_t cells = 0;
    for (auto const& [name, text] : exported(revision)) {
      auto const table = name.substr(0, name.find('.'));
      if (table == "manifest") continue;
      auto plain = text;
      std::erase(plain, '\r');
      auto const sheet = Sheet::of(plain);
      for (auto const& row : sheet.rows) {
        auto const record = runs::trace(h, district_, table, row[0], revision);
        EXPECT_TRUE(record.ok()) << table << " " << row[0] << " in revision " << revision << " " << (record ? "" : record.trouble().text);
        if (!record) continue;
        EXPECT_TRUE(record->lives) << table << " " << row[0] << " in revision " << revision;
        EXPECT_EQ(record->sourced_id, row[0]);
        for (std::size_t i = 3; i < sheet.header.size(); ++i) {
          std::string value;
          for (auto const& field : record->fields)
            if (field.name == sheet.header[i]) value = field.value;
          EXPECT_EQ(value, row[i]) << table << " " << row[0] << " " << sheet.header[i] << " in revision " << revision;
          ++cells;
        }
      }
    }
    return cells;
  }
};

TEST_P(AsOf, EveryFieldIsThatOfTheExport) {
  std::mt19937 random(20260901);
  auto roster = two_schools(14);
  sync(roster);
  std::vector<std::int32_t> days{0, today};
  std::int64_t newest = 1;
  for (int n = 0; n < 8; ++n) {
    ++today;
    auto h = hub();
    switch (n % 4) {
      case 0:
        night(roster, random);
        sync(roster);
        break;
      case 1: {
        auto const edited =
            runs::edit(h, district_, {"users", n == 1 ? "p1" : "teacher-1", {{"familyName", "Hand" + std::to_string(n)}}, n == 1 ? "2026-09-04" : ""});
        ASSERT_TRUE(edited.ok()) << edited.trouble().text;
        break;
      }
      case 2: {
        DeliveryOf staff;  // another source says something of a person too
        staff.put("users", {{"sourcedId", "p2"},
                            {"givenName", "Other" + std::to_string(n)},
                            {"familyName", "Source"},
                            {"enabledUser", "true"},
                            {"orgSourcedIds", "s2"},
                            {"role", "teacher"},
                            {"username", "other"}});
        staff.put("users", {{"sourcedId", "h" + std::to_string(n)},
                            {"givenName", "Only"},
                            {"familyName", "Here"},
                            {"enabledUser", "true"},
                            {"orgSourcedIds", "s2"},
                            {"role", "aide"},
                            {"username", "h" + std::to_string(n)}});
        sync(staff, "hr");
        break;
      }
      case 3: {
        auto const again = runs::rekey(h, district_, "users", n == 3 ? "p1" : "teacher-1", n == 3 ? "teacher-1" : "teacher-2");
        ASSERT_TRUE(again.ok()) << again.trouble().text;
        break;
      }
    }
    auto const db = home_->roster(district_.id);
    auto row = (*db)->prepare("SELECT max(number) FROM revisions");
    ASSERT_TRUE(row->step());
    for (; newest < row->integer(0); ++newest) days.push_back(today);
  }
  ASSERT_GE(newest, 5) << "most of it became revisions";
  for (std::int64_t revision = 1; revision <= newest; ++revision) {
    today = days[static_cast<std::size_t>(revision)];
    EXPECT_GT(compare(revision), 500u) << revision;
  }
}

INSTANTIATE_TEST_SUITE_P(, AsOf, both_databases(), name_of_database);

}  // namespace
}  // namespace rollbook::test
