// A district that was deleted: its roster, its deliveries, what was written for its receivers, and every row that the server has of it. A proof stays.
//
// What there is is counted first, and that is kept; then everything goes, in an order in which whoever is stopped on the way can begin anew.
#pragma once

#include "runs/work.h"
#include "store/district_life.h"

namespace rollbook::runs {

// Of one that is asked to be deleted. False: somebody still works for it, or another worker has it in hand; it is tried again later.
Result<bool> delete_district(Hub& hub, store::District const& district);

}  // namespace rollbook::runs
