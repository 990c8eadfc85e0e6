// The roster as a OneRoster zip, sent while it is made, and noted in the history.
#pragma once

#include "runs/handed_on.h"
#include "web/page.h"

namespace rollbook::web {

// The caller has asked whether they may.
Answer send_zip(Visit& visit, runs::ExportOptions const& options);

// The file of an export for a receiver, made anew; it is noted who fetched it. Whoever reads a file that came out otherwise sees it break off.
Answer send_made(Visit& visit, store::Export const& made);

}  // namespace rollbook::web
