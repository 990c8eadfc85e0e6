// A district of as many schools as are wanted, and what happens to its people.
#pragma once

#include <string>

#include "runs/school.h"

namespace rollbook::test {

inline void add_student(DeliveryOf& d, int school, std::string const& id) {
  auto const s = std::to_string(school);
  d.put("users", {{"sourcedId", "u" + id},
                  {"enabledUser", "true"},
                  {"orgSourcedIds", "s" + s},
                  {"role", "student"},
                  {"username", "u" + id},
                  {"givenName", "Ada" + id},
                  {"familyName", "Quill" + s},
                  {"identifier", "Iu" + id}});
  d.put(
      "enrollments",
      {{"sourcedId", "e" + id}, {"classSourcedId", "c" + s}, {"schoolSourcedId", "s" + s}, {"userSourcedId", "u" + id}, {"role", "student"}, {"primary", ""}});
  d.put("demographics", {{"sourcedId", "u" + id}, {"birthDate", "2015-05-05"}, {"sex", "female"}});
}

inline void add_school(DeliveryOf& d, int school, int students) {
  auto const s = std::to_string(school);
  d.put("orgs", {{"sourcedId", "s" + s}, {"name", "School " + s}, {"type", "school"}, {"identifier", "S" + s}, {"parentSourcedId", "d"}});
  d.put("classes", {{"sourcedId", "c" + s},
                    {"title", "Class " + s},
                    {"courseSourcedId", "c"},
                    {"classType", "scheduled"},
                    {"schoolSourcedId", "s" + s},
                    {"termSourcedIds", "t"}});
  d.put("users", {{"sourcedId", "p" + s},
                  {"enabledUser", "true"},
                  {"orgSourcedIds", "s" + s},
                  {"role", "teacher"},
                  {"username", "p" + s},
                  {"givenName", "Tea"},
                  {"familyName", "Cher" + s},
                  {"identifier", "Ip" + s}});
  d.put("enrollments", {{"sourcedId", "e" + s + "_p"},
                        {"classSourcedId", "c" + s},
                        {"schoolSourcedId", "s" + s},
                        {"userSourcedId", "p" + s},
                        {"role", "teacher"},
                        {"primary", "true"}});
  for (int i = 1; i <= students; ++i) add_student(d, school, s + "_" + std::to_string(i));
}

// The ids of two_schools, for schools 1 to `schools`.
inline DeliveryOf many_schools(int schools, int students) {
  DeliveryOf d;
  d.put("orgs", {{"sourcedId", "d"}, {"name", "Larkspur"}, {"type", "district"}});
  d.put("academicSessions",
        {{"sourcedId", "t"}, {"title", "Year"}, {"type", "schoolYear"}, {"startDate", "2026-08-01"}, {"endDate", "2027-06-30"}, {"schoolYear", "2027"}});
  d.put("courses", {{"sourcedId", "c"}, {"title", "Reading"}, {"orgSourcedId", "d"}});
  for (int s = 1; s <= schools; ++s) add_school(d, s, students);
  return d;
}

// f("2_7") for the seventh student of school 2.
template <class F>
void for_students(int school, int from, int to, F const& f) {
  for (int i = from; i <= to; ++i) f(std::to_string(school) + "_" + std::to_string(i));
}

inline void students_go(DeliveryOf& d, int school, int from, int to) {
  for_students(school, from, to, [&](std::string const& n) { d.drop("users", "u" + n).drop("enrollments", "e" + n).drop("demographics", "u" + n); });
}

// One cell of a table for all these students.
inline void students_get(DeliveryOf& d, int school, int from, int to, std::string const& table, std::string const& column, std::string const& value) {
  for_students(school, from, to, [&](std::string const& n) { d.put(table, {{"sourcedId", (table == "enrollments" ? "e" : "u") + n}, {column, value}}); });
}

// The line item of a school's class, and a result for it.
inline void add_line_item(DeliveryOf& d, std::string const& school) {
  d.put("lineItems", {{"sourcedId", "l" + school},
                      {"title", "Quiz"},
                      {"assignDate", "2026-09-01"},
                      {"dueDate", "2026-09-08"},
                      {"classSourcedId", "c" + school},
                      {"categorySourcedId", "k"},
                      {"gradingPeriodSourcedId", "t1"},
                      {"resultValueMin", "0"},
                      {"resultValueMax", "10"}});
}
inline void add_result(DeliveryOf& d, std::string const& id, std::string const& school, std::string const& student) {
  d.put("results", {{"sourcedId", id},
                    {"lineItemSourcedId", "l" + school},
                    {"studentSourcedId", student},
                    {"scoreStatus", "fully graded"},
                    {"score", "7.50"},
                    {"scoreDate", "2026-09-08"}});
}

// A line item, a result and a resource in each of the two classes.
inline DeliveryOf with_grades(DeliveryOf d) {
  d.put("categories", {{"sourcedId", "k"}, {"title", "Quizzes, short"}});
  for (std::string const s : {"1", "2"}) {
    add_line_item(d, s);
    add_result(d, "r" + s, s, "u" + s + "_1");
    d.put("classResources", {{"sourcedId", "x" + s}, {"title", "Reader"}, {"classSourcedId", "c" + s}, {"resourceSourcedId", "b"}});
  }
  d.put("resources", {{"sourcedId", "b"}, {"title", "Reader"}, {"vendorResourceId", "v-1"}});
  d.put("academicSessions", {{"sourcedId", "t1"},
                             {"title", "Autumn"},
                             {"type", "gradingPeriod"},
                             {"startDate", "2026-08-01"},
                             {"endDate", "2026-12-31"},
                             {"parentSourcedId", "t"},
                             {"schoolYear", "2027"}});
  return d;
}

// A delta that says nothing yet; it has every file that two_schools has.
inline DeliveryOf empty_delta() {
  DeliveryOf d;
  for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) d.mode(table, "delta");
  return d;
}

inline DeliveryOf delta_of_one_name(std::string const& number, std::string const& family) {
  auto d = empty_delta();
  d.put("users", {{"sourcedId", "u" + number},
                  {"enabledUser", "true"},
                  {"orgSourcedIds", "s" + number.substr(0, 1)},
                  {"role", "student"},
                  {"username", "u" + number},
                  {"givenName", "Ada" + number.substr(2)},
                  {"familyName", family},
                  {"identifier", "Iu" + number}});
  return d;
}

inline DeliveryOf delta_without_students(int school, int from, int to) {
  auto d = empty_delta();
  for_students(school, from, to, [&](std::string const& n) {
    d.put("users", {{"sourcedId", "u" + n}, {"status", "tobedeleted"}});
    d.put("enrollments", {{"sourcedId", "e" + n}, {"status", "tobedeleted"}});
    d.put("demographics", {{"sourcedId", "u" + n}, {"status", "tobedeleted"}});
  });
  return d;
}

}  // namespace rollbook::test
