// Who people are: everything about a person follows from their number and what they do. users.csv, roles.csv and
// demographics.csv are three views of it.
#pragma once

#include <string_view>

#include "demo/classes.h"
#include "demo/district.h"

namespace rollbook::demo {

enum class Job { Student, Teacher, Principal, SiteAdministrator, OfficeAdministrator, Guardian };

struct Person {
  PersonNumber number;
  Job job;
  School const* school = nullptr;         // none for the office
  School const* second_school = nullptr;  // some people are in two
  int grade = 0;                          // of students
  bool updated = false;                   // by the night
  bool has_guardian = false;

  PersonNumber guardian() const { return number + 2; }
  PersonNumber ward() const { return number - 2; }
};
static_assert(person(7, Variant::Resident) + 2 == person(7, Variant::GuardianOfResident));
static_assert(person(7, Variant::Newcomer) + 2 == person(7, Variant::GuardianOfNewcomer));

bool is_girl(District const& d, PersonNumber number);

// Everybody, school by school, staff first; guardians follow their child. Students alone when the visitor wants no
// more.
enum class Who { Everybody, StudentsOnly };

template <class Visit>
void for_each_person(District const& d, Who who, Visit&& visit) {
  auto const staff = [&](std::uint64_t slot, Job job, School const* school) {
    auto const number = d.staff_on(slot);
    Person p{.number = number, .job = job, .school = school, .updated = d.fate(Kind::User, slot, people_churn).updated};
    if (job == Job::Teacher && school->sister && d.about(Kind::User, number).per_mille(30)) p.second_school = &d.schools()[*school->sister];
    visit(p);
  };
  if (who == Who::Everybody)
    for (std::uint32_t i = 0; i < d.office_staff(); ++i) staff(d.first_office_staff() + i, Job::OfficeAdministrator, nullptr);

  for (auto const& school : d.schools()) {
    if (who == Who::Everybody) {
      staff(school.first_staff, Job::Principal, &school);
      staff(school.first_staff + 1, Job::SiteAdministrator, &school);
      for (std::uint32_t i = 0; i < school.teachers; ++i) staff(school.first_staff + School::administrators + i, Job::Teacher, &school);
    }
    auto const [first, last] = grades_of(school.level);
    for (auto grade = first; grade <= last; ++grade)
      for (auto i = school.students_before(grade); i < school.students_before(grade + 1); ++i) {
        auto const sitting = d.students_on(school.first_student + i);
        for (std::uint32_t k = 0; k < sitting.count; ++k) {
          auto draws = d.about(Kind::User, sitting.who[k]);
          Person p{.number = sitting.who[k], .job = Job::Student, .school = &school, .grade = grade};
          p.updated = k == 0 && sitting.first_updated;
          if (draws.per_mille(5) && school.sister) p.second_school = &d.schools()[*school.sister];
          p.has_guardian = draws.per_mille(30);
          visit(p);
          if (p.has_guardian && who == Who::Everybody) visit(Person{.number = p.guardian(), .job = Job::Guardian, .school = &school});
        }
      }
  }
}

}  // namespace rollbook::demo
