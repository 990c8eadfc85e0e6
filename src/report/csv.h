// The findings for a spreadsheet: a header, then a line each.
#pragma once

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

void write_csv(CheckReport const& report, Sink const& sink);

}  // namespace rollbook
