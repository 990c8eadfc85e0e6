// Pages of letters and webhooks; as web/pages.h has the others.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// notifications.cc: which letters somebody gets from a district.
Answer notifications(Visit& visit);
Answer save_notifications(Visit& visit);

// webhooks.cc: programs that are told what happens.
Answer webhooks(Visit& visit);
Answer add_webhook(Visit& visit);
Answer webhook(Visit& visit);
Answer set_webhook(Visit& visit);

// operator_letters.cc: the mail server, a test letter, and what waits.
Answer operator_letters(Visit& visit);
Answer set_operator_letters(Visit& visit);
Answer set_letters_password(Visit& visit);
Answer send_test(Visit& visit);

}  // namespace rollbook::web
