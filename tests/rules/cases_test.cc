// Every rule is shown by a case in tests/cases/rules. ROLLBOOK_GOLDEN=1 writes the reports anew; the git diff is what one reads.
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstdlib>
#include <memory>
#include <regex>

#include "case_file.h"
#include "laid_over.h"
#include "rules/catalogue.h"
#include "zip_cases.h"

namespace rollbook::test {
namespace {

std::string folder() { return std::string(ROLLBOOK_SOURCE_DIR) + "/tests/cases/rules/"; }
std::string path_of(std::string const& code) { return folder() + code + ".md"; }

std::vector<std::string> cases() {
  std::vector<std::string> codes;
  for (auto const& entry : std::filesystem::directory_iterator(folder())) codes.push_back(entry.path().stem().string());
  std::sort(codes.begin(), codes.end());
  return codes;
}

// A text that seems to go on for more than 8 GiB, of which only what is read costs memory.
std::shared_ptr<char> huge(std::string const& text, std::size_t size) {
  auto* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::runtime_error("no room for a huge file");
  text.copy(static_cast<char*>(at), text.size());
  return {static_cast<char*>(at), [size](char* memory) { ::munmap(memory, size); }};
}

CheckReport report_of(CaseSection const& section, CheckOptions options) {
  auto const files = laid_over(section);
  std::vector<std::shared_ptr<char>> held;
  std::vector<InputFile> inputs;
  ZipArchive opened_zip;
  std::string packed;
  std::vector<BundleSpot> before;
  options.zipped = section.zipped;
  auto const zip = std::find_if(section.blocks.begin(), section.blocks.end(), [](CaseBlock const& b) { return b.kind == "zip"; });
  if (zip != section.blocks.end()) {
    options.zipped = true;
    packed = archive(zip->name, files);
    opened_zip = open_zip(packed, ZipLimits{}, options.workers);
    before = describe(opened_zip.problems);
    if (before.empty())
      for (auto const& entry : opened_zip.entries) inputs.push_back({entry.name, entry.data, true});
  } else {
    for (auto const& [path, text] : files) {
      bool const is_huge = std::any_of(section.blocks.begin(), section.blocks.end(), [&](CaseBlock const& b) { return b.kind == "huge" && b.name == path; });
      auto const size = (std::size_t{8} << 30) + 4096;
      if (is_huge) inputs.push_back({path, {held.emplace_back(huge(text, size)).get(), size}, true});
      else inputs.push_back({path, text, false});
    }
  }
  auto const bundle = before.empty() ? open_bundle(std::move(inputs)) : Bundle{};
  return render(check(bundle, before, options), bundle, options, "");
}

std::string visible(std::string const& text) {
  std::string out;
  for (char const c : text) {
    char const digits[] = "0123456789abcdef";
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) out += c;
    else out += c == '\n' ? std::string("\\n") : std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
  }
  return out;
}

// enrollments.csv:2 ENR001 warning  Enrollment e1 ends on …
std::vector<std::string> lines_of(CheckReport const& report) {
  std::vector<std::string> lines;
  for (auto const& finding : report.findings) {
    auto line = (finding.file.empty() ? "delivery" : finding.file) + (finding.line ? ":" + std::to_string(*finding.line) : "");
    line += " " + std::string(finding.rule->code) + " " + std::string(name_of(finding.severity)) + "  " + visible(finding.message);
    if (auto const& cause = finding.caused_by)
      line += "  <- " + (cause->line ? cause->file + ":" + std::to_string(*cause->line) + " " + cause->code
                                     : "no \"" + visible(cause->sourced_id) + "\" in " + cause->file);
    lines.push_back(line);
  }
  return lines;
}

CheckOptions options_for(CaseSection const& section) {
  auto options = options_of(section.profile);
  options.today = read_date(section.today).value;
  if (options.profile == nullptr) throw std::runtime_error("there is no profile " + section.profile);
  return options;
}

std::string together(std::vector<std::string> const& lines) { return joined_lines(lines); }

class RuleCase : public testing::TestWithParam<std::string> {};

// A line of a report names the rule when the code is its second word.
bool names(CaseBlock const& report, std::string const& code) {
  return std::any_of(report.lines.begin(), report.lines.end(), [&](std::string const& line) { return line.find(" " + code + " ") != std::string::npos; });
}

TEST_P(RuleCase, SaysWhatTheRuleFinds) {
  auto const path = path_of(GetParam());
  auto const file = read_case(path);
  std::vector<std::vector<std::string>> reports;
  for (auto const& section : file.sections) {
    SCOPED_TRACE(section.heading);
    reports.push_back(lines_of(report_of(section, options_for(section))));
  }
  if (std::getenv("ROLLBOOK_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << with_reports(file, reports);
    return;
  }
  for (std::size_t s = 0; s < reports.size(); ++s) {
    auto const* expected = file.sections[s].report();
    ASSERT_NE(expected, nullptr) << file.sections[s].heading << " has no report block; ROLLBOOK_GOLDEN=1 writes it";
    EXPECT_EQ(together(expected->lines), together(reports[s])) << file.sections[s].heading;
  }
}

TEST_P(RuleCase, IsFoundInBadAndNotInGood) {
  auto const file = read_case(path_of(GetParam()));
  auto const rule = rule_by_code(GetParam());
  ASSERT_NE(rule, no_rule) << "there is no rule " << GetParam();
  EXPECT_EQ(file.code, GetParam());
  EXPECT_EQ(file.name, all_rules()[rule].info->name);
  EXPECT_TRUE(std::any_of(file.sections.begin(), file.sections.end(), [](CaseSection const& s) { return s.bad; }));
  for (auto const& section : file.sections) {
    auto const* report = section.report();
    ASSERT_NE(report, nullptr) << section.heading;
    EXPECT_EQ(names(*report, file.code), section.bad) << section.heading;
  }
}

TEST_P(RuleCase, DoesNotDependOnKernelOrWorkers) {
  for (auto const& section : read_case(path_of(GetParam())).sections) {
    auto options = options_for(section);
    auto const usual = json_of(report_of(section, options));
    options.kernel = csv::Kernel::Scalar;
    EXPECT_EQ(usual, json_of(report_of(section, options))) << section.heading << ", with the scalar kernel";
    options.workers = 1;
    EXPECT_EQ(usual, json_of(report_of(section, options))) << section.heading << ", with one worker";
    options.seed = 7;
    EXPECT_EQ(usual, json_of(report_of(section, options))) << section.heading << ", with another seed";
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleCase, testing::ValuesIn(cases()), [](auto const& test) { return test.param; });

TEST(Cases, EveryRuleHasOne) {
  auto const shown = cases();
  for (auto const& rule : all_rules())
    EXPECT_TRUE(rule.of_sources ||  // those are shown by tests of sync
                std::binary_search(shown.begin(), shown.end(), std::string(rule.info->code)))
        << "tests/cases/rules/" << rule.info->code << ".md is missing";
}

TEST(Cases, EveryOneHasARule) {
  for (auto const& code : cases()) EXPECT_NE(rule_by_code(code), no_rule) << "tests/cases/rules/" << code << ".md shows a rule that does not exist";
}

TEST(Cases, TheTinySchoolIsValid) {
  for (std::string const version : {"1.1", "1.2"})
    for (std::string const profile : {"oneroster", "oneroster-strict", "amplify"}) {
      auto const report = checked(tiny_school(version), options_of(profile));
      EXPECT_EQ(report.verdict, Verdict::Valid) << version << " " << profile;
      EXPECT_EQ(together(lines_of(report)), "") << version << " " << profile;
    }
}

// A {word} that nobody filled in, or nothing where a value should stand.
bool has_a_hole(std::string const& text) {
  static std::regex const left_over("\\{[a-zA-Z_]+\\}");
  for (std::string_view hole : {"  ", "()", " ,", " ;", ": ."})
    if (text.find(hole) != std::string::npos) return true;
  return text.empty() || text.ends_with(" .") || std::regex_search(text, left_over);
}

TEST(Cases, NoMessageHasAHole) {
  for (auto const& code : cases())
    for (auto const& section : read_case(path_of(code)).sections)
      for (auto const& finding : report_of(section, options_for(section)).findings)
        for (auto const* text : {&finding.message, &finding.why, &finding.fix})
          EXPECT_FALSE(has_a_hole(*text)) << code << ", " << section.heading << ": " << *text;
}

}  // namespace
}  // namespace rollbook::test
