// demographics.csv: one row per student.
#include "demo/names.h"
#include "demo/people.h"

namespace rollbook::demo {
namespace {

// In the order of the seven columns.
struct Races {
  bool american_indian = false, asian = false, black = false, pacific = false, white = false, several = false, hispanic = false;
};

Races races(Draws& draws) {
  Races r;
  auto const draw_one = [&] {
    auto const n = draws.below(100);
    (n < 52 ? r.white : n < 70 ? r.black : n < 85 ? r.asian : n < 93 ? r.american_indian : n < 96 ? r.pacific : r.white) = true;
  };
  draw_one();
  if (draws.once_in(16)) draw_one();
  r.several = r.american_indian + r.asian + r.black + r.pacific + r.white > 1;
  r.hispanic = draws.per_mille(270);
  return r;
}

// Five years old when the school year begins in kindergarten, a year more per grade; one in twenty-five repeated one.
Day birth_day(int grade, Draws& draws) {
  auto const youngest = day_of(2021 - grade - (draws.once_in(25) ? 1 : 0), 9, 1);
  return youngest - static_cast<Day>(draws.below(365));
}

constexpr std::string_view states[] = {"CA", "TX", "NY", "FL", "OH", "WA", "AZ", "NM"};
constexpr std::string_view countries[] = {"MX", "GT", "VN", "IN", "PH", "SO", "UA", "BR", "CN", "HT"};

}  // namespace

void write_demographics(District const& d, FileSink& sink) {
  Writer out(sink, "demographics.csv",
             "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
             "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,"
             "countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus");
  for_each_person(d, Who::StudentsOnly, [&](Person const& p) {
    auto draws = d.about(Kind::Demographics, p.number);
    auto const fate = d.fate(Kind::Demographics, p.number, people_churn);
    out.row();
    out.cell(d.id(Kind::User, p.number));
    out.empty_cells(2);
    out.date_cell(birth_day(p.grade, draws));
    out.cell(is_girl(d, p.number) ? std::string_view("female") : std::string_view("male"));
    auto const r = races(draws);
    for (auto const race : {r.american_indian, r.asian, r.black, r.pacific, r.white, r.several, r.hispanic}) out.cell(race);
    auto const here = !draws.once_in(12);
    out.cell(here ? std::string_view("US") : draws.of(countries));
    if (here) out.raw(draws.of(states));
    out.comma();
    if (draws.per_mille(700)) out.text(draws.of(cities()));
    out.comma();
    // Families move: the night's update is another residence status, of the CEDS list.
    out.raw(fate.updated ? "01654" : draws.once_in(20) ? "01653" : "01652");
    out.end_row();
  });
  out.finish();
}

}  // namespace rollbook::demo
