// What has to be random, hashed or slow on purpose. The only file of this folder that knows the library for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rollbook::access {

// 256 random bits in 43 characters that may stand in an address or a cookie.
std::string random_token();

// A token is stored as this and looked up by it, so that whoever reads the database cannot use it, and no comparison of tokens tells by its time how much of
// one was right. The bits are random, so nothing slow is needed. `purpose` keeps a token for one thing from being good for another.
std::string hash_of(std::string_view purpose, std::string_view token);

// The same in 43 characters, for what may be shown: from a session's token to that of its forms.
std::string text_hash_of(std::string_view purpose, std::string_view token);

// How dear a password is made. The second choice of RFC 9106 but for the one lane that the library has: about a tenth of a second, 64 MiB.
struct Hashing {
  static constexpr int at_once = 2;  // in a process: memory is what an attack of many sign-ins would take
  // Who comes later is told so. Fewer than the page threads of a server (http/server.h), or those who guess would keep all of them waiting, and everybody else.
  static constexpr int in_the_queue = 4;
  unsigned long long passes = 3;
  std::size_t bytes = std::size_t{64} << 20;
};

// Trouble when too many want the same at this moment.
Result<std::string> hash_password(std::string_view password);
Result<bool> is_password(std::string const& hash, std::string_view password);

// Takes as long, and is never right: for accounts that do not exist.
Result<bool> is_nobodys_password(std::string_view password);

// Made with other numbers than those of today.
bool is_dated(std::string const& hash);

// How many passwords were computed by this process.
std::uint64_t passwords_computed();

// For tests, and nowhere else: nothing from outside leads here.
void set_hashing(Hashing const& hashing);

}  // namespace rollbook::access
