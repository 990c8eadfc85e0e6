// The school at the top of the pages: whoever chose one sees the numbers, rows and findings of that school until they let go of it.
//
// It is kept in a cookie, for one district and until the browser is closed: it is where somebody works, not what a page is about, so links stay as they are
// and can be given away. `?school=ID` says the same for one address, which is what programs have. Neither opens anything: it only takes away from what the
// person may see anyway (`Seen`), and never touches what a form does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/page.h"

namespace rollbook::web {

// A school that they may see, by its sourcedId; nothing when there is none, or it is not theirs.
std::optional<ChosenSchool> find_school(Visit& visit, std::string_view sourced_id);

// Fills in visit.school by what the browser remembers; for pages, not for forms.
void recall_school(Visit& visit);

// By the address, where it names one. False when it names one that is not theirs: then the page is not there.
bool take_school(Visit& visit);

}  // namespace rollbook::web
