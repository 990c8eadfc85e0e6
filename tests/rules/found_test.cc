// What a check tells while it goes on: the same numbers and lines as in the end, only earlier, and never a value.
#include "rules/found.h"

#include <gtest/gtest.h>

#include <atomic>

#include "demo/inject.h"
#include "demo/oneroster_facts.h"
#include "demo/read_back.h"
#include "in_memory.h"

namespace rollbook::test {
namespace {

Files defective_district() {
  auto files = demo_test::made({.students = 4000, .seed = 5, .oneroster = "1.1"});
  inject_defects(files, 100, 6, oneroster_facts());
  return files;
}

TEST(FindingsAsTheyCome, AreToldBeforeTheEnd) {
  auto const files = defective_district();
  auto options = options_of("oneroster");
  Found found;
  options.found = &found;
  std::atomic<std::uint64_t> bytes{0}, early{0};
  std::uint64_t all = 0;
  for (auto const& [path, text] : files) all += text.size();
  options.progress = [&](std::uint64_t more) {
    if ((bytes += more) < all / 2) early = found.so_far().errors;
  };
  auto const report = checked(files, options);
  EXPECT_GT(early, 0u);
  EXPECT_LT(early, found.so_far().errors);
}

TEST(FindingsAsTheyCome, AreThoseOfTheReportInTheEnd) {
  auto const files = defective_district();
  auto options = options_of("oneroster");
  Found found;
  options.found = &found;
  options.max_findings = 1000;
  auto const bundle = opened(files);
  auto const checked = check(bundle, {}, options);
  auto const report = render(checked, bundle, options, "");
  auto const so_far = found.so_far();
  std::array<std::uint64_t, 5> sums{};
  for (auto const& levels : checked.counts)
    for (std::size_t level = 0; level < levels.size(); ++level) sums[level] += levels[level];
  EXPECT_EQ(so_far.errors, sums[3] + sums[4]);
  EXPECT_EQ(so_far.warnings, sums[2]);
  EXPECT_EQ(so_far.infos, sums[1]);
  ASSERT_FALSE(so_far.rules.empty());
  EXPECT_LE(so_far.rules.size(), Found::most_rules);
  std::size_t places = 0;
  for (auto const& rule : so_far.rules) {
    EXPECT_LE(rule.first.size(), Found::places_of_a_rule);
    for (auto const& place : rule.first) {
      ++places;
      EXPECT_TRUE(std::any_of(report.findings.begin(), report.findings.end(),
                              [&](auto const& finding) { return finding.rule->code == rule.code && finding.file == place.file && finding.line == place.line; }))
          << rule.code << " " << place.file << " " << place.line.value_or(0);
    }
  }
  EXPECT_GT(places, 5u);
}

TEST(FindingsAsTheyCome, NameNoFileThatSomebodyElseNamed) {
  Found found;
  auto const rule = rule_by_code("REF001");
  found.add(rule, Severity::Error, 2);
  found.place(rule, "<script>.csv\nfound 0 0 0", 3);
  found.place(rule, "users.csv", 4);
  auto const first = found.so_far().rules.at(0).first;
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0], (Found::Place{"", {}}));
  EXPECT_EQ(first[1], (Found::Place{"users.csv", 4}));
}

}  // namespace
}  // namespace rollbook::test
