#include "web/cookies.h"

#include "http/forms.h"

namespace rollbook::web {
namespace {

std::string full_name(bool secure, std::string_view name) { return (secure ? "__Host-" : "") + std::string(name); }

std::string with_flags(bool secure, std::string_view name, std::string_view value, std::string_view age) {
  return full_name(secure, name) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Lax" + std::string(age) + (secure ? "; Secure" : "");
}

}  // namespace

std::string read_cookie(http::Head const& head, std::string_view name) { return http::cookie(head.header("cookie"), full_name(head.secure, name)); }

std::string write_cookie(bool secure, std::string_view name, std::string_view value, std::int64_t seconds) {
  return with_flags(secure, name, value, seconds == 0 ? "" : "; Max-Age=" + std::to_string(seconds));
}

std::string end_cookie(bool secure, std::string_view name) { return with_flags(secure, name, "", "; Max-Age=0"); }

}  // namespace rollbook::web
