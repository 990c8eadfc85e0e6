// From events to what is to be sent: who is told of each, settled once, in one transaction with the mark that it is.
#pragma once

#include "letters/outbox.h"
#include "store/districts.h"

namespace rollbook::letters {

// Settles some of those that wait; false when there are none. Where no mail server is set there are no letters, and of a locked district nobody is told.
Result<bool> tell_events(store::Database& operations, std::int64_t now);

// Raises the digest of the day before, for each district where somebody wants one: when it is six in the morning there, or later, once a day. A day on which
// nothing came and nothing waits has none.
std::optional<Trouble> raise_digests(store::Database& operations, std::int64_t now);

}  // namespace rollbook::letters
