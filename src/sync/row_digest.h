// The digest of a row: what it says, whatever its spelling, with references by the key of the record they mean.
#pragma once

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

// The bytes that a digest is taken of. Each value says what it is and how long, so that no two rows give the same.
class DigestBytes {
 public:
  void clear() { bytes_.clear(); }
  std::size_t size() const { return bytes_.size(); }
  void cut(std::size_t size) { bytes_.resize(size); }
  void field(std::uint8_t index) { bytes_ += static_cast<char>(index); }
  void number(std::int32_t value) { put('n', static_cast<std::uint32_t>(value)); }
  void key(std::uint32_t key) { put('k', key); }
  void text(std::string_view text) {
    put('t', static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  Digest digest(std::uint64_t seed) const;

 private:
  void put(char kind, std::uint32_t number) {
    char const five[] = {kind, static_cast<char>(number), static_cast<char>(number >> 8), static_cast<char>(number >> 16), static_cast<char>(number >> 24)};
    bytes_.append(five, sizeof five);
  }
  std::string bytes_;
};

class DigestTaker {
 public:
  // `note_within`: also of a full file references within the table are noted, because some of its rows may be left aside.
  DigestTaker(TableData const& data, Version version, KeyFinder const& finder, std::uint64_t seed, bool note_within);

  struct Taken {
    Digest digest;
    bool resolved = true;   // false: a reference that it needs means nothing that will live
    bool filtered = false;  // because what it means is a good row that the source's filter leaves out
  };
  Taken of(csv::Batch const& batch, Values const& values, std::uint32_t number_of_chunk, std::uint32_t row);

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
  void put_reference(Column const& column, csv::Batch const& batch, Values const& values, std::uint32_t row, Taken& taken);
  void put_references(Column const& column, csv::Batch const& batch, Values const& values, std::uint32_t row, Taken& taken);
  void put_within(Column const& column, std::string_view cell, csv::Place place, Taken& taken);
  std::string_view cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column);

  std::vector<Column> columns_;
  TableId table_;
  bool note_within_;
  KeyFinder const& finder_;
  std::uint64_t seed_;
  DigestBytes bytes_;
  std::string unquoted_;
};

}  // namespace rollbook
