// A form with files, as a browser sends it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "web/visitors.h"

namespace rollbook::test {

inline constexpr char boundary[] = "----a-boundary-of-a-browser";

struct Part {
  std::string field, file, bytes;
  bool is_file = true;
};

inline std::string form_of(std::vector<Part> const& parts) {
  std::string out;
  for (auto const& part : parts) {
    out += std::string("--") + boundary + "\r\ncontent-disposition: form-data; name=\"" + part.field + "\"";
    if (part.is_file) out += "; filename=\"" + part.file + "\"\r\ncontent-type: text/csv";
    out += "\r\n\r\n" + part.bytes + "\r\n";
  }
  return out + "--" + boundary + "--\r\n";
}

// How it is sent: in pieces of this size; as far as `upto`, and then broken off.
struct Sending {
  std::size_t piece = 1000;
  std::optional<std::size_t> upto = {};
  bool tells_size = true;
};

inline std::optional<http::Response> send_form(web::Portal& portal, Browser const& browser, std::string const& to, std::vector<Part> const& parts,
                                               Sending const& how = {}) {
  auto const body = form_of(parts);
  http::Head head;
  head.method = "POST";
  head.path = to;
  head.peer = "127.0.0.1";
  head.headers = {
      {"host", "portal.test"}, {"cookie", "rollbook_session=" + browser.session}, {"content-type", std::string("multipart/form-data; boundary=") + boundary}};
  for (auto const& header : browser.also) head.headers.push_back(header);
  if (how.tells_size) head.body_size = body.size();
  auto const exchange = portal.begin(head);
  if (auto early = exchange->take({})) return early;
  for (std::size_t at = 0; at < std::min(body.size(), how.upto.value_or(body.size())); at += how.piece)
    if (auto early = exchange->take(std::string_view(body).substr(at, how.piece))) return early;
  if (how.upto) return std::nullopt;
  return exchange->finish();
}

}  // namespace rollbook::test
