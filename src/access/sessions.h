// Sessions of browsers, and tokens of programs. Both are random, known to their holder only, and stored hashed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.h"

namespace rollbook::access {

inline constexpr std::int64_t idle_seconds = 2 * 60 * 60, absolute_seconds = 12 * 60 * 60;

struct Session {
  std::int64_t id = 0, account = 0;
  std::string csrf;  // must come back in every form of this session; made from its token, so that it is nowhere stored, and empty in a list
  std::string peer, agent, begun, last_seen;
};

// Begins a session; returns the token for the cookie, once. From now on the account is at home at this address (access/throttle.h).
struct Begun {
  std::string token;
  Session session;
};
Begun begin_session(store::Database& operations, std::int64_t account, std::string const& peer, std::string const& agent, std::int64_t now);
// The session of a cookie, if it has neither been idle nor lasted too long, and its account is active. Notes that it was seen, at most once a minute.
std::optional<Session> find_session(store::Database& operations, std::string_view token, std::int64_t now);
std::vector<Session> list_sessions(store::Database& operations, std::int64_t account, std::int64_t now);
void end_session(store::Database& operations, std::string_view token, store::Actor const& actor);
// One of an account's, by its number. False: it has no such one.
bool end_session_of(store::Database& operations, std::int64_t account, std::int64_t session, store::Actor const& actor);
void end_all_sessions(store::Database& operations, std::int64_t account, store::Actor const& actor);

// Tokens for programs (Authorization: Bearer …): of an account, never with more than the account holds at the time it is used, perhaps with less.
struct Token {
  std::int64_t id = 0, account = 0;
  std::string name;
  Grant scope;  // the most it may do; of one district
  std::string created, last_used;
  std::int64_t ends = 0;  // seconds since 1970
};
struct MadeToken {
  std::string secret;  // shown once
  Token token;
};
Result<MadeToken> make_token(store::Database& operations, Token const& wanted, std::int64_t now, store::Actor const& actor);
std::optional<Token> find_token(store::Database& operations, std::string_view secret, std::int64_t now);
std::vector<Token> list_tokens(store::Database& operations, std::int64_t account);
std::optional<Trouble> end_token(store::Database& operations, std::int64_t account, std::int64_t token, store::Actor const& actor);
// What the account holds, cut down to what the token may. A token never makes an operator.
Standing standing_of(Standing const& account, Token const& token);

}  // namespace rollbook::access
