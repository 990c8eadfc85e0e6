// Rows of demographics.csv: what is said of each, and which languages are known.
#include <gtest/gtest.h>

#include "batch/demographics_file.h"
#include "batch/demographics_form.h"
#include "batch/instructions.h"
#include "batch/languages.h"
#include "csv/scan.h"

namespace rollbook::batch {
namespace {

// What is said of each row: "line: message".
std::vector<std::string> told(std::string text, unsigned workers = 2) {
  auto const size = text.size();
  text.append(csv::padding, '\0');
  auto const file = read_demographics_file(std::string_view(text).substr(0, size), {.seed = 7, .workers = workers});
  std::vector<std::string> out;
  if (!file.refusal.empty()) return {file.refusal};
  for (auto const& remark : file.remarks) out.push_back(std::to_string(file.rows[remark.row].line) + ": " + words_of(remark, demographics_form, ""));
  return out;
}

void expect_told(std::string const& text, std::vector<std::string> const& beginnings) {
  auto const all = told(text);
  ASSERT_EQ(all.size(), beginnings.size()) << ::testing::PrintToString(all);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(all[i].starts_with(beginnings[i])) << all[i];
}

TEST(DemographicsFile, TemplateHasNothingSaidOfIt) { expect_told(template_of(demographics_form), {}); }

TEST(DemographicsFile, WithAWrongHeaderIsRefusedByName) {
  expect_told("", {"demographics.csv is refused: the file is empty."});
  expect_told("userId,Birthdate\n1,2017-05-14\n", {"demographics.csv is refused for its headers"});
}

TEST(DemographicsFile, HasABadValueOfEachColumnTold) {
  for (std::size_t i = 1; i < std::size(demographics_columns); ++i) {
    auto const& column = demographics_columns[i];
    auto const header = std::string(column.header);
    std::string_view beginning = "2: ERROR: ";
    std::string wrong = "yes";
    if (header == "birthDate") wrong = "5/14/2017";
    else if (header == "cityOfBirth") continue;  // any text
    else if (header.ends_with("Code") || header.ends_with("Abbreviation") || header.ends_with("Status")) wrong = "Mexico", beginning = "2: WARNING: ";
    else if (header == "homeLanguage") wrong = "Klingonish";
    expect_told("userId," + header + "\n1," + wrong + "\n", {std::string(beginning) + header});
    expect_told("userId," + header + "\n1,\n2,  \n", {});
    for (auto const word : column.words) expect_told("userId," + header + "\n1," + std::string(word) + "\n", {});
  }
  for (auto const* day : {"2017-02-30", "17-05-14", "2017-5-14", "20170514", "14.05.2017"})
    expect_told("userId,birthDate\n1," + std::string(day) + "\n", {"2: ERROR: birthDate is no day that exists."});
}

TEST(DemographicsFile, AsksForAnIdThatIsOne) {
  expect_told("userId,sex\n,male\n", {"2: ERROR: userId is empty."});
  expect_told("userId\n1.23E+08\n", {"2: ERROR: userId is a number that a spreadsheet has shortened."});
  expect_told("userId\na b\n", {"2: ERROR: userId has characters that no id may have"});
  expect_told("userId,sex\n1,male,extra\n2,male\n", {"2: ERROR: this line cannot be read as a row"});
}

TEST(DemographicsFile, HasOneRowForEachPerson) {
  expect_told("userId,sex\n1,male\n2,male\n1,male\n", {"4: WARNING: this row says the same as line 2."});
  expect_told("userId,sex,asian\n1,male,true\n1,male,false\n1,male,true\n", {"2: ERROR: asian differs from line 3, which is about the same person.",
                                                                             "3: ERROR: asian differs from line 2", "4: ERROR: asian differs from line 3"});
  expect_told("userId,homeLanguage\n1,es\n1,Spanish\n", {"3: WARNING: this row says the same as line 2."});
}

TEST(DemographicsFile, IsKnownByItsHeaders) {
  EXPECT_TRUE(is_demographics("userId,birthDate\n"));
  EXPECT_TRUE(is_demographics("\"userId\",\"BirthDate\",sex,userRole\r\n"));
  EXPECT_FALSE(is_demographics("userId,schoolId,userRole\n"));
  EXPECT_FALSE(is_demographics("userId\n"));
  EXPECT_FALSE(is_demographics(""));
}

TEST(Languages, AreKnownByEveryCodeAndName) {
  for (auto const* spanish : {"es", "ES", "spa", "Spanish", "spanish", " Castilian "}) EXPECT_EQ(language_code(spanish), "es") << spanish;
  EXPECT_EQ(language_code("chi"), "zh");
  EXPECT_EQ(language_code("zho"), "zh");
  EXPECT_EQ(language_code("Haitian Creole"), "ht");
  EXPECT_EQ(language_code("Hmong"), "hmn");
  EXPECT_EQ(language_code("cantonese"), "yue");
  EXPECT_EQ(language_code("Farsi"), "fa");
  EXPECT_EQ(language_code("K'iche'"), "quc");
  EXPECT_EQ(language_code(""), "");
  EXPECT_EQ(language_code("xx"), "");
  EXPECT_EQ(language_code("language"), "");
  EXPECT_EQ(nearest_language("Spansh"), "Spanish");
  EXPECT_EQ(nearest_language("Vietnamse"), "Vietnamese");
}

}  // namespace
}  // namespace rollbook::batch
