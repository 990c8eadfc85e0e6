// Templates and data dictionaries say what the declarations say.
#include "batch/instructions.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "batch/demographics_form.h"
#include "batch/header.h"
#include "batch/users_file.h"
#include "batch/users_form.h"
#include "csv/scan.h"

namespace rollbook::batch {
namespace {

TEST(Template, of_users_is_taken_as_it_is_and_nothing_is_said_of_it) {
  auto text = template_of(users_form);
  auto const size = text.size();
  text.append(csv::padding, '\0');
  std::vector<std::string> const schools = {"0042"};
  auto const file = read_users_file(std::string_view(text).substr(0, size), schools, {});
  EXPECT_EQ(file.refusal, "");
  EXPECT_EQ(file.rows.size(), 2u);
  EXPECT_TRUE(file.remarks.empty());
}

TEST(Template, of_demographics_has_a_header_that_is_taken_and_rows_as_long) {
  auto const lines = split(template_of(demographics_form), '\n');
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(read_header(split(lines[0], ','), demographics_form).refusal, "");
  for (auto const& line : lines) EXPECT_EQ(std::ranges::count(line, ','), std::ranges::count(lines[0], ','));
}

TEST(DemographicsHeader, needs_the_userId_alone_and_knows_the_columns_of_OneRoster_and_the_programs) {
  EXPECT_EQ(read_header({"userId"}, demographics_form).refusal, "");
  EXPECT_EQ(read_header({"section504", "userId", "birthDate", "hispanicOrLatinoEthnicity", "homeLanguage"}, demographics_form).refusal, "");
  EXPECT_NE(read_header({"birthDate"}, demographics_form).refusal.find("demographics.csv is refused for its headers"), std::string::npos);
  for (auto const* strange : {"sourcedId", "status", "dateLastModified"}) EXPECT_NE(read_header({"userId", strange}, demographics_form).refusal, "") << strange;
}

TEST(Dictionary, has_every_column_with_its_need_and_words) {
  auto const text = dictionary_of(users_form);
  for (auto const& column : users_columns) EXPECT_NE(text.find("`" + std::string(column.header) + "` |"), std::string::npos) << text;
  EXPECT_NE(text.find("| `schoolId` | required | any text |"), std::string::npos) << text;
  EXPECT_NE(text.find("| `className` | when classId is filled |"), std::string::npos) << text;
  EXPECT_NE(text.find("`REMOVE-CLASS`"), std::string::npos);
}

}  // namespace
}  // namespace rollbook::batch
