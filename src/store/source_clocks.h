// What the clock has to do with a source: up to when its schedule was seen to, what waits for it, and which deliveries did not come when they should have.
// Moments are as store/moment.h writes them. All of it happens within the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

namespace rollbook::store {

struct SourceClock {
  std::string due_after;   // times of its schedule up to this moment have been seen to
  std::string came_at;     // when its time last came, "" before the first
  std::int64_t found = 0;  // deliveries that were taken then
  std::string late_after;  // deadlines up to this moment have been seen to
};
SourceClock clock_of(Database& operations, std::int64_t source);

// Times before this moment mean nothing: the schedule, or the deadline, is a new one.
void begin_schedule(Database& operations, std::int64_t source, std::string const& moment);
void begin_to_expect(Database& operations, std::int64_t source, std::string const& moment);
// Its time has come, and so many deliveries were taken.
void note_time(Database& operations, std::int64_t source, std::string const& moment, std::int64_t found);
void note_deadline(Database& operations, std::int64_t source, std::string const& due);

// Runs that wait for the schedule of a source, oldest first; and the same, put into the queue.
std::vector<std::int64_t> waiting_runs(Database& operations, std::int64_t district, std::int64_t source);
std::vector<std::int64_t> queue_waiting(Database& operations, std::int64_t district, std::int64_t source);
// Of every source of the district.
std::int64_t count_waiting(Database& operations, std::int64_t district);

// Whose move it is while something has not come.
enum class Move : std::uint8_t {
  Sender,    // whoever sends for the source: nothing has come, or nothing that can be read
  District,  // a person of the district: it came, and is held
  Operator,  // whoever runs the server: it came, and was not got round to
};
std::string_view name_of(Move move);

// A delivery that was not there by its deadline. A row for each source and deadline.
struct Late {
  std::int64_t source = 0;
  std::string due, raised;
  Move move = Move::Sender;
  std::optional<std::int64_t> run;  // the one that it hangs on
  std::string ended;                // "" while it goes on
  std::string why_ended;            // "came", or "not expected" when nobody waits for it any more, or "late again"
};
void add_late(Database& operations, Late const& late);
void save_late(Database& operations, Late const& late);
// Of a district, newest deadline first; those that go on, or all.
std::vector<Late> late_deliveries(Database& operations, std::int64_t district, bool with_ended, std::size_t most = 1000);

}  // namespace rollbook::store
