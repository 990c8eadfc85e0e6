#include "web/what_if_model.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "report/words.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

using runs::Answer;
using runs::Counts;

Counts counts_of(Answer const& answer, std::string const& table) {
  for (auto const& [name, counts] : answer.tables)
    if (name == table) return counts;
  return {};
}

constexpr std::pair<std::string_view, std::uint64_t Counts::*> columns[] = {{"created", &Counts::created},
                                                                            {"updated", &Counts::updated},
                                                                            {"removed", &Counts::removed},
                                                                            {"excluded", &Counts::excluded},
                                                                            {"unchanged", &Counts::unchanged}};

Model cell(std::uint64_t now, std::uint64_t then) {
  return {{"now", with_separators(now)}, {"then", with_separators(then)}, {"differs", now != then}, {"now_number", now}, {"then_number", then}};
}

Model sentences(std::vector<std::string> const& all) {
  Model list = Model::List();
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 12); ++i) list.add(all[i]);
  return list;
}

// In the order of the one that has more of them.
std::vector<std::string> tables_of(Answer const& now, Answer const& then) {
  std::vector<std::string> all;
  for (auto const* answer : {&then, &now})
    for (auto const& [name, counts] : answer->tables)
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  return all;
}

}  // namespace

Model what_if_model(runs::WhatIf const& what_if) {
  auto const& [now, then] = what_if;
  Model tables = Model::List();
  bool any = false;
  for (auto const& name : tables_of(now, then)) {
    auto const before = counts_of(now, name), after = counts_of(then, name);
    Model cells = Model::List();
    for (auto const& [title, member] : columns) {
      any = any || before.*member != after.*member;
      cells.add(cell(before.*member, after.*member));
    }
    tables.add({{"table", name}, {"cells", std::move(cells)}});
  }
  Model findings = Model::List();
  for (auto const& [title, before, after] :
       {std::tuple("Errors", now.errors, then.errors), {"Rows that wait for others", now.dependent, then.dependent}, {"Warnings", now.warnings, then.warnings}})
    findings.add({{"title", title}, {"cell", cell(before, after)}});
  // Rules that find more or less of it, row by row as they are counted.
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::uint64_t, std::uint64_t>> rules;
  for (auto const& one : now.findings) rules[{one.code, one.name, one.file}].first += one.count;
  for (auto const& one : then.findings) rules[{one.code, one.name, one.file}].second += one.count;
  Model of_rules = Model::List();
  for (auto const& [rule, counts] : rules) {
    auto const& [code, name, file] = rule;
    if (counts.first == counts.second) continue;
    auto words = name;
    std::replace(words.begin(), words.end(), '-', ' ');
    of_rules.add({{"code", code}, {"words", words}, {"file", file}, {"cell", cell(counts.first, counts.second)}});
    any = true;
  }
  auto const count = tables_of(now, then).size();
  return {{"tables", std::move(tables)},
          {"has_tables", count > 0},
          {"differs", any || now.outcome != then.outcome},
          {"findings", std::move(findings)},
          {"rules", std::move(of_rules)},
          {"now_outcome", outcome_tag(now.outcome, "")},
          {"then_outcome", outcome_tag(then.outcome, "")},
          {"then_refused", then.outcome == "refused"},
          {"reasons", sentences(then.reasons)},
          {"has_reasons", !then.reasons.empty()}};
}

Model counts_model(runs::Answer const& answer) {
  Model tables = Model::List();
  for (auto const& [name, counts] : answer.tables) {
    Model row{{"table", name}};
    for (auto const& [title, member] : columns) {
      row[title] = with_separators(counts.*member);
      row[std::string(title) + "_number"] = counts.*member;
    }
    tables.add(std::move(row));
  }
  return {{"tables", std::move(tables)},
          {"has_tables", !answer.tables.empty()},
          {"outcome", outcome_tag(answer.outcome, "")},
          {"refused", answer.outcome == "refused"},
          {"errors", with_separators(answer.errors)},
          {"warnings", with_separators(answer.warnings)},
          {"reasons", sentences(answer.reasons)},
          {"has_reasons", !answer.reasons.empty()}};
}

}  // namespace rollbook::web
