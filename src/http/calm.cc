#include "http/calm.h"

#include <algorithm>

#include "base/demand.h"
#include "base/text.h"

namespace rollbook::http {
namespace {

constexpr std::string_view style =
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#f6f8fb}main{max-width:36rem;margin:15vh auto 0;padding:0 1.25rem}"
    "h1{font-size:1.5rem;font-weight:600;margin:0 0 .75rem}p{margin:0 0 .75rem}a{color:#0054a6}@media(prefers-color-scheme:dark){body{color:#dce1"
    "e7;background:#151f2c}a{color:#7db8f5}}";
constexpr std::string_view style_hash = "sha256-4VehdMqNvdygabZMVYJkAtvMjNVmej30P2lXwadZz9c=";  // of the above, as OpenSSL tells it

struct Usual {
  int status;
  std::string_view title, how;
};
constexpr Usual usual[] = {
    {400, "That could not be read", "Go back and try again. If it stays, write the address anew."},
    {404, "Not found", "Look at the address, or begin at the first page."},
    {405, "Not possible here", "Go back and use the links and buttons of the page."},
    {408, "That took too long", "Look at your connection, then try again."},
    {413, "Too large", "Send less at a time."},
    {414, "Too long an address", "Go back and begin anew."},
    {429, "Too many requests", "Wait a few seconds, then try again."},
    {431, "Too much in the head", "Delete the cookies of this site in your browser, then try again."},
    {500, "Something went wrong", "Try again. If it stays, tell the operator of this server when it happened."},
    {503, "Not available now", "Try again in a minute; nothing is lost."},
};

Usual usual_of(int status) {
  auto const* const found = std::find_if(std::begin(usual), std::end(usual), [&](Usual const& one) { return one.status == status; });
  return found == std::end(usual) ? Usual{status, "That did not work", "Go back and try again."} : *found;
}

std::string page_of(Usual const& words, std::string_view what, std::string_view how) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
  ((page += words.title) += " · Rollbook</title><style>") += style;
  ((page += "</style></head><body><main><h1>") += words.title) += "</h1><p>";
  (((page += what) += "</p><p>") += how) += "</p><p><a href=\"/\">To the first page</a></p></main></body></html>\n";
  return page;
}

bool is_plain(std::string_view text) { return text.find_first_of("<>&\"\\\n\r\t") == std::string_view::npos; }

}  // namespace

std::string_view calm_style() { return style; }
std::string_view calm_style_hash() { return style_hash; }

Dress dress_for(Head const& head) {
  if (head.path.ends_with(".json")) return Dress::Json;
  auto const accept = lower(head.header("accept"));
  if (accept.find("text/html") != std::string::npos) return Dress::Page;
  return accept.find("application/json") != std::string::npos ? Dress::Json : Dress::Text;
}

Dress dress_for_unread(std::string_view bytes) {
  if (bytes.find("text/html") != std::string_view::npos) return Dress::Page;
  return bytes.find("application/json") != std::string_view::npos ? Dress::Json : Dress::Text;
}

Response calm_answer(Dress dress, int status, std::string_view what, std::string_view how, int retry_after) {
  auto const words = usual_of(status);
  if (how.empty()) how = words.how;
  demand(is_plain(what) && is_plain(how));
  Response response;
  response.status = status;
  response.headers = {{"x-content-type-options", "nosniff"}, {"cache-control", "no-store"}, {"vary", "accept"}};
  auto const add = [&](std::string_view name, std::string value) { response.headers.push_back({std::string(name), std::move(value)}); };
  if (retry_after > 0) add("retry-after", std::to_string(retry_after));
  if (dress == Dress::Page) {
    add("content-type", "text/html; charset=utf-8");
    add("content-security-policy",
        "default-src 'none'; style-src '" + std::string(style_hash) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.body = page_of(words, what, how);
  } else if (dress == Dress::Json) {
    add("content-type", "application/json; charset=utf-8");
    response.body = "{\"status\":" + std::to_string(status) + ",\"what\":\"" + std::string(what) + "\",\"how\":\"" + std::string(how) + "\"" +
                    (retry_after > 0 ? ",\"retry_after\":" + std::to_string(retry_after) : "") + "}\n";
  } else {
    add("content-type", "text/plain; charset=utf-8");
    response.body = std::string(what) + " " + std::string(how) + "\n";
  }
  return response;
}

}  // namespace rollbook::http
