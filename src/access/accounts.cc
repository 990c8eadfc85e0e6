#include "access/accounts.h"

#include <algorithm>

#include "access/audit.h"
#include "access/emails.h"
#include "access/throttle.h"
#include "access/within.h"
#include "store/moment.h"
#include "store/search_text.h"

namespace rollbook::access {
namespace {

constexpr std::string_view columns = "SELECT id, email, name, is_operator, active, created, last_seen FROM accounts ";

Account account_of(store::Statement const& row) {
  return {row.integer(0),      std::string(row.text(1)), std::string(row.text(2)), row.integer(3) != 0,
          row.integer(4) != 0, std::string(row.text(5)), std::string(row.text(6))};
}

std::optional<Account> one_account(store::Statement& rows) {
  if (!rows.step()) return std::nullopt;
  return account_of(rows);
}

Trouble no_such_account() { return Trouble{"There is no such account."}; }

bool is_last_operator(store::Database& operations, Account const& account) {
  if (!account.is_operator || !account.active) return false;
  auto others = operations.prepare("SELECT 1 FROM accounts WHERE is_operator = 1 AND active = 1 AND id <> ?");
  return !others->with(account.id).step();
}

// Whether this account is all that a district of its own has, or the one district that is asked about.
bool is_last_system(store::Database& operations, Account const& account, std::optional<std::int64_t> district = {}) {
  if (!account.active) return false;
  auto const held = list_grants(operations, account.id);
  return std::any_of(held.begin(), held.end(), [&](Grant const& grant) {
    return grant.level == Level::System && !grant.org && (!district || grant.district == *district) && !has_system(operations, grant.district, account.id);
  });
}

Trouble last_system() { return Trouble{"This is the last person with the level System at the district. Give it to somebody else first."}; }

bool has_district(store::Database& operations, std::int64_t district) {
  auto row = operations.prepare("SELECT 1 FROM districts WHERE id = ?");
  return row->with(district).step();
}

}  // namespace

std::string words_of(Grant const& what) {
  return std::string(name_of(what.level)) + (what.org ? " at organization " + std::to_string(*what.org) : " at the district") +
         (what.demographics ? ", with demographics" : "");
}

Account new_account(std::string_view email, std::string_view name, bool is_operator) {
  return {.id = 0, .email = normal_email(email), .name = std::string(name), .is_operator = is_operator, .active = true, .created = "", .last_seen = ""};
}

std::optional<Trouble> wrong_with_account(Account const& account) {
  if (!is_email(account.email)) return Trouble{"This is no e-mail address. They are written like anna@lakeside.example."};
  if (auto const wrong = store::wrong_with_name(account.name); !wrong.empty()) return Trouble{"The name of the person " + wrong + "."};
  return std::nullopt;
}

std::optional<Trouble> insert_account(store::Database& operations, Account& account, store::Actor const& actor) {
  if (find_account_by_email(operations, account.email)) return Trouble{"There is an account of " + account.email + " already."};
  account.id = next_id(operations, "accounts");
  account.created = actor.at;
  operations.run("INSERT INTO accounts(id, email, name, is_operator, active, created, last_seen) VALUES(?, ?, ?, ?, 1, ?, '')", account.id, account.email,
                 account.name, account.is_operator, account.created);
  note_of_account(operations, actor, account, "account added", account.is_operator ? "an operator" : "");
  return std::nullopt;
}

Result<Account> add_account(store::Database& operations, std::string const& email, std::string const& name, bool is_operator, store::Actor const& actor) {
  auto account = new_account(email, name, is_operator);
  if (auto trouble = wrong_with_account(account)) return *trouble;
  std::optional<Trouble> taken;
  auto const trouble = operations.transaction([&] {
    taken = insert_account(operations, account, actor);
    return !taken;
  });
  if (trouble) return *trouble;
  if (taken) return *taken;
  return account;
}

std::optional<Account> find_account(store::Database& operations, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + "WHERE id = ?");
  return one_account(row->with(id));
}

std::optional<Account> find_account_by_email(store::Database& operations, std::string_view email) {
  auto const normal = normal_email(email);
  if (!is_email(normal)) return std::nullopt;  // bytes that a database may not even take as text
  auto row = operations.prepare(std::string(columns) + "WHERE email = ?");
  return one_account(row->with(normal));
}

std::vector<Account> list_accounts(store::Database& operations, std::int64_t district) {
  auto rows =
      operations.prepare(std::string(columns) + (district == 0 ? "" : "WHERE id IN (SELECT account FROM grants WHERE district = ?) ") + "ORDER BY name, id");
  if (district != 0) rows->bind(1, district);
  std::vector<Account> all;
  while (rows->step()) all.push_back(account_of(*rows));
  return all;
}

std::vector<Account> list_accounts(store::Database& operations, std::int64_t district, std::string_view text, std::optional<Account> const& behind,
                                   std::size_t how_many) {
  std::vector<Account> some;
  if (!store::can_be_text(text)) return some;
  auto const pattern = store::anything_with(text), name = behind ? behind->name : "";
  auto rows = operations.prepare(std::string(columns) +
                                 "WHERE id IN (SELECT account FROM grants WHERE district = ?) AND (lower(name) LIKE lower(?) ESCAPE '\\' OR lower(email) LIKE "
                                 "lower(?) ESCAPE '\\') AND (name > ? OR (name = ? AND id > ?)) ORDER BY name, id LIMIT ?");
  rows->with(district, pattern, pattern, name, name, behind ? behind->id : 0, how_many);
  while (rows->step()) some.push_back(account_of(*rows));
  return some;
}

store::Actor actor_of(Account const& account, std::int64_t now, std::string_view from_where) {
  return {account.email, store::moment_text(now), std::string(from_where)};
}

std::optional<Trouble> set_active(store::Database& operations, std::int64_t id, bool active, store::Actor const& actor, Leaves leaves) {
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, id);
    if (!account) refused = no_such_account();
    else if (!active && is_last_operator(operations, *account))
      refused = Trouble{account->email + " is the only operator. Make another one first: \"rollbook person add EMAIL NAME --operator\"."};
    else if (!active && leaves == Leaves::ASystem && is_last_system(operations, *account)) refused = last_system();
    if (refused || account->active == active) return false;
    operations.run("UPDATE accounts SET active = ? WHERE id = ?", active, id);
    if (!active)
      for (std::string const table : {"sessions", "tokens", "links"}) operations.run("DELETE FROM " + table + " WHERE account = ?", id);
    note_of_account(operations, actor, *account, active ? "account activated" : "account deactivated");
    if (!active) withdraw_what_is_no_longer_theirs(operations, id, actor);
    return true;
  });
  return trouble ? trouble : refused;
}

std::optional<Trouble> change_name(store::Database& operations, std::int64_t id, std::string const& name, store::Actor const& actor) {
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    auto account = find_account(operations, id);
    if (!account) refused = no_such_account();
    else account->name = name, refused = wrong_with_account(*account);
    if (refused) return false;
    operations.run("UPDATE accounts SET name = ? WHERE id = ?", name, id);
    note_of_account(operations, actor, *account, "name changed");
    return true;
  });
  return trouble ? trouble : refused;
}

std::optional<Trouble> change_email(store::Database& operations, std::int64_t id, std::string const& email, std::int64_t now, store::Actor const& actor) {
  auto const normal = normal_email(email);
  std::optional<Trouble> refused;
  bool taken = false;
  auto const trouble = operations.transaction([&] {
    auto account = find_account(operations, id);
    if (!account) refused = no_such_account();
    else if (account->email == normal) refused = Trouble{"This is your e-mail address already."};
    if (!refused) refused = wrong_with_account({.id = id, .email = normal, .name = account->name, .created = "", .last_seen = ""});
    if (!refused) refused = count_one(operations, of_email_changes, std::to_string(id), now);
    if (refused) return false;
    taken = find_account_by_email(operations, normal).has_value();
    note_of_account(operations, actor, *account, taken ? "e-mail not changed" : "e-mail changed", taken ? "" : "now " + normal);
    if (taken) return true;  // that it was tried is counted
    operations.run("UPDATE accounts SET email = ? WHERE id = ?", normal, id);
    operations.run("DELETE FROM links WHERE account = ?", id);
    return true;
  });
  if (trouble) return trouble;
  if (taken) return Trouble{"This address cannot be taken: there is an account of it."};
  return refused;
}

std::optional<Trouble> wrong_with_grant(Grant const& what) {
  if (what.demographics && what.level < Level::Reporting)
    return Trouble{"Demographics are seen by whoever sees people: give at least the level reporting with them."};
  return std::nullopt;
}

void put_grant(store::Database& operations, Account const& account, Grant const& what, store::Actor const& actor) {
  auto const org = stored_place(what.org);
  operations.run("DELETE FROM grants WHERE account = ? AND district = ? AND org = ?", account.id, what.district, org);
  if (what.level != Level::None)
    operations.run("INSERT INTO grants(account, district, org, level, demographics) VALUES(?, ?, ?, ?, ?)", account.id, what.district, org, name_of(what.level),
                   what.demographics);
  store::note(operations, actor, what.district, what.level == Level::None ? "level taken" : "level given", account.email + ": " + words_of(what));
}

std::optional<Trouble> grant(store::Database& operations, std::int64_t id, Grant const& what, store::Actor const& actor, Leaves leaves) {
  if (auto wrong = wrong_with_grant(what)) return wrong;
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, id);
    if (!account) refused = no_such_account();
    else if (!has_district(operations, what.district)) refused = Trouble{"There is no such district."};
    else if (what.org && *what.org < 0) refused = Trouble{"There is no such organization."};  // stored, it would be the district
    else if (leaves == Leaves::ASystem && !what.org && what.level != Level::System && is_last_system(operations, *account, what.district))
      refused = last_system();
    if (refused) return false;
    put_grant(operations, *account, what, actor);
    withdraw_what_is_no_longer_theirs(operations, id, actor);
    return true;
  });
  return trouble ? trouble : refused;
}

Standing standing_of(store::Database& operations, Account const& account) {
  if (!account.active) return {};
  Standing standing{true, account.is_operator, list_grants(operations, account.id)};
  if (operations.trouble()) return {};  // rather nothing than half of it
  return standing;
}

std::vector<Grant> list_grants(store::Database& operations, std::int64_t account) {
  std::vector<Grant> all;
  auto rows = operations.prepare("SELECT district, org, level, demographics FROM grants WHERE account = ? ORDER BY district, org");
  rows->with(account);
  while (rows->step()) {
    all.push_back({rows->integer(0), place_of(rows->integer(1)), level_by_name(rows->text(2)).value_or(Level::None), rows->integer(3) != 0});
  }
  return all;
}

bool has_system(store::Database& operations, std::int64_t district, std::int64_t besides) {
  auto row = operations.prepare(
      "SELECT 1 FROM grants g JOIN accounts a ON a.id = g.account WHERE g.district = ? AND g.org = 0 AND g.level = ? AND a.active = 1 AND a.id <> ?");
  return row->with(district, name_of(Level::System), besides).step();
}

bool has_any_operator(store::Database& operations) {
  auto row = operations.prepare("SELECT 1 FROM accounts WHERE is_operator = 1 AND active = 1");
  return row->step();
}

}  // namespace rollbook::access
