// The digest of a row: what it says, whatever its spelling, with references by the key of the record they mean.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "diff/packed.h"
#include "roster/roster.h"
#include "sync/key_finder.h"

namespace rollbook {

// The share of a reference within its own table, by the hash of the id it names: keys of the table are not known while it is read.
Digest share_of(std::uint8_t field, std::uint64_t id);
inline void add(Digest& digest, Digest share) { digest.low += share.low, digest.high += share.high; }
inline void take_away(Digest& digest, Digest share) { digest.low -= share.low, digest.high -= share.high; }

// The digest of a row as it is being taken: the sum of what its fields say, each stirred with secrets of its own field, so that their order does
// not matter and a blank one is as good as none. What a field says are numbers, keys and texts in their order, each with its kind and length. The
// stirring is multiplication to 128 bits, both halves folded: two a word of 16 bytes, and nothing is copied. Whoever does not know the seed cannot make
// two rows that give the same.
class RowHash {
 public:
  explicit RowHash(std::uint64_t seed);

  void begin_field(std::uint8_t index) { now_ = secret_[index], any_ = false; }
  void number(std::int32_t value) { step(static_cast<std::uint32_t>(value), 'n'); }
  void key(std::uint32_t key) { step(key, 'k'); }
  void text(std::string_view text) {
    auto const* at = text.data();
    auto left = text.size();
    now_.low += left * 0x9e3779b97f4a7c15;
    now_.high ^= left;
    for (; left > 16; at += 16, left -= 16) step(word(at, 8), word(at + 8, 8));
    if (left <= 8) step(word(at, left), 0);
    else step(word(at, 8), word(at + 8, left - 8));
  }
  // Adds the field to the row, unless it is blank.
  void end_field(Digest& row) const {
    if (any_) row.low += now_.low, row.high += now_.high;
  }

 private:
  // Up to eight bytes as a number, zeros behind them. Two loads that overlap say the same where they do.
  static std::uint64_t word(char const* at, std::size_t size) {
    std::uint64_t eight = 0;
    std::uint32_t first = 0, last = 0;
    if (size == 8) return std::memcpy(&eight, at, 8), eight;
    if (size >= 4) {
      std::memcpy(&first, at, 4), std::memcpy(&last, at + size - 4, 4);
      return first | std::uint64_t{last} << (8 * (size - 4));
    }
    if (size == 0) return 0;
    auto const byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i); };
    return byte(0) | byte(size / 2) | byte(size - 1);
  }
  static std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    auto const product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  void step(std::uint64_t a, std::uint64_t b) {
    any_ = true;
    now_ = {folded(now_.low ^ a, stir_.low ^ b), folded(now_.high ^ b, stir_.high ^ a)};
  }

  std::array<Digest, 256> secret_;  // by field
  Digest stir_, now_;
  bool any_ = false;
};

inline constexpr std::uint8_t metadata_field = 0xff;

class DigestTaker {
 public:
  // `note_within`: also of a full file references within the table are noted, because some of its rows may be left aside.
  DigestTaker(TableData const& data, Version version, KeyFinder const& finder, std::uint64_t seed, bool note_within);

  struct Taken {
    Digest digest;
    bool resolved = true;   // false: a reference that it needs means nothing that will live
    bool filtered = false;  // because what it means is a good row that the source's filter leaves out
  };
  // Of the rows of a batch that are `wanted`; nothing is known of the others. Column by column: each kind of cell is a loop of its own.
  std::vector<Taken> const& of(csv::Batch const& batch, Values const& values, std::uint32_t number_of_chunk, std::vector<std::uint8_t> const& wanted);

  // Of enrollments: the person and the class of each wanted row, no_key where there is none. Of the last batch.
  std::vector<std::uint32_t> people, classes;

  // Of a delta, or when asked for: references within the table, to be looked up when all of it is known.
  std::vector<Pending> within;

 private:
  struct Column {
    Field const* field;  // null: metadata
    std::uint8_t index;
    bool required;
    std::uint32_t at;  // in the file
    std::string name;  // of metadata
  };
  struct Chunk {
    csv::Batch const& batch;
    Values const& values;
    std::uint32_t number;
    std::vector<std::uint8_t> const& wanted;
  };
  void take_values(Column const& column, Chunk const& chunk);
  void take_lists(Column const& column, Chunk const& chunk);
  void take_texts(Column const& column, Chunk const& chunk);
  void take_metadata(Column const& column, Chunk const& chunk);
  void take_reference(Column const& column, Chunk const& chunk);
  void take_references(Column const& column, Chunk const& chunk);
  void take_within(Column const& column, Chunk const& chunk);

  std::vector<Column> columns_;
  TableId table_;
  bool note_within_;
  KeyFinder const& finder_;
  RowHash hash_;
  std::vector<Taken> taken_;  // by row of the batch
};

}  // namespace rollbook
