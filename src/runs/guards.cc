#include "runs/guards.h"

#include <algorithm>

#include "report/words.h"
#include "runs/names.h"

namespace rollbook::runs {
namespace {

// More than `percent` of `stored`, and more rows than never hold anything.
bool too_many(std::uint64_t rows, std::uint64_t stored, int percent, int floor) {
  return stored > 0 && rows > static_cast<std::uint64_t>(floor) && rows * 100 > stored * static_cast<std::uint64_t>(percent);
}

std::string share(std::uint64_t rows, std::uint64_t stored) {
  return std::to_string(rows) + " of " + std::to_string(stored) + " (" + std::to_string((rows * 100 + stored / 2) / stored) + " %)";
}

struct Measured {
  std::uint64_t created = 0, updated = 0, gone = 0, excluded = 0, stored = 0, gone_this_week = 0, less_this_week = 0;
};

class Thresholds {
 public:
  Thresholds(PlanContext const& context) : context_(context), settings_(context.source.settings), floor_(settings_.number("threshold.floor")) {}

  void measure(TableId table, School school, Measured const& m) {
    auto const tell = [&](std::string_view setting, std::uint64_t rows, std::uint64_t stored, std::string const& what, bool removals = false) {
      auto const percent = settings_.number(setting);
      if (!too_many(rows, stored, percent, floor_)) return;
      auto const where = school == 0 ? std::string("in the district") : "at " + org_name(context_.roster, school - 1);
      held.push_back({Hold::Guard,
                      capitalized(many_of_table(table_of(table).name)) + " " + where + ": " + share(rows, stored) + " " + what + "; " +
                          std::to_string(percent) + " % may without a decision.",
                      school, removals ? table : TableId::None});
    };
    tell("threshold.removed", m.gone, m.stored, "would go", true);
    tell("threshold.changed", m.updated, m.stored, "would change");
    tell("threshold.created", m.created, m.stored, "would come");
    tell("threshold.excluded", m.excluded, m.stored, "cannot be taken because of errors");
    if (m.gone > 0 && m.gone_this_week > 0)
      tell("threshold.removed-in-a-week", m.gone + m.gone_this_week, m.stored + m.less_this_week, "would have gone within seven days", true);
  }

  std::vector<Held> held;

 private:
  PlanContext const& context_;
  store::SourceSettings const& settings_;
  int floor_;
};

}  // namespace

std::string_view name_of(Hold hold) {
  constexpr std::string_view names[] = {"guard",      "anomaly",           "preview",      "trial",      "paused", "suspended", "looks-like-delta",
                                        "needs-full", "behind-held-delta", "missing-file", "destructive"};
  return names[static_cast<std::size_t>(hold)];
}

std::int64_t day_number(std::int32_t day) {  // days since 1970-03-01 or so: only differences matter
  std::int64_t y = day / 10000, m = day / 100 % 100, d = day % 100;
  if (m <= 2) --y, m += 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d;
}

std::vector<Held> look_at_thresholds(Plan const& plan, PlanContext const& context, std::int32_t today) {
  Thresholds thresholds(context);
  std::map<std::pair<std::uint8_t, School>, std::uint64_t> stored, gone_before, less_before;
  auto rows = context.roster.prepare("SELECT tbl, school, rows FROM school_rows WHERE source = ?");
  rows->with(context.source.id);
  while (rows->step())
    stored[{static_cast<std::uint8_t>(rows->integer(0)), static_cast<School>(rows->integer(1))}] = static_cast<std::uint64_t>(rows->integer(2));
  rows.reset();
  auto week = context.roster.prepare("SELECT tbl, school, rows, less FROM removed_by WHERE source = ? AND day > ?");
  week->with(context.source.id, day_number(today) - 7);
  while (week->step()) {
    std::pair const key{static_cast<std::uint8_t>(week->integer(0)), static_cast<School>(week->integer(1))};
    gone_before[key] += static_cast<std::uint64_t>(week->integer(2));
    less_before[key] += static_cast<std::uint64_t>(week->integer(3));
  }
  week.reset();

  for (auto const* table : all_tables) {
    auto const t = static_cast<std::uint8_t>(table->id);
    auto const& changes = plan[table->id];
    if (!changes.stated && changes.removed.empty()) continue;
    Measured all;
    all.stored = changes.stored;
    all.created = changes.created.size() - changes.taken_over().all;
    all.updated = changes.updated.size();
    all.excluded = changes.excluded;
    for (auto at = plan.counts.lower_bound({t, 0}); at != plan.counts.end() && at->first.first == t; ++at) {
      auto const& [key, change] = *at;
      if (key.second == 0 || key.second == whole_district) continue;  // the district's own are measured with the table
      thresholds.measure(table->id, key.second,
                         {change.created, change.updated, change.gone, change.excluded, stored[key], gone_before[key], less_before[key]});
    }
    std::pair const whole{t, whole_district};
    if (auto const lost = plan.counts.find(whole); lost != plan.counts.end()) all.gone = lost->second.gone;
    all.gone_this_week = gone_before[whole];
    all.less_this_week = less_before[whole];
    thresholds.measure(table->id, 0, all);
  }
  return thresholds.held;
}

std::string_view full_files_of(Comparison const& comparison) { return has_delta(comparison) ? "came-with-deltas." : "came."; }

std::vector<Held> look_for_missing_files(Comparison const& comparison, PlanContext const& context) {
  std::vector<Held> held;
  auto const sends = has_delta(comparison) ? std::vector<std::string>() : context.source.settings.names("sends");
  auto const kind = full_files_of(comparison);
  std::set<std::string> used, had_rows;
  auto rows = context.roster.prepare("SELECT name, value FROM source_facts WHERE source = ?");
  rows->with(context.source.id);
  while (rows->step())
    if (rows->text(0).starts_with(kind) && !rows->text(1).empty()) {
      used.insert(std::string(rows->text(0).substr(kind.size())));
      if (rows->text(1) == "rows") had_rows.insert(std::string(rows->text(0).substr(kind.size())));
    }
  for (auto const* table : all_tables) {
    auto const& data = comparison.checked.roster[table->id];
    std::string const name(table->name);
    bool const expected = used.count(name) > 0 || std::find(sends.begin(), sends.end(), name) != sends.end();
    if (expected && !data.is_read()) held.push_back({Hold::MissingFile, name + ".csv used to come, and is not part of this delivery.", 0});
    else if (data.is_read() && data.states_nothing && data.mode == Mode::Bulk && had_rows.count(name) > 0)
      held.push_back({Hold::MissingFile, name + ".csv has no rows; the last delivery had some.", 0});
  }
  return held;
}

}  // namespace rollbook::runs
