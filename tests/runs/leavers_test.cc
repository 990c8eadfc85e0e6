// People who left long ago are let go: nothing of them is found any more, what is left is sound, and what can no longer be undone says so.
#include "runs/leavers.h"

#include "runs/backup.h"
#include "runs/edit.h"
#include "runs/old_runs.h"
#include "runs/search_index.h"
#include "runs/trace.h"
#include "store/audit.h"

namespace rollbook::test {
namespace {

using store::Kept;

std::string const canary = "Zyxomma-Petiolatum";

// The first student of the first school, by a name that nobody else has, in each place that there is for it.
DeliveryOf with_canary() {
  auto night = two_schools(3);
  night.put("users", {{"sourcedId", "u1_1"}, {"givenName", canary}, {"email", canary + "@s1.example"}, {"metadata.nick", canary}});
  return night;
}

DeliveryOf without_her() {
  auto night = two_schools(3);
  night.put("users", {{"sourcedId", "u1_2"}, {"metadata.nick", "Bo"}});  // the column stays: a night without it is held
  return night.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1");
}

class LeaversLetGo : public OldRuns {
 protected:
  void SetUp() override {
    OldRuns::SetUp();
    if (!IsSkipped()) add_source();
  }
  // She comes, is edited, leaves; all of that long ago. Returns the runs.
  std::vector<std::int64_t> she_leaves() {
    std::vector<std::int64_t> runs{*sync(with_canary()).run};
    auto h = hub();
    auto const edited = runs::edit(h, district_, {"users", "u1_1", {{"familyName", canary}}, ""});
    EXPECT_TRUE(edited.ok());
    if (edited) runs.push_back(*edited->run);
    EXPECT_FALSE(runs::index_all(*roster()));
    runs.push_back(*sync(without_her()).run);
    return runs;
  }
  std::unique_ptr<store::Database> roster() { return std::move(*home_->roster(district_.id)); }
  std::int64_t of_her(std::string const& table) {
    auto const database = roster();
    auto row = database->prepare("SELECT count(*) FROM " + table);
    return row->step() ? row->integer(0) : -1;
  }
  // Tables with this text in any column of any row, bytes too; on PostgreSQL.
  std::vector<std::string> tables_with(std::string const& text) {
    std::vector<std::string> found;
    std::string hex;
    for (auto const c : text) hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4], hex += "0123456789abcdef"[c & 15];
    auto const look = [&](store::Database& database) {
      std::vector<std::string> names;
      auto tables = database.prepare("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()");
      while (tables->step()) names.emplace_back(tables->text(0));
      tables->reset();
      for (auto const& name : names) {
        auto row = database.prepare("SELECT 1 FROM \"" + name + "\" AS looked WHERE looked::text LIKE ? OR looked::text LIKE ?");
        if (row->with("%" + text + "%", "%" + hex + "%").step()) found.push_back(name);
        row->reset();
      }
    };
    look(home_->operations());
    look(*roster());
    return found;
  }
  std::vector<std::string> places_with(std::string const& text) { return data_folder_.empty() ? tables_with(text) : files_with(text); }
};
INSTANTIATE_TEST_SUITE_P(Runs, LeaversLetGo, both_databases(), name_of_database);

TEST_P(LeaversLetGo, NobodyGoesWithoutASetting) {
  she_leaves();
  grow_old();
  EXPECT_TRUE(let_go().empty());
  EXPECT_FALSE(places_with(canary).empty()) << "else nothing is proved";
}

TEST_P(LeaversLetGo, TheyGoWithAllThatWasAboutThemAndTheRestIsAsItWas) {
  she_leaves();
  grow_old();
  sync(without_her().put("users", {{"sourcedId", "u1_2"}, {"givenName", "Newer"}}));
  auto const now = exported();
  keep(Kept::Leavers, 90);
  auto h = hub();
  auto const preview = runs::would_go(h, district_, Kept::Leavers, 90);
  ASSERT_TRUE(preview.ok());
  EXPECT_EQ(preview->entries, 1u);
  EXPECT_EQ(preview->parts, 2u) << "her enrollment, her demographics";
  EXPECT_EQ(preview->runs, 3u);
  auto const gone = let_go();
  ASSERT_EQ(gone.size(), 3u) << "with deliveries and findings that are as old";
  EXPECT_EQ(gone[2].what, Kept::Leavers);
  EXPECT_EQ(gone[2].entries, preview->entries);
  EXPECT_EQ(gone[2].parts, preview->parts);
  EXPECT_EQ(gone[2].runs, preview->runs);
  EXPECT_EQ(exported(), now);
  EXPECT_EQ(exported(1).at("users.csv").find("u1_1"), std::string::npos) << "not as of an older day either";
  EXPECT_NE(exported(1).at("users.csv").find("u1_2"), std::string::npos);
  EXPECT_EQ(of_her("ids WHERE id IN ('u1_1', 'e1_1')") + of_her("overlay"), 0);
  EXPECT_EQ(of_her("redacted"), 3) << "that there was something, nameless";
  auto const traced = runs::trace(h, district_, "users", "u1_1", {});
  ASSERT_FALSE(traced.ok());
  EXPECT_NE(traced.trouble().text.find("let go"), std::string::npos) << traced.trouble().text;
  expect_sound();
  EXPECT_TRUE(let_go().empty()) << "once";
  EXPECT_EQ(runs::list_let_go(home_->operations(), district_.id, 10).at(0).parts, 2u);
  EXPECT_EQ(store::verify_audit(home_->operations(), district_.id)->broken, "");
}

// Whoever waits for a page is told what was counted by then, and that it was not all; when they go, all of them go.
TEST_P(LeaversLetGo, ArePreviewedAsFarAsThereIsPatienceAndGoAllTheSame) {
  she_leaves();
  grow_old();
  keep(Kept::Leavers, 90);
  auto h = hub();
  auto const whole = runs::would_go(h, district_, Kept::Leavers, 90, [] { return false; });
  EXPECT_TRUE(whole->whole);
  EXPECT_EQ(whole->parts, 2u);
  int asked = 0;
  auto const none = runs::would_go(h, district_, Kept::Leavers, 90, [&] { return ++asked > 0; });
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->whole);
  EXPECT_EQ(none->entries, 0u);
  EXPECT_EQ(asked, 1) << "who has no patience left is not asked for more";
  asked = 0;
  auto const some = runs::would_go(h, district_, Kept::Leavers, 90, [&] { return ++asked > 1; });
  EXPECT_FALSE(some->whole);
  EXPECT_EQ(some->entries, 1u) << "people were counted, and nothing about them";
  EXPECT_EQ(some->parts, 0u);
  EXPECT_EQ(let_go().at(2).parts, 2u);
}

TEST_P(LeaversLetGo, RunsThatChangedThemCanNoLongerBeUndoneAndOthersCan) {
  auto const runs = she_leaves();
  grow_old();
  auto const before = exported();
  auto const newer = *sync(without_her().put("users", {{"sourcedId", "u1_2"}, {"givenName", "Newer"}})).run;
  keep(Kept::Leavers, 90);
  EXPECT_FALSE(let_go().empty());
  auto h = hub();
  for (auto const run : runs)
    for (bool const dry : {true, false}) {
      auto const undone = runs::undo(h, district_, run, true, dry);
      ASSERT_FALSE(undone.ok()) << run;
      EXPECT_NE(undone.trouble().text.find("can no longer be undone: it changed something about people who have left"), std::string::npos);
    }
  auto row = home_->operations().prepare("SELECT count(*) FROM runs WHERE past_undoing <> ''");
  EXPECT_TRUE(row->step());
  EXPECT_EQ(row->integer(0), 3);
  row->reset();
  EXPECT_EQ(undo(newer).outcome, "applied");
  EXPECT_EQ(exported(), before);
  expect_sound();
}

TEST_P(LeaversLetGo, WhoLeftNotLongAgoStays) {
  sync(with_canary());
  grow_old();
  auto const left = *sync(without_her()).run;
  keep(Kept::Leavers, 90);
  let_go();
  EXPECT_EQ(of_her("redacted"), 0);
  EXPECT_EQ(undo(left).outcome, "applied") << "she can be brought back";
  EXPECT_EQ(cell("users", "u1_1", "givenName"), canary);
}

TEST_P(LeaversLetGo, WhoComesBackIsSomebodyNew) {
  she_leaves();
  grow_old();
  keep(Kept::Leavers, 90);
  let_go();
  auto const back = sync(with_canary());
  ASSERT_TRUE(back.is_applied());
  EXPECT_EQ(counts(back, "users").created, 1u);
  EXPECT_EQ(cell("users", "u1_1", "givenName"), canary);
  EXPECT_FALSE(runs::index_all(*roster()));
  expect_sound();
  EXPECT_EQ(undo(*back.run).outcome, "applied");
  EXPECT_FALSE(has("users", "u1_1"));
  expect_sound();
}

TEST_P(LeaversLetGo, WhomAnotherSourceStillNamesHasNotLeft) {
  add_source("hr");
  sync(with_canary());
  sync(with_canary(), "hr");
  sync(without_her());
  grow_old();
  keep(Kept::Leavers, 90);
  let_go();
  EXPECT_EQ(of_her("redacted"), 0);
  EXPECT_TRUE(has("users", "u1_1"));
}

TEST_P(LeaversLetGo, ARecordThatIsAboutSomebodyElseByNowStays) {
  sync(with_canary());
  auto night = without_her();
  night.put("enrollments", {{"sourcedId", "e1_1"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "u1_2"}, {"role", "student"}});
  sync(night);
  grow_old();
  auto const now = exported();
  keep(Kept::Leavers, 90);
  let_go();
  EXPECT_EQ(exported(), now);
  EXPECT_TRUE(has("enrollments", "e1_1"));
  EXPECT_EQ(exported(1).at("enrollments.csv").find("e1_1"), std::string::npos) << "then it was about her";
  expect_sound();
}

TEST_P(LeaversLetGo, TheyWaitWhileSomebodyWorksForTheDistrict) {
  auto const runs = she_leaves();
  grow_old();
  keep(Kept::Leavers, 90);
  auto& operations = home_->operations();
  operations.run("UPDATE runs SET state = 'running' WHERE id = ?", runs.back());
  auto h = hub();
  h.actor.at = at_;
  ASSERT_TRUE(runs::let_go_what_is_old(h, district_).ok());
  EXPECT_EQ(of_her("redacted"), 0);
  operations.run("UPDATE runs SET state = 'done' WHERE id = ?", runs.back());
  ASSERT_TRUE(runs::let_go_what_is_old(h, district_).ok()) << "on the same day";
  EXPECT_EQ(of_her("redacted"), 3);
}

// What is searched for trails the roster when she goes: it has her name still.
TEST_P(LeaversLetGo, TheyAreNotInWhatIsSearchedFor) {
  she_leaves();
  ASSERT_TRUE(runs::index_state(*roster()).is_behind());
  grow_old();
  keep(Kept::Leavers, 90);
  let_go();
  EXPECT_EQ(of_her("search_lists"), 0) << "it is made anew";
  EXPECT_FALSE(runs::index_all(*roster()));
  EXPECT_GT(of_her("search_lists"), 0);
  expect_sound();
  auto folded = canary;
  for (auto& c : folded) c = static_cast<char>(::tolower(c));
  EXPECT_EQ(places_with(folded), std::vector<std::string>());
}

TEST_P(LeaversLetGo, NothingOfThemIsLeftAnywhereNorInABackup) {
  auto wrong = with_canary();
  wrong.put("users", {{"sourcedId", "u1_1"}, {"enabledUser", canary}});  // an error, whose value is in its finding
  sync(with_canary());
  sync(wrong);
  she_leaves();
  roster()->run("INSERT INTO received_ids(source, tbl, id, key) SELECT 1, tbl, '" + canary +
                "', key FROM ids WHERE id = 'u1_1' AND tbl = " + std::to_string(static_cast<int>(TableId::Users)));
  ASSERT_FALSE(places_with(canary).empty());
  grow_old();
  keep(Kept::Leavers, 90);
  let_go();
  EXPECT_EQ(places_with(canary), std::vector<std::string>());
  if (data_folder_.empty()) return;
  auto h = hub();
  auto const copy = folder() + "/copy";
  ASSERT_FALSE(runs::backup(h, place_.postgres_url, copy));
  data_folder_ = copy;
  EXPECT_EQ(files_with(canary), std::vector<std::string>());
}

// Many of them among many, over nights that split and join the pages they lie on.
TEST_P(LeaversLetGo, NothingIsLeftBetweenTheRowsOfOthers) {
  if (data_folder_.empty()) GTEST_SKIP() << "a matter of files";
  auto const name_of = [](int night, int i) { return canary + std::to_string(i) + std::string(static_cast<std::size_t>((night * 37 + i * 13) % 70), 'x'); };
  constexpr int students = 800;
  auto delivery = two_schools(students);
  for (int night = 0; night < 4; ++night) {
    for (int i = 1; i <= students; ++i)
      if ((i + night) % 3 != 0)
        delivery.put("users", {{"sourcedId", "u1_" + std::to_string(i)}, {"givenName", i % 9 == 0 ? name_of(night, i) : "Name" + std::to_string(night * i)}});
    sync(delivery, "sis");
    EXPECT_FALSE(runs::index_all(*roster()));
  }
  for (int i = 9; i <= students; i += 9)
    delivery.drop("users", "u1_" + std::to_string(i)).drop("enrollments", "e1_" + std::to_string(i)).drop("demographics", "u1_" + std::to_string(i));
  auto held = sync(delivery);
  if (!held.is_applied()) held = approve(*held.run);
  ASSERT_TRUE(held.is_applied());
  EXPECT_FALSE(runs::index_all(*roster()));
  ASSERT_FALSE(files_with(canary).empty());
  grow_old();
  keep(Kept::Leavers, 90);
  ASSERT_EQ(let_go().back().entries, static_cast<std::uint64_t>(students / 9));
  EXPECT_EQ(files_with(canary), std::vector<std::string>());
  expect_sound();
}

}  // namespace
}  // namespace rollbook::test
