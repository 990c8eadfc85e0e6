// What stands around every page: the rail, the district, the account, what is told once.
#pragma once

#include "web/assets.h"
#include "web/page.h"

namespace rollbook::web {

// What a Redirect wants to be told on the page that follows: kept by the browser, signed, so that nobody else can put words there.
std::string cookie_of_said(Visit const& visit, std::string const& said);

// {{frame.…}} of a page. Ends the cookie of what was told.
Model frame_of(Visit& visit, View const& view, Assets const& assets);

}  // namespace rollbook::web
