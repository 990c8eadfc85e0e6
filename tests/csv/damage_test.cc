// Damaged CSV: each damage is told on its line, in its cell, and never swallows the rows behind it.
#include <gtest/gtest.h>

#include "read_text.h"

namespace rollbook::test {
namespace {

struct Damaged {
  char const* what;
  std::string text;  // four columns
  Cells kept;        // first cells of the rows of the grid
  Cells told;
};

void PrintTo(Damaged const& damaged, std::ostream* out) { *out << damaged.what; }

class BadCsv : public testing::TestWithParam<Damaged> {};

TEST_P(BadCsv, IsToldWhereItIs) {
  auto const& damaged = GetParam();
  for (auto const kernel : csv::usable_kernels()) {
    Read const read(damaged.text, 4, kernel);
    EXPECT_EQ(read.column(0), damaged.kept);
    EXPECT_EQ(told(read.batch), damaged.told);
  }
}

std::vector<Damaged> const damages = {
    {"a quote that never closes", "a,b,c,d\ne,\"f,g,h\ni,j,k,l\n", {"a", "i"}, {"line 2 left out: unclosed quote in 1"}},
    {"a quote that never closes in the first cell", "\"a,b,c,d\ne,f,g,h\n", {"e"}, {"line 1 left out: unclosed quote in 0"}},
    {"a quote that never closes in the last cell", "a,b,c,\"d\ne,f,g,h\n", {"e"}, {"line 1 left out: unclosed quote in 3"}},
    {"a quote that never closes in the last line", "a,b,c,d\ne,f,\"g,h", {"a"}, {"line 2 left out: unclosed quote in 2"}},
    {"a lone quote as a cell", "a,\",c,d\ne,f,g,h\n", {"e"}, {"line 1 left out: unclosed quote in 1"}},
    {"text after a quote", "a,\"b\"c,d,e\nf,g,h,i\n", {"f"}, {"line 1 left out: text after quote in 1"}},
    {"a space after a quote", "a,\"b\" ,c,d\nf,g,h,i\n", {"f"}, {"line 1 left out: text after quote in 1"}},
    {"quotes inside quotes, not doubled", "a,\"b \"c\" d\",e,f\ng,h,i,j\n", {"g"}, {"line 1 left out: text after quote in 1"}},
    {"a quote within a cell", "a,5\" pipe,c,d\ne,f,g,h\n", {"a", "e"}, {"line 1 kept: stray quote in 1"}},
    {"a quote behind a space", "a, \"b\",c,d\ne,f,g,h\n", {"a", "e"}, {"line 1 kept: stray quote in 1"}},
    {"several damages in one line", "a\"b,\"c\"d,e,f\"\ng,h,i,j\n", {"g"}, {"line 1 left out: stray quote in 0, text after quote in 1, stray quote in 3"}},
    {"too few cells", "a,b,c\nd,e,f,g\n", {"d"}, {"line 1 left out: cell count in 3"}},
    {"too many cells", "a,b,c,d,e\nd,e,f,g\n", {"d"}, {"line 1 left out: cell count in 4"}},
    {"one cell", "a\nd,e,f,g\n", {"d"}, {"line 1 left out: cell count in 1"}},
    {"a comma too many at the end", "a,b,c,d,\nd,e,f,g\n", {"d"}, {"line 1 left out: cell count in 4"}},
    {"a line break in a cell", "a,\"b\nc\",d,e\nf,g,h,i\n", {"a", "f"}, {"line 1 kept: line break in 1"}},
    {"line breaks in two cells", "a,\"b\nc\",\"d\n\",e\nf,g,h,i\n", {"a", "f"}, {"line 1 kept: line break in 1, line break in 2"}},
    {"a NUL", std::string("a,b\0c,d,e\nf,g,h,i\n", 18), {"f"}, {"line 1 left out: NUL in 1"}},
    {"bytes that are no UTF-8", "a,b,\xe9t\xe9,d\ne,f,g,h\n", {"e"}, {"line 1 left out: not UTF-8 in 2"}},
    {"half a letter at the end of a cell", "a,\xc3,c,d\n\xa9,f,g,h\ni,j,k,l\n", {"i"}, {"line 1 left out: not UTF-8 in 1", "line 2 left out: not UTF-8 in 0"}},
    {"a control character", "a,b\x01,c,d\ne,f,\t,h\n", {"a", "e"}, {"line 1 kept: control character in 1", "line 2 kept: control character in 2"}},
    {"a carriage return within a line", "a,b\rc,d,e\nf,g,h,i\n", {"a", "f"}, {"line 1 kept: control character in 1"}},
    {"damage and bad bytes", "a,\"b\"\xff,c,d\ne,f,g,h\n", {"e"}, {"line 1 left out: text after quote in 1, not UTF-8 in 1"}},
    {"bad bytes among good rows",
     "a,b,c,d\ne,\xff,g,h\ni,j,k,l\nm,n,o,\x02\nq,r,s,t\n",
     {"a", "i", "m", "q"},
     {"line 2 left out: not UTF-8 in 1", "line 4 kept: control character in 3"}},
    {"two unclosed quotes one after the other",
     "a,\"b,c,d\ne,\"f,g,h\ni,j,k,l\n",
     {"i"},
     {"line 1 left out: unclosed quote in 1", "line 2 left out: unclosed quote in 1"}},
    {"an unclosed quote before a row with quotes", "a,\"b,c,d\ne,\"f, f\",g,h\ni,j,k,l\n", {"e", "i"}, {"line 1 left out: unclosed quote in 1"}},
    {"an unclosed quote before a row with a stray quote",
     "a,\"b,c,d\ne,f\"f,g,h\ni,j,k,l\n",
     {"e", "i"},
     {"line 1 left out: unclosed quote in 1", "line 2 kept: stray quote in 1"}},
    {"an unclosed quote before a blank line", "a,\"b,c,d\n\n\ni,j,k,l\n", {"i"}, {"line 1 left out: unclosed quote in 1"}},
    {"an unclosed quote in a row that is too short", "a,\"b\nc,d,e,f\ng,h,i,j\n", {"c", "g"}, {"line 1 left out: unclosed quote in 1, cell count in 2"}},
};
INSTANTIATE_TEST_SUITE_P(Csv, BadCsv, testing::ValuesIn(damages));

// Whether DEL is told must not depend on what stands elsewhere in the chunk.
TEST(BadBytes, AreToldTheSameWhateverTheirNeighbours) {
  for (std::string_view odd : {"\x7f", "\x1f", "\x0b", "\xc2\x80"}) {
    auto const row = "a,b" + std::string(odd) + ",c,d\n";
    Read const alone(row, 4, csv::best_kernel()), beside(row + "e,f\x01,g,h\n", 4, csv::best_kernel());
    bool const told_beside = std::any_of(beside.batch.aside.begin(), beside.batch.aside.end(), [](csv::Aside const& a) { return a.line == 0; });
    EXPECT_EQ(!alone.batch.aside.empty(), told_beside) << static_cast<int>(static_cast<unsigned char>(odd[0]));
  }
}

// ── Nothing is swallowed ──

std::vector<std::string> good_rows(std::size_t count) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < count; ++i) {
    auto const n = std::to_string(i);
    rows.push_back(i % 3 == 0 ? "id-" + n + ",\"Smith, Jo\",x,y" : i % 3 == 1 ? "id-" + n + ",Ann,\"\",\"says \"\"hi\"\"\"" : "id-" + n + ",,,");
  }
  return rows;
}

std::string id_of(std::string const& row) { return row.substr(0, row.find(',')); }

std::string joined(std::vector<std::string> const& rows, std::string_view line_end, bool at_end) {
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) text += rows[i] + (i + 1 < rows.size() || at_end ? std::string(line_end) : "");
  return text;
}

TEST(UnclosedQuote, NeverSwallowsTheRowsBehindIt) {
  std::vector<std::string> const shapes = {
      "bad,\"b,c,d",
      "\"bad,b,c,d",
      "bad,b,c,\"d",
      "bad,\"b,\"c,d",
      "bad,\"b,\"c\",d",
      "bad,\"\"\"b,c,d",
      "bad,\"b\"\",c,d",
      "bad,\",c,d",
      "bad,b,c,\"",
      "\"",
      "\"\"\"",
      "bad,\"b",
      "bad,\"b,c,d,e,f,g,h",
      "\",,,",
      "bad,\"b\",\"c,d",
      "bad,b,\"c\"\",\"\"d",
      "bad,\"b \"c, d,e",
      "\"bad\",\"b,c,d",
      "bad,\"b,c,\"d\"",
      "bad,\"\"b,c,\"",
      "bad,\"\xe6\x9d\xb1,c,d",
  };
  auto const good = good_rows(9);
  for (auto const& shape : shapes)
    for (std::string_view line_end : {"\n", "\r\n"})
      for (bool const at_end : {true, false})
        for (std::size_t at = 0; at <= good.size(); ++at)
          for (std::size_t times : {1u, 2u, 3u}) {
            auto rows = good;
            rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), times, shape);
            for (auto const kernel : csv::usable_kernels()) {
              Read const read(joined(rows, line_end, at_end), 4, kernel);
              auto const ids = read.column(0);
              for (std::size_t i = 0; i < good.size(); ++i) {
                auto const found = std::find(ids.begin(), ids.end(), id_of(good[i]));
                ASSERT_NE(found, ids.end()) << good[i] << " is lost behind " << times << " × " << shape << " at " << at;
                ASSERT_EQ(read.lines()[static_cast<std::size_t>(found - ids.begin())], i + 1 + (i >= at ? times : 0)) << shape;
              }
            }
          }
}

TEST(UnclosedQuote, AnyQuoteTooManyOrTooFewCostsOneRowOnly) {
  std::mt19937 random(4);
  for (int turn = 0; turn < 4000; ++turn) {
    auto rows = good_rows(3 + random() % 8);
    auto const hit = random() % rows.size();
    auto& row = rows[hit];
    auto const quote = row.find('"', random() % row.size());
    if (random() % 2 == 0 && quote != std::string::npos) row.erase(quote, 1);
    else row.insert(random() % (row.size() + 1), 1, '"');
    Read const read(joined(rows, turn % 2 == 0 ? "\n" : "\r\n", turn % 3 != 0), 4, csv::best_kernel());
    auto const ids = read.column(0);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (i != hit) {
        ASSERT_TRUE(std::find(ids.begin(), ids.end(), id_of(rows[i])) != ids.end()) << rows[i] << " is lost; the damage is " << row;
      }
    ASSERT_LE(read.batch.rows, rows.size());
  }
}

TEST(UnclosedQuote, KeepsTheOtherCellsInTheirPlaces) {
  csv::Record record;
  csv::read_record("a,\"b,c,d", 0, 4, record);
  ASSERT_EQ(record.size(), 4u);
  EXPECT_EQ(csv::raw_cell("a,\"b,c,d", record, 2), "c");
  EXPECT_EQ(csv::raw_cell("a,\"b,c,d", record, 3), "d");
}

TEST(UnclosedQuote, NamesTheRecordThatItWouldHaveBeen) {
  Read const read("\"id-1\",\"b,c,d\nid-2,\"b\"x,c,d\n\"id-3,b,c,d\n", 4, csv::best_kernel());
  ASSERT_EQ(read.batch.aside.size(), 3u);
  EXPECT_EQ(read.batch.aside[0].first_cell, "id-1");
  EXPECT_EQ(read.batch.aside[1].first_cell, "id-2");
  EXPECT_EQ(read.batch.aside[2].first_cell, "id-3");
}

TEST(LongLines, AreLeftOutAndTheNextRowIsRead) {
  auto const row_of = [](std::size_t length) { return "long," + std::string(length - 9, 'x') + ",c,d"; };
  for (auto const kernel : csv::usable_kernels()) {
    Read const fits("a,b,c,d\n" + row_of(csv::max_line) + "\ne,f,g,h\n", 4, kernel);
    EXPECT_EQ(fits.column(0), (Cells{"a", "long", "e"}));
    EXPECT_TRUE(fits.batch.aside.empty());
    for (std::string_view behind : {"\ne,f,g,h\n", "\ne,f,g,h", "\n\"e\",f,g,h\n"}) {
      Read const too_long("a,b,c,d\n" + row_of(csv::max_line + 1) + std::string(behind), 4, kernel);
      EXPECT_EQ(too_long.column(0), (Cells{"a", "e"})) << behind;
      EXPECT_EQ(told(too_long.batch), (Cells{"line 2 left out: too long in 0"}));
      EXPECT_EQ(too_long.batch.aside[0].first_cell, "long");
      EXPECT_EQ(too_long.lines(), (std::vector<std::uint32_t>{1, 3}));
    }
    Read const at_end("a,b,c,d\n" + row_of(2 * csv::max_line), 4, kernel);
    EXPECT_EQ(at_end.column(0), (Cells{"a"}));
    EXPECT_EQ(told(at_end.batch), (Cells{"line 2 left out: too long in 0"}));
    Read const quoted("a,b,c,d\ne,\"" + std::string(csv::max_line, 'x') + ",c,d\nf,g,h,i\n", 4, kernel);
    EXPECT_EQ(quoted.column(0), (Cells{"a", "f"}));
  }
}

TEST(LineBreaks, AreOnlyBelievedWhereTheyMakeOneRow) {
  csv::Record record;
  auto const lines = [&](std::string_view text, std::uint32_t cells) {
    csv::read_record(text, 0, cells, record);
    return record.lines;
  };
  EXPECT_EQ(lines("a,\"b\nc\",d\n", 3), 2u);
  EXPECT_EQ(lines("a,\"b\nc\"\n", 3), 2u) << "one cell too few is still one record";
  EXPECT_EQ(lines("a,\"b,c\nd,\"e,f\n", 3), 1u) << "two records, each with a quote too many";
  EXPECT_EQ(lines("a,\"b,c\nd,e,f\ng\",h,i\n", 3), 1u) << "a line inside is a record of its own";
  EXPECT_EQ(lines("a,\"b\n\n\n\n", 3), 1u) << "never closed";
  std::string many = "a,\"";
  for (int i = 0; i < 5000; ++i) many += "line\n";
  EXPECT_EQ(lines(many + "\",c\n", 3), 1u) << "no cell is that long";
}

TEST(CarriageReturns, AloneAreNoLineEnds) {
  for (auto const kernel : csv::usable_kernels()) {
    Read const read("a,b,c,d\re,f,g,h\ri,j,k,l", 4, kernel);
    EXPECT_EQ(read.batch.rows, 0u);
    EXPECT_EQ(read.batch.lines, 1u);
    ASSERT_EQ(read.batch.aside.size(), 1u);
    EXPECT_FALSE(read.batch.aside[0].in_grid);
  }
}

}  // namespace
}  // namespace rollbook::test
