#include "web/enter.h"

#include "access/sessions.h"
#include "web/cookies.h"

namespace rollbook::web {

void enter(Visit& visit, access::Account const& account) {
  auto const begun = access::begin_session(visit.hub.home.operations(), account.id, visit.head.peer, std::string(visit.head.header("user-agent")), visit.now);
  visit.set_cookies.push_back(write_cookie(visit.secure, session_cookie, begun.token));
  visit.set_cookies.push_back(end_cookie(visit.secure, visitor_cookie));
}

}  // namespace rollbook::web
