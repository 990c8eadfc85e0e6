// Somebody comes in: by a password, by a link, or because they have accepted an invitation.
#pragma once

#include "access/accounts.h"
#include "web/page.h"

namespace rollbook::web {

// Always a new session: one that somebody else has put into this browser is of no use to them.
void enter(Visit& visit, access::Account const& account);

}  // namespace rollbook::web
