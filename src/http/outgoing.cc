#include "http/outgoing.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "http/characters.h"

namespace rollbook::http {
namespace {

// Only people who look into the tools of their browser see these; programs read the number.
constexpr std::pair<int, std::string_view> reasons[] = {{200, "OK"},
                                                        {201, "Created"},
                                                        {202, "Accepted"},
                                                        {204, "No Content"},
                                                        {302, "Found"},
                                                        {303, "See Other"},
                                                        {304, "Not Modified"},
                                                        {400, "Bad Request"},
                                                        {401, "Unauthorized"},
                                                        {403, "Forbidden"},
                                                        {404, "Not Found"},
                                                        {405, "Method Not Allowed"},
                                                        {408, "Request Timeout"},
                                                        {409, "Conflict"},
                                                        {413, "Content Too Large"},
                                                        {414, "URI Too Long"},
                                                        {417, "Expectation Failed"},
                                                        {422, "Unprocessable Content"},
                                                        {429, "Too Many Requests"},
                                                        {431, "Request Header Fields Too Large"},
                                                        {500, "Internal Server Error"},
                                                        {501, "Not Implemented"},
                                                        {503, "Service Unavailable"},
                                                        {505, "HTTP Version Not Supported"}};

std::string_view reason(int status) {
  for (auto const& [number, words] : reasons)
    if (number == status) return words;
  return "Answer";
}

bool is_ours(std::string_view name) { return name == "content-length" || name == "connection" || name == "transfer-encoding" || name == "date"; }

std::string date_text(std::time_t now) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  auto const end = text.data() + text.size();
  auto const [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Framing> framing_of(Response const& response, bool to_head, bool version_1_1, bool close) {
  if (response.status < 200 || response.status > 599) return std::nullopt;
  std::optional<std::uint64_t> announced;
  for (auto const& [name, value] : response.headers) {
    if (!is_token(name) || !is_header_value(value)) return std::nullopt;
    if (lower(name) == "content-length" && !(announced = number_of(value))) return std::nullopt;
  }
  using Body = Framing::Body;
  Framing framing{.body = Body::Length, .length = response.body.size(), .close = close, .version_1_1 = version_1_1};
  if (response.events || response.more) framing.length = response.events ? std::nullopt : announced;
  if (response.status == 204 || response.status == 304) framing.body = Body::None, framing.length.reset();
  else if (to_head) framing.body = Body::None;
  else if (!framing.length) framing.body = version_1_1 ? Body::Chunks : Body::UntilClose;
  framing.close |= framing.body == Body::UntilClose || (response.events && !to_head);
  return framing;
}

std::string head_text(Response const& response, Framing const& framing, std::time_t now) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  (text += reason(response.status)) += "\r\nDate: " + date_text(now) + "\r\n";
  for (auto const& [name, value] : response.headers)
    if (!is_ours(lower(name))) ((text += name) += ": ") += value + "\r\n";
  if (framing.length) text += "Content-Length: " + std::to_string(*framing.length) + "\r\n";
  if (framing.body == Framing::Body::Chunks) text += "Transfer-Encoding: chunked\r\n";
  if (framing.close) text += "Connection: close\r\n";
  else if (!framing.version_1_1) text += "Connection: keep-alive\r\n";
  return text += "\r\n";
}

std::string chunk(std::string_view bytes) {
  char size[20];
  auto const end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
  std::string text(size, end);
  text.reserve(text.size() + bytes.size() + 4);
  ((text += "\r\n") += bytes) += "\r\n";
  return text;
}

}  // namespace rollbook::http
