// CSV in, rows out: what the tests of this folder look at.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "csv/batch.h"

namespace rollbook::test {

using Cells = std::vector<std::string>;

// A text with the padding that readers may touch; the padding is as misleading as it can be.
class Readable {
 public:
  explicit Readable(std::string_view text, char fill = '"') : size_(text.size()), held_(std::string(text) + std::string(csv::padding, fill)) {}
  std::string_view text() const { return std::string_view(held_).substr(0, size_); }

 private:
  std::size_t size_;
  std::string held_;
};

// A text read in one piece, its batch still there to be asked.
struct Read {
  Readable readable;
  csv::Batch batch;

  Read(std::string_view text, std::uint32_t columns, csv::Kernel kernel) : readable(text) {
    csv::read_batch(readable.text(), 0, static_cast<std::uint32_t>(text.size()), columns, kernel, batch);
  }
  Read(Read const&) = delete;

  std::vector<Cells> rows() const {
    std::vector<Cells> out;
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      auto& cells = out.emplace_back();
      for (std::uint32_t c = 0; c < batch.columns; ++c) cells.push_back(value(row, c));
    }
    return out;
  }

  std::string value(std::uint32_t row, std::uint32_t column) const {
    std::string buffer;
    return std::string(csv::cell_value(batch.raw(row, column), buffer));
  }

  // Values of a column, top down.
  Cells column(std::uint32_t c) const {
    Cells out;
    for (std::uint32_t row = 0; row < batch.rows; ++row) out.push_back(value(row, c));
    return out;
  }

  // Physical lines on which the rows of the grid begin, the first being 1.
  std::vector<std::uint32_t> lines() const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t row = 0; row < batch.rows; ++row) out.push_back(batch.row_line[row] + 1);
    return out;
  }
};

constexpr std::string_view name_of(csv::Damage damage) {
  switch (damage) {
    case csv::Damage::UnclosedQuote:
      return "unclosed quote";
    case csv::Damage::TextAfterQuote:
      return "text after quote";
    case csv::Damage::StrayQuote:
      return "stray quote";
    case csv::Damage::LineBreak:
      return "line break";
    case csv::Damage::NulByte:
      return "NUL";
    case csv::Damage::InvalidUtf8:
      return "not UTF-8";
    case csv::Damage::ControlCharacter:
      return "control character";
    case csv::Damage::CellCount:
      return "cell count";
    case csv::Damage::TooLong:
      return "too long";
  }
  return "?";
}

// "line 3 kept: stray quote in 1, cell count in 4": a record that stands aside, for people and for comparing.
inline std::string told(csv::Aside const& aside) {
  std::string out = "line " + std::to_string(aside.line + 1) + (aside.in_grid ? " kept:" : " left out:");
  for (auto const& spot : aside.spots) out += (out.back() == ':' ? " " : ", ") + std::string(name_of(spot.damage)) + " in " + std::to_string(spot.cell);
  return out;
}

inline Cells told(csv::Batch const& batch) {
  Cells out;
  for (auto const& aside : batch.aside) out.push_back(told(aside));
  return out;
}

// Bytes that are likely to be trouble: mostly separators and quotes, now and then anything.
inline std::string troublesome_bytes(std::mt19937& random, std::size_t size, int anything_in = 20) {
  constexpr std::string_view usual = ",,,\"\"\n\n\r abcdefgh";
  std::string out;
  while (out.size() < size) out += random() % static_cast<unsigned>(anything_in) == 0 ? static_cast<char>(random() % 256) : usual[random() % usual.size()];
  return out;
}

}  // namespace rollbook::test
