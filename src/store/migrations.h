// The shape of Rollbook's own tables, as numbered steps. A step that was released is never changed; a later one follows it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/database.h"

namespace rollbook::store {

struct Migration {
  std::string_view name;
  std::string_view sql;  // INTEGER64, BYTES and CLUSTERED (by its primary key) stand for what the database calls them
};

// Brings a database to the newest shape, all steps that are missing in one transaction. Trouble when a newer Rollbook has been here.
std::optional<Trouble> migrate(Database& database, std::span<Migration const> steps);

// The steps of the database that districts share: districts, sources, runs.
std::span<Migration const> operations_migrations();

}  // namespace rollbook::store
