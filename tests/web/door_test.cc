// What a sender needs stands on a page of the source, ready to be copied; its keys and passwords are made and ended there.
#include "doors/accounts.h"
#include "doors/folders.h"
#include "doors/host_keys.h"
#include "doors/http_door.h"
#include "doors/shut_out.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class DoorPage : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    anna = somebody_of(Level::Enrollment);
  }
  store::Source source() { return *store::find_source(operations(), district(), "sis"); }
  std::string door(std::string const& rest = "") const { return in("/sources/1/door" + rest); }
  static std::string between(std::string const& text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    if (at == std::string::npos) return "(none)";
    return text.substr(at + from.size(), text.find(to, at + from.size()) - at - from.size());
  }
  std::string const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvcnR5IHR3byBieXRlcyBvZiBub3RoaW5nIGF0IGFs nightly export";
  Browser anna;
};

TEST_F(DoorPage, SaysWhatTheSenderNeedsAndWhenTheDoorIsClosed) {
  EXPECT_TRUE(says(page(anna, in("/sources/1")), door()));
  auto const closed = page(anna, door());
  EXPECT_TRUE(says(closed, "The SFTP door of this server is closed."));
  EXPECT_TRUE(says(closed, "<code>sis-1</code>"));
  ASSERT_FALSE(doors::keep_door_address(operations(), {"sftp.oakfield.example", 2022}));
  auto const open = page(anna, door());
  EXPECT_FALSE(says(open, "The SFTP door of this server is closed."));
  for (auto const* const text : {"<code>sftp.oakfield.example</code>", "<code>2022</code>", "never by e-mail or in shared sheets"})
    EXPECT_TRUE(says(open, text)) << text;
}

TEST_F(DoorPage, APasswordIsShownOnceAndEnded) {
  auto const made = post(anna, door("/password"));
  EXPECT_EQ(made.status, 200);
  auto const password = between(made.body, "id=\"password\">", "<");
  ASSERT_GE(password.size(), 40u);
  EXPECT_TRUE(doors::is_password_of(operations(), *doors::account_of(operations(), source().id), password));
  auto const later = page(anna, door());
  EXPECT_FALSE(says(later, password));
  EXPECT_TRUE(says(later, "One is set."));
  EXPECT_EQ(post(anna, door("/password/end")).status, 303);
  EXPECT_FALSE(doors::is_password_of(operations(), *doors::account_of(operations(), source().id), password));
  EXPECT_EQ(notes("door set"), 2u);
}

TEST_F(DoorPage, KeysAreAddedAndRemovedAndAPrivateOneIsNotShownAgain) {
  EXPECT_EQ(post(anna, door("/key"), {{"key", key}}).status, 303);
  auto const html = page(anna, door());
  EXPECT_TRUE(says(html, "nightly export"));
  auto const again = post(anna, door("/key"), {{"key", key}});
  EXPECT_EQ(again.status, 422);
  EXPECT_TRUE(says(again.body, "This key is there already"));
  auto const secret = post(anna, door("/key"), {{"key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1"}});
  EXPECT_EQ(secret.status, 422);
  EXPECT_TRUE(says(secret.body, "This is a private key"));
  EXPECT_FALSE(says(secret.body, "b3BlbnNzaC1"));
  auto const typo = post(anna, door("/key"), {{"key", "ssh-ed25519 AAAA"}});
  EXPECT_TRUE(says(typo.body, ">ssh-ed25519 AAAA</textarea>")) << "what was typed is kept";
  auto const fingerprint = doors::keys_of(operations(), source().id).at(0).fingerprint;
  EXPECT_EQ(post(anna, door("/key/remove"), {{"fingerprint", fingerprint}}).status, 303);
  EXPECT_TRUE(doors::keys_of(operations(), source().id).empty());
  EXPECT_EQ(post(anna, door("/key/remove"), {{"fingerprint", fingerprint}}).status, 422);
}

TEST_F(DoorPage, AddressesAreSavedOrSaidToBeNone) {
  EXPECT_EQ(post(anna, door("/allowed"), {{"networks", "192.0.2.0/24"}}).status, 303);
  EXPECT_TRUE(says(page(anna, door()), "value=\"192.0.2.0/24\""));
  EXPECT_EQ(post(anna, door("/allowed"), {{"networks", "my office"}}).status, 422);
  EXPECT_EQ(post(anna, door("/allowed"), {{"networks", ""}}).status, 303);
  EXPECT_EQ(doors::account_of(operations(), source().id)->allowed, "");
}

TEST_F(DoorPage, WhoIsShutOutIsSaidAndLetInAgain) {
  ASSERT_TRUE(doors::make_password(operations(), source(), somebody).ok());
  auto const account = *doors::account_of(operations(), source().id);
  ASSERT_FALSE(doors::note_sign_in(operations(), account, "2026-11-21T00:00:00Z", "192.0.2.7"));
  for (int i = 0; i < doors::failures_of_address; ++i) ASSERT_FALSE(doors::note_failure(operations(), "192.0.2.7", account, now));
  EXPECT_TRUE(says(page(anna, door()), "192.0.2.7 is shut out until"));
  EXPECT_EQ(post(anna, door("/let-in")).status, 303);
  EXPECT_FALSE(says(page(anna, door()), "is shut out until"));
}

TEST_F(DoorPage, WhatHasStoppedHalfWayIsShown) {
  operations().run("INSERT INTO door_incomplete(source, name, bytes, usual, since) VALUES(1, 'night.zip', 500000, 1000000, 1795219200)");
  auto const html = page(anna, door());
  EXPECT_TRUE(says(html, "night.zip"));
  EXPECT_TRUE(says(html, "50 % of what the last delivery weighed"));
}

TEST_F(DoorPage, TheLineForAScriptIsThereWhenTheHttpDoorIsOpen) {
  EXPECT_TRUE(says(page(anna, door()), "The HTTP door of this server is closed."));
  ASSERT_FALSE(doors::keep_http_door_address(operations(), "https://rollbook.oakfield.example"));
  auto const html = page(anna, door());
  EXPECT_TRUE(says(html, "curl --fail-with-body -u sis-1 -T oneroster.zip https://rollbook.oakfield.example/doors/sis-1/"));
  EXPECT_FALSE(says(html, "The HTTP door of this server is closed."));
}

TEST_F(DoorPage, AWatchedFolderIsShownAndNotSetHere) {
  EXPECT_FALSE(says(page(anna, door()), "A folder of the server"));
  operations().run("INSERT INTO door_folders(source, path, trouble) VALUES(1, '/srv/incoming/sis', 'It cannot be read.')");
  auto const html = page(anna, door());
  for (auto const* const text : {"<code class=\"broken\">/srv/incoming/sis</code>", "It cannot be read.", "Nobody looks into it yet"})
    EXPECT_TRUE(says(html, text)) << text;
  ASSERT_FALSE(doors::keep_folders_are_watched(operations()));
  EXPECT_FALSE(says(page(anna, door()), "Nobody looks into it yet"));
}

TEST_F(DoorPage, IsForWhoRunsDeliveries) {
  EXPECT_EQ(get(somebody_of(Level::Reporting), door()).status, 403);
  EXPECT_EQ(post(somebody_of(Level::Reporting), door("/password")).status, 403);
  operations().run("UPDATE sources SET state = 'deactivated'");
  EXPECT_EQ(get(anna, door()).status, 404);
}

}  // namespace
}  // namespace rollbook::test
