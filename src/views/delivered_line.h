// A line of a delivery as it was handed over: its cells, read from where the delivery is sealed, from the beginning of its file to that line and no further.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runs/received.h"
#include "schema/schema.h"

namespace rollbook::views {

struct DeliveredLine {
  struct Cell {
    std::string column;  // as the file has it; "" beyond its header
    std::string value;
    std::size_t field = npos;  // of its table, as far as it can be told
  };
  std::string path;  // of the file, as it was handed over
  std::uint64_t line = 0;
  std::optional<TableId> table;  // none: no table of OneRoster
  std::vector<Cell> cells;
  // Its cells stand where the header says. Otherwise nobody knows which column a value belongs to, and whether it may be shown.
  bool fits = false;
};

// Line `line` (the first is 1) of the file that findings call `file`. Nothing: there is no such file, or it has no such line. Trouble: it cannot be read any
// more.
Result<std::optional<DeliveredLine>> delivered_line(runs::Hub const& hub, store::District const& district, std::vector<runs::ReceivedFile> const& received,
                                                    std::string const& file, std::uint64_t line);

}  // namespace rollbook::views
