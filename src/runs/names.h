// Ids and names of stored records, for sentences and answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/schema.h"
#include "store/database.h"

namespace rollbook::runs {

// The sourcedId of a record: the one it has, or had last. "" when there is none.
std::string id_of(store::Database& roster, TableId table, std::uint32_t key);

// "Oak School (o17)" of an organization; no other table's names go into sentences.
std::string org_name(store::Database& roster, std::uint32_t key);

// Current ids of all records of a table, by key; "" for keys that nobody has. `revision`: as they were then; 0: now.
std::vector<std::string> ids_by_key(store::Database& roster, TableId table, std::int64_t revision = 0);

// The key of the record that has this id now; nothing when none does.
std::optional<std::uint32_t> key_of_id(store::Database& roster, TableId table, std::string const& id);

}  // namespace rollbook::runs
