// A row as the rules see it: row[column<enrollments, "endDate">]. A column knows its table and type; a misspelt name does not compile.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "roster/roster.h"
#include "rules/rule.h"

namespace rollbook {

template <std::size_t N>
struct Name {
  char text[N]{};
  constexpr Name(char const (&from)[N]) { std::copy_n(from, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

template <Table const& T, std::size_t Index>
struct ColumnOf {
  static constexpr Table const& table = T;
  static constexpr std::size_t index = Index;
  static constexpr Field const& field = T.fields[Index];
};

template <Table const& T, Name N>
struct FindColumn {
  static constexpr std::size_t index = field_index(T, N.view());
  static_assert(index != npos, "the table has no such column");
  using type = ColumnOf<T, index>;
};

template <Table const& T, Name N>
inline constexpr typename FindColumn<T, N>::type column{};

// Code of a word of a vocabulary; does not compile when there is no such word.
template <Vocabulary const& V, Name N>
inline constexpr std::int32_t word = [] {
  for (std::size_t i = 0; i < V.words.size(); ++i)
    if (V.words[i] == N.view()) return static_cast<std::int32_t>(i);
  throw "the vocabulary has no such word";
}();

// A value that may be blank, invalid or unknown: only a usable one is true.
struct Cell {
  std::int32_t value = blank;
  constexpr explicit operator bool() const { return has_value(value); }
  constexpr std::int32_t operator*() const { return value; }
};
struct Number {
  double value;
  explicit operator bool() const { return !std::isnan(value); }
  double operator*() const { return value; }
};

template <Table const& T>
class Row {
 public:
  Row(csv::Batch const& batch, Values const& values, std::uint32_t row, Roster const& roster) : batch_(&batch), values_(&values), row_(row), roster_(&roster) {}

  // The text of a cell, quotes around it taken off; "" when the file has no such column.
  template <std::size_t I>
  std::string_view text(ColumnOf<T, I>) const {
    auto const at = (*roster_)[T.id].layout.column_of[I];
    if (at == no_column) return {};
    auto const raw = batch_->raw(row_, static_cast<std::uint32_t>(at));
    return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
  }

  template <std::size_t I>
  auto operator[](ColumnOf<T, I>) const {
    constexpr auto type = T.fields[I].type;
    static_assert(type != Type::String && type != Type::RefList, "this column has no value in memory");
    if constexpr (type == Type::Float) return Number{values_->number[I][row_]};
    else if constexpr (has_lists(type)) return values_->item_ends[I][row_];  // number of items
    else return Cell{values_->column[I][row_]};
  }

  // A column of the row that a reference points to.
  template <Table const& Target, std::size_t I>
  auto of(Cell reference, ColumnOf<Target, I>) const {
    static_assert(is_kept(Target.id, Target.fields[I].name), "this column is not kept: see is_kept");
    auto const& kept = (*roster_)[Target.id].kept;
    if constexpr (Target.fields[I].type == Type::Float) {
      return Number{!reference || kept.number[I].empty() ? std::nan("") : kept.number[I][static_cast<std::size_t>(*reference)]};
    } else {
      return Cell{reference ? kept.at(I, *reference) : blank};
    }
  }

  Roster const& roster() const { return *roster_; }
  std::uint32_t number() const { return row_; }

 private:
  csv::Batch const* batch_;
  Values const* values_;
  std::uint32_t row_;
  Roster const* roster_;
};

// A rule that one row answers: true means the rule is broken. `column` is the one to blame.
template <Table const& T, class Broken>
struct RowRule {
  RuleInfo info;
  std::string_view blamed;
  Broken broken;
  static constexpr Table const& table = T;
};

template <Table const& T, class Broken>
constexpr auto row_rule(RuleInfo const& info, std::string_view blamed, Broken broken) {
  return RowRule<T, Broken>{info, blamed, broken};
}

}  // namespace rollbook
