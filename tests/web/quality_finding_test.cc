// From a number of Data Quality to its findings, and from a finding to its record and the very line of the delivery.
#include <nlohmann/json.hpp>

#include "bundle/zip_builder.h"
#include "demo/read_back.h"
#include "rules/catalogue.h"
#include "rules/laid_over.h"
#include "rules/zip_cases.h"
#include "runs/duplicates.h"
#include "runs/hand_on.h"
#include "runs/look.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

using nlohmann::json;

std::string as_json(std::string address) {
  auto const query = std::min(address.find('?'), address.size());
  return address.insert(query, ".json");
}

class FindingPages : public HistoryOfADistrict {
 protected:
  json read(Browser const& browser, std::string const& address) {
    auto const text = page(browser, as_json(address));
    return json::parse(text, nullptr, false);
  }
  // The cells of a line by column.
  static std::map<std::string, std::string> cells(json const& finding) {
    std::map<std::string, std::string> all;
    for (auto const& cell : finding["cells"]) all[cell["column"]] = cell["value"];
    return all;
  }
  // Findings of a rule in the last run of the source.
  json findings(Browser const& browser, std::int64_t number, std::string const& code) { return read(browser, run(number, "/findings?code=" + code))["rows"]; }
  json finding(Browser const& browser, std::int64_t number, std::string const& code, std::size_t which = 0) {
    auto const all = findings(browser, number, code);
    EXPECT_LT(which, all.size()) << code;
    return which < all.size() ? read(browser, all[which]["line_to"]) : json();
  }
  Browser sees_demographics(Level level) {
    auto const account = person("anna");
    EXPECT_FALSE(access::grant(operations(), account.id, {oakfield, {}, level, true}, somebody));
    return browser_of(account);
  }
  runs::Answer take(delivery::Delivery delivery) {
    auto h = hub();
    auto const answer = runs::sync(h, district(), *store::find_source(operations(), district(), "sis"), std::move(delivery), "");
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? *answer : runs::Answer();
  }
  static DeliveryOf one_without_address() {
    auto roster = two_schools(20);
    for (std::string const s : {"1", "2"})
      for (int i = 0; i <= 20; ++i) {
        auto const id = i == 0 ? "p" + s : "u" + s + "_" + std::to_string(i);
        roster.put("users", {{"sourcedId", id}, {"email", id == "u1_7" ? "" : id + "@larkspur.example"}});
      }
    return roster;
  }
};

// The line of a row in a text.
std::uint64_t line_with(std::string const& text, std::string const& beginning) {
  std::uint64_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    if (text.compare(at, beginning.size(), beginning) == 0) return line;
    at = text.find('\n', at) + 1;
  }
  return 0;
}

TEST_F(FindingPages, ShowTheRecordAndTheVeryLineThatWasDelivered) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto const files = one_without_address().files();
  auto const answer = sync(files);
  ASSERT_TRUE(answer.is_applied());
  auto const one = finding(somebody_of(Level::Reporting), *answer.run, "REQ001");
  EXPECT_EQ(one["line"], line_with(files.at("users.csv"), "u1_7,"));
  EXPECT_EQ(one["path"], "users.csv");
  EXPECT_EQ(cells(one)["sourcedId"], "u1_7");
  EXPECT_EQ(cells(one)["email"], "");
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), one["record"]), "u1_7"));
  EXPECT_FALSE(one["why"].get<std::string>().empty());
  EXPECT_FALSE(one["fix"].get<std::string>().empty());
}

TEST_F(FindingPages, ReadTheLineOutOfAZipToo) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto const files = one_without_address().files();
  ZipBuilder zip;
  for (auto const& [name, text] : files) zip.deflate("export/" + name, text);
  auto const answer = take(*delivery::load_received("a delivery", {{"night.zip", zip.build()}}, true, 2));
  ASSERT_TRUE(answer.is_applied()) << to_text(answer);
  auto const one = finding(somebody_of(Level::Reporting), *answer.run, "REQ001");
  EXPECT_EQ(one["path"], "export/users.csv");
  EXPECT_EQ(one["line"], line_with(files.at("users.csv"), "u1_7,"));
  EXPECT_EQ(cells(one)["sourcedId"], "u1_7");
}

TEST_F(FindingPages, HidePasswordsFromAllAndOtherColumnsFromMost) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto files = one_without_address().files();
  std::string text;
  for (auto const& line : demo_test::lines(files.at("users.csv"))) text += line + (text.empty() ? ",ssn,metadata.bus" : ",078-05-1120,7") + "\n";
  files["users.csv"] = text;
  auto const header = text.substr(0, text.find('\n'));
  auto const answer = sync(files);
  ASSERT_TRUE(answer.is_applied());
  auto const seen = cells(finding(somebody_of(Level::Reporting), *answer.run, "REQ001"));
  EXPECT_EQ(seen.at("ssn"), "(hidden)");
  EXPECT_EQ(seen.at("metadata.bus"), "(hidden)");
  EXPECT_EQ(seen.at("givenName").empty(), false);
  EXPECT_EQ(cells(finding(somebody_of(Level::System), *answer.run, "REQ001")).at("ssn"), "078-05-1120");
}

TEST_F(FindingPages, OfAnotherSchoolAreNotThere) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto const answer = sync(one_without_address());
  ASSERT_TRUE(answer.is_applied());
  auto const number = findings(somebody_of(Level::Reporting), *answer.run, "REQ001")[0]["number"].get<std::int64_t>();
  auto const to = run(*answer.run, "/findings/" + std::to_string(number));
  page(somebody_of(Level::Reporting, org("s1")), to);
  page(somebody_of(Level::Reporting, org("s2")), to, 404);
  page(somebody_of(Level::Reporting), run(*answer.run, "/findings/99999"), 404);
}

TEST_F(FindingPages, OfDemographicsAreShownToWhoMaySeeThemAndThatIsNoted) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}});
  auto roster = two_schools(20);
  roster.put("demographics", {{"sourcedId", "u1_7"}, {"birthDate", "soon"}});
  auto const answer = sync(roster);
  ASSERT_TRUE(answer.is_applied()) << to_text(answer);
  auto const code = read(somebody_of(Level::System), run(*answer.run, "/findings?file=demographics.csv"))["rows"][0]["code"].get<std::string>();
  auto const reporting = finding(somebody_of(Level::Reporting), *answer.run, code);
  EXPECT_EQ(cells(reporting).at("birthDate"), "(hidden)");
  EXPECT_EQ(notes("demographics viewed"), 0u);
  auto const may = sees_demographics(Level::Reporting);
  EXPECT_EQ(cells(finding(may, *answer.run, code)).at("birthDate"), "soon");
  EXPECT_EQ(notes("demographics viewed"), 1u);
}

TEST_F(FindingPages, SayWhenTheDeliveryHasBeenLetGo) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto const answer = sync(one_without_address());
  ASSERT_TRUE(answer.is_applied());
  operations().run("UPDATE runs SET delivery_gone = '2026-11-21T10:00:00Z' WHERE id = ?", *answer.run);
  auto const one = finding(somebody_of(Level::Reporting), *answer.run, "REQ001");
  EXPECT_FALSE(one["has_cells"].get<bool>());
  EXPECT_TRUE(says(one["why_not"], "were let go on 2026-11-21"));
}

TEST_F(FindingPages, AreAcceptedOneByOne) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}});
  auto roster = one_without_address();
  roster.put("users", {{"sourcedId", "u2_3"}, {"email", ""}});
  auto const answer = sync(roster);
  ASSERT_TRUE(answer.is_applied());
  auto const may = somebody_of(Level::Enrollment);
  auto const to = findings(may, *answer.run, "REQ001")[0]["line_to"].get<std::string>();
  std::vector<std::pair<std::string, std::string>> const form{{"reason", "They have none."}, {"until", "2026-12-24"}};
  EXPECT_EQ(post(somebody_of(Level::Reporting), to + "/accept", form).status, 403);
  EXPECT_EQ(post(may, to + "/accept", {{"reason", ""}, {"until", "2026-12-24"}}).status, 422);
  EXPECT_EQ(post(may, to + "/accept", form).status, 303);
  EXPECT_EQ(notes("finding accepted"), 1u);
  EXPECT_EQ(read(may, to)["accepted"]["reason"], "They have none.");
  auto const line = [&] { return read(may, in("/quality?tab=mine"))["rows"][0]; };
  EXPECT_EQ(line()["rows"]["n"], 1);
  EXPECT_EQ(line()["accepted"]["n"], 1);
  EXPECT_TRUE(says(page(may, in("/quality/accepted.csv")), "u1_7"));
  // Who sees the other school sees nothing of it; mended, it counts no more.
  EXPECT_EQ(read(somebody_of(Level::Reporting, org("s2")), in("/quality?tab=mine"))["rows"][0]["accepted"], false);
  ASSERT_TRUE(
      sync(one_without_address().put("users", {{"sourcedId", "u1_7"}, {"email", "u1_7@larkspur.example"}}).put("users", {{"sourcedId", "u2_3"}, {"email", ""}}))
          .is_applied());
  EXPECT_EQ(line()["rows"]["n"], 1);
  EXPECT_EQ(line()["accepted"], false);
}

TEST_F(FindingPages, TellWhatARequirementWouldFindBeforeItIsSwitchedOn) {
  add_source();
  auto const answer = sync(one_without_address());
  ASSERT_TRUE(answer.is_applied());
  auto const anna = somebody_of(Level::Enrollment);
  auto const preview =
      post(anna, in("/sources/1/settings/requirements/preview"), {{"setting", "require"}, {"require.from", "users.email"}, {"require.to", "flag"}});
  EXPECT_EQ(preview.status, 200);
  EXPECT_TRUE(
      says(preview.body,
           "REQ001: required value is blank <span class=\"quiet\">users.csv</span></th><td class=\"number\" colspan=\"5\"><span class=\"was\">0</span>"))
      << preview.body;
  EXPECT_TRUE(says(preview.body, "<strong>1</strong>"));
  auto const runs_there = operations().prepare("SELECT count(*) FROM runs");
  EXPECT_TRUE(runs_there->step());
  EXPECT_EQ(runs_there->integer(0), 1);
  EXPECT_FALSE(read(anna, in("/quality?tab=mine"))["has_rows"].get<bool>());
}

// Of each rule and file a thousand are kept. All of them are a download away, of the district's own rules and of others.
TEST_F(FindingPages, AreAllDownloadedWhereOnlyTheFirstAreKept) {
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"require", "users.email=flag"}, {"threshold.floor", "1000000"}});
  auto roster = two_schools(600);
  for (std::string const s : {"1", "2"})
    for (int i = 1; i <= 600; ++i)
      roster.put("users", {{"sourcedId", "u" + s + "_" + std::to_string(i)}, {"email", ""}, {"phone", ""}, {"grades", "no grade"}});
  auto const answer = sync(roster);
  ASSERT_TRUE(answer.is_applied()) << to_text(answer);
  auto const anna = somebody_of(Level::Reporting);
  std::map<std::string, std::string> tabs;
  for (std::string const tab : {"mine", "oneroster"}) {
    auto const all = read(anna, in("/quality?tab=" + tab));
    for (auto const& row : all["rows"])
      if (row["file"] == "users.csv" && row["rows"]["n"].get<int>() >= 1200) tabs[row["code"]] = row["to"];
  }
  ASSERT_TRUE(tabs.count("REQ001")) << "of the district";
  ASSERT_GE(tabs.size(), 2u) << "of OneRoster";
  auto const filters = page(anna, run(*answer.run, "/findings"));
  for (auto const& [code, to] : tabs) {
    EXPECT_TRUE(says(filters, "<option value=\"" + code + "\"")) << code;
    auto const line = read(anna, to)["line"];
    EXPECT_EQ(line["kept"], "1,000") << code;
    auto const csv = page(anna, line["all_of_them"]);
    EXPECT_EQ(times(csv, "\r\n") - 1, line["rows"]["n"].get<std::size_t>()) << code;
    EXPECT_EQ(times(csv, "," + code + ","), line["rows"]["n"].get<std::size_t>()) << "and of no other rule";
    for (auto const* const last : {"u1_600", "u2_600"}) EXPECT_TRUE(says(csv, last)) << code;
    auto const list = read(anna, line["findings"]);
    EXPECT_EQ(list["kept"], "1,000");
    EXPECT_EQ(list["all_of_them"], line["all_of_them"]);
    EXPECT_FALSE(list["all"].get<std::string>().empty());
  }
  EXPECT_EQ(notes("findings downloaded"), tabs.size());
  auto const all = run(*answer.run, "/all-findings.csv?code=REQ001&file=users.csv");
  auto const of_school = somebody_of(Level::System, org("s1"));
  page(of_school, all, 403);
  EXPECT_EQ(read(of_school, tabs["REQ001"])["line"]["all_of_them"], "");
  EXPECT_EQ(get(browser_of(member("ben", riverside, Level::System)), all).status, 404);
  page(anna, run(*answer.run, "/all-findings.csv?code=nothing"), 404);
  page(anna, run(*answer.run, "/all-findings.csv?code=REQ001&file=../users.csv"));
  operations().run("UPDATE runs SET delivery_gone = '2026-11-21T10:00:00Z' WHERE id = ?", *answer.run);
  page(anna, all, 409);
}

TEST_F(FindingPages, ListWhatAReceiverCannotGetBecauseOfItsRules) {
  add_source();
  ASSERT_TRUE(sync(one_without_address()).is_applied());
  auto const anna = somebody_of(Level::Enrollment);
  auto const receiver = store::add_receiver(operations(), district(), "Reading app", "oneroster-1.1", {{"require", "users.email"}}, somebody);
  ASSERT_TRUE(receiver.ok()) << receiver.trouble().text;
  EXPECT_EQ(read(anna, in("/quality?tab=apps"))["receivers"][0]["export"], false);
  auto h = hub();
  ASSERT_TRUE(runs::queue_hand_on(h, district(), *receiver).ok());
  ASSERT_TRUE(runs::make_next(h, district()).ok());
  auto const one = read(anna, in("/quality?tab=apps"))["receivers"][0];
  EXPECT_EQ(one["required"], "users.email is filled in");
  auto const left_out = one["export"]["broken"]["n"].get<std::uint64_t>();
  EXPECT_GE(left_out, 1u);
  auto const rows = read(anna, one["export"]["broken"]["to"])["receiver_rows"]["rows"];
  EXPECT_EQ(rows.size(), left_out);
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](auto const& row) { return row["id"] == "u1_7" && row["why"] == "users.email is blank."; }))
      << rows.dump();
  EXPECT_TRUE(says(page(anna, in("/quality.csv?tab=apps&receiver=1")), "u1_7"));
  EXPECT_FALSE(read(somebody_of(Level::Reporting), in("/quality?tab=apps"))["has_receivers"].get<bool>());
  // Who runs deliveries of one school: records of theirs, and no number of the district.
  auto const first = somebody_of(Level::Enrollment, org("s1")), second = somebody_of(Level::Enrollment, org("s2"));
  for (auto const& of_school : {first, second}) {
    auto const theirs = read(of_school, in("/quality?tab=apps"))["receivers"][0];
    EXPECT_EQ(theirs["required"], "users.email is filled in");
    EXPECT_EQ(theirs["to"], "");
    EXPECT_EQ(theirs["export"]["to"], "");
    EXPECT_FALSE(theirs["export"]["broken"].contains("n"));
  }
  auto const at = in("/quality?tab=apps&receiver=1"), csv = in("/quality.csv?tab=apps&receiver=1");
  auto const listed = read(first, at)["receiver_rows"]["rows"];
  ASSERT_EQ(listed.size(), 1u) << "their person; whose enrollment it is can only be found through them";
  EXPECT_EQ(listed[0]["id"], "u1_7");
  EXPECT_EQ(read(second, at)["receiver_rows"]["rows"].size(), 0u);
  EXPECT_TRUE(says(page(first, csv), "u1_7"));
  for (auto const& text : {page(second, csv), page(second, at), page(second, in("/quality.json?tab=apps&receiver=1&from=0"))})
    EXPECT_FALSE(says(text, "u1_7")) << text;
  EXPECT_FALSE(read(somebody_of(Level::Reporting, org("s1")), in("/quality?tab=apps"))["has_receivers"].get<bool>());
}

TEST_F(FindingPages, ListPeopleWhoMayBeThereTwice) {
  add_source();
  auto roster = one_without_address();
  roster.put("users", {{"sourcedId", "u1_8"}, {"email", "U1_9@larkspur.example"}});
  ASSERT_TRUE(sync(roster).is_applied());
  auto const anna = somebody_of(Level::Reporting);
  EXPECT_FALSE(read(anna, in("/quality?tab=duplicates"))["people_twice"]["is_known"].get<bool>());
  auto h = hub();
  auto const opened = runs::open_roster(h, district());
  ASSERT_TRUE(*runs::look_for_duplicates(**opened, h.today));
  auto const twice = read(anna, in("/quality?tab=duplicates"))["people_twice"];
  EXPECT_EQ(twice["emails"]["n"], 1);
  EXPECT_EQ(twice["groups"][0]["people"].size(), 2u);
  EXPECT_TRUE(says(twice["groups"].dump(), "u1_8"));
  EXPECT_TRUE(says(page(anna, in("/quality.csv?tab=duplicates&alike=email")), "u1_9@larkspur.example"));
  EXPECT_EQ(notes("records downloaded"), 1u);
  // Of one school: two of theirs. Of somebody there and somebody elsewhere nothing is told.
  auto const first = somebody_of(Level::Reporting, org("s1")), second = somebody_of(Level::Reporting, org("s2"));
  auto const theirs = read(first, in("/quality?tab=duplicates"))["people_twice"];
  ASSERT_EQ(theirs["groups"].size(), 1u);
  EXPECT_EQ(theirs["groups"][0]["people"].size(), 2u);
  EXPECT_EQ(theirs["emails"], false) << "no number of the district";
  EXPECT_EQ(read(second, in("/quality?tab=duplicates"))["people_twice"]["groups"].size(), 0u);
  EXPECT_FALSE(says(page(second, in("/quality.csv?tab=duplicates&alike=email")), "larkspur.example"));
  roster.put("users", {{"sourcedId", "u1_8"}, {"email", "u1_8@larkspur.example"}}).put("users", {{"sourcedId", "u2_4"}, {"email", "U1_9@larkspur.example"}});
  ASSERT_TRUE(sync(roster).is_applied());
  ASSERT_TRUE(*runs::look_for_duplicates(**opened, h.today));
  EXPECT_EQ(read(anna, in("/quality?tab=duplicates"))["people_twice"]["groups"].size(), 1u);
  for (auto const& of_school : {first, second}) {
    EXPECT_EQ(read(of_school, in("/quality?tab=duplicates"))["people_twice"]["groups"].size(), 0u) << "the other is not theirs";
    EXPECT_FALSE(says(page(of_school, in("/quality.csv?tab=duplicates&alike=email")), "larkspur.example"));
  }
}

// Families of rules are told apart by the letters of their codes.
std::string family(std::string_view code) { return std::string(code.substr(0, 3)); }

// Whether the case says that the rule is about a line: "users.csv:2 REF001 error".
bool names_a_line(CaseSection const& section, std::string const& code) {
  auto const* const report = section.report();
  return report != nullptr && std::any_of(report->lines.begin(), report->lines.end(), [&](std::string const& line) {
           auto const at = line.find(" " + code + " ");
           auto const colon = line.rfind(':', at);
           return at != std::string::npos && colon != std::string::npos && colon + 1 < at &&
                  std::all_of(line.begin() + static_cast<std::ptrdiff_t>(colon) + 1, line.begin() + static_cast<std::ptrdiff_t>(at),
                              [](char c) { return c >= '0' && c <= '9'; });
         });
}

TEST_F(FindingPages, OfEveryFamilyOfRulesAreReachedFromDataQuality) {
  std::set<std::string> families, reached, have_lines, with_lines, with_records;
  for (auto const& rule : all_rules()) families.insert(family(rule.info->code));
  auto const anna = sees_demographics(Level::System);
  add_source({{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000000"}});
  // Follows a finding of this rule from the page of Data Quality, as its links go.
  auto const follow = [&](std::string const& code) {
    json list;
    for (std::string const tab : {"oneroster", "mine", "apps", "duplicates"}) {
      auto const all = read(anna, in("/quality?tab=" + tab));
      for (auto const& row : all["rows"])
        if (row["code"] == code && row["rows"]["n"].get<int>() > 0) list = read(anna, read(anna, row["to"])["line"]["findings"])["rows"];
      for (auto const& newer : all["newer"])
        if (list.empty()) list = read(anna, newer["to"].get<std::string>() + "?code=" + code)["rows"];
    }
    if (list.empty()) return false;
    auto const one = read(anna, list[0]["line_to"]);
    EXPECT_EQ(one["code"], code);
    EXPECT_FALSE(one["why"].get<std::string>().empty()) << code;
    EXPECT_FALSE(one["fix"].get<std::string>().empty()) << code;
    if (!one["line"].is_boolean()) {
      EXPECT_TRUE(one["has_cells"].get<bool>()) << code << " " << one.dump();
      with_lines.insert(family(code));
      if (auto const id = one["id"].get<std::string>(); !id.empty() && one["fits"].get<bool>()) {
        EXPECT_EQ(one["cells"][0]["value"], id) << code;
      }
    }
    // Whatever is in the roster is reached: asked there, and not of the page.
    for (auto const& row : list) {
      auto const id = row["id"].get<std::string>(), table = row["file"].get<std::string>();
      auto const* const of = table.size() > 4 ? table_by_name(table.substr(0, table.size() - 4)) : nullptr;
      if (id.empty() || of == nullptr) continue;
      auto const roster = home_->roster(oakfield);
      auto there = (*roster)->prepare("SELECT 1 FROM ids WHERE tbl = ? AND id = ? AND until IS NULL");
      if (!there->with(static_cast<int>(of->id), id).step()) continue;
      there.reset();
      auto const to = read(anna, row["line_to"])["record"].get<std::string>();
      EXPECT_FALSE(to.empty()) << code << " " << id;
      if (!to.empty()) page(anna, to), with_records.insert(family(code));
      break;
    }
    return true;
  };
  for (auto const& rule : all_rules()) {
    std::string const code(rule.info->code);
    if (rule.of_sources) continue;
    auto const file = read_case(std::string(ROLLBOOK_SOURCE_DIR) + "/tests/cases/rules/" + code + ".md");
    for (auto const& section : file.sections) {
      auto const has = [&](std::string const& kind) {
        return std::any_of(section.blocks.begin(), section.blocks.end(), [&](auto const& b) { return b.kind == kind; });
      };
      if (!section.bad || has("huge")) continue;
      // One finding of each family, and one that is about a line where any of the family is.
      bool const has_line = names_a_line(section, code);
      if (has_line) have_lines.insert(family(code));
      if (reached.count(family(code)) > 0 && (!has_line || with_lines.count(family(code)) > 0)) continue;
      ASSERT_TRUE(store::set_source(operations(), district(), "sis", {{"profile", section.profile}}, somebody).ok()) << section.profile;
      auto const files = laid_over(section);
      runs::Answer answer;
      if (has("zip") || section.zipped) {
        std::string bytes;
        for (auto const& block : section.blocks)
          if (block.kind == "zip") bytes = archive(block.name, files);
        if (bytes.empty()) bytes = archive("honest", files);
        answer = take(*delivery::load_received("a delivery", {{"night.zip", bytes}}, true, 2));
      } else {
        answer = sync(files);
      }
      if (answer.decision == "open") {
        auto h = hub();
        (void)runs::approve(h, district(), *answer.run, {});
      }
      if (follow(code)) reached.insert(family(code));
    }
  }
  // What sources ask for themselves.
  ASSERT_TRUE(
      store::set_source(operations(), district(), "sis", {{"profile", "oneroster"}, {"require", "users.email=flag"}, {"unique", "users.identifier"}}, somebody)
          .ok());
  auto roster = one_without_address();
  roster.put("users", {{"sourcedId", "u1_1"}, {"identifier", "same"}}).put("users", {{"sourcedId", "u2_1"}, {"identifier", "same"}});
  auto const own = sync(roster);
  if (own.decision == "open") {
    auto h = hub();
    (void)runs::approve(h, district(), *own.run, {});
  }
  for (std::string const code : {"REQ001", "UNQ001"})
    if (follow(code)) reached.insert(family(code));
  ASSERT_TRUE(store::set_source(operations(), district(), "sis", {{"unique", ""}, {"require", ""}, {"person-identifier", "identifier"}}, somebody).ok());
  roster.put("users", {{"sourcedId", "u1_1"}, {"identifier", ""}});
  auto const unknown = sync(roster);
  if (unknown.decision == "open") {
    auto h = hub();
    (void)runs::approve(h, district(), *unknown.run, {});
  }
  if (follow("IDN001")) reached.insert("IDN");
  EXPECT_EQ(reached, families);
  for (auto const* const of_sources : {"REQ", "UNQ", "IDN"}) have_lines.insert(of_sources);
  for (auto const& one : have_lines) EXPECT_TRUE(with_lines.count(one)) << one;
  EXPECT_GE(have_lines.size(), families.size() / 2);
  EXPECT_GE(with_records.size(), 5u);
}

}  // namespace
}  // namespace rollbook::test
