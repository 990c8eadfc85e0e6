#include "store/pseudonyms.h"

#include <sodium.h>

namespace rollbook::store {

Pseudonyms::Pseudonyms(ServerKey const& key, std::int64_t receiver, std::string_view salt) {
  auto const base = key.derive("receiver", static_cast<std::uint64_t>(receiver));
  ::crypto_generichash(key_.data(), key_.size(), reinterpret_cast<unsigned char const*>(salt.data()), salt.size(), base.data(), base.size());
}

std::string Pseudonyms::of(std::string_view field, std::string_view value) const {
  constexpr char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text(field);
  text += '\0';
  text += value;
  unsigned char hash[16];
  ::crypto_generichash(hash, sizeof hash, reinterpret_cast<unsigned char const*>(text.data()), text.size(), key_.data(), key_.size());
  std::string out;
  unsigned bits = 0, held = 0;
  for (auto const byte : hash) {
    bits = (bits << 8 | byte) & 0xfffu;
    for (held += 8; held >= 5; held -= 5) out += digits[bits >> (held - 5) & 31u];
  }
  out += digits[bits << (5 - held) & 31u];
  return out;
}

std::string new_salt() {
  unsigned char bytes[32];
  char hex[2 * sizeof bytes + 1];
  ::randombytes_buf(bytes, sizeof bytes);
  ::sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  return hex;
}

}  // namespace rollbook::store
