// Who asks, and whether they may: the one place where a session, a token, a right and a district are looked at.
#pragma once

#include <optional>

#include "web/page.h"
#include "web/routes.h"

namespace rollbook::web {

// Fills in who it is: account, standing, session, the token for forms. An answer when what was shown is not valid.
std::optional<Answer> identify(Visit& visit);

// Fills in the district of the route. An answer when it may not be: what is not theirs is not there.
std::optional<Answer> admit(Visit& visit, Route const& route);

// Whether a request that changes something may come from where it says it comes from.
bool comes_from_us(http::Head const& head);

// Whether this is what the forms of this visitor carry.
bool right_token(Visit const& visit, std::string_view given);

// A path of ours that one can be sent to: never another host.
bool is_own_path(std::string_view path);

// A person of the district's own who can help, as words: "an account with the level System".
std::string_view who_can_help(access::Right right);

}  // namespace rollbook::web
