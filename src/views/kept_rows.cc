#include "views/kept_rows.h"

#include <algorithm>

#include "bundle/bundle.h"
#include "csv/record.h"
#include "csv/scan.h"

namespace rollbook::views {

Result<std::unique_ptr<KeptRows>> KeptRows::open(runs::Hub const& hub, store::District const& district, store::Database& roster, std::int64_t run,
                                                 TableId table) {
  auto about = roster.prepare("SELECT hash, unpacked, version, delta, first_record, chunks FROM run_files WHERE run = ? AND tbl = ?");
  if (!about->with(run, static_cast<int>(table)).step()) {
    if (roster.trouble()) return *roster.trouble();
    return std::unique_ptr<KeptRows>();
  }
  auto rows = std::make_unique<KeptRows>();
  auto const hash = std::string(about->text(0));
  auto const shelf = about->integer(1) != 0 ? runs::Shelf::Unpacked : runs::Shelf::Received;
  auto const version = about->text(2) == name_of(Version::V12) ? Version::V12 : Version::V11;
  bool const delta = about->integer(3) != 0;
  auto const first_record = static_cast<std::size_t>(about->integer(4));
  rows->chunks_ = runs::unpack_chunks(about->blob(5));
  about->reset();
  auto reader = runs::open_sealed(hub, district, hash, shelf);
  if (!reader && shelf == runs::Shelf::Unpacked) return std::unique_ptr<KeptRows>();  // the run was decided just now, or it is not part of a backup
  if (!reader) return reader.trouble();
  rows->reader_ = std::move(*reader);
  std::string head(std::min<std::uint64_t>(first_record, rows->reader_->size()), '\0');
  if (auto trouble = rows->reader_->read(0, head.size(), head.data())) return *trouble;
  // Where a byte order mark was, there may be spaces now: neither belongs to the header.
  std::string_view text(head);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (text.starts_with(' ')) text.remove_prefix(1);
  rows->layout_ = read_layout(header_of(text), table_of(table), version, delta);
  return rows;
}

std::string const& KeptRows::cell(Row const& row, std::size_t field) const {
  static std::string const none;
  auto const column = layout_.column_of[field];
  return column == no_column || static_cast<std::size_t>(column) >= row.cells.size() ? none : row.cells[static_cast<std::size_t>(column)];
}

std::optional<Trouble> KeptRows::load(std::size_t number) {
  auto const& chunk = chunks_[number];
  auto const size = static_cast<std::size_t>(chunk.end - chunk.start);
  if (chunk.end > reader_->size()) return Trouble{"What is kept of this delivery does not fit together."};
  loaded_.reset();
  bytes_.assign(size + csv::padding, '\0');
  if (auto trouble = reader_->read(chunk.start, size, bytes_.data())) return trouble;
  csv::read_batch(std::string_view(bytes_).substr(0, size), 0, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(layout_.columns.size()),
                  csv::best_kernel(), batch_);
  loaded_ = number;
  return std::nullopt;
}

Result<KeptRows::Row const*> KeptRows::row(std::uint32_t number) {
  constexpr Row const* none = nullptr;
  auto const after = std::upper_bound(chunks_.begin(), chunks_.end(), number, [](std::uint32_t n, auto const& c) { return n < c.first_row; });
  if (after == chunks_.begin()) return none;
  auto const at = static_cast<std::size_t>(after - chunks_.begin()) - 1;
  if (loaded_ != at)
    if (auto trouble = load(at)) return *trouble;
  auto const records = batch_.row_record.begin();
  auto const found = std::lower_bound(records, records + batch_.rows, number - chunks_[at].first_row);
  if (found == records + batch_.rows || *found != number - chunks_[at].first_row) return none;
  auto const i = static_cast<std::uint32_t>(found - records);
  row_.line = chunks_[at].first_line + batch_.row_line[i] + 1;
  row_.cells.clear();
  for (std::uint32_t column = 0; column < batch_.columns; ++column) row_.cells.emplace_back(csv::cell_value(batch_.raw(i, column), buffer_));
  return &row_;
}

}  // namespace rollbook::views
