// Deliveries in the vault of their district: a folder beside SQLite, rows of the roster database on PostgreSQL.
#pragma once

#include "delivery/load.h"
#include "runs/work.h"

namespace rollbook::runs {

// Keeps the files of a delivery as they were received. Returns a line each: hash, size, "zip" or "file", path.
Result<std::string> land(Hub const& hub, store::District const& district, delivery::Delivery const& delivery);

// Gets them back.
Result<delivery::Delivery> fetch(Hub const& hub, store::District const& district, std::string const& lines);

// Reads every file of these lines and compares its hash. Returns what is wrong, a sentence each.
std::vector<std::string> verify_landed(Hub const& hub, store::District const& district, std::string const& lines);

}  // namespace rollbook::runs
