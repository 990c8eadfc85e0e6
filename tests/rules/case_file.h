// Reads a rule's case: a Markdown file in tests/cases/rules that shows what the rule finds (## bad) and the nearest thing
// that it lets pass (## good). What may stand in it:
//
//   # ENR001 enrollment-ends-before-it-begins
//   ## bad: …                     a section is one delivery: the tiny school, with the blocks of the section laid over it
//   profile: oneroster-strict     else oneroster
//   version: 1.2                  else 1.1
//   today: 2026-09-01             else 2025-10-01
//   only: orgs users              of the tiny school only these tables; the manifest says absent for the others
//   zip                           the delivery came as one zip
//
//   ```csv users.csv              the file's rows; columns that are left out are empty
//   ```csv-raw users.csv          the file's bytes as they stand here, each line ended by a line feed
//   ```bytes users.csv            the file's bytes with \n \r \t \xNN \\ written out; the line breaks of the block mean nothing
//   ```delete users.csv           (empty)
//   ```huge users.csv             the file begins like this and is larger than 8 GiB
//   ```manifest                   file.users,delta sets a row; +file.users,delta adds a second one; -file.users takes it away
//   ```zip twice                  the whole as a zip archive with something wrong, made by zip_cases.h
//   ```report                     all findings, in the words of the report; empty when there are none
//
// In csv and bytes, {x*300} is 300 times x, and in csv a row with {1..81} stands for 81 rows.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::test {

struct CaseBlock {
  std::string kind, name;          // "csv", "users.csv"
  std::vector<std::string> lines;  // between the fences
  std::size_t begin = 0, end = 0;  // lines of the case file, fences included
};

struct CaseSection {
  std::string heading;
  bool bad = false, zipped = false;
  std::string profile = "oneroster", version = "1.1", today = "2025-10-01";
  std::vector<std::string> only;
  std::vector<CaseBlock> blocks;
  std::size_t end = 0;  // line of the case file behind the section

  CaseBlock const* report() const {
    for (auto const& block : blocks)
      if (block.kind == "report") return &block;
    return nullptr;
  }
};

struct CaseFile {
  std::string code, name;
  std::vector<std::string> lines;
  std::vector<CaseSection> sections;
};

inline std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    auto const to = std::min(text.find(at, from), text.size());
    parts.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

inline std::string text_of_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class CaseReader {
 public:
  explicit CaseReader(std::string const& text) {
    file_.lines = split(text, '\n');
    if (!file_.lines.empty() && file_.lines.back().empty()) file_.lines.pop_back();
  }

  CaseFile read() {
    for (at_ = 0; at_ < file_.lines.size(); ++at_) {
      auto const& line = file_.lines[at_];
      if (line.starts_with("# ")) read_title(line.substr(2));
      else if (line.starts_with("## ")) begin_section(line.substr(3));
      else if (line.starts_with("```")) read_block(line.substr(3));
      else if (!file_.sections.empty()) read_setting(line);
    }
    if (file_.code.empty()) wrong("has no title");
    if (file_.sections.empty()) wrong("has no section");
    return std::move(file_);
  }

 private:
  [[noreturn]] void wrong(std::string const& what) const { throw std::runtime_error("line " + std::to_string(at_ + 1) + " " + what); }

  void read_title(std::string const& title) {
    auto const space = title.find(' ');
    if (!file_.code.empty() || space == std::string::npos) wrong("should be the only title, \"# CODE rule-name\"");
    file_.code = title.substr(0, space);
    file_.name = title.substr(space + 1);
  }

  void begin_section(std::string heading) {
    auto& section = file_.sections.emplace_back();
    section.bad = heading.starts_with("bad");
    if (!section.bad && !heading.starts_with("good")) wrong("begins neither with bad nor with good");
    section.heading = std::move(heading);
    section.end = at_ + 1;
  }

  void read_setting(std::string const& line) {
    auto& section = file_.sections.back();
    auto const value = [&](std::string_view key) { return line.substr(key.size()); };
    if (line == "zip") section.zipped = true;
    else if (line.starts_with("profile: ")) section.profile = value("profile: ");
    else if (line.starts_with("version: ")) section.version = value("version: ");
    else if (line.starts_with("today: ")) section.today = value("today: ");
    else if (line.starts_with("only: ")) section.only = split(value("only: "), ' ');
    if (!line.empty()) section.end = at_ + 1;
  }

  void read_block(std::string const& about) {
    if (file_.sections.empty()) wrong("stands before the first section");
    auto const space = about.find(' ');
    CaseBlock block;
    block.kind = about.substr(0, space);
    if (space != std::string::npos) block.name = about.substr(space + 1);
    block.begin = at_;
    while (++at_ < file_.lines.size() && file_.lines[at_] != "```") block.lines.push_back(file_.lines[at_]);
    if (at_ == file_.lines.size()) wrong("should close a block");
    block.end = at_ + 1;
    auto& section = file_.sections.back();
    if (block.kind == "report" && section.report() != nullptr) wrong("belongs to a second report");
    section.end = block.end;
    section.blocks.push_back(std::move(block));
  }

  CaseFile file_;
  std::size_t at_ = 0;
};

inline CaseFile read_case(std::string const& path) { return CaseReader(text_of_file(path)).read(); }

// The case file with other report blocks, one for each section; nothing else changes.
inline std::string with_reports(CaseFile const& file, std::vector<std::vector<std::string>> const& reports) {
  auto lines = file.lines;
  for (auto s = file.sections.size(); s-- > 0;) {
    std::vector<std::string> block{"```report"};
    block.insert(block.end(), reports[s].begin(), reports[s].end());
    block.push_back("```");
    auto const* old = file.sections[s].report();
    auto const begin = lines.begin() + static_cast<std::ptrdiff_t>(old ? old->begin : file.sections[s].end);
    auto const end = lines.begin() + static_cast<std::ptrdiff_t>(old ? old->end : file.sections[s].end);
    lines.insert(lines.erase(begin, end), block.begin(), block.end());
  }
  std::string text;
  for (auto const& line : lines) text += line + "\n";
  return text;
}

}  // namespace rollbook::test
