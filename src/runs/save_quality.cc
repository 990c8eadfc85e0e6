// What is kept of the quality of a delivery: counts of each run, of the last one that was taken also school by school, and which rows they were.
#include <algorithm>
#include <cstring>
#include <set>

#include "runs/quality.h"

namespace rollbook::runs {
namespace {

constexpr auto of_no_table = static_cast<std::int64_t>(TableId::None);

std::string packed(std::vector<std::uint64_t> const& hashes) {
  std::string bytes(hashes.size() * 8, '\0');
  for (std::size_t i = 0; i < hashes.size(); ++i)
    for (int b = 0; b < 8; ++b) bytes[i * 8 + static_cast<std::size_t>(b)] = static_cast<char>(hashes[i] >> (8 * b));
  return bytes;
}

std::vector<std::uint64_t> unpacked(std::string_view bytes) {
  std::vector<std::uint64_t> hashes(bytes.size() / 8);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    for (std::size_t b = 0; b < 8; ++b) hashes[i] |= std::uint64_t{static_cast<unsigned char>(bytes[i * 8 + b])} << (8 * b);
  return hashes;
}

// Rows of the one that are not among those of the other; both ascending.
std::uint64_t only_in(std::vector<std::uint64_t> const& one, std::vector<std::uint64_t> const& other) {
  std::uint64_t count = 0;
  auto at = other.begin();
  for (auto const hash : one) {
    while (at != other.end() && *at < hash) ++at;
    if (at == other.end() || *at != hash) ++count;
    else ++at;
  }
  return count;
}

class Saving {
 public:
  Saving(store::Database& roster, std::int64_t run, std::int64_t source, Quality const& quality, bool applies)
      : roster_(roster), run_(run), source_(source), quality_(quality), applies_(applies) {}

  void run() {
    for (auto const* table : {"quality_counts", "quality_causes", "quality_scores", "quality_runs"})
      roster_.run("DELETE FROM " + std::string(table) + " WHERE run = ?", run_);
    std::map<std::int64_t, bool> stated{{of_no_table, true}};
    for (auto const& [table, complete] : quality_.stated) stated[static_cast<std::int64_t>(table)] = complete;
    for (auto const& [table, complete] : stated) compare(table, complete);
    std::int64_t n = 0;
    auto cause = roster_.prepare("INSERT INTO quality_causes(run, n, code, tbl, id, file, line, blocks) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    for (auto const& one : quality_.causes) {
      cause->with(run_, ++n, one.code, one.table, one.id, one.file);
      if (one.line) cause->bind(7, static_cast<std::int64_t>(*one.line));
      else cause->bind(7, store::Null{});
      cause->bind(8, static_cast<std::int64_t>(one.blocks));
      cause->step();
      cause->reset();
    }
    if (!applies_) return;
    score();
    // School by school the counts of one delivery are enough: of earlier ones those of the whole district stay.
    std::set<std::int64_t> current{run_}, old;
    auto state = roster_.prepare("SELECT run FROM quality_state WHERE source = ?");
    for (state->with(source_); state->step();) current.insert(state->integer(0));
    auto runs = roster_.prepare("SELECT run FROM quality_runs WHERE source = ? AND taken = 1 ORDER BY run DESC LIMIT 50");
    for (runs->with(source_); runs->step();)
      if (current.count(runs->integer(0)) == 0) old.insert(runs->integer(0));
    for (auto const other : old) roster_.run("DELETE FROM quality_counts WHERE run = ? AND school >= 0", other);
  }

 private:
  using Hashes = std::vector<std::uint64_t>;
  using Key = std::tuple<std::string, std::string, std::int64_t>;  // rule, field, school
  struct Rows {
    std::int64_t severity = 0;
    Hashes hashes;
    std::uint64_t uncounted = 0;
  };

  std::map<Key, Rows> before(std::int64_t table) {
    std::map<Key, Rows> all;
    auto rows = roster_.prepare("SELECT rule, field, school, severity, hashes FROM quality_rows WHERE source = ? AND tbl = ?");
    for (rows->with(source_, table); rows->step();)
      all[{std::string(rows->text(0)), std::string(rows->text(1)), rows->integer(2)}] = {rows->integer(3), unpacked(rows->blob(4)), 0};
    return all;
  }

  std::map<Key, Rows> now(std::int64_t table) {
    std::map<Key, Rows> all;
    for (auto const& [rule, rows] : quality_.rules) {
      if (static_cast<std::int64_t>(rule.table) != table) continue;
      for (auto const& [school, hashes] : rows.of_school) {
        auto& one = all[{rule.code, rule.field, school}];
        one = {static_cast<std::int64_t>(rows.severity), hashes, 0};
        std::sort(one.hashes.begin(), one.hashes.end());
      }
      if (rows.uncounted == 0) continue;
      for (auto const school : {all_schools, std::int64_t{0}}) {
        auto& one = all[{rule.code, rule.field, school}];
        one.severity = static_cast<std::int64_t>(rows.severity), one.uncounted = rows.uncounted;
      }
    }
    return all;
  }

  // A file of changes only says nothing of what it does not list: nothing of it counts as fixed, and the last full file stays what is compared with.
  void compare(std::int64_t table, bool complete) {
    auto state = roster_.prepare("SELECT complete FROM quality_state WHERE source = ? AND tbl = ?");
    bool const any = state->with(source_, table).step(), was_complete = any && state->integer(0) != 0;
    state->reset();
    auto was = before(table);
    auto is = now(table);
    if (complete)
      for (auto const& [key, rows] : was)
        if (is.count(key) == 0) is[key] = {rows.severity, {}, 0};
    auto put = roster_.prepare("INSERT INTO quality_counts(run, school, tbl, rule, field, severity, rows, fresh, fixed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (auto const& [key, rows] : is) {
      auto const& [rule, field, school] = key;
      auto const old = was.find(key);
      auto const& earlier = old == was.end() ? none_ : old->second.hashes;
      put->with(run_, school, table, rule, field, rows.severity, rows.hashes.size() + rows.uncounted);
      if (any && rows.uncounted == 0) put->bind(8, static_cast<std::int64_t>(only_in(rows.hashes, earlier)));
      else put->bind(8, store::Null{});
      if (any && complete && was_complete && rows.uncounted == 0) put->bind(9, static_cast<std::int64_t>(only_in(earlier, rows.hashes)));
      else put->bind(9, store::Null{});
      put->step();
      put->reset();
    }
    if (!applies_ || (!complete && was_complete)) return;
    roster_.run("DELETE FROM quality_rows WHERE source = ? AND tbl = ?", source_, table);
    auto keep = roster_.prepare("INSERT INTO quality_rows(source, tbl, rule, field, school, severity, hashes) VALUES(?, ?, ?, ?, ?, ?, ?)");
    for (auto const& [key, rows] : is)
      if (!rows.hashes.empty())
        keep->run(source_, table, std::get<0>(key), std::get<1>(key), std::get<2>(key), rows.severity, store::Blob{packed(rows.hashes)});
    roster_.run("DELETE FROM quality_state WHERE source = ? AND tbl = ?", source_, table);
    roster_.run("INSERT INTO quality_state(source, tbl, run, complete) VALUES(?, ?, ?, ?)", source_, table, run_, complete ? 1 : 0);
  }

  // Of each school: how many rows the source has there, and how many of them have an error of their own. Only where all that it sends was full.
  void score() {
    bool const complete = std::all_of(quality_.stated.begin(), quality_.stated.end(), [](auto const& one) { return one.second; });
    if (!complete || quality_.stated.empty() || !quality_.whole) return;
    std::map<std::int64_t, std::uint64_t> rows;
    auto stored = roster_.prepare("SELECT school, sum(rows) FROM school_rows WHERE source = ? AND school > 0 GROUP BY school");
    for (stored->with(source_); stored->step();) rows[stored->integer(0)] = static_cast<std::uint64_t>(stored->integer(1));
    for (auto const& [school, one] : quality_.schools)
      if (school > 0) rows[school] += one.unstored;
    auto put = roster_.prepare("INSERT INTO quality_scores(school, run, rows, wrong) VALUES(?, ?, ?, ?)");
    std::uint64_t all = 0, all_wrong = 0;
    for (auto const& [school, count] : rows) {
      auto const of = quality_.schools.find(school);
      auto const wrong = of == quality_.schools.end() ? 0 : of->second.wrong;
      put->run(school, run_, count, wrong);
      all += count, all_wrong += wrong;
    }
    put->run(all_schools, run_, all, all_wrong);
  }

  store::Database& roster_;
  std::int64_t run_, source_;
  Quality const& quality_;
  bool applies_;
  Hashes const none_;
};

}  // namespace

void save_quality(store::Database& roster, std::int64_t run, std::int64_t source, Quality const& quality, bool applies, std::int32_t today) {
  if (!quality.taken) return;
  Saving(roster, run, source, quality, applies).run();
  roster.run("INSERT INTO quality_runs(run, source, day, taken, whole) VALUES(?, ?, ?, ?, ?)", run, source, today, applies ? 1 : 0, quality.whole ? 1 : 0);
}

}  // namespace rollbook::runs
