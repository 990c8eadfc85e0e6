// The small files: manifest.csv, orgs.csv and academicSessions.csv.
#include <string>

#include "demo/calendar.h"
#include "demo/district.h"
#include "demo/names.h"

namespace rollbook::demo {
namespace {

struct Property {
  std::string_view name;
  bool in_1_1, bulk;
};
constexpr Property files[] = {
    {"academicSessions", true, true},
    {"categories", true, false},
    {"classes", true, true},
    {"classResources", true, false},
    {"courses", true, true},
    {"courseResources", true, false},
    {"demographics", true, true},
    {"enrollments", true, true},
    {"lineItemLearningObjectiveIds", false, false},
    {"lineItems", true, false},
    {"lineItemScoreScales", false, false},
    {"orgs", true, true},
    {"resources", true, false},
    {"resultLearningObjectiveIds", false, false},
    {"results", true, false},
    {"resultScoreScales", false, false},
    {"roles", false, true},
    {"scoreScales", false, false},
    {"userProfiles", false, false},
    {"userResources", false, false},
    {"users", true, true},
};

std::string_view word_for(Level level) { return level == Level::Elementary ? "Elementary School" : level == Level::Middle ? "Middle School" : "High School"; }

}  // namespace

void write_manifest(District const& d, FileSink& sink) {
  Writer out(sink, "manifest.csv", "propertyName,value");
  auto const property = [&](std::string_view name, std::string_view value) {
    out.row();
    out.cell(name);
    out.raw(value);
    out.end_row();
  };
  property("manifest.version", "1.0");
  property("oneroster.version", d.is_1_2() ? "1.2" : "1.1");
  for (auto const& file : files)
    if (file.in_1_1 || d.is_1_2()) property("file." + std::string(file.name), file.bulk ? "bulk" : "absent");
  property("source.systemName", "Rollbook demonstration SIS");
  property("source.systemCode", "rollbook-demo");
  out.finish();
}

void write_orgs(District const& d, FileSink& sink) {
  Writer out(sink, "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId");
  auto const org = [&](std::uint64_t number, std::string_view name, std::string_view type) {
    out.row();
    out.cell(d.org_id(number));
    out.empty_cells(2);
    out.text_cell(name);
    out.cell(type);
    out.number(number == 0 ? 0 : 100 + number, 7);
    out.comma();
    if (number != 0) out.raw(d.org_id(0));
    out.end_row();
  };
  org(0, "Larkspur Unified School District", "district");
  for (auto const& school : d.schools()) {
    auto draws = d.about(Kind::Org, school.index);
    // Several hundred schools outnumber the names; a number keeps them apart, as large cities do.
    auto name = std::string(draws.of(school_names())) + " " + std::string(word_for(school.level));
    if (d.schools().size() > 40) name += ", No. " + std::to_string(school.index + 1);
    org(school.index + 1, name, "school");
  }
  out.finish();
}

void write_sessions(District const& d, FileSink& sink) {
  Writer out(sink, "academicSessions.csv", "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear");
  std::uint64_t number = 0;
  auto const session = [&](std::string_view title, std::string_view type, Day begin, Day end, int parent) {
    out.row();
    out.cell(d.id(Kind::Session, number++));
    out.empty_cells(2);
    out.text_cell(title);
    out.cell(type);
    out.date_cell(begin);
    out.date_cell(end);
    if (parent >= 0) out.raw(d.id(Kind::Session, static_cast<std::uint64_t>(parent)));
    out.comma();
    out.raw("2027");
    out.end_row();
  };
  // In the order of enum Session, which numbers the first three.
  session("2026-2027", "schoolYear", year_begins, year_ends, -1);
  session("Fall Semester 2026", "semester", year_begins, spring_begins, 0);
  session("Spring Semester 2027", "semester", spring_begins, year_ends, 0);
  // Reports come in quarters, in six-week periods and, for the young, in trimesters.
  auto const periods = [&](std::string_view title, Day begin, Day end, int parent, int first, int count) {
    for (auto i = 0; i < count; ++i)
      session(std::string(title) + " " + std::to_string(first + i), "gradingPeriod", begin + (end - begin) * i / count, begin + (end - begin) * (i + 1) / count,
              parent);
  };
  periods("Quarter", year_begins, spring_begins, 1, 1, 2);
  periods("Quarter", spring_begins, year_ends, 2, 3, 2);
  periods("Six Weeks", year_begins, spring_begins, 1, 1, 3);
  periods("Six Weeks", spring_begins, year_ends, 2, 4, 3);
  constexpr Day trimesters[] = {year_begins, day_of(2026, 11, 16), day_of(2027, 3, 8), year_ends};
  for (auto i = 0; i < 3; ++i) {
    auto const parent = static_cast<int>(number);
    session("Trimester " + std::to_string(i + 1), "term", trimesters[i], trimesters[i + 1], 0);
    periods("Trimester " + std::to_string(i + 1) + ", Report", trimesters[i], trimesters[i + 1], parent, 1, 2);
  }
  session("Intersession, Optional", "term", day_of(2027, 5, 31), year_ends, 0);
  out.finish();
}

}  // namespace rollbook::demo
