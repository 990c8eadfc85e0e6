// An invented district, for demonstrations, tests and benchmarks: as large, as untidy in its spelling and as correct in
// its references as a real one, and without a single real person.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_sink.h"

namespace rollbook {

struct DistrictPlan {
  std::uint64_t students = 1000;
  std::uint64_t seed = 1;
  double churn_percent = 0;       // the same district one night later: about so many per cent of its rows differ
  std::string oneroster = "1.1";  // or "1.2"
};

// The same plan gives the same bytes, everywhere and for ever: benchmarks and expected answers are kept by plan.
void make_district(DistrictPlan const& plan, FileSink& sink);

}  // namespace rollbook
