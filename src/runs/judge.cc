#include "runs/judge.h"

#include <algorithm>
#include <array>
#include <set>

#include "roster/cells.h"

namespace rollbook::runs {
namespace {

// One column of a table in which one of some values has to stand, or any value at all.
struct Condition {
  std::uint8_t field = 0;
  std::set<std::string, std::less<>> values;  // empty: any value will do
  Judged otherwise = Judged::FilterOut;
};

using Conditions = std::array<std::vector<Condition>, table_count>;

std::string_view cell(TableData const& data, csv::Batch const& batch, std::uint32_t row, std::uint8_t field, std::string& buffer) {
  auto const at = data.layout.column_of[field];
  if (at == no_column) return {};
  auto const raw = batch.raw(row, static_cast<std::uint32_t>(at));
  return raw.empty() || raw.front() != '"' ? raw : csv::cell_value(raw, buffer);
}

bool holds(Condition const& condition, TableData const& data, csv::Batch const& batch, std::uint32_t row) {
  std::string buffer;
  auto const value = cell(data, batch, row, condition.field, buffer);
  if (condition.values.empty()) return !value.empty();
  bool any = false, blank = true;
  cells::for_items(value, [&](std::string_view item, bool) {
    if (item.empty()) return;
    blank = false;
    any |= condition.values.count(item) > 0;
  });
  return any || (blank && condition.otherwise == Judged::FilterOut);  // who has no grade is not kept out by a filter of grades
}

}  // namespace

RowJudge judge_of(store::SourceSettings const& settings, std::optional<Version> version) {
  auto conditions = std::make_shared<Conditions>();
  bool any = false;
  auto const add = [&](TableId table, std::string_view name, std::set<std::string, std::less<>> values, Judged otherwise = Judged::FilterOut) {
    auto const f = field_index(table_of(table), name);
    if (f == npos) return;
    (*conditions)[static_cast<std::size_t>(table)].push_back({static_cast<std::uint8_t>(f), std::move(values), otherwise});
    any = true;
  };
  auto const names = [&](std::string_view setting) {
    auto const list = settings.names(setting);
    return std::set<std::string, std::less<>>(list.begin(), list.end());
  };
  if (auto const schools = names("filter.schools"); !schools.empty()) {
    add(TableId::Classes, "schoolSourcedId", schools);
    add(TableId::Enrollments, "schoolSourcedId", schools);
    if (version == Version::V11) add(TableId::Users, "orgSourcedIds", schools);
    else add(TableId::Roles, "orgSourcedId", schools);
  }
  if (auto const grades = names("filter.grades"); !grades.empty()) add(TableId::Users, "grades", grades);
  if (auto const roles = names("filter.roles"); !roles.empty()) {
    if (version == Version::V11) add(TableId::Users, "role", roles);
    else add(TableId::Roles, "role", roles);
    add(TableId::Enrollments, "role", roles);
  }
  if (auto const sessions = names("filter.sessions"); !sessions.empty()) add(TableId::Classes, "termSourcedIds", sessions);
  for (auto const& [column, action] : settings.pairs("require")) {
    auto const dot = column.find('.');
    if (auto const* table = table_by_name(column.substr(0, dot)); table != nullptr)
      add(table->id, column.substr(dot + 1), {}, action == "skip" ? Judged::Exclude : Judged::Flag);
  }
  if (!any) return {};
  return [conditions](TableData const& data, csv::Batch const& batch, Values const&, std::uint32_t row) {
    auto worst = Judged::Take;
    for (auto const& condition : (*conditions)[static_cast<std::size_t>(data.table->id)])
      if (!holds(condition, data, batch, row)) worst = std::max(worst, condition.otherwise);
    return worst;
  };
}

Missed missed_of(store::SourceSettings const& settings) {
  struct Required {
    TableId table;
    std::uint16_t number;
    Condition condition;
  };
  std::vector<Required> all;
  std::uint16_t number = 0;
  for (auto const& [column, action] : settings.pairs("require")) {
    auto const dot = column.find('.');
    auto const* table = table_by_name(column.substr(0, dot));
    auto const f = table != nullptr ? field_index(*table, column.substr(dot + 1)) : npos;
    if (f != npos) all.push_back({table->id, number, {static_cast<std::uint8_t>(f), {}, Judged::Flag}});
    ++number;
  }
  if (all.empty()) return {};
  return [all](TableData const& data, csv::Batch const& batch, std::uint32_t row, std::vector<std::uint16_t>& numbers) {
    for (auto const& one : all)
      if (one.table == data.table->id && !holds(one.condition, data, batch, row)) numbers.push_back(one.number);
  };
}

std::vector<std::pair<TableId, std::uint8_t>> unique_of(store::SourceSettings const& settings) {
  std::vector<std::pair<TableId, std::uint8_t>> columns;
  for (auto const& name : settings.names("unique")) {
    auto const dot = name.find('.');
    if (auto const* table = table_by_name(name.substr(0, dot)); table != nullptr)
      if (auto const f = field_index(*table, name.substr(dot + 1)); f != npos) columns.emplace_back(table->id, static_cast<std::uint8_t>(f));
  }
  return columns;
}

}  // namespace rollbook::runs
