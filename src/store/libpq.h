// libpq, loaded when the first connection to PostgreSQL is made: its dozen libraries would cost every other command several
// milliseconds at its start, and most installations have no PostgreSQL at all.
#pragma once

#include <libpq-fe.h>

namespace rollbook::store {

struct Libpq {
#define ROLLBOOK_LIBPQ(name) decltype(&::name) name = nullptr;
#include "store/libpq_functions.h"
#undef ROLLBOOK_LIBPQ
};

// Null when the library is not installed.
Libpq const* libpq();

}  // namespace rollbook::store
