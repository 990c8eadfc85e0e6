// A district that is deleted: nothing of it is left, a proof stays, and its neighbours are untouched.
#include "runs/delete_district.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "runs/school.h"
#include "store/audit.h"
#include "store/receivers.h"
#include "store/sha256.h"

namespace rollbook::test {
namespace {

namespace fs = std::filesystem;

class DeletingADistrict : public Runs {
 protected:
  store::Database& operations() { return home_->operations(); }
  runs::Hub a_hub() {
    auto h = hub();
    h.actor = {"the server", "2026-09-02T00:00:00Z"};
    return h;
  }
  std::int64_t number(std::string const& sql) {
    auto row = operations().prepare(sql);
    return row->step() ? row->integer(0) : -1;
  }
  // A person, as far as the database is concerned, who may sign in to these districts.
  void person(std::int64_t id, std::string const& email, std::vector<std::int64_t> const& districts) {
    operations().run("INSERT INTO accounts(id, email, name, is_operator, active, created, last_seen) VALUES(?, ?, ?, 0, 1, '', '')", id, email, email);
    operations().run("INSERT INTO credentials(account, kind, secret, since) VALUES(?, 'password', 'hash', '')", id);
    for (auto const district : districts)
      operations().run("INSERT INTO grants(account, district, org, level, demographics) VALUES(?, ?, 0, 'system', 0)", id, district);
  }
  // Tables of the database that districts share, with a column of this name.
  std::vector<std::string> tables_with(std::string const& column) {
    std::vector<std::string> all;
    auto rows = operations().prepare(GetParam() == "SQLite"
                                         ? "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = ?"
                                         : "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND "
                                           "column_name = ?");
    for (rows->with(column); rows->step();) all.emplace_back(rows->text(0));
    return all;
  }
  std::vector<std::string> files_with(std::string const& canary) {
    std::vector<std::string> found;
    for (auto const& entry : fs::recursive_directory_iterator(data_folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::string const bytes((std::istreambuf_iterator<char>(in)), {});
      if (bytes.find(canary) != std::string::npos) found.push_back(entry.path().filename().string());
    }
    return found;
  }
  bool roster_is_there() {
    if (!data_folder_.empty()) return fs::exists(fs::path(data_folder_) / "districts" / "1");
    auto row = operations().prepare("SELECT 1 FROM pg_namespace WHERE nspname = ?");
    return row->with(own("home_district_1")).step();
  }
  store::Actor const olga_{"olga@example.org", "2026-09-01T10:00:00Z"};
};
INSTANTIATE_TEST_SUITE_P(Runs, DeletingADistrict, both_databases(), name_of_database);

TEST_P(DeletingADistrict, NothingOfItIsLeftAndTheProofSaysWhatThereWas) {
  add_source();
  auto delivery = two_schools(3);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Canarygiven"}, {"familyName", "Canaryfamily"}});
  auto const run = *sync(delivery).run;
  auto const other = *store::add_district(operations(), "Elm", "UTC", olga_);
  person(1, "canary.alone@example.org", {district_.id});
  person(2, "both@example.org", {district_.id, other.id});
  ASSERT_TRUE(store::add_receiver(operations(), district_, "Canaryreader", "oneroster-1.1", {}, olga_).ok());
  auto const log = store::verify_audit(operations(), district_.id);
  if (!data_folder_.empty()) {
    ASSERT_FALSE(files_with("Canaryfamily").empty()) << "the search for canaries finds them while they are there";
  }

  ASSERT_FALSE(store::ask_to_delete(operations(), district_, "Oak", olga_));
  auto h = a_hub();
  auto const done = runs::delete_district(h, district_);
  ASSERT_TRUE(done.ok()) << done.trouble().text;
  EXPECT_TRUE(*done);

  EXPECT_FALSE(roster_is_there());
  for (auto const& table : tables_with("district")) {
    if (table == "deletions") continue;
    EXPECT_EQ(number("SELECT count(*) FROM " + table + " WHERE district = 1"), 0) << table;
  }
  EXPECT_EQ(number("SELECT count(*) FROM districts"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM source_settings"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM accounts WHERE id = 1"), 0) << "who belonged to it alone has no account any more";
  EXPECT_EQ(number("SELECT count(*) FROM credentials"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM grants"), 1) << "who belongs elsewhere too keeps that";
  for (auto const* const canary : {"Canarygiven", "Canaryfamily", "canary.alone", "Canaryreader"}) {
    if (data_folder_.empty()) break;
    EXPECT_EQ(files_with(canary), std::vector<std::string>()) << canary;
  }

  auto const proof = store::find_deletion(operations(), district_.id);
  ASSERT_TRUE(proof);
  auto const says = [&](std::string const& what) { return proof->proof.find(what) != std::string::npos; };
  EXPECT_TRUE(says("District: 1, Oak\n")) << proof->proof;
  EXPECT_TRUE(says("Asked for: 2026-09-01T10:00:00Z by olga@example.org\n"));
  EXPECT_TRUE(says("Done: 2026-09-02T00:00:00Z"));
  EXPECT_TRUE(says("runs: 1\n") && says("sources: 1\n") && says("people who may sign in to it: 2\n"));
  EXPECT_TRUE(says("rows of users, in all versions: 8\n")) << proof->proof;
  EXPECT_TRUE(says("digest of the newest entry of its audit log: " + log->end)) << proof->proof;
  EXPECT_TRUE(says("Backups that were made before"));
  EXPECT_EQ(proof->proof.find("Canary"), std::string::npos);
  store::Sha256 digest;
  digest.take(proof->proof);
  auto const hex = digest.hex();
  EXPECT_EQ(proof->digest, hex);
  auto entry = operations().prepare("SELECT detail FROM audit WHERE district = 0 AND what = 'district deleted'");
  ASSERT_TRUE(entry->step());
  EXPECT_NE(std::string(entry->text(0)).find(hex), std::string::npos) << "the log of the server names the proof";
  entry.reset();
  auto const chain = store::verify_audit(operations(), 0);
  EXPECT_EQ(chain->broken, "");

  auto const next = store::add_district(operations(), "Oak", "UTC", olga_);
  ASSERT_TRUE(next.ok()) << "the name is free again";
  EXPECT_EQ(next->id, 3) << "its number is not given again, nor that of its run";
  store::Run another;
  another.district = next->id;
  another.kind = "delivery";
  ASSERT_FALSE(operations().transaction([&] { return store::add_run(operations(), another), true; }));
  EXPECT_GT(another.id, run);
}

TEST_P(DeletingADistrict, ItsNameHasToBeTypedAndThenThereIsNoWayBack) {
  for (auto const* const typed : {"", "oak", "Oak ", "Elm"}) EXPECT_TRUE(store::ask_to_delete(operations(), district_, typed, olga_)) << typed;
  EXPECT_EQ(store::service_of(operations(), district_.id), store::Service::Open);
  EXPECT_FALSE(store::ask_to_delete(operations(), district_, "Oak", olga_));
  EXPECT_EQ(store::service_of(operations(), district_.id), store::Service::Deleting);
  EXPECT_TRUE(store::ask_to_delete(operations(), district_, "Oak", olga_)) << "once";
  EXPECT_TRUE(store::unlock_district(operations(), district_, olga_));
  EXPECT_EQ(store::districts_to_delete(operations()), std::vector<std::int64_t>{district_.id});
}

TEST_P(DeletingADistrict, WaitsForWhoStillWorksForIt) {
  add_source();
  auto const run = *sync(two_schools(3)).run;
  operations().run("UPDATE runs SET state = 'running', worker = 'elsewhere 1 1', lease = ? WHERE id = ?", std::time(nullptr) + 500, run);
  ASSERT_FALSE(store::ask_to_delete(operations(), district_, "Oak", olga_));
  auto h = a_hub();
  auto const first = runs::delete_district(h, district_);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(*first);
  EXPECT_TRUE(roster_is_there());
  EXPECT_EQ(store::who_cancels(operations(), run), "olga@example.org") << "and asks it to stop";
  operations().run("UPDATE runs SET lease = 1");
  auto const second = runs::delete_district(h, district_);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(*second);
}

TEST_P(DeletingADistrict, WhoeverIsStoppedOnTheWayIsFollowedByOneWhoEndsIt) {
  add_source();
  sync(two_schools(3));
  ASSERT_FALSE(store::ask_to_delete(operations(), district_, "Oak", olga_));
  bool ended = false;
  for (int stop = 1; stop < 200 && !ended; ++stop) {
    int calls = 0;
    reopen();
    operations().fault = [&]() -> std::optional<Trouble> { return ++calls == stop ? std::optional(Trouble{"stopped"}) : std::nullopt; };
    auto h = a_hub();
    h.worker = "one thread, again and again";
    auto const done = runs::delete_district(h, district_);
    ended = done.ok() && *done && calls < stop;
    operations().fault = {};
    operations().recover();
    if (auto const deletion = store::find_deletion(operations(), 1); deletion && !deletion->finished.empty()) break;
  }
  auto const proof = store::find_deletion(operations(), 1);
  ASSERT_TRUE(proof);
  EXPECT_NE(proof->proof.find("rows of users, in all versions: 8\n"), std::string::npos) << "what there was is counted before the first row goes";
  EXPECT_FALSE(roster_is_there());
  EXPECT_EQ(number("SELECT count(*) FROM districts"), 0);
}

TEST_P(DeletingADistrict, OneThatIsLockedTakesNothingAndGoesOnWhenItIsOpened) {
  add_source();
  sync(two_schools(3));
  ASSERT_FALSE(store::lock_district(operations(), district_, olga_));
  EXPECT_TRUE(store::lock_district(operations(), district_, olga_)) << "it is already";
  auto h = a_hub();
  auto const refused = runs::sync(h, district_, *store::find_source(operations(), district_, "sis"), delivery_of(two_schools(4).files()), "");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.trouble().text.find("suspended"), std::string::npos);
  store::Run run;
  run.district = district_.id;
  run.kind = "delivery";
  run.source = 1;
  ASSERT_FALSE(operations().transaction([&] { return store::add_run(operations(), run), true; }));
  EXPECT_TRUE(runs::districts_with_work(operations()).empty());
  auto const answer = runs::work_one(h, district_);
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(*answer) << "no worker takes it in hand";
  ASSERT_FALSE(store::unlock_district(operations(), district_, olga_));
  EXPECT_EQ(runs::districts_with_work(operations()), std::vector<std::int64_t>{district_.id}) << "what waited is still there";
  EXPECT_EQ(sync(two_schools(4)).outcome, "applied");
}

}  // namespace
}  // namespace rollbook::test
