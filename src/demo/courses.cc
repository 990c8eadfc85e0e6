// The catalogue of the district, and courses.csv.
#include <string>

#include "demo/classes.h"

namespace rollbook::demo {
namespace {

constexpr Title homeroom[] = {{"Homeroom", "", ""}};
constexpr Title early_reading[] = {{"Reading, Writing and Speaking", "English Language Arts,Reading", "5103#,5106#"}};
constexpr Title language_arts[] = {{"English Language Arts", "English Language Arts", "5103#"}};
constexpr Title young_math[] = {{"Mathematics", "Mathematics", "5203#"}};
constexpr Title young_science[] = {{"Science", "Science", "5323#"}};
constexpr Title young_society[] = {{"Social Studies", "Social Studies", "5443#"}};
constexpr Title young_art[] = {{"Art", "Visual Arts", "5503#"}};
constexpr Title young_music[] = {{"Music", "Music", "5513#"}};
constexpr Title young_sport[] = {{"Physical Education", "Physical Education", "5803#"}};

constexpr Title advisory[] = {{"Advisory", "", ""}};
constexpr Title middle_math[] = {{"Mathematics", "Mathematics", "5203#"}, {"Pre-Algebra", "Mathematics", "02051"}};
constexpr Title middle_sport[] = {{"Physical Education", "Physical Education", "5803#"},
                                  {"Sport, Health and Wellness", "Physical Education,Health", "5803#,5805#"}};
constexpr Title middle_choice[] = {{"Spanish", "World Languages", "5610#"},
                                   {"Band", "Music", "5514#"},
                                   {"The \"Maker\" Lab", "Technology", "6000#"},
                                   {"Art, Drama and Dance", "Visual Arts,Drama,Dance", "5503#,5505#,5500#"},
                                   {"Français", "World Languages", "5612#"}};

constexpr Title english_9[] = {{"English I", "English", "01001"}, {"Honors English I", "English", "01001"}};
constexpr Title english_10[] = {{"English II", "English", "01002"}, {"Honors English II", "English", "01002"}};
constexpr Title english_11[] = {{"English III", "English", "01003"}, {"AP English Language", "English", "01005"}};
constexpr Title english_12[] = {{"English IV", "English", "01004"}, {"Creative Writing", "English", "01104"}};
constexpr Title math_9[] = {{"Algebra I", "Mathematics", "02052"}, {"Geometry", "Mathematics", "02072"}};
constexpr Title math_10[] = {{"Geometry", "Mathematics", "02072"}, {"Algebra II", "Mathematics", "02056"}};
constexpr Title math_11[] = {{"Algebra II", "Mathematics", "02056"}, {"Precalculus", "Mathematics", "02110"}};
constexpr Title math_12[] = {{"Statistics", "Mathematics", "02203"}, {"AP Calculus AB", "Mathematics", "02124"}};
constexpr Title science_9[] = {{"Biology", "Science", "03051"}};
constexpr Title science_10[] = {{"Chemistry", "Science", "03101"}, {"Earth Science", "Science", "03001"}};
constexpr Title science_11[] = {{"Physics", "Science", "03151"}, {"Environmental Science", "Science", "03003"}};
constexpr Title science_12[] = {{"Anatomy and Physiology", "Science", "03053"}, {"AP Biology", "Science", "03056"}};
constexpr Title society_9[] = {{"World Geography", "Social Studies", "04001"}};
constexpr Title society_10[] = {{"World History", "Social Studies", "04051"}};
constexpr Title society_11[] = {{"U.S. History", "Social Studies", "04101"}, {"AP U.S. History", "Social Studies", "04104"}};
constexpr Title society_12[] = {{"Government and Economics", "Government,Economics", "04151,04201"}};
constexpr Title high_choice[] = {{"Spanish", "World Languages", "24052"},
                                 {"French", "World Languages", "24102"},
                                 {"Computer Science", "Computer Science", "10011"},
                                 {"Theatre, Film and Media", "Drama,Communication", "05052,11001"},
                                 {"Studio Art", "Visual Arts", "05154"},
                                 {"Chorus", "Music", "05110"}};
constexpr Title high_fall[] = {{"Physical Education", "Physical Education", "08001"}, {"Team Sports", "Physical Education", "08002"}};
constexpr Title high_spring[] = {{"Health Education", "Health", "08051"}, {"Personal Finance", "Economics", "19262"}};

constexpr Grades kinder{0, 1}, primary{2, 5}, elementary{0, 5}, middle{6, 8}, high{9, 12};
constexpr Grades only(int grade) { return {grade, grade}; }

constexpr std::size_t not_held = 8;  // above the titles of any offering

constexpr Offering all[] = {
    {elementary, Span::Homeroom, "HR", "1", false, homeroom},   {kinder, Span::Year, "RWS", "2", false, early_reading},
    {primary, Span::Year, "ELA", "2", false, language_arts},    {elementary, Span::Year, "MAT", "3", false, young_math},
    {elementary, Span::Year, "SCI", "4", false, young_science}, {primary, Span::Year, "SOC", "5", false, young_society},
    {kinder, Span::Year, "ART", "5", true, young_art},          {primary, Span::Year, "MUS", "6", true, young_music},
    {elementary, Span::Year, "PED", "7,8", true, young_sport},

    {middle, Span::Homeroom, "ADV", "1", false, advisory},      {middle, Span::Year, "ELA", "2", false, language_arts},
    {middle, Span::Year, "MAT", "3", false, middle_math},       {middle, Span::Year, "SCI", "4", false, young_science},
    {middle, Span::Year, "SOC", "5", false, young_society},     {middle, Span::Year, "PED", "6", false, middle_sport},
    {middle, Span::Year, "ELE", "7,8", false, middle_choice},

    {only(9), Span::Year, "ENG", "1", false, english_9},        {only(10), Span::Year, "ENG", "1", false, english_10},
    {only(11), Span::Year, "ENG", "1", false, english_11},      {only(12), Span::Year, "ENG", "1", false, english_12},
    {only(9), Span::Year, "MTH", "2", false, math_9},           {only(10), Span::Year, "MTH", "2", false, math_10},
    {only(11), Span::Year, "MTH", "2", false, math_11},         {only(12), Span::Year, "MTH", "2", false, math_12},
    {only(9), Span::Year, "SCI", "3,4", false, science_9},      {only(10), Span::Year, "SCI", "3,4", false, science_10},
    {only(11), Span::Year, "SCI", "3,4", false, science_11},    {only(12), Span::Year, "SCI", "3,4", false, science_12},
    {only(9), Span::Year, "SOC", "5", false, society_9},        {only(10), Span::Year, "SOC", "5", false, society_10},
    {only(11), Span::Year, "SOC", "5", false, society_11},      {only(12), Span::Year, "SOC", "5", false, society_12},
    {high, Span::Year, "ELE", "6", false, high_choice},         {high, Span::Fall, "PED", "7", false, high_fall},
    {high, Span::Spring, "HLT", "7", false, high_spring},
};

}  // namespace

std::span<Offering const> offerings() { return all; }

std::uint64_t course_number(std::size_t offering, int grade, std::size_t title) { return (offering * grade_count + static_cast<unsigned>(grade)) * 16 + title; }

std::uint64_t class_count(School const& school) {
  std::uint64_t count = 0;
  for (auto const& offering : all)
    for (auto grade = offering.grades.first; grade <= offering.grades.last; ++grade)
      if (auto const g = grades_of(school.level); grade >= g.first && grade <= g.last) count += sections_for(school.students_in(grade));
  return count;
}

void write_courses(District const& d, FileSink& sink) {
  Writer out(sink, "courses.csv",
             "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,"
             "subjectCodes");
  auto const year = session_id(d, Session::Year), office = d.org_id(0);
  auto const course = [&](std::uint64_t number, std::string_view text, std::string_view code, Title const& title, int grade) {
    out.row();
    out.cell(d.id(Kind::Course, number));
    out.empty_cells(2);
    out.cell(year);
    out.text_cell(text);
    out.cell(code);
    out.cell(grade_code(grade));
    out.cell(office);
    out.text_cell(title.subjects);
    out.text(with_grade(title.codes, grade));
    out.end_row();
  };
  for (std::size_t o = 0; o < offerings().size(); ++o)
    for (auto grade = all[o].grades.first; grade <= all[o].grades.last; ++grade)
      for (std::size_t t = 0; t < all[o].titles.size(); ++t) {
        auto const& title = all[o].titles[t];
        auto const text = course_title(title, grade), code = course_code(all[o], grade, t);
        course(course_number(o, grade, t), text, code, title, grade);
        // Catalogues are longer than timetables: nobody asked for these this year.
        if (grade >= 9) course(course_number(o, grade, t + not_held), text + " (Online)", code + "-OL", title, grade);
      }
  out.finish();
}

std::string with_grade(std::string_view pattern, int grade) {
  std::string text(pattern);
  for (auto& c : text)
    if (c == '#') c = static_cast<char>('0' + grade % 10);
  return text;
}

std::string course_title(Title const& title, int grade) {
  if (grade >= 9) return std::string(title.text);
  return (grade == 0 ? std::string("Kindergarten") : "Grade " + std::to_string(grade)) + " " + std::string(title.text);
}

std::string course_code(Offering const& offering, int grade, std::size_t title) {
  auto code = std::string(offering.code) + std::string(grade_code(grade));
  if (title > 0) code += static_cast<char>('A' + title);
  return code;
}

std::string_view grade_code(int grade) {
  static constexpr std::string_view codes[] = {"KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"};
  return codes[grade];
}

}  // namespace rollbook::demo
