// The cookies of the portal: the session, a visitor's token for forms before there is one, what is told once, how the pages look,
// and the school they are kept to.
#pragma once

#include <string>
#include <string_view>

#include "http/http.h"

namespace rollbook::web {

inline constexpr std::string_view session_cookie = "rollbook_session", visitor_cookie = "rollbook_visitor", said_cookie = "rollbook_said",
                                  theme_cookie = "rollbook_theme", rail_cookie = "rollbook_rail", school_cookie = "rollbook_school";

// Over TLS names begin with __Host-, so that no other host and no page over plain HTTP can set them.
std::string read_cookie(http::Head const& head, std::string_view name);

// For Set-Cookie; never readable by scripts, never sent along from other sites' forms. `seconds` 0: until the browser is closed.
std::string write_cookie(bool secure, std::string_view name, std::string_view value, std::int64_t seconds = 0);
std::string end_cookie(bool secure, std::string_view name);

}  // namespace rollbook::web
