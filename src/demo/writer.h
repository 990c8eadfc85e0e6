// CSV text straight into a piece of about a mebibyte. Room is asked for once per row; cells are then plain copies,
// which is what makes a million students a matter of seconds.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "demo/calendar.h"
#include "demo/make_district.h"

namespace rollbook::demo {

struct Id {
  std::uint64_t high, low;
};

class Writer {
 public:
  Writer(FileSink& sink, std::string_view file, std::string_view header) : sink_(sink) {
    sink_.begin(file);
    row();
    raw(header);
    end_row();
  }
  // Said aloud rather than by a destructor, because a sink may throw.
  void finish() {
    flush();
    sink_.end();
  }
  Writer(Writer const&) = delete;
  Writer& operator=(Writer const&) = delete;

  // Begins a row. No row we make is longer than `row_limit`; that is why nothing below checks for room.
  void row() {
    if (static_cast<std::size_t>(at_ - piece_.get()) > piece_size) flush();
  }
  void end_row() { *at_++ = '\n'; }

  void comma() { *at_++ = ','; }
  void raw(char c) { *at_++ = c; }
  void raw(std::string_view text) { at_ = std::copy(text.begin(), text.end(), at_); }

  // One whole cell and the comma after it; the last cell of a row is written with raw or text.
  void cell(std::string_view plain) {
    raw(plain);
    comma();
  }
  void cell(Id id) {
    raw(id);
    comma();
  }
  // Not a plain bool: a string literal would rather become one than a string_view.
  template <std::same_as<bool> Bool>
  void cell(Bool value) {
    cell(value ? std::string_view("true") : std::string_view("false"));
  }
  void date_cell(Day day) {
    date(day);
    comma();
  }
  void empty_cells(int n) {
    while (n-- > 0) comma();
  }

  // Free text: quoted when it has to be, and only then.
  void text(std::string_view value) {
    if (value.find_first_of(",\"") == std::string_view::npos) return raw(value);
    raw('"');
    for (auto const c : value) {
      if (c == '"') raw('"');
      raw(c);
    }
    raw('"');
  }
  void text_cell(std::string_view value) {
    text(value);
    comma();
  }

  // Version and variant are set as a random UUID has them, so that readers who look are content.
  void raw(Id id) {
    auto* p = at_;
    p = hex(p, id.high >> 32, 4);
    *p++ = '-';
    p = hex(p, id.high >> 16, 2);
    *p++ = '-';
    p = hex(p, (id.high & 0x0FFF) | 0x4000, 2);
    *p++ = '-';
    p = hex(p, ((id.low >> 48) & 0x3FFF) | 0x8000, 2);
    *p++ = '-';
    at_ = hex(p, id.low, 6);
  }

  void number(std::uint64_t value, std::size_t at_least_digits = 1) {
    char digits[20];
    auto* const end = digits + sizeof digits;
    auto* first = end;
    do *--first = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    for (auto n = static_cast<std::size_t>(end - first); n < at_least_digits; ++n) *at_++ = '0';
    raw(std::string_view(first, static_cast<std::size_t>(end - first)));
  }

  void date(Day day) {
    auto const d = civil(day);
    number(static_cast<std::uint64_t>(d.year), 4);
    raw('-');
    number(static_cast<std::uint64_t>(d.month), 2);
    raw('-');
    number(static_cast<std::uint64_t>(d.day), 2);
  }

 private:
  static constexpr std::size_t piece_size = std::size_t{1} << 20;
  static constexpr std::size_t row_limit = 8192;

  static constexpr auto hex_pairs = [] {
    std::array<char, 512> pairs{};
    for (std::size_t i = 0; i < 256; ++i) {
      pairs[2 * i] = "0123456789abcdef"[i >> 4];
      pairs[2 * i + 1] = "0123456789abcdef"[i & 15];
    }
    return pairs;
  }();

  static char* hex(char* p, std::uint64_t value, int bytes) {
    for (auto shift = 8 * (bytes - 1); shift >= 0; shift -= 8, p += 2) std::memcpy(p, &hex_pairs[2 * ((value >> shift) & 0xFF)], 2);
    return p;
  }

  void flush() {
    sink_.write({piece_.get(), static_cast<std::size_t>(at_ - piece_.get())});
    at_ = piece_.get();
  }

  FileSink& sink_;
  std::unique_ptr<char[]> piece_ = std::make_unique<char[]>(piece_size + row_limit);
  char* at_ = piece_.get();
};

}  // namespace rollbook::demo
