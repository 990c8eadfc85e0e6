#include "sync/row_digest.h"

#include <algorithm>

#include "base/hash.h"
#include "roster/cells.h"

namespace rollbook {

Digest share_of(std::uint8_t field, std::uint64_t id) {
  auto const stirred = [](std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  };
  auto const low = stirred(id + 0x9e3779b97f4a7c15 * (field + 1u));
  return {low, stirred(low + id)};
}

Digest DigestBytes::digest(std::uint64_t seed) const {
  auto const hash = XXH3_128bits_withSeed(bytes_.data(), bytes_.size(), seed);
  return {hash.low64, hash.high64};
}

// Not digested: the id (it finds the row), status and dateLastModified (they say nothing of the record), secrets. An id that is a reference
// too, as that of demographics, is looked up nevertheless.
DigestTaker::DigestTaker(TableData const& data, Version version, KeyFinder const& finder, std::uint64_t seed, bool note_within)
    : table_(data.table->id), note_within_(note_within || data.mode == Mode::Delta), finder_(finder), seed_(seed) {
  for (std::uint8_t f = 0; f < data.table->fields.size(); ++f) {
    auto const& field = data.table->fields[f];
    bool const plain = f < 3 && field.refers_to == TableId::None;
    if (!plain && data.layout.column_of[f] != no_column && field.privacy != Privacy::Secret)
      columns_.push_back({&field, f, is_required(field.need, version), static_cast<std::uint32_t>(data.layout.column_of[f]), {}});
  }
  auto const declared = columns_.size();
  for (std::uint32_t at = 0; at < data.layout.columns.size(); ++at)
    if (data.layout.field_of[at] == no_field && data.layout.columns[at].starts_with("metadata."))
      columns_.push_back({nullptr, 0, false, at, data.layout.columns[at]});
  std::sort(columns_.begin() + static_cast<std::ptrdiff_t>(declared), columns_.end(), [](Column const& a, Column const& b) { return a.name < b.name; });
}

DigestTaker::Taken DigestTaker::of(csv::Batch const& batch, Values const& values, std::uint32_t number_of_chunk, std::uint32_t row) {
  bytes_.clear();
  Taken taken;
  for (auto const& column : columns_) {
    if (column.field == nullptr) {
      auto const text = cell(batch, row, column.at);
      if (text.empty()) continue;  // a metadata column that is blank everywhere says as much as one that is not there
      bytes_.field(0xff);
      bytes_.text(column.name);
      bytes_.text(text);
      continue;
    }
    auto const before = bytes_.size();
    bytes_.field(column.index);
    auto const& field = *column.field;
    switch (field.type) {
      case Type::Boolean:
      case Type::Date:
      case Type::Enum: {
        auto const value = values.column[column.index][row];
        if (value == blank) break;
        if (has_value(value) && value != ext_word) bytes_.number(value);
        else bytes_.text(cell(batch, row, column.at));
        break;
      }
      case Type::Guid:
      case Type::Ref:
        if (values.column[column.index][row] == blank && field.type == Type::Ref) break;
        if (field.refers_to == table_) put_within(column, cell(batch, row, column.at), csv::Place::of(number_of_chunk, batch.row_record[row]), taken);
        else put_reference(column, batch, values, row, taken);
        break;
      case Type::RefList:
        if (field.refers_to == table_) put_within(column, cell(batch, row, column.at), csv::Place::of(number_of_chunk, batch.row_record[row]), taken);
        else put_references(column, batch, values, row, taken);
        break;
      case Type::StringList:
      case Type::EnumList:
      case Type::TypedIds:
      case Type::Mapping:
        // Spaces around the items of a list, and items that are empty, say nothing.
        if (auto const list = cell(batch, row, column.at); !list.empty())
          cells::for_items(list, [&](std::string_view item, bool) {
            if (!item.empty()) bytes_.text(item);
          });
        break;
      default:
        if (auto const text = cell(batch, row, column.at); !text.empty()) bytes_.text(text);
    }
    if (bytes_.size() == before + 1) bytes_.cut(before);  // blank
  }
  auto const own = bytes_.digest(seed_);
  add(taken.digest, own);
  return taken;
}

// The check knows the row that is meant, mostly. What it was not asked, or could not find, is looked up in what is stored.
void DigestTaker::put_reference(Column const& column, csv::Batch const& batch, Values const& values, std::uint32_t row, Taken& taken) {
  auto const value = values.column[column.index][row];
  auto const target = column.field->refers_to;
  auto key = has_value(value) && finder_.keys(target) != nullptr ? (*finder_.keys(target))[static_cast<std::size_t>(value)] : no_key;
  if (key >= stranger_key) key = finder_.find(target, finder_.hash(cell(batch, row, column.at)));
  if (key == no_key && column.required) taken.resolved = false, taken.filtered |= has_value(value);
  if (key == no_key) return;  // an optional reference to nothing is dropped
  if (column.field->type == Type::Ref) bytes_.key(key);
}

void DigestTaker::put_references(Column const& column, csv::Batch const& batch, Values const& values, std::uint32_t row, Taken& taken) {
  auto const list = cell(batch, row, column.at);
  if (list.empty()) return;
  auto const target = column.field->refers_to;
  auto const& ends = values.item_ends[column.index];
  auto const from = row == 0 ? 0 : ends[row - 1], to = ends[row];
  auto const before = bytes_.size();
  auto const* keys = finder_.keys(target);
  if (keys != nullptr && to - from == static_cast<std::uint32_t>(std::count(list.begin(), list.end(), ',')) + 1) {
    for (auto i = from; i < to; ++i)
      if (auto const key = (*keys)[static_cast<std::size_t>(values.items[column.index][i])]; key < stranger_key) bytes_.key(key);
  } else {
    cells::for_items(list, [&](std::string_view item, bool) {
      if (item.empty()) return;
      if (auto const key = finder_.find(target, finder_.hash(item)); key != no_key) bytes_.key(key);
    });
  }
  if (bytes_.size() == before && column.required) taken.resolved = false, taken.filtered |= to > from;  // a list that must not be empty has become so
}

// Taken for good until the table is complete.
void DigestTaker::put_within(Column const& column, std::string_view cell, csv::Place place, Taken& taken) {
  auto const one = [&](std::string_view id) {
    if (id.empty()) return;
    auto const hash = finder_.hash(id);
    add(taken.digest, share_of(column.index, hash));
    if (note_within_) within.push_back({hash, place, column.index});
  };
  if (column.field->type == Type::Ref) return one(cell);
  if (!cell.empty()) cells::for_items(cell, [&](std::string_view item, bool) { one(item); });
}

std::string_view DigestTaker::cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column) {
  auto const raw = batch.raw(row, column);
  return raw.empty() || raw.front() != '"' ? raw : csv::cell_value(raw, unquoted_);
}

}  // namespace rollbook
