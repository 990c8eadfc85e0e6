// Ids that a person has elsewhere, as fields of a form: those of the state, the district and the SIS one by one, all others as OneRoster writes them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "http/forms.h"

namespace rollbook::web {

struct SecondaryId {
  std::string_view type, field, label;
};
inline constexpr std::array secondary_ids{SecondaryId{"state", "userIds.state", "State id"}, SecondaryId{"district", "userIds.district", "District id"},
                                          SecondaryId{"sis", "userIds.sis", "SIS id"}};

// Of "{state:4711},{Fed:3}": that of a type, and what is left without these three.
std::string secondary_id(std::string_view user_ids, std::string_view type);
std::string other_ids(std::string_view user_ids);

// What a form says of all of them, as one value: `now` where it says what is there, in the order in which it is there.
std::string user_ids_of(http::Fields const& form, std::string const& now);

}  // namespace rollbook::web
