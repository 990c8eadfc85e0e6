// Records that were given another id here, while their source went on to use its own: when it takes to the new id one day, that is still the same
// record, and nobody else can have it.
#pragma once

#include "runs/identify.h"

namespace rollbook::runs {

// Adds the new ids to the translation, where the delivery means these records by them. The judge excludes rows that mean somebody else by them.
Identified find_rekeyed(Bundle const& bundle, Translation& translation, StoredRecords const& stored, csv::Kernel kernel);

}  // namespace rollbook::runs
