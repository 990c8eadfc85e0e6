// The audit log as a chain: whatever is done to it behind its back is found, with the entry where it begins.
#include "store/audit.h"

#include <thread>

#include "store/databases.h"
#include "store/migrations.h"

namespace rollbook::test {
namespace {

class AuditChain : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    db = another();
  }
  void TearDown() override {
    db.reset();
    OnBothDatabases::TearDown();
  }
  std::unique_ptr<store::Database> another() {
    auto opened = open("operations");
    EXPECT_FALSE(store::migrate(*opened, store::operations_migrations()));
    return opened;
  }
  static void note(store::Database& database, std::int64_t district, std::string const& detail, std::string const& from_where = "192.0.2.7") {
    ASSERT_FALSE(database.transaction([&] { return store::note(database, {"anna", "2026-11-22T01:02:03Z", from_where}, district, "tested", detail), true; }));
  }
  std::string broken(std::int64_t district = 1) {
    auto const chain = store::verify_audit(*db, district);
    return chain ? chain->broken : chain.trouble().text;
  }
  std::int64_t id_of(std::string const& detail) {
    auto row = db->prepare("SELECT id FROM audit WHERE detail = ?");
    return row->with(detail).step() ? row->integer(0) : -1;
  }
  void write_ten() {
    for (int i = 1; i <= 10; ++i) {
      note(*db, 1, "of one " + std::to_string(i));
      note(*db, 2, "of two " + std::to_string(i));
    }
  }

  std::unique_ptr<store::Database> db;
};
INSTANTIATE_TEST_SUITE_P(, AuditChain, both_databases(), name_of_database);

TEST_P(AuditChain, IsWholeForEachDistrictByItself) {
  write_ten();
  EXPECT_EQ(broken(1) + broken(2) + broken(3), "");
  auto const one = *store::verify_audit(*db, 1), two = *store::verify_audit(*db, 2);
  EXPECT_EQ(one.entries, 10);
  EXPECT_EQ(one.end.size(), 64u);
  EXPECT_NE(one.end, two.end);
  EXPECT_EQ(store::verify_audit(*db, 3)->end, "");
}

TEST_P(AuditChain, AChangedEntryIsNamed) {
  for (auto const* const change :
       {"who = 'bert'", "at = '2025-01-01T00:00:00Z'", "what = 'viewed'", "detail = detail || ' '", "what = what || 'of', detail = 'x'",
        "from_where = '192.0.2.8'", "from_where = ''", "from_where = '', detail = detail || from_where"}) {
    db->run("DELETE FROM audit");
    db->run("DELETE FROM audit_ends");
    write_ten();
    auto const id = std::to_string(id_of("of one 4"));
    db->run("UPDATE audit SET " + std::string(change) + " WHERE id = " + id);
    EXPECT_EQ(broken(), "Entry " + id + " of the audit log is not what was written, or the one before it was changed or taken out.") << change;
    EXPECT_EQ(broken(2), "");
  }
}

TEST_P(AuditChain, AnEntryThatWasTakenOutIsMissedWhereverItStood) {
  for (auto const* const gone : {"of one 1", "of one 5", "of one 9"}) {
    db->run("DELETE FROM audit");
    db->run("DELETE FROM audit_ends");
    write_ten();
    auto const id = id_of(gone);
    db->run("DELETE FROM audit WHERE id = ?", id);
    EXPECT_EQ(broken(), "Entry " + std::to_string(id + 2) + " of the audit log is not what was written, or the one before it was changed or taken out.");
  }
}

TEST_P(AuditChain, TheNewestIsMissedTooAlsoWhenMoreIsWritten) {
  write_ten();
  auto const newest = id_of("of one 10");
  db->run("DELETE FROM audit WHERE id = ?", newest);
  EXPECT_EQ(broken(), "Entry " + std::to_string(newest) + ", the newest of the audit log, is not there any more.");
  note(*db, 1, "afterwards");
  EXPECT_EQ(broken(),
            "Entry " + std::to_string(id_of("afterwards")) + " of the audit log is not what was written, or the one before it was changed or taken out.");
}

TEST_P(AuditChain, AnEntryThatWasSlippedInIsFound) {
  write_ten();
  db->run(
      "INSERT INTO audit(id, at, who, district, what, detail, chain, from_where) SELECT 1000, at, who, district, what, detail, chain, from_where FROM audit "
      "WHERE detail = 'of one 3'");
  EXPECT_EQ(broken(), "Entry 1000 of the audit log is not what was written, or the one before it was changed or taken out.");
}

TEST_P(AuditChain, WhoTakesTheEndAwayIsFoundAndHealsNothing) {
  write_ten();
  db->run("DELETE FROM audit_ends");
  EXPECT_EQ(broken(), "The end of the audit log, behind its 10 entries, was taken away.");
  auto const changed = id_of("of one 2");
  db->run("UPDATE audit SET detail = 'nothing happened' WHERE id = ?", changed);
  note(*db, 1, "afterwards");
  EXPECT_EQ(broken(), "Entry " + std::to_string(changed) + " of the audit log is not what was written, or the one before it was changed or taken out.");
}

TEST_P(AuditChain, WhatWasWrittenBeforeThereWereChainsIsChainedWithTheFirstNoteAndThatIsNoted) {
  for (int i = 1; i <= 3; ++i)
    db->run("INSERT INTO audit(id, at, who, district, what, detail) VALUES(?, '2025-01-01T00:00:00Z', 'anna', 1, 'tested', ?)", i,
            "early " + std::to_string(i));
  EXPECT_EQ(broken(), "") << "nothing can be said of them";
  note(*db, 1, "first");
  EXPECT_EQ(broken(), "");
  EXPECT_EQ(store::verify_audit(*db, 1)->entries, 5);
  EXPECT_EQ(id_of("3 entries before"), 4);
  db->run("UPDATE audit SET detail = 'other' WHERE id = 2");
  EXPECT_NE(broken(), "");
}

// The digest of an entry as it was made when nobody noted from where: written down here once, so that no later Rollbook finds fault with logs that are whole.
TEST_P(AuditChain, EntriesFromBeforePlacesWereNotedAreLinkedAsTheyWere) {
  note(*db, 1, "of one 1", "");
  EXPECT_EQ(store::verify_audit(*db, 1)->end, "eea056a9eb8a866556f41c371bc034c99ba426bb99788f15f12425052ea619cd");
  note(*db, 1, "of one 2", "192.0.2.7");
  EXPECT_EQ(broken(), "");
  db->run("UPDATE audit SET from_where = '192.0.2.7' WHERE id = ?", id_of("of one 1"));
  EXPECT_EQ(broken(),
            "Entry " + std::to_string(id_of("of one 1")) + " of the audit log is not what was written, or the one before it was changed or taken out.")
      << "nobody gives them a place afterwards";
}

TEST_P(AuditChain, WhatWasNotCommittedIsNoLink) {
  note(*db, 1, "first");
  EXPECT_FALSE(db->transaction([&] { return store::note(*db, {"anna", ""}, 1, "tested", "never"), false; }));
  note(*db, 1, "second");
  EXPECT_EQ(broken(), "");
  EXPECT_EQ(store::verify_audit(*db, 1)->entries, 2);
}

TEST_P(AuditChain, SeveralWritersMakeOneChain) {
  std::vector<std::thread> writers;
  std::vector<std::unique_ptr<store::Database>> theirs;
  for (int w = 0; w < 4; ++w) theirs.push_back(another());
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i) note(*theirs[static_cast<std::size_t>(w)], 1 + i % 2, std::to_string(w) + " " + std::to_string(i));
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(broken(1) + broken(2), "");
  EXPECT_EQ(store::verify_audit(*db, 1)->entries + store::verify_audit(*db, 2)->entries, 100);
}

}  // namespace
}  // namespace rollbook::test
