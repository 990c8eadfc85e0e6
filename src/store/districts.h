// Districts: who they are. Their rosters are elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace rollbook::store {

// Who does something, when, and from where: for the audit log.
struct Actor {
  std::string who;              // "command line (anna)", or the e-mail of an account
  std::string at;               // 2026-11-22T01:02:03Z
  std::string from_where = {};  // "192.0.2.7", "command line", "the server"; "" only in entries from before it was noted
};

// Whoever does what nobody has asked for just now: a schedule, a term that has passed.
inline Actor the_server(std::string at) { return {"the server", std::move(at), "the server"}; }

struct District {
  std::int64_t id = 0;
  std::string name, time_zone, created;
};

// Adds a district. Trouble when the name cannot be one or is taken, or there is no such time zone (of the IANA database).
Result<District> add_district(Database& operations, std::string const& name, std::string const& time_zone, Actor const& actor);

Result<std::vector<District>> list_districts(Database& operations);

// By name, or by number. Trouble says which there are.
Result<District> find_district(Database& operations, std::string const& name_or_number);

// Writes a line into the audit log (store/audit.h); inside the caller's transaction.
void note(Database& operations, Actor const& actor, std::int64_t district, std::string_view what, std::string_view detail);

// Names of districts and sources: 1 to 100 characters, no control characters, no spaces at the ends. Empty, or what is wrong.
std::string wrong_with_name(std::string_view name);

}  // namespace rollbook::store
