#include "batch/judge.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "batch/users_form.h"
#include "batch/users_row.h"

namespace rollbook::batch {
namespace {

constexpr auto id_column = users_place("userId"), email_column = users_place("userEmail");

// As ids are alike: without leading zeros, in small letters.
std::string plain(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  return lower(id);
}

std::string name_key(std::string_view first, std::string_view last) { return std::string(first) + '\0' + std::string(last); }

}  // namespace

std::string secondary_id(std::string_view user_ids, std::string_view type) {
  for (auto const& one : split(user_ids, ',')) {
    auto const item = trimmed(std::string_view(one));
    if (item.size() < 3 || item.front() != '{' || item.back() != '}') continue;
    auto const colon = item.find(':');
    if (colon != std::string_view::npos && lower(item.substr(1, colon - 1)) == type) return std::string(item.substr(colon + 1, item.size() - colon - 2));
  }
  return "";
}

Judge::Judge(std::string_view text, UsersFile& file, Standing const& standing, SamePeople const& same)
    : file_(file), standing_(standing), same_(same), cells_(text, file.header) {
  for (std::uint32_t i = 0; i < standing.people.size(); ++i) {
    auto const& one = standing.people[i];
    people_.emplace(one.id, i);
    by_plain_id_[plain(one.id)].push_back(i);
    if (!one.email.empty()) by_email_[lower(one.email)].push_back(i);
    else by_name_[name_key(one.first_name, one.last_name)].push_back(i);
  }
  for (std::uint32_t i = 0; i < standing.classes.size(); ++i) classes_.emplace(standing.classes[i].id, i);
}

std::uint32_t Judge::person_called(std::string_view id) const {
  auto const at = people_.find(id);
  return at == people_.end() ? no_place : at->second;
}

std::uint32_t Judge::class_called(std::string_view id) const {
  auto const at = classes_.find(id);
  return at == classes_.end() ? no_place : at->second;
}

Standing::Enrollment const* Judge::enrollment(std::string_view person, std::string_view class_) const {
  auto const who = person_called(person), where = class_called(class_);
  if (who == no_place || where == no_place) return nullptr;
  for (auto const at : standing_.people[who].enrollments)
    if (standing_.enrollments[at].class_ == where && !standing_.enrollments[at].is_fed) return &standing_.enrollments[at];
  return nullptr;
}

std::string_view Judge::grade(std::string_view text) {
  auto const mended = with_zero(text);
  return mended.empty() ? text : mended;
}

std::string Judge::text(std::uint32_t row, std::size_t column) {
  cells_.go_to(file_.rows[row]);
  return std::string(cells_.value(column));
}

std::vector<Correction> Judge::run() {
  std::unordered_map<std::uint64_t, std::size_t> group_of;
  std::vector<Rows> groups;
  for (std::uint32_t row = 0; row < file_.rows.size(); ++row) {
    auto const& one = file_.rows[row];
    if (!one.readable || one.user == 0) continue;
    ids_in_file_[text(row, id_column)] = true;
    if (one.left_out) continue;
    auto const [at, is_new] = group_of.emplace(one.user, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(row);
  }
  for (auto const& rows : groups) judge_person(rows);
  for (std::uint32_t row = 0; row < file_.rows.size(); ++row)
    if (!file_.rows[row].left_out && file_.rows[row].class_ != 0) judge_class_of(row);
  std::unordered_map<std::uint32_t, int> times;
  for (auto const& one : corrected_) ++times[one.person];
  for (auto const& one : corrected_)
    if (times[one.person] > 1) say(one.rows, What::IdHasChanged, id_column, standing_.people[one.person].id);
  file_.settle();
  std::vector<Correction> all;
  for (auto& one : corrected_)
    if (std::none_of(one.rows.begin(), one.rows.end(), [&](auto const row) { return file_.rows[row].left_out; }))
      all.push_back({standing_.people[one.person].id, std::move(one.to)});
  return all;
}

void Judge::judge_person(Rows const& rows) {
  auto const id = text(rows.front(), id_column);
  auto const known = person_called(id);
  auto const& first = file_.rows[rows.front()];
  if (known != no_place) {
    if (standing_.people[known].is_fed) say(rows, What::FedPerson, id_column, standing_.feed);
    return;
  }
  if (!standing_.feed.empty() && first.person == Person::Student) return say(rows, What::FedStudents, id_column, standing_.feed);
  bool const was_archived = standing_.archived.count(id) > 0;
  bool const comes = std::any_of(rows.begin(), rows.end(), [&](auto const row) { return file_.rows[row].action == Action::Put; });
  if (was_archived) {
    for (auto const row : rows)
      if (auto const action = file_.rows[row].action; action == Action::RemoveEnrollment || action == Action::ArchiveUser)
        file_.say(row, What::UnknownPerson, id_column);
    return;
  }
  if (look_for_similar_id(rows, id)) return;
  for (auto const row : rows)
    if (auto const action = file_.rows[row].action; action != Action::Put && action != Action::RemoveClass) file_.say(row, What::UnknownPerson, id_column);
  auto const corrected = corrected_.size();
  if (comes) judge_newcomer(rows, id);
  auto const former = standing_.former_people.find(id);
  if (former != standing_.former_people.end() && corrected_.size() == corrected) say(rows, What::FormerId, id_column, former->second);
}

// The same id but for zeros is a mistake of a spreadsheet; but for capital letters it may be another person.
bool Judge::look_for_similar_id(Rows const& rows, std::string const& id) {
  auto const similar = by_plain_id_.find(plain(id));
  if (similar == by_plain_id_.end()) return false;
  auto const& other = standing_.people[similar->second.front()];
  if (lower(other.id) != lower(id)) return say(rows, What::LostZeros, id_column, other.id), true;
  file_.say(rows.front(), What::AlmostAnothersId, id_column, other.id);
  return false;
}

void Judge::judge_newcomer(Rows const& rows, std::string const& id) {
  auto const email = lower(text(rows.front(), email_column));
  if (!email.empty()) {
    auto const owners = by_email_.find(email);
    if (owners == by_email_.end()) return;
    if (owners->second.size() > 1) return say(rows, What::EmailOfSeveral, email_column);
    auto const& owner = standing_.people[owners->second.front()];
    if (owner.is_fed || is_in_file(owner) || !is_same(rows, owner)) return say(rows, What::EmailOfSomebodyElse, email_column, owner.id);
    return corrected_.push_back({owners->second.front(), id, rows});
  }
  auto const named = by_name_.find(name_key(text(rows.front(), users_place("userFirstName")), text(rows.front(), users_place("userLastName"))));
  if (named == by_name_.end()) return;
  std::vector<std::uint32_t> alike;
  for (auto const at : named->second)
    if (auto const& one = standing_.people[at]; !one.is_fed && !is_in_file(one) && is_same(rows, one)) alike.push_back(at);
  if (alike.empty()) return;
  auto const said = same_.find(id);
  if (alike.size() == 1 && said != same_.end() && said->second == standing_.people[alike.front()].id) return corrected_.push_back({alike.front(), id, rows});
  say(rows, alike.size() == 1 ? What::LikeAnother : What::LikeSeveral, id_column, standing_.people[alike.front()].id);
}

bool Judge::is_in_file(Standing::Person const& person) const { return ids_in_file_.count(person.id) > 0; }

// In everything that the file says.
bool Judge::is_same(Rows const& rows, Standing::Person const& person) {
  auto const row = rows.front();
  auto const has = [&](std::size_t column) { return file_.header.cell_of[column] != no_cell; };
  auto const same = [&](std::size_t column, std::string_view stored) { return !has(column) || text(row, column) == stored; };
  if (!same(users_place("userRole"), person.role) || !same(users_place("userFirstName"), person.first_name) ||
      !same(users_place("userMiddleName"), person.middle_name) || !same(users_place("userLastName"), person.last_name))
    return false;
  if (grade(text(row, users_place("userGrade"))) != person.grade) return false;
  if (lower(text(row, email_column)) != lower(person.email)) return false;
  if (!same(users_place("userDistrictId"), secondary_id(person.user_ids, "district")) ||
      !same(users_place("userStateId"), secondary_id(person.user_ids, "state")))
    return false;
  std::set<std::string> schools, classes, stored_classes;
  for (auto const each : rows) {
    if (file_.rows[each].action != Action::Put) return false;
    schools.insert(text(each, users_place("schoolId")));
    if (auto class_ = text(each, users_place("classId")); !class_.empty()) classes.insert(std::move(class_));
  }
  for (auto const at : person.enrollments) stored_classes.insert(standing_.classes[standing_.enrollments[at].class_].id);
  return schools == std::set<std::string>(person.schools.begin(), person.schools.end()) && classes == stored_classes;
}

void Judge::judge_class_of(std::uint32_t row) {
  auto const class_ = class_called(text(row, users_place("classId")));
  auto const action = file_.rows[row].action;
  if (class_ != no_place && standing_.classes[class_].is_fed) return file_.say(row, What::FedClass, users_place("classId"), standing_.feed);
  if (auto const former = standing_.former_classes.find(text(row, users_place("classId"))); class_ == no_place && former != standing_.former_classes.end())
    return file_.say(row, What::FormerId, users_place("classId"), former->second);
  if (action == Action::RemoveClass && class_ == no_place) file_.say(row, What::NoSuchClass, users_place("classId"));
  if (action == Action::RemoveEnrollment && person_called(text(row, id_column)) != no_place &&
      enrollment(text(row, id_column), text(row, users_place("classId"))) == nullptr)
    file_.say(row, What::NotInTheClass, users_place("classId"));
}

void Judge::say(Rows const& rows, What what, std::size_t column, std::string_view name) {
  for (auto const row : rows) file_.say(row, what, column, name);
}

}  // namespace rollbook::batch
