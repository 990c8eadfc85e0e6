#include "access/passwords.h"

#include <algorithm>
#include <set>

#include "access/audit.h"
#include "access/secrets.h"
#include "base/text.h"

namespace rollbook::access {
namespace {

// What people choose who have to write twelve characters, without the digits and signs at the end, which are looked past. Those of few different characters and
// those of neighbouring ones need no list.
constexpr std::string_view most_common[] = {
    "administrator",
    "basketball",
    "changeme",
    "changemenow",
    "changethis",
    "charlotte",
    "chocolate",
    "christopher",
    "correcthorsebatterystaple",
    "elizabeth",
    "football",
    "helloworld",
    "iloveyou",
    "iloveyousomuch",
    "jesuschrist",
    "letmein",
    "letmeinplease",
    "loveyou",
    "manchester",
    "mypassword",
    "myschool",
    "newpassword",
    "oneroster",
    "p@ssw0rd",
    "p@ssword",
    "pa$$word",
    "passw0rd",
    "password",
    "passwordpassword",
    "princess",
    "q1w2e3r4t5y6",
    "qazwsxedc",
    "qazwsxedcrfv",
    "qwerty",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qwertyuiopasdfghjkl",
    "zaq12wsxcde",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "rollbook",
    "secret",
    "supersecret",
    "school",
    "starwars",
    "student",
    "summer",
    "winter",
    "spring",
    "autumn",
    "sunshine",
    "superman",
    "teacher",
    "temporary",
    "trustno",
    "unbelievable",
    "welcome",
    "welcomeback",
    "whatever",
    "abc",
    "administrator123admin",
};

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

// Small letters, without spaces, and without what is put behind a word to make it longer.
std::string core_of(std::string_view text) {
  auto core = lower(text);
  core.erase(std::remove(core.begin(), core.end(), ' '), core.end());
  auto const is_added = [](unsigned char c) { return c < 0x80 && !(c >= 'a' && c <= 'z'); };
  while (!core.empty() && is_added(static_cast<unsigned char>(core.back()))) core.pop_back();
  return core;
}

// 123456789012, abcdefghijkl, aaaaaaaaaaaa: each character is a neighbour of the one before, or there are few different ones.
bool is_uniform(std::string_view text) {
  if (std::set<char>(text.begin(), text.end()).size() < 5) return true;
  std::size_t neighbours = 0;
  for (std::size_t at = 1; at < text.size(); ++at) {
    auto const step = text[at] - text[at - 1];
    if ((step >= -1 && step <= 1) || step == '9' - '0' || step == '0' - '9') ++neighbours;
  }
  return neighbours + 1 == text.size();
}

bool is_most_common(std::string_view password) {
  auto const is_listed = [](std::string const& text) { return std::find(std::begin(most_common), std::end(most_common), text) != std::end(most_common); };
  return is_uniform(password) || is_listed(core_of(password)) || is_listed(lower(password));
}

}  // namespace

std::optional<Trouble> wrong_with_password(std::string_view password, std::string_view email, std::string_view name) {
  if (characters_of(password) < shortest_password)
    return Trouble{"A password has at least 12 characters. Three or four words that do not belong together are easy to remember."};
  if (password.size() > longest_password) return Trouble{"A password has at most 1,024 bytes."};
  auto const core = core_of(password);
  auto const is_core_of = [&](std::string_view text) { return !core.empty() && core == core_of(text); };
  if (lower(password) == email || is_core_of(email) || is_core_of(email.substr(0, email.find('@'))) || is_core_of(name))
    return Trouble{"A password must not be the e-mail or the name: these are tried first. Choose another one."};
  if (is_most_common(password)) return Trouble{"Very many people have this password, so it is tried first. Choose another one."};
  return std::nullopt;
}

void keep_password(store::Database& operations, Account const& account, std::string const& hash, store::Actor const& actor,
                   std::optional<std::int64_t> keep_session) {
  operations.run(
      "INSERT INTO credentials(account, kind, secret, since) VALUES(?, 'password', ?, ?) ON CONFLICT(account, kind) DO UPDATE SET secret = excluded.secret, "
      "since "
      "= excluded.since",
      account.id, hash, actor.at);
  operations.run("DELETE FROM sessions WHERE account = ? AND id <> ?", account.id, keep_session.value_or(0));
  operations.run("DELETE FROM links WHERE account = ?", account.id);
  note_of_account(operations, actor, account, "password set");
}

std::optional<Trouble> set_password(store::Database& operations, std::int64_t id, std::string_view password, store::Actor const& actor,
                                    std::optional<std::int64_t> keep_session) {
  auto const account = find_account(operations, id);
  if (operations.trouble()) return operations.trouble();
  if (!account) return Trouble{"There is no such account."};
  if (auto trouble = wrong_with_password(password, account->email, account->name)) return trouble;
  auto const hash = hash_password(password);
  if (!hash) return hash.trouble();
  return operations.transaction([&] {
    keep_password(operations, *account, *hash, actor, keep_session);
    return true;
  });
}

}  // namespace rollbook::access
