#include "letters/message.h"

#include <algorithm>
#include <chrono>

#include "base/base64.h"
#include "base/escape.h"
#include "base/text.h"

namespace rollbook::letters {
namespace {

constexpr std::size_t longest_line = 76, longest_plain = 60, bytes_of_a_word = 42;  // 42 bytes are 56 characters of base64, and 12 around them

constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_plain(std::string_view text) {
  return text.size() <= longest_plain && text.find("=?") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 32 && c < 127; });
}

// Characters of valid UTF-8; what would end a line is a space.
std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto const [point, length] = first_point(text.substr(at));
    if (point < 32 || point == 127 || (point >= 0x80 && point < 0xa0) || point == 0x2028 || point == 0x2029) out += ' ';
    else append_point(out, point);
    at += length;
  }
  return out;
}

// Quoted where it is plain: names have commas and dots.
std::string display_name(std::string_view name) {
  auto const line = one_line(name);
  if (!is_plain(line)) return encoded_words(line);
  std::string out = "\"";
  for (auto const c : line) (out += c == '"' || c == '\\' ? "\\" : "") += c;
  return out + "\"";
}

// An address comes from settings and accounts, which have looked at it; here nothing else gets through.
std::string bare_address(std::string_view address) {
  std::string out;
  for (auto const c : address)
    if (c > 32 && c < 127 && c != '<' && c != '>' && c != ',' && c != ';' && c != ':' && c != '"' && c != '(' && c != ')' && c != '\\') out += c;
  return out;
}

std::string part(std::string const& boundary, std::string_view type, std::string_view text) {
  return "--" + boundary + "\r\nContent-Type: " + std::string(type) + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(text) + "\r\n";
}

}  // namespace

std::string encoded_words(std::string_view text) {
  auto const line = one_line(text);
  if (is_plain(line)) return line;
  std::string out, word;
  auto const flush = [&] {
    out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + to_base64(word) + "?=";
    word.clear();
  };
  for (std::size_t at = 0; at < line.size();) {
    auto const length = first_point(std::string_view(line).substr(at)).length;
    if (word.size() + length > bytes_of_a_word) flush();
    word.append(line, at, length);
    at += length;
  }
  flush();
  return out;
}

std::string quoted_printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (auto const& line : split(text, '\n')) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      auto const c = static_cast<unsigned char>(line[at]);
      if (c == '\r') continue;
      bool const is_last = at + 1 == line.size();
      bool const plain = (c > 32 && c < 127 && c != '=' && !(c == '.' && width == 0)) || ((c == ' ' || c == '\t') && !is_last);
      std::string const one = plain ? std::string(1, line[at]) : std::string{'=', digits[c >> 4], digits[c & 15]};
      if (width + one.size() > longest_line - 1) out += "=\r\n", width = 0;
      out += one;
      width += one.size();
    }
    out += "\r\n";
  }
  return out;
}

std::string date_text(std::int64_t seconds) {
  using namespace std::chrono;
  auto const moment = sys_seconds(std::chrono::seconds(seconds));
  auto const midnight = floor<std::chrono::days>(moment);
  year_month_day const day(midnight);
  auto const rest = (moment - midnight).count();
  auto const two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::string(days[weekday(midnight).c_encoding()]) + ", " + two(static_cast<unsigned>(day.day())) + " " +
         std::string(months[static_cast<unsigned>(day.month()) - 1]) + " " + std::to_string(int{day.year()}) + " " + two(rest / 3600) + ":" +
         two(rest / 60 % 60) + ":" + two(rest % 60) + " +0000";
}

std::string written(Message const& message) {
  auto const id = bare_address(message.id);
  // No line of a quoted-printable part has "=_": an = is followed by two digits or the end of the line.
  std::string const boundary = "=_rollbook_" + id.substr(0, std::min<std::size_t>(id.find('@'), 40));
  std::string out;
  out += "Date: " + date_text(message.date) + "\r\n";
  out += "From: " + display_name(message.from_name) + "\r\n <" + bare_address(message.from) + ">\r\n";
  out += "To: <" + bare_address(message.to) + ">\r\n";
  out += "Subject: " + encoded_words(message.subject) + "\r\n";
  out += "Message-ID: <" + id + ">\r\n";
  out += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n";
  out += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  out += part(boundary, "text/plain", message.text) + part(boundary, "text/html", message.html);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace rollbook::letters
