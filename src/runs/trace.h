// Where each field of a record comes from, and what the record was at any revision.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// Who set a field to what, and when. The newest comes last.
struct FieldEvent {
  std::int64_t revision = 0, run = 0;
  std::string kind, at;     // of the run
  std::string source, who;  // who said it: a source, or a person
  std::string file;         // of the delivery
  std::optional<std::uint64_t> line;
  std::string value;     // as OneRoster writes it
  bool removed = false;  // the source took the record back
  // Of what an undo brought back, or another source took over: the run that the value came with at first, and when. Else the same as above.
  std::int64_t first_run = 0;
  std::string first_at;
};

struct TracedField {
  std::string name, value;  // in force now, or at the revision asked for
  std::vector<FieldEvent> events;
  std::optional<FieldEvent> origin;  // who said the value that is in force, in which row; none: nobody ever said anything
};

struct TracedRecord {
  std::string table, sourced_id;
  bool lives = false;
  std::vector<std::pair<std::int64_t, std::string>> ids;  // since which revision it had which id
  std::vector<TracedField> fields;
  std::vector<TracedField> metadata;  // the metadata.* columns of whichever source says the record; nobody edits them
};

// `revision`: as it was then, with the edits that hold on `hub.today`; none: now. It is what an export of that revision says of the record. A record is found
// by an id that it has, or had; who knows its key spares looking for that.
Result<TracedRecord> trace(Hub& hub, store::District const& district, std::string const& table, std::string const& sourced_id,
                           std::optional<std::int64_t> revision, std::optional<std::uint32_t> known_key = {});

std::string to_json(TracedRecord const& record, bool with_events);
std::string to_text(TracedRecord const& record, bool with_events);

}  // namespace rollbook::runs
