// Hands on the roster of a district, as of any revision, as a OneRoster bundle that is closed: whatever a row refers to is in it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_sink.h"
#include "runs/work.h"
#include "store/disclosed.h"
#include "store/exports.h"
#include "store/pseudonyms.h"
#include "store/receivers.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

// To whom, and what they get.
struct Shared {
  store::Policy policy;
  store::Pseudonyms pseudonyms;
  std::int64_t since = 0;  // rows that were written after this revision count as changed
};

struct ExportOptions {
  std::optional<std::int64_t> revision;                   // none: the newest
  std::optional<Version> version;                         // none: that of the last applied delivery
  std::vector<std::string> schools;                       // sourcedIds; none: all
  std::optional<std::int32_t> day = {};                   // on which edits hold; none: today
  std::shared_ptr<Shared const> shared = {};              // none: everything, as it is
  bool demographics = true;                               // false: not for whoever asks; a policy says itself what of them goes
  std::function<void(std::uint64_t rows)> progress = {};  // told now and then
  std::function<bool()> stops = {};
};

struct Exported {
  std::int64_t revision = 0;
  Version version = Version::V11;
  std::vector<std::pair<std::string, std::uint64_t>> rows;
  std::vector<std::string> lost;  // what this version of OneRoster cannot say
  // Of what was shared: which records were in it, and which of them were written anew since; what was left out because it breaks an App Rule.
  store::KeysOfTables included = {}, changed = {};
  std::vector<store::LeftOutRow> left_out = {};  // the first ten thousand
  std::uint64_t left_out_total = 0;
  // By table: rows of the roster that were looked at, and those of them that App Rules leave out.
  std::array<std::uint64_t, table_count> there{}, broken{};
};

Result<Exported> export_roster(Hub& hub, store::District const& district, ExportOptions const& options, FileSink& sink);

// A stored cell as OneRoster writes it; references by the ids of their tables.
using IdsOfTables = std::array<std::vector<std::string>, table_count>;
std::string written(TableId table, std::size_t column, StoredRow const& row, IdsOfTables const& ids);

}  // namespace rollbook::runs
