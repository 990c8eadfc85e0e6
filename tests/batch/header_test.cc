// Headers of users.csv: taken as they are declared, or refused with all that is wrong in one message.
#include "batch/header.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "batch/users_form.h"

namespace rollbook::batch {
namespace {

using Names = std::vector<std::string>;

Names all_headers() {
  Names names;
  for (auto const& column : users_columns) names.emplace_back(column.header);
  return names;
}

std::string refusal(Names const& names) { return read_header(names, users_form).refusal; }

Names with(std::string_view header, std::string const& instead) {
  auto names = all_headers();
  std::ranges::replace(names, std::string(header), instead);
  return names;
}

Names without(std::string_view header) {
  auto names = all_headers();
  std::erase(names, header);
  return names;
}

TEST(UsersHeader, is_taken_in_any_order) {
  auto names = all_headers();
  std::ranges::reverse(names);
  auto const header = read_header(names, users_form);
  EXPECT_EQ(header.refusal, "");
  EXPECT_EQ(header.cell_of[0], static_cast<int>(names.size()) - 1);
}

TEST(UsersHeader, may_lack_exactly_the_optional_columns) {
  for (auto const& column : users_columns) {
    auto const refused = refusal(without(column.header));
    if (column.need == Need::Optional) EXPECT_EQ(refused, "") << column.header;
    else EXPECT_NE(refused.find('"' + std::string(column.header) + "\" is missing"), std::string::npos) << column.header << ": " << refused;
  }
}

TEST(UsersHeader, in_other_letters_is_refused_with_the_right_ones) {
  EXPECT_EQ(
      refusal(with("schoolId", "SchoolID")),
      "users.csv is refused for its headers; nothing was changed. \"SchoolID\" has to be written exactly as \"schoolId\": capital letters and spaces count.");
  EXPECT_NE(refusal(with("schoolId", " schoolId")).find("exactly as \"schoolId\""), std::string::npos);
}

TEST(UsersHeader, misspelt_is_refused_with_the_nearest_right_one_and_not_called_missing_as_well) {
  auto const refused = refusal(with("userLastName", "userLastNmae"));
  EXPECT_NE(refused.find("the nearest right one is \"userLastName\""), std::string::npos) << refused;
  EXPECT_EQ(refused.find("missing"), std::string::npos) << refused;
}

TEST(UsersHeader, that_does_not_belong_is_refused_also_when_it_is_twice_or_blank) {
  auto names = all_headers();
  names.insert(names.end(), {"shoeSizeInWinter", "userId", ""});
  auto const refused = refusal(names);
  EXPECT_NE(refused.find("\"shoeSizeInWinter\" does not belong here"), std::string::npos) << refused;
  EXPECT_NE(refused.find("\"userId\" stands there twice"), std::string::npos) << refused;
  EXPECT_NE(refused.find("Column 20 has no header"), std::string::npos) << refused;
}

TEST(UsersHeader, that_is_a_row_about_a_person_is_refused_without_repeating_it) {
  auto const refused = refusal({"0042", "300", "student", "Leena", "Parath", "leena@school.example"});
  EXPECT_NE(refused.find("none of the headers"), std::string::npos) << refused;
  EXPECT_EQ(refused.find("Leena"), std::string::npos) << refused;
  EXPECT_EQ(refused.find("leena@"), std::string::npos) << refused;
}

TEST(UsersHeader, with_thousands_of_strange_names_gives_a_message_of_a_readable_length) {
  auto names = all_headers();
  names.resize(5000, std::string(2000, 'x'));
  auto const refused = refusal(names);
  EXPECT_LT(refused.size(), 8000u);
  EXPECT_NE(refused.find("more."), std::string::npos) << refused;
}

}  // namespace
}  // namespace rollbook::batch
