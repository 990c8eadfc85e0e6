// Fields that were set by hand, and of which an upload says something else: the edit stays, or the person who uploads takes what the file says.
#pragma once

#include "runs/upload.h"

namespace rollbook::runs {

struct EditAgainst {
  TableId table = TableId::None;
  std::uint32_t key = 0;
  std::string sourced_id, field;
  std::string edited, in_file;  // the two values
  std::string who;              // has edited it

  std::string name() const { return std::string(table_of(table).name) + " " + field + " " + sourced_id; }  // as Work::take has it
};

// By table and record.
std::vector<EditAgainst> edits_against(store::Database& roster, Upload const& upload, std::int32_t today);

// Whether ids are corrected by it, or would be if a person says so: that is to be seen first, even where nothing else changes.
bool changes_ids(Upload const& upload);

// Once the upload is applied: the chosen ones become what the file says, in a run of their own.
std::optional<Trouble> take_from_file(Hub& hub, store::District const& district, store::Database& roster, Upload const& upload,
                                      std::vector<std::string> const& chosen);

}  // namespace rollbook::runs
