// Cells in which an id stands.
#pragma once

#include <string_view>

#include "batch/remark.h"

namespace rollbook::batch {

// Count_: nothing.
What wrong_with_id(std::string_view id);

// 123456789 or 123-45-6789.
bool is_like_social_security_number(std::string_view id);

}  // namespace rollbook::batch
