// Exports: what was handed on of a roster, to whom, when, and as of which revision. They have numbers of their own and stand in the same history as runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/schema.h"
#include "store/districts.h"

namespace rollbook::store {

struct Export {
  std::int64_t id = 0, district = 0;
  std::string created, finished, who;
  std::string outcome;         // "queued" for a worker, "" while it is being written; then "exported", "broken off" or "failed"
  std::int64_t revision = 0;   // 0: that was not known yet when it ended
  std::string version;         // of OneRoster
  std::string schools;         // sourcedIds, a line each; "" for all
  std::uint64_t rows = 0;      // over all files
  std::string counts;          // users=12,classes=3
  std::int32_t day = 0;        // yyyymmdd, on which edits held; 0 of one that was made before this was noted
  std::uint64_t bytes = 0;     // of the zip; 0 of loose files
  std::string digest;          // SHA-256 of the zip, in hex; "" likewise
  std::int64_t receiver = 0;   // whom it was made for; 0: nobody in particular
  std::string policy;          // settings of the receiver as they were then, and its kind in the first line
  std::string changes;         // since the last one of that receiver: users=12 3 4, created changed removed; "" of a first one
  std::uint64_t left_out = 0;  // rows that break an App Rule, with what depends on them
  std::string why;             // it failed
  std::string worker;          // who writes it
  bool preview = false;        // nothing is handed on, it is only counted: "previewed" at its end
  std::string looked_at;       // users=12 3: rows in the roster, and those of them that App Rules leave out
};

// Within the caller's transaction; the number is given here.
void add_export(Database& operations, Export& made);
void save_export(Database& operations, Export const& made);
std::optional<Export> find_export(Database& operations, std::int64_t district, std::int64_t id);

// Newest first, those below number `below`, made between these moments ("" asks for nothing; the first is included).
struct ExportFilter {
  std::string from = {}, before = {};
  std::string school = {};    // those that this school was in, alone or among others
  std::int64_t receiver = 0;  // 0: whoever got it
};
std::vector<Export> newest_exports(Database& operations, std::int64_t district, ExportFilter const& filter, std::optional<std::int64_t> below,
                                   std::size_t how_many);

// The last one of a receiver that was whole, below that number.
std::optional<Export> last_export_of(Database& operations, std::int64_t district, std::int64_t receiver, std::int64_t below);

// What an export would hold, of a receiver: there is one at most, the last that was asked for.
std::optional<Export> preview_of(Database& operations, std::int64_t district, std::int64_t receiver);

// Puts one into the queue of a receiver, unless one waits there already; within the caller's transaction. 0: one does.
std::int64_t queue_export(Database& operations, Export made);
// For each receiver of the district that wants one after each run; within the transaction that notes the run.
void queue_exports_after_run(Database& operations, std::int64_t district, std::string const& at, std::int32_t day);
// Takes the next one in hand, or this one; those of dead workers are taken over.
std::optional<Export> claim_export(Database& operations, std::int64_t district, std::optional<std::int64_t> id, std::string const& worker,
                                   bool (*is_dead)(std::string const&));
// Districts with exports in the queue, or in the hand of somebody.
std::vector<std::int64_t> districts_with_exports(Database& operations);

// Rows that were left out because they break an App Rule.
struct LeftOutRow {
  std::int64_t place = 0;
  TableId table = TableId::None;
  std::string record, why;
};
void add_left_out(Database& operations, std::int64_t id, std::vector<LeftOutRow> const& rows);
std::vector<LeftOutRow> left_out_of(Database& operations, std::int64_t id, std::int64_t from, std::size_t how_many);

// Who fetched the file of an export, and when.
struct Fetched {
  std::string at, who;
};
void add_fetched(Database& operations, std::int64_t id, Fetched const& one);
std::vector<Fetched> fetched_of(Database& operations, std::int64_t id);  // newest first, at most a hundred

}  // namespace rollbook::store
