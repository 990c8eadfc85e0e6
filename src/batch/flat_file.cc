#include "batch/flat_file.h"

#include "base/text.h"
#include "csv/utf8.h"

namespace rollbook::batch {
namespace {

// Offsets within a piece fit into 32 bits, and rows into the numbers that remarks have.
constexpr std::uint64_t most_bytes = std::uint64_t{3} << 30;

// Why bytes cannot be looked at as CSV at all; "" when they can.
std::string wrong_bytes(std::string_view text) {
  auto const encoding = csv::sniff_encoding(text);
  if (encoding == csv::Encoding::Empty) return "the file is empty.";
  if (encoding != csv::Encoding::Utf8 && encoding != csv::Encoding::Utf8WithBom) return "it is not in UTF-8. Save it as CSV in UTF-8.";
  if (text.size() > most_bytes) return "it has more than 3 GiB.";
  return {};
}

}  // namespace

Beginning read_beginning(std::string_view text, Form const& form) {
  Beginning out;
  if (auto const wrong = wrong_bytes(text); !wrong.empty()) {
    out.refusal = std::string(form.file) + " is refused: " + wrong;
    return out;
  }
  auto const begin = csv::sniff_encoding(text) == csv::Encoding::Utf8WithBom ? 3u : 0u;
  csv::Record record;
  csv::read_record(text, begin, 0, record);
  std::vector<std::string> names;
  std::string buffer;
  for (std::size_t i = 0; i < record.size(); ++i) names.emplace_back(csv::cell_value(csv::raw_cell(text, record, i), buffer));
  out.header = read_header(names, form);
  out.refusal = out.header.refusal;
  out.first_row = record.next;
  return out;
}

std::string_view CellReader::operator[](std::size_t column) {
  auto const at = header_.cell_of[column];
  if (at == no_cell || static_cast<std::size_t>(at) >= record_.size()) return {};
  return csv::cell_value(csv::raw_cell(row_, record_, static_cast<std::size_t>(at)), buffer_);
}

std::string_view CellReader::value(std::size_t column) {
  auto const text = (*this)[column];
  return trimmed(text).empty() ? std::string_view() : text;
}

}  // namespace rollbook::batch
