#include "runs/findings.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "report/words.h"
#include "store/search_text.h"

namespace rollbook::runs {
namespace {

constexpr std::string_view columns[] = {"run",   "n",       "code", "severity", "file",       "line",        "record",   "field",      "id",
                                        "value", "message", "why",  "fix",      "cause_code", "cause_table", "cause_id", "cause_file", "cause_line"};

constexpr std::size_t most_characters = 500;  // of a text: a cell can be as long as a line

std::string condition(FindingFilter const& filter) {
  std::string sql = " FROM run_findings WHERE run = ?";
  if (filter.severity) sql += " AND severity = ?";
  if (!filter.code.empty()) sql += " AND code = ?";
  if (!filter.file.empty()) sql += " AND file = ?";
  if (!filter.text.empty())
    for (std::string const field : {"message", "id", "value"})
      sql += (field == "message" ? " AND (" : " OR ") + ("lower(" + field + ") LIKE lower(?) ESCAPE '\\'") + (field == "value" ? ")" : "");
  return sql;
}

int bind(store::Statement& statement, std::int64_t run, FindingFilter const& filter) {
  int at = 0;
  statement.reset();
  statement.bind(++at, run);
  if (filter.severity) statement.bind(++at, static_cast<std::int64_t>(*filter.severity));
  if (!filter.code.empty()) statement.bind(++at, std::string_view(filter.code));
  if (!filter.file.empty()) statement.bind(++at, std::string_view(filter.file));
  if (filter.text.empty()) return at;
  auto const pattern = store::anything_with(filter.text);
  for (int i = 0; i < 3; ++i) statement.bind(++at, std::string_view(pattern));
  return at;
}

}  // namespace

std::vector<KeptFinding> list_findings(store::Database& roster, std::int64_t run, FindingFilter const& filter, std::int64_t after, std::size_t how_many) {
  std::string names;
  for (auto const column : columns) names += (names.empty() ? "" : ", ") + std::string(column);
  auto rows = roster.prepare("SELECT " + names + condition(filter) + " AND n > ? ORDER BY n LIMIT ?");
  auto const at = bind(*rows, run, filter);
  rows->bind(at + 1, after);
  rows->bind(at + 2, static_cast<std::int64_t>(how_many));
  auto const text = [&](int i) { return rows->is_null(i) ? std::string() : std::string(rows->text(i)); };
  auto const number = [&](int i) { return rows->is_null(i) ? std::nullopt : std::optional(static_cast<std::uint64_t>(rows->integer(i))); };
  std::vector<KeptFinding> all;
  while (rows->step()) {
    all.push_back({rows->integer(1),
                   text(2),
                   text(4),
                   static_cast<Severity>(rows->integer(3)),
                   number(5),
                   number(6),
                   text(7),
                   text(8),
                   text(9),
                   text(10),
                   text(11),
                   text(12),
                   {}});
    if (!rows->is_null(14)) all.back().caused_by = CheckReport::CausedBy{text(13), text(14), text(15), text(16), number(17)};
  }
  return all;
}

std::uint64_t count_findings(store::Database& roster, std::int64_t run, FindingFilter const& filter) {
  auto row = roster.prepare("SELECT count(*)" + condition(filter));
  bind(*row, run, filter);
  return row->step() ? static_cast<std::uint64_t>(row->integer(0)) : 0;
}

std::vector<std::pair<std::string, std::string>> kinds_of_findings(store::Database& roster, std::int64_t run) {
  std::vector<std::pair<std::string, std::string>> all;
  auto rows = roster.prepare("SELECT DISTINCT code, file FROM run_findings WHERE run = ? ORDER BY code, file");
  for (rows->with(run); rows->step();) all.emplace_back(rows->text(0), rows->text(1));
  return all;
}

void keep_lowest(Checked& checked, std::uint64_t most) {
  if (checked.findings.size() <= most) return;
  auto const group = [](Finding const& f) { return std::pair(f.table, f.rule); };
  std::map<std::pair<TableId, RuleId>, std::uint64_t> sizes, taken;
  for (auto const& finding : checked.findings) ++sizes[group(finding)];
  // So many of each that all of them fit: few groups are as large as the largest.
  std::uint64_t each = most_of_a_rule;
  auto const all = [&] {
    std::uint64_t sum = 0;
    for (auto const& [key, size] : sizes) sum += std::min(size, each);
    return sum;
  };
  while (each > 1 && all() > most) each -= each / 16 + 1;
  std::stable_sort(checked.findings.begin(), checked.findings.end(),
                   [&](Finding const& a, Finding const& b) { return std::tuple(a.table, a.rule, a.place) < std::tuple(b.table, b.rule, b.place); });
  std::erase_if(checked.findings, [&](Finding const& finding) { return ++taken[group(finding)] > each; });
}

void save_findings(store::Database& roster, std::int64_t run, std::vector<CheckReport::Finding> const& findings) {
  auto load = roster.bulk_load("run_findings", columns);
  auto const put = [&](std::optional<std::uint64_t> const& number) {
    if (number) load->add(static_cast<std::int64_t>(*number));
    else load->add(store::Null{});
  };
  std::int64_t number = 0;
  for (auto const& finding : findings) {
    load->add(run);
    load->add(++number);
    load->add(finding.rule->code);
    load->add(static_cast<std::int64_t>(finding.severity));
    load->add(std::string_view(visible(finding.file, most_characters)));
    put(finding.line);
    put(finding.record);
    for (auto const* text : {&finding.column, &finding.sourced_id, &finding.value, &finding.message, &finding.why, &finding.fix})
      load->add(std::string_view(visible(*text, most_characters)));
    if (auto const& cause = finding.caused_by) {
      for (auto const* text : {&cause->code, &cause->table, &cause->sourced_id, &cause->file}) load->add(std::string_view(visible(*text, most_characters)));
      put(cause->line);
    } else {
      for (int i = 0; i < 5; ++i) load->add(store::Null{});
    }
    load->end_row();
  }
  load->finish();
}

void drop_findings(store::Database& roster, std::int64_t run) { roster.run("DELETE FROM run_findings WHERE run = ?", run); }

}  // namespace rollbook::runs
