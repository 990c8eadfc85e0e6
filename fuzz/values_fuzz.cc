// Any cells as values. Dates against a reading of its own; then whole tables: nothing crashes, and what is handed on keeps its
// promises. The first byte chooses the table, the second the version, the mode and whether references can be followed.
#include <algorithm>
#include <chrono>
#include <string>

#include "base/hash.h"
#include "fuzz.h"
#include "roster/values.h"

namespace rollbook {
namespace {

using fuzz::promise;

// Day as yyyymmdd, or invalid; by the calendar of the standard library.
std::int32_t date_slowly(std::string_view cell) {
  if (cell.size() != 10) return invalid;
  for (std::size_t i = 0; i < 10; ++i)
    if (i == 4 || i == 7 ? cell[i] != '-' : cell[i] < '0' || cell[i] > '9') return invalid;
  auto const number = [&](std::size_t at, std::size_t length) { return std::stoi(std::string(cell.substr(at, length))); };
  int const y = number(0, 4), m = number(5, 2), d = number(8, 2);
  std::chrono::year_month_day const day{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d))};
  return day.ok() ? y * 10000 + m * 100 + d : invalid;
}

void try_date(std::string_view cell) {
  auto const date = read_date(cell);
  promise(date.value == date_slowly(cell));
  promise((date.flaw == Flaw::Count_) == (date.value != invalid));
}

bool id_text_slowly(std::string_view id) {
  for (char c : id)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' || c == '/' || c == '@')) return false;
  return true;
}

// Every table may be asked for the ids of the batch itself, each on a row of its own.
struct Targets {
  IdIndex index;
  std::vector<std::uint32_t> root;
  std::vector<std::int32_t> type;

  Targets(csv::Batch const& batch, std::uint32_t id_column, std::uint64_t seed) {
    std::vector<IdCollector> collected(1);
    collected[0].start(0);
    std::string buffer;
    for (std::uint32_t row = 0; row < batch.rows; ++row)
      collected[0].add(hash_of_id(csv::cell_value(batch.raw(row, id_column), buffer), seed), csv::Place::of(0, row));
    std::vector<std::uint32_t> const first_row{0};
    index.build(collected, first_row, true);
    root.resize(batch.rows);
    for (std::uint32_t row = 0; row < batch.rows; ++row) root[row] = row % 5 == 4;  // some are excluded
    type.assign(batch.rows, 1);
  }
};

void promise_column(csv::Batch const& batch, Reading const& reading, std::uint8_t f, Field const& field, std::int16_t at, Values const& out,
                    std::uint32_t targets) {
  bool const there = at != no_column;
  auto const& column = out.column[f];
  auto const in_vocabulary = [&](std::int32_t code) { return code == ext_word || (code >= 0 && code < static_cast<std::int32_t>(field.words->words.size())); };
  auto const value_of = [&](std::uint32_t row, std::string& buffer) { return csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(at)), buffer); };
  std::string buffer;
  if (!there) return promise(column.size() == batch.rows);
  switch (field.type) {
    case Type::Guid:
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        auto const id = value_of(row, buffer);
        if (id.empty()) promise(out.id_hash[row] == 0);
        else if (id_text_slowly(id) || out.id_hash[row] != 0) promise(out.id_hash[row] == hash_of_id(id, reading.seed));
        promise(is_id_text(id) == id_text_slowly(id));
      }
      break;
    case Type::Ref:
      promise(column.size() == batch.rows);
      for (auto const row : column) promise(!has_value(row) || static_cast<std::uint32_t>(row) < targets);
      break;
    case Type::RefList:
      promise(out.item_ends[f].size() == batch.rows && (batch.rows == 0 || out.item_ends[f].back() == out.items[f].size()));
      promise(std::is_sorted(out.item_ends[f].begin(), out.item_ends[f].end()));
      for (auto const row : out.items[f]) promise(row >= 0 && static_cast<std::uint32_t>(row) < targets);
      break;
    case Type::Enum:
      promise(column.size() == batch.rows);
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        promise(!has_value(column[row]) || in_vocabulary(column[row]));
        promise((column[row] == blank) == value_of(row, buffer).empty());
      }
      break;
    case Type::Boolean:
      promise(column.size() == batch.rows);
      for (auto const value : column) promise(value == blank || value == invalid || value == 0 || value == 1);
      break;
    case Type::Date:
      promise(column.size() == batch.rows);
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        auto const cell = value_of(row, buffer);
        promise(column[row] == (cell.empty() ? blank : date_slowly(cell)));
      }
      break;
    case Type::Year:
    case Type::Int:
      promise(column.size() == batch.rows);
      break;
    case Type::Float:
      promise(out.number[f].size() == batch.rows);
      break;
    default:
      break;
  }
}

void try_table(std::string_view bytes, Table const& table, std::uint8_t choices) {
  Reading reading;
  reading.version = table.in == In::Only11 ? Version::V11 : table.in == In::Only12 ? Version::V12 : choices & 1 ? Version::V12 : Version::V11;
  reading.delta = choices & 2;
  reading.seed = 7;
  reading.places_kept = 3;
  std::vector<std::string> header;
  for (auto const& field : table.fields)
    if (is_in(field.in, reading.version)) header.emplace_back(field.name);
  if (choices & 4) std::swap(header.front(), header.back());
  if (choices & 8) header.erase(header.begin() + 1);  // no status column
  auto const layout = read_layout(header, table, reading.version, reading.delta);

  fuzz::Padded const padded(bytes);
  csv::Batch batch;
  csv::read_batch(padded.text(), 0, static_cast<std::uint32_t>(bytes.size()), static_cast<std::uint32_t>(header.size()), csv::best_kernel(), batch);
  Targets const targets(batch, static_cast<std::uint32_t>(layout.column_of[0]), reading.seed);
  std::unordered_map<std::uint64_t, std::uint32_t> const also{{hash_of_id("padded", reading.seed), 0}};
  bool const followed = !reading.delta && (choices & 16) && batch.rows > 0;
  if (followed) {
    for (auto& target : reading.targets) target = {&targets.index, &also, targets.root.data(), targets.type.data()};
    reading.targets[static_cast<std::size_t>(table.id)] = {};  // its own rows are not known yet
  }

  std::array<Widths, max_fields> widths{};
  Values out;
  for (int turn = 0; turn < 2; ++turn) read_values(batch, 3, table, layout, reading, widths, out);  // buffers are used again

  for (auto const& spot : out.flaws)
    promise(spot.row < batch.rows && spot.field < table.fields.size() && spot.flaw < Flaw::Count_ && layout.column_of[spot.field] != no_column);
  for (auto const& pending : out.pending) promise(pending.hash != 0 && pending.place.chunk() == 3 && pending.field < table.fields.size());
  for (auto const& [hash, place] : out.also) promise(place.chunk() == 3 && place.record() < batch.records);
  promise(out.id_hash.size() == batch.rows && (out.deleted.empty() || out.deleted.size() == batch.rows));
  for (auto const& w : widths)
    for (auto const& places : w.places) promise(places.size() <= reading.places_kept);
  for (std::uint8_t f = 0; f < table.fields.size(); ++f)
    promise_column(batch, reading, f, table.fields[f], layout.column_of[f], out, followed ? batch.rows : 0);
}

}  // namespace
}  // namespace rollbook

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  auto text = fuzz::as_text(bytes, length);
  auto const table = fuzz::take_byte(text), choices = fuzz::take_byte(text);
  for (std::size_t at = 0; at <= std::min<std::size_t>(text.size(), 32); ++at) {
    try_date(text.substr(at, 10));
    try_date(text.substr(at));
  }
  try_table(text, *all_tables[table % table_count], choices);
  return 0;
}
