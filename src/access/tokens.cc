// Tokens of programs. What one may is what it was made for, and never more than its account holds when it is used.
#include <algorithm>

#include "access/audit.h"
#include "access/secrets.h"
#include "access/sessions.h"
#include "access/within.h"
#include "store/moment.h"

namespace rollbook::access {
namespace {

constexpr std::string_view beginning = "rollbook_";  // so that those who look for secrets in places where they do not belong can find it
constexpr std::int64_t longest_seconds = std::int64_t{366} * 24 * 60 * 60;
constexpr std::size_t at_most = 50;  // of an account
constexpr std::int64_t a_minute = 60;

constexpr std::string_view columns =
    "SELECT t.id, t.account, t.name, t.district, t.org, t.level, t.demographics, t.created, t.used, t.ends FROM tokens t JOIN accounts a ON a.id = t.account "
    "WHERE "
    "a.active = 1 AND ";

struct Used {
  Token token;
  std::int64_t at = 0;
};

Used used_of(store::Statement const& row) {
  auto const used = row.integer(8);
  Grant const scope{row.integer(3), place_of(row.integer(4)), level_by_name(row.text(5)).value_or(Level::None), row.integer(6) != 0};
  return {
      {row.integer(0), row.integer(1), std::string(row.text(2)), scope, std::string(row.text(7)), used == 0 ? "" : store::moment_text(used), row.integer(9)},
      used};
}

// What both say. Where they name different organizations, one may be below the other; that is not known here, so it is nothing.
std::optional<Grant> common(Grant const& held, Grant const& scope) {
  if (held.district != scope.district || (held.org && scope.org && held.org != scope.org)) return std::nullopt;
  Grant both{held.district, held.org ? held.org : scope.org, std::min(held.level, scope.level), held.demographics && scope.demographics};
  if (both.level == Level::None) return std::nullopt;
  return both;
}

std::optional<Trouble> wrong_with_token(Token const& wanted, Standing const& standing, std::int64_t now) {
  if (auto const wrong = store::wrong_with_name(wanted.name); !wrong.empty()) return Trouble{"The name of the token " + wrong + "."};
  if (wanted.ends <= now) return Trouble{"A token has to end some day that is still to come."};
  if (wanted.ends - now > longest_seconds) return Trouble{"A token is good for a year at most. Make it anew then."};
  auto const is_held = [&](Grant const& held) {
    auto const both = common(held, wanted.scope);
    return both && both->level == wanted.scope.level && both->demographics == wanted.scope.demographics && both->org == wanted.scope.org;
  };
  if (wanted.scope.org && *wanted.scope.org < 0) return Trouble{"There is no such organization."};
  if (wanted.scope.level == Level::None || !std::any_of(standing.grants.begin(), standing.grants.end(), is_held))
    return Trouble{"A token cannot hold more than its account does, and at the same place."};
  return std::nullopt;
}

}  // namespace

Result<MadeToken> make_token(store::Database& operations, Token const& wanted, std::int64_t now, store::Actor const& actor) {
  MadeToken made{std::string(beginning) + random_token(), wanted};
  made.token.created = actor.at;
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, wanted.account);
    refused = account ? wrong_with_token(wanted, standing_of(operations, *account), now) : Trouble{"There is no such account."};
    if (refused) return false;
    operations.run("DELETE FROM tokens WHERE account = ? AND ends <= ?", wanted.account, now);
    if (list_tokens(operations, wanted.account).size() >= at_most) refused = Trouble{"An account has at most 50 tokens. End one that is not used any more."};
    if (refused) return false;
    made.token.id = next_id(operations, "tokens");
    operations.run(
        "INSERT INTO tokens(id, account, token, name, district, org, level, demographics, created, used, ends) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        made.token.id, wanted.account, store::Blob{hash_of("token", made.secret)}, wanted.name, wanted.scope.district, stored_place(wanted.scope.org),
        name_of(wanted.scope.level), wanted.scope.demographics, actor.at, wanted.ends);
    store::note(operations, actor, wanted.scope.district, "token made",
                account->email + ": " + wanted.name + ", " + std::string(name_of(wanted.scope.level)) + ", until " + store::moment_text(wanted.ends));
    return true;
  });
  if (trouble) return *trouble;
  if (refused) return *refused;
  return made;
}

std::optional<Token> find_token(store::Database& operations, std::string_view secret, std::int64_t now) {
  auto row = operations.prepare(std::string(columns) + "t.token = ? AND t.ends > ?");
  if (!row->with(store::Blob{hash_of("token", secret)}, now).step()) return std::nullopt;
  auto found = used_of(*row);
  row.reset();
  if (now - found.at >= a_minute) {
    auto const trouble = operations.transaction([&] {
      operations.run("UPDATE tokens SET used = ? WHERE id = ? AND used < ?", now, found.token.id, now);
      return true;
    });
    if (trouble) return std::nullopt;
    found.token.last_used = store::moment_text(now);
  }
  return found.token;
}

std::vector<Token> list_tokens(store::Database& operations, std::int64_t account) {
  auto rows = operations.prepare(std::string(columns) + "t.account = ? ORDER BY t.id");
  rows->with(account);
  std::vector<Token> all;
  while (rows->step()) all.push_back(used_of(*rows).token);
  return all;
}

std::optional<Trouble> end_token(store::Database& operations, std::int64_t id, std::int64_t token, store::Actor const& actor) {
  bool there = false;
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, id);
    auto const all = list_tokens(operations, id);
    auto const at = std::find_if(all.begin(), all.end(), [&](Token const& one) { return one.id == token; });
    there = account && at != all.end();
    if (!there) return false;
    operations.run("DELETE FROM tokens WHERE id = ?", token);
    store::note(operations, actor, at->scope.district, "token ended", account->email + ": " + at->name);
    return true;
  });
  if (trouble) return trouble;
  if (!there) return Trouble{"There is no such token."};
  return std::nullopt;
}

Standing standing_of(Standing const& account, Token const& token) {
  Standing standing{account.signed_in, false, {}};
  for (auto const& held : account.grants)
    if (auto const both = common(held, token.scope)) standing.grants.push_back(*both);
  return standing;
}

}  // namespace rollbook::access
