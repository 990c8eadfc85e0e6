// Headers as they come: names in another case, old names, misspelt ones, in another order, twice.
#include "roster/layout.h"

#include <gtest/gtest.h>

#include "schema/catalogue.h"

namespace rollbook {
namespace {

using Names = std::vector<std::string>;

Names good_header(Table const& table, Version version) {
  Names names;
  for (auto const& field : table.fields)
    if (is_in(field.in, version)) names.emplace_back(field.name);
  return names;
}

std::string told(HeaderSpot const& spot) {
  constexpr std::string_view names[] = {"missing", "missing optional", "twice", "unknown", "other version", "case", "alias", "order",
                                        "blank",   "metadata place"};
  return std::string(names[static_cast<std::size_t>(spot.flaw)]) + (spot.column.empty() ? "" : " " + spot.column) +
         (spot.suggestion.empty() ? "" : " → " + spot.suggestion);
}

Names told(Names const& header, Table const& table = orgs, Version version = Version::V11, bool delta = false) {
  Names out;
  for (auto const& spot : read_layout(header, table, version, delta).spots) out.push_back(told(spot));
  return out;
}

Names with(Names names, std::string_view name, std::string_view instead) {
  for (auto& n : names)
    if (n == name) n = instead;
  return names;
}

Names const orgs_header{"sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"};

TEST(Layout, OfEveryTableIsExactWhenItsHeaderIs) {
  for (auto const* table : all_tables)
    for (auto const version : {Version::V11, Version::V12})
      for (bool const delta : {false, true}) {
        if (!is_in(table->in, version)) continue;
        auto const layout = read_layout(good_header(*table, version), *table, version, delta);
        EXPECT_TRUE(layout.exact) << table->name;
        std::int16_t column = 0;
        for (std::size_t f = 0; f < table->fields.size(); ++f)
          EXPECT_EQ(layout.column_of[f], is_in(table->fields[f].in, version) ? column++ : no_column) << table->name;
      }
}

TEST(Layout, NamesInAnotherCaseAreReadAsMeant) {
  EXPECT_EQ(told(with(orgs_header, "parentSourcedId", "ParentSourcedID")), (Names{"case ParentSourcedID → parentSourcedId"}));
  EXPECT_EQ(told(with(orgs_header, "name", " Name ")), (Names{"case  Name  → name"}));
  auto const layout = read_layout(with(orgs_header, "name", "NAME"), orgs, Version::V11, false);
  EXPECT_EQ(layout.column_of[field_index(orgs, "name")], 3);
  EXPECT_EQ(layout.field_of[3], field_index(orgs, "name"));
  EXPECT_FALSE(layout.exact);
}

TEST(Layout, OldNamesAreReadAsMeant) {
  EXPECT_EQ(told(with(orgs_header, "sourcedId", "sourceId")), (Names{"alias sourceId → sourcedId"}));
  EXPECT_EQ(told(with(good_header(users, Version::V11), "agentSourcedIds", "agents"), users), (Names{"alias agents → agentSourcedIds"}));
  EXPECT_EQ(told(with(good_header(users, Version::V11), "grades", "grade"), users), (Names{"alias grade → grades"}));
}

TEST(Layout, TheRealNameWinsOverAnAliasWhereverItStands) {
  for (bool const first : {true, false}) {
    auto header = good_header(users, Version::V11);
    auto const at = first ? header.begin() : header.end();
    header.insert(at, "grade");
    auto const layout = read_layout(header, users, Version::V11, false);
    EXPECT_EQ(header[static_cast<std::size_t>(layout.column_of[field_index(users, "grades")])], "grades");
    EXPECT_EQ(layout.field_of[first ? 0 : header.size() - 1], 255);
  }
}

TEST(Layout, AnotherOrderIsTold) {
  EXPECT_EQ(told({"sourcedId", "status", "dateLastModified", "type", "name", "identifier", "parentSourcedId"}), (Names{"order"}));
  auto const layout = read_layout({"name", "sourcedId", "status", "dateLastModified", "type", "identifier", "parentSourcedId"}, orgs, Version::V11, false);
  EXPECT_EQ(layout.column_of[0], 1);
  EXPECT_EQ(layout.column_of[3], 0);
}

TEST(Layout, MissingColumnsAreToldAsTheTableNeedsThem) {
  EXPECT_EQ(told({"sourcedId", "status", "dateLastModified", "type", "identifier", "parentSourcedId"}), (Names{"missing name"}));
  EXPECT_EQ(told({"sourcedId", "status", "dateLastModified", "name", "type", "parentSourcedId"}), (Names{"missing optional identifier"}));
  EXPECT_EQ(told({"sourcedId", "name", "type", "identifier", "parentSourcedId"}), (Names{"missing optional status", "missing optional dateLastModified"}));
  EXPECT_EQ(told({"sourcedId", "name", "type", "identifier", "parentSourcedId"}, orgs, Version::V11, true),
            (Names{"missing status", "missing dateLastModified"}));
}

TEST(Layout, AMisspeltNameIsToldWithTheNameItMaybeMeans) {
  EXPECT_EQ(told(with(orgs_header, "identifier", "identifer")), (Names{"unknown identifer → identifier", "missing optional identifier → identifer"}));
  EXPECT_EQ(told(with(orgs_header, "parentSourcedId", "parentSourceId")),
            (Names{"unknown parentSourceId → parentSourcedId", "missing optional parentSourcedId → parentSourceId"}));
  EXPECT_EQ(told(with(orgs_header, "identifier", "favouriteColour")), (Names{"unknown favouriteColour", "missing optional identifier"}));
}

TEST(Layout, AColumnThatStandsTwiceIsTold) {
  auto header = orgs_header;
  header.push_back("name");
  EXPECT_EQ(told(header), (Names{"twice name"}));
  header.back() = "Name";
  EXPECT_EQ(told(header), (Names{"twice Name → name"}));
  header.back() = "metadata.a";
  header.push_back("metadata.a");
  EXPECT_EQ(told(header), (Names{"twice metadata.a"}));
  EXPECT_EQ(read_layout(header, orgs, Version::V11, false).column_of[3], 3) << "the first one counts";
}

TEST(Layout, MetadataColumnsAreWelcomeBehindTheOthers) {
  auto header = orgs_header;
  header.push_back("metadata.colour");
  EXPECT_TRUE(told(header).empty());
  EXPECT_EQ(read_layout(header, orgs, Version::V11, false).field_of[7], 255);
  header.insert(header.begin() + 3, "metadata.early");
  EXPECT_EQ(told(header), (Names{"metadata place metadata.early"}));
  header[3] = "metadata.";
  EXPECT_EQ(told(header), (Names{"unknown metadata."}));
}

TEST(Layout, BlankNamesAndNamesOfTheOtherVersionAreTold) {
  auto header = orgs_header;
  header.push_back("");
  header.push_back("  ");
  EXPECT_EQ(told(header), (Names{"blank", "blank   "}));
  auto people = good_header(users, Version::V11);
  people.push_back("pronouns");
  EXPECT_EQ(told(people, users), (Names{"other version pronouns"}));
}

TEST(Nearest, SuggestsOnlyWhatIsNearEnough) {
  std::vector<std::string_view> const known{"givenName", "familyName", "middleName", "sms"};
  EXPECT_EQ(nearest("giveName", known), "givenName");
  EXPECT_EQ(nearest("FAMILYNAM", known), "familyName");
  EXPECT_EQ(nearest("smsx", known), "sms");
  EXPECT_EQ(nearest("completelyElse", known), "");
  EXPECT_EQ(nearest("", known), "");
}

}  // namespace
}  // namespace rollbook
