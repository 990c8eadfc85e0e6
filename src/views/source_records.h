// How many records a source has in the roster, table by table.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runs/work.h"

namespace rollbook::views {

// In the order of the catalogue; none when it has brought nothing yet.
std::vector<std::pair<std::string, std::uint64_t>> records_of(runs::Hub& hub, store::District const& district, std::int64_t source);

}  // namespace rollbook::views
