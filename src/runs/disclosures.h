// The disclosure ledger: who got which fields of a record, and when. It follows from the exports, their policies, and the records that were in them. Exports by
// hand, for nobody in particular, are told too: of them the person who took the file is known, and that the record was in the roster then.
#pragma once

#include <string>
#include <vector>

#include "runs/work.h"
#include "store/exports.h"
#include "store/receivers.h"

namespace rollbook::runs {

struct Disclosure {
  store::Receiver receiver;  // number 0 of an export by hand
  store::Export made;
  std::string who;      // the name of the receiver, or the person who took the file
  std::string schools;  // of an export by hand of single schools: these. Which of its records those are is not kept: it was in the file if it was of them then
  std::vector<std::pair<std::string, store::Treatment>> fields;  // of the record's table, users.givenName, as they went out
};

// Newest first, at most so many; those of exports below that number. Nothing when nobody ever was called so in that table.
Result<std::optional<std::vector<Disclosure>>> disclosures_of(Hub& hub, store::District const& district, TableId table, std::string const& sourced_id,
                                                              std::optional<std::int64_t> below, std::size_t how_many);

// The fields of an export, of one table or of all.
std::vector<std::pair<std::string, store::Treatment>> fields_of(store::Export const& made, std::optional<TableId> table = {});

}  // namespace rollbook::runs
