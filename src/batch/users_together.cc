#include "batch/users_together.h"

#include <algorithm>
#include <atomic>

#include "base/workers.h"
#include "batch/users_parts.h"

namespace rollbook::batch {
namespace {

constexpr std::uint32_t most_students = 80;

struct Keyed {
  std::uint64_t key;
  std::uint32_t row;
  friend auto operator<=>(Keyed const&, Keyed const&) = default;
};
using Rows = std::span<Keyed const>;

// One question asked of all rows, with a reader and remarks of its own, so that several are asked side by side.
class Question {
 public:
  Question(std::string_view text, UsersFile const& file) : file_(file), first_(text, file.header), second_(text, file.header) {}

  std::vector<Remark> remarks;

  void people() {
    each_group([](UsersRow const& row) { return row.user; },
               [&](Rows rows) {
                 tell_of_differing(rows, &UsersRow::person_says, What::PersonDiffers, person_columns);
                 compare_person_actions(rows);
               });
  }

  void classes() {
    each_group([](UsersRow const& row) { return row.class_; },
               [&](Rows rows) {
                 tell_of_differing(rows, &UsersRow::class_says, What::ClassDiffers, class_columns);
                 compare_class_actions(rows);
                 count_students(rows);
               });
  }

  void enrollments() {
    auto const key = [](UsersRow const& row) { return row.user == 0 ? 0 : row.class_ == 0 ? row.user : row.user ^ (row.class_ * 0x9E3779B97F4A7C15 | 1); };
    each_group(key, [&](Rows rows) {
      tell_of_differing(rows, &UsersRow::primary, What::PrimaryDiffers, primary_column);
      compare_enrollment_actions(rows);
      tell_of_repeated(rows);
    });
  }

  void emails() {
    each_group([](UsersRow const& row) { return row.email; }, [&](Rows rows) { tell_of_others(rows, What::EmailOfAnother, users_place("userEmail")); });
  }

  void similar_ids() {
    each_group([](UsersRow const& row) { return row.user_plain; }, [&](Rows rows) { tell_of_others(rows, What::AlmostTheSameId, users_place("userId")); });
  }

 private:
  static constexpr std::size_t primary_column[] = {users_place("primaryTeacher")};

  // Calls `take` for the rows, in order, of each key that several rows have, as `rows_of_one` says it.
  template <class Key, class Take>
  void each_group(Key&& key, Take&& take) const {
    std::vector<Keyed> keyed;
    keyed.reserve(file_.rows.size());
    for (std::uint32_t row = 0; row < file_.rows.size(); ++row)
      if (auto const value = file_.rows[row].readable ? key(file_.rows[row]) : 0; value != 0) keyed.push_back({value, row});
    std::ranges::sort(keyed);
    for (std::size_t at = 0; at < keyed.size();) {
      auto end = at + 1;
      while (end < keyed.size() && keyed[end].key == keyed[at].key) ++end;
      if (end - at > 1) take(Rows(keyed).subspan(at, end - at));
      at = end;
    }
  }

  UsersRow const& row(Keyed const& keyed) const { return file_.rows[keyed.row]; }

  void say(What what, Keyed const& of, std::size_t column, std::uint32_t other) { remarks.push_back({of.row, what, static_cast<std::uint8_t>(column), other}); }

  // Nobody knows which of them is right: all rows of the person or class are wrong, each named with one that says something else.
  void tell_of_differing(Rows rows, std::uint64_t UsersRow::*says, What what, std::span<std::size_t const> columns) {
    auto const other = std::ranges::find_if(rows, [&](Keyed const& k) { return row(k).*says != row(rows.front()).*says; });
    if (other == rows.end()) return;
    for (auto const& one : rows) {
      auto const& against = row(one).*says == row(rows.front()).*says ? *other : rows.front();
      say(what, one, first_difference(row(one), row(against), columns), row(against).line);
    }
  }

  std::size_t first_difference(UsersRow const& a, UsersRow const& b, std::span<std::size_t const> columns) {
    first_.go_to(a), second_.go_to(b);
    for (auto const column : columns)
      if (first_[column] != second_[column]) return column;
    return columns.front();
  }

  // Rows for which `one` holds, against rows for which `other` does.
  template <class One, class Other>
  void tell_of_opposites(Rows rows, What what, One&& is_one, Other&& is_other) {
    auto const one = std::ranges::find_if(rows, [&](Keyed const& k) { return is_one(row(k)); });
    auto const other = std::ranges::find_if(rows, [&](Keyed const& k) { return is_other(row(k)); });
    if (one == rows.end() || other == rows.end()) return;
    for (auto const& k : rows) {
      if (is_one(row(k))) say(what, k, users_place("action"), row(*other).line);
      else if (is_other(row(k))) say(what, k, users_place("action"), row(*one).line);
    }
  }

  void compare_person_actions(Rows rows) {
    constexpr auto archives = [](UsersRow const& r) { return r.action == Action::ArchiveUser; };
    constexpr auto keeps = [](UsersRow const& r) { return r.action == Action::RestoreUser || r.action == Action::Put; };
    tell_of_opposites(rows, What::PersonActionsDiffer, archives, keeps);
  }

  void compare_class_actions(Rows rows) {
    constexpr auto ends = [](UsersRow const& r) { return r.action == Action::RemoveClass; };
    tell_of_opposites(rows, What::JoinsAnEndingClass, ends, joins);
  }

  void compare_enrollment_actions(Rows rows) {
    constexpr auto leaves = [](UsersRow const& r) { return r.action == Action::RemoveEnrollment; };
    tell_of_opposites(rows, What::JoinsAndLeaves, leaves, joins);
  }

  static bool joins(UsersRow const& r) { return r.class_ != 0 && (r.action == Action::Put || r.action == Action::RestoreUser); }

  // A second row with the same action, of a person in a class or of a person without one, adds nothing. Looking at two rows is enough: where others differ,
  // there is an error already.
  void tell_of_repeated(Rows rows) {
    for (std::size_t i = 1; i < rows.size(); ++i)
      for (auto const& before : {rows.front(), rows[i - 1]})
        if (row(rows[i]).action == row(before).action && same_values(row(rows[i]), row(before))) {
          say(What::Repeated, rows[i], users_place("userId"), row(before).line);
          break;
        }
  }

  static bool same_values(UsersRow const& a, UsersRow const& b) {
    return a.person_says == b.person_says && a.class_says == b.class_says && a.primary == b.primary;
  }

  void tell_of_others(Rows rows, What what, std::size_t column) {
    auto const other = std::ranges::find_if(rows, [&](Keyed const& k) { return row(k).user != row(rows.front()).user; });
    if (other == rows.end()) return;
    for (auto const& one : rows) say(what, one, column, row(row(one).user == row(rows.front()).user ? *other : rows.front()).line);
  }

  // Said once, of the first row of the class. A student who stands there twice counts once.
  void count_students(Rows rows) {
    if (rows.size() <= most_students) return;
    std::vector<std::uint64_t> students;
    for (auto const& one : rows)
      if (row(one).person == Person::Student && joins(row(one))) students.push_back(row(one).user);
    std::ranges::sort(students);
    auto const count = static_cast<std::uint32_t>(std::unique(students.begin(), students.end()) - students.begin());
    if (count > most_students) say(What::LargeClass, rows.front(), users_place("classId"), count);
  }

  UsersFile const& file_;
  CellReader first_, second_;
};

}  // namespace

void compare_rows(std::string_view text, UsersFile& file, Looking const& looking) {
  constexpr void (Question::*asked[])() = {&Question::people, &Question::enrollments, &Question::similar_ids, &Question::classes, &Question::emails};
  std::vector<Question> questions(std::size(asked), Question(text, file));
  std::atomic<std::size_t> next{0};
  run_workers(looking.workers, [&](unsigned) {
    for (auto i = next++; i < questions.size(); i = next++) (questions[i].*asked[i])();
  });
  for (auto const& question : questions) file.remarks.insert(file.remarks.end(), question.remarks.begin(), question.remarks.end());
}

}  // namespace rollbook::batch
