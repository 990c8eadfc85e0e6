#include "batch/demographics_file.h"

#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "batch/demographics_form.h"
#include "batch/id_cell.h"
#include "batch/languages.h"
#include "batch/read_rows.h"
#include "batch/users_form.h"
#include "roster/ids.h"
#include "roster/values.h"

namespace rollbook::batch {
namespace {

constexpr auto id_column = demographics_place("userId");
constexpr auto language_column = demographics_place("homeLanguage");
constexpr auto birth_column = demographics_place("birthDate");

bool is_two_capitals(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool is_five_digits(std::string_view text) {
  return text.size() == 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class FactLook {
 public:
  FactLook(Header const& header, std::uint64_t seed) : header_(header), seed_(seed) {}

  DemographicsRow look(csv::Batch const& batch, std::uint32_t row, std::uint32_t number, std::vector<Remark>& remarks) {
    DemographicsRow out;
    out.says = seed_;
    for (std::size_t column = 0; column < std::size(demographics_columns); ++column) {
      auto const at = header_.cell_of[column];
      auto cell = at == no_cell ? std::string_view() : csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(at)), buffer_);
      if (trimmed(cell).empty()) cell = {};
      if (auto const wrong = wrong_with(column, cell); wrong != What::Count_) remarks.push_back({number, wrong, static_cast<std::uint8_t>(column), 0});
      if (column == id_column) out.user = cell.empty() ? 0 : hash_of_id(cell, seed_);
      else add(out, fact(column, cell));
    }
    return out;
  }

 private:
  // The length goes in as well, so that no letter moves from one cell to the next unseen.
  static void add(DemographicsRow& row, std::string_view kept) { row.says = hash_of(kept, row.says + kept.size()); }

  // Count_: nothing.
  static What wrong_with(std::size_t column, std::string_view cell) {
    if (column == id_column) return cell.empty() ? What::Blank : wrong_with_id(cell);
    if (cell.empty()) return What::Count_;
    if (column == birth_column) return has_value(read_date(cell).value) ? What::Count_ : What::NotADate;
    if (column == language_column) return language_code(cell).empty() ? What::NotALanguage : What::Count_;
    if (column == demographics_place("countryOfBirthCode") || column == demographics_place("stateOfBirthAbbreviation"))
      return is_two_capitals(cell) ? What::Count_ : What::UnusualCode;
    if (column == demographics_place("publicSchoolResidenceStatus")) return is_five_digits(cell) ? What::Count_ : What::UnusualCode;
    auto const words = demographics_columns[column].words;
    return words.empty() || std::ranges::find(words, cell) != words.end() ? What::Count_ : What::UnknownWord;
  }

  Header const& header_;
  std::uint64_t seed_;
  std::string buffer_;
};

// A person has one row. Nobody knows which of two that differ is right.
void compare_rows(std::string_view text, DemographicsFile& file) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> rows_of;
  for (std::uint32_t row = 0; row < file.rows.size(); ++row)
    if (file.rows[row].readable && file.rows[row].user != 0) rows_of[file.rows[row].user].push_back(row);
  CellReader one(text, file.header), other(text, file.header);
  auto const first_difference = [&](std::uint32_t a, std::uint32_t b) {
    one.go_to(file.rows[a]), other.go_to(file.rows[b]);
    for (std::size_t column = 0; column < std::size(demographics_columns); ++column)
      if (column != id_column && fact(column, one.value(column)) != fact(column, other.value(column))) return column;
    return id_column;
  };
  for (auto const& [user, rows] : rows_of) {
    auto const differs = std::ranges::find_if(rows, [&](auto const row) { return file.rows[row].says != file.rows[rows.front()].says; });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (differs != rows.end()) {
        auto const against = file.rows[rows[i]].says == file.rows[rows.front()].says ? *differs : rows.front();
        file.remarks.push_back({rows[i], What::PersonDiffers, static_cast<std::uint8_t>(first_difference(rows[i], against)), file.rows[against].line});
      } else if (i > 0) {
        file.remarks.push_back({rows[i], What::Repeated, static_cast<std::uint8_t>(id_column), file.rows[rows.front()].line});
      }
    }
  }
}

}  // namespace

std::string_view fact(std::size_t column, std::string_view text) {
  if (column != language_column) return text;
  auto const code = language_code(text);
  return code.empty() ? text : code;
}

DemographicsFile read_demographics_file(std::string_view text, Looking const& looking) {
  auto file = read_rows<DemographicsRow>(text, demographics_form, looking, [&](Header const& header) { return FactLook(header, looking.seed); });
  if (!file.refusal.empty()) return file;
  compare_rows(text, file);
  file.settle();
  return file;
}

bool is_demographics(std::string_view text) {
  auto const line = text.substr(0, text.find_first_of("\r\n"));
  std::size_t users = 0, demographics = 0;
  for (auto name : split(line, ',')) {
    std::erase(name, '"');
    auto const is_named = [&](Column const& column) { return lower(column.header) == lower(trimmed(std::string_view(name))); };
    users += std::ranges::any_of(users_columns, is_named);
    demographics += std::ranges::any_of(demographics_columns, is_named);
  }
  return demographics > users;
}

}  // namespace rollbook::batch
