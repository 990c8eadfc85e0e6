#include "views/delivered_line.h"

#include <algorithm>

#include "base/text.h"
#include "bundle/bundle.h"
#include "bundle/file_names.h"
#include "bundle/zip_part.h"
#include "csv/record.h"
#include "roster/layout.h"

namespace rollbook::views {
namespace {

// A header and a record, however long they are, and a record over several lines.
constexpr std::size_t most_bytes = 2 * csv::max_line;
constexpr std::size_t longest_value = 4096;

// Takes a file from its beginning and keeps its header and one line with what follows it.
class LineFinder {
 public:
  explicit LineFinder(std::uint64_t wanted) : wanted_(wanted) {}

  // False: that is enough.
  bool take(std::string_view piece) {
    while (!piece.empty()) {
      if (line_ >= wanted_) {
        record_.append(piece.substr(0, most_bytes - record_.size()));
        return record_.size() < most_bytes;
      }
      auto const end = piece.find('\n');
      auto const part = piece.substr(0, end == std::string_view::npos ? end : end + 1);
      if (head_.size() < most_bytes) head_.append(part.substr(0, most_bytes - head_.size()));
      if (end == std::string_view::npos) return true;
      ++line_;
      piece.remove_prefix(part.size());
    }
    return true;
  }

  std::string const& head() const { return wanted_ == 1 ? record_ : head_; }
  std::string const& record() const { return record_; }

 private:
  std::uint64_t wanted_, line_ = 1;
  std::string head_, record_;
};

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string_view base_name(std::string_view path) {
  auto const slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Which of these paths findings call `file`: the very one before one that lies in a folder or is written otherwise.
std::optional<std::size_t> find_file(std::vector<std::string> const& paths, std::string const& file) {
  auto const table = table_of_path(file);
  for (int care = 0; care < 3; ++care)
    for (std::size_t i = 0; i < paths.size(); ++i) {
      auto const name = base_name(paths[i]);
      bool const same = care == 0 ? paths[i] == file : care == 1 ? lower(name) == lower(base_name(file)) : table && table_of_path(name) == table;
      if (same) return i;
    }
  return std::nullopt;
}

std::optional<Trouble> read_sealed(runs::Hub const& hub, store::District const& district, runs::ReceivedFile const& file,
                                   std::function<bool(std::string_view)> const& take) {
  auto const pieces = runs::read_received(hub, district, file);
  if (!pieces) return pieces.trouble();
  for (;;) {
    auto const piece = (*pieces)();
    if (!piece) return piece.trouble();
    if (piece->empty() || !take(*piece)) return std::nullopt;
  }
}

DeliveredLine laid_out(std::string path, std::uint64_t line, std::string const& file, LineFinder const& found) {
  DeliveredLine out{std::move(path), line, table_of_path(file), {}, false};
  auto const header = header_of(without_mark(found.head()));
  auto const text = line == 1 ? without_mark(found.record()) : std::string_view(found.record());
  csv::Record record;
  csv::read_record(text, 0, static_cast<std::uint32_t>(header.size()), record);
  out.fits = record.size() == header.size() &&
             std::all_of(record.spots.begin(), record.spots.end(), [](csv::Spot const& spot) { return spot.damage == csv::Damage::LineBreak; });
  std::optional<Layout> layout;
  if (out.table)  // whichever version: a column of either is known
    layout = read_layout(header, table_of(*out.table), is_in(table_of(*out.table).in, Version::V12) ? Version::V12 : Version::V11, false);
  std::string buffer;
  for (std::size_t i = 0; i < record.size(); ++i) {
    DeliveredLine::Cell cell{i < header.size() ? header[i] : "", std::string(csv::cell_value(csv::raw_cell(text, record, i).substr(0, longest_value), buffer)),
                             npos};
    if (layout && out.fits) {
      cell.field = field_index(table_of(*out.table), cell.column);
      if (cell.field == npos && layout->field_of[i] != 255) cell.field = layout->field_of[i];
    }
    out.cells.push_back(std::move(cell));
  }
  return out;
}

}  // namespace

Result<std::optional<DeliveredLine>> delivered_line(runs::Hub const& hub, store::District const& district, std::vector<runs::ReceivedFile> const& received,
                                                    std::string const& file, std::uint64_t line) {
  LineFinder finder(line);
  auto const take = [&](std::string_view piece) { return finder.take(piece); };
  std::vector<std::string> paths;
  std::string path;
  if (received.size() == 1 && received[0].zip) {
    std::string bytes;  // the zip as it is: its list of files stands at its end
    bytes.reserve(static_cast<std::size_t>(received[0].size));
    if (auto trouble = read_sealed(hub, district, received[0], [&](std::string_view piece) { return bytes.append(piece), true; })) return *trouble;
    auto const zip = parts_of_zip(bytes, ZipLimits{});
    for (auto const& part : zip.parts) paths.push_back(part.name);
    auto const at = find_file(paths, file);
    if (!at) return std::optional<DeliveredLine>();
    if (!read_part(zip.parts[*at], take)) return Trouble{"This file of the delivery is damaged."};
    path = paths[*at];
  } else {
    for (auto const& one : received) paths.push_back(one.path);
    auto const at = find_file(paths, file);
    if (!at) return std::optional<DeliveredLine>();
    if (auto trouble = read_sealed(hub, district, received[*at], take)) return *trouble;
    path = paths[*at];
  }
  if (finder.record().empty()) return std::optional<DeliveredLine>();
  return std::optional(laid_out(std::move(path), line, file, finder));
}

}  // namespace rollbook::views
