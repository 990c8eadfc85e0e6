// A delivery put into the district's words, as the settings of its source have it.
#pragma once

#include "runs/identify.h"

namespace rollbook::runs {

// What the settings alone say.
Translation translation_of(store::SourceSettings const& settings);

struct DeliveryTranslated {
  Translated files;                      // what members of the bundle look at from now on
  RowJudge judge;                        // of rows that belong to an ignored school, or that nobody can tell apart; may be empty
  std::vector<Identified::Fresh> fresh;  // ids to remember when the delivery is applied
  std::vector<Identified::Found> found;  // rows that nobody can tell apart
  std::vector<std::string> told;         // sentences
  std::uint64_t warnings = 0;            // rows that some of them warn of
};

// Nothing happens, and nothing is read, when the source has no such settings.
DeliveryTranslated translate_delivery(Bundle& bundle, StoredRecords const& stored, csv::Kernel kernel, unsigned workers);

// The stricter of two. Either may be empty.
RowJudge both(RowJudge one, RowJudge other);

}  // namespace rollbook::runs
