// Hands on the roster of a district, as of any revision, as a OneRoster bundle that is closed: whatever a row refers to is in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_sink.h"
#include "runs/work.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

struct ExportOptions {
  std::optional<std::int64_t> revision;  // none: the newest
  std::optional<Version> version;        // none: that of the last applied delivery
  std::vector<std::string> schools;      // sourcedIds; none: all
  std::optional<std::int32_t> day = {};  // on which edits hold; none: today
};

struct Exported {
  std::int64_t revision = 0;
  Version version = Version::V11;
  std::vector<std::pair<std::string, std::uint64_t>> rows;
  std::vector<std::string> lost;  // what this version of OneRoster cannot say
};

Result<Exported> export_roster(Hub& hub, store::District const& district, ExportOptions const& options, FileSink& sink);

// A stored cell as OneRoster writes it; references by the ids of their tables.
using IdsOfTables = std::array<std::vector<std::string>, table_count>;
std::string written(TableId table, std::size_t column, StoredRow const& row, IdsOfTables const& ids);

}  // namespace rollbook::runs
