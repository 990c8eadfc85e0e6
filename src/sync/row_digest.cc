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

RowHash::RowHash(std::uint64_t seed) {
  auto const secret = [&](std::uint64_t number) {
    auto const hash = XXH3_128bits_withSeed(&number, sizeof number, seed);
    return Digest{hash.low64, hash.high64};
  };
  for (std::size_t i = 0; i < secret_.size(); ++i) secret_[i] = secret(i);
  stir_ = secret(secret_.size());
}

// Not digested: the id (it finds the row), status and dateLastModified (they say nothing of the record), secrets. An id that is a reference
// too, as that of demographics, is looked up nevertheless.
DigestTaker::DigestTaker(TableData const& data, Version version, KeyFinder const& finder, std::uint64_t seed, bool note_within)
    : table_(data.table->id), note_within_(note_within || data.mode == Mode::Delta), finder_(finder), hash_(seed) {
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

std::vector<DigestTaker::Taken> const& DigestTaker::of(csv::Batch const& batch, Values const& values, std::uint32_t number_of_chunk,
                                                       std::vector<std::uint8_t> const& wanted) {
  taken_.assign(batch.rows, {});
  if (table_ == TableId::Enrollments)
    for (auto* named : {&people, &classes}) named->assign(batch.rows, no_key);
  Chunk const chunk{batch, values, number_of_chunk, wanted};
  for (auto const& column : columns_) {
    if (cells::all_blank(batch, column.at)) continue;
    if (column.field == nullptr) {
      take_metadata(column, chunk);
      continue;
    }
    bool const within = column.field->refers_to == table_;
    switch (column.field->type) {
      case Type::Boolean:
      case Type::Date:
      case Type::Enum:
        take_values(column, chunk);
        break;
      case Type::Guid:
      case Type::Ref:
        within ? take_within(column, chunk) : take_reference(column, chunk);
        break;
      case Type::RefList:
        within ? take_within(column, chunk) : take_references(column, chunk);
        break;
      case Type::StringList:
      case Type::EnumList:
      case Type::TypedIds:
      case Type::Mapping:
        take_lists(column, chunk);
        break;
      default:
        take_texts(column, chunk);
    }
  }
  return taken_;
}

void DigestTaker::take_values(Column const& column, Chunk const& chunk) {
  auto const* values = chunk.values.column[column.index].data();
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view cell) {
    auto const value = values[row];
    if (value == blank) return;
    hash_.begin_field(column.index);
    if (has_value(value) && value != ext_word) hash_.number(value);
    else if (!cell.empty()) hash_.text(cell);
    hash_.end_field(taken_[row].digest);
  });
}

void DigestTaker::take_texts(Column const& column, Chunk const& chunk) {
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) return;
    hash_.begin_field(column.index);
    hash_.text(cell);
    hash_.end_field(taken_[row].digest);
  });
}

// Spaces around the items of a list, and items that are empty, say nothing.
void DigestTaker::take_lists(Column const& column, Chunk const& chunk) {
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view list) {
    if (list.empty()) return;
    hash_.begin_field(column.index);
    cells::for_items(list, [&](std::string_view item, bool) {
      if (!item.empty()) hash_.text(item);
    });
    hash_.end_field(taken_[row].digest);
  });
}

// A metadata column that is blank everywhere says as much as one that is not there.
void DigestTaker::take_metadata(Column const& column, Chunk const& chunk) {
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) return;
    hash_.begin_field(metadata_field);
    hash_.text(column.name);
    hash_.text(cell);
    hash_.end_field(taken_[row].digest);
  });
}

// The check knows the row that is meant, mostly. What it was not asked, or could not find, is looked up in what is stored.
void DigestTaker::take_reference(Column const& column, Chunk const& chunk) {
  auto const target = column.field->refers_to;
  auto const* values = chunk.values.column[column.index].data();
  auto const* keys = finder_.keys(target);
  auto* named = table_ != TableId::Enrollments ? nullptr : target == TableId::Users ? &people : target == TableId::Classes ? &classes : nullptr;
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view cell) {
    if (chunk.wanted[row] == 0) return;
    auto const value = values[row];
    if (value == blank && column.field->type == Type::Ref) return;
    auto key = has_value(value) && keys != nullptr ? (*keys)[static_cast<std::size_t>(value)] : no_key;
    if (key >= stranger_key) key = finder_.find(target, finder_.hash(cell));
    if (key == no_key && column.required) taken_[row].resolved = false, taken_[row].filtered |= has_value(value) && finder_.is_filtered(target, value);
    if (key == no_key || column.field->type != Type::Ref) return;  // an optional reference to nothing is dropped
    if (named != nullptr) (*named)[row] = key;
    hash_.begin_field(column.index);
    hash_.key(key);
    hash_.end_field(taken_[row].digest);
  });
}

void DigestTaker::take_references(Column const& column, Chunk const& chunk) {
  auto const target = column.field->refers_to;
  auto const& ends = chunk.values.item_ends[column.index];
  auto const& items = chunk.values.items[column.index];
  auto const* keys = finder_.keys(target);
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view list) {
    if (chunk.wanted[row] == 0 || list.empty()) return;
    auto const from = row == 0 ? 0 : ends[row - 1], to = ends[row];
    bool any = false;
    hash_.begin_field(column.index);
    auto const take = [&](std::uint32_t key) { hash_.key(key), any = true; };
    if (keys != nullptr && to - from == static_cast<std::uint32_t>(std::count(list.begin(), list.end(), ',')) + 1) {
      for (auto i = from; i < to; ++i)
        if (auto const key = (*keys)[static_cast<std::size_t>(items[i])]; key < stranger_key) take(key);
    } else {
      cells::for_items(list, [&](std::string_view item, bool) {
        if (item.empty()) return;
        if (auto const key = finder_.find(target, finder_.hash(item)); key != no_key) take(key);
      });
    }
    hash_.end_field(taken_[row].digest);
    if (any || !column.required) return;
    taken_[row].resolved = false;  // a list that must not be empty has become so
    for (auto i = from; i < to; ++i) taken_[row].filtered |= finder_.is_filtered(target, items[i]);
  });
}

// Taken for good until the table is complete.
void DigestTaker::take_within(Column const& column, Chunk const& chunk) {
  cells::for_each(chunk.batch, column.at, [&](std::uint32_t row, std::string_view cell) {
    if (chunk.wanted[row] == 0) return;
    auto const one = [&](std::string_view id) {
      if (id.empty()) return;
      auto const hash = finder_.hash(id);
      add(taken_[row].digest, share_of(column.index, hash));
      if (note_within_) within.push_back({hash, csv::Place::of(chunk.number, chunk.batch.row_record[row]), column.index});
    };
    if (column.field->type == Type::Ref) return one(cell);
    if (!cell.empty()) cells::for_items(cell, [&](std::string_view item, bool) { one(item); });
  });
}

}  // namespace rollbook
