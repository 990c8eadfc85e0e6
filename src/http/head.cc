#include "http/head.h"

#include "base/text.h"
#include "http/characters.h"

namespace rollbook::http {
namespace {

constexpr std::size_t most_headers = 100;

Declined malformed(std::string const& what) { return {400, "The request is malformed: " + what + "."}; }

std::optional<Declined> judge_first_line(std::string_view line) {
  auto const space = line.find(' '), second = line.find(' ', space + 1);
  if (space == std::string_view::npos || second == std::string_view::npos) return malformed("its first line is not METHOD ADDRESS HTTP/1.1");
  auto const method = line.substr(0, space), target = line.substr(space + 1, second - space - 1), version = line.substr(second + 1);
  if (!is_token(method)) return malformed("its method is no word");
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' || !is_digit(version[7]))
    return malformed("its first line does not end with HTTP/1.1");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return Declined{505, "This server speaks HTTP/1.1."};
  if (method != "GET" && method != "HEAD" && method != "POST" && method != "PUT" && method != "DELETE")
    return Declined{501, "This server knows GET, HEAD, POST, PUT and DELETE."};
  if (!target.starts_with('/')) return malformed("its address does not begin with a slash");
  for (char const c : target)
    if (c <= ' ' || c >= 0x7F || c == '#') return malformed("its address has characters in it that must be written with percent signs");
  return std::nullopt;
}

bool is_host(std::string_view text) {
  constexpr std::string_view others = "-._:[]";
  return std::all_of(text.begin(), text.end(), [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

// Headers that say how long a request is, and for whom.
struct Counted {
  int hosts = 0, lengths = 0, encodings = 0;
};

std::optional<Declined> judge_header(std::string_view line, Counted& counted) {
  if (line.front() == ' ' || line.front() == '\t') return malformed("a header is continued on a second line");
  auto const colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return malformed("a header has no name");
  auto const value = trimmed(line.substr(colon + 1));
  if (!is_header_value(value)) return malformed("a header has control characters in it");

  auto const name = lower(line.substr(0, colon));
  if (name == "host") {
    if (++counted.hosts > 1 || !is_host(value)) return malformed("it must name one host");
  } else if (name == "content-length") {
    if (++counted.lengths > 1 || value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), is_digit))
      return malformed("its Content-Length is no number, or is given twice");
  } else if (name == "transfer-encoding") {
    if (++counted.encodings > 1) return malformed("Transfer-Encoding is given twice");
    if (lower(value) != "chunked") return Declined{501, "This server knows chunked as the only Transfer-Encoding."};
  } else if (name == "expect") {
    if (lower(value) != "100-continue") return Declined{417, "This server knows 100-continue as the only Expect."};
  }
  return std::nullopt;
}

}  // namespace

HeadSearch::Found HeadSearch::look(std::string_view bytes) {
  for (; looked_ < bytes.size(); ++looked_) {
    char const c = bytes[looked_];
    bool const behind_return = looked_ > 0 && bytes[looked_ - 1] == '\r';
    if ((c == '\n') != behind_return) return Found::NoHead;
    if (c == '\n') {
      line_ended_ = true;
      if (line_length_ == 0) return ++looked_, Found::End;
      line_length_ = 0;
    } else if (c != '\r') {
      if (!is_header_value({&c, 1})) return Found::NoHead;
      ++line_length_;
    }
  }
  return Found::NotYet;
}

std::optional<Declined> judge_head(std::string_view head) {
  Counted counted;
  auto const first = head.substr(0, head.find("\r\n"));
  if (auto declined = judge_first_line(first)) return declined;
  head.remove_prefix(std::min(first.size() + 2, head.size()));
  for (std::size_t headers = 0; !head.empty(); ++headers) {
    auto const line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    if (line.empty()) break;
    if (headers == most_headers) return Declined{431, "The request has more than " + std::to_string(most_headers) + " headers."};
    if (auto declined = judge_header(line, counted)) return declined;
  }
  bool const old = first.ends_with("1.0");
  if (counted.hosts == 0 && !old) return malformed("it must name one host");
  if (counted.encodings > 0 && (old || counted.lengths > 0)) return malformed("its length is given in two ways");
  return std::nullopt;
}

}  // namespace rollbook::http
