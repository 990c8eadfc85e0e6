// The report as one page that needs nothing else: to keep, to mail, to open years later. It has no script and loads nothing.
#pragma once

#include <cstddef>

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

// A page with a million rows does not open. Counts on it stay exact, and it says what it leaves out.
inline constexpr std::size_t html_rows_per_rule = 200;
inline constexpr std::size_t html_rows_in_all = 2000;

void write_html(CheckReport const& report, Sink const& sink);

}  // namespace rollbook
