// Proxies in front of this server that are trusted to say who asks, and how. What they write into X-Forwarded-For and X-Forwarded-Proto is believed only when
// it comes from their addresses: anybody may send such headers. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http.h"

namespace rollbook::http {

class Proxies {
 public:
  // "10.0.0.0/8,192.168.1.7,fd00::/8"; "" is none.
  static Result<Proxies> of(std::string_view networks);

  bool trusts(std::string_view address) const;
  bool any() const { return !networks_.empty(); }

  // `head.peer` and `head.secure` as the socket tells them become those of the client, when the socket's other side is trusted. Of a list of addresses the
  // rightmost that is not trusted is the client, for each proxy appends whom it has heard; what is no address ends the list, and the proxy that wrote it there
  // is as far as can be told.
  void look_behind(Head& head) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> bytes{};  // IPv4 as it is mapped into IPv6
    unsigned bits = 0;
  };
  std::vector<Network> networks_;
};

}  // namespace rollbook::http
