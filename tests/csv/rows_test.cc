// Sound CSV, as RFC 4180 has it and as spreadsheets write it: every cell is read as it was meant.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "read_text.h"

namespace rollbook::test {
namespace {

struct Golden {
  char const* what;
  std::string text;
  std::vector<Cells> rows;
  std::vector<std::uint32_t> lines = {};  // where they begin; counted up when left out
};

void PrintTo(Golden const& golden, std::ostream* out) { *out << golden.what; }

class GoodCsv : public testing::TestWithParam<Golden> {};

TEST_P(GoodCsv, IsReadAsMeantByEveryKernel) {
  auto const& golden = GetParam();
  auto lines = golden.lines;
  if (lines.empty()) {
    lines.resize(golden.rows.size());
    std::iota(lines.begin(), lines.end(), 1u);
  }
  for (auto const kernel : csv::usable_kernels()) {
    Read const read(golden.text, 3, kernel);
    EXPECT_EQ(read.rows(), golden.rows);
    EXPECT_EQ(read.lines(), lines);
    EXPECT_EQ(read.batch.records, golden.rows.size());
    EXPECT_EQ(read.batch.lines,
              static_cast<std::uint32_t>(std::count(golden.text.begin(), golden.text.end(), '\n')) + (!golden.text.empty() && golden.text.back() != '\n'));
    for (auto const& aside : read.batch.aside) EXPECT_TRUE(aside.in_grid) << told(aside);
  }
}

std::vector<Golden> const goldens = {
    {"nothing at all", "", {}},
    {"plain cells", "a,b,c\nd,e,f\n", {{"a", "b", "c"}, {"d", "e", "f"}}},
    {"no line feed at the end", "a,b,c\nd,e,f", {{"a", "b", "c"}, {"d", "e", "f"}}},
    {"carriage return and line feed", "a,b,c\r\nd,e,f\r\n", {{"a", "b", "c"}, {"d", "e", "f"}}},
    {"both kinds of line ends", "a,b,c\r\nd,e,f\ng,h,i\r\n", {{"a", "b", "c"}, {"d", "e", "f"}, {"g", "h", "i"}}},
    {"empty cells", "a,,\n,b,\n,,c\n", {{"a", "", ""}, {"", "b", ""}, {"", "", "c"}}},
    {"an empty last cell before CRLF", "a,b,\r\nc,d,\r\n", {{"a", "b", ""}, {"c", "d", ""}}},
    {"quotes around everything", "\"a\",\"b\",\"c\"\n", {{"a", "b", "c"}}},
    {"quotes at the end of the file", "a,b,\"c\"", {{"a", "b", "c"}}},
    {"quotes before CRLF", "\"a\",\"b\",\"c\"\r\n\"d\",\"e\",\"f\"\r\n", {{"a", "b", "c"}, {"d", "e", "f"}}},
    {"quoted and empty", "a,\"\",\"\"\n", {{"a", "", ""}}},
    {"commas in quotes", "\"a,b\",\",\",\",c,\"\n", {{"a,b", ",", ",c,"}}},
    {"doubled quotes", "\"a \"\"b\"\" c\",\"\"\"\",\"\"\"x\"\n", {{"a \"b\" c", "\"", "\"x"}}},
    {"doubled quotes and commas", "a,\"\"\",\"\"\",c\n", {{"a", "\",\"", "c"}}},
    {"spaces belong to the cell", " a , b,c \n", {{" a ", " b", "c "}}},
    {"letters beyond ASCII", "\xc3\xa9,\xe6\x9d\xb1\xe4\xba\xac,\xf0\x9f\x8f\xab\n", {{"\xc3\xa9", "\xe6\x9d\xb1\xe4\xba\xac", "\xf0\x9f\x8f\xab"}}},
    {"a cell over two lines", "a,\"b\nc\",d\ne,f,g\n", {{"a", "b\nc", "d"}, {"e", "f", "g"}}, {1, 3}},
    {"a cell over many lines", "a,\"\n\n\nb\n\",c\nd,e,f\n", {{"a", "\n\n\nb\n", "c"}, {"d", "e", "f"}}, {1, 6}},
    {"a cell over two lines with CRLF", "a,\"b\r\nc\",d\r\ne,f,g\r\n", {{"a", "b\r\nc", "d"}, {"e", "f", "g"}}, {1, 3}},
    {"two cells over several lines", "\"a\nb\",\"c\nd\",e\nf,g,h\n", {{"a\nb", "c\nd", "e"}, {"f", "g", "h"}}, {1, 4}},
    {"a cell over two lines at the end of the file", "a,b,c\nd,e,\"f\ng\"", {{"a", "b", "c"}, {"d", "e", "f\ng"}}, {1, 2}},
    {"doubled quotes around a line break", "a,\"\"\"b\"\"\n\"\"c\"\"\",d\n", {{"a", "\"b\"\n\"c\"", "d"}}},
    {"blank lines between rows", "a,b,c\n\n\r\nd,e,f\n\n", {{"a", "b", "c"}, {"d", "e", "f"}}, {1, 4}},
    {"rows of commas only", "a,b,c\n,,\n\"\",\"\",\"\"\n , ,\nd,e,f\n", {{"a", "b", "c"}, {"d", "e", "f"}}, {1, 5}},
    {"commas without end, at the end", "a,b,c\n,,,,,,,,", {{"a", "b", "c"}}},
};

// Blank lines are no records, but they are lines.
INSTANTIATE_TEST_SUITE_P(Csv, GoodCsv, testing::ValuesIn(goldens));

TEST(BlankLines, AreCountedAndTheFirstIsNamed) {
  for (auto const kernel : csv::usable_kernels()) {
    Read const read("a,b,c\n\nd,e,f\n,,\n\r\n", 3, kernel);
    EXPECT_EQ(read.batch.blank_lines, 3u);
    EXPECT_EQ(read.batch.first_blank, 1u);
    EXPECT_EQ(read.batch.lines, 5u);
    EXPECT_EQ(read.batch.records, 2u);
  }
}

// The end of the file ends its last line, whatever that line holds.
TEST(BlankLines, NeedNoLineFeedAtTheEndOfTheFile) {
  for (std::string_view blank : {",,", "\"\",\"\",\"\"", "\"\"", "  ", ",\"\","})
    for (auto const kernel : csv::usable_kernels()) {
      Read const read("a,b,c\n" + std::string(blank), 3, kernel);
      EXPECT_EQ(read.rows(), (std::vector<Cells>{{"a", "b", "c"}})) << blank;
      EXPECT_EQ(read.batch.blank_lines, 1u) << blank;
      EXPECT_TRUE(read.batch.aside.empty()) << blank;
    }
}

TEST(Rows, KnowTheirPlaceAmongTheRecords) {
  Read const read("a,b,c\ntoo,few\n\nd,\"e\ne\",f\n\"bad\"x,y,z\ng,h,i\n", 3, csv::best_kernel());
  EXPECT_EQ(read.column(0), (Cells{"a", "d", "g"}));
  EXPECT_EQ((std::vector<std::uint32_t>(read.batch.row_record.begin(), read.batch.row_record.begin() + 3)), (std::vector<std::uint32_t>{0, 2, 4}));
  EXPECT_EQ(read.lines(), (std::vector<std::uint32_t>{1, 4, 7}));
  EXPECT_EQ(told(read.batch), (Cells{"line 2 left out: cell count in 2", "line 4 kept: line break in 1", "line 6 left out: text after quote in 0"}));
  EXPECT_EQ(read.batch.records, 5u);
  EXPECT_EQ(read.batch.lines, 7u);
}

TEST(Rows, ReadInTwoPiecesAreTheSame) {
  std::string const text = "a,b,c\n\nd,\"e\ne\",f\n\"bad\"x,y,z\ng,h,i\n\xff,j,k\nl,m\n\"n\",o,p";
  Readable const readable(text);
  auto const size = static_cast<std::uint32_t>(text.size());
  for (std::uint32_t const cut : {0u, 6u, 7u, 17u, 28u, 34u, 40u, 44u, size}) {
    csv::Batch batch;
    std::vector<Cells> rows;
    std::uint32_t records = 0, lines = 0;
    std::uint32_t at = 0;
    for (auto const to : {cut, size}) {
      at = csv::read_batch(readable.text(), at, to, 3, csv::best_kernel(), batch);
      EXPECT_EQ(at, to);
      for (std::uint32_t row = 0; row < batch.rows; ++row)
        rows.push_back({std::string(batch.raw(row, 0)), std::to_string(lines + batch.row_line[row]), std::to_string(records + batch.row_record[row])});
      records += batch.records, lines += batch.lines;
    }
    EXPECT_EQ(rows, (std::vector<Cells>{{"a", "0", "0"}, {"d", "2", "1"}, {"g", "5", "3"}, {"\"n\"", "8", "6"}})) << cut;
    EXPECT_EQ(records, 7u);
    EXPECT_EQ(lines, 9u);
  }
}

TEST(Rows, ABatchCanBeUsedAgainForAnotherFile) {
  csv::Batch batch;
  std::string const large(50000, 'x');
  for (auto const& [text, columns] :
       {std::pair<std::string, std::uint32_t>{large + "," + large + "\n", 2}, {"a,b,c\n", 3}, {"\n\n", 1}, {"a\nb\n", 1}, {"bad\"\n", 7}}) {
    Readable const readable(text);
    csv::read_batch(readable.text(), 0, static_cast<std::uint32_t>(text.size()), columns, csv::best_kernel(), batch);
    Read const fresh(text, columns, csv::best_kernel());
    EXPECT_EQ(batch.rows, fresh.batch.rows);
    EXPECT_EQ(batch.records, fresh.batch.records);
    EXPECT_EQ(batch.blank_lines, fresh.batch.blank_lines);
    EXPECT_EQ(told(batch), told(fresh.batch));
  }
}

TEST(CellValue, TakesOffQuotesAndNothingElse) {
  std::string buffer;
  auto const value = [&](std::string_view raw) { return std::string(csv::cell_value(raw, buffer)); };
  EXPECT_EQ(value("plain"), "plain");
  EXPECT_EQ(value(""), "");
  EXPECT_EQ(value("\"\""), "");
  EXPECT_EQ(value("\"a\""), "a");
  EXPECT_EQ(value("\"a\"\"b\""), "a\"b");
  EXPECT_EQ(value("\"\"\"\""), "\"");
  EXPECT_EQ(value("\""), "\"") << "half a quote is a letter";
  EXPECT_EQ(value("a\"b"), "a\"b") << "a quote inside is a letter";
  EXPECT_EQ(value("\"a"), "\"a");
}

// ── Any table of texts, written down with or without needless quotes, comes back ──

std::string written(std::string const& cell, bool quoted) {
  if (!quoted && cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string out = "\"";
  for (char const c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

rc::Gen<std::string> any_cell(bool may_break) {
  auto const pieces = may_break ? std::vector<std::string>{"a", "B", " ", "7", "\"", "\n", "\r\n", "\xc3\xa9", "\xe6\x9d\xb1", "longer text"}
                                : std::vector<std::string>{"a", "B", " ", "7", "\"", ",", "'", "\xc3\xa9", "\xe6\x9d\xb1", "longer text"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](std::vector<std::string> const& parts) { return std::accumulate(parts.begin(), parts.end(), std::string()); });
}

RC_GTEST_PROP(Csv, WhatWasWrittenIsReadBack, ()) {
  auto const columns = *rc::gen::inRange<std::uint32_t>(2, 9);
  auto const count = *rc::gen::inRange(0, 12);
  std::string_view const line_end = *rc::gen::element("\n", "\r\n");
  std::vector<Cells> rows;
  std::string text;
  for (int i = 0; i < count; ++i) {
    // A cell with line breaks is alone in its row with them, and its row has no other commas: what could also be several rows is
    // not believed to be one cell.
    auto const breaks = *rc::gen::inRange<std::uint32_t>(1, 2 * columns);
    Cells row{"id-" + std::to_string(i)};
    for (std::uint32_t c = 1; c < columns; ++c) {
      auto cell = *any_cell(breaks == c);
      if (breaks < columns && breaks != c) std::erase(cell, ',');
      row.push_back(std::move(cell));
    }
    for (auto const& cell : row) text += written(cell, *rc::gen::arbitrary<bool>()) + (&cell == &row.back() ? "" : ",");
    text += line_end;
    rows.push_back(std::move(row));
  }
  if (!text.empty() && *rc::gen::arbitrary<bool>()) text.resize(text.size() - line_end.size());
  for (auto const kernel : csv::usable_kernels()) {
    Read const read(text, columns, kernel);
    RC_ASSERT(read.rows() == rows);
    for (auto const& aside : read.batch.aside) RC_ASSERT(aside.in_grid);
  }
}

}  // namespace
}  // namespace rollbook::test
