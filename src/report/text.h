// The report for a terminal: the verdict, what to correct first, then everything by rule. For people, not for programs.
#pragma once

#include "report/report.h"
#include "report/sink.h"

namespace rollbook {

struct TextOptions {
  bool colour = false;
  unsigned width = 80;  // columns to wrap at; words longer than that stay whole
};

void write_text(CheckReport const& report, TextOptions const& options, Sink const& sink);

}  // namespace rollbook
