#include "roster/values.h"

#include <limits>

#include "roster/cells.h"

namespace rollbook {
namespace {

Flaw flaw_if_blank(Field const& field, Reading const& reading) {
  if (field.need == Need::DeltaOnly) return reading.delta ? Flaw::BlankInDelta : Flaw::Count_;
  if (!is_required(field.need, reading.version)) return Flaw::Count_;
  return reading.version == Version::V11 && field.unconfirmed.find("requires") != std::string_view::npos ? Flaw::BlankUnconfirmed : Flaw::Blank;
}

// A column that the file does not have, or that is blank in every row of the batch.
void fill_blank(csv::Batch const& batch, Field const& field, std::uint8_t f, Values& out) {
  out.column[f].assign(batch.rows, blank);
  if (field.type == Type::Float) out.number[f].assign(batch.rows, std::numeric_limits<double>::quiet_NaN());
  if (has_lists(field.type)) out.item_ends[f].assign(batch.rows, 0), out.items[f].clear();
}

void note_deleted(csv::Batch const& batch, Values& out) {
  constexpr std::int32_t to_be_deleted = 1, inactive = 2;  // places in words::status
  out.deleted.assign(batch.rows, 0);
  auto const& status = out.column[1];
  for (std::uint32_t row = 0; row < batch.rows; ++row) out.deleted[row] = status[row] == to_be_deleted || status[row] == inactive;
}

}  // namespace

void read_values(csv::Batch const& batch, std::uint32_t chunk, Table const& table, Layout const& layout, Reading const& reading,
                 std::array<Widths, max_fields>& widths, Values& out) {
  out.flaws.clear();
  out.pending.clear();
  out.also.clear();
  out.deleted.clear();
  out.id_hash.assign(batch.rows, 0);
  // The status column first: rows that a delta takes away need only their id.
  for (std::uint8_t step = 0; step < table.fields.size(); ++step) {
    std::uint8_t const f = step < 2 ? 1 - step : step;
    auto const at = layout.column_of[f];
    auto const& field = table.fields[f];
    auto const if_blank = flaw_if_blank(field, reading);
    if (at == no_column || (if_blank == Flaw::Count_ && cells::all_blank(batch, static_cast<std::uint32_t>(at)))) {
      fill_blank(batch, field, f, out);
      continue;
    }
    cells::Column const column{batch, chunk, static_cast<std::uint32_t>(at), f, field, reading, out, if_blank};
    switch (field.type) {
      case Type::Guid:
        cells::read_ids(column, widths[f]);
        if (field.refers_to != TableId::None) {  // demographics: the id is also a reference
          auto reference = column;
          reference.tells_blank = false;
          cells::read_reference(reference);
        }
        break;
      case Type::Ref:
        cells::read_reference(column);
        break;
      case Type::RefList:
        cells::read_reference_list(column);
        break;
      case Type::Enum:
        cells::read_words(column);
        break;
      case Type::Boolean:
        cells::read_booleans(column);
        break;
      case Type::Date:
        cells::read_dates(column);
        break;
      case Type::DateTime:
        cells::read_timestamps(column);
        break;
      case Type::Year:
        cells::read_years(column);
        break;
      case Type::Int:
        cells::read_whole_numbers(column);
        break;
      case Type::Float:
        cells::read_numbers(column);
        break;
      case Type::String:
        cells::read_strings(column, &widths[f]);
        break;
      case Type::StringList:
      case Type::EnumList:
      case Type::TypedIds:
      case Type::Mapping:
        cells::read_lists(column);
        break;
    }
    if (f == 1 && reading.delta) note_deleted(batch, out);
  }
}

}  // namespace rollbook
