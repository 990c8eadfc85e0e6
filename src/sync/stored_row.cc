#include "sync/stored_row.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/workers.h"
#include "roster/cells.h"
#include "sync/each_key.h"

namespace rollbook {
std::vector<std::uint32_t> keys_in(StoredRow const& row, std::size_t column, Stored as) {
  std::vector<std::uint32_t> keys;
  each_key(row, column, as, [&](std::uint32_t key) { keys.push_back(key); });
  return keys;
}

void normalise(Field const& field, std::string_view cell, StoredRow& out) {
  if (cell.empty()) return out.add_null();
  switch (field.type) {
    case Type::Boolean:
      return out.add_number(cells::same_folded(cell, "true") ? 1 : 0);
    case Type::Date:
      return out.add_number(read_date(cell).value);
    case Type::Enum:
      for (auto const word : field.words->words)
        if (cells::same_folded(word, cell)) return out.add_text(word);
      return out.add_text(cell);
    case Type::StringList:
    case Type::EnumList:
    case Type::TypedIds:
    case Type::Mapping: {
      std::string list;
      cells::for_items(cell, [&](std::string_view item, bool) {
        if (!item.empty()) list.append(list.empty() ? "" : ",").append(item);
      });
      return list.empty() ? out.add_null() : out.add_text(list);
    }
    default:
      return out.add_text(cell);
  }
}

RowReader::RowReader(TableData const& data, KeyFinder const& keys) : data_(data), keys_(keys) {
  for (auto const& column : stored_columns(data.table->id))
    columns_.push_back({&data.table->fields[column.field], column.as, data.layout.column_of[column.field]});
  for (std::uint32_t at = 0; at < data.layout.columns.size(); ++at)
    if (data.layout.field_of[at] == no_field && data.layout.columns[at].starts_with("metadata.")) metadata_.emplace_back(data.layout.columns[at], at);
  std::sort(metadata_.begin(), metadata_.end());
}

std::string_view RowReader::cell(csv::Batch const& batch, std::uint32_t row, std::uint32_t column) {
  auto const raw = batch.raw(row, column);
  return raw.empty() || raw.front() != '"' ? raw : csv::cell_value(raw, unquoted_);
}

std::string_view RowReader::id(csv::Batch const& batch, std::uint32_t row) { return cell(batch, row, static_cast<std::uint32_t>(data_.layout.column_of[0])); }

void RowReader::read(std::uint32_t chunk, csv::Batch const& batch, std::uint32_t row, StoredRow& out) {
  out.begin();
  out.line = data_.chunks[chunk].first_line + batch.row_line[row] + 1;
  for (auto const& [field, as, at] : columns_) {
    auto const text = at == no_column ? std::string_view() : cell(batch, row, static_cast<std::uint32_t>(at));
    if (text.empty()) {
      out.add_null();
    } else if (as == Stored::Key) {
      auto const key = keys_.find(field->refers_to, keys_.hash(text));
      if (key == no_key) out.add_null();
      else out.add_number(key);
    } else if (as == Stored::Keys) {
      piece_.clear();
      cells::for_items(text, [&, table = field->refers_to](std::string_view item, bool) {
        if (item.empty()) return;
        auto const key = keys_.find(table, keys_.hash(item));
        if (key == no_key) return;
        char digits[12];
        if (!piece_.empty()) piece_ += ' ';
        piece_.append(digits, std::to_chars(digits, digits + sizeof digits, key).ptr);
      });
      if (piece_.empty()) out.add_null();
      else out.add_text(piece_);
    } else {
      normalise(*field, text, out);
    }
  }
  if (auto const at = data_.layout.column_of[2]; at != no_column) out.modified = cell(batch, row, static_cast<std::uint32_t>(at));
  if (metadata_.empty()) return;
  std::vector<std::pair<std::string, std::string>> values;
  for (auto const& [name, at] : metadata_)
    if (auto const text = cell(batch, row, at); !text.empty()) values.emplace_back(name, text);
  out.metadata = metadata_json(values);
}

void DeliveredRows::keep(TableId table, std::vector<std::uint32_t> const& rows) {
  if (rows.empty() || kept_rows_ + rows.size() > most_kept) return;
  kept_rows_ += rows.size();
  auto const& data = roster_[table];
  // Each worker takes a stretch of the file; chunks are not shared.
  std::vector<std::vector<std::uint32_t>> stretches(1);
  auto const enough = rows.size() / std::max(1u, workers_) + 1;
  std::size_t chunk = 0;
  for (auto const row : rows) {
    bool const new_chunk = data.first_row[chunk + 1] <= row;
    while (data.first_row[chunk + 1] <= row) ++chunk;
    if (new_chunk && stretches.back().size() >= enough) stretches.emplace_back();
    stretches.back().push_back(row);
  }
  std::vector<std::vector<Kept>> read(stretches.size());
  run_workers(static_cast<unsigned>(stretches.size()), [&](unsigned w) {
    read[w].reserve(stretches[w].size());
    for_rows(data, stretches[w], keys_, csv::best_kernel(),
             [&](std::uint32_t row, std::uint32_t number, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
               auto& kept = read[w].emplace_back();
               kept.row = row;
               kept.id = reader.id(batch, at);
               reader.read(number, batch, at, kept.cells);
             });
  });
  auto& all = kept_[static_cast<std::size_t>(table)];
  all.reserve(rows.size());
  for (auto& part : read) std::move(part.begin(), part.end(), std::back_inserter(all));
}

void DeliveredRows::each_id(TableId table, std::vector<std::uint32_t> const& rows, std::function<void(std::uint32_t, std::string_view)> const& f) const {
  if (!kept_[static_cast<std::size_t>(table)].empty()) return each(table, rows, [&](std::uint32_t row, std::string_view id, StoredRow const&) { f(row, id); });
  for_rows(roster_[table], rows, keys_, csv::best_kernel(),
           [&](std::uint32_t row, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) { f(row, reader.id(batch, at)); });
}

void DeliveredRows::each(TableId table, std::vector<std::uint32_t> const& rows,
                         std::function<void(std::uint32_t, std::string_view, StoredRow const&)> const& f) const {
  auto const& kept = kept_[static_cast<std::size_t>(table)];
  if (!kept.empty()) {
    auto at = kept.begin();
    for (auto const row : rows) {
      at = std::lower_bound(at, kept.end(), row, [](Kept const& k, std::uint32_t r) { return k.row < r; });
      if (at != kept.end() && at->row == row) f(row, at->id, at->cells);
    }
    return;
  }
  StoredRow cells;
  std::string id;
  for_rows(roster_[table], rows, keys_, csv::best_kernel(),
           [&](std::uint32_t row, std::uint32_t chunk, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
             id = reader.id(batch, at);
             reader.read(chunk, batch, at, cells);
             f(row, id, cells);
           });
}

std::string metadata_json(std::vector<std::pair<std::string, std::string>> const& columns) {
  std::string json;
  for (auto const& [name, value] : columns) {
    json += json.empty() ? "{" : ",";
    append_json_string(json, name);
    json += ':';
    append_json_string(json, value);
  }
  return json.empty() ? json : json + "}";
}

namespace {

// A JSON string as append_json_string writes it; `at` is behind its first quote, and then behind its last.
std::string unescaped(std::string_view json, std::size_t& at) {
  std::string text;
  for (; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] != '\\' || at + 1 >= json.size()) {
      text += json[at];
      continue;
    }
    char const c = json[++at];
    if (c == 'u') {  // only control characters are written so
      unsigned code = 0;
      if (at + 4 < json.size()) std::from_chars(json.data() + at + 1, json.data() + at + 5, code, 16);
      text += static_cast<char>(code);
      at += 4;
    } else {
      text += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
    }
  }
  ++at;
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> metadata_of(std::string_view json) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::size_t at = 1; at < json.size() && json[at] == '"';) {
    auto name = unescaped(json, ++at);
    at += 2;  // :"
    auto value = unescaped(json, at);
    all.emplace_back(std::move(name), std::move(value));
    ++at;  // ,
  }
  return all;
}

Digest digest_of(TableId table, StoredRow const& row, ColumnsOfFile const& of, RowHash& hash, std::function<std::uint64_t(std::uint32_t)> const& hash_of_key) {
  Digest digest;
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const& field = table_of(table).fields[columns[i].field];
    if (columns[i].field < 3 || (of.fields >> columns[i].field & 1) == 0 || row.is_null(i)) continue;
    if (field.refers_to == table) {
      for (auto const key : keys_in(row, i, columns[i].as)) add(digest, share_of(columns[i].field, hash_of_key(key)));
      continue;
    }
    hash.begin_field(columns[i].field);
    switch (field.type) {
      case Type::Boolean:
      case Type::Date:
        hash.number(static_cast<std::int32_t>(row.number(i)));
        break;
      case Type::Enum: {
        auto const& words = field.words->words;
        auto const word = std::find(words.begin(), words.end(), row.text(i));
        if (word == words.end()) hash.text(row.text(i));
        else hash.number(static_cast<std::int32_t>(word - words.begin()));
        break;
      }
      case Type::Ref:
      case Type::RefList:
        for (auto const key : keys_in(row, i, columns[i].as)) hash.key(key);
        break;
      case Type::StringList:
      case Type::EnumList:
      case Type::TypedIds:
      case Type::Mapping:
        cells::for_items(row.text(i), [&](std::string_view item, bool) { hash.text(item); });
        break;
      default:
        hash.text(row.text(i));
    }
    hash.end_field(digest);
  }
  for (auto const& [name, value] : metadata_of(row.metadata)) {
    if (of.metadata.count(name) == 0) continue;
    hash.begin_field(metadata_field);
    hash.text(name);
    hash.text(value);
    hash.end_field(digest);
  }
  return digest;
}

}  // namespace rollbook
