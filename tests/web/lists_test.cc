// The lists of Enrollment: found by word and filter, sorted, a page at a time, downloaded as shown, and of one's own schools only.
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class Lists : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    sync(two_schools(60));
    auto h = hub();
    ASSERT_FALSE(runs::index_all(**runs::open_roster(h, district())));
  }
  std::string students(std::string const& asked = "") const { return in("/enrollment/students" + asked); }
};

TEST_F(Lists, LeadToEachOtherAndToTheRecords) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_EQ(header_of(get(elsa, in("/enrollment")), "location"), students());
  auto const html = page(elsa, students());
  EXPECT_TRUE(says(html, "1 to 50 of 120 students."));
  EXPECT_EQ(times(html, "<th scope=\"row\">"), 50u);
  EXPECT_TRUE(says(html, "/browse/record?table=users&amp;id=u1_1"));
  EXPECT_TRUE(says(html, "School 1"));
  EXPECT_TRUE(says(html, "aria-sort=\"ascending\""));
  EXPECT_EQ(times(page(elsa, students("?from=100")), "<th scope=\"row\">"), 20u);
  EXPECT_TRUE(says(page(elsa, in("/enrollment/staff")), "1 to 2 of 2 people."));
  EXPECT_TRUE(says(page(elsa, in("/enrollment/classes")), "1 to 2 of 2 classes."));
  EXPECT_EQ(get(somebody_of(Level::Reporting), students()).status, 403);
}

TEST_F(Lists, AreSearchedFilteredAndSorted) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(elsa, students("?q=ada7+quill2")), "1 to 1 of 1 student."));
  EXPECT_TRUE(says(page(elsa, students("?q=cher")), "None fits")) << "a teacher is no student";
  auto const many = page(elsa, students("?q=u1_3%0D%0Anobody%0D%0Au2_5"));
  EXPECT_TRUE(says(many, "1 to 2 of 2 students."));
  EXPECT_TRUE(says(many, "Not found: 1"));
  EXPECT_TRUE(says(many, "value=\"u1_3,nobody,u2_5\""));
  auto const school = std::to_string(org("s2"));
  EXPECT_TRUE(says(page(elsa, students("?school=" + school)), "1 to 50 of 60 students."));
  EXPECT_EQ(get(elsa, students("?school=999999")).status, 404);
  EXPECT_TRUE(says(page(elsa, students("?status=deactivated")), "None fits"));
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "u1_3", {{"enabledUser", "false"}}, ""}).ok());
  EXPECT_TRUE(says(page(elsa, students("?status=deactivated")), "1 to 1 of 1 student."));
  auto const down = page(elsa, students("?sort=-id&school=" + school));
  EXPECT_TRUE(says(down, "id=u2_9")) << "as texts are";
  EXPECT_TRUE(says(down, "sort=-id")) << "kept from page to page";
  page(elsa, students("?sort=nonsense&grade=%25&status=%27&from=x"));
}

TEST_F(Lists, AreDownloadedAsShownAndThatIsNoted) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const csv = page(elsa, in("/enrollment/students.csv?school=" + std::to_string(org("s2"))));
  EXPECT_EQ(times(csv, "\n"), 61u);
  EXPECT_TRUE(says(csv, "sourcedId,name,email,organizations,grades,status"));
  EXPECT_FALSE(says(csv, "u1_1"));
  EXPECT_EQ(notes("records downloaded"), 1u);
}

TEST_F(Lists, AreKeptToOnesOwnSchools) {
  auto const there = somebody_of(Level::Enrollment, org("s2"));
  auto const html = page(there, students());
  EXPECT_TRUE(says(html, "1 to 50 of 60 students."));
  EXPECT_FALSE(says(html, "School 1"));
  EXPECT_TRUE(says(page(there, students("?q=u1_3")), "None fits"));
  EXPECT_EQ(get(there, students("?school=" + std::to_string(org("s1")))).status, 404);
  EXPECT_TRUE(says(page(there, in("/enrollment/staff")), "1 to 1 of 1 person."));
  EXPECT_TRUE(says(page(there, in("/enrollment/classes")), "1 to 1 of 1 class."));
  EXPECT_EQ(times(page(there, in("/enrollment/students.csv")), "\n"), 61u);
}

}  // namespace
}  // namespace rollbook::test
