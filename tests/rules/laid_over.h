// The delivery that a section of a case means: the tiny school with the section's blocks laid over it.
#pragma once

#include <algorithm>
#include <filesystem>

#include "case_file.h"
#include "in_memory.h"
#include "schema/catalogue.h"

namespace rollbook::test {

// {x*300} written out.
inline std::string spelled_out(std::string const& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto const open = std::min(text.find('{', at), text.size());
    out += text.substr(at, open - at);
    at = open;
    if (open == text.size()) break;
    auto const close = text.find('}', open), star = text.find('*', open);
    auto const digits = star < close && close != std::string::npos ? text.substr(star + 1, close - star - 1) : "";
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
      out += text[at++];
      continue;
    }
    for (auto times = std::stoul(digits); times > 0; --times) out += text.substr(open + 1, star - open - 1);
    at = close + 1;
  }
  return out;
}

// Rows with {1..81} written out: 81 rows, the number in every place where the row has it.
inline std::vector<std::string> rows_of(std::vector<std::string> const& lines) {
  std::vector<std::string> rows;
  for (auto const& line : lines) {
    auto const open = line.find('{'), dots = line.find("..", open), close = line.find('}', open);
    if (open == std::string::npos || dots > close) {
      rows.push_back(spelled_out(line));
      continue;
    }
    auto const range = line.substr(open, close + 1 - open);
    auto const last = std::stoul(line.substr(dots + 2));
    for (auto i = std::stoul(line.substr(open + 1)); i <= last; ++i) {
      auto row = line;
      for (auto at = row.find(range); at != std::string::npos; at = row.find(range)) row.replace(at, range.size(), std::to_string(i));
      rows.push_back(spelled_out(row));
    }
  }
  return rows;
}

// Cells as written, quotes and all.
inline std::vector<std::string> raw_cells(std::string const& row) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (char const c : row) {
    quoted ^= c == '"';
    if (c == ',' && !quoted) cells.emplace_back();
    else cells.back() += c;
  }
  return cells;
}

// All columns of the table in their order, metadata behind them; those that the case leaves out are empty.
inline std::string completed(CaseBlock const& block, Version version) {
  auto const* const* table = std::find_if(std::begin(all_tables), std::end(all_tables), [&](Table const* t) { return file_name(t->id) == block.name; });
  if (table == std::end(all_tables)) throw std::runtime_error(block.name + " is no table; write csv-raw");
  std::vector<std::string> columns;
  for (auto const& field : (*table)->fields)
    if (is_in(field.in, version)) columns.emplace_back(field.name);
  auto const rows = rows_of(block.lines);
  auto const header = raw_cells(rows.at(0));
  for (auto const& name : header) {
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
    if (!name.starts_with("metadata.")) throw std::runtime_error(block.name + " has no column " + name + "; write csv-raw");
    columns.push_back(name);
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    auto const cells = raw_cells(rows[r]);
    if (cells.size() != header.size())
      throw std::runtime_error(block.name + ": \"" + rows[r].substr(0, 80) + "\" has another number of cells than its header; write csv-raw");
    for (std::size_t c = 0; c < columns.size(); ++c) {
      auto const at = static_cast<std::size_t>(std::find(header.begin(), header.end(), columns[c]) - header.begin());
      text += (c > 0 ? "," : "") + (r == 0 ? columns[c] : at < cells.size() ? cells[at] : "");
    }
    text += '\n';
  }
  return text;
}

inline std::string joined_lines(std::vector<std::string> const& lines) {
  std::string text;
  for (auto const& line : lines) text += line + '\n';
  return text;
}

inline std::string bytes_of(CaseBlock const& block) {
  std::string text, bytes;
  for (auto const& line : block.lines) text += line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    switch (text.at(++i)) {
      case 'n':
        bytes += '\n';
        break;
      case 'r':
        bytes += '\r';
        break;
      case 't':
        bytes += '\t';
        break;
      case 'x':
        bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)), i += 2;
        break;
      default:
        bytes += text[i];
    }
  }
  return spelled_out(bytes);
}

inline std::string changed_manifest(std::string const& manifest, std::vector<std::string> const& changes) {
  auto rows = split(manifest.substr(0, manifest.size() - 1), '\n');
  auto const begins = [](std::string const& property) { return [&property](std::string const& row) { return row.starts_with(property + ","); }; };
  for (auto const& change : changes) {
    if (change.starts_with('+')) {
      rows.push_back(change.substr(1));
    } else if (change.starts_with('-')) {
      auto const property = change.substr(1);
      if (std::erase_if(rows, begins(property)) == 0) throw std::runtime_error("the manifest has no row " + property);
    } else {
      auto const property = change.substr(0, change.find(','));
      auto const row = std::find_if(rows.begin(), rows.end(), begins(property));
      if (row == rows.end()) throw std::runtime_error("the manifest has no row " + property + "; write +" + change);
      *row = change;
    }
  }
  return joined_lines(rows);
}

inline Files tiny_school(std::string const& version) {
  Files files;
  for (auto const& entry : std::filesystem::directory_iterator(std::string(ROLLBOOK_SOURCE_DIR) + "/tests/cases/tiny-school/" + version))
    files[entry.path().filename().string()] = text_of_file(entry.path().string());
  return files;
}

inline Files laid_over(CaseSection const& section) {
  auto files = tiny_school(section.version);
  auto const version = section.version == "1.2" ? Version::V12 : Version::V11;
  auto& manifest = files["manifest.csv"];
  if (!section.only.empty()) {
    for (auto const* table : all_tables) {
      auto const name = std::string(table->name);
      if (!is_in(table->in, version) || std::find(section.only.begin(), section.only.end(), name) != section.only.end()) continue;
      files.erase(name + ".csv");
      manifest = changed_manifest(manifest, {"file." + name + ",absent"});
    }
  }
  for (auto const& block : section.blocks) {
    if (block.kind == "csv") files[block.name] = completed(block, version);
    else if (block.kind == "csv-raw" || block.kind == "huge") files[block.name] = joined_lines(rows_of(block.lines));
    else if (block.kind == "bytes") files[block.name] = bytes_of(block);
    else if (block.kind == "manifest") manifest = changed_manifest(manifest, block.lines);
    else if (block.kind != "delete" && block.kind != "zip" && block.kind != "report")
      throw std::runtime_error("a block of kind \"" + block.kind + "\" is not known");
  }
  for (auto const& block : section.blocks)
    if (block.kind == "delete" && files.erase(block.name) == 0) throw std::runtime_error("there is no " + block.name + " to delete");
  return files;
}

}  // namespace rollbook::test
