// Signing in: an attempt is counted, the password looked at, and then it is told, or taken back.
#include "access/accounts.h"
#include "access/audit.h"
#include "access/emails.h"
#include "access/passwords.h"
#include "access/secrets.h"
#include "access/throttle.h"
#include "store/moment.h"

namespace rollbook::access {
namespace {

Trouble not_right() { return Trouble{"The e-mail or the password is not right."}; }

struct Known {
  Account account;
  std::string hash;
};

// Who is active and has a password. Everybody else is nobody here.
std::optional<Known> read_known(store::Database& operations, std::string_view email) {
  auto account = find_account_by_email(operations, email);
  if (!account || !account->active) return std::nullopt;
  auto row = operations.prepare("SELECT secret FROM credentials WHERE account = ? AND kind = 'password'");
  if (!row->with(account->id).step()) return std::nullopt;
  return Known{std::move(*account), std::string(row->text(0))};
}

// The same work for nobody: a transaction that writes. What was typed is not noted, for it may be a password in the wrong field.
void note_failure(store::Database& operations, std::optional<Known> const& known, Attempt const& attempt, SignIn const& who) {
  auto const trouble = operations.transaction([&] {
    if (!known) {
      operations.run("UPDATE sign_in_failures SET since = since WHERE subject = ?", store::Blob{attempt.counted.front().subject});
      return true;
    }
    auto const wait = attempt.wait_seconds == 0 ? "" : "no other attempt from there for " + std::to_string(attempt.wait_seconds) + " seconds";
    note_of_account(operations, {"somebody", store::moment_text(who.now), std::string(who.peer)}, known->account, "sign-in failed", wait);
    return true;
  });
  (void)trouble;  // the connection remembers it; the answer is the same
}

Result<Account> enter(store::Database& operations, Known known, SignIn const& who, Attempt const& attempt) {
  auto const renewed = is_dated(known.hash) ? hash_password(who.password) : Result<std::string>(known.hash);
  auto const actor = actor_of(known.account, who.now, who.peer);
  bool same = false;
  auto const trouble = operations.transaction([&] {
    auto const still = read_known(operations, known.account.email);
    same = still && still->hash == known.hash;  // nobody has deactivated it or changed the password meanwhile
    if (!same) return false;
    take_back(operations, attempt);
    forget_failures(operations, known.account.email, who.peer);
    if (renewed && *renewed != known.hash)
      operations.run("UPDATE credentials SET secret = ? WHERE account = ? AND kind = 'password'", *renewed, known.account.id);
    operations.run("UPDATE accounts SET last_seen = ? WHERE id = ?", actor.at, known.account.id);
    note_of_account(operations, actor, known.account, "signed in");
    return true;
  });
  if (trouble) return *trouble;
  if (!same) return not_right();
  known.account.last_seen = actor.at;
  return known.account;
}

}  // namespace

Result<Account> sign_in(store::Database& operations, SignIn const& who) {
  if (who.password.size() > longest_password) return not_right();  // nobody has one; it need not be computed
  auto const email = normal_email(who.email);
  auto const known = read_known(operations, email);
  auto const attempt = begin_attempt(operations, email, who.peer, known ? std::optional(known->account.id) : std::nullopt, who.now);
  if (!attempt) return attempt.trouble();
  auto const right = known ? is_password(known->hash, who.password) : is_nobodys_password(who.password);
  if (!right) {
    if (auto trouble = operations.transaction([&] { return take_back(operations, *attempt), true; })) return *trouble;
    return right.trouble();
  }
  if (*right) return enter(operations, *known, who, *attempt);
  note_failure(operations, known, *attempt, who);
  return not_right();
}

}  // namespace rollbook::access
