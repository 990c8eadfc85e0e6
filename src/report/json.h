// The report for programs: everything it holds, in a fixed order of keys, one finding per line so that a diff can be read.
#pragma once

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

void write_json(CheckReport const& report, Sink const& sink);

}  // namespace rollbook
