#include "batch/users_row.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "batch/id_cell.h"
#include "batch/users_parts.h"

namespace rollbook::batch {
namespace {

// Far from all that a mail server would refuse: what a person would see is wrong.
bool is_like_email(std::string_view text) {
  auto const at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.size() > 320) return false;
  auto const host = text.substr(at + 1);
  return host.find('@') == std::string_view::npos && text.find_first_of(" \t\r\n,;<>\"") == std::string_view::npos &&
         host.find('.') != std::string_view::npos && !host.starts_with('.') && !host.ends_with('.') && host.find("..") == std::string_view::npos;
}

std::size_t place_in(std::span<std::string_view const> words, std::string_view word) {
  return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

// The last zero stays.
std::string_view without_zeros(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  return id;
}

Action action_of(std::string_view word) {
  if (word.empty()) return Action::Put;
  auto const place = place_in(action_words, word);
  return place < std::size(action_words) ? static_cast<Action>(place) : Action::Unknown;
}

}  // namespace

std::string_view with_zero(std::string_view grade) {
  if (grade.size() != 1 || grade.front() < '1' || grade.front() > '9') return {};
  return *std::ranges::find_if(words::grade_words, [&](std::string_view word) { return word[0] == '0' && word[1] == grade.front(); });
}

Schools::Schools(std::span<std::string const> ids, std::uint64_t seed) {
  for (auto const& id : ids) sorted_.push_back(hash_of_id(id, seed));
  std::ranges::sort(sorted_);
}

bool Schools::has(std::uint64_t hash) const { return std::ranges::binary_search(sorted_, hash); }

UsersRow RowLook::look(csv::Batch const& batch, std::uint32_t row, std::uint32_t number, std::vector<Remark>& remarks) {
  remarks_ = &remarks, number_ = number;
  read_cells(batch, row);
  auto const hash = [&](std::size_t column) { return cell(column).empty() ? 0 : hash_of_id(cell(column), seed_); };
  UsersRow out{.user = hash(users_place("userId")),
               .class_ = hash(users_place("classId")),
               .email = hash_in_small_letters(cell(users_place("userEmail"))),
               .user_plain = hash_in_small_letters(without_zeros(cell(users_place("userId")))),
               .primary = hash(users_place("primaryTeacher")),
               .action = action_of(cell(users_place("action"))),
               .person = static_cast<Person>(place_in(person_words, cell(users_place("userRole"))))};
  look_at_required();
  look_at_words();
  look_at_grade(users_place("userGrade"));
  look_at_grade(users_place("classGrade"));
  look_at_ids();
  look_at_school();
  look_at_email(out);
  look_at_class(out);
  out.person_says = digest(person_columns);
  out.class_says = digest(class_columns);
  return out;
}

std::uint64_t RowLook::hash_in_small_letters(std::string_view text) {
  if (text.empty()) return 0;
  small_.assign(text);  // a buffer that keeps its size
  for (auto& c : small_)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return hash_of_id(small_, seed_);
}

// Blanks alone are an empty cell.
void RowLook::read_cells(csv::Batch const& batch, std::uint32_t row) {
  for (std::size_t i = 0; i < std::size(users_columns); ++i) {
    auto const at = header_.cell_of[i];
    cells_[i] = at == no_cell ? std::string_view{} : csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(at)), buffers_[i]);
    if (!cells_[i].empty() && (cells_[i].front() == ' ' || cells_[i].front() == '\t') && trimmed(cells_[i]).empty()) cells_[i] = {};
  }
}

void RowLook::look_at_required() {
  for (std::size_t i = 0; i < std::size(users_columns); ++i)
    if (users_columns[i].need == Need::Required && cell(i).empty()) say(What::Blank, i);
}

void RowLook::look_at_words() {
  constexpr std::size_t with_words[] = {users_place("action"), users_place("userRole"), users_place("primaryTeacher")};
  for (auto const i : with_words)
    if (!cell(i).empty() && place_in(users_columns[i].words, cell(i)) == users_columns[i].words.size()) say(What::UnknownWord, i);
}

void RowLook::look_at_grade(std::size_t column) {
  auto& grade = cells_[column];
  if (grade.empty() || std::ranges::find(words::grade_words, grade) != std::end(words::grade_words)) return;
  if (auto const mended = with_zero(grade); !mended.empty()) say(What::GradeWithoutZero, column), grade = mended;
  else say(What::UnknownWord, column);
}

void RowLook::look_at_ids() {
  for (auto const i : {users_place("userId"), users_place("userDistrictId"), users_place("userStateId"), users_place("classId")}) {
    auto const id = cell(i);
    if (id.empty()) continue;
    if (auto const wrong = wrong_with_id(id); wrong != What::Count_) say(wrong, i);
    else if (i != users_place("classId") && is_like_social_security_number(id)) say(What::LikeSocialSecurityNumber, i);
  }
}

void RowLook::look_at_school() {
  auto const id = cell(users_place("schoolId"));
  if (!id.empty() && !schools_.has(hash_of_id(id, seed_))) say(What::UnknownSchool, users_place("schoolId"));
}

void RowLook::look_at_email(UsersRow const& row) {
  auto const email = cell(users_place("userEmail"));
  auto const is_staff = row.person == Person::Teacher || row.person == Person::Administrator;
  if (email.empty() ? is_staff : !is_like_email(email)) say(email.empty() ? What::BlankThough : What::NotAnEmail, users_place("userEmail"));
  if (row.person == Person::Student && cell(users_place("userGrade")).empty()) say(What::BlankThough, users_place("userGrade"));
}

void RowLook::look_at_class(UsersRow const& row) {
  auto const needs_class = row.action == Action::RemoveEnrollment || row.action == Action::RemoveClass;
  if (row.class_ == 0) {
    auto const filled = std::ranges::any_of(needs_class_id, [&](std::size_t i) { return !cell(i).empty(); });
    if (needs_class || filled) say(needs_class ? What::ActionWithoutClass : What::BlankThough, users_place("classId"));
  } else if (cell(users_place("className")).empty()) {
    say(What::BlankThough, users_place("className"));
  }
  if (row.primary != 0 && (row.person == Person::Student || row.person == Person::Administrator)) say(What::PrimaryOfNoTeacher, users_place("primaryTeacher"));
}

// The length goes in as well, so that no letter moves from one cell to the next unseen.
std::uint64_t RowLook::digest(std::span<std::size_t const> columns) const {
  auto all = seed_;
  for (auto const i : columns) all = hash_of(cell(i), all + cell(i).size());
  return all;
}

}  // namespace rollbook::batch
