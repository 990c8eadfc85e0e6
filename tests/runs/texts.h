// Deliveries as texts, to be edited the way that exports, spreadsheets and transfers do it. No value holds a comma.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "runs/school.h"

namespace rollbook::test {

struct Sheet {
  using Row = std::vector<std::string>;
  Row header;
  std::vector<Row> rows;

  static std::vector<std::string> split(std::string const& text, char separator) {
    std::vector<std::string> parts(1);
    for (char const c : text)
      if (c == separator) parts.emplace_back();
      else parts.back() += c;
    return parts;
  }

  static Sheet of(std::string const& text) {
    Sheet sheet;
    for (auto const& line : split(text, '\n'))
      if (!line.empty()) sheet.rows.push_back(split(line, ','));
    sheet.header = sheet.rows.front();
    sheet.rows.erase(sheet.rows.begin());
    return sheet;
  }

  static std::string line(Row const& row, char separator = ',') {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : std::string(1, separator)) + row[i];
    return text + "\n";
  }

  std::string text(char separator = ',') const {
    auto all = line(header, separator);
    for (auto const& row : rows) all += line(row, separator);
    return all;
  }

  std::size_t column(std::string const& name) const {
    auto const at = std::find(header.begin(), header.end(), name);
    if (at == header.end()) ADD_FAILURE() << "no column " << name;
    return at == header.end() ? 0 : static_cast<std::size_t>(at - header.begin());
  }
};

inline std::string& text_of(Files& files, std::string const& table) { return files.at(table + ".csv"); }

inline void edit(Files& files, std::string const& table, std::function<void(Sheet&)> const& change) {
  auto sheet = Sheet::of(text_of(files, table));
  change(sheet);
  text_of(files, table) = sheet.text();
}

// Every value of a column, and which row of the file it is in.
inline void edit_column(Files& files, std::string const& table, std::string const& column, std::function<void(std::string&, std::size_t)> const& change) {
  edit(files, table, [&](Sheet& sheet) {
    auto const at = sheet.column(column);
    for (std::size_t i = 0; i < sheet.rows.size(); ++i) change(sheet.rows[i][at], i);
  });
}

inline void edit_cell(Files& files, std::string const& table, std::string const& id, std::string const& column, std::string const& value) {
  edit(files, table, [&](Sheet& sheet) {
    for (auto& row : sheet.rows)
      if (row[0] == id) row[sheet.column(column)] = value;
  });
}

inline void keep_rows(Files& files, std::string const& table, std::function<bool(Sheet::Row const&, std::size_t)> const& keep) {
  edit(files, table, [&](Sheet& sheet) {
    std::vector<Sheet::Row> kept;
    for (std::size_t i = 0; i < sheet.rows.size(); ++i)
      if (keep(sheet.rows[i], i)) kept.push_back(sheet.rows[i]);
    sheet.rows = kept;
  });
}

inline void rename_column(Files& files, std::string const& table, std::string const& from, std::string const& to) {
  edit(files, table, [&](Sheet& sheet) { sheet.header[sheet.column(from)] = to; });
}

inline void drop_column(Files& files, std::string const& table, std::string const& name) {
  edit(files, table, [&](Sheet& sheet) {
    auto const at = static_cast<std::ptrdiff_t>(sheet.column(name));
    sheet.header.erase(sheet.header.begin() + at);
    for (auto& row : sheet.rows) row.erase(row.begin() + at);
  });
}

inline void add_column(Files& files, std::string const& table, std::string const& name, std::string const& value) {
  edit(files, table, [&](Sheet& sheet) {
    sheet.header.push_back(name);
    for (auto& row : sheet.rows) row.push_back(value);
  });
}

inline void replace_all(std::string& text, std::string const& from, std::string const& to) {
  if (text.find(from) == std::string::npos) ADD_FAILURE() << "nothing to replace: " << from;
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

inline void replace_first(std::string& text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  if (at == std::string::npos) ADD_FAILURE() << "nothing to replace: " << from;
  else text.replace(at, from.size(), to);
}

// The manifest's line of a property; an empty one takes it away.
inline void edit_manifest(Files& files, std::string const& property, std::string const& line) {
  auto& text = files.at("manifest.csv");
  auto const at = text.find(property + ",");
  if (at == std::string::npos) ADD_FAILURE() << "no property " << property;
  else text.replace(at, text.find('\n', at) + 1 - at, line.empty() ? "" : line + "\n");
}

inline void say_mode(Files& files, std::string const& table, std::string const& mode) { edit_manifest(files, "file." + table, "file." + table + "," + mode); }

inline void header_only(Files& files, std::string const& table) {
  edit(files, table, [](Sheet& sheet) { sheet.rows.clear(); });
}

inline void take_away(Files& files, std::string const& table) {
  files.erase(table + ".csv");
  say_mode(files, table, "absent");
}

inline std::string utf16(std::string const& ascii, bool big, bool mark) {
  std::string out = mark ? big ? "\xFE\xFF" : "\xFF\xFE" : "";
  for (char const c : ascii) out += big ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

inline bool found(runs::Answer const& answer, std::string const& code) {
  return std::any_of(answer.findings.begin(), answer.findings.end(), [&](auto const& finding) { return finding.code == code; });
}

inline std::string told(runs::Answer const& answer) {
  auto text = answer.outcome + ";";
  for (auto const& why : answer.held_because) text += " held for " + why;
  for (auto const& reason : answer.reasons) text += "\n  " + reason;
  for (auto const& f : answer.findings) text += "\n  " + f.code + " " + f.severity + " " + f.file + " " + f.name;
  for (auto const& [table, c] : answer.tables)
    text += "\n  " + table + " +" + std::to_string(c.created) + " ~" + std::to_string(c.updated) + " -" + std::to_string(c.removed) + " excluded " +
            std::to_string(c.excluded);
  return text;
}

}  // namespace rollbook::test
