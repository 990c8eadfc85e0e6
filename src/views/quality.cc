#include "views/quality.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace rollbook::views {
namespace {

using Schools = std::optional<std::set<std::int64_t>>;

bool is_of(runs::Accepted const& one, std::int64_t table, std::string const& rule, std::string const& field) {
  return one.table == table && one.rule == rule && one.field == field;
}

std::optional<std::uint64_t> number(store::Statement const& row, int at) {
  return row.is_null(at) ? std::nullopt : std::optional(static_cast<std::uint64_t>(row.integer(at)));
}

// Tables of a source and the run that said last how good they are.
struct Newest {
  std::int64_t run, source, table;
  bool whole;
};
std::vector<Newest> newest(store::Database& roster) {
  std::vector<Newest> all;
  auto rows = roster.prepare("SELECT s.run, s.source, s.tbl, r.whole FROM quality_state s JOIN quality_runs r ON r.run = s.run ORDER BY s.source, s.tbl");
  while (rows->step()) all.push_back({rows->integer(0), rows->integer(1), rows->integer(2), rows->integer(3) != 0});
  return all;
}

void add(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> const& more) {
  if (sum && more) *sum += *more;
  else sum.reset();
}

// Which rows are affected, as they were when the source last delivered.
class AffectedRows {
 public:
  explicit AffectedRows(store::Database& roster)
      : rows_(roster.prepare("SELECT hashes FROM quality_rows WHERE source = ? AND tbl = ? AND rule = ? AND field = ? AND school = ?")) {}

  bool has(QualityLine const& line, std::int64_t school, std::uint64_t hash) {
    auto const [at, fresh] = known_.try_emplace({line.source, line.table, line.rule, line.field, school});
    if (fresh) {
      if (rows_->with(line.source, line.table, line.rule, line.field, school).step()) at->second = rows_->blob(0);
      rows_->reset();
    }
    auto const& bytes = at->second;  // ascending, eight bytes each, the lowest first
    std::size_t low = 0, high = bytes.size() / 8;
    while (low < high) {
      auto const middle = (low + high) / 2;
      std::uint64_t value = 0;
      for (std::size_t b = 8; b-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[middle * 8 + b]);
      if (value == hash) return true;
      if (value < hash) low = middle + 1;
      else high = middle;
    }
    return false;
  }

 private:
  std::unique_ptr<store::Statement> rows_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::string, std::int64_t>, std::string> known_;
};

// How many rows of a line at a school (or of all of them) are accepted, one by one or together.
std::uint64_t count_accepted(AffectedRows& affected, QualityLine const& line, std::int64_t school, std::vector<runs::Accepted> const& accepted,
                             std::function<std::uint64_t(std::int64_t)> const& rows_at) {
  std::uint64_t count = 0;
  std::set<std::int64_t> schools;
  for (auto const& let : accepted) {
    if (!is_of(let, line.table, line.rule, line.field) || !let.record.empty()) continue;
    if (let.school == school || let.school < 0) return line.rows;
    if (school < 0 && schools.insert(let.school).second) count += rows_at(let.school);
  }
  std::set<std::uint64_t> singles;
  for (auto const& let : accepted) {
    if (!is_of(let, line.table, line.rule, line.field) || let.record.empty() || !affected.has(line, school, let.hash)) continue;
    bool const with_its_school = std::any_of(schools.begin(), schools.end(), [&](auto const at) { return affected.has(line, at, let.hash); });
    if (!with_its_school) singles.insert(let.hash);
  }
  return std::min(line.rows, count + singles.size());
}

constexpr std::string_view columns = "rule, field, severity, rows, fresh, fixed";
void read(store::Statement const& row, int from, QualityLine& line) {
  line.rule = row.text(from), line.field = row.text(from + 1);
  line.severity = static_cast<Severity>(row.integer(from + 2));
  line.rows = static_cast<std::uint64_t>(row.integer(from + 3));
  line.fresh = number(row, from + 4), line.fixed = number(row, from + 5);
}

}  // namespace

std::vector<QualityLine> quality_now(store::Database& roster, Schools const& schools, std::vector<runs::Accepted> const& accepted) {
  std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::string>, QualityLine> sums;
  auto rows = roster.prepare("SELECT " + std::string(columns) + " FROM quality_counts WHERE run = ? AND school = ? AND tbl = ?");
  auto at_school = roster.prepare("SELECT rows FROM quality_counts WHERE run = ? AND school = ? AND tbl = ? AND rule = ? AND field = ?");
  AffectedRows affected(roster);
  auto const rows_at = [&](QualityLine const& line, std::int64_t school) {
    auto const count = at_school->with(line.run, school, line.table, line.rule, line.field).step() ? static_cast<std::uint64_t>(at_school->integer(0)) : 0;
    at_school->reset();
    return count;
  };
  auto const of_school = [&](Newest const& one, std::int64_t school) {
    for (rows->with(one.run, school, one.table); rows->step();) {
      QualityLine line{one.run, one.source, one.table, {}, {}, {}, 0, 0, {}, {}, one.whole};
      read(*rows, 0, line);
      line.accepted = count_accepted(affected, line, school, accepted, [&](std::int64_t at) { return rows_at(line, at); });
      auto const [at, first] = sums.try_emplace({one.source, one.table, line.rule, line.field}, line);
      if (first) continue;
      at->second.rows += line.rows, at->second.accepted += line.accepted;
      at->second.severity = std::max(at->second.severity, line.severity);
      add(at->second.fresh, line.fresh), add(at->second.fixed, line.fixed);
    }
  };
  for (auto const& one : newest(roster)) {
    if (!schools) of_school(one, runs::all_schools);
    else
      for (auto const school : *schools) of_school(one, school);
  }
  std::vector<QualityLine> all;
  for (auto& [key, line] : sums) {
    line.accepted = std::min(line.accepted, line.rows);
    all.push_back(std::move(line));
  }
  std::stable_sort(all.begin(), all.end(), [](QualityLine const& a, QualityLine const& b) {
    auto const rank = [](QualityLine const& line) {
      return std::tuple(-static_cast<int>(line.severity), -static_cast<std::int64_t>(line.rows - line.accepted), line.rule);
    };
    return rank(a) < rank(b);
  });
  return all;
}

std::vector<QualityAtSchool> quality_by_school(store::Database& roster, QualityRule const& rule, Schools const& schools,
                                               std::vector<runs::Accepted> const& accepted, std::int64_t after, std::size_t how_many) {
  std::vector<QualityAtSchool> all;
  auto rows = roster.prepare("SELECT school, " + std::string(columns) +
                             " FROM quality_counts WHERE run = ? AND tbl = ? AND rule = ? AND field = ? AND school > ? ORDER BY school");
  AffectedRows affected(roster);
  for (auto const& one : newest(roster)) {
    if (one.source != rule.source || one.table != rule.table) continue;
    for (rows->with(one.run, rule.table, rule.rule, rule.field, after); all.size() < how_many && rows->step();) {
      auto const school = rows->integer(0);
      if (schools && schools->count(school) == 0) continue;
      QualityAtSchool at{school, {}, {}, {one.run, one.source, one.table, {}, {}, {}, 0, 0, {}, {}, one.whole}, {}};
      read(*rows, 1, at.line);
      for (auto const& let : accepted)
        if (is_of(let, rule.table, rule.rule, rule.field) && let.record.empty() && (let.school == school || let.school < 0)) at.accepted = let;
      at.line.accepted = count_accepted(affected, at.line, school, accepted, [](std::int64_t) { return 0; });
      all.push_back(std::move(at));
    }
    rows->reset();
  }
  for (auto& at : all)
    if (at.school > 0) std::tie(at.id, at.name) = school_called(roster, at.school);
  return all;
}

std::vector<QualityCause> quality_causes(store::Database& roster, std::size_t how_many) {
  std::map<std::int64_t, std::int64_t> runs;  // and their sources
  for (auto const& one : newest(roster)) runs.emplace(one.run, one.source);
  std::vector<QualityCause> all;
  auto rows = roster.prepare("SELECT code, tbl, id, file, line, blocks FROM quality_causes WHERE run = ? ORDER BY n LIMIT ?");
  for (auto const& [run, source] : runs)
    for (rows->with(run, how_many); rows->step();)
      all.push_back({run,
                     source,
                     {std::string(rows->text(0)), std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3)), number(*rows, 4),
                      static_cast<std::uint64_t>(rows->integer(5))}});
  std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.cause.blocks > b.cause.blocks; });
  all.resize(std::min(all.size(), how_many));
  return all;
}

std::vector<QualityPoint> quality_over_time(store::Database& roster, std::int64_t school, std::int64_t source, std::size_t how_many) {
  std::vector<QualityPoint> all;
  auto rows = roster.prepare(
      "SELECT s.run, r.source, r.day, s.rows, s.wrong FROM quality_scores s JOIN quality_runs r ON r.run = s.run WHERE s.school = ? AND r.source = ?"
      " ORDER BY s.run DESC LIMIT ?");
  for (rows->with(school, source, how_many); rows->step();)
    all.push_back(
        {rows->integer(0), rows->integer(1), rows->integer(2), static_cast<std::uint64_t>(rows->integer(3)), static_cast<std::uint64_t>(rows->integer(4))});
  std::reverse(all.begin(), all.end());
  return all;
}

std::vector<QualityOfSchool> quality_of_schools(store::Database& roster, std::int64_t source, Schools const& schools, std::size_t how_many) {
  std::vector<QualityOfSchool> all;
  auto const last = quality_over_time(roster, runs::all_schools, source, 1);
  if (last.empty()) return all;
  auto rows = roster.prepare("SELECT school, rows, wrong FROM quality_scores WHERE run = ? AND school > 0");
  for (rows->with(last[0].run); rows->step();) {
    if (schools && schools->count(rows->integer(0)) == 0) continue;
    all.push_back({rows->integer(0),
                   {},
                   {},
                   {last[0].run, source, last[0].day, static_cast<std::uint64_t>(rows->integer(1)), static_cast<std::uint64_t>(rows->integer(2))}});
  }
  rows.reset();
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) {
    return std::tuple(a.point.score(), b.point.wrong, a.school) < std::tuple(b.point.score(), a.point.wrong, b.school);
  });
  all.resize(std::min(all.size(), how_many));
  for (auto& one : all) std::tie(one.id, one.name) = school_called(roster, one.school);
  return all;
}

std::pair<std::string, std::string> school_called(store::Database& roster, std::int64_t school) {
  std::pair<std::string, std::string> called;
  auto id = roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? ORDER BY since DESC LIMIT 1");
  if (id->with(static_cast<int>(TableId::Orgs), school - 1).step()) called.first = id->text(0);
  auto name = roster.prepare("SELECT name FROM \"orgs\" WHERE row_key = ? ORDER BY row_since DESC LIMIT 1");
  if (name->with(school - 1).step() && !name->is_null(0)) called.second = name->text(0);
  return called;
}

}  // namespace rollbook::views
