#include "access/sessions.h"

#include "access/audit.h"
#include "access/secrets.h"
#include "access/throttle.h"
#include "access/within.h"
#include "store/moment.h"

namespace rollbook::access {
namespace {

constexpr std::int64_t a_minute = 60;
constexpr std::int64_t at_most = 20;  // sessions of one account; an earlier one ends for the next

std::string csrf_of(std::string_view token) { return text_hash_of("form", token); }

struct Lasting {
  Session session;
  std::int64_t begun = 0, seen = 0;

  // One that a clock far ahead has begun would last until then.
  bool lasts(std::int64_t now) const { return now - begun < absolute_seconds && now - seen < idle_seconds && begun - now < idle_seconds; }
};
constexpr std::string_view columns =
    "SELECT s.id, s.account, s.peer, s.agent, s.begun, s.seen FROM sessions s JOIN accounts a ON a.id = s.account WHERE a.active = 1 AND ";

Lasting lasting_of(store::Statement const& row) {
  auto const begun = row.integer(4), seen = row.integer(5);
  return {{row.integer(0), row.integer(1), "", std::string(row.text(2)), std::string(row.text(3)), store::moment_text(begun), store::moment_text(seen)},
          begun,
          seen};
}

std::optional<Lasting> find_lasting(store::Database& operations, std::string_view token) {
  auto row = operations.prepare(std::string(columns) + "s.token = ?");
  if (!row->with(store::Blob{hash_of("session", token)}).step()) return std::nullopt;
  return lasting_of(*row);
}

}  // namespace

Begun begin_session(store::Database& operations, std::int64_t account, std::string const& peer, std::string const& agent, std::int64_t now) {
  auto const token = random_token();
  Session session{0, account, csrf_of(token), readable(peer), readable(agent), store::moment_text(now), store::moment_text(now)};
  auto const trouble = operations.transaction([&] {
    operations.run("DELETE FROM sessions WHERE seen <= ?", now - idle_seconds);
    operations.run("DELETE FROM sessions WHERE account = ? AND id NOT IN (SELECT id FROM sessions WHERE account = ? ORDER BY seen DESC, id DESC LIMIT ?)",
                   account, account, at_most - 1);
    session.id = next_id(operations, "sessions");
    operations.run("INSERT INTO sessions(id, account, token, peer, agent, begun, seen) VALUES(?, ?, ?, ?, ?, ?, ?)", session.id, account,
                   store::Blob{hash_of("session", token)}, session.peer, session.agent, now, now);
    remember_address(operations, account, peer, now);
    return true;
  });
  if (trouble) return {};
  return {token, session};
}

std::optional<Session> find_session(store::Database& operations, std::string_view token, std::int64_t now) {
  auto found = find_lasting(operations, token);
  if (!found || !found->lasts(now)) return std::nullopt;
  if (now - found->seen >= a_minute) {
    auto const at = store::moment_text(now);
    auto const trouble = operations.transaction([&] {
      operations.run("UPDATE sessions SET seen = ? WHERE id = ? AND seen < ?", now, found->session.id, now);
      operations.run("UPDATE accounts SET last_seen = ? WHERE id = ?", at, found->session.account);
      return true;
    });
    if (trouble) return std::nullopt;
    found->session.last_seen = at;
  }
  found->session.csrf = csrf_of(token);
  return found->session;
}

std::vector<Session> list_sessions(store::Database& operations, std::int64_t account, std::int64_t now) {
  auto rows = operations.prepare(std::string(columns) + "s.account = ? ORDER BY s.seen DESC, s.id DESC");
  rows->with(account);
  std::vector<Session> all;
  while (rows->step())
    if (auto one = lasting_of(*rows); one.lasts(now)) all.push_back(std::move(one.session));
  return all;
}

void end_session(store::Database& operations, std::string_view token, store::Actor const& actor) {
  auto const trouble = operations.transaction([&] {
    auto const found = find_lasting(operations, token);
    auto const account = found ? find_account(operations, found->session.account) : std::nullopt;
    if (!account) return false;
    operations.run("DELETE FROM sessions WHERE id = ?", found->session.id);
    note_of_account(operations, actor, *account, "signed out");
    return true;
  });
  (void)trouble;  // the connection remembers it
}

bool end_session_of(store::Database& operations, std::int64_t id, std::int64_t session, store::Actor const& actor) {
  bool there = false;
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, id);
    auto row = operations.prepare("SELECT 1 FROM sessions WHERE id = ? AND account = ?");
    there = account && row->with(session, id).step();
    row.reset();
    if (!there) return false;
    operations.run("DELETE FROM sessions WHERE id = ?", session);
    note_of_account(operations, actor, *account, "session ended");
    return true;
  });
  return there && !trouble;
}

void end_all_sessions(store::Database& operations, std::int64_t id, store::Actor const& actor) {
  auto const trouble = operations.transaction([&] {
    auto const account = find_account(operations, id);
    if (!account) return false;
    operations.run("DELETE FROM sessions WHERE account = ?", id);
    note_of_account(operations, actor, *account, "signed out everywhere");
    return true;
  });
  (void)trouble;  // the connection remembers it
}

}  // namespace rollbook::access
