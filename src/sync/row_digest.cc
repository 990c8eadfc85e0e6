#include "sync/row_digest.h"

#include <algorithm>

#include "base/hash.h"
#include "roster/cells.h"

namespace rollbook {

// Not digested: the id (it finds the row), status and dateLastModified (they say nothing of the record), secrets.
DigestTaker::DigestTaker(TableData const& data, KeysOfRows const& keys, std::uint64_t seed)
    : table_(data.table->id), bulk_(data.mode == Mode::Bulk), keys_(keys), seed_(seed) {
  for (std::uint8_t f = 3; f < data.table->fields.size(); ++f)
    if (data.layout.column_of[f] != no_column && data.table->fields[f].privacy != Privacy::Secret)
      columns_.push_back({&data.table->fields[f], f, static_cast<std::uint32_t>(data.layout.column_of[f]), {}});
  auto const declared = columns_.size();
  for (std::uint32_t at = 0; at < data.layout.columns.size(); ++at)
    if (data.layout.field_of[at] == no_field && data.layout.columns[at].starts_with("metadata.")) columns_.push_back({nullptr, 0, at, data.layout.columns[at]});
  std::sort(columns_.begin() + static_cast<std::ptrdiff_t>(declared), columns_.end(), [](Column const& a, Column const& b) { return a.name < b.name; });
}

Digest DigestTaker::of(csv::Batch const& batch, Values const& values, std::uint32_t row) {
  bytes_.clear();
  for (auto const& column : columns_) {
    if (column.field == nullptr) {
      auto const text = cell(batch, row, column.at);
      if (text.empty()) continue;  // a metadata column that is blank everywhere says as much as one that is not there
      bytes_ += '\xff';
      put_text(column.name);
      put_text(text);
      continue;
    }
    auto const before = bytes_.size();
    bytes_ += static_cast<char>(column.index);
    auto const& field = *column.field;
    switch (field.type) {
      case Type::Boolean:
      case Type::Date:
      case Type::Enum: {
        auto const value = values.column[column.index][row];
        if (value == blank) break;
        if (has_value(value) && value != ext_word) put_number(value);
        else put_text(cell(batch, row, column.at));
        break;
      }
      case Type::Ref: {
        auto const target = values.column[column.index][row];
        if (has_value(target)) put_key(field.refers_to, target);
        else if (target == not_asked) put_text(cell(batch, row, column.at));
        break;  // an optional reference to nothing is dropped
      }
      case Type::RefList: {
        auto const& ends = values.item_ends[column.index];
        bool const looked_up = bulk_ && field.refers_to != table_ && keys_[static_cast<std::size_t>(field.refers_to)] != nullptr;
        if (!looked_up) {
          put_items(cell(batch, row, column.at));
          break;
        }
        for (auto i = row == 0 ? 0 : ends[row - 1]; i < ends[row]; ++i) put_key(field.refers_to, values.items[column.index][i]);
        break;
      }
      case Type::StringList:
      case Type::EnumList:
      case Type::TypedIds:
      case Type::Mapping:
        put_items(cell(batch, row, column.at));
        break;
      default:
        if (auto const text = cell(batch, row, column.at); !text.empty()) put_text(text);
    }
    if (bytes_.size() == before + 1) bytes_.resize(before);  // blank
  }
  auto const hash = XXH3_128bits_withSeed(bytes_.data(), bytes_.size(), seed_);
  return {hash.low64, hash.high64};
}

void DigestTaker::put(char kind, std::uint32_t number) {
  char const five[] = {kind, static_cast<char>(number), static_cast<char>(number >> 8), static_cast<char>(number >> 16), static_cast<char>(number >> 24)};
  bytes_.append(five, sizeof five);
}

// Each value says what it is and how long, so that no two rows give the same bytes.
void DigestTaker::put_number(std::int32_t value) { put('n', static_cast<std::uint32_t>(value)); }
void DigestTaker::put_text(std::string_view text) {
  put('t', static_cast<std::uint32_t>(text.size()));
  bytes_ += text;
}
void DigestTaker::put_key(TableId table, std::int32_t row) {
  auto const* keys = keys_[static_cast<std::size_t>(table)];
  put('k', keys == nullptr ? no_key : (*keys)[static_cast<std::size_t>(row)]);
}

// Spaces around the items of a list, and items that are empty, say nothing.
void DigestTaker::put_items(std::string_view list) {
  cells::for_items(list, [&](std::string_view item, bool) {
    if (!item.empty()) put_text(item);
  });
}

std::string_view DigestTaker::cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column) {
  auto const raw = batch.raw(row, column);
  return raw.empty() || raw.front() != '"' ? raw : csv::cell_value(raw, unquoted_);
}

}  // namespace rollbook
