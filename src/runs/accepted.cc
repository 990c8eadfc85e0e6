#include "runs/accepted.h"

#include "base/day.h"
#include "base/hash.h"
#include "base/text.h"
#include "schema/schema.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_bytes = 500;

std::string named(Accepted const& what) {
  auto const table = static_cast<std::size_t>(what.table);
  return what.rule + (what.field.empty() ? "" : " " + what.field) + " of " + (table < table_count ? std::string(all_tables[table]->name) : "the delivery") +
         (!what.record.empty() ? " " + what.record
          : what.school < 0    ? ""
          : what.school == 0   ? ", rows of no school"
                               : ", one school");
}

std::optional<Trouble> noted(Hub& hub, store::District const& district, std::string_view what, std::string const& detail) {
  auto& operations = hub.home.operations();
  return operations.transaction([&] {
    store::note(operations, hub.actor, district.id, what, detail);
    return true;
  });
}

}  // namespace

std::uint64_t hash_of_row(std::uint64_t id, std::uint64_t nth, std::uint64_t seed) {
  std::uint64_t const name[] = {id, nth};
  return hash_of({reinterpret_cast<char const*>(name), sizeof name}, seed);
}

std::vector<Accepted> accepted_on(store::Database& roster, std::int32_t day) {
  std::vector<Accepted> all;
  auto rows = roster.prepare(
      "SELECT id, tbl, rule, field, school, reason, until_day, who, at, record, hash FROM quality_accepted WHERE ended_by = '' AND until_day > ? ORDER BY id");
  for (rows->with(day); rows->step();)
    all.push_back({rows->integer(0), rows->integer(1), std::string(rows->text(2)), std::string(rows->text(3)), rows->integer(4), std::string(rows->text(5)),
                   static_cast<std::int32_t>(rows->integer(6)), std::string(rows->text(7)), std::string(rows->text(8)), std::string(rows->text(9)),
                   static_cast<std::uint64_t>(rows->integer(10))});
  return all;
}

std::optional<Trouble> accept(Hub& hub, store::District const& district, store::Database& roster, Accepted what) {
  what.reason = std::string(trimmed(what.reason));
  if (what.reason.empty()) return Trouble{"Say why it is accepted: whoever comes across it later will want to know."};
  if (what.reason.size() > most_bytes) return Trouble{"The reason is too long: at most " + std::to_string(most_bytes) + " characters."};
  if (what.until <= hub.today) return Trouble{"The day on which it is shown again has to lie ahead."};
  if (what.until > hub.today + 20000) return Trouble{"The day on which it is shown again is more than two years away: choose an earlier one."};
  // The log first: what was accepted without a trace would be worse than a trace of what was not.
  if (auto trouble = noted(hub, district, "finding accepted", named(what) + ", until " + day_text(what.until))) return trouble;
  return roster.transaction([&] {
    auto last = roster.prepare("SELECT coalesce(max(id), 0) FROM quality_accepted");
    auto const id = last->step() ? last->integer(0) + 1 : 1;
    last->reset();
    roster.run(
        "UPDATE quality_accepted SET ended_by = ?, ended_at = ? WHERE tbl = ? AND rule = ? AND field = ? AND school = ? AND record = ? AND ended_by = ''",
        hub.actor.who, hub.actor.at, what.table, what.rule, what.field, what.school, what.record);
    roster.run(
        "INSERT INTO quality_accepted(id, tbl, rule, field, school, reason, until_day, who, at, ended_by, ended_at, record, hash)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?)",
        id, what.table, what.rule, what.field, what.school, what.reason, what.until, hub.actor.who, hub.actor.at, what.record,
        static_cast<std::int64_t>(what.hash));
    return true;
  });
}

Result<bool> withdraw_accepted(Hub& hub, store::District const& district, store::Database& roster, std::int64_t id) {
  for (auto const& one : accepted_on(roster, 0)) {
    if (one.id != id) continue;
    if (auto trouble = noted(hub, district, "acceptance withdrawn", named(one))) return *trouble;
    auto const trouble = roster.transaction([&] {
      roster.run("UPDATE quality_accepted SET ended_by = ?, ended_at = ? WHERE id = ?", hub.actor.who, hub.actor.at, id);
      return true;
    });
    if (trouble) return *trouble;
    return true;
  }
  if (roster.trouble()) return *roster.trouble();
  return false;
}

}  // namespace rollbook::runs
