// Whom to call at an organization. Rollbook's own: no delivery reads, changes or removes it, and it is found again when a deleted organization comes back.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "store/districts.h"

namespace rollbook::store {

struct OrgContact {
  std::string person, email, phone, address, notes;
  std::string changed, who;  // when and by whom it was set last

  bool is_empty() const { return (person + email + phone + address + notes).empty(); }
};

// `org`: the key of the record. Empty when nothing was ever set.
OrgContact find_contact(Database& operations, std::int64_t district, std::int64_t org);
// All of a district, by the key of the record.
std::map<std::int64_t, OrgContact> list_contacts(Database& operations, std::int64_t district);
// An empty one takes it away. `name`: what the audit log calls the organization. Trouble when a text is too long or no text.
std::optional<Trouble> set_contact(Database& operations, District const& district, std::int64_t org, OrgContact const& contact, std::string const& name,
                                   Actor const& actor);

}  // namespace rollbook::store
