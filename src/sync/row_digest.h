// The digest of a row: what it says, whatever its spelling, with references by the key of the record they mean.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "diff/packed.h"
#include "roster/roster.h"

namespace rollbook {

// Keys of the rows of each table that the check can look up, by row; null for the others.
using KeysOfRows = std::array<std::vector<std::uint32_t> const*, table_count>;

class DigestTaker {
 public:
  DigestTaker(TableData const& data, KeysOfRows const& keys, std::uint64_t seed);

  Digest of(csv::Batch const& batch, Values const& values, std::uint32_t row);

 private:
  void put(char kind, std::uint32_t number);
  void put_number(std::int32_t value);
  void put_text(std::string_view text);
  void put_key(TableId table, std::int32_t row);
  void put_items(std::string_view list);
  std::string_view cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column);

  struct Column {
    Field const* field;  // null: metadata
    std::uint8_t index;
    std::uint32_t at;  // in the file
    std::string name;  // of metadata
  };
  std::vector<Column> columns_;
  TableId table_;
  bool bulk_;
  KeysOfRows const& keys_;
  std::uint64_t seed_;
  std::string bytes_, unquoted_;
};

}  // namespace rollbook
