// What is old is let go: the files of deliveries, what runs found and listed row by row, and people who left. Runs themselves stay, with their numbers.
//
// Files go from the vault (a file that a newer run has too stays), findings and lists from the roster, and with them the ids that a run's report names. What
// waits for a decision, or is being worked on, is kept until that is over. A run can be undone without either: that needs the roster alone. When people go
// who left (runs/leavers.h), whatever is as old goes with them, as they stand in it.
#pragma once

#include <functional>

#include "runs/work.h"
#include "store/district_settings.h"

namespace rollbook::runs {

struct LetGo {
  std::int64_t id = 0;
  store::Kept what = store::Kept::Deliveries;
  std::string at;                        // when it went
  std::string before;                    // the day: what is older
  std::uint64_t runs = 0;                // whose; of people: that can be undone no more
  std::uint64_t entries = 0, bytes = 0;  // files and their size; findings and parts of lists; people
  std::uint64_t parts = 0;               // records that were about these people
  bool whole = true;                     // false: more than that, for it was not counted to the end
};

// The first day of which it is kept: so many days back.
std::int32_t first_day_kept(std::int32_t today, std::int64_t days);

// What would go if it were kept for so many days; changes nothing. People are counted until `enough` is true, for whoever waits.
Result<LetGo> would_go(Hub& hub, store::District const& district, store::Kept what, std::int64_t days, std::function<bool()> const& enough = {});

// Lets go of what the district keeps no longer; once a day, unless `again`. What went is noted.
Result<std::vector<LetGo>> let_go_what_is_old(Hub& hub, store::District const& district, bool again = false);

// What has gone, newest first.
std::vector<LetGo> list_let_go(store::Database& operations, std::int64_t district, std::size_t most);

}  // namespace rollbook::runs
