// users.csv, as somebody uploads it, in place of a delivery: translated to OneRoster before it is looked at, each time anew, for the roster may have moved on.
#pragma once

#include <deque>

#include "batch/to_oneroster.h"
#include "runs/batch_kind.h"
#include "runs/look.h"

namespace rollbook::runs {

struct Upload {
  std::deque<std::string> texts;  // what the delivery's files look at
  std::string_view users;         // as uploaded, with padding behind it
  batch::UsersFile file;
  batch::Translation translation;
};

// Whether the delivery is an upload, not OneRoster that Rollbook has written itself.
bool is_upload(store::Source const& source, delivery::Delivery const& delivery);

// What the roster has of people and classes; of those who were archived where the file restores somebody.
Result<batch::Standing> standing_of(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source, bool archived);

// Looks at an upload: what is wrong with its rows, and OneRoster of those that are taken. `text`: users.csv, with csv::padding behind it.
Result<std::shared_ptr<Upload>> read_upload(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source,
                                            std::string_view text);

// Puts the translation in the place of the uploaded files; a refusal stands in `looked.upload->file.refusal`.
std::optional<Trouble> take_upload(Looked& looked, Hub& hub, store::District const& district, store::Source const& source);

// Counts what people count in such a file, once the plan is made; and says how many rows are left out.
void count_upload(Looked& looked);

// The rules by which a translation is checked: empty lines, columns that are not there and subjects without codes are not to be told of.
Profile const& upload_profile();

}  // namespace rollbook::runs
