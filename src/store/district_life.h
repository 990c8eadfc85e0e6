// What the operator decides of a whole district: that it is locked, opened again, or deleted; and what stays of those that were deleted: a proof.
//
// A locked district is as if its doors were shut: nobody enters its pages, nothing is taken from its sources, no worker does anything for it. (That its own
// people suspend it while classes change is something else: store/ranges.h.) One that is being deleted is locked, too, and that has no way back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/districts.h"

namespace rollbook::store {

enum class Service : std::uint8_t { Open, Locked, Deleting };

Service service_of(Database& operations, std::int64_t district);
// Why nothing is done for it now, as a sentence; "" while something is.
std::string why_no_service(Database& operations, District const& district);

// Trouble when it is so already, or is being deleted.
std::optional<Trouble> lock_district(Database& operations, District const& district, Actor const& actor);
std::optional<Trouble> unlock_district(Database& operations, District const& district, Actor const& actor);

// It is to be deleted with all that is kept of it; a worker does it (runs/delete_district.h). `typed` has to be its name.
std::optional<Trouble> ask_to_delete(Database& operations, District const& district, std::string_view typed, Actor const& actor);
std::vector<std::int64_t> districts_to_delete(Database& operations);

// How many of what would go, from the database that districts share; nothing of its roster is read.
struct Holding {
  std::string what;
  std::int64_t many = 0;
};
std::vector<Holding> holdings_of(Database& operations, std::int64_t district);

// Districts that were deleted, or are being. Their numbers are never given again.
struct Deletion {
  std::int64_t district = 0;
  std::string name, asked, who;
  std::string counted;   // what there was, in lines, once a worker has counted it
  std::string finished;  // "" while it goes on
  std::string proof;     // a text, when it is finished
  std::string digest;    // SHA-256 of the proof: it stands in the audit log of the server
};
std::optional<Deletion> find_deletion(Database& operations, std::int64_t district);
// Newest number first, those below `below`.
std::vector<Deletion> list_deletions(Database& operations, std::optional<std::int64_t> below, std::size_t how_many);

// For whoever does it. False: somebody else has it in hand, who lives.
bool claim_deletion(Database& operations, std::int64_t district, std::string const& worker, std::int64_t now, bool (*is_dead)(std::string const&));
void keep_counted(Database& operations, std::int64_t district, std::string const& counted);
// Removes every row of the district, the accounts of those who belonged to it alone, and keeps the proof; in the caller's transaction.
void forget_district(Database& operations, Deletion const& done);

}  // namespace rollbook::store
