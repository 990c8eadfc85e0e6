// All workers read the rows of an uploaded flat file.
#pragma once

#include <mutex>

#include "base/workers.h"
#include "batch/flat_file.h"
#include "csv/batch.h"

namespace rollbook::batch {

// `MakeLook()` gives each worker something with `Row look(csv::Batch const&, row of the batch, number of the row, remarks)`.
template <class Row, class MakeLook>
class RowsReader {
 public:
  RowsReader(std::string_view text, FlatFile<Row>& file, Looking const& looking, MakeLook const& make_look)
      : text_(text), file_(file), looking_(looking), make_look_(make_look), at_(file.first_row) {}

  void run() {
    run_workers(looking_.workers, [&](unsigned) { work(); });
    join();
  }

 private:
  // What one worker has made of a piece of the file; rows are numbered within it.
  struct Piece {
    std::vector<Row> rows;
    std::vector<Remark> remarks;
  };

  // Where a record begins is known only when the one before it has been read, so pieces are cut by one worker at a time: it takes a tenth of the work.
  void work() {
    csv::Batch batch;
    auto look = make_look_();
    for (;;) {
      std::uint64_t start = 0;
      std::uint32_t first_line = 0;
      std::size_t number = 0;
      {
        std::lock_guard const lock(cutting_);
        if (at_ >= text_.size()) return;
        start = at_, first_line = line_, number = pieces_.size();
        pieces_.emplace_back();
        cut(batch);
      }
      auto piece = look_at(batch, look, start, first_line);
      std::lock_guard const lock(cutting_);
      pieces_[number] = std::move(piece);
    }
  }

  void cut(csv::Batch& batch) {
    auto const rest = text_.substr(at_);
    auto const feed = rest.find('\n', std::min<std::size_t>(rest.size(), csv::chunk_bytes));
    auto const to = feed == std::string_view::npos ? rest.size() : feed + 1;
    at_ += csv::read_batch(rest, 0, static_cast<std::uint32_t>(to), file_.header.cells, kernel_, batch);
    line_ += batch.lines;
  }

  template <class Look>
  Piece look_at(csv::Batch const& batch, Look& look, std::uint64_t start, std::uint32_t first_line) const {
    Piece piece;
    piece.rows.reserve(batch.records);
    auto aside = batch.aside.begin();
    auto const take_unreadable = [&](std::uint32_t before) {
      for (; aside != batch.aside.end() && aside->record < before; ++aside)
        if (!aside->in_grid) add_unreadable(piece, batch.text, *aside, start, first_line);
    };
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      take_unreadable(batch.row_record[row]);
      auto& added = piece.rows.emplace_back(look.look(batch, row, static_cast<std::uint32_t>(piece.rows.size()), piece.remarks));
      added.start = start + batch.row_start[row], added.size = batch.row_end(row) - batch.row_start[row], added.line = first_line + batch.row_line[row];
    }
    take_unreadable(UINT32_MAX);
    return piece;
  }

  static void add_unreadable(Piece& piece, std::string_view text, csv::Aside const& aside, std::uint64_t start, std::uint32_t first_line) {
    auto line = text.substr(aside.start, aside.next - aside.start);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    piece.remarks.push_back({static_cast<std::uint32_t>(piece.rows.size()), What::Unreadable, 0, 0});
    auto& row = piece.rows.emplace_back();
    row.start = start + aside.start, row.size = static_cast<std::uint32_t>(line.size()), row.line = first_line + aside.line;
    row.readable = false;
  }

  void join() {
    std::size_t rows = 0;
    for (auto const& piece : pieces_) rows += piece.rows.size();
    file_.rows.reserve(rows);
    for (auto const& piece : pieces_) {
      auto const before = static_cast<std::uint32_t>(file_.rows.size());
      file_.rows.insert(file_.rows.end(), piece.rows.begin(), piece.rows.end());
      for (auto remark : piece.remarks) {
        remark.row += before;
        file_.remarks.push_back(remark);
      }
    }
  }

  std::string_view text_;
  FlatFile<Row>& file_;
  Looking looking_;
  MakeLook const& make_look_;
  csv::Kernel kernel_ = csv::best_kernel();
  std::mutex cutting_;
  std::uint64_t at_;
  std::uint32_t line_ = 2;
  std::vector<Piece> pieces_;
};

// Reads the file up to where its rows are compared with each other. A refusal stands in what comes back, and then no row is read.
template <class Row, class MakeLook>
FlatFile<Row> read_rows(std::string_view text, Form const& form, Looking const& looking, MakeLook const& make_look_for) {
  FlatFile<Row> file;
  auto beginning = read_beginning(text, form);
  file.refusal = std::move(beginning.refusal);
  if (!file.refusal.empty()) return file;
  file.header = std::move(beginning.header);
  file.first_row = beginning.first_row;
  auto const make_look = [&] { return make_look_for(file.header); };
  RowsReader<Row, decltype(make_look)>(text, file, looking, make_look).run();
  return file;
}

}  // namespace rollbook::batch
