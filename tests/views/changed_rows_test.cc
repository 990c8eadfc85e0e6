#include "views/changed_rows.h"

#include <algorithm>

#include "bundle/zip_builder.h"
#include "runs/backup.h"
#include "runs/school.h"
#include "runs/source_change.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

using runs::ChangeKind;

class ChangedRows : public Runs {
 protected:
  views::ChangedRows rows(std::int64_t number, views::AskedRows const& asked, std::uint64_t from = 0, std::size_t how_many = 50) {
    auto h = hub();
    auto const run = store::find_run(home_->operations(), district_.id, number);
    auto page = views::changed_rows(h, district_, *run, asked, from, how_many);
    EXPECT_TRUE(page.ok()) << (page ? "" : page.trouble().text);
    return page ? *page : views::ChangedRows();
  }
  static std::string field(views::ChangedRow const& row, std::string const& name) {
    for (auto const& one : row.fields)
      if (one.name == name) return one.before + " → " + one.after;
    return "(same)";
  }
  static views::ChangedRow const* find(views::ChangedRows const& page, std::string const& id) {
    auto const at = std::find_if(page.rows.begin(), page.rows.end(), [&](auto const& row) { return row.sourced_id == id; });
    return at == page.rows.end() ? nullptr : &*at;
  }

  // What the second night changes, to be looked at before and after it is applied.
  static DeliveryOf second_night() {
    auto next = two_schools(20);
    next.put("users", {{"sourcedId", "u1_3"}, {"givenName", "Another"}}).put("classes", {{"sourcedId", "c2"}, {"title", "Algebra"}});
    next.drop("users", "u2_7").drop("enrollments", "e2_7").drop("demographics", "u2_7");
    next.put("users", {{"sourcedId", "u9"},
                       {"givenName", "Nina"},
                       {"familyName", "New"},
                       {"role", "student"},
                       {"orgSourcedIds", "s2"},
                       {"username", "nina"},
                       {"enabledUser", "true"}});
    next.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u9"}, {"role", "student"}});
    next.put("demographics", {{"sourcedId", "u1_1"}, {"birthDate", "2011-02-03"}});
    return next;
  }
  void look_at_second_night(std::int64_t run, bool applied) {
    auto const updated = rows(run, {TableId::Users, ChangeKind::Updated, {}, "", false});
    ASSERT_EQ(updated.rows.size(), 1u);
    EXPECT_EQ(updated.all, 1u);
    EXPECT_EQ(updated.rows[0].sourced_id, "u1_3");
    EXPECT_EQ(updated.rows[0].school.sourced_id, "s1");
    ASSERT_EQ(updated.rows[0].fields.size(), 1u);
    EXPECT_TRUE(field(updated.rows[0], "givenName").ends_with(" → Another"));
    EXPECT_TRUE(updated.rows[0].name.starts_with("Another "));
    EXPECT_GT(updated.rows[0].line.value_or(0), 1u);

    auto const created = rows(run, {TableId::Users, ChangeKind::Created, "s2", "", false});
    ASSERT_EQ(created.rows.size(), 1u);
    EXPECT_EQ(created.rows[0].sourced_id, "u9");
    EXPECT_EQ(created.rows[0].name, "Nina New");
    EXPECT_EQ(field(created.rows[0], "orgSourcedIds"), " → s2");
    EXPECT_EQ(field(created.rows[0], "enabledUser"), " → true");
    EXPECT_FALSE(created.rows[0].school.name.empty());

    auto const enrolled = rows(run, {TableId::Enrollments, ChangeKind::Created, {}, "", false});
    ASSERT_EQ(enrolled.rows.size(), 1u);
    EXPECT_EQ(field(enrolled.rows[0], "userSourcedId"), " → u9");
    if (applied) {
      EXPECT_EQ(enrolled.rows[0].name, "Nina New – Algebra");
    }

    auto const removed = rows(run, {TableId::Users, ChangeKind::Removed, {}, "", false});
    ASSERT_EQ(removed.rows.size(), 1u);
    EXPECT_EQ(removed.rows[0].sourced_id, "u2_7");
    EXPECT_FALSE(removed.rows[0].name.empty());
    EXPECT_EQ(removed.rows[0].why, "The delivery does not list it.");
    EXPECT_EQ(field(removed.rows[0], "role"), "student → ");

    auto const hidden = rows(run, {TableId::Demographics, ChangeKind::Updated, {}, "", false});
    ASSERT_EQ(hidden.rows.size(), 1u);
    EXPECT_TRUE(hidden.rows[0].fields.empty());
    EXPECT_EQ(hidden.rows[0].sourced_id, "u1_1");
    auto const seen = rows(run, {TableId::Demographics, ChangeKind::Updated, {}, "", true});
    EXPECT_TRUE(field(seen.rows[0], "birthDate").ends_with(" → 2011-02-03"));
  }
};
INSTANTIATE_TEST_SUITE_P(, ChangedRows, both_databases(), name_of_database);

TEST_P(ChangedRows, OfAHeldRunAndOfTheSameAppliedAreTheSame) {
  add_source("sis", {{"live", "yes"}});
  approve(*sync(two_schools(20)).run);
  auto const held = sync(second_night());
  ASSERT_EQ(held.outcome, "held");
  look_at_second_night(*held.run, false);
  ASSERT_TRUE(approve(*held.run).is_applied());
  look_at_second_night(*held.run, true);
  // Later nights change nothing about what this one did.
  approve(*sync(two_schools(20)).run);
  look_at_second_night(*held.run, true);
}

TEST_P(ChangedRows, OfAHeldZipComeFromItsUnpackedForm) {
  add_source("sis", {{"live", "yes"}});
  auto h = hub();
  auto const source = *store::find_source(home_->operations(), district_, "sis");
  auto const zip = zipped(two_schools(300).files());
  auto delivery = delivery::load_received("a zip", {{"OneRoster.zip", zip}}, true, 2);
  ASSERT_TRUE(delivery.ok());
  auto const held = *runs::sync(h, district_, source, std::move(*delivery), "");
  ASSERT_EQ(held.outcome, "held");
  auto const page = rows(*held.run, {TableId::Users, ChangeKind::Created, "s1", "", false}, 100, 50);
  ASSERT_EQ(page.rows.size(), 50u);
  EXPECT_EQ(page.next, 150u);
  for (auto const& row : page.rows) EXPECT_FALSE(row.name.empty());

  discard(*held.run);
  approve(*sync(two_schools(2)).run);
  auto const after = rows(*held.run, {TableId::Users, ChangeKind::Created, "s1", "", false}, 0, 5);
  ASSERT_EQ(after.rows.size(), 5u);
  EXPECT_FALSE(after.rows[0].kept);
  if (GetParam() == "SQLite") {
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(data_folder_ + "/districts/1/unpacked")) files += entry.is_regular_file();
    EXPECT_EQ(files, 0u) << "what nobody needs is gone";
  }
}

TEST_P(ChangedRows, OfATranslatedDeliveryAreAsItWasTranslated) {
  add_source("sis", {{"live", "yes"}, {"map.values", "users.role.Pupil=student"}});
  auto delivery = two_schools(5);
  delivery.put("users", {{"sourcedId", "u1_2"}, {"role", "Pupil"}});
  auto const held = sync(delivery);
  ASSERT_EQ(held.outcome, "held");
  auto const page = rows(*held.run, {TableId::Users, ChangeKind::Created, {}, "", false});
  auto const* row = find(page, "u1_2");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(field(*row, "role"), " → student");
}

TEST_P(ChangedRows, OfAHeldZipAreInABackup) {
  if (GetParam() != "SQLite") GTEST_SKIP() << "a database of PostgreSQL is dumped whole";
  add_source("sis", {{"live", "yes"}});
  auto h = hub();
  auto delivery = delivery::load_received("a zip", {{"OneRoster.zip", zipped(two_schools(30).files())}}, true, 2);
  ASSERT_TRUE(delivery.ok());
  auto const held = *runs::sync(h, district_, *store::find_source(home_->operations(), district_, "sis"), std::move(*delivery), "");
  ASSERT_EQ(held.outcome, "held");
  EXPECT_EQ(runs::verify(h, district_)->wrong_total, 0u);
  ASSERT_FALSE(runs::backup(h, "", folder() + "/copy"));
  ASSERT_FALSE(runs::restore(folder() + "/copy", folder() + "/again", ""));
  place_.folder = data_folder_ = folder() + "/again";
  reopen();
  auto const page = rows(*held.run, {TableId::Users, ChangeKind::Created, "s1", "", false}, 0, 5);
  ASSERT_EQ(page.rows.size(), 5u);
  EXPECT_TRUE(page.rows[0].kept);
  EXPECT_FALSE(page.rows[0].name.empty());
}

// One source brings the people, another one their classes.
DeliveryOf only(DeliveryOf delivery, std::vector<std::string> const& absent) {
  for (auto const& table : absent) delivery.mode(table, "absent");
  return delivery;
}

TEST_P(ChangedRows, PartsThatAnotherSourceBroughtAreShownAsTheyWere) {
  std::vector<std::string> const classes = {"academicSessions", "courses", "classes", "enrollments", "demographics"};
  add_source("hr", {{"live", "yes"}});
  add_source("sis");
  approve(*sync(only(two_schools(3), classes), "hr").run);
  ASSERT_TRUE(sync(only(two_schools(3), {"orgs", "users"}), "sis").is_applied());
  auto const held = sync(only(two_schools(3).drop("users", "u1_1"), classes), "hr");
  ASSERT_EQ(held.outcome, "held");
  auto const look = [&] {
    auto const removed = rows(*held.run, {TableId::Enrollments, ChangeKind::Removed, "s1", "", false});
    ASSERT_EQ(removed.rows.size(), 1u);
    EXPECT_EQ(removed.rows[0].sourced_id, "e1_1");
    EXPECT_EQ(removed.rows[0].name, "Ada1 Quill1 – Class 1");
    EXPECT_EQ(removed.rows[0].why, "It belongs to a record that goes.");
    EXPECT_EQ(field(removed.rows[0], "role"), "student → ");
  };
  look();
  ASSERT_TRUE(approve(*held.run).is_applied());
  look();
}

TEST_P(ChangedRows, OfARecordThatIsTakenOverAreThoseThatBecomeOthers) {
  add_source();
  ASSERT_TRUE(sync(two_schools(5)).is_applied());
  auto h = hub();
  ASSERT_TRUE(runs::deactivate_source(h, district_, *store::find_source(home_->operations(), district_, "sis")).ok());
  add_source("new", {{"live", "yes"}});
  auto const held = sync(two_schools(5).put("users", {{"sourcedId", "u1_1"}, {"familyName", "Inkwell"}}), "new");
  ASSERT_EQ(held.outcome, "held");
  auto const look = [&] {
    auto const updated = rows(*held.run, {TableId::Users, ChangeKind::Updated, {}, "", false});
    ASSERT_EQ(updated.rows.size(), 1u);
    EXPECT_EQ(updated.rows[0].sourced_id, "u1_1");
    EXPECT_EQ(updated.rows[0].fields.size(), 1u);
    EXPECT_EQ(field(updated.rows[0], "familyName"), "Quill1 → Inkwell");
  };
  look();
  ASSERT_TRUE(approve(*held.run).is_applied());
  look();
}

TEST_P(ChangedRows, AreFoundByAText) {
  add_source();
  auto const run = *sync(two_schools(700)).run;
  std::vector<std::string> found;
  std::optional<std::uint64_t> from = 0;
  int pages = 0;
  while (from) {
    auto const page = rows(run, {TableId::Users, ChangeKind::Created, {}, "U2_699", false}, *from, 10);
    for (auto const& row : page.rows) found.push_back(row.sourced_id);
    from = page.next;
    ASSERT_LT(++pages, 10);
  }
  EXPECT_EQ(found, std::vector<std::string>{"u2_699"});
}

TEST_P(ChangedRows, OfASchoolThatIsNotConcernedAreAMistake) {
  add_source();
  auto const run = *sync(two_schools(3)).run;
  auto h = hub();
  auto const found = store::find_run(home_->operations(), district_.id, run);
  EXPECT_FALSE(views::changed_rows(h, district_, *found, {TableId::Users, ChangeKind::Created, "s77", "", false}, 0, 10).ok());
  auto const page = rows(run, {TableId::Courses, ChangeKind::Created, "", "", false});
  EXPECT_EQ(page.rows.size(), 1u) << "courses are the district's";
}

}  // namespace
}  // namespace rollbook::test
