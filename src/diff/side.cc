#include "diff/side.h"

#include <algorithm>
#include <atomic>

#include "base/hash.h"
#include "base/workers.h"
#include "roster/cells.h"

namespace rollbook {
namespace {

bool is_compared(Field const& field, bool delta) {
  return field.privacy != Privacy::Secret && field.type != Type::DateTime && (field.need != Need::DeltaOnly || delta) && field.name != "sourcedId";
}

// Spelling is looked at with the words of both versions known: 1.2 has nearly all, and a word of 1.1 alone only stays as it is.
constexpr auto widest = Version::V12;

// Cells whose spelling may differ while their meaning is the same.
bool has_spellings(Field const* field) { return field != nullptr && (field->type == Type::Boolean || field->type == Type::Enum || has_lists(field->type)); }

// Cells one after the other, separated by commas; a cell that holds commas, quotes or line breaks in quotes. Equal values give
// equal bytes, whatever quotes the file used.
void append_value(std::string& out, std::string_view value) {
  if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += value;
  } else {
    out += '"';
    for (auto c : value) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += ',';
}

class RowDigest {
 public:
  RowDigest(std::vector<Compared> const& columns, int which, Side const& side, std::uint64_t seed)
      : columns_(columns), side_(side), which_(which), seed_(seed) {
    for (auto const& c : columns) {
      auto const at = c.at[which];
      if (!runs_.empty() && runs_.back().second + 1 == at) runs_.back().second = at;
      else runs_.emplace_back(at, at);
    }
  }

  std::uint64_t of(csv::Batch const& batch, std::uint32_t row) {
    text_.clear();
    auto const first = batch.row_start[row];
    auto const line = batch.text.substr(first, batch.row_end(row) - first);
    if (std::memchr(line.data(), '"', line.size()) == nullptr && !spelled_[row]) [[likely]] {
      for (auto const& [from, to] : runs_) {
        auto const begin = batch.raw(row, from).data(), end = batch.raw(row, to).data() + batch.raw(row, to).size();
        text_.append(begin, end);
        text_ += ',';
      }
    } else {
      for (auto const& c : columns_) {
        auto const value = csv::cell_value(batch.raw(row, c.at[which_]), buffer_);
        if (has_spellings(c.field)) append_value(text_, normalised(value, c.field, widest));
        else append_value(text_, value);
      }
    }
    return hash_of(text_, seed_);
  }

  // The same of a record read with care.
  std::uint64_t of(std::string_view text, csv::Record const& record) {
    text_.clear();
    for (auto const& c : columns_) {
      auto const value = csv::cell_value(csv::raw_cell(text, record, c.at[which_]), buffer_);
      if (has_spellings(c.field)) append_value(text_, normalised(value, c.field, widest));
      else append_value(text_, value);
    }
    return hash_of(text_, seed_);
  }

  // Rows with a cell that is not spelled in the one right way; found by the readers of values.
  void look_at_spelling(csv::Batch const& batch) {
    spelled_.assign(batch.rows, false);
    Reading reading;
    reading.version = widest;
    values_.flaws.clear();
    values_.deleted.clear();
    for (auto const& c : columns_) {
      if (!has_spellings(c.field)) continue;
      cells::Column const column{batch,    0,       c.at[which_], static_cast<std::uint8_t>(c.field - side_.data.table->fields.data()),
                                 *c.field, reading, values_,      Flaw::Count_};
      if (c.field->type == Type::Boolean) cells::read_booleans(column);
      else if (c.field->type == Type::Enum) cells::read_words(column);
      else spaced_lists(column);
    }
    for (auto const& spot : values_.flaws) spelled_[spot.row] = true;
  }

 private:
  // Only a list with a space beside a comma has another spelling.
  void spaced_lists(cells::Column const& column) {
    cells::for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view list) {
      bool spaced = false;
      for (std::size_t i = 0; i < list.size(); ++i) spaced |= cells::is_space(list[i]);
      if (spaced) column.flaw(row, Flaw::ListSpaces);
    });
  }

  std::vector<Compared> const& columns_;
  Side const& side_;
  int which_;
  std::uint64_t seed_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs_;  // columns that stand side by side are taken at once
  std::vector<bool> spelled_;
  Values values_;
  std::string text_, buffer_;
};

}  // namespace

std::string normalised(std::string_view value, Field const* field, Version version) {
  if (field == nullptr) return std::string(value);
  if (field->type == Type::Boolean) {
    auto const folded = lower(value);
    return folded == "true" || folded == "false" ? folded : std::string(value);
  }
  if (field->type == Type::Enum) {
    for (std::size_t i = 0; i < field->words->words.size(); ++i)
      if (field->words->has(i, version) && lower(field->words->words[i]) == lower(value)) return std::string(field->words->words[i]);
    return std::string(value);
  }
  if (!has_lists(field->type)) return std::string(value);
  std::string out;
  cells::for_items(value, [&](std::string_view item, bool) {
    if (item.empty()) return;
    if (!out.empty()) out += ',';
    out += item;
  });
  return out;
}

void read_left_over(Side& side, int which, std::vector<Compared> const& columns, DiffOptions const& options) {
  auto const cells = static_cast<std::uint32_t>(side.data.layout.columns.size());
  auto const id_column = static_cast<std::size_t>(side.data.layout.column_of[0]);
  side.keys.resize(1);
  side.keys[0].start(0, options.will_fill);
  RowDigest digest(columns, which, side, options.seed);
  csv::Record record;
  std::string buffer;
  for (std::uint32_t i = 0; i < side.left_over.size(); ++i) {
    auto const text = side.data.member->bytes.substr(side.left_over[i].offset, csv::max_line + 1);
    csv::read_record(text, 0, cells, record);
    bool const readable = record.size() == cells && std::all_of(record.spots.begin(), record.spots.end(), [](csv::Spot s) {
                            return s.damage == csv::Damage::LineBreak || s.damage == csv::Damage::StrayQuote || s.damage == csv::Damage::ControlCharacter;
                          });
    auto const id = readable ? csv::cell_value(csv::raw_cell(text, record, id_column), buffer) : std::string_view{};
    if (id.empty()) ++side.unreadable;
    else side.keys[0].add({hash_of_id(id, options.seed), digest.of(text, record), i, 0});
  }
}

bool open_side(TableId table, Bundle const& bundle, Side& side) {
  auto const& member = bundle.members[static_cast<std::size_t>(table)];
  if (!member || !member->readable || !bundle.version) return false;
  csv::Record record;
  auto const text = member->bytes.substr(0, csv::max_line + 1);
  auto const head = find_header(text);
  csv::read_record(text, head.start, 0, record);
  side.data.table = &table_of(table);
  side.data.member = &*member;
  side.data.mode = member->mode;
  side.data.layout = read_layout(header_of(member->bytes), table_of(table), *bundle.version, false);
  side.data.first_record = record.next;
  side.data.header_lines = head.lines_before + record.lines;
  side.data.states_nothing = member->bytes.size() - record.next < 4096 && member->bytes.substr(record.next).find_first_not_of("\r\n") == std::string_view::npos;
  return side.data.layout.column_of[0] != no_column;
}

std::vector<Compared> compared_columns(Side const& before, Side const& after, bool delta) {
  std::vector<Compared> columns;
  auto const fields = before.data.table->fields;
  for (std::uint32_t c = 0; c < before.data.layout.columns.size(); ++c) {
    auto const& name = before.data.layout.columns[c];
    auto const f = before.data.layout.field_of[c];
    if (f != no_field) {
      auto other = after.data.layout.column_of[f];
      // What 1.2 calls academicSessionSourcedId was gradingPeriodSourcedId: the one field that only changed its name.
      if (other == no_column && (fields[f].name == "gradingPeriodSourcedId" || fields[f].name == "academicSessionSourcedId"))
        other =
            after.data.layout
                .column_of[field_index(*before.data.table, fields[f].name == "gradingPeriodSourcedId" ? "academicSessionSourcedId" : "gradingPeriodSourcedId")];
      if (other != no_column && is_compared(fields[f], delta))
        columns.push_back({std::string(fields[f].name), {c, static_cast<std::uint32_t>(other)}, &fields[f]});
    } else if (name.starts_with("metadata.")) {
      auto const& others = after.data.layout.columns;
      auto const found = std::find(others.begin(), others.end(), name);
      if (found != others.end()) columns.push_back({name, {c, static_cast<std::uint32_t>(found - others.begin())}, nullptr});
    }
  }
  return columns;
}

void read_side(Side& side, int which, std::vector<Compared> const& columns, unsigned partition_bits, DiffOptions const& options) {
  auto& data = side.data;
  ChunkReader reader(*data.member, data.first_record, static_cast<std::uint32_t>(data.layout.columns.size()), options.kernel, options.will_read);
  auto const workers = std::max(1u, std::min(options.workers, reader.count()));
  data.chunks.resize(reader.count());
  side.keys.resize(workers);
  for (auto& keys : side.keys) keys.start(partition_bits, options.will_fill);
  std::atomic<std::uint32_t> next{0};
  std::atomic<std::uint64_t> unreadable{0};
  auto const id_column = static_cast<std::uint32_t>(data.layout.column_of[0]);
  auto const status = data.layout.column_of[1];
  run_workers(workers, [&](unsigned w) {
    ChunkScratch scratch;
    RowDigest digest(columns, which, side, options.seed);
    std::string buffer;
    for (std::uint32_t k; (k = next.fetch_add(1)) < reader.count();) {
      data.chunks[k] = reader.read(k, scratch);
      auto const& batch = scratch.batch;
      digest.look_at_spelling(batch);
      std::uint64_t lost = 0;
      for (auto const& aside : batch.aside) lost += !aside.in_grid;
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        auto const id = csv::cell_value(batch.raw(row, id_column), buffer);
        if (id.empty()) {
          ++lost;
          continue;
        }
        bool const deleted =
            data.mode == Mode::Delta && status != no_column &&
            normalised(csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(status)), buffer), &data.table->fields[1], Version::V11) == "tobedeleted";
        auto const key = hash_of_id(id, options.seed);
        side.keys[w].add({key, digest.of(batch, row), csv::Place::of(k, batch.row_record[row]).packed, deleted});
      }
      unreadable += lost;
    }
  });
  side.unreadable = unreadable;
  std::uint64_t line = data.header_lines, extra = data.header_lines - 1;
  for (auto& chunk : data.chunks) {
    chunk.first_line = line, chunk.first_extra = extra;
    line += chunk.lines, extra += chunk.extra_lines;
    data.rows += chunk.records;
  }
}

}  // namespace rollbook
