// What the tests of this folder begin with: two districts, and people who sign in. Passwords are cheap here.
#pragma once

#include "access/accounts.h"
#include "access/audit.h"
#include "access/secrets.h"
#include "access/sessions.h"
#include "store/databases.h"
#include "store/migrations.h"

namespace rollbook::test {

inline constexpr std::int64_t noon = 1'795'348'800;  // 2026-11-22T12:00:00Z
inline store::Actor const boss{"boss@lakeside.example", "2026-11-22T12:00:00Z"};
inline std::string const good = "seven green bicycles", better = "nine paper lanterns";

inline std::string why(auto const& result) { return result.ok() ? "" : result.trouble().text; }
inline std::string why(std::optional<Trouble> const& trouble) { return trouble ? trouble->text : ""; }

class WithPeople : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    access::set_hashing({1, 8192});
    db = another();
    lakeside = store::add_district(*db, "Lakeside", "UTC", boss)->id;
    hillside = store::add_district(*db, "Hillside", "UTC", boss)->id;
  }
  void TearDown() override {
    db.reset();
    OnBothDatabases::TearDown();
  }

  std::unique_ptr<store::Database> another() {
    auto opened = open("operations");
    auto const trouble = store::migrate(*opened, store::operations_migrations());
    EXPECT_FALSE(trouble) << trouble->text;
    return opened;
  }
  access::Account add(std::string const& email, std::string const& password = "", bool is_operator = false) {
    auto const account = access::add_account(*db, email, "Some Person", is_operator, boss);
    EXPECT_TRUE(account.ok()) << why(account);
    if (!password.empty()) {
      EXPECT_EQ(why(access::set_password(*db, account->id, password, boss)), "");
    }
    return *account;
  }
  void give(access::Account const& account, std::int64_t district, access::Level level, bool demographics = false, std::optional<std::int64_t> org = {}) {
    EXPECT_EQ(why(access::grant(*db, account.id, {district, org, level, demographics}, boss)), "");
  }
  Result<access::Account> try_sign_in(std::string const& email, std::string const& password, std::int64_t now = noon, std::string const& peer = "10.0.0.1") {
    return access::sign_in(*db, {email, password, peer, now});
  }
  std::string sign_in(std::string const& email, std::string const& password, std::int64_t now = noon, std::string const& peer = "10.0.0.1") {
    return why(try_sign_in(email, password, now, peer));
  }
  // "who: what: detail", newest first.
  std::vector<std::string> log(std::int64_t district) {
    std::vector<std::string> lines;
    auto const page = access::read_audit(*db, district, {}, 1000);
    for (auto const& entry : page->entries) lines.push_back(entry.who + ": " + entry.what + ": " + entry.detail);
    return lines;
  }
  std::int64_t count(std::string const& table) {
    auto rows = db->prepare("SELECT count(*) FROM " + table);
    return rows->step() ? rows->integer(0) : -1;
  }

  std::unique_ptr<store::Database> db;
  std::int64_t lakeside = 0, hillside = 0;
};

inline std::string const not_right = "The e-mail or the password is not right.";

}  // namespace rollbook::test
