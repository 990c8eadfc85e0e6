// One algorithm, several kernels: whatever the bytes are and wherever they stand, all kernels must say the same.
#include <gtest/gtest.h>

#include "csv/stretch.h"
#include "csv/utf8.h"
#include "read_text.h"

namespace rollbook::test {
namespace {

struct Scanned {
  std::uint32_t stopped;
  std::vector<std::uint32_t> cell_ends, row_ends;
  bool escaped_quote, non_ascii, control, beyond_ids;
  friend bool operator==(Scanned const&, Scanned const&) = default;
};

Scanned scanned(csv::Kernel kernel, std::string_view text, std::uint32_t from) {
  csv::Structure out;
  out.reserve_for(text.size());
  auto const to = static_cast<std::uint32_t>(text.size());
  auto const stopped = csv::scan(kernel, text.data(), from, to, out);
  return {stopped,
          {out.cell_ends.begin(), out.cell_ends.begin() + out.cells},
          {out.row_ends.begin(), out.row_ends.begin() + out.rows},
          out.seen.escaped_quote,
          out.seen.non_ascii,
          out.seen.control,
          out.seen.beyond_ids};
}

// The structure of plain lines, byte by byte; empty when a quote or a control character makes it difficult.
std::vector<std::uint32_t> ends_of_plain(std::string_view text) {
  std::vector<std::uint32_t> ends;
  for (std::uint32_t i = 0; i < text.size(); ++i)
    if (text[i] == ',' || text[i] == '\n') ends.push_back(i);
  if (!text.empty() && text.back() != '\n') ends.push_back(static_cast<std::uint32_t>(text.size()));
  return ends;
}

TEST(Kernels, TheScalarOneIsAlwaysThere) {
  auto const usable = csv::usable_kernels();
  EXPECT_EQ(usable.front(), csv::Kernel::Scalar);
  EXPECT_EQ(usable.back(), csv::best_kernel());
}

TEST(Kernels, AgreeOnRandomBytes) {
  std::mt19937 random(1);
  for (int turn = 0; turn < 3000; ++turn) {
    Readable const readable(troublesome_bytes(random, random() % 400), static_cast<char>(random() % 256));
    auto const usual = scanned(csv::Kernel::Scalar, readable.text(), 0);
    for (auto const kernel : csv::usable_kernels())
      ASSERT_EQ(scanned(kernel, readable.text(), 0), usual) << "turn " << turn << ", kernel " << static_cast<int>(kernel);
  }
}

TEST(Kernels, AgreeAtEveryPlaceOfABlockAndOfMemory) {
  constexpr std::string_view rows = "e-1,\"Smith, \"\"Jo\"\"\",x,y\r\ne-2,,,\n\"a\",\"\",b,\"c\"\n\xc3\xa9,\x01,\"q\" ,z\nlast,line,without,end";
  for (std::uint32_t before = 0; before < 130; ++before) {  // bytes of the line in front: moves every byte through every place of a block
    auto const text = std::string(before, 'x') + "\n" + std::string(rows);
    for (std::uint32_t moved : {0u, 1u, 7u, 31u, 63u}) {  // the start in memory
      Readable const readable(std::string(moved, '"') + text);
      auto const usual = scanned(csv::Kernel::Scalar, readable.text(), moved);
      for (auto const kernel : csv::usable_kernels())
        ASSERT_EQ(scanned(kernel, readable.text(), moved), usual) << before << " bytes before, moved by " << moved;
    }
  }
}

TEST(Kernels, FindEveryCommaAndLineEndOfPlainText) {
  std::mt19937 random(2);
  for (int turn = 0; turn < 500; ++turn) {
    std::string text;
    while (text.size() < 200 + random() % 100) text += random() % 8 == 0 ? '\n' : random() % 3 == 0 ? ',' : static_cast<char>('a' + random() % 26);
    Readable const readable(text);
    for (auto const kernel : csv::usable_kernels()) {
      auto const found = scanned(kernel, readable.text(), 0);
      ASSERT_EQ(found.stopped, text.size());
      ASSERT_EQ(found.cell_ends, ends_of_plain(text));
      ASSERT_EQ(found.row_ends.back(), found.cell_ends.size());
      EXPECT_FALSE(found.escaped_quote || found.non_ascii || found.control || found.beyond_ids);
    }
  }
}

TEST(Kernels, NoticeASingleOddByteWhereverItStands) {
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text(199, 'a');
    text.insert(at, 1, '?');
    text += '\n';
    auto const with = [&](std::string_view odd) {
      auto changed = text;
      changed.replace(at, 1, odd);
      return Readable(changed);
    };
    auto const control = with("\x02"), letter = with("\xc3\xa9"), space = with(" "), carriage = with("\rx"), line_end = with("b");
    for (auto const kernel : csv::usable_kernels()) {
      EXPECT_TRUE(scanned(kernel, control.text(), 0).control) << at;
      EXPECT_TRUE(scanned(kernel, letter.text(), 0).non_ascii) << at;
      EXPECT_TRUE(scanned(kernel, space.text(), 0).beyond_ids) << at;
      EXPECT_TRUE(scanned(kernel, carriage.text(), 0).control) << at;
      auto const plain = scanned(kernel, line_end.text(), 0);
      EXPECT_FALSE(plain.control || plain.non_ascii || plain.beyond_ids) << at;
    }
  }
}

TEST(Kernels, StopAtTheLineWhoseQuotesDoNotAddUp) {
  for (std::size_t before = 0; before < 140; ++before) {
    auto const good = std::string(before, 'x') + ",\"y\"\n";
    for (std::string_view bad : {"a,b\"c\n", "a,\"b\n", "a,\"b\"c\n", "\"\"\"\n", "a,\"b\" ,c\n"}) {
      Readable const readable(good + std::string(bad) + "d,e\n");
      for (auto const kernel : csv::usable_kernels()) {
        auto const found = scanned(kernel, readable.text(), 0);
        ASSERT_EQ(found.stopped, good.size()) << before << " " << bad;
        ASSERT_EQ(found.row_ends, std::vector<std::uint32_t>{2});
        ASSERT_EQ(found.cell_ends.size(), 2u);
      }
    }
  }
}

// The same, told from its description.
csv::Stretch stretch_slowly(std::string_view a, std::string_view b) {
  csv::Stretch stretch;
  bool at_start = true, quoted = false, only_carriage = false;
  for (std::uint64_t i = 0, lines = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) {
    quoted ^= a[i] == '"';
    if (a[i] == '\n') {
      stretch.plain &= !at_start && !only_carriage && !quoted;
      stretch.bytes = i + 1, stretch.lines = ++lines;
    }
    stretch.plain &= !(a[i] == ',' && at_start);
    only_carriage = at_start && a[i] == '\r';
    at_start = a[i] == '\n';
  }
  return stretch;
}

TEST(SameStretch, EndsBehindTheLastCommonLine) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "id-" + std::to_string(i) + ",name " + std::to_string(i * i) + (i % 3 == 0 ? "\r\n" : "\n");
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto other = text;
    other[at] ^= 2;
    auto const usual = stretch_slowly(text, other);
    ASSERT_TRUE(usual.plain || text[at] != '\n');
    for (auto const kernel : csv::usable_kernels()) {
      auto const found = csv::same_stretch(kernel, text.data(), other.data(), text.size());
      ASSERT_EQ(found.plain, usual.plain) << at;
      ASSERT_EQ(found.bytes, usual.bytes) << at;
      ASSERT_EQ(found.lines, usual.lines) << at;
    }
  }
}

TEST(SameStretch, OfEqualTextsIsAllOfTheirLines) {
  std::string const text = "a,b\nc,\"d, e\"\nf,g";
  for (auto const kernel : csv::usable_kernels()) {
    auto const found = csv::same_stretch(kernel, text.data(), text.data(), text.size());
    EXPECT_TRUE(found.plain);
    EXPECT_EQ(found.bytes, text.size() - 3);
    EXPECT_EQ(found.lines, 2u);
  }
}

TEST(SameStretch, IsNotPlainWhereLinesAreNotRows) {
  auto const plain = [](csv::Kernel kernel, std::string const& text) { return csv::same_stretch(kernel, text.data(), text.data(), text.size()).plain; };
  for (std::size_t before = 0; before < 140; ++before) {
    auto const first = std::string(before + 1, 'x') + ",y\n";
    for (auto const kernel : csv::usable_kernels()) {
      EXPECT_FALSE(plain(kernel, first + "\nz,y\n")) << "a blank line";
      EXPECT_FALSE(plain(kernel, first + "\r\nz,y\n")) << "a blank line with CRLF, " << before;
      EXPECT_FALSE(plain(kernel, first + ",y\n")) << "no first cell";
      EXPECT_FALSE(plain(kernel, first + "z,\"a\nb\"\n")) << "a line break in a cell";
      EXPECT_TRUE(plain(kernel, first + "z,\"a,b\"\n"));
    }
  }
}

TEST(SameStretch, KernelsAgreeOnRandomBytes) {
  std::mt19937 random(3);
  for (int turn = 0; turn < 3000; ++turn) {
    auto const text = troublesome_bytes(random, 1 + random() % 300, 4);
    auto other = text;
    if (random() % 8 != 0) other[random() % other.size()] ^= 1;
    auto const usual = stretch_slowly(text, other);
    for (auto const kernel : csv::usable_kernels()) {
      auto const found = csv::same_stretch(kernel, text.data(), other.data(), text.size());
      ASSERT_EQ(found.plain, usual.plain) << turn;
      if (!usual.plain) continue;
      ASSERT_EQ(found.bytes, usual.bytes) << turn;
      ASSERT_EQ(found.lines, usual.lines) << turn;
    }
  }
}

}  // namespace
}  // namespace rollbook::test
