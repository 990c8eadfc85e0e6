// An edit by hand is judged by the same rules as a delivery: what the check says of the record as the edit would leave it, and does not say of it as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/version.h"
#include "rules/rule.h"
#include "schema/catalogue.h"
#include "store/database.h"

namespace rollbook::runs {

// A record as a line of OneRoster: its id, and what its fields say by name. What is not named is blank.
struct WrittenRecord {
  std::string id;
  std::vector<std::pair<std::string, std::string>> fields;
};

struct Remark {
  std::string field, code, message, fix;
  Severity severity = Severity::Error;  // error or warning
};
std::vector<Remark> remarks_on_edit(Table const& table, Version version, std::int32_t today, WrittenRecord const& before, WrittenRecord const& after);

// The version of OneRoster in which a record is told now: some fields mean nothing in the other one.
Version version_of_record(store::Database& roster, TableId table, std::uint32_t key);

// Whether another person has this e-mail address, user name or identifier already. Of other fields nobody asks.
bool is_taken(store::Database& roster, std::int32_t today, TableId table, std::uint32_t key, std::string_view field, std::string const& value);

}  // namespace rollbook::runs
