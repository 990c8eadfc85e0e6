// Files read in chunks, by many at once and in any order, as if they had been read from front to back.
#include "roster/chunk_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

#include "csv/read_text.h"

namespace rollbook::test {
namespace {

// All rows of a file: first cell, line and record, and what stands aside.
struct Told {
  Cells rows, aside;
  std::uint64_t records = 0, lines = 0;
  friend bool operator==(Told const&, Told const&) = default;

  void add(csv::Batch const& batch) {
    std::string buffer;
    for (std::uint32_t row = 0; row < batch.rows; ++row)
      rows.push_back(std::string(csv::cell_value(batch.raw(row, 0), buffer)) + "|" +
                     std::string(csv::cell_value(batch.raw(row, batch.columns - 1), buffer).substr(0, 80)) + " at " +
                     std::to_string(lines + batch.row_line[row]) + " " + std::to_string(records + batch.row_record[row]));
    for (auto a : batch.aside) {
      a.line += static_cast<std::uint32_t>(lines);
      aside.push_back(told(a));
    }
    records += batch.records, lines += batch.lines;
  }
};

Told in_one_piece(std::string_view text, std::uint32_t columns) {
  Read const read(text, columns, csv::best_kernel());
  Told t;
  t.add(read.batch);
  return t;
}

bool copied(char const* bytes, std::size_t size, char* to) { return std::memcpy(to, bytes, size) != nullptr; }

// Each chunk by a thread of its own, started in the given order; the batches are put together afterwards.
Told by_threads(std::string_view text, std::uint32_t columns, std::vector<std::uint32_t> const& order, Fetch fetch) {
  Member const member{"users.csv", text};
  ChunkReader reader(member, 0, columns, csv::best_kernel(), {}, std::move(fetch));
  std::vector<ChunkScratch> scratch(reader.count());
  {
    std::vector<std::jthread> threads;
    for (auto const k : order) threads.emplace_back([&, k] { reader.read(k, scratch[k]); });
  }
  Told t;
  for (auto const& s : scratch) t.add(s.batch);
  return t;
}

std::vector<std::uint32_t> all_chunks(std::string_view text) {
  std::vector<std::uint32_t> order((text.size() + csv::chunk_bytes - 1) / csv::chunk_bytes);
  for (std::uint32_t k = 0; k < order.size(); ++k) order[k] = k;
  return order;
}

Told in_chunks(std::string_view text, std::uint32_t columns) {
  auto const mapped = by_threads(text, columns, all_chunks(text), {});
  EXPECT_TRUE(by_threads(text, columns, all_chunks(text), copied) == mapped) << "fetched or read where they lie";
  return mapped;
}

std::string sound_rows(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "id-" + std::to_string(i) + ",\"Smith, Jo\",x,note " + std::to_string(i % 7) + "\n";
  return text;
}

// Rows that are sound, damaged, blank, short, or go over lines.
std::string mixed_rows(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) {
    auto const id = "id-" + std::to_string(i);
    switch (random() % 12) {
      case 0:
        text += id + ",\"two\nlines\",x,y\n";
        break;
      case 1:
        text += id + ",\"un closed,x,y\n";
        break;
      case 2:
        text += id + ",too,few\n";
        break;
      case 3:
        text += "\n";
        break;
      case 4:
        text += id + ",\"text\"after,x,y\r\n";
        break;
      case 5:
        text += id + ",\xff,x,y\n";
        break;
      case 6:
        text += id + ",x,y,\"" + std::string(random() % 300, 'v') + "\n" + std::string(random() % 300, 'w') + "\"\n";
        break;
      default:
        text += id + ",Ann,\"\"," + std::string(random() % 60, 'z') + "\n";
    }
  }
  return text;
}

TEST(Chunks, ReadByManyInAnyOrderAreTheFile) {
  std::mt19937 random(6);
  for (unsigned seed = 0; seed < 6; ++seed) {
    auto const text = mixed_rows(5 * csv::chunk_bytes + 1000 * seed, seed);
    auto const whole = in_one_piece(text, 4);
    EXPECT_GT(whole.rows.size(), 10000u);
    auto order = all_chunks(text);
    for (int turn = 0; turn < 4; ++turn) {
      EXPECT_TRUE(by_threads(text, 4, order, turn % 2 == 0 ? Fetch{} : copied) == whole) << "seed " << seed << ", turn " << turn;
      std::shuffle(order.begin(), order.end(), random);
    }
  }
}

TEST(Chunks, MayEndAnywhereInACellThatGoesOverLines) {
  std::string const special = "special,\"first\nsecond, with commas\n\"\"third\"\"\",x,y\n";
  auto const filler = sound_rows(csv::chunk_bytes + 4096);
  auto const cut = filler.rfind('\n', csv::chunk_bytes - special.size() - 8) + 1;
  auto const behind = sound_rows(csv::chunk_bytes / 2);
  for (std::size_t more = 0; more <= special.size() + 16; ++more) {
    auto text = filler.substr(0, cut);
    auto const missing = csv::chunk_bytes - special.size() - 8 - cut + more;
    text.insert(text.size() - 1, missing, '+');  // moves the special row byte by byte over the boundary
    text += special + behind;
    auto const chunks = in_chunks(text, 4), whole = in_one_piece(text, 4);
    ASSERT_TRUE(chunks == whole) << more;
    ASSERT_EQ(whole.aside.size(), 1u);
  }
}

TEST(Chunks, MayEndAnywhereInADamagedRow) {
  for (std::string const special : {"special,\"never closed,x,y\n", "special,x,y\n", "\r\n", "special,\"text\"after,x,y\n"}) {
    auto const filler = sound_rows(csv::chunk_bytes);
    auto const cut = filler.rfind('\n', csv::chunk_bytes - 64) + 1;
    for (std::size_t more = 8; more <= 72; ++more) {
      auto text = filler.substr(0, cut);
      text.insert(text.size() - 1, more, '+');
      text += special + sound_rows(3000);
      ASSERT_TRUE(in_chunks(text, 4) == in_one_piece(text, 4)) << special << more;
    }
  }
}

TEST(Chunks, ThatHoldNoLineStartAreEmpty) {
  // One line over several chunks, too long to be read; the rows behind it are there.
  for (std::size_t const length : {csv::max_line - 100, csv::max_line + 1, 3 * csv::max_line}) {
    auto const text = "a,b,c,d\nlong," + std::string(length, 'x') + ",c,d\n" + sound_rows(1000);
    auto const whole = in_one_piece(text, 4);
    EXPECT_TRUE(in_chunks(text, 4) == whole) << length;
    EXPECT_EQ(whole.aside.size(), length > csv::max_line ? 1u : 0u);
  }
}

TEST(Chunks, OfACellOverManyLinesAndSeveralChunks) {
  std::string poem;
  for (int i = 0; i < 900; ++i) poem += std::string(1000, static_cast<char>('a' + i % 26)) + "\n";
  auto const text = sound_rows(1000) + "special,\"" + poem + "\",x,y\n" + sound_rows(1000);
  auto const whole = in_one_piece(text, 4);
  EXPECT_TRUE(in_chunks(text, 4) == whole);
  EXPECT_EQ(whole.aside.size(), 1u);
  EXPECT_NE(whole.aside[0].find("line break"), std::string::npos);
}

// A reader sees a little more than its chunk. Where its sight ends must not look like the end of a line.
TEST(Chunks, AreNotMisledByWhereTheirSightEnds) {
  auto text = sound_rows(csv::chunk_bytes - 200);
  text += std::string(csv::chunk_bytes - text.size() - 14, 'f') + ",f,f,f\n";
  text += "k,\"ab\n";
  text.insert(0, csv::chunk_bytes - text.size(), 'p');
  ASSERT_EQ(text.size(), csv::chunk_bytes);  // the first line of the record ends with the chunk
  text += std::string(csv::max_line - 1, 'y') + "\"tail\n" + sound_rows(1000);
  EXPECT_TRUE(in_chunks(text, 4) == in_one_piece(text, 4));
}

TEST(Chunks, EndWithTheFile) {
  for (std::size_t const size :
       {std::size_t{csv::chunk_bytes}, std::size_t{csv::chunk_bytes} * 2, std::size_t{csv::chunk_bytes} + 1, std::size_t{csv::chunk_bytes} - 1}) {
    auto text = sound_rows(size);
    text.resize(size);
    EXPECT_TRUE(in_chunks(text, 4) == in_one_piece(text, 4)) << size;
    text.back() = '\n';
    EXPECT_TRUE(in_chunks(text, 4) == in_one_piece(text, 4)) << size;
  }
  EXPECT_EQ(ChunkReader(Member{"users.csv", ""}, 0, 4, csv::best_kernel(), {}).count(), 0u);
  EXPECT_EQ(ChunkReader(Member{"users.csv", "a,b\n"}, 4, 2, csv::best_kernel(), {}).count(), 0u) << "a header alone";
}

TEST(Chunks, AreAnnouncedBeforeTheyAreRead) {
  auto const text = sound_rows(40 * csv::chunk_bytes);
  std::size_t announced = 0;
  auto const* reached = text.data();
  Member const member{"users.csv", text};
  ChunkReader reader(member, 0, 4, csv::best_kernel(), [&](char const* bytes, std::size_t size) {
    EXPECT_EQ(bytes, reached) << "in order, and nothing twice";
    reached = bytes + size;
    announced += size;
  });
  ChunkScratch scratch;
  for (std::uint32_t k = 0; k < reader.count(); ++k) {
    reader.read(k, scratch);
    EXPECT_GE(reached, text.data() + std::min<std::size_t>(text.size(), std::size_t{k + 1} * csv::chunk_bytes));
  }
  EXPECT_EQ(announced, text.size());
}

TEST(Places, AreLookedUpAgain) {
  auto const text = "sourcedId,a,b,c\n" + mixed_rows(3 * csv::chunk_bytes, 9);
  Member const member{"orgs.csv", text};
  TableData data;
  data.member = &member;
  data.first_record = text.find('\n') + 1;
  data.layout.columns.resize(4);
  ChunkReader reader(member, data.first_record, 4, csv::best_kernel(), {});
  std::vector<csv::Place> places;
  std::vector<std::string> ids;
  ChunkScratch scratch;
  for (std::uint32_t k = 0; k < reader.count(); ++k) {
    data.chunks.push_back(reader.read(k, scratch));
    for (std::uint32_t row = 0; row < scratch.batch.rows; row += 97)
      places.push_back(csv::Place::of(k, scratch.batch.row_record[row])), ids.emplace_back(scratch.batch.raw(row, 0));
  }
  std::size_t i = 0;
  for_places(data, places, csv::best_kernel(), [&](csv::Place place, csv::Batch const& batch, std::uint32_t row, csv::Aside const*) {
    ASSERT_EQ(place, places[i]);
    ASSERT_NE(row, no_row);
    EXPECT_EQ(batch.raw(row, 0), ids[i++]);
  });
  EXPECT_EQ(i, places.size());
}

}  // namespace
}  // namespace rollbook::test
