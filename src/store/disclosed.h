// Which records a receiver got with which export: a bit for each key of a table, in pieces, and a piece is only written when it differs from that of the
// export before. So years of nights take little room, and whether a record was among them is answered for every export by reading one piece of each.
#pragma once

#include <array>
#include <vector>

#include "schema/catalogue.h"
#include "store/database.h"

namespace rollbook::store {

using KeysOfTables = std::array<std::vector<bool>, table_count>;

// As of the last export up to this number, of one receiver. Nothing was handed on before the first.
KeysOfTables disclosed_up_to(Database& operations, std::int64_t receiver, std::int64_t number);

// Notes what an export had. Within the caller's transaction; `before` is what the one before had.
void note_disclosed(Database& operations, std::int64_t receiver, std::int64_t number, KeysOfTables const& before, KeysOfTables const& now);

// A stretch of exports of a receiver in which a record was, or was not: from this export on.
struct Since {
  std::int64_t number = 0;
  bool had = false;
};
std::vector<Since> stretches_of(Database& operations, std::int64_t receiver, TableId table, std::uint32_t key);

}  // namespace rollbook::store
