// What the settings of a source say of single rows: its filters and the district's data requirements.
#pragma once

#include "store/source_settings.h"
#include "sync/compare_delivery.h"

namespace rollbook::runs {

// Empty when the source has no filter and no requirement that skips.
RowJudge judge_of(store::SourceSettings const& settings, std::optional<Version> version);

// Which of the data requirements a row does not meet, by their places in the setting; empty when there are none.
Missed missed_of(store::SourceSettings const& settings);

// Columns whose values have to be unique.
std::vector<std::pair<TableId, std::uint8_t>> unique_of(store::SourceSettings const& settings);

}  // namespace rollbook::runs
