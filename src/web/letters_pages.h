// Pages of letters and webhooks; as web/pages.h has the others.
#pragma once

#include "letters/outbox.h"
#include "web/page.h"

namespace rollbook::web {

// notifications.cc: which letters somebody gets from a district.
Answer notifications(Visit& visit);
Answer save_notifications(Visit& visit);
Answer test_notifications(Visit& visit);

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
// A test letter goes to nobody but who asks for it.
letters::Tried send_test_to(Visit& visit);
std::string test_letter_went(Visit const& visit);

}  // namespace rollbook::web
