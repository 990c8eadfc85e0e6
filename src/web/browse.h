// What the pages of Data Browsing share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/schema.h"
#include "store/database.h"
#include "web/page.h"

namespace rollbook::web {

// The page of a record. A record is named by table and id; its key spares looking for it where there are millions.
std::string record_address(Visit const& visit, TableId table, std::string const& sourced_id, std::optional<std::uint32_t> key = {});

std::optional<TableId> table_called(std::string_view name);
// "users.csv" → users.
std::optional<TableId> table_of_file(std::string_view file);

// The record has this id, or had it: there is a page to go to.
bool has_record(store::Database& roster, TableId table, std::string const& sourced_id, std::uint32_t key);

// What people call a field: "Organizations" for orgSourcedIds.
std::string field_in_words(std::string_view field);

}  // namespace rollbook::web
