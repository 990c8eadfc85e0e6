// users.csv and demographics.csv, as somebody uploads them, in place of a delivery: translated to OneRoster before they are looked at, each time anew, for the
// roster may have moved on.
#pragma once

#include <deque>

#include "batch/demographics_rows.h"
#include "runs/batch_kind.h"
#include "runs/look.h"

namespace rollbook::runs {

// The files as uploaded, with csv::padding behind each; one of them may be missing.
struct UploadTexts {
  std::optional<std::string_view> users, demographics;
};

struct Upload {
  std::deque<std::string> texts;  // what the delivery's files look at
  std::string refusal;            // "": it is looked at
  UploadTexts given;
  batch::UsersFile users;
  batch::DemographicsFile demographics;
  batch::Translation translation;
  std::vector<std::string> schools;       // ids of the roster's
  std::vector<std::string> school_names;  // of the translation's

  std::uint64_t left_out() const { return std::uint64_t{users.left_out} + demographics.left_out; }
};

// Whether the delivery is an upload, not OneRoster that Rollbook has written itself.
bool is_upload(store::Source const& source, delivery::Delivery const& delivery);

// What the roster has of people and classes; of those who were archived, and what is known of people beside, where somebody wants it.
struct StandingAsked {
  bool archived = false, facts = false;
  std::optional<std::int64_t> at_revision = {};  // as it was then
};
Result<batch::Standing> standing_of(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source, StandingAsked asked);

// Calls the files of an upload users.csv and demographics.csv, whatever their names are, by their headers. Why they are no upload; "" when they are.
std::string name_upload(delivery::Delivery& delivery);

// How an upload is looked at.
struct UploadHow {
  std::string confirmed = {};                    // new ids that a person has said to be of somebody who is there: "301=300,302=299"
  std::optional<std::int64_t> at_revision = {};  // as the roster was then
};

// Looks at an upload: what is wrong with its rows, and OneRoster of those that are taken.
Result<std::shared_ptr<Upload>> read_upload(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source,
                                            delivery::Delivery const& delivery, UploadHow const& how = {});

// Puts the translation in the place of the uploaded files; a refusal stands in `looked.upload->refusal`.
std::optional<Trouble> take_upload(Looked& looked, Hub& hub, store::District const& district, store::Source const& source, UploadHow const& how);

// Counts what people count in such a file, once the answer describes the plan; and says how many rows are left out.
void count_upload(Looked& looked, std::int32_t today);

// The rules by which a translation is checked: empty lines, columns that are not there and subjects without codes are not to be told of.
Profile const& upload_profile();

}  // namespace rollbook::runs
