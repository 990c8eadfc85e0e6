// A row as the roster keeps it: normalised, references by key. Read from a delivery, or from the store; compared, shown, written.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "roster/chunk_reader.h"
#include "schema/stored_columns.h"
#include "sync/key_finder.h"
#include "sync/row_digest.h"

namespace rollbook {

// Cells are in the order of stored_columns(table). Buffers are reused from row to row.
class StoredRow {
 public:
  enum class Kind : std::uint8_t { Null, Number, Text };
  struct Cell {
    Kind kind = Kind::Null;
    std::uint32_t at = 0, size = 0;  // of a text, in bytes_
    std::int64_t number = 0;
  };

  std::uint64_t line = 0;  // of the delivery, the header being 1
  std::string modified;    // dateLastModified of a delta
  std::string metadata;    // metadata.* columns as a JSON object, names in order; "" when there are none

  void begin() { cells_.clear(), bytes_.clear(), modified.clear(), metadata.clear(), line = 0; }
  void add_null() { cells_.push_back({}); }
  void add_number(std::int64_t value) { cells_.push_back({Kind::Number, 0, 0, value}); }
  void add_text(std::string_view value) {
    cells_.push_back({Kind::Text, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(value.size()), 0});
    bytes_ += value;
  }

  std::size_t size() const { return cells_.size(); }
  Kind kind(std::size_t i) const { return cells_[i].kind; }
  bool is_null(std::size_t i) const { return cells_[i].kind == Kind::Null; }
  std::int64_t number(std::size_t i) const { return cells_[i].number; }
  std::string_view text(std::size_t i) const { return std::string_view(bytes_).substr(cells_[i].at, cells_[i].size); }

  bool same(std::size_t i, StoredRow const& other, std::size_t j) const {
    if (kind(i) != other.kind(j)) return false;
    return kind(i) == Kind::Null || (kind(i) == Kind::Number ? number(i) == other.number(j) : text(i) == other.text(j));
  }
  // Replaces one cell.
  void set_null(std::size_t i) { cells_[i] = {}; }
  void set_number(std::size_t i, std::int64_t value) { cells_[i] = {Kind::Number, 0, 0, value}; }
  void set_text(std::size_t i, std::string_view value) {
    cells_[i] = {Kind::Text, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(value.size()), 0};
    bytes_ += value;
  }

 private:
  std::vector<Cell> cells_;
  std::string bytes_;
};

// The keys in a cell of keys.
std::vector<std::uint32_t> keys_in(StoredRow const& row, std::size_t column, Stored as);

// A value as it is written: "true", "2026-08-17", a word as the specification spells it. Adds one cell; nothing for a reference.
void normalise(Field const& field, std::string_view cell, StoredRow& out);

// Reads rows of one table of a delivery.
class RowReader {
 public:
  RowReader(TableData const& data, KeyFinder const& keys);

  // Reads a row of the batch of chunk `chunk`.
  void read(std::uint32_t chunk, csv::Batch const& batch, std::uint32_t row, StoredRow& out);

  // Its sourcedId.
  std::string_view id(csv::Batch const& batch, std::uint32_t row);

 private:
  std::string_view cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column);

  struct Column {
    Field const* field;
    Stored as;
    std::int16_t at;
  };
  TableData const& data_;
  KeyFinder const& keys_;
  std::vector<Column> columns_;
  std::vector<std::pair<std::string, std::uint32_t>> metadata_;  // by name
  std::string unquoted_, piece_;
};

// Calls f(row of the delivery, reader, batch, row of the batch) for rows in ascending order. Those that cannot be read are passed over.
template <class F>
void for_rows(TableData const& data, std::vector<std::uint32_t> const& rows, KeyFinder const& keys, csv::Kernel kernel, F const& f) {
  if (rows.empty()) return;
  std::vector<csv::Place> places;
  places.reserve(rows.size());
  std::size_t chunk = 0;
  for (auto const row : rows) {
    while (data.first_row[chunk + 1] <= row) ++chunk;
    places.push_back(csv::Place::of(static_cast<std::uint32_t>(chunk), row - data.first_row[chunk]));
  }
  RowReader reader(data, keys);
  std::size_t i = 0;
  for_places(data, places, kernel, [&](csv::Place place, csv::Batch const& batch, std::uint32_t at, csv::Aside const*) {
    if (at != no_row) f(rows[i], place.chunk(), reader, batch, at);
    ++i;
  });
}

// Rows of a delivery, read when they are asked for. What changes in a night is read once, by all workers, and kept; what comes in a first load is
// read again each time.
class DeliveredRows {
 public:
  DeliveredRows(Roster const& roster, KeyFinder const& keys, unsigned workers) : roster_(roster), keys_(keys), workers_(workers) {}

  // Keeps these rows of a table (ascending), unless they are too many.
  void keep(TableId table, std::vector<std::uint32_t> const& rows);

  // Calls f(row, sourcedId, what it says) for rows in ascending order. Those that cannot be read are passed over.
  void each(TableId table, std::vector<std::uint32_t> const& rows, std::function<void(std::uint32_t, std::string_view, StoredRow const&)> const& f) const;
  // Their ids only.
  void each_id(TableId table, std::vector<std::uint32_t> const& rows, std::function<void(std::uint32_t, std::string_view)> const& f) const;

 private:
  struct Kept {
    std::uint32_t row;
    std::string id;
    StoredRow cells;
  };
  static constexpr std::size_t most_kept = 300'000;

  Roster const& roster_;
  KeyFinder const& keys_;
  unsigned workers_;
  std::size_t kept_rows_ = 0;
  std::array<std::vector<Kept>, table_count> kept_;  // ascending rows
};

// The metadata.* columns of a row, by name; and back.
std::string metadata_json(std::vector<std::pair<std::string, std::string>> const& columns);
std::vector<std::pair<std::string, std::string>> metadata_of(std::string_view json);

// Which columns a file has: fields by their places in the declaration, and names of metadata columns.
struct ColumnsOfFile {
  std::uint32_t fields = 0;
  std::set<std::string, std::less<>> metadata;
};

// The digest that compare_delivery took of this row, from what is stored of it; of those columns only. `hash_of_key` gives the hashed sourcedId of a record of
// the row's own table.
Digest digest_of(TableId table, StoredRow const& row, ColumnsOfFile const& of, RowHash& hash, std::function<std::uint64_t(std::uint32_t)> const& hash_of_key);

}  // namespace rollbook
