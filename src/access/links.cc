// One-time links: how a person comes in who has no password, or has forgotten it.
#include "access/accounts.h"
#include "access/audit.h"
#include "access/passwords.h"
#include "access/secrets.h"
#include "access/within.h"

namespace rollbook::access {
namespace {

constexpr std::string_view first_operator = "first-operator";

Trouble not_good_any_more() {
  return Trouble{"This link is not good any more: it was used, it has ended, or a newer one has taken its place. Ask whoever sent it for a new one."};
}

// Who will have the password: the account of the link, or the one that it makes.
std::optional<Account> account_of_link(store::Database& operations, Link const& link, std::string const& email, std::string const& name) {
  if (link.account) return find_account(operations, *link.account);
  return new_account(email, name, true);
}

}  // namespace

Result<std::string> make_link(store::Database& operations, std::string_view purpose, std::optional<std::int64_t> id, std::int64_t now,
                              std::int64_t valid_seconds, store::Actor const& actor) {
  demand(id.has_value() == (purpose != first_operator));
  auto const token = random_token();
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    operations.run("DELETE FROM links WHERE ends <= ?", now);
    auto const put = [&](auto const& account) {
      operations.run("INSERT INTO links(token, purpose, account, ends) VALUES(?, ?, ?, ?)", store::Blob{hash_of("link", token)}, purpose, account,
                     now + valid_seconds);
    };
    if (!id) {
      put(store::Null{});
      store::note(operations, actor, 0, "link made", purpose);
      return true;
    }
    auto const account = find_account(operations, *id);
    if (!account) refused = Trouble{"There is no such account."};
    else if (!account->active) refused = Trouble{account->email + " is deactivated, and its links would lead nowhere."};
    if (refused) return false;
    operations.run("DELETE FROM links WHERE account = ?", *id);
    put(*id);
    note_of_account(operations, actor, *account, "link made", purpose);
    return true;
  });
  if (trouble) return *trouble;
  if (refused) return *refused;
  return token;
}

std::optional<Link> look_at_link(store::Database& operations, std::string_view token, std::int64_t now) {
  auto row = operations.prepare(
      "SELECT purpose, account FROM links WHERE token = ? AND ends > ? AND (account IS NULL OR account IN (SELECT id FROM accounts WHERE active = 1))");
  if (!row->with(store::Blob{hash_of("link", token)}, now).step()) return std::nullopt;
  Link link{std::string(row->text(0)), row->is_null(1) ? std::nullopt : std::optional(row->integer(1))};
  row.reset();
  if (!link.account && has_any_operator(operations)) return std::nullopt;  // there is only one first
  return link;
}

Result<Account> use_link(store::Database& operations, std::string_view token, std::string const& email, std::string const& name, std::string_view password,
                         std::int64_t now, store::Actor const& actor) {
  auto const link = look_at_link(operations, token, now);
  auto account = link ? account_of_link(operations, *link, email, name) : std::nullopt;
  if (operations.trouble()) return *operations.trouble();
  if (!account) return not_good_any_more();
  if (auto trouble = wrong_with_account(*account)) return *trouble;
  if (auto trouble = wrong_with_password(password, account->email, account->name)) return *trouble;
  auto const hash = hash_password(password);
  if (!hash) return hash.trouble();
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    if (!look_at_link(operations, token, now)) refused = not_good_any_more();  // of two at once, one uses it
    if (!refused && !link->account) refused = insert_account(operations, *account, actor);
    if (refused) return false;
    operations.run("DELETE FROM links WHERE token = ?", store::Blob{hash_of("link", token)});
    note_of_account(operations, actor, *account, "link used", link->purpose);
    keep_password(operations, *account, *hash, actor);
    return true;
  });
  if (trouble) return *trouble;
  if (refused) return *refused;
  return *account;
}

}  // namespace rollbook::access
