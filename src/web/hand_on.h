// The roster as a OneRoster zip, sent while it is made, and noted in the history.
#pragma once

#include "runs/handed_on.h"
#include "web/page.h"

namespace rollbook::web {

// The caller has asked whether they may.
Answer send_zip(Visit& visit, runs::ExportOptions const& options);

}  // namespace rollbook::web
