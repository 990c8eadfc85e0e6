// A comparison of two deliveries, for a terminal and for programs.
#pragma once

#include "diff/diff.h"
#include "report/sink.h"

namespace rollbook {

void write_diff_json(Diff const& diff, Sink const& sink);

// What came, changed and went, by table, then the first changes of each kind.
void write_diff_text(Diff const& diff, Sink const& sink);

}  // namespace rollbook
