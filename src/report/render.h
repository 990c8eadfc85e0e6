// Compact findings become a report that people read: lines, values and words are looked up here, for the findings that are shown.
#pragma once

#include <string>

#include "report/report.h"
#include "rules/check.h"

namespace rollbook {

inline constexpr std::size_t most_causes = 1000;

// Whether values of demographics.csv stand in the report: what is kept is read by people who may not see them.
enum class Demographics { Shown, Hidden };

CheckReport render(Checked const& checked, Bundle const& bundle, CheckOptions const& options, std::string delivery,
                   Demographics demographics = Demographics::Shown);

}  // namespace rollbook
