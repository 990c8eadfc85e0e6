// Exports for receivers: asked for, made by whoever is next, noted with what was in them.
#pragma once

#include "base/schedule.h"
#include "runs/handed_on.h"

namespace rollbook::runs {

// Puts one into the queue. Trouble when nothing is shared with the receiver now.
Result<std::int64_t> queue_hand_on(Hub& hub, store::District const& district, store::Receiver const& receiver);

// What one would hold now: counted, and nothing is handed on. Takes its turn in the queue like any other; store::preview_of tells what came of it.
Result<std::int64_t> queue_preview(Hub& hub, store::District const& district, store::Receiver const& receiver);

// For receivers of a district whose time has come by the clock there: one goes into the queue, however many times have passed since somebody looked.
// `now`: seconds since 1970. Trouble is the database's.
std::optional<Trouble> queue_due(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now);

// Takes the next one of a district in hand, or this one, and makes it; nothing when there is none to do. `out`: where the zip is to be written too, or "".
// What went wrong stands in it: the world alone is trouble.
Result<std::optional<store::Export>> make_next(Hub& hub, store::District const& district, std::optional<std::int64_t> wanted = {}, std::string const& out = {});

// What was asked for then: the same revision, day and policy give the same bytes. Trouble when it is not known any more.
Result<ExportOptions> options_of(Hub& hub, store::District const& district, store::Export const& made);

// The folder below which files for receivers are written: ROLLBOOK_EXPORTS, which the operator of the server sets; "" when it is not set.
std::string exports_folder();
// Where those of a receiver go: PATH/district-1/receiver-2/roster.zip. Nobody but the operator says where that is.
std::string path_for(store::Receiver const& receiver);
std::string zip_name_of(store::Receiver const& receiver);

}  // namespace rollbook::runs
