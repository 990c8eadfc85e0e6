#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/sarif.h"
#include "report/text.h"
#include "report/words.h"
#include "sample_report.h"

namespace rollbook {
namespace {

using Json = nlohmann::ordered_json;
using Write = void (*)(CheckReport const&, Sink const&);

std::string written(Write write, CheckReport const& report) {
  std::string all;
  write(report, [&](std::string_view piece) { all += piece; });
  return all;
}

std::string text_of(CheckReport const& report, TextOptions options = {}) {
  std::string all;
  write_text(report, options, [&](std::string_view piece) { all += piece; });
  return all;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t times(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (auto const letter : text)
    if (letter == '\n') lines.emplace_back();
    else lines.back() += letter;
  return lines;
}

std::vector<std::string> keys_of(Json const& object) {
  std::vector<std::string> keys;
  for (auto const& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// Every text that comes from the delivery says `hostile`.
CheckReport said_everywhere(std::string const& hostile) {
  auto report = sample::invalid_report();
  report.delivery = report.oneroster = hostile;
  for (auto& file : report.files) file.file = hostile;
  for (auto& cause : report.causes) cause.sourced_id = cause.file = hostile;
  for (auto& rule : report.rules_not_run) rule.file = rule.reason = hostile;
  report.order = {hostile};
  for (auto& finding : report.findings) {
    finding.file = finding.column = finding.sourced_id = finding.value = finding.message = finding.why = finding.fix = hostile;
    finding.caused_by = CheckReport::CausedBy{"CLS004", "orgs", hostile, hostile, 7};
  }
  return report;
}

using Keys = std::vector<std::string>;

TEST(JsonReport, HasExactlyTheAgreedKeysInOrder) {
  auto const json = Json::parse(written(write_json, sample::invalid_report()));
  EXPECT_EQ(keys_of(json),
            (Keys{"rollbook", "oneroster", "profile", "verdict", "counts", "files", "rules", "rules_not_run", "causes", "causes_total", "order", "findings"}));
  EXPECT_EQ(keys_of(json["counts"]), (Keys{"error", "warning", "info", "dependent"}));
  EXPECT_EQ(keys_of(json["files"][0]), (Keys{"file", "mode", "rows", "excluded", "bytes"}));
  EXPECT_EQ(keys_of(json["rules"][0]), (Keys{"code", "name", "severity", "count", "shown"}));
  EXPECT_EQ(keys_of(json["rules_not_run"][0]), (Keys{"code", "file", "reason"}));
  EXPECT_EQ(keys_of(json["causes"][0]), (Keys{"code", "table", "sourcedId", "file", "line", "blocks"}));
  EXPECT_EQ(keys_of(json["findings"][0]),
            (Keys{"code", "severity", "file", "line", "record", "column", "sourcedId", "value", "message", "why", "fix", "caused_by"}));
  EXPECT_EQ(keys_of(json["findings"][0]["caused_by"]), (Keys{"code", "table", "sourcedId", "file", "line"}));
}

TEST(JsonReport, SaysNullWhereThereIsNoLineAndNoCause) {
  auto report = sample::refused_report();
  report.findings[0].line = report.findings[0].record = std::nullopt;
  auto const json = Json::parse(written(write_json, report));
  EXPECT_EQ(json["findings"][0]["severity"], "refused");
  EXPECT_TRUE(json["findings"][0]["line"].is_null());
  EXPECT_TRUE(json["findings"][0]["record"].is_null());
  EXPECT_TRUE(json["findings"][0]["caused_by"].is_null());
  EXPECT_TRUE(Json::parse(written(write_json, sample::invalid_report()))["causes"][0]["line"].is_null());
}

TEST(JsonReport, GivesEachFindingALineOfItsOwn) {
  for (auto const& line : lines_of(written(write_json, sample::invalid_report()))) EXPECT_LE(times(line, "\"message\":"), 1u);
  EXPECT_TRUE(has(written(write_json, sample::empty_report()), "\n\"findings\":[]\n}\n"));
}

TEST(JsonReport, IsValidAndTrueWhateverTheValuesAre) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  auto const all = written(write_json, said_everywhere(every_byte));
  EXPECT_TRUE(Json::accept(all));
  for (auto const letter : all) EXPECT_TRUE(letter == '\n' || static_cast<unsigned char>(letter) >= 0x20);

  auto const exact = "a \"quoted\" \\ \t\r\n\x01\x7f Zoë 😀 </script>";
  EXPECT_EQ(Json::parse(written(write_json, said_everywhere(exact)))["findings"][0]["value"], exact);
}

TEST(JsonReport, ComesInPieces) {
  std::size_t pieces = 0, longest = 0;
  write_json(sample::many_findings(20'000, 20'000), [&](std::string_view piece) {
    ++pieces;
    longest = std::max(longest, piece.size());
  });
  EXPECT_GT(pieces, 20u);
  EXPECT_LT(longest, 100'000u);
}

TEST(CsvReport, HasAHeaderAndALinePerFinding) {
  auto const lines = lines_of(written(write_csv, sample::invalid_report()));
  ASSERT_EQ(lines.size(), 1u + 7u + 1u);
  EXPECT_EQ(lines[0], "code,severity,file,line,record,column,sourcedId,value,message,why,fix,caused_by\r");
  EXPECT_EQ(lines[1],
            "CLS004,error,classes.csv,88,88,schoolSourcedId,c-art,o9,\"Class c-art belongs to school o9, which is nowhere.\","
            "A class without its school is shown to nobody.,\"Export the school as well, or correct schoolSourcedId.\","
            "CLS004: the missing organization o9\r");
}

TEST(CsvReport, QuotesWhatWouldBreakALine) {
  auto report = sample::refused_report();
  report.findings[0].value = "a,\"b\"\r\nc";
  EXPECT_TRUE(has(written(write_csv, report), ",\"a,\"\"b\"\"\r\nc\","));
}

TEST(CsvReport, PutsFormulasToSleepButLeavesNumbers) {
  auto const cell = [](std::string value) {
    auto report = sample::refused_report();
    report.findings[0].sourced_id = "<";
    report.findings[0].value = std::move(value);
    auto const line = lines_of(written(write_csv, report))[1];
    auto const begin = line.find(",<,") + 3;
    return line.substr(begin, line.find(",\"The column") - begin);
  };
  EXPECT_EQ(cell("=2+2"), "'=2+2");
  EXPECT_EQ(cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
  EXPECT_EQ(cell("+49 30 1234"), "'+49 30 1234");
  EXPECT_EQ(cell("-5"), "-5");
  EXPECT_EQ(cell("-0.25"), "-0.25");
  EXPECT_EQ(cell("-"), "'-");
  EXPECT_EQ(cell("-1+cmd|' /C calc'!A0"), "'-1+cmd|' /C calc'!A0");
  EXPECT_EQ(cell("\t=1"), "'\t=1");
  EXPECT_EQ(cell("＝1"), "'＝1");
  EXPECT_EQ(cell("o'neil=1"), "o'neil=1");
  EXPECT_EQ(cell(std::string("a\0b\x1b", 4)), "a␀b␛");
}

TEST(TextReport, BeginsWithTheVerdictInPlainWords) {
  auto const verdict = [](CheckReport const& report) { return lines_of(text_of(report, {.width = 200}))[0]; };
  EXPECT_EQ(verdict(sample::invalid_report()), "INVALID: 3 errors in 2 files; 4,812 rows wait for 1 missing organization.");
  EXPECT_EQ(verdict(sample::refused_report()), "REFUSED: users.csv, line 1: The column \"status\" is missing.");
  EXPECT_EQ(verdict(sample::empty_report()), "VALID: nothing to mend in 51,216 rows in 2 files.");
  EXPECT_EQ(verdict(sample::many_findings(1'000'000, 10)), "INVALID: 1,000,000 errors.");  // in how many files is not known
}

TEST(TextReport, SaysWhatToFixFirst) {
  auto report = sample::invalid_report();
  report.causes.push_back({"ORG002", "orgs", "o7", "orgs.csv", 8, 1});
  report.causes_total = 15;
  auto const text = text_of(report);
  EXPECT_TRUE(has(text,
                  "\nFix these first\n  1. orgs has no record o9: 4,812 rows wait for it unless already stored\n"
                  "  2. orgs.csv line 8 (o7) blocks 1 row unless already stored\n"
                  "  … and 13 more that block fewer rows\n"
                  "  - Begin with orgs.csv: 2 other files depend on it.\n"));
}

TEST(TextReport, GroupsFindingsByRuleErrorsBeforeThoseThatWait) {
  auto const text = text_of(sample::invalid_report());
  auto const error = text.find("✖ error  ENR007 enrollment-role-unknown  3 times\n");
  auto const waiting = text.find("↳ waiting  CLS004 class-school-unknown  4,812 times\n");
  ASSERT_NE(error, std::string::npos);
  ASSERT_NE(waiting, std::string::npos);
  EXPECT_LT(error, waiting);
  EXPECT_EQ(times(text, "An app cannot tell"), 1u);
  EXPECT_TRUE(has(text, "    - enrollments.csv, line 4,211, record 4,200 (e-17): Role \"Pupil\" is not one\n      of "));
  EXPECT_TRUE(has(text, "It waits for the missing organization o9.\n    … and 4,811 more\n"));
  EXPECT_TRUE(has(text, "(Rollbook's own rule, not OneRoster's)"));
}

TEST(TextReport, ShowsFivePlacesAndSaysWhereTheOthersAre) {
  auto const all = text_of(sample::many_findings(1'239, 1'239));
  EXPECT_EQ(times(all, "    - enrollments.csv"), 5u);
  EXPECT_TRUE(has(all, "    … and 1,234 more; --format json or csv lists them\n"));
  EXPECT_TRUE(has(text_of(sample::many_findings(1'000'000, 500)), "… and 999,995 more; --format json or csv lists the first 500\n"));
}

TEST(TextReport, SaysWhyAndFixAtEachPlaceWhenTheyDiffer) {
  auto report = sample::many_findings(2, 2);
  report.findings[1].fix = "Write \"student\".";
  auto const text = text_of(report);
  EXPECT_EQ(times(text, "    Why: "), 1u);
  EXPECT_EQ(times(text, "      Fix: "), 2u);
}

TEST(TextReport, NamesTheRulesThatWereNotAsked) {
  auto const text = text_of(sample::invalid_report(), {.width = 400});
  EXPECT_TRUE(has(text,
                  "  - 2 rules were not asked, because the file that is referred to is not in this delivery (its records may be "
                  "stored already): DEM002 (demographics.csv), DEM005 (demographics.csv).\n"));
}

TEST(TextReport, DoesNotPromiseWhatCouldNotBeChecked) {
  auto report = sample::empty_report();
  report.verdict = Verdict::Valid;
  EXPECT_TRUE(text_of(report).ends_with("This delivery can be taken as it is.\n"));
  report.rules_not_run = {{"DEM002", "demographics.csv", "target-file-absent"}};
  EXPECT_TRUE(has(text_of(report), "This delivery can be taken as it is. 1 rule could not be asked; see"));
}

TEST(TextReport, StaysWithinTheWidth) {
  for (unsigned width : {60u, 80u, 120u})
    for (auto const& line : lines_of(text_of(sample::invalid_report(), {.width = width}))) EXPECT_LE(columns_of(line), width) << line;
}

TEST(TextReport, IsColouredOnlyWhenAsked) {
  EXPECT_FALSE(has(text_of(sample::invalid_report()), "\x1b"));
  auto const coloured = text_of(sample::invalid_report(), {.colour = true});
  EXPECT_TRUE(has(coloured, "\x1b[31m✖ error\x1b[0m"));
  // Without its codes it is the same text.
  std::string plain;
  for (std::size_t at = 0; at < coloured.size(); ++at)
    if (coloured[at] == '\x1b') at = coloured.find('m', at);
    else plain += coloured[at];
  EXPECT_EQ(plain, text_of(sample::invalid_report()));
}

TEST(TextReport, NeverLetsAValueSpeakToTheTerminal) {
  std::string every_byte =
      "\x1b]0;title\x07\xC2\x9B"
      "2J\xE2\x80\xAE";
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  auto const text = text_of(said_everywhere(every_byte));
  for (auto const letter : text) EXPECT_TRUE(letter == '\n' || static_cast<unsigned char>(letter) >= 0x20);
  EXPECT_FALSE(has(text, "\x7f"));
  EXPECT_FALSE(has(text, "\xC2\x9B"));
  EXPECT_FALSE(has(text, "\xE2\x80\xAE"));
}

TEST(TextReport, CutsAValueWithoutEnd) { EXPECT_LT(text_of(said_everywhere(std::string(1'000'000, 'x'))).size(), 50'000u); }

TEST(HtmlReport, IsOnePageThatLoadsNothingAndRunsNothing) {
  auto const page = written(write_html, sample::invalid_report());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(has(page, "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "http:"));
  EXPECT_FALSE(has(page, "https:"));
  EXPECT_FALSE(has(page, "src="));
  EXPECT_FALSE(has(page, "url("));
}

TEST(HtmlReport, HasRealTablesAndSaysSeverityInWords) {
  auto const page = written(write_html, sample::invalid_report());
  EXPECT_EQ(times(page, "<table"), 5u);
  EXPECT_EQ(times(page, "<caption>"), 5u);
  EXPECT_TRUE(has(page, "<th scope=\"row\">classes.csv"));
  EXPECT_TRUE(has(page, "<use href=\"#icon-error\"/></svg> error</span>"));
  EXPECT_TRUE(has(page, "3 errors in 2 files; 4,812 rows wait for 1 missing organization."));
  EXPECT_TRUE(has(page, "<li>orgs has no record o9: 4,812 rows wait for it unless already stored <a href=\"#rule-CLS004\">CLS004</a></li>"));
}

TEST(HtmlReport, EscapesEverything) {
  auto const page = written(write_html, said_everywhere("<script>alert(1)</script>\" onclick='x' &amp;"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "\" onclick"));
  EXPECT_FALSE(has(page, "'x'"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onclick=&#39;x&#39; &amp;amp;"));
}

TEST(HtmlReport, OpensAtOnceHoweverMuchWasFound) {
  auto const page = written(write_html, sample::many_findings(1'000'000, 10'000));
  EXPECT_EQ(times(page, "<th scope=\"row\">enrollments.csv"), html_rows_per_rule);
  EXPECT_TRUE(has(page, "showing 200 of 1,000,000</caption>"));
  EXPECT_LT(page.size(), 100'000u);
}

TEST(HtmlReport, SharesItsRowsBetweenManyRules) {
  std::vector<RuleInfo> rules(30);
  auto report = sample::many_findings(0, 0);
  report.rules.clear();
  std::vector<std::string> codes;
  for (int i = 0; i < 30; ++i) codes.push_back("TST" + std::to_string(100 + i));
  for (std::size_t i = 0; i < 30; ++i) {
    rules[i] = sample::role_unknown;
    rules[i].code = codes[i];
    report.rules.push_back({&rules[i], Severity::Error, 10'000, 300});
    for (std::uint64_t line = 2; line < 302; ++line) report.findings.push_back(sample::finding(rules[i], "enrollments.csv", line, "m"));
  }
  auto const page = written(write_html, report);
  EXPECT_LE(times(page, "<th scope=\"row\">enrollments.csv"), html_rows_in_all);
  EXPECT_EQ(times(page, "showing 66 of 10,000</caption>"), 30u);
}

TEST(SarifReport, HasTheStructureOf210) {
  auto const sarif = Json::parse(written(write_sarif, sample::invalid_report()));
  EXPECT_EQ(sarif["version"], "2.1.0");
  auto const& run = sarif["runs"][0];
  auto const& rules = run["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 4u);
  for (auto const key : {"id", "name", "shortDescription", "fullDescription", "help"}) EXPECT_TRUE(rules[0].contains(key)) << key;
  EXPECT_EQ(rules[2]["shortDescription"]["text"], "User email used twice.");
  ASSERT_EQ(run["results"].size(), 7u);
  for (auto const& result : run["results"]) {
    EXPECT_EQ(rules[result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
    EXPECT_TRUE(result["message"].contains("text"));
  }
  EXPECT_EQ(run["results"][1]["level"], "error");
  EXPECT_EQ(run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "enrollments.csv");
  EXPECT_EQ(run["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"], 4211);
  EXPECT_EQ(run["results"][4]["level"], "warning");
  EXPECT_EQ(run["results"][6]["level"], "note");
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 2u);
}

TEST(SarifReport, SaysWhatADependentRowWaitsFor) {
  auto report = sample::invalid_report();
  EXPECT_EQ(Json::parse(written(write_sarif, report))["runs"][0]["results"][0]["properties"]["causedBy"]["sourcedId"], "o9");
  report.findings[0].caused_by = CheckReport::CausedBy{"ORG002", "orgs", "o9", "my orgs%.csv", 7};
  auto const result = Json::parse(written(write_sarif, report))["runs"][0]["results"][0];
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "my%20orgs%25.csv");
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
}

TEST(SarifReport, IsValidJsonWhateverTheValuesAre) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  EXPECT_TRUE(Json::accept(written(write_sarif, said_everywhere(every_byte))));
}

}  // namespace
}  // namespace rollbook
