// The report as SARIF 2.1.0, which code hosts and editors show beside the files.
#pragma once

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

void write_sarif(CheckReport const& report, Sink const& sink);

}  // namespace rollbook
