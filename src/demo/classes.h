// The timetable: which classes a school holds, who teaches them, and which chairs sit in them. Worked out per school,
// class by class; courses.csv, classes.csv and enrollments.csv are three views of it.
#pragma once

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>

#include "demo/district.h"

namespace rollbook::demo {

enum class Span { Homeroom, Year, Fall, Spring };

// One course of an offering. In codes and subjects '#' stands for the grade's digit.
struct Title {
  std::string_view text;
  std::string_view subjects, codes;  // lists, parallel
};

// What every student of some grades takes once; sections of a grade take its titles in turn.
struct Offering {
  Grades grades;
  Span span;
  std::string_view code, periods;
  bool specialist;  // in an elementary school: not taught by the homeroom teacher
  std::span<Title const> titles;
};

std::span<Offering const> offerings();

constexpr std::uint32_t largest_class = 30;
constexpr std::uint32_t sections_for(std::uint32_t students) { return (students + largest_class - 1) / largest_class; }

std::uint64_t class_count(School const& school);
std::uint64_t course_number(std::size_t offering, int grade, std::size_t title);
std::string course_title(Title const& title, int grade);
std::string course_code(Offering const& offering, int grade, std::size_t title);
std::string with_grade(std::string_view pattern, int grade);
std::string_view grade_code(int grade);  // CEDS

struct ClassPlan {
  std::uint64_t number;  // without the night's changes
  std::uint64_t key;     // 2 * number, plus one when the class was closed and opened anew
  bool updated;
  std::size_t offering;
  int grade;
  std::uint32_t section, sections;
  std::size_t title;
  std::uint32_t teacher, co_teacher;  // among the school's teachers; the same when there is no second one
  std::uint32_t chairs_from, chairs_to, step, offset, chairs;

  bool reopened() const { return (key & 1) != 0; }
  Offering const& what() const { return offerings()[offering]; }

  // Walking a grade in steps that share no factor with its size visits every chair once, in an order of its own per
  // offering: people who share mathematics do not share everything else, and no list of them is ever held.
  std::uint32_t chair(std::uint32_t j) const { return static_cast<std::uint32_t>((std::uint64_t{j} * step + offset) % chairs); }
};

template <class Visit>
void for_each_class(District const& d, School const& school, Visit&& visit) {
  auto const all = offerings();
  auto const [first, last] = grades_of(school.level);
  std::uint32_t homerooms = 0;
  for (auto grade = first; grade <= last; ++grade) homerooms += sections_for(school.students_in(grade));
  auto const specialists = school.teachers > homerooms ? school.teachers - homerooms : 1;

  ClassPlan c{};
  std::uint32_t local = 0, homerooms_before = 0;
  for (auto grade = first; grade <= last; ++grade) {
    c.grade = grade;
    c.chairs = school.students_in(grade);
    c.sections = sections_for(c.chairs);
    for (std::size_t o = 0; o < all.size(); ++o) {
      if (grade < all[o].grades.first || grade > all[o].grades.last) continue;
      c.offering = o;
      // Young children stay with their class all day; older ones are mixed anew for every subject.
      auto const together = school.level == Level::Elementary || all[o].span == Span::Homeroom;
      auto const topic = std::uint64_t{school.index} << 16 | static_cast<unsigned>(grade) << 8 | (together ? 0 : o);
      auto draws = d.about(Kind::Layout, topic + (1u << 30));  // the numbers below are the borders of schools
      c.step = draws.below(c.chairs) + 1;
      while (std::gcd(c.step, c.chairs) != 1) ++c.step;
      c.offset = draws.below(c.chairs);
      for (c.section = 0; c.section < c.sections; ++c.section, ++local) {
        c.number = school.first_class + local;
        auto const fate = d.fate(Kind::Class, c.number, class_churn);
        c.key = 2 * c.number + (fate.gone ? 1 : 0);
        c.updated = fate.updated;
        c.title = c.section % all[o].titles.size();
        c.teacher = local;
        if (school.level == Level::Elementary) c.teacher = all[o].specialist ? homerooms + local % specialists : homerooms_before + c.section;
        c.teacher %= school.teachers;
        c.co_teacher = d.about(Kind::Class, c.number).once_in(10) ? (c.teacher + 1) % school.teachers : c.teacher;
        c.chairs_from = static_cast<std::uint32_t>(std::uint64_t{c.chairs} * c.section / c.sections);
        c.chairs_to = static_cast<std::uint32_t>(std::uint64_t{c.chairs} * (c.section + 1) / c.sections);
        visit(c);
      }
    }
    homerooms_before += c.sections;
  }
}

}  // namespace rollbook::demo
