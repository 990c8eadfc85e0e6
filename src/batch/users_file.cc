#include "batch/users_file.h"

#include <algorithm>
#include <mutex>

#include "base/demand.h"
#include "base/workers.h"
#include "batch/users_form.h"
#include "batch/users_row.h"
#include "batch/users_together.h"
#include "csv/utf8.h"

namespace rollbook::batch {
namespace {

// Offsets within a piece fit into 32 bits, and rows into the numbers that remarks have.
constexpr std::uint64_t most_bytes = std::uint64_t{3} << 30;

// What one worker has made of a piece of the file; rows are numbered within it.
struct Piece {
  std::vector<UsersRow> rows;
  std::vector<Remark> remarks;
};

class Reader {
 public:
  Reader(std::string_view text, Header const& header, std::uint64_t start, Schools const& schools, Looking const& looking)
      : text_(text), header_(header), schools_(schools), looking_(looking), at_(start) {}

  std::vector<Piece> run() {
    run_workers(looking_.workers, [&](unsigned) { work(); });
    return std::move(pieces_);
  }

 private:
  // Where a record begins is known only when the one before it has been read, so pieces are cut by one worker at a time: it takes a tenth of the work.
  void work() {
    csv::Batch batch;
    RowLook look(header_, schools_, looking_.seed);
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
    at_ += csv::read_batch(rest, 0, static_cast<std::uint32_t>(to), header_.cells, kernel_, batch);
    line_ += batch.lines;
  }

  Piece look_at(csv::Batch const& batch, RowLook& look, std::uint64_t start, std::uint32_t first_line) const {
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
    piece.rows.push_back({.start = start + aside.start,
                          .size = static_cast<std::uint32_t>(line.size()),
                          .line = first_line + aside.line,
                          .action = Action::Unknown,
                          .readable = false});
  }

  std::string_view text_;
  Header const& header_;
  Schools const& schools_;
  Looking looking_;
  csv::Kernel kernel_ = csv::best_kernel();
  std::mutex cutting_;
  std::uint64_t at_;
  std::uint32_t line_ = 2;
  std::vector<Piece> pieces_;
};

void join(std::vector<Piece> const& pieces, UsersFile& file) {
  std::size_t rows = 0;
  for (auto const& piece : pieces) rows += piece.rows.size();
  file.rows.reserve(rows);
  for (auto const& piece : pieces) {
    auto const before = static_cast<std::uint32_t>(file.rows.size());
    file.rows.insert(file.rows.end(), piece.rows.begin(), piece.rows.end());
    for (auto remark : piece.remarks) {
      remark.row += before;
      file.remarks.push_back(remark);
    }
  }
}

}  // namespace

void settle(UsersFile& file) {
  std::ranges::sort(file.remarks);
  for (auto const& remark : file.remarks)
    if (is_error(remark.what) && !file.rows[remark.row].left_out) file.rows[remark.row].left_out = true, ++file.left_out;
}

namespace {

// Why bytes cannot be looked at as CSV at all; "" when they can.
std::string wrong_bytes(std::string_view text) {
  auto const encoding = csv::sniff_encoding(text);
  if (encoding == csv::Encoding::Empty) return "users.csv is refused: the file is empty.";
  if (encoding != csv::Encoding::Utf8 && encoding != csv::Encoding::Utf8WithBom) return "users.csv is refused: it is not in UTF-8. Save it as CSV in UTF-8.";
  if (text.size() > most_bytes) return "users.csv is refused: it has more than 3 GiB.";
  return {};
}

}  // namespace

std::uint64_t UsersFile::errors() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(remarks, [](Remark const& remark) { return is_error(remark.what); }));
}

UsersFile read_users_file(std::string_view text, std::span<std::string const> schools, Looking const& looking) {
  UsersFile file;
  file.refusal = wrong_bytes(text);
  if (!file.refusal.empty()) return file;

  auto const begin = csv::sniff_encoding(text) == csv::Encoding::Utf8WithBom ? 3u : 0u;
  csv::Record record;
  csv::read_record(text, begin, 0, record);
  std::vector<std::string> names;
  std::string buffer;
  for (std::size_t i = 0; i < record.size(); ++i) names.emplace_back(csv::cell_value(csv::raw_cell(text, record, i), buffer));
  file.header = read_header(names, users_form);
  file.refusal = file.header.refusal;
  if (!file.refusal.empty()) return file;

  file.first_row = record.next;
  join(Reader(text, file.header, file.first_row, Schools(schools, looking.seed), looking).run(), file);
  compare_rows(text, file, looking);
  settle(file);
  return file;
}

void CellReader::go_to(UsersRow const& row) {
  row_ = text_.substr(row.start, row.size);
  csv::read_record(row_, 0, header_.cells, record_);
}

std::string_view CellReader::operator[](std::size_t column) {
  auto const at = header_.cell_of[column];
  if (at == no_cell || static_cast<std::size_t>(at) >= record_.size()) return {};
  return csv::cell_value(csv::raw_cell(row_, record_, static_cast<std::size_t>(at)), buffer_);
}

}  // namespace rollbook::batch
