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

// Stage one: what is wrong with the files, once name_upload has called them by their names. Nothing is kept.
struct UploadLooked {
  std::shared_ptr<Upload> upload;
  std::string users_errors, demographics_errors;  // the error reports; "" when nothing is to be said of any row
};
Result<UploadLooked> look_at_upload(Hub& hub, store::District const& district, delivery::Delivery const& delivery, UploadHow const& how = {});

// The same, whether the district may upload or not.
Result<UploadLooked> look_at_rows(Hub& hub, store::District const& district, delivery::Delivery const& delivery, UploadHow const& how = {});

// The same of a run: as the roster was before it, or is now when nothing of it is applied. Trouble when it is no upload, or its files are gone.
Result<UploadLooked> look_at_upload_of(Hub& hub, store::District const& district, std::int64_t run);

// Somebody whom an upload brings under a new id, and who may be a person that the roster has.
struct Resembling {
  std::string id, as, name;  // in the file; in the roster
};
std::vector<Resembling> resembling_people(UploadLooked const& looked);

// An upload as it landed becomes a run that waits until a person has seen what it would change. Uploads that wait so are superseded by it.
Result<Queued> queue_upload(Hub& hub, store::District const& district, std::string const& received);

// Which edits end in favour of the file when the run is applied: names as EditAgainst has them. The run has to wait for a decision.
std::optional<Trouble> choose_from_file(Hub& hub, store::District const& district, std::int64_t run, std::vector<std::string> const& chosen);

// A person says that these are one: new ids that resembling_people named. The run is looked at anew.
Result<Queued> queue_same_people(Hub& hub, store::District const& district, std::int64_t run, std::vector<std::string> const& ids);

// Stage two: the rows that are taken become a run; ids that have changed are corrected behind it, by a run each. `approved`: the digest of a preview that a
// person has seen, or "".
Result<Answer> preview_upload(Hub& hub, store::District const& district, delivery::Delivery delivery);
Result<Answer> process_upload(Hub& hub, store::District const& district, delivery::Delivery delivery, std::string const& approved);

// The roster as users.csv, noted in the audit log. Trouble when there is no such organization.
Result<batch::UsersWritten> users_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted);

// What is known of people as demographics.csv, likewise. Who may ask for it is the caller's to know: it is restricted.
Result<batch::DemographicsWritten> demographics_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted);

// An organization that no file brings: a run of the same source.
struct NewOrganization {
  std::string id, name, type = "school", parent;  // parent: an id, or ""
};
Result<Answer> add_organization(Hub& hub, store::District const& district, NewOrganization const& made);

}  // namespace rollbook::runs
