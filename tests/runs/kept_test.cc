// What a run found and changes stays with it, row by row.
#include "runs/contents.h"
#include "runs/school.h"
#include "runs/verify.h"
#include "store/stored.h"

namespace rollbook::test {
namespace {

class Kept : public Runs {
 protected:
  std::unique_ptr<store::Database> roster() { return std::move(*home_->roster(district_.id)); }
  std::vector<runs::KeptFinding> findings(std::int64_t run, runs::FindingFilter const& filter = {}) {
    auto const database = roster();
    auto all = runs::list_findings(*database, run, filter, 0, 100'000);
    EXPECT_EQ(runs::count_findings(*database, run, filter), all.size());
    return all;
  }
  // Ids of the records of a list, school by school.
  std::vector<std::string> listed(std::int64_t run, TableId table, runs::ChangeKind kind, std::optional<School> school = {}) {
    auto const database = roster();
    runs::ChangeListReader reader(*database, run, table, kind, school);
    std::vector<std::string> all;
    auto id = database->prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? ORDER BY since DESC");
    for (auto const& entry : reader.read(0, 100'000)) {
      id->with(static_cast<int>(table), entry.change.key).step();
      all.emplace_back(id->text(0));
      id->reset();
    }
    EXPECT_EQ(reader.size(), all.size());
    return all;
  }
  std::int64_t count(std::string const& sql) {
    auto const database = roster();
    auto row = database->prepare(sql);
    return row->step() ? row->integer(0) : -1;
  }
};
INSTANTIATE_TEST_SUITE_P(, Kept, both_databases(), name_of_database);

TEST(ChangeList, IsUnpackedAsItWasPacked) {
  std::vector<runs::ListedChange> const changes = {{7, 0, true}, {8, 1, true}, {300, 290, false}, {5, 4'000'000'000u, true}, {4'294'967'290u, 3, false}};
  EXPECT_EQ(runs::unpack_changes(runs::pack_changes(changes)), changes);
  std::vector<runs::ListedChange> in_order;
  for (std::uint32_t i = 0; i < 4096; ++i) in_order.push_back({1000 + i, i, true});
  EXPECT_LE(runs::pack_changes(in_order).size(), 4096u + 4);
}

TEST_P(Kept, FindingsCanBeSearchedAndCountsAreExact) {
  add_source();
  auto delivery = two_schools(30);
  for (int i = 1; i <= 25; ++i) delivery.put("users", {{"sourcedId", "u1_" + std::to_string(i)}, {"role", "Pupil%"}});
  delivery.put("enrollments", {{"sourcedId", "e1_1"}, {"role", "pupil"}});
  auto const answer = sync(delivery);
  ASSERT_TRUE(answer.run);
  std::uint64_t of_users = 0;
  for (auto const& rule : answer.findings)
    if (rule.file == "users.csv" && rule.severity == "error") of_users += rule.count;
  EXPECT_EQ(of_users, 25u);
  std::uint64_t wrong = 0;
  for (auto const& rule : answer.findings) wrong += rule.severity == "info" ? 0 : rule.count;
  EXPECT_EQ(wrong, answer.errors + answer.dependent + answer.warnings) << "every finding is counted for one file";

  auto const in_users = findings(*answer.run, {Severity::Error, "", "users.csv", ""});
  ASSERT_EQ(in_users.size(), 25u);
  EXPECT_EQ(in_users[0].column, "role");
  EXPECT_EQ(in_users[0].value, "Pupil%");
  EXPECT_EQ(in_users[0].sourced_id, "u1_1");
  EXPECT_FALSE(in_users[0].fix.empty());
  EXPECT_EQ(findings(*answer.run, {{}, "", "", "PUPIL%"}).size(), 25u);
  EXPECT_EQ(findings(*answer.run, {{}, "", "", "u1_25"}).size() > 0, true);
  EXPECT_TRUE(findings(*answer.run, {{}, "", "", "nobody says this"}).empty());
  EXPECT_EQ(findings(*answer.run, {{}, in_users[0].code, "enrollments.csv", ""}).size(), 1u);

  auto const database = roster();
  auto const first = runs::list_findings(*database, *answer.run, {}, 0, 10);
  auto const second = runs::list_findings(*database, *answer.run, {}, first.back().number, 10);
  EXPECT_LT(first.back().number, second.front().number);
}

TEST_P(Kept, NoMoreThanABoundedNumberOfFindingsOfTheLowestLines) {
  add_source();
  auto delivery = two_schools(1100);
  for (int i = 1; i <= 1100; ++i) delivery.put("users", {{"sourcedId", "u1_" + std::to_string(i)}, {"role", "pupil"}});
  auto const answer = sync(delivery);
  auto const kept = findings(*answer.run, {Severity::Error, "", "users.csv", ""});
  ASSERT_EQ(kept.size(), runs::most_of_a_rule);
  for (std::size_t i = 1; i < kept.size(); ++i) ASSERT_LT(kept[i - 1].line, kept[i].line);
  for (auto const& rule : answer.findings)
    if (rule.file == "users.csv" && rule.severity == "error") {
      EXPECT_EQ(rule.count, 1100u);
    }
}

TEST_P(Kept, SecretsAndDemographicsAreHidden) {
  add_source();
  auto delivery = two_schools(3);
  delivery.put("demographics", {{"sourcedId", "u1_1"}, {"birthDate", "the ides of march"}, {"sex", "Unsaid"}});
  auto const answer = sync(delivery);
  auto const kept = findings(*answer.run, {{}, "", "demographics.csv", ""});
  ASSERT_GE(kept.size(), 2u);
  for (auto const& finding : kept) {
    EXPECT_EQ(finding.value, "(hidden)");
    EXPECT_EQ((finding.message + finding.why + finding.fix).find("ides"), std::string::npos) << finding.message;
    EXPECT_EQ((finding.message + finding.why + finding.fix).find("Unsaid"), std::string::npos) << finding.message;
  }
}

TEST_P(Kept, ARunThatIsLookedAtAgainHasItsFindingsOnce) {
  add_source("sis", {{"live", "yes"}});
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"role", "pupil"}});
  auto const held = sync(delivery);
  ASSERT_EQ(held.outcome, "held");
  auto const before = findings(*held.run).size();
  EXPECT_GT(before, 0u);
  EXPECT_EQ(approve(*held.run).outcome, "applied_with_warnings");
  EXPECT_EQ(findings(*held.run).size(), before);
}

TEST_P(Kept, AnAppliedRunListsItsRowsBySchool) {
  add_source();
  auto const first = sync(two_schools(20));
  ASSERT_EQ(first.outcome, "applied");
  EXPECT_EQ(listed(*first.run, TableId::Users, runs::ChangeKind::Created).size(), 42u);
  auto const s1 = count("SELECT school FROM run_schools WHERE id = 's1'");
  EXPECT_EQ(listed(*first.run, TableId::Users, runs::ChangeKind::Created, static_cast<School>(s1)).size(), 21u);

  auto next = two_schools(20);
  next.put("users", {{"sourcedId", "u1_3"}, {"givenName", "Another"}}).drop("users", "u2_7").drop("enrollments", "e2_7").drop("demographics", "u2_7");
  auto const second = sync(next);
  ASSERT_EQ(second.outcome, "applied");
  EXPECT_EQ(listed(*second.run, TableId::Users, runs::ChangeKind::Updated), std::vector<std::string>{"u1_3"});
  EXPECT_EQ(listed(*second.run, TableId::Users, runs::ChangeKind::Removed), std::vector<std::string>{"u2_7"});
  EXPECT_TRUE(listed(*second.run, TableId::Users, runs::ChangeKind::Removed, static_cast<School>(s1)).empty());
  for (auto const& [table, c] : second.tables) {
    auto const id = std::find_if(std::begin(all_tables), std::end(all_tables), [&, name = table](auto const* t) { return t->name == name; });
    EXPECT_EQ(listed(*second.run, (*id)->id, runs::ChangeKind::Created).size(), c.created) << table;
    EXPECT_EQ(listed(*second.run, (*id)->id, runs::ChangeKind::Updated).size(), c.updated) << table;
    EXPECT_EQ(listed(*second.run, (*id)->id, runs::ChangeKind::Removed).size(), c.removed) << table;
  }
}

TEST_P(Kept, SomebodyAtTwoSchoolsStandsUnderBothAndOnceInTheWhole) {
  add_source();
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s1,s2"}});
  auto const run = *sync(delivery).run;
  auto const all = listed(run, TableId::Users, runs::ChangeKind::Created);
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(std::count(all.begin(), all.end(), "p1"), 1);
  for (std::string const id : {"s1", "s2"}) {
    auto const here =
        listed(run, TableId::Users, runs::ChangeKind::Created, static_cast<School>(count("SELECT school FROM run_schools WHERE id = '" + id + "'")));
    EXPECT_EQ(std::count(here.begin(), here.end(), "p1"), 1) << id;
  }
}

TEST_P(Kept, AnyPageOfALongListIsReadAlone) {
  add_source();
  auto const run = *sync(two_schools(5000)).run;
  auto const database = roster();
  runs::ChangeListReader reader(*database, run, TableId::Users, runs::ChangeKind::Created, {});
  EXPECT_EQ(reader.size(), 10'002u);
  std::set<std::uint32_t> keys;
  for (std::uint64_t from = 0; from < reader.size(); from += 997)
    for (auto const& entry : reader.read(from, 997)) EXPECT_TRUE(keys.insert(entry.change.key).second);
  EXPECT_EQ(keys.size(), 10'002u);
  EXPECT_TRUE(reader.read(10'002, 50).empty());
  EXPECT_LT(count("SELECT sum(length(bytes)) FROM run_changes"), 4 * count("SELECT CAST(sum(entries) AS BIGINT) FROM run_changes"));
}

TEST_P(Kept, AListThatIsNotWhatItSaysIsToldByVerify) {
  add_source();
  sync(two_schools(3));
  auto h = hub();
  EXPECT_EQ(runs::verify(h, district_)->wrong_total, 0u);
  roster()->run("UPDATE run_changes SET entries = entries + 1 WHERE tbl = ?", static_cast<int>(TableId::Users));
  EXPECT_EQ(runs::verify(h, district_)->wrong_total, 1u);
}

TEST_P(Kept, ListsOfASupersededPreviewGoAndThoseOfADiscardedOneStay) {
  add_source("sis", {{"live", "yes"}});
  auto const one = *sync(two_schools(3)).run, two = *sync(two_schools(4)).run;
  EXPECT_EQ(decision_of(one), "superseded");
  EXPECT_EQ(decision_of(two), "open");
  discard(two);
  auto const three = *sync(two_schools(5)).run;
  EXPECT_EQ(count("SELECT count(*) FROM run_changes WHERE run = " + std::to_string(one)), 0);
  EXPECT_GT(count("SELECT count(*) FROM run_changes WHERE run = " + std::to_string(two)), 0);
  EXPECT_GT(count("SELECT count(*) FROM run_changes WHERE run = " + std::to_string(three)), 0);
  EXPECT_EQ(count("SELECT count(*) FROM run_files WHERE run <> " + std::to_string(three)), 0);
}

}  // namespace
}  // namespace rollbook::test
