// The findings for a spreadsheet: a header, then a line each.
#pragma once

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

// A cell of a report: quoted where it has to be, and kept from being run as a formula. Exported data is never changed like this.
void append_report_cell(std::string& out, std::string_view text);

void write_csv(CheckReport const& report, Sink const& sink);

}  // namespace rollbook
