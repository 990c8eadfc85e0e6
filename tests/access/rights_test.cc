// The table of docs/semantics.md, section 8, cell by cell.
#include "access/rights.h"

#include <gtest/gtest.h>

namespace rollbook::test {
namespace {

using namespace access;
using enum Right;

// "-" no, "y" yes, "d" at the district alone, "g" with the grant of demographics.
struct Line {
  Right right;
  char const* cells;  // standard, reporting, enrollment, system, operator
};
constexpr Line table[] = {
    {SignedIn, "yyyyy"},     {SeeOwnClasses, "yyyy-"}, {SeePeople, "-yyy-"},    {EditPeople, "--yy-"},  {SeeDemographics, "-ggg-"}, {SeeHistory, "-yyy-"},
    {EnrollByHand, "--yy-"}, {RunDeliveries, "--dd-"}, {ManagePeople, "---y-"}, {SeeReceived, "---d-"}, {Operate, "----y"},         {SeeStates, "----y"},
};

constexpr std::int64_t here = 1, elsewhere = 2, school = 7;

Standing at(Level level, bool demographics, std::optional<std::int64_t> org) { return {true, false, {{here, org, level, demographics}}}; }

TEST(Rights, AreThoseOfTheTable) {
  ASSERT_EQ(std::size(table), static_cast<std::size_t>(SeeStates) + 1);
  for (auto const& [right, cells] : table)
    for (int level = 1; level <= 4; ++level)
      for (bool const demographics : {false, true}) {
        auto const cell = cells[level - 1];
        auto const says = "right " + std::to_string(static_cast<int>(right)) + ", level " + std::to_string(level) + (demographics ? ", demographics" : "");
        bool const at_district = cell == 'y' || cell == 'd' || (cell == 'g' && demographics), at_school = at_district && cell != 'd';
        auto const of_district = at(static_cast<Level>(level), demographics, {}), of_school = at(static_cast<Level>(level), demographics, school);
        EXPECT_EQ(of_district.may(right, here), at_district) << says;
        EXPECT_EQ(of_district.may_everywhere(right, here), at_district) << says;
        EXPECT_EQ(of_school.may(right, here), at_school) << says;
        EXPECT_EQ(of_school.may_everywhere(right, here), right == SignedIn) << says << ": a school is not everywhere";
        EXPECT_EQ(of_school.orgs(right, here), at_school && right != SignedIn ? std::vector{school} : std::vector<std::int64_t>{}) << says;
        EXPECT_TRUE(of_district.orgs(right, here).empty()) << says;
        for (auto const& standing : {of_district, of_school}) EXPECT_EQ(standing.may(right, elsewhere), right == SignedIn) << says << ": another district";
      }
}

TEST(Rights, AnOperatorSeesNoRows) {
  Standing const standing{true, true, {}};
  for (auto const& [right, cells] : table) {
    EXPECT_EQ(standing.may(right, here), cells[4] == 'y') << static_cast<int>(right);
    EXPECT_EQ(standing.may_everywhere(right, 0), cells[4] == 'y') << static_cast<int>(right);
  }
  EXPECT_TRUE(standing.districts().empty());
}

TEST(Rights, WhoIsNotSignedInHoldsNothing) {
  for (auto const& [right, cells] : table) {
    EXPECT_FALSE(Standing{}.may(right, here));
    EXPECT_FALSE((Standing{false, true, {{here, {}, Level::System, true}}}.may(right, here))) << "whatever else stands there";
  }
}

TEST(Rights, TheHighestLevelOfAPlaceCounts) {
  Standing const standing{
      true,
      false,
      {{here, {}, Level::Standard, false}, {here, 7, Level::System, false}, {here, 9, Level::Reporting, true}, {elsewhere, 7, Level::System, true}}};
  EXPECT_EQ(standing.orgs(SeePeople, here), (std::vector<std::int64_t>{7, 9}));
  EXPECT_EQ(standing.orgs(ManagePeople, here), (std::vector<std::int64_t>{7}));
  EXPECT_EQ(standing.orgs(SeeDemographics, here), (std::vector<std::int64_t>{9})) << "the grant holds at its own place";
  EXPECT_TRUE(standing.orgs(SeeOwnClasses, here).empty()) << "everywhere";
  EXPECT_TRUE(standing.may_everywhere(SeeOwnClasses, here));
  EXPECT_FALSE(standing.may(RunDeliveries, here)) << "a school's System does not run the district";
  EXPECT_EQ(standing.districts(), (std::vector<std::int64_t>{here, elsewhere}));
}

TEST(Rights, LevelsAreFoundByTheirNames) {
  for (int level = 0; level <= 4; ++level) EXPECT_EQ(level_by_name(name_of(static_cast<Level>(level))), static_cast<Level>(level));
  for (auto const* const name : {"", "System", "root"}) EXPECT_FALSE(level_by_name(name)) << name;
}

}  // namespace
}  // namespace rollbook::test
