// The columns of demographics.csv: a row for each person, those of OneRoster's demographics and the programs that a student takes part in.
#pragma once

#include <algorithm>

#include "batch/form.h"
#include "schema/tables/demographics.h"

namespace rollbook::batch {

inline constexpr Column program_columns[] = {
    {.header = "homeLanguage", .doc = "Language spoken at home: its ISO 639 code, or its English name.", .samples = {"es", "English"}},
    {.header = "englishLearner", .doc = "Learns English as another language.", .words = words::boolean_words, .samples = {"true", "false"}},
    {.header = "economicallyDisadvantaged", .doc = "Economically disadvantaged.", .words = words::boolean_words},
    {.header = "specialEducation", .doc = "Receives special education.", .words = words::boolean_words},
    {.header = "section504", .doc = "Has a plan by section 504.", .words = words::boolean_words},
    {.header = "migrant", .doc = "Of a family that migrates for work.", .words = words::boolean_words},
    {.header = "homeless", .doc = "Without a home.", .words = words::boolean_words},
    {.header = "foster", .doc = "In foster care.", .words = words::boolean_words},
    {.header = "giftedTalented", .doc = "In a program for the gifted and talented.", .words = words::boolean_words},
};

// Of OneRoster's fields all but what tells which record it is, and in what state.
constexpr bool is_fact(Field const& field) { return field.type != Type::Guid && field.need == rollbook::Need::Optional; }

inline constexpr std::size_t fact_count = static_cast<std::size_t>(std::ranges::count_if(demographics_fields, is_fact));

// Where OneRoster names a list of codes, and what to write from it.
struct Coded {
  std::string_view header, doc;
  std::string_view sample = {};
};
inline constexpr Coded coded_columns[] = {
    {"countryOfBirthCode", "Country of birth: the code of two capital letters that ISO 3166 gives it, as US.", "US"},
    {"stateOfBirthAbbreviation", "State of birth: its abbreviation of two capital letters, as IL.", "IL"},
    {"publicSchoolResidenceStatus", "Where the student lives in relation to the school district: the CEDS code of five digits, as 01652.", "01652"},
};

inline constexpr auto demographics_columns = [] {
  std::array<Column, 1 + fact_count + std::size(program_columns)> all{};
  all[0] = {.header = "userId", .need = Need::Required, .doc = "The id of the person, as in users.csv.", .samples = {"000301", "000302"}};
  std::size_t next = 1;
  for (auto const& field : demographics_fields) {
    if (!is_fact(field)) continue;
    all[next].header = field.name, all[next].doc = field.doc;
    if (field.type == Type::Boolean) all[next].words = words::boolean_words;
    if (field.type == Type::Enum) all[next].words = field.words->words;
    if (field.type == Type::Date) all[next].samples = {"2017-05-14", "2016-11-02"};
    for (auto const& coded : coded_columns)
      if (coded.header == field.name) all[next].doc = coded.doc, all[next].samples = {coded.sample, ""};
    ++next;
  }
  for (auto const& column : program_columns) all[next++] = column;
  return all;
}();
static_assert(demographics_columns.size() <= max_columns);

consteval std::size_t demographics_place(std::string_view header) { return place_of(demographics_columns, header); }

// How the roster calls the column: OneRoster's name, or an extension of its table of restricted facts.
constexpr bool is_program(std::size_t column) { return column > fact_count; }
constexpr std::string_view program_prefix = "metadata.";

inline constexpr Form demographics_form{.file = "demographics.csv", .columns = demographics_columns};

}  // namespace rollbook::batch
