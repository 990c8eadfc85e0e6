#include "http/proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace rollbook::http {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr unsigned mapped_bits = 96;
constexpr Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(Bytes const& bytes) { return std::equal(mapped.begin(), mapped.begin() + 12, bytes.begin()); }

std::optional<Bytes> read_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  std::string const terminated(text);
  Bytes bytes = mapped;
  if (::inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1) return bytes;
  if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::string text_of(Bytes const& bytes) {
  char text[INET6_ADDRSTRLEN];
  bool const four = is_mapped(bytes);
  return ::inet_ntop(four ? AF_INET : AF_INET6, bytes.data() + (four ? 12 : 0), text, sizeof text);
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "10.1.2.3", "10.1.2.3:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711"; proxies write all of these.
std::optional<Bytes> read_hop(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) {
    auto const end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    auto const behind = text.substr(end + 1);
    if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1)))) return std::nullopt;
    auto const inside = text.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : read_address(inside);
  }
  auto const colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return read_address(text);
}

bool lies_in(Bytes const& address, Bytes const& network, unsigned bits) {
  for (unsigned at = 0; at < 16 && bits > 0; ++at) {
    auto const here = std::min(bits, 8u);
    auto const mask = static_cast<std::uint8_t>(0xffu << (8 - here));
    if ((address[at] & mask) != (network[at] & mask)) return false;
    bits -= here;
  }
  return true;
}

// What all headers of this name say, as if it were one: a list.
std::string joined(Head const& head, std::string_view name) {
  std::string all;
  for (auto const& header : head.headers)
    if (header.name == name) (all += all.empty() ? "" : ",") += header.value;
  return all;
}

std::string_view take_last(std::string_view& list) {
  auto const comma = list.rfind(',');
  auto const last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return last;
}

}  // namespace

Result<Proxies> Proxies::of(std::string_view networks) {
  Proxies proxies;
  if (networks.empty()) return proxies;
  for (auto const& one : split(std::string(networks) + ",", ',')) {
    auto const text = trimmed(one);
    auto const slash = text.find('/');
    auto const address = read_address(text.substr(0, slash));
    bool const four = text.find(':') == std::string_view::npos;
    unsigned bits = four ? 32 : 128;
    auto const most = bits;
    if (slash != std::string_view::npos) {
      auto const digits = text.substr(slash + 1);
      auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) bits = most + 1;
    }
    if (!address || bits > most)
      return Trouble{"\"" + std::string(text) + "\" is no address of a proxy. Write one like 10.0.0.7, 10.0.0.0/8 or fd00::/8, with commas between several."};
    if (bits == 0) return Trouble{"\"" + std::string(text) + "\" trusts everybody to say who they are. Name the proxies alone."};
    proxies.networks_.push_back({*address, four ? bits + mapped_bits : bits});
  }
  return proxies;
}

bool Proxies::trusts(std::string_view address) const {
  auto const bytes = networks_.empty() ? std::nullopt : read_address(address);
  return bytes && std::any_of(networks_.begin(), networks_.end(), [&](Network const& one) { return lies_in(*bytes, one.bytes, one.bits); });
}

void Proxies::look_behind(Head& head) const {
  if (!trusts(head.peer)) return;
  auto const hops = joined(head, "x-forwarded-for");
  for (std::string_view list = hops; !list.empty() && trusts(head.peer);) {
    auto const hop = read_hop(take_last(list));
    if (!hop) break;
    head.peer = text_of(*hop);
  }
  // The proxy that we hear says how it was spoken to; what stands before that was said by others.
  auto const schemes = joined(head, "x-forwarded-proto");
  std::string_view list = schemes;
  auto const scheme = lower(trimmed(take_last(list)));
  if (scheme == "https" || scheme == "http") head.secure = scheme == "https";
}

}  // namespace rollbook::http
