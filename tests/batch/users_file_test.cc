// Rows of users.csv: what is said of each, by itself and beside others.
#include "batch/users_file.h"

#include <gtest/gtest.h>

#include <map>

#include "batch/users_form.h"
#include "csv/scan.h"

namespace rollbook::batch {
namespace {

using Cells = std::map<std::string, std::string>;
std::vector<std::string> const schools = {"0042", "S-2"};

Cells student(std::string const& id = "300", Cells more = {}) {
  more.merge(Cells{{"schoolId", "0042"}, {"userId", id}, {"userRole", "student"}, {"userFirstName", "Leena"}, {"userLastName", "Parath"}, {"userGrade", "03"}});
  return more;
}

Cells teacher(std::string const& id = "T1", Cells more = {}) {
  more.merge(Cells{
      {"schoolId", "0042"}, {"userId", id}, {"userRole", "teacher"}, {"userFirstName", "Ada"}, {"userLastName", "Bell"}, {"userEmail", id + "@x.example"}});
  return more;
}

Cells in_class(Cells person, std::string const& id = "m3", Cells more = {}) {
  for (auto const& [column, value] : more) person[column] = value;
  person.merge(Cells{{"classId", id}, {"className", "Mathematics"}});
  return person;
}

std::string header_line() {
  std::string line;
  for (auto const& column : users_columns) (line += line.empty() ? "" : ",") += column.header;
  return line;
}

std::string file_of(std::vector<Cells> const& rows) {
  auto text = header_line() + "\n";
  for (auto const& cells : rows) {
    for (std::size_t i = 0; i < std::size(users_columns); ++i) {
      auto const at = cells.find(std::string(users_columns[i].header));
      text += (i == 0 ? "" : ",") + (at == cells.end() ? "" : at->second);
    }
    text += "\n";
  }
  return text;
}

UsersFile read(std::string text, unsigned workers = 2) {
  auto const size = text.size();
  text.append(csv::padding, '\0');
  return read_users_file(std::string_view(text).substr(0, size), schools, {.seed = 7, .workers = workers});
}

// What is said of each row: "line: message".
std::vector<std::string> told(std::vector<Cells> const& rows) {
  auto const file = read(file_of(rows));
  std::vector<std::string> out;
  for (auto const& remark : file.remarks) out.push_back(std::to_string(file.rows[remark.row].line) + ": " + words_of(remark, users_form, ""));
  return out;
}

// That exactly one thing is said, of this line, and how it begins.
void expect_told(std::vector<Cells> const& rows, std::string const& beginning) {
  auto const all = told(rows);
  ASSERT_EQ(all.size(), 1u) << ::testing::PrintToString(all);
  EXPECT_TRUE(all[0].starts_with(beginning)) << all[0];
}

void expect_each(std::vector<Cells> const& rows, std::vector<std::string> const& beginnings) {
  auto const all = told(rows);
  ASSERT_EQ(all.size(), beginnings.size()) << ::testing::PrintToString(all);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(all[i].starts_with(beginnings[i])) << all[i];
}

TEST(UsersFile, with_good_rows_has_nothing_said_of_it) {
  EXPECT_EQ(
      told({student(), teacher(), in_class(student("301"), "a"), in_class(student("301"), "b"), in_class(teacher("T2"), "a", {{"primaryTeacher", "true"}})}),
      std::vector<std::string>{});
}

TEST(UsersFile, asks_in_every_row_for_what_is_required) {
  for (auto const& column : users_columns) {
    if (column.need != Need::Required) continue;
    auto row = student();
    row[std::string(column.header)] = "";
    expect_told({row}, "2: ERROR: " + std::string(column.header) + " is empty. It has to be filled in every row.");
    row[std::string(column.header)] = "   ";
    expect_told({row}, "2: ERROR: " + std::string(column.header) + " is empty.");
  }
}

TEST(UsersFile, asks_staff_for_an_email_and_students_for_a_grade) {
  expect_told({teacher("T1", {{"userEmail", ""}})}, "2: ERROR: userEmail is empty. It has to be filled when the person is a teacher or an administrator.");
  expect_told({teacher("T1", {{"userEmail", ""}, {"userRole", "administrator"}})}, "2: ERROR: userEmail is empty.");
  expect_told({student("1", {{"userGrade", ""}})}, "2: ERROR: userGrade is empty. It has to be filled when the person is a student.");
}

TEST(UsersFile, knows_an_email_from_other_text) {
  for (auto const* wrong : {"ada", "ada@", "@x.example", "ada@x", "a da@x.example", "ada@x..example", "a@b@x.example"})
    expect_told({student("1", {{"userEmail", wrong}})}, "2: ERROR: userEmail is no e-mail address.");
}

TEST(UsersFile, reads_a_grade_that_lost_its_zero_and_says_so) {
  expect_told({student("1", {{"userGrade", "1"}})}, "2: WARNING: userGrade is read with a leading zero.");
  expect_told({in_class(student(), "a", {{"classGrade", "9"}})}, "2: WARNING: classGrade is read with a leading zero.");
  expect_told({student("1", {{"userGrade", "3rd"}})}, "2: ERROR: userGrade has a word that is not known. Write IT, PR, PK, TK, KG, 01,");
  EXPECT_EQ(told({in_class(student("1", {{"userGrade", "3"}}), "a"), in_class(student("1"), "b")}).size(), 1u) << "3 and 03 are the same grade";
}

TEST(UsersFile, takes_words_exactly_as_they_are_declared) {
  expect_told({student("1", {{"userRole", "Student"}})}, "2: ERROR: userRole has a word that is not known. Write student, teacher or administrator.");
  expect_told({student("1", {{"action", "archive-user"}})},
              "2: ERROR: action has a word that is not known. Write REMOVE-ENROLLMENT, REMOVE-CLASS, ARCHIVE-USER or RESTORE-USER.");
  expect_told({in_class(teacher(), "a", {{"primaryTeacher", "yes"}})}, "2: ERROR: primaryTeacher has a word that is not known. Write false or true.");
}

TEST(UsersFile, lets_only_teachers_have_charge_of_a_class) {
  expect_told({in_class(student(), "a", {{"primaryTeacher", "true"}})}, "2: ERROR: primaryTeacher is filled, but the person is not a teacher.");
}

TEST(UsersFile, asks_for_classId_when_any_column_of_the_class_is_filled_and_for_className_with_it) {
  for (auto const* column : {"className", "classDisplayName", "classSubject"})
    expect_told({student("1", {{column, "Mathematics"}})}, "2: ERROR: classId is empty. It has to be filled when any other column of the class is filled.");
  expect_told({student("1", {{"classId", "a"}})}, "2: ERROR: className is empty. It has to be filled when classId is filled.");
}

TEST(UsersFile, asks_for_the_class_that_an_action_is_about) {
  expect_told({student("1", {{"action", "REMOVE-ENROLLMENT"}})}, "2: ERROR: this action needs a class. Fill classId.");
  expect_told({student("1", {{"action", "REMOVE-CLASS"}})}, "2: ERROR: this action needs a class.");
}

TEST(UsersFile, refuses_ids_that_the_roster_could_not_have) {
  expect_told({student("3 00")}, "2: ERROR: userId has characters that no id may have");
  expect_told({student(std::string(256, 'a'))}, "2: ERROR: userId has characters that no id may have, or more than 255.");
  expect_told({student("1.23E+08")}, "2: ERROR: userId is a number that a spreadsheet has shortened.");
  expect_told({in_class(student(), "a b")}, "2: ERROR: classId has characters");
}

TEST(UsersFile, warns_of_ids_like_social_security_numbers) {
  expect_told({student("123456789")}, "2: WARNING: userId looks like a US social security number.");
  expect_told({student("123-45-6789")}, "2: WARNING: userId looks like");
  expect_told({student("1", {{"userStateId", "123456789"}})}, "2: WARNING: userStateId looks like");
  EXPECT_EQ(told({student("12345678"), student("1234567890")}), std::vector<std::string>{});
}

TEST(UsersFile, knows_schools_only_by_their_exact_id) {
  expect_told({student("1", {{"schoolId", "42"}})}, "2: ERROR: schoolId is no school of the roster.");
  expect_told({student("1", {{"schoolId", "s-2"}})}, "2: ERROR: schoolId is no school of the roster.");
}

TEST(UsersFile, finds_rows_that_contradict_each_other_about_a_person_and_blames_each) {
  expect_each({in_class(student("300"), "a"), in_class(student("300", {{"userFirstName", "Lina"}}), "b"), in_class(student("300"), "c")},
              {"2: ERROR: userFirstName differs from line 3, which is about the same person.", "3: ERROR: userFirstName differs from line 2",
               "4: ERROR: userFirstName differs from line 3"});
}

TEST(UsersFile, lets_a_person_be_at_two_schools_but_not_a_class) {
  EXPECT_EQ(told({in_class(student(), "a"), in_class(student("300", {{"schoolId", "S-2"}}), "b")}), std::vector<std::string>{});
  expect_each({in_class(student("300"), "a"), in_class(student("301", {{"schoolId", "S-2"}}), "a")},
              {"2: ERROR: schoolId differs from line 3, which is about the same class.", "3: ERROR: schoolId differs from line 2"});
}

TEST(UsersFile, finds_rows_that_contradict_each_other_about_a_class) {
  expect_each({in_class(student("300"), "a"), in_class(student("301"), "a", {{"className", "Art"}})},
              {"2: ERROR: className differs from line 3, which is about the same class.", "3: ERROR: className differs from line 2"});
}

TEST(UsersFile, finds_actions_that_contradict_each_other) {
  expect_each({in_class(student(), "a"), in_class(student(), "a", {{"action", "REMOVE-ENROLLMENT"}})},
              {"2: ERROR: line 3 says the opposite", "3: ERROR: line 2 says the opposite"});
  expect_each({student("300", {{"action", "ARCHIVE-USER"}}), in_class(student(), "a")},
              {"2: ERROR: the action is another one than in line 3", "3: ERROR: the action is another one than in line 2"});
  expect_each({student("300", {{"action", "ARCHIVE-USER"}}), student("300", {{"action", "RESTORE-USER"}})}, {"2: ERROR: the action", "3: ERROR: the action"});
  expect_each({in_class(teacher(), "a", {{"action", "REMOVE-CLASS"}}), in_class(student(), "a")},
              {"2: ERROR: of this row and line 3 one adds", "3: ERROR: of this row and line 2 one adds"});
  expect_each({in_class(teacher(), "a", {{"primaryTeacher", "true"}}), in_class(teacher(), "a", {{"primaryTeacher", "false"}})},
              {"2: ERROR: primaryTeacher differs from line 3", "3: ERROR: primaryTeacher differs from line 2"});
}

TEST(UsersFile, lets_a_person_leave_one_class_and_join_another) {
  EXPECT_EQ(told({in_class(student(), "a", {{"action", "REMOVE-ENROLLMENT"}}), in_class(student(), "b")}), std::vector<std::string>{});
}

TEST(UsersFile, warns_of_a_row_that_stands_there_twice) {
  expect_told({in_class(student()), in_class(student())}, "3: WARNING: this row says the same as line 2.");
}

TEST(UsersFile, warns_of_an_email_that_two_people_have_in_whatever_letters) {
  expect_each({student("1", {{"userEmail", "L@x.example"}}), student("2", {{"userEmail", "l@x.example"}})},
              {"2: WARNING: userEmail is also that of another person, in line 3.", "3: WARNING: userEmail is also that of another person, in line 2."});
}

TEST(UsersFile, warns_of_ids_that_are_the_same_but_for_zeros_or_capitals) {
  expect_each({student("0300"), student("300")}, {"2: WARNING: userId is the same as that of another person, in line 3", "3: WARNING: userId"});
  expect_each({student("ab"), student("AB")}, {"2: WARNING: userId is the same", "3: WARNING: userId is the same"});
}

TEST(UsersFile, warns_once_of_a_class_with_more_than_80_students) {
  std::vector<Cells> rows = {in_class(teacher())};
  for (int i = 0; i < 80; ++i) rows.push_back(in_class(student("s" + std::to_string(i))));
  EXPECT_EQ(told(rows), std::vector<std::string>{}) << "the teacher is no student";
  rows.push_back(in_class(student("s80")));
  expect_told(rows, "2: WARNING: the class has 81 students.");
}

TEST(UsersFile, leaves_out_rows_with_errors_and_takes_the_others) {
  auto const file = read(file_of({student("1"), student("2", {{"userRole", "pupil"}}), student("3", {{"userGrade", "1"}})}));
  EXPECT_EQ(file.left_out, 1u);
  EXPECT_EQ(file.errors(), 1u);
  EXPECT_EQ(file.warnings(), 1u);
  EXPECT_TRUE(file.rows[1].left_out);
}

TEST(UsersFile, refused_for_its_headers_has_no_rows) {
  auto text = file_of({student()});
  text.replace(text.find("schoolId"), 8, "schoolID");
  auto const file = read(text);
  EXPECT_NE(file.refusal.find("\"schoolId\""), std::string::npos);
  EXPECT_TRUE(file.rows.empty());
}

TEST(UsersFile, of_other_bytes_is_refused_in_words) {
  EXPECT_NE(read("").refusal.find("empty"), std::string::npos);
  EXPECT_NE(read(std::string("\xFF\xFEu\0s\0", 6)).refusal.find("UTF-8"), std::string::npos);
}

TEST(UsersFile, finds_the_same_with_one_worker_and_with_several_in_a_file_of_many_pieces) {
  std::vector<Cells> rows;
  for (int i = 0; i < 12000; ++i)
    rows.push_back(in_class(student("s" + std::to_string(i % 9000), i % 7 == 0 ? Cells{{"userGrade", "x"}} : Cells{}), "c" + std::to_string(i % 300)));
  auto const text = file_of(rows);
  ASSERT_GT(text.size(), 2u * 256 << 10);
  auto const one = read(text, 1), three = read(text, 3);
  EXPECT_EQ(one.remarks, three.remarks);
  ASSERT_EQ(one.rows.size(), rows.size());
  EXPECT_EQ(one.rows.back().line, rows.size() + 1);
  EXPECT_EQ(three.rows.back().line, rows.size() + 1);
  EXPECT_GT(one.left_out, 0u);
}

std::string report_of(std::string text) {
  auto const size = text.size();
  text.append(csv::padding, '\0');
  auto const bytes = std::string_view(text).substr(0, size);
  return users_errors(bytes, read_users_file(bytes, schools, {}), schools);
}

TEST(UsersErrors, repeats_the_rows_byte_for_byte_with_one_column_more) {
  auto const head = std::string("schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className");
  auto const good = std::string("0042,\"300\",student,\"Le\"\"ena\",  Parath ,,03,,");
  auto const bad = std::string("0042,301,pupil,=Ada,Bell,,,,");
  EXPECT_EQ(report_of(head + "\r\n" + good + "\r\n" + bad + "\n"),
            head + ",errors\r\n" + good + ",\r\n" + bad + ",\"ERROR: userRole has a word that is not known. Write student, teacher or administrator.\"\n");
}

TEST(UsersErrors, proposes_the_nearest_right_word_or_school_and_has_several_messages_of_a_row) {
  auto const report = report_of(file_of({student("1", {{"userRole", "studnt"}, {"schoolId", "042"}})}));
  EXPECT_NE(report.find("The nearest is student. "), std::string::npos) << report;
  EXPECT_NE(report.find("The nearest is 0042."), std::string::npos) << report;
}

TEST(UsersErrors, keeps_a_line_that_cannot_be_read_whole_in_its_first_cell) {
  auto const report = report_of("schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className\n0042,30\"0,student\n");
  EXPECT_NE(report.find("\n\"0042,30\"\"0,student\",,,,,,,,,\"ERROR: this line cannot be read as a row"), std::string::npos) << report;
}

TEST(UsersErrors, of_a_file_without_a_last_line_break_ends_with_one) {
  auto text = file_of({student("")});
  text.pop_back();
  EXPECT_TRUE(report_of(text).ends_with("\"\n"));
}

}  // namespace
}  // namespace rollbook::batch
