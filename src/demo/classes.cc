// classes.csv and enrollments.csv.
#include "demo/classes.h"

#include <algorithm>

namespace rollbook::demo {
namespace {

struct Dates {
  Day begin, end;
};

constexpr Dates dates_of(Span span) {
  return span == Span::Fall ? Dates{year_begins, spring_begins} : span == Span::Spring ? Dates{spring_begins, year_ends} : Dates{year_begins, year_ends};
}

// Homerooms belong to the year, year-long classes to both semesters, the rest to one.
void write_terms(District const& d, Writer& out, Span span) {
  switch (span) {
    case Span::Homeroom:
      return out.cell(session_id(d, Session::Year));
    case Span::Fall:
      return out.cell(session_id(d, Session::Fall));
    case Span::Spring:
      return out.cell(session_id(d, Session::Spring));
    case Span::Year:
      out.raw('"');
      out.cell(session_id(d, Session::Fall));
      out.raw(session_id(d, Session::Spring));
      out.cell("\"");
  }
}

void write_class(District const& d, School const& school, Writer& out, ClassPlan const& c) {
  auto const& what = c.what();
  auto const& title = what.titles[c.title];
  auto const course = course_title(title, c.grade), code = course_code(what, c.grade, c.title);
  auto draws = d.about(Kind::Class, c.key);
  char section[] = {'0', '0', '\0'};
  section[0] = static_cast<char>('0' + (c.section + 1) / 10 % 10);
  section[1] = static_cast<char>('0' + (c.section + 1) % 10);

  out.row();
  out.cell(d.id(Kind::Class, c.key));
  out.empty_cells(2);
  out.text_cell(course + " (" + std::string(what.periods.substr(0, 1)) + "-" + section + ")");
  out.cell(grade_code(c.grade));
  out.cell(d.id(Kind::Course, course_number(c.offering, c.grade, c.title)));
  out.raw(code);
  out.raw('-');
  out.number(school.index + 1, 4);
  out.raw('-');
  out.raw(section);
  if (c.reopened()) out.raw('R');
  out.comma();
  out.cell(what.span == Span::Homeroom ? std::string_view("homeroom") : std::string_view("scheduled"));
  // The night's update is a change of room, to a number that was not among the old ones.
  if (!draws.once_in(40) || c.updated) {
    out.raw("Room ");
    out.number(100 + draws.below(300) + (c.updated ? 500 : 0));
  }
  out.comma();
  out.cell(d.org_id(school));
  write_terms(d, out, what.span);
  out.text_cell(title.subjects);
  out.text_cell(with_grade(title.codes, c.grade));
  out.text(what.periods);
  out.end_row();
}

class EnrollmentWriter {
 public:
  EnrollmentWriter(District const& d, FileSink& sink)
      : d_(d),
        out_(sink, "enrollments.csv",
             "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,"
             "endDate") {}

  void school(School const& s) {
    school_ = d_.org_id(s);
    for_each_class(d_, s, [&](ClassPlan const& c) {
      class_ = d_.id(Kind::Class, c.key);
      dates_ = dates_of(c.what().span);
      if (c.reopened()) dates_.begin = std::max(dates_.begin, the_night_after);
      teachers(s, c);
      students(s, c);
    });
  }

  void finish() { out_.finish(); }

 private:
  void teachers(School const& s, ClassPlan const& c) {
    auto const teacher = [&](std::uint32_t t) {
      auto const who = d_.staff_on(s.first_staff + School::administrators + t);
      auto when = dates_;
      if (is_newcomer(who)) when.begin = std::max(when.begin, the_night_after);
      row(c, who, "teacher,", t == c.teacher, when);
    };
    teacher(c.teacher);
    if (c.co_teacher != c.teacher) teacher(c.co_teacher);
  }

  void students(School const& s, ClassPlan const& c) {
    auto const first = s.first_student + s.students_before(c.grade);
    for (auto j = c.chairs_from; j < c.chairs_to; ++j) {
      auto const sitting = d_.students_on(first + c.chair(j));
      for (std::uint32_t k = 0; k < sitting.count; ++k) student(c, sitting.who[k]);
    }
  }

  // Most stay from the first day to the last; some come late, some leave early. Who leaves because of the night leaves
  // earlier than anybody did before, so that an update is never the old row again.
  void student(ClassPlan const& c, PersonNumber who) {
    auto when = dates_;
    if (is_newcomer(who)) {
      when.begin = std::max(when.begin, the_night_after);
    } else if (!c.reopened()) {
      auto const pair = hash(c.key, who);
      auto draws = d_.about(Kind::Enrollment, pair);
      if (draws.per_mille(30)) when.begin += 1 + static_cast<Day>(draws.below(30));
      if (draws.per_mille(20)) when.end -= 1 + static_cast<Day>(draws.below(30));
      if (d_.fate(Kind::Enrollment, pair, enrollment_churn).updated) when.end = dates_.end - 31 - static_cast<Day>(draws.below(20));
    }
    row(c, who, "student,", false, when);
  }

  void row(ClassPlan const& c, PersonNumber who, std::string_view role, bool primary, Dates when) {
    out_.row();
    out_.cell(d_.id(Kind::Enrollment, c.key, who));
    out_.empty_cells(2);
    out_.cell(class_);
    out_.cell(school_);
    out_.cell(d_.id(Kind::User, who));
    out_.raw(role);
    out_.cell(primary);
    out_.date_cell(when.begin);
    out_.date(when.end);
    out_.end_row();
  }

  static bool is_newcomer(PersonNumber who) { return who % 4 == static_cast<std::uint64_t>(Variant::Newcomer); }

  District const& d_;
  Writer out_;
  Id school_{}, class_{};
  Dates dates_{};
};

}  // namespace

void write_classes(District const& d, FileSink& sink) {
  Writer out(sink, "classes.csv",
             "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
             "termSourcedIds,subjects,subjectCodes,periods");
  for (auto const& school : d.schools()) for_each_class(d, school, [&](ClassPlan const& c) { write_class(d, school, out, c); });
  out.finish();
}

void write_enrollments(District const& d, FileSink& sink) {
  EnrollmentWriter out(d, sink);
  for (auto const& school : d.schools()) out.school(school);
  out.finish();
}

}  // namespace rollbook::demo
