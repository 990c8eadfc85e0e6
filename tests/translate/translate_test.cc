// A translated file says the same in other words, cell by cell and line by line.
#include <gtest/gtest.h>

#include <random>

#include "csv/record.h"
#include "roster/layout.h"
#include "translate/translation.h"

namespace rollbook::test {
namespace {

std::string const manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,bulk\n";

struct Opened {
  std::string users;
  Bundle bundle;

  explicit Opened(std::string text) : users(std::move(text)) { bundle = open_bundle({{"manifest.csv", manifest}, {"users.csv", users}}); }
  std::string_view bytes() const { return bundle.members[static_cast<std::size_t>(TableId::Users)]->bytes; }
};

std::string translated(std::string const& users, Translation const& translation, unsigned workers = 2) {
  Opened opened(users);
  auto const kept = translate(opened.bundle, translation, csv::best_kernel(), workers);
  return std::string(opened.bytes());
}

Translation alias(std::string const& from, std::string const& to) {
  Translation translation;
  translation[TableId::Users].ids.emplace(from, to);
  return translation;
}

TEST(Translate, AFileThatIsNotConcernedStaysWhereItIs) {
  Opened opened("sourcedId,role\nu1,student\n");
  auto const* const before = opened.bytes().data();
  auto const out = translate(opened.bundle, alias("x", "y"), csv::best_kernel(), 1);
  EXPECT_TRUE(out.texts.empty());
  EXPECT_EQ(opened.bytes().data(), before);
}

TEST(Translate, OnlyTheCellChangesWhateverStandsAroundIt) {
  EXPECT_EQ(translated("sourcedId,role\r\nu1,student\r\n\r\n\"u1\",\"a\"\"b\"\r\nu2,student", alias("u1", "v1")),
            "sourcedId,role\r\nv1,student\r\n\r\nv1,\"a\"\"b\"\r\nu2,student");
}

TEST(Translate, SpacesAroundAnIdStayAnError) { EXPECT_EQ(translated("sourcedId,role\n u1 ,student\n", alias("u1", "v1")), "sourcedId,role\n v1 ,student\n"); }

TEST(Translate, OfADamagedRowTheIdIsTranslated) {
  EXPECT_EQ(translated("sourcedId,role\nu1,student,too,many\n\"u1\",x,y\nu1\n", alias("u1", "v1")), "sourcedId,role\nv1,student,too,many\n\"v1\",x,y\nv1\n");
}

TEST(Translate, ItemsOfAListAreTranslatedOneByOne) {
  EXPECT_EQ(translated("sourcedId,agentSourcedIds\na,\"u1, b,u1\"\n", alias("u1", "v1")), "sourcedId,agentSourcedIds\na,\"v1, b,v1\"\n");
}

TEST(Translate, EmptyItemsOfAListStayWhereTheyAre) {
  EXPECT_EQ(translated("sourcedId,agentSourcedIds\na,\",u1,,x,\"\n", alias("u1", "v1")), "sourcedId,agentSourcedIds\na,\",v1,,x,\"\n");
}

TEST(Translate, ABlankCellIsAWordToo) {
  Translation translation;
  translation[TableId::Users].words[static_cast<std::uint8_t>(field_index(users, "role"))].add("", "student");
  EXPECT_EQ(translated("sourcedId,role\na,\nb,aide\nc,\"\"\n", translation), "sourcedId,role\na,student\nb,aide\nc,student\n");
}

TEST(Translate, AnIgnoredOrganizationLeavesListsUnlessItIsAllTheyHave) {
  Translation translation;
  translation.ignored_orgs = translation.left_out_orgs = {"s9"};
  EXPECT_EQ(translated("sourcedId,orgSourcedIds\na,\"s1,s9,s2\"\nb,s9\nc,\"s9,s1\"\n", translation), "sourcedId,orgSourcedIds\na,\"s1,s2\"\nb,s9\nc,s1\n");
}

TEST(Translate, ACellOverSeveralLinesIsLeftAlone) {
  EXPECT_EQ(translated("sourcedId,givenName\n\"u1\nu1\",a\n", alias("u1\nu1", "v1")), "sourcedId,givenName\n\"u1\nu1\",a\n");
}

TEST(Translate, AHeaderBehindBlankLinesIsRenamed) {
  Translation translation;
  translation[TableId::Users].columns = {{"Vorname", "givenName"}};
  EXPECT_EQ(translated("\n\nsourcedId,\"Vorname\"\nu1,Vorname\n", translation), "\n\nsourcedId,givenName\nu1,Vorname\n");
}

// Cells as they may stand in files, with ids of a few people.
std::string any_cell(std::mt19937& random, bool id) {
  auto const number = std::to_string(random() % 50);
  if (id) return random() % 4 == 0 ? "\"u" + number + "\"" : "u" + number;
  switch (random() % 7) {
    case 0:
      return "";
    case 1:
      return "\"a,b\"";
    case 2:
      return "\"over\nlines\"";
    case 3:
      return "\"a \"\"word\"\"\"";
    case 4:
      return "stray\"quote";
    case 5:
      return "\"u1,u" + number + "\"";
    default:
      return std::string(random() % 40, 'x');
  }
}

std::vector<csv::Record> records_of(std::string const& text, std::uint32_t cells) {
  std::vector<csv::Record> records;
  csv::Record record;
  for (std::uint32_t at = 0; at < text.size(); at = record.next) {
    csv::read_record(text, at, cells, record);
    records.push_back(record);
  }
  return records;
}

TEST(Translate, AnyFileIsTheSameInOtherWordsOnTheSameLines) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    std::string text = "sourcedId,givenName,familyName,agentSourcedIds\n";
    Translation translation;
    for (int i = 0; i < 50; i += 3) translation[TableId::Users].ids.emplace("u" + std::to_string(i), "somebody-" + std::to_string(i));
    int const rows = seed % 10 == 0 ? 20'000 : 200;  // of several chunks, sometimes
    for (int row = 0; row < rows; ++row)
      text += any_cell(random, true) + "," + any_cell(random, false) + "," + any_cell(random, false) + "," + any_cell(random, true) +
              (random() % 2 == 0 ? "\n" : "\r\n");
    auto const out = translated(text, translation, 1 + seed % 3);
    auto const before = records_of(text, 4), after = records_of(out, 4);
    ASSERT_EQ(before.size(), after.size()) << seed;
    ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), std::count(out.begin(), out.end(), '\n'));
    std::string one, other;
    for (std::size_t i = 1; i < before.size(); ++i) {
      ASSERT_EQ(before[i].size(), after[i].size()) << seed << " row " << i;
      ASSERT_EQ(before[i].lines, after[i].lines);
      for (std::size_t c = 0; c < before[i].size(); ++c) {
        std::string was(csv::cell_value(csv::raw_cell(text, before[i], c), one));
        std::string const is(csv::cell_value(csv::raw_cell(out, after[i], c), other));
        bool const named = c == 0 || (c == 3 && before[i].size() == 4);  // of damaged rows only the record's own id
        auto const id = translation[TableId::Users].ids.find(was);
        if (named && id != translation[TableId::Users].ids.end()) was = id->second;
        ASSERT_EQ(was, is) << seed << " row " << i;
      }
    }
  }
}

}  // namespace
}  // namespace rollbook::test
