// Batch Upload: districts without a OneRoster export send users.csv. An upload is a run of the district's own source for that, with all that runs have: a
// preview, guards, history, undo (docs/decisions/0020-an-upload-is-a-delivery.md).
#pragma once

#include "batch/write_users.h"
#include "runs/queue.h"
#include "runs/upload.h"

namespace rollbook::runs {

// Why nobody can upload here, and whom to ask; "" when they can.
std::string why_no_batch(Hub& hub, store::District const& district);

// The source of the district that uploads belong to. The first call makes it.
Result<store::Source> batch_source(Hub& hub, store::District const& district);

// Stage one: what is wrong with users.csv (Upload::file, for batch::users_errors). Nothing is kept. `text`: with csv::padding behind it.
struct UploadLooked {
  std::shared_ptr<Upload> upload;
  std::string errors;  // users-errors.csv; "" when nothing is to be said of any row
};
Result<UploadLooked> look_at_upload(Hub& hub, store::District const& district, std::string_view text);

// Stage two: the rows that are taken become a run; ids that have changed are corrected behind it, by a run each. `approved`: the digest of a preview that a
// person has seen, or "".
Result<Answer> preview_upload(Hub& hub, store::District const& district, delivery::Delivery delivery);
Result<Answer> process_upload(Hub& hub, store::District const& district, delivery::Delivery delivery, std::string const& approved);

// The roster as users.csv, noted in the audit log. Trouble when there is no such organization.
Result<batch::UsersWritten> users_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted);

// An organization that no file brings: a run of the same source.
struct NewOrganization {
  std::string id, name, type = "school", parent;  // parent: an id, or ""
};
Result<Answer> add_organization(Hub& hub, store::District const& district, NewOrganization const& made);

}  // namespace rollbook::runs
