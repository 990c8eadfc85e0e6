// Exports for a receiver with an SFTP server, from the queue to the file there: what is noted of one that arrived, and that nothing is of one that did not.
#include "runs/disclosures.h"
#include "runs/hand_on.h"
#include "runs/many_schools.h"
#include "runs/sftp.h"
#include "runs/sshd.h"
#include "store/receiver_secrets.h"
#include "store/sha256.h"

namespace rollbook::test {
namespace {

class HandOnBySftp : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    if (!Sshd::is_installed()) GTEST_SKIP() << "sshd is not installed (openssh-server)";
    sshd_.emplace();
    ::setenv("ROLLBOOK_SFTP_PRIVATE", "yes", 1);
    add_source();
    ASSERT_EQ(sync(two_schools(200)).outcome, "applied");
    auto const added = store::add_receiver(home_->operations(), district_, "Reader", "oneroster-1.1",
                                           {{"attributes", "users.sourcedId=pseudonym,users.identifier=leave-out"},
                                            {"others", "as-is"},
                                            {"delivery", "sftp"},
                                            {"sftp-host", "127.0.0.1"},
                                            {"sftp-port", std::to_string(sshd_->port())},
                                            {"sftp-user", Sshd::user()},
                                            {"sftp-folder", sshd_->in()},
                                            {"sftp-host-key", sshd_->fingerprint("host")}},
                                           anna_);
    ASSERT_TRUE(added.ok()) << added.trouble().text;
    receiver_ = added->id;
    learn(Sshd::password);
  }
  void TearDown() override {
    ::unsetenv("ROLLBOOK_SFTP_PRIVATE");
    sshd_.reset();
    Runs::TearDown();
  }

  store::Receiver receiver() { return *store::find_receiver(home_->operations(), district_.id, receiver_); }
  void learn(std::string const& secret) { ASSERT_FALSE(store::set_receiver_secret(home_->operations(), hub().key, receiver(), secret, anna_)); }
  void change(store::ReceiverChanges const& changes) { ASSERT_TRUE(store::set_receiver(home_->operations(), district_, receiver_, changes, anna_).ok()); }
  // As a server's worker does it.
  store::Export made() {
    auto h = hub();
    auto const queued = runs::queue_hand_on(h, district_, receiver());
    EXPECT_TRUE(queued.ok());
    auto const made = runs::make_next(h, district_);
    EXPECT_TRUE(made.ok() && *made);
    EXPECT_EQ((*made)->id, *queued);
    return *store::find_export(home_->operations(), district_.id, *queued);
  }
  std::string there() { return Sshd::read(sshd_->in() + "/roster.zip"); }
  std::size_t told_of(std::string const& id) {
    auto h = hub();
    return (*runs::disclosures_of(h, district_, TableId::Users, id, {}, 10))->size();
  }
  std::size_t noted(std::string const& what) {
    std::size_t count = 0;
    auto rows = home_->operations().prepare("SELECT detail FROM audit WHERE what = ?");
    for (rows->with(what); rows->step();) ++count;
    return count;
  }
  void expect_nothing_was_handed_on(store::Export const& made, std::string const& why) {
    EXPECT_EQ(made.outcome, "failed");
    EXPECT_NE(made.why.find(why), std::string::npos) << made.why;
    EXPECT_EQ(made.why.find("Larkspur"), std::string::npos) << made.why;
    EXPECT_EQ(std::tie(made.bytes, made.digest, made.rows), std::tuple(0u, "", 0u));
    EXPECT_FALSE(made.finished.empty());
    EXPECT_EQ(told_of("u1_1"), 0u) << "the ledger tells of what was handed on";
    EXPECT_EQ(noted("export failed"), 1u);
    EXPECT_EQ(noted("export exported"), 0u);
    EXPECT_FALSE(std::filesystem::exists(sshd_->in() + "/roster.zip"));
  }

  store::Actor anna_{"anna", "2026-09-01T00:00:00Z"};
  std::optional<Sshd> sshd_;
  std::int64_t receiver_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, HandOnBySftp, both_databases(), name_of_database);

TEST_P(HandOnBySftp, TheFileArrivesAndWhatIsNotedIsWhatArrived) {
  auto const first = made();
  EXPECT_EQ(std::pair(first.outcome, first.why), std::pair(std::string("exported"), std::string()));
  auto const bytes = there();
  store::Sha256 digest;
  digest.take(bytes);
  EXPECT_EQ(first.bytes, bytes.size());
  EXPECT_EQ(first.digest, digest.hex());
  EXPECT_EQ(sshd_->files_there(), 1u);
  auto sent = delivery::load_received("what arrived", {{"roster.zip", bytes}}, true, 1);
  ASSERT_TRUE(sent.ok() && delivery::arrived_whole(*sent));
  auto h = hub();
  auto const ledger = *runs::disclosures_of(h, district_, TableId::Users, "u1_1", {}, 10);
  ASSERT_EQ(ledger->size(), 1u);
  EXPECT_EQ((*ledger)[0].made.id, first.id);
  for (auto const& [field, treatment] : (*ledger)[0].fields) EXPECT_NE(field, "users.identifier");
  EXPECT_EQ(noted("export exported"), 1u);
}

TEST_P(HandOnBySftp, AFileOfTheNameIsReplacedByTheNextOne) {
  std::ofstream(sshd_->in() + "/roster.zip") << "what somebody else put there";
  ASSERT_EQ(made().outcome, "exported");
  auto const before = there();
  auto d = two_schools(200);
  d.put("users", {{"sourcedId", "u2_7"}, {"givenName", "Adele"}});
  ASSERT_EQ(sync(d).outcome, "applied");
  auto const second = made();
  EXPECT_EQ(second.outcome, "exported");
  EXPECT_EQ(second.changes, "users=0 1 0");
  EXPECT_NE(there(), before);
  EXPECT_EQ(there().size(), second.bytes);
  EXPECT_EQ(sshd_->files_there(), 1u);
  EXPECT_EQ(told_of("u1_1"), 2u);
}

TEST_P(HandOnBySftp, AServerWithAnotherKeyGetsNothing) {
  sshd_->end();
  sshd_->begin("host2");
  expect_nothing_was_handed_on(made(), "is not the one that was confirmed");
  EXPECT_EQ(sshd_->files_there(), 0u);
}

TEST_P(HandOnBySftp, AWrongPasswordIsSaidAndTriedOnce) {
  Relay relay(sshd_->port(), 0, 0);
  change({{"sftp-port", std::to_string(relay.port)}});
  learn("Larkspur-8 of June");
  expect_nothing_was_handed_on(made(), "does not let");
  EXPECT_EQ(relay.connections.load(), 1) << "accounts are locked for more";
  EXPECT_EQ(sshd_->files_there(), 0u);
}

TEST_P(HandOnBySftp, AServerThatKeepsGoingAwayIsTriedThreeTimesAndTheNextExportArrives) {
  std::size_t whole = 0;
  {
    Relay relay(sshd_->port(), 0, 0);
    change({{"sftp-port", std::to_string(relay.port)}});
    learn(Sshd::password);
    auto const place = runs::sftp_place_of(receiver());
    int const file = ::open(sshd_->folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    ASSERT_FALSE(runs::push_by_sftp(place, Sshd::password, "empty.zip", file, 0, runs::sftp_limits(), {}));
    ::close(file);
    whole = relay.from_client;  // of a connection that puts nothing
    std::filesystem::remove(sshd_->in() + "/empty.zip");
  }
  {
    Relay relay(sshd_->port(), 3, whole + 2000);
    change({{"sftp-port", std::to_string(relay.port)}});
    learn(Sshd::password);
    auto const failed = made();
    expect_nothing_was_handed_on(failed, "went away in the middle");
    EXPECT_NE(failed.why.find("tried 3 times"), std::string::npos) << failed.why;
    EXPECT_EQ(relay.connections.load(), 3);
    EXPECT_GT(relay.from_client, 3 * whole) << "it had begun each time";
    auto const again = made();
    EXPECT_EQ(std::pair(again.outcome, again.changes), std::pair(std::string("exported"), std::string("first")))
        << "what failed is nothing that changes are counted from";
    EXPECT_EQ(again.bytes, there().size());
  }
  EXPECT_EQ(told_of("u1_1"), 1u);
}

}  // namespace
}  // namespace rollbook::test
