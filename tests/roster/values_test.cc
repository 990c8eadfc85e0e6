// Cells become values, or flaws where they cannot: type by type.
#include "roster/values.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "csv/read_text.h"

namespace rollbook::test {
namespace {

using Flaws = std::vector<Flaw>;

constexpr std::uint64_t seed = 11;

struct Options {
  Version version = Version::V11;
  bool delta = false;
};

std::string written(std::string_view cell) {
  if (cell.find_first_of(",\"\n") == std::string_view::npos) return std::string(cell);
  std::string out = "\"";
  for (char const c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

// One column of a table, read; the sourcedId stands in front.
struct OneColumn {
  Table const& table;
  std::uint8_t field;
  Reading reading;
  std::string text;
  Values values;
  std::array<Widths, max_fields> widths{};

  OneColumn(Table const& of, std::string_view name, Options options, std::vector<std::string> const& cells, Reading with = {})
      : table(of), field(static_cast<std::uint8_t>(field_index(of, name))), reading(std::move(with)) {
    reading.version = options.version, reading.delta = options.delta, reading.seed = seed;
    bool const is_id = field == 0;
    for (std::size_t i = 0; i < cells.size(); ++i) text += (is_id ? written(cells[i]) + ",x" : "id-" + std::to_string(i) + "," + written(cells[i])) + "\n";
    auto const layout = read_layout(is_id ? std::vector<std::string>{"sourcedId", "metadata.x"} : std::vector<std::string>{"sourcedId", std::string(name)},
                                    table, options.version, options.delta);
    Read const read(text, 2, csv::best_kernel());
    EXPECT_EQ(read.batch.rows, cells.size()) << text;
    read_values(read.batch, 0, table, layout, reading, widths, values);
  }

  Flaws flaws(std::uint32_t row = 0) const {
    Flaws out;
    for (auto const& spot : values.flaws)
      if (spot.row == row && spot.field == field) out.push_back(spot.flaw);
    return out;
  }
  std::int32_t value(std::uint32_t row = 0) const { return values.column[field].at(row); }
};

Flaws flaws_of(Table const& table, std::string_view field, std::string const& cell, Options options = {}) {
  return OneColumn(table, field, options, {cell}).flaws();
}

struct Case {
  std::string cell;
  std::int32_t value;
  Flaws flaws = {};
};

void expect(Table const& table, std::string_view field, Options options, std::vector<Case> const& cases) {
  std::vector<std::string> cells;
  for (auto const& c : cases) cells.push_back(c.cell);
  OneColumn const together(table, field, options, cells);  // neighbours must not matter: values are remembered from row to row
  for (std::uint32_t i = 0; i < cases.size(); ++i) {
    OneColumn const alone(table, field, options, {cases[i].cell});
    EXPECT_EQ(alone.value(), cases[i].value) << '"' << cases[i].cell << '"';
    EXPECT_EQ(alone.flaws(), cases[i].flaws) << '"' << cases[i].cell << '"';
    EXPECT_EQ(together.value(i), cases[i].value) << '"' << cases[i].cell << "\" among others";
    EXPECT_EQ(together.flaws(i), cases[i].flaws) << '"' << cases[i].cell << "\" among others";
  }
}

TEST(Dates, AreDaysThatExist) {
  expect(enrollments, "beginDate", {},
         {{"2025-09-01", 20250901},
          {"2025-09-01", 20250901},
          {"2024-02-29", 20240229},
          {"2000-02-29", 20000229},
          {"0001-01-01", 10101},
          {"9999-12-31", 99991231},
          {"", blank},
          {"2023-02-29", invalid, {Flaw::DateImpossible}},
          {"2023-02-29", invalid, {Flaw::DateImpossible}},
          {"1900-02-29", invalid, {Flaw::DateImpossible}},
          {"2025-13-01", invalid, {Flaw::DateImpossible}},
          {"2025-00-10", invalid, {Flaw::DateImpossible}},
          {"2025-04-31", invalid, {Flaw::DateImpossible}},
          {"2025-01-00", invalid, {Flaw::DateImpossible}},
          {"8/27/2018", invalid, {Flaw::DateReformatted}},
          {"27.08.2018", invalid, {Flaw::DateReformatted}},
          {"2018/08/27", invalid, {Flaw::DateReformatted}},
          {"8-27-18", invalid, {Flaw::DateReformatted}},
          {"2025-09-01T00:00:00Z", invalid, {Flaw::DateReformatted}},
          {"2025-9-1", invalid, {Flaw::DateReformatted}},
          {"20250901", invalid, {Flaw::DateMalformed}},
          {"soon", invalid, {Flaw::DateMalformed}},
          {" 2025-09-01", invalid, {Flaw::DateMalformed}},
          {"43709", invalid, {Flaw::DateMalformed}},
          {"#N/A", invalid, {Flaw::ExcelError, Flaw::DateMalformed}},
          {"2025-09-01", 20250901}});
}

TEST(Dates, OfEveryDayOfSomeYearsAreRead) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int const year : {1999, 2000, 2023, 2024, 2100})
    for (int month = 0; month <= 13; ++month)
      for (int day = 0; day <= 32; ++day) {
        char text[40];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        bool const leap = year == 2000 || year == 2024;
        bool const exists = month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
        ASSERT_EQ(read_date(text).value, exists ? year * 10000 + month * 100 + day : invalid) << text;
      }
}

TEST(Timestamps, AreAskedForInDeltaFilesOnly) {
  auto const flaws = [](std::string const& cell) { return flaws_of(orgs, "dateLastModified", cell, {.delta = true}); };
  EXPECT_EQ(flaws("2025-09-01T12:00:00.000Z"), Flaws{});
  EXPECT_EQ(flaws("2025-12-31T23:59:60.999Z"), Flaws{}) << "a leap second";
  EXPECT_EQ(flaws(""), Flaws{Flaw::BlankInDelta});
  for (auto const* loose :
       {"2025-09-01", "2025-09-01T12:00:00Z", "2025-09-01T12:00:00", "2025-09-01 12:00:00", "2025-09-01T12:00:00.1Z", "2025-09-01T12:00:00.000000Z"})
    EXPECT_EQ(flaws(loose), Flaws{Flaw::TimestampLoose}) << loose;
  for (auto const* bad : {"2025-09-01T24:00:00.000Z", "2025-09-01T12:60:00.000Z", "2025-02-30T12:00:00.000Z", "2025-09-01T12:00:00.000+01:00", "yesterday",
                          "2025-09-01T12", "9/1/2025"})
    EXPECT_EQ(flaws(bad), Flaws{Flaw::TimestampMalformed}) << bad;
  EXPECT_EQ(flaws_of(orgs, "dateLastModified", "2025-09-01T12:00:00.000Z"), Flaws{Flaw::FilledInBulk});
  EXPECT_EQ(flaws_of(orgs, "dateLastModified", ""), Flaws{});
}

TEST(Years, HaveFourDigits) {
  expect(academic_sessions, "schoolYear", {},
         {{"2026", 2026},
          {"26", invalid, {Flaw::YearMalformed}},
          {"2025-2026", invalid, {Flaw::YearMalformed}},
          {"20x6", invalid, {Flaw::YearMalformed}},
          {"0000", 0}});
}

TEST(Numbers, AreRead) {
  auto const number = [](std::string const& cell) {
    OneColumn const column(line_items, "resultValueMax", {}, {cell});
    return std::pair(column.values.number[column.field].at(0), column.flaws());
  };
  EXPECT_EQ(number("100"), std::pair(100.0, Flaws{}));
  EXPECT_EQ(number("-1.5e2"), std::pair(-150.0, Flaws{}));
  EXPECT_EQ(number("0.0"), std::pair(0.0, Flaws{}));
  for (auto const* bad : {"ten", "1.5x", "nan", "inf", "0x10", " 1", "1,5", "--1", "1e999"}) EXPECT_EQ(number(bad).second, Flaws{Flaw::FloatMalformed}) << bad;
  EXPECT_EQ(number("1,234").second, Flaws{Flaw::ThousandsSeparator});
  EXPECT_EQ(number("1,234,567.50").second, Flaws{Flaw::ThousandsSeparator});
  EXPECT_TRUE(std::isnan(number("ten").first));
}

TEST(Booleans, AreTrueOrFalseInLowerCase) {
  expect(users, "enabledUser", {},
         {{"true", 1},
          {"false", 0},
          {"TRUE", 1, {Flaw::BooleanCase}},
          {"False", 0, {Flaw::BooleanCase}},
          {"", blank, {Flaw::Blank}},
          {"yes", invalid, {Flaw::NotABoolean}},
          {"1", invalid, {Flaw::NotABoolean}},
          {"truer", invalid, {Flaw::NotABoolean}},
          {"true ", invalid, {Flaw::NotABoolean}},
          {"#REF!", invalid, {Flaw::ExcelError, Flaw::NotABoolean}}});
}

TEST(Words, AreThoseOfTheVocabularyOfTheVersion) {
  expect(orgs, "type", {},
         {{"school", 1},
          {"school", 1},
          {"department", 0},
          {"School", 1, {Flaw::WordCase}},
          {"", blank, {Flaw::Blank}},
          {"campus", invalid, {Flaw::NotAWord}},
          {"ext:campus", invalid, {Flaw::NotAWord}},
          {"schools", invalid, {Flaw::NotAWord}}});
  expect(orgs, "type", {Version::V12},
         {{"school", 1}, {"ext:campus", ext_word}, {"ext:", invalid, {Flaw::NotAWord}}, {"ext:a b", invalid, {Flaw::NotAWord}}, {"school", 1}});
  expect(users, "role", {}, {{"student", 0}, {"administrator", 2}, {"districtAdministrator", invalid, {Flaw::NotAWord}}, {"TEACHER", 1, {Flaw::WordCase}}});
  expect(
      roles, "role", {Version::V12},
      {{"districtAdministrator", 9}, {"districtadministrator", 9, {Flaw::WordCase}}, {"siteAdministrator", 11}, {"administrator", invalid, {Flaw::NotAWord}}});
}

TEST(Status, IsBlankInBulkFilesAndAWordInDeltaFiles) {
  EXPECT_EQ(flaws_of(orgs, "status", ""), Flaws{});
  EXPECT_EQ(flaws_of(orgs, "status", "active"), Flaws{Flaw::FilledInBulk});
  EXPECT_EQ(flaws_of(orgs, "status", "tobedeleted"), Flaws{Flaw::DeletedInBulk});
  EXPECT_EQ(flaws_of(orgs, "status", "inactive"), Flaws{Flaw::DeletedInBulk});
  EXPECT_EQ(flaws_of(orgs, "status", "", {.delta = true}), Flaws{Flaw::BlankInDelta});
  EXPECT_EQ(flaws_of(orgs, "status", "active", {.delta = true}), Flaws{});
  EXPECT_EQ(flaws_of(orgs, "status", "inactive", {.delta = true}), Flaws{Flaw::InactiveStatus});
  EXPECT_EQ(flaws_of(orgs, "status", "toBeDeleted", {.delta = true}), Flaws{Flaw::WordCase});
  EXPECT_EQ(flaws_of(orgs, "status", "gone", {.delta = true}), Flaws{Flaw::NotAWord});
}

TEST(Status, ARowThatADeltaTakesAwayNeedsOnlyItsId) {
  csv::Batch batch;
  Readable const text("o-1,tobedeleted,2025-01-01T00:00:00.000Z,,,,\no-2,active,2025-01-01T00:00:00.000Z,,,,\n");
  csv::read_batch(text.text(), 0, static_cast<std::uint32_t>(text.text().size()), 7, csv::best_kernel(), batch);
  auto const layout = read_layout({"sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"}, orgs, Version::V11, true);
  Reading reading;
  reading.delta = true;
  std::array<Widths, max_fields> widths{};
  Values values;
  read_values(batch, 0, orgs, layout, reading, widths, values);
  EXPECT_EQ(values.deleted, (std::vector<std::uint8_t>{1, 0}));
  for (auto const& spot : values.flaws) EXPECT_EQ(spot.row, 1u);
  EXPECT_EQ(values.flaws.size(), 2u) << "name and type of the other row";
}

TEST(Ids, AreShortAndOfFewCharacters) {
  auto const flaws = [](std::string const& id, Version version = Version::V12) { return flaws_of(orgs, "sourcedId", id, {version}); };
  for (auto const* good : {"a", "1001", "b1f6-77.x_y/z@w", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz.0123456789"})
    EXPECT_EQ(flaws(good), Flaws{}) << good;
  EXPECT_EQ(flaws(std::string(255, 'x')), Flaws{});
  EXPECT_EQ(flaws(std::string(256, 'x')), Flaws{Flaw::IdTooLong});
  EXPECT_EQ(flaws(" o-1"), Flaws{Flaw::IdPadded});
  EXPECT_EQ(flaws("o-1\t"), Flaws{Flaw::IdPadded});
  EXPECT_EQ(flaws("o-1\xc2\xa0"), Flaws{Flaw::IdPadded});
  EXPECT_EQ(flaws("   "), Flaws{Flaw::Blank});
  EXPECT_EQ(flaws("a:b"), Flaws{Flaw::IdCharacters});
  EXPECT_EQ(flaws("a:b", Version::V11), Flaws{Flaw::IdCharacters11});
  EXPECT_EQ(flaws("a\"b"), Flaws{Flaw::IdCharacters});
  EXPECT_EQ(flaws("\xc3\xa9"), Flaws{Flaw::IdCharacters});
  EXPECT_EQ(flaws("1.23E+05", Version::V11), Flaws{Flaw::IdScientific});
  EXPECT_EQ(flaws("#N/A"), (Flaws{Flaw::ExcelError, Flaw::IdCharacters}));
}

TEST(Ids, AreJudgedTheSameAtEveryLengthAndPlace) {
  for (std::size_t length = 1; length < 80; ++length) {
    std::string const good(length, 'k');
    EXPECT_TRUE(is_id_text(good));
    for (std::size_t at = 0; at < length; ++at)
      for (char const odd : {' ', ',', '+', '~', ':', '[', '`', '{', '\x7f', '\x80', '\xff', '\0', '^', '\\'}) {
        auto bad = good;
        bad[at] = odd;
        ASSERT_FALSE(is_id_text(bad)) << length << " " << at << " " << static_cast<int>(odd);
      }
  }
  for (int c = 0; c < 256; ++c) {
    bool const wanted = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        (c != 0 && std::string_view(".-_/@").find(static_cast<char>(c)) != std::string_view::npos);
    EXPECT_EQ(is_id_text(std::string(1, static_cast<char>(c))), wanted) << c;
    EXPECT_EQ(is_id_text(std::string(20, static_cast<char>(c))), wanted) << c;
  }
}

TEST(Ids, ThatArePaddedNameTheIdTheyWouldMatch) {
  OneColumn const column(orgs, "sourcedId", {}, {" o-1 ", "o-2"});
  ASSERT_EQ(column.values.also.size(), 1u);
  EXPECT_EQ(column.values.also[0].first, hash_of_id("o-1", seed));
  EXPECT_EQ(column.values.id_hash[1], hash_of_id("o-2", seed));
}

TEST(Ids, OfDigitsAreCountedByWidth) {
  OneColumn const column(orgs, "sourcedId", {}, {"0123", "4567", "123", "x1", "00", "123456789012345678901234567890"});
  auto const& widths = column.widths[0];
  EXPECT_EQ(widths.count[4], 2u);
  EXPECT_EQ(widths.zero_led[4], 1u);
  EXPECT_EQ(widths.count[3], 1u);
  EXPECT_EQ(widths.zero_led[2], 1u);
  EXPECT_EQ(widths.others, 2u);
  EXPECT_EQ(widths.places[4].size(), 2u);
}

// A table to refer to: s-0 … s-39; every fifth row is excluded, every second one is a school.
struct Schools {
  IdIndex index;
  std::vector<std::uint32_t> root;
  std::vector<std::int32_t> type;
  Reading reading;

  Schools() {
    std::vector<IdCollector> collected(1);
    collected[0].start(0);
    for (std::uint32_t row = 0; row < 40; ++row) {
      collected[0].add(hash_of_id("s-" + std::to_string(row), seed), csv::Place::of(0, row));
      root.push_back(row % 5 == 4);
      type.push_back(row % 2 == 0 ? 1 : 2);
    }
    index.build(collected, {0}, true);
    reading.targets[static_cast<std::size_t>(TableId::Orgs)] = {&index, nullptr, root.data(), type.data()};
  }
};

TEST(References, AreRowsOfTheirTarget) {
  Schools const schools;
  std::vector<std::string> cells;
  for (int turn = 0; turn < 3; ++turn)
    for (auto const* id : {"s-0", "s-0", "s-1", "s-4", "nowhere", "nowhere", "", "s-38", " s-2"}) cells.emplace_back(id);
  OneColumn const column(enrollments, "schoolSourcedId", {}, cells, schools.reading);
  for (std::uint32_t i = 0; i < cells.size(); i += 9) {
    EXPECT_EQ(column.value(i), 0);
    EXPECT_EQ(column.value(i + 1), 0);
    EXPECT_EQ(column.flaws(i), Flaws{});
    EXPECT_EQ(column.flaws(i + 2), Flaws{Flaw::WrongTarget}) << "no school";
    EXPECT_EQ(column.flaws(i + 3), Flaws{Flaw::DependsOnExcluded});
    EXPECT_EQ(column.flaws(i + 4), Flaws{Flaw::Dangling});
    EXPECT_EQ(column.flaws(i + 5), Flaws{Flaw::Dangling}) << "said for each row, also when the one above says the same";
    EXPECT_EQ(column.flaws(i + 6), Flaws{Flaw::Blank});
    EXPECT_EQ(column.value(i + 6), blank);
    EXPECT_EQ(column.value(i + 7), 38);
    EXPECT_EQ(column.flaws(i + 8), Flaws{Flaw::IdPadded});
  }
}

TEST(References, IntoAnAbsentTableAreNotAsked) {
  OneColumn const column(enrollments, "schoolSourcedId", {}, {"s-1", ""});
  EXPECT_EQ(column.value(0), not_asked);
  EXPECT_EQ(column.flaws(0), Flaws{});
  EXPECT_EQ(column.flaws(1), Flaws{Flaw::Blank});
}

TEST(References, WithinTheTableWaitUntilItIsComplete) {
  OneColumn const column(orgs, "parentSourcedId", {}, {"o-1", "", "o-2"});
  ASSERT_EQ(column.values.pending.size(), 2u);
  EXPECT_EQ(column.values.pending[0].hash, hash_of_id("o-1", seed));
  EXPECT_EQ(column.values.pending[1].place.record(), 2u);
  EXPECT_TRUE(OneColumn(orgs, "parentSourcedId", {.delta = true}, {"o-1"}).values.pending.empty());
}

TEST(ReferenceLists, DropWhatIsMissingAndSayWhenNothingIsLeft) {
  Schools const schools;
  OneColumn const column(users, "orgSourcedIds", {}, {"s-0,s-2", "s-0, s-2", "s-0,nowhere", "nowhere,s-4", "s-4", "", ",", "s-0,,s-2"}, schools.reading);
  auto const items = [&](std::uint32_t row) {
    auto const& ends = column.values.item_ends[column.field];
    auto const& all = column.values.items[column.field];
    return std::vector<std::int32_t>(all.begin() + (row == 0 ? 0 : ends[row - 1]), all.begin() + ends[row]);
  };
  EXPECT_EQ(items(0), (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(column.flaws(0), Flaws{});
  EXPECT_EQ(items(1), (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(column.flaws(1), Flaws{Flaw::ListSpaces});
  EXPECT_EQ(items(2), (std::vector<std::int32_t>{0}));
  EXPECT_EQ(column.flaws(2), Flaws{Flaw::DanglingOptional});
  EXPECT_EQ(column.flaws(3), Flaws{Flaw::Dangling});
  EXPECT_EQ(column.flaws(4), Flaws{Flaw::DependsOnExcluded});
  EXPECT_EQ(column.flaws(5), Flaws{Flaw::Blank});
  EXPECT_EQ(column.flaws(6), Flaws{Flaw::Blank});
  EXPECT_EQ(column.flaws(7), Flaws{Flaw::ListEmptyItem});
}

TEST(Texts, AreLookedAtForWhatSpreadsheetsDo) {
  auto const flaws = [](std::string const& cell) { return flaws_of(users, "familyName", cell); };
  EXPECT_EQ(flaws("Lovelace"), Flaws{});
  EXPECT_EQ(flaws(""), Flaws{Flaw::Blank});
  EXPECT_EQ(flaws("  "), Flaws{Flaw::OnlySpaces});
  EXPECT_EQ(flaws("#N/A"), Flaws{Flaw::ExcelError});
  EXPECT_EQ(flaws("#####"), Flaws{Flaw::ExcelError});
  EXPECT_EQ(flaws("#1 fan"), Flaws{});
  EXPECT_EQ(flaws("\xe2\x80\x9c"
                  "Ada"
                  "\xe2\x80\x9d"),
            Flaws{Flaw::CurlyQuotes});
  EXPECT_EQ(flaws(std::string(255, 'x')), Flaws{});
  EXPECT_EQ(flaws(std::string(256, 'x')), Flaws{Flaw::TooLong});
  std::string letters;
  for (int i = 0; i < 255; ++i) letters += "\xc3\xa9";
  EXPECT_EQ(flaws(letters), Flaws{}) << "letters count, not bytes";
  EXPECT_EQ(flaws(letters + "x"), Flaws{Flaw::TooLong});
}

TEST(Emails, HaveOneAtAndNoSpaces) {
  auto const flaws = [](std::string const& cell) { return flaws_of(users, "email", cell); };
  for (auto const* good :
       {"a@b", "ada.lovelace@school.example", "a+b@c.de", "o'brien@x.org", "a_very_long_local_part_of_an_address@a.very.long.domain.example"})
    EXPECT_EQ(flaws(good), Flaws{}) << good;
  for (auto const* bad : {"ada", "@b", "a@", "a@@b", "a@b@c", "a b@c.de", "a@b.", "a@.b", "a@b,c@d", "a@b;c@d",
                          "a_very_long_local_part_of_an_address@a.very.long.domain.exam ple"})
    EXPECT_EQ(flaws(bad), Flaws{Flaw::EmailMalformed}) << bad;
}

TEST(Lists, AreLookedAtItemByItem) {
  auto const pairs = [](std::string const& cell) { return flaws_of(users, "userIds", cell); };
  EXPECT_EQ(pairs("{Fed:abc}"), Flaws{});
  EXPECT_EQ(pairs("{Fed:abc},{State:https://x:1}"), Flaws{});
  for (auto const* bad : {"abc", "{abc}", "{:abc}", "{Fed:}", "{Fed:a}b", "{Fed:a},x", "{Fed:{a}}"})
    EXPECT_EQ(pairs(bad), Flaws{Flaw::TypedIdMalformed}) << bad;
  EXPECT_EQ(pairs("{Fed:a}, {Fed:b}"), Flaws{Flaw::ListSpaces});
  EXPECT_EQ(pairs("{Fed:a},"), Flaws{Flaw::ListEmptyItem});
  auto const grades = [](std::string const& cell, Version version = Version::V11) { return flaws_of(users, "grades", cell, {version}); };
  EXPECT_EQ(grades("09,10"), Flaws{});
  EXPECT_EQ(grades("9"), Flaws{Flaw::GradeLostZero});
  EXPECT_EQ(grades("9", Version::V12), Flaws{Flaw::GradeLostZero});
  EXPECT_EQ(grades("Freshman"), Flaws{Flaw::GradeUnknown});
  EXPECT_EQ(grades("Freshman", Version::V12), Flaws{});
}

TEST(MissingColumns, AreBlankInEveryRow) {
  OneColumn const column(enrollments, "beginDate", {}, {"2025-09-01", ""});
  auto const role = field_index(enrollments, "role"), end = field_index(enrollments, "endDate");
  EXPECT_EQ(column.values.column[role], (std::vector<std::int32_t>{blank, blank}));
  EXPECT_EQ(column.values.column[end], (std::vector<std::int32_t>{blank, blank}));
  for (auto const& spot : column.values.flaws) EXPECT_EQ(spot.field, column.field) << "told once, by the header";
}

}  // namespace
}  // namespace rollbook::test
