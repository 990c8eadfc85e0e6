// Uploads of many people: what goes out comes in again without a change, and thousands of ids that have changed make nobody somebody else.
#include <cstdlib>
#include <random>

#include "runs/batch_district.h"

namespace rollbook::test {
namespace {

std::size_t asked(char const* name, std::size_t otherwise) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<std::size_t>(std::strtoul(value, nullptr, 10));
}

class LargeUploads : public BatchUpload {
 protected:
  static std::string file(std::vector<std::string> const& rows) {
    std::string text = "schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className,primaryTeacher\n";
    for (auto const& row : rows) text += row + "\n";
    return text;
  }
  runs::Answer process(std::string const& text) {
    auto h = hub();
    auto const answer = runs::process_upload(h, district_, upload_of(text), "");
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return *answer;
  }
  std::string downloaded() {
    auto h = hub();
    auto const written = runs::users_file(h, district_, {});
    EXPECT_TRUE(written.ok());
    return written->text;
  }
};
INSTANTIATE_TEST_SUITE_P(, LargeUploads, both_databases(), name_of_database);

// `ROLLBOOK_PEOPLE=100000` is the long run.
TEST_P(LargeUploads, WhatIsDownloadedUploadsAgainWithoutAChange) {
  auto const many = asked("ROLLBOOK_PEOPLE", 2'000);
  static char const* const odd[] = {"O'Neil", "Ægir", "\"Quote, Jr.\"", "de la Cruz", "李", "=SUM(A1)"};
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < many; ++i) {
    auto const n = std::to_string(i), class_ = std::to_string(i / 25);
    auto const who = i % 25 == 0 ? "teacher," : "student,";
    auto const person = (i % 2 == 0 ? "0042,00" : "S-2,") + n + "," + who + "Ada," + odd[i % 6] + "," +
                        (i % 25 == 0 || i % 3 == 0 ? "p" + n + "@school.example" : "") + "," + (i % 25 == 0 ? "" : "03");
    // Who is not at the class's school is in no class; every tenth is in two.
    auto const at_school = i % 2 == (i / 25) % 2;
    rows.push_back(person + (at_school ? ",c" + class_ + ",Class " + class_ + (i % 25 == 0 ? ",true" : ",") : ",,,"));
    if (at_school && i % 10 == 0) rows.push_back(person + ",d" + class_ + ",Club " + class_ + ",");
  }
  auto const first = process(file(rows));
  ASSERT_EQ(first.outcome, "applied");
  EXPECT_EQ(counted(first, "students").created + counted(first, "staff").created, many);
  auto const out = downloaded();
  auto const again = process(out);
  EXPECT_EQ(again.outcome, "no_changes");
  EXPECT_EQ(counted(again, "students").unchanged + counted(again, "staff").unchanged, many);
  EXPECT_EQ(counted(again, "enrollments").unchanged, counted(first, "enrollments").created);
  EXPECT_EQ(out, downloaded());
}

// `ROLLBOOK_REKEYS=5000` is the long run: half of twice as many people, and 200 pairs of twins.
TEST_P(LargeUploads, NewIdsMakeNobodySomebodyElse) {
  auto const changed = asked("ROLLBOOK_REKEYS", 60), many = 2 * changed, twins = changed >= 1'000 ? 200 : changed / 5;
  std::mt19937 random(7);
  struct Somebody {
    std::string id, rest;
    bool has_address;
  };
  std::vector<Somebody> all;
  static char const* const first[] = {"Ada", "Ben", "Cleo"};
  for (std::size_t i = 0; i < many; ++i) {
    auto const n = std::to_string(i);
    bool const has_address = i % 10 != 0;
    all.push_back({"P" + n,
                   "," + std::string("student,") + first[i % 3] + ",Last" + n + "," + (has_address ? "p" + n + "@family.example" : "") + ",03,c" +
                       std::to_string(i / 20) + ",Class " + std::to_string(i / 20) + ",",
                   has_address});
  }
  for (std::size_t i = 0; i < twins; ++i) {  // the same in everything, addresses too
    auto twin = all[i * (many / twins)];
    twin.id = "T" + std::to_string(i);
    all[i * (many / twins)].has_address = twin.has_address = false;
    all.push_back(twin);
  }
  auto const rows = [&](std::vector<std::string> const& ids) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < all.size(); ++i) lines.push_back("0042," + ids[i] + all[i].rest);
    return file(lines);
  };
  std::vector<std::string> ids;
  for (auto const& one : all) ids.push_back(one.id);
  ASSERT_EQ(process(rows(ids)).outcome, "applied");
  auto const people = this->ids("users").size();
  auto const enrollments = this->ids("enrollments").size();

  // Some of the new ids are those that others had.
  auto next = ids;
  std::size_t sure = 0;
  for (std::size_t i = 0; i < many; i += 2) next[i] = "N" + std::to_string(i), sure += all[i].has_address;
  auto const answer = process(rows(next));
  auto const lines = split(downloaded(), '\n');
  std::map<std::string, std::string> now;  // what is said of whom
  for (auto const& line : lines)
    if (auto const at = line.find(','); at != std::string::npos) {
      auto const cells = split(line, ',');
      if (cells.size() > 8) now[cells[2]] = cells[6] + cells[8];
    }
  std::size_t corrected = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const cells = split(all[i].rest, ',');
    auto const said = cells[2] + cells[3];
    bool const is_sure = next[i] != ids[i] && all[i].has_address;
    corrected += is_sure && now.count(next[i]) > 0;
    EXPECT_EQ(now.count(ids[i]) > 0, !is_sure) << ids[i];
    EXPECT_EQ(now[is_sure ? next[i] : ids[i]].substr(0, 3), said.substr(0, 3)) << "one person became another";
  }
  EXPECT_EQ(corrected, sure);
  EXPECT_EQ(this->ids("users").size(), people);
  EXPECT_EQ(this->ids("enrollments").size(), enrollments);
  expect_sound();
}

}  // namespace
}  // namespace rollbook::test
