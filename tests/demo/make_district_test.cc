#include "demo/make_district.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "demo/read_back.h"

namespace rollbook::demo_test {
namespace {

DistrictPlan plan(std::uint64_t students, double churn = 0, std::string version = "1.1", std::uint64_t seed = 7) {
  return {.students = students, .seed = seed, .churn_percent = churn, .oneroster = std::move(version)};
}

// Every promise of oneroster.md, sections 3 to 6, about the rows of one district.
void expect_sound(Texts const& texts, bool is_1_2 = false) {
  auto const orgs = by_id(records(texts.at("orgs.csv"))), sessions = by_id(records(texts.at("academicSessions.csv"))),
             courses = by_id(records(texts.at("courses.csv"))), classes = by_id(records(texts.at("classes.csv"))),
             users = by_id(records(texts.at("users.csv"))), demographics = by_id(records(texts.at("demographics.csv"))),
             enrollments = by_id(records(texts.at("enrollments.csv")));

  std::set<std::string> students;
  std::map<std::string, int> primary_roles;
  if (is_1_2) {
    for (auto const& [id, r] : by_id(records(texts.at("roles.csv")))) {
      EXPECT_TRUE(users.contains(r.at("userSourcedId")));
      EXPECT_TRUE(orgs.contains(r.at("orgSourcedId")));
      if (r.at("role") == "student") students.insert(r.at("userSourcedId"));
      if (r.at("roleType") == "primary") {
        EXPECT_EQ(++primary_roles[r.at("userSourcedId") + r.at("orgSourcedId")], 1);
      }
    }
    for (auto const& [id, u] : users) EXPECT_TRUE(primary_roles.contains(id + u.at("primaryOrgSourcedId")));
  } else {
    for (auto const& [id, u] : users) {
      if (u.at("role") == "student") students.insert(id);
      for (auto const& org : items(u.at("orgSourcedIds"))) EXPECT_TRUE(orgs.contains(org));
    }
  }

  for (auto const& [id, o] : orgs)
    if (auto const& parent = o.at("parentSourcedId"); !parent.empty()) {
      EXPECT_EQ(orgs.at(parent).at("type"), "district");
    }
  for (auto const& [id, s] : sessions) {
    EXPECT_LT(s.at("startDate"), s.at("endDate"));
    EXPECT_EQ(s.at("schoolYear"), "2027");
    if (s.at("parentSourcedId").empty()) continue;
    auto const& parent = sessions.at(s.at("parentSourcedId"));
    EXPECT_LE(parent.at("startDate"), s.at("startDate"));
    EXPECT_LE(s.at("endDate"), parent.at("endDate"));
  }
  for (auto const& [id, c] : courses) {
    EXPECT_EQ(sessions.at(c.at("schoolYearSourcedId")).at("type"), "schoolYear");
    EXPECT_TRUE(orgs.contains(c.at("orgSourcedId")));
    EXPECT_EQ(items(c.at("subjects")).size(), items(c.at("subjectCodes")).size());
  }
  for (auto const& [id, c] : classes) {
    EXPECT_TRUE(courses.contains(c.at("courseSourcedId")));
    EXPECT_EQ(orgs.at(c.at("schoolSourcedId")).at("type"), "school");
    EXPECT_FALSE(c.at("termSourcedIds").empty());
    EXPECT_EQ(items(c.at("subjects")).size(), items(c.at("subjectCodes")).size());
  }
  std::set<std::string> usernames, emails, identifiers;
  for (auto const& [id, u] : users) {
    EXPECT_TRUE(usernames.insert(u.at("username")).second) << u.at("username");
    EXPECT_TRUE(emails.insert(u.at("email")).second) << u.at("email");
    EXPECT_TRUE(identifiers.insert(u.at("identifier")).second) << u.at("identifier");
    EXPECT_TRUE(u.at("status").empty() && u.at("dateLastModified").empty());
    for (auto const& agent : items(u.at("agentSourcedIds"))) EXPECT_EQ(users.at(agent).at("agentSourcedIds"), id);
  }
  for (auto const& [id, d] : demographics) EXPECT_TRUE(students.contains(id));
  EXPECT_EQ(demographics.size(), students.size());

  std::map<std::string, int> primary_teachers;
  std::set<std::string> seats;
  for (auto const& [id, e] : enrollments) {
    auto const& in = classes.at(e.at("classSourcedId"));
    EXPECT_EQ(e.at("schoolSourcedId"), in.at("schoolSourcedId"));
    EXPECT_TRUE(users.contains(e.at("userSourcedId")));
    EXPECT_EQ(e.at("role") == "student", students.contains(e.at("userSourcedId")));
    EXPECT_TRUE(seats.insert(e.at("classSourcedId") + e.at("userSourcedId")).second);
    if (e.at("primary") == "true") {
      EXPECT_EQ(e.at("role"), "teacher");
      ++primary_teachers[e.at("classSourcedId")];
    }
    std::string first = "9", last;
    for (auto const& term : items(in.at("termSourcedIds"))) {
      first = std::min(first, sessions.at(term).at("startDate"));
      last = std::max(last, sessions.at(term).at("endDate"));
    }
    EXPECT_LE(first, e.at("beginDate"));
    EXPECT_LT(e.at("beginDate"), e.at("endDate"));
    EXPECT_LE(e.at("endDate"), last);
  }
  for (auto const& [id, c] : classes) EXPECT_EQ(primary_teachers[id], 1);
}

TEST(MakeDistrict, TheSamePlanGivesTheSameBytes) {
  EXPECT_EQ(made(plan(800, 3)), made(plan(800, 3)));
  EXPECT_NE(made(plan(800)), made(plan(800, 0, "1.1", 8)));
}

// Changing this is allowed, and makes every kept benchmark and expected answer another one: say so in the commit.
TEST(MakeDistrict, TheBytesAreTheSameOnEveryMachine) {
  std::uint64_t hash = 14695981039346656037u;
  for (auto const churn : {0, 10})
    for (auto const& [file, text] : made(plan(1000, churn)))
      for (auto const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  EXPECT_EQ(hash, 8820458596839203657u);
}

TEST(MakeDistrict, ADistrictIsSound) { expect_sound(made(plan(3000))); }
TEST(MakeDistrict, ADistrictOf1_2IsSound) { expect_sound(made(plan(3000, 0, "1.2")), true); }
TEST(MakeDistrict, ADistrictIsSoundAfterANight) { expect_sound(made(plan(3000, 20))); }
TEST(MakeDistrict, ADistrictOf1_2IsSoundAfterANight) { expect_sound(made(plan(2000, 20, "1.2")), true); }
TEST(MakeDistrict, TinyDistrictsAreSoundToo) {
  for (auto const students : {1, 2, 13, 40}) expect_sound(made(plan(static_cast<std::uint64_t>(students))));
}

TEST(MakeDistrict, HasTheShapeOfARealOne) {
  constexpr auto students = 20000.0;
  auto const texts = made(plan(20000));
  auto const rows = [&](std::string const& file) { return static_cast<double>(lines(texts.at(file)).size() - 1); };
  EXPECT_EQ(rows("demographics.csv"), students);
  EXPECT_NEAR(rows("users.csv") / students, 1.1, 0.03);
  EXPECT_NEAR(rows("classes.csv") / students, 0.26, 0.02);
  EXPECT_NEAR(rows("enrollments.csv") / students, 7.2, 0.2);
  double bytes = 0;
  for (auto const& [file, text] : texts) bytes += static_cast<double>(text.size());
  EXPECT_NEAR(bytes / students, 1750, 1750 * 0.05);
  EXPECT_NEAR(static_cast<double>(texts.at("enrollments.csv").size()) / bytes, 0.76, 0.015);

  std::map<std::string, int> in_class, beyond_ascii;
  for (auto const& e : records(texts.at("enrollments.csv")))
    if (e.at("role") == "student") ++in_class[e.at("classSourcedId")];
  for (auto const& [id, size] : in_class) EXPECT_TRUE(size >= 18 && size <= 30) << size;
  for (auto const& line : lines(texts.at("users.csv")))
    for (auto const c : line)
      if (static_cast<unsigned char>(c) >= 0x80) ++beyond_ascii[line];
  EXPECT_NEAR(static_cast<double>(beyond_ascii.size()) / rows("users.csv"), 0.02, 0.006);
}

TEST(MakeDistrict, TheManifestNamesEveryFileOfItsVersion) {
  for (auto const& [version, count] : {std::pair("1.1", 13), std::pair("1.2", 21)}) {
    auto const texts = made(plan(100, 0, version));
    std::map<std::string, std::string> manifest;
    for (auto const& r : records(texts.at("manifest.csv"))) manifest[r.at("propertyName")] = r.at("value");
    EXPECT_EQ(manifest.at("oneroster.version"), version);
    auto named = 0, bulk = 0;
    for (auto const& [name, value] : manifest)
      if (name.starts_with("file.")) {
        ++named;
        bulk += value == "bulk";
        EXPECT_EQ(value == "bulk", texts.contains(name.substr(5) + ".csv")) << name;
      }
    EXPECT_EQ(named, count);
    EXPECT_EQ(bulk + 1, static_cast<int>(texts.size()));
  }
}

TEST(MakeDistrict, HeadersAreThoseOfTheStandard) {
  auto const json = nlohmann::json::parse(oneroster_csv_json());
  for (auto const version : {"1.1", "1.2"})
    for (auto const& [file, text] : made(plan(100, 0, version))) {
      std::vector<std::string> wanted;
      for (auto const& column : json["versions"][version]["files"][file]["columns"]) wanted.push_back(column["name"]);
      EXPECT_EQ(cells(lines(text).at(0)), wanted) << version << " " << file;
    }
}

TEST(MakeDistrict, ANightWithoutChurnChangesNothing) { EXPECT_EQ(made(plan(500, 0)), made(plan(500))); }

// Counts every table, and looks at what stayed: as it was, and in the order it was.
TEST(MakeDistrict, ANightChangesAboutAsMuchAsWasAsked) {
  auto const before = made(plan(20000)), after = made(plan(20000, 5));
  for (std::string const file : {"users.csv", "classes.csv", "enrollments.csv", "demographics.csv"}) {
    auto const id = [](std::string const& line) { return line.substr(0, line.find(',')); };
    auto const old_lines = lines(before.at(file)), new_lines = lines(after.at(file));
    std::map<std::string, std::string> old_by_id, new_by_id;
    for (auto const& line : old_lines) old_by_id[id(line)] = line;
    for (auto const& line : new_lines) new_by_id[id(line)] = line;
    std::vector<std::string> order_before, order_after;
    double updated = 0;
    for (auto const& line : old_lines)
      if (auto const now = new_by_id.find(id(line)); now != new_by_id.end()) {
        order_before.push_back(id(line));
        updated += now->second != line;
      }
    for (auto const& line : new_lines)
      if (old_by_id.contains(id(line))) order_after.push_back(id(line));
    EXPECT_EQ(order_before, order_after);

    auto const n = static_cast<double>(old_lines.size()), kept = static_cast<double>(order_before.size());
    auto const gone = n - kept, fresh = static_cast<double>(new_lines.size()) - kept;
    EXPECT_NEAR((updated + gone + fresh) / n, 0.05, 0.01) << file;
    EXPECT_GT(updated, gone);
    EXPECT_GT(gone, 0);
    EXPECT_GT(fresh, 0);
  }
  for (std::string const file : {"orgs.csv", "courses.csv", "academicSessions.csv"}) EXPECT_EQ(before.at(file), after.at(file));
}

TEST(MakeDistrict, PiecesAreOfBoundedSize) {
  Collect sink;
  make_district(plan(20000), sink);
  EXPECT_LE(sink.longest_piece, (std::size_t{1} << 20) + 8192);
  EXPECT_EQ(sink.texts.size(), 8u);
}

}  // namespace
}  // namespace rollbook::demo_test
