#include "batch/to_oneroster.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/day.h"
#include "base/hash.h"
#include "base/text.h"
#include "batch/judge.h"
#include "batch/lined_file.h"
#include "batch/users_form.h"
#include "schema/catalogue.h"

namespace rollbook::batch {
namespace {

std::string made_up(std::string_view what, std::string_view one, std::string_view other) {
  constexpr char digits[] = "0123456789abcdef";
  std::string both(one);
  (both += '\0') += other;
  std::string id = "rollbook-" + std::string(what) + "-";
  for (auto const seed : {17u, 18u})
    for (auto hash = hash_of(both, seed), i = std::uint64_t{0}; i < 16; ++i, hash >>= 4) id += digits[hash & 15];
  return id;
}

bool joins(UsersRow const& row) { return row.class_ != 0 && (row.action == Action::Put || row.action == Action::RestoreUser); }
bool puts_person(UsersRow const& row) { return row.action == Action::Put || row.action == Action::RestoreUser; }

class Translating {
 public:
  Translating(std::string_view text, UsersFile& file, Standing const& standing, std::int32_t today, SamePeople const& same)
      : file_(file), standing_(standing), judge_(text, file, standing, same), cells_(text, file.header) {
    modified_ = modified_on(today);
    year_ = today / 10000 - (today / 100 % 100 < 7 ? 1 : 0);
  }

  Translation run() {
    out_.corrections = judge_.run();
    for (auto const& one : out_.corrections) id_before_[one.to] = one.from;
    name_columns();
    note_where_people_are();
    for (auto const& row : file_.rows)
      if (!row.left_out) take(row);
    for (auto const& [id, line] : out_.restored) restore_parts(id);
    count_errors();
    write_files();
    return std::move(out_);
  }

 private:
  bool has(std::size_t column) const { return file_.header.cell_of[column] != no_cell; }

  void name_columns() {
    users_.begin({"enabledUser", "orgSourcedIds", "role", "username", "givenName", "familyName", "email", "grades"});
    if (has(users_place("userMiddleName"))) users_.add("middleName");
    if (has(users_place("userDistrictId")) || has(users_place("userStateId"))) users_.add("userIds");
    classes_.begin({"title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"});
    if (has(users_place("classGrade"))) classes_.add("grades");
    if (has(users_place("classSubject"))) classes_.add("subjects");
    if (has(users_place("classDisplayName"))) classes_.add(display_name_column);
    enrollments_.begin({"classSourcedId", "schoolSourcedId", "userSourcedId", "role"});
    if (has(users_place("primaryTeacher"))) enrollments_.add("primary");
    courses_.begin({"title", "orgSourcedId"});
    sessions_.begin({"title", "type", "startDate", "endDate", "schoolYear"});
  }

  // Somebody belongs to the schools that their rows name, and to those where they still have a class.
  void note_where_people_are() {
    std::set<std::pair<std::uint32_t, std::uint32_t>> left;  // person, class
    std::set<std::uint32_t> ended;
    for (auto const& row : file_.rows) {
      if (row.left_out || row.class_ == 0) continue;
      cells_.go_to(row);
      auto const class_ = judge_.class_called(cell("classId"));
      if (class_ == no_place) continue;
      if (row.action == Action::RemoveClass) ended.insert(class_);
      if (row.action == Action::RemoveEnrollment) left.emplace(judge_.person_called(person_id()), class_);
    }
    for (auto const& row : file_.rows) {
      if (row.left_out || !puts_person(row)) continue;
      cells_.go_to(row);
      auto& schools = schools_of_[row.user];
      if (auto school = std::string(cell("schoolId")); std::find(schools.begin(), schools.end(), school) == schools.end()) schools.push_back(std::move(school));
    }
    for (auto const& row : file_.rows) {
      if (row.left_out || !puts_person(row)) continue;
      auto& schools = schools_of_[row.user];
      cells_.go_to(row);
      auto const person = judge_.person_called(person_id());
      if (person == no_place || !settled_.insert(row.user).second) continue;
      auto const& known = standing_.people[person];
      for (auto const at : known.enrollments) {
        auto const class_ = standing_.enrollments[at].class_;
        if (ended.count(class_) > 0 || left.count({person, class_}) > 0) continue;
        if (auto const& school = standing_.classes[class_].school; std::find(schools.begin(), schools.end(), school) == schools.end())
          schools.push_back(school);
      }
      if (std::is_permutation(schools.begin(), schools.end(), known.schools.begin(), known.schools.end())) schools = known.schools;  // the order says nothing
    }
  }

  // The id by which the roster knows the person today.
  std::string person_id() {
    auto id = std::string(cell("userId"));
    auto const before = id_before_.find(id);
    return before == id_before_.end() ? id : before->second;
  }

  void take(UsersRow const& row) {
    cells_.go_to(row);
    auto const id = person_id();
    speak_of(row, named_, &Spoken::named);
    if (row.action == Action::ArchiveUser) {
      if (told_people_.insert(row.user).second) delete_row(users_, row.line, id), out_.people.push_back({row.person, {}}), out_.goes.insert(id);
      note_school(row);
    } else if (row.action == Action::RemoveClass) {
      auto const class_ = std::string(cell("classId"));
      if (judge_.class_called(class_) != no_place && told_classes_.insert(row.class_).second) delete_row(classes_, row.line, class_);
    } else if (row.action == Action::RemoveEnrollment) {
      if (auto const* const there = judge_.enrollment(id, cell("classId"))) delete_row(enrollments_, row.line, there->id);
    } else {
      if (told_people_.insert(row.user).second) put_person(row, id);
      note_school(row);
      if (joins(row)) put_class(row), put_enrollment(row, id);
    }
  }

  void put_person(UsersRow const& row, std::string const& id) {
    auto const email = std::string(cell("userEmail"));
    users_.row(row.line, id, "active", modified_);
    users_.cell("true");
    users_.cell(joined_by_commas(schools_of_[row.user]));
    users_.cell(cell("userRole"));
    users_.cell(email.empty() ? id : email);
    users_.cell(cell("userFirstName"));
    users_.cell(cell("userLastName"));
    users_.cell(email);
    users_.cell(judge_.grade(cell("userGrade")));
    if (users_.has("middleName")) users_.cell(cell("userMiddleName"));
    if (users_.has("userIds")) users_.cell(user_ids(id));
    users_.end_row();
    out_.people.push_back({row.person, {}});
    out_.comes.emplace(cell("userId"), id);
    if (row.action == Action::RestoreUser) out_.restored.emplace_back(id, row.line);
  }

  // Secondary ids of other types stay.
  std::string user_ids(std::string const& id) {
    std::string all;
    auto const add = [&](std::string_view one) { (all += all.empty() ? "" : ",") += one; };
    auto const person = judge_.person_called(id);
    constexpr std::pair<std::string_view, std::size_t> own[] = {{"district", users_place("userDistrictId")}, {"state", users_place("userStateId")}};
    if (person != no_place)
      for (auto const& one : split(standing_.people[person].user_ids, ',')) {
        auto const type = trimmed(std::string_view(one)).substr(one.starts_with('{') ? 1 : 0);
        if (std::none_of(std::begin(own), std::end(own),
                         [&](auto const& of) { return has(of.second) && lower(type).starts_with(std::string(of.first) + ":"); }))
          add(one);
      }
    for (auto const& [type, column] : own)
      if (auto const value = value_of(column); !value.empty()) add("{" + std::string(type) + ":" + std::string(value) + "}");
    return all;
  }

  void put_class(UsersRow const& row) {
    if (!told_classes_.insert(row.class_).second) return;
    auto const id = std::string(cell("classId")), school = std::string(cell("schoolId")), subject = std::string(cell("classSubject"));
    auto const known = judge_.class_called(id);
    bool const is_known = known != no_place;
    bool const keeps_course = is_known && !has(users_place("classSubject")) && standing_.classes[known].school == school;
    auto const course = keeps_course ? standing_.classes[known].course : made_up("course", school, subject);
    auto term = is_known ? standing_.classes[known].term : "";
    if (term.empty()) term = put_session(row.line);
    if (!keeps_course) put_course(row.line, course, school, subject);
    classes_.row(row.line, id, "active", modified_);
    classes_.cell(cell("className"));
    classes_.cell(course);
    classes_.cell("scheduled");
    classes_.cell(school);
    classes_.cell(term);
    if (classes_.has("grades")) classes_.cell(judge_.grade(cell("classGrade")));
    if (classes_.has("subjects")) classes_.cell(subject);
    if (classes_.has(display_name_column)) classes_.cell(cell("classDisplayName"));
    classes_.end_row();
  }

  void put_course(std::uint32_t line, std::string const& id, std::string const& school, std::string const& subject) {
    if (!told_courses_.insert(id).second) return;
    courses_.row(line, id, "active", modified_);
    courses_.cell(subject.empty() ? "Classes" : subject);
    courses_.cell(school);
    courses_.end_row();
  }

  std::string put_session(std::uint32_t line) {
    auto const first = std::to_string(year_), last = std::to_string(year_ + 1);
    auto id = "rollbook-year-" + first;
    if (!has_session_) {
      sessions_.row(line, id, "active", modified_);
      for (auto const& value : {"School year " + first + "-" + last, std::string("schoolYear"), first + "-07-01", last + "-07-01", last}) sessions_.cell(value);
      sessions_.end_row();
    }
    has_session_ = true;
    return id;
  }

  // Of a person or class that has another id than then, an enrollment may have the name that this one would be given.
  std::string new_enrollment(std::string const& class_, std::string const& person) {
    auto id = made_up("enrollment", class_, person);
    if (standing_.former_people.empty() && standing_.former_classes.empty()) return id;
    if (known_enrollments_.empty())
      for (auto const& one : standing_.enrollments) known_enrollments_.insert(one.id);
    for (auto again = person; known_enrollments_.count(id) > 0;) id = made_up("enrollment", class_, again += '\0');
    return id;
  }

  void put_enrollment(UsersRow const& row, std::string const& person) {
    auto const class_ = std::string(cell("classId"));
    auto const* const there = judge_.enrollment(person, class_);
    auto const id = there != nullptr ? there->id : new_enrollment(class_, person);
    if (!told_enrollments_.insert(id).second) return;
    put_enrollment(row.line, id, class_, std::string(cell("schoolId")), person, std::string(cell("userRole")), std::string(cell("primaryTeacher")));
  }

  void put_enrollment(std::uint32_t line, std::string const& id, std::string const& class_, std::string const& school, std::string const& person,
                      std::string const& role, std::string const& primary) {
    enrollments_.row(line, id, "active", modified_);
    enrollments_.cell(class_);
    enrollments_.cell(school);
    enrollments_.cell(person);
    enrollments_.cell(role);
    if (enrollments_.has("primary")) enrollments_.cell(primary);
    enrollments_.end_row();
  }

  // Who was archived comes back into the classes that are still there.
  void restore_parts(std::string const& id) {
    auto const archived = standing_.archived.find(id);
    if (archived == standing_.archived.end()) return;
    for (auto const& part : archived->second.enrollments) {
      auto const class_ = judge_.class_called(part.class_id);
      if (class_ == no_place || !told_enrollments_.insert(part.id).second) continue;
      put_enrollment(0, part.id, part.class_id, standing_.classes[class_].school, id, part.role, part.primary);
    }
  }

  void delete_row(LinedFile& file, std::uint32_t line, std::string const& id) {
    file.row(line, id, "tobedeleted", modified_);
    file.end_row();
  }

  // Which of the schools of the roster that the file names; no_place.
  std::uint32_t school_place() {
    auto const id = cell("schoolId");
    auto const known = school_place_.find(id);
    if (known != school_place_.end()) return known->second;
    auto const stored = std::find(standing_.schools.begin(), standing_.schools.end(), id);
    auto place = no_place;
    if (stored != standing_.schools.end()) {
      place = static_cast<std::uint32_t>(out_.schools.size());
      out_.schools.push_back(*stored), out_.at_school.emplace_back();
    }
    if (school_place_.size() < most_schools_kept) school_place_.emplace(id, place);
    return place;
  }

  // The row that is made of this person is the last one, or was made before.
  void note_school(UsersRow const& row) {
    auto const [at, is_new] = made_of_.emplace(row.user, static_cast<std::uint32_t>(out_.people.size() - 1));
    auto& schools = out_.people[at->second].schools;
    if (auto const place = school_place(); place != no_place && std::find(schools.begin(), schools.end(), place) == schools.end()) schools.push_back(place);
  }

  using Heard = std::array<std::unordered_set<std::uint64_t>, counted_kinds>;

  // Counts what the row speaks of for the first time, in the district and at its school. What others have heard of is not counted.
  void speak_of(UsersRow const& row, Heard& heard, std::array<std::uint64_t, counted_kinds> Spoken::*count, Heard const* others = nullptr) {
    auto const place = school_place();
    auto const note = [&](Counted what, std::uint64_t hash) {
      auto const kind = static_cast<std::size_t>(what);
      if (hash == 0) return;
      auto const is_new = [&](std::uint64_t thing) { return (others == nullptr || (*others)[kind].count(thing) == 0) && heard[kind].insert(thing).second; };
      if (is_new(hash)) ++(out_.all.*count)[kind];
      if (place != no_place && is_new(hash * 0xff51afd7ed558ccd + place + 1)) ++(out_.at_school[place].*count)[kind];
    };
    if (auto const school = cell("schoolId"); count == &Spoken::named || place == no_place) note(Counted::Schools, school.empty() ? 0 : hash_of(school, 1));
    if (row.person != Person::Unknown) note(row.person == Person::Student ? Counted::Students : Counted::Staff, row.user);
    note(Counted::Classes, row.class_);
    if (row.class_ != 0) note(Counted::Enrollments, row.user ^ (row.class_ * 0x9E3779B97F4A7C15 | 1));
  }

  // What only rows speak of that are left out.
  void count_errors() {
    Heard wrong;
    for (auto const& row : file_.rows) {
      if (!row.left_out || !row.readable) continue;
      cells_.go_to(row);
      speak_of(row, wrong, &Spoken::errors, &named_);
    }
  }

  void write_files() {
    for (auto const& [table, made] :
         {std::pair{TableId::AcademicSessions, &sessions_}, std::pair{TableId::Courses, &courses_}, std::pair{TableId::Classes, &classes_},
          std::pair{TableId::Users, &users_}, std::pair{TableId::Enrollments, &enrollments_}}) {
      if (made->rows() == 0) continue;
      out_.tables.push_back(table);
      out_.files.emplace_back(std::string(table_of(table).name) + ".csv", made->take());
    }
  }

  std::string_view value_of(std::size_t column) { return cells_.value(column); }
  template <std::size_t N>
  std::string_view cell(char const (&header)[N]) {
    for (std::size_t column = 0; column < std::size(users_columns); ++column)
      if (users_columns[column].header == header) return value_of(column);
    return {};
  }

  UsersFile& file_;
  Standing const& standing_;
  Judge judge_;
  CellReader cells_;
  std::string modified_;
  std::int32_t year_ = 0;
  Translation out_;
  LinedFile users_, classes_, enrollments_, courses_, sessions_;
  std::unordered_map<std::string, std::string> id_before_;
  std::unordered_map<std::uint64_t, std::vector<std::string>> schools_of_;
  std::unordered_map<std::uint64_t, std::uint32_t> made_of_;  // person → row of the users.csv that is made
  static constexpr std::size_t most_schools_kept = 100'000;   // a file may name ever new schools that are none
  std::map<std::string, std::uint32_t, std::less<>> school_place_;
  std::set<std::uint64_t> settled_, told_people_, told_classes_;
  std::unordered_set<std::string_view> known_enrollments_;  // read when it is asked for
  std::set<std::string> told_courses_, told_enrollments_;
  Heard named_;
  bool has_session_ = false;
};

}  // namespace

std::string modified_on(std::int32_t day) { return day_text(day) + "T00:00:00.000Z"; }

std::string manifest_of(std::vector<TableId> const& deltas) {
  std::string manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
  for (auto const* table : all_tables)
    if (is_in(table->in, Version::V11))
      manifest += "file." + std::string(table->name) + (std::find(deltas.begin(), deltas.end(), table->id) != deltas.end() ? ",delta\n" : ",absent\n");
  return manifest + "source.systemName,Rollbook\nsource.systemCode,rollbook-batch\n";
}

Translation to_oneroster(std::string_view text, UsersFile& file, Standing const& standing, std::int32_t today, SamePeople const& same) {
  return Translating(text, file, standing, today, same).run();
}

}  // namespace rollbook::batch
