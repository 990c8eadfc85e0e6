#include "doors/public_key.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/base64.h"
#include "base/text.h"
#include "store/sha256.h"

namespace rollbook::doors {
namespace {

constexpr std::size_t most_bytes = 4096, least_bits_of_rsa = 3072, longest_comment = 80;
constexpr std::string_view kinds[] = {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};
constexpr std::string_view how = " Paste the one line of the file that ends in .pub, as \"ssh-keygen -t ed25519\" makes it.";

// The strings that a key is made of (RFC 4253, section 6.6), each behind its length.
std::optional<std::string_view> next_string(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<std::uint8_t>(rest[i]);
  rest.remove_prefix(4);
  if (size > rest.size()) return std::nullopt;
  auto const string = rest.substr(0, size);
  rest.remove_prefix(size);
  return string;
}

std::size_t bits_of(std::string_view number) {
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  std::size_t bits = number.size() * 8;
  for (auto first = static_cast<std::uint8_t>(number.front()); (first & 0x80u) == 0; first = static_cast<std::uint8_t>(first << 1)) --bits;
  return bits;
}

std::string printable(std::string_view text) {
  std::string out;
  for (auto const c : text.substr(0, longest_comment))
    if (c >= ' ' && c <= '~') out += c;
  return out;
}

// What is wrong with the bytes of a key of this kind; "" when nothing is.
std::string wrong_with(std::string_view kind, std::string_view blob) {
  auto rest = blob;
  std::string const damaged = "This key is damaged: it is not whole." + std::string(how);
  if (auto const named = next_string(rest); !named || *named != kind) return damaged;
  auto const one = next_string(rest), two = next_string(rest);
  if (kind == "ssh-ed25519") return one && one->size() == 32 && rest.empty() ? "" : damaged;
  if (!one || !two || !rest.empty()) return damaged;
  if (kind != "ssh-rsa") return *one == kind.substr(kind.rfind('-') + 1) && two->size() >= 65 ? "" : damaged;
  auto const bits = bits_of(*two);
  return bits >= least_bits_of_rsa ? "" : "This RSA key has " + std::to_string(bits) + " bits; 3072 is the least. Better take Ed25519: ssh-keygen -t ed25519.";
}

}  // namespace

std::string fingerprint_of(std::string_view blob) {
  store::Sha256 digest;
  digest.take(blob);
  auto const hex = digest.hex();
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    int byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  auto text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

Result<PublicKey> read_public_key(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  line = trimmed(line);
  if (line.empty()) return Trouble{"There is no key." + std::string(how)};
  if (line.find("PRIVATE KEY") != std::string_view::npos)
    return Trouble{"This is a private key, which nobody else should ever see: make a new pair, and paste the public one." + std::string(how)};
  if (line.starts_with("----") || line.find('\n') != std::string_view::npos || line.size() > most_bytes)
    return Trouble{"This is not one line of OpenSSH's kind." + std::string(how)};
  auto const space = line.find(' ');
  auto const kind = line.substr(0, space);
  if (kind == "ssh-dss") return Trouble{"DSA keys are too weak." + std::string(how)};
  if (space == std::string_view::npos || std::find(std::begin(kinds), std::end(kinds), kind) == std::end(kinds))
    return Trouble{"This is no Ed25519, RSA or ECDSA key." + std::string(how)};
  auto const rest = trimmed(line.substr(space));
  auto const text = rest.substr(0, rest.find(' '));
  auto const blob = from_base64(text);
  if (!blob) return Trouble{"This key is damaged: it is not whole." + std::string(how)};
  if (auto wrong = wrong_with(kind, *blob); !wrong.empty()) return Trouble{wrong};
  auto const comment = rest.size() > text.size() ? trimmed(rest.substr(text.size())) : std::string_view();
  return PublicKey{std::string(kind), to_base64(*blob), printable(comment), fingerprint_of(*blob)};
}

}  // namespace rollbook::doors
