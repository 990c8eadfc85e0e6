// What holds for every delivery, tried on invented districts: clean ones, damaged ones, cut ones, and one of very long rows.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "demo/inject.h"
#include "demo/oneroster_facts.h"
#include "demo/read_back.h"
#include "in_memory.h"
#include "rules/catalogue.h"

namespace rollbook::test {
namespace {

constexpr std::uint64_t all_findings = 1'000'000;

Files district(std::string version, std::uint64_t students = 300) {
  return demo_test::made({.students = students, .seed = 4, .oneroster = std::move(version)});
}

struct Damaged {
  Files files;
  std::vector<Answer> answers;
};

Damaged damaged(std::string version, std::uint64_t students = 300, std::uint64_t seed = 9) {
  Damaged d{district(std::move(version), students), {}};
  d.answers = inject_defects(d.files, 200, seed, oneroster_facts());
  return d;
}

std::string place(std::string const& file, std::uint64_t line) { return file + ":" + std::to_string(line); }

std::string told(CheckReport::Finding const& f) {
  return place(f.file, f.line.value_or(0)) + " " + std::string(f.rule->code) + " " + std::string(name_of(f.severity)) + "  " + f.message;
}

class InBothVersions : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Rules, InBothVersions, testing::Values("1.1", "1.2"),
                         [](auto const& test) { return test.param == "1.1" ? "OneRoster11" : "OneRoster12"; });

TEST_P(InBothVersions, ACleanDistrictIsValid) {
  auto const files = district(GetParam());
  for (auto const* profile : {"oneroster", "oneroster-strict"}) {
    auto const report = checked(files, options_of(profile));
    EXPECT_EQ(report.verdict, Verdict::Valid) << profile;
    std::uint64_t rows = 0;
    for (auto const& file : report.files) rows += file.rows;
    EXPECT_GT(rows, 1000u);
    for (auto const& finding : report.findings) ADD_FAILURE() << profile << ": " << told(finding);
  }
}

// Rows of a file, also those that go over several lines.
std::vector<std::string> records_of(std::string const& text) {
  std::vector<std::string> records;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
    auto const line = text.substr(at, end - at);
    if (quoted) records.back() += line;
    else records.push_back(line);
    quoted ^= std::count(line.begin(), line.end(), '"') % 2 != 0;
    at = end;
  }
  return records;
}

Files shuffled(Files files, unsigned seed) {
  std::mt19937 random(seed);
  for (auto& [name, text] : files) {
    if (name == "manifest.csv") continue;
    auto records = records_of(text);
    std::shuffle(records.begin() + 1, records.end(), random);
    text.clear();
    for (auto const& record : records) text += record;
  }
  return files;
}

// Findings without their lines. Of several rows that miss the same record the first in the file is told in other words.
std::multiset<std::string> without_lines(CheckReport const& report) {
  std::multiset<std::string> all;
  for (auto const& f : report.findings) {
    bool const misses = f.rule->code == "REF001" || f.rule->code == "REF002";
    std::string message;
    for (std::size_t at = 0; at < f.message.size() && !misses;) {
      message += f.message[at++];
      if (message.ends_with("line "))
        while (at < f.message.size() && f.message[at] >= '0' && f.message[at] <= '9') ++at;
    }
    auto text = f.file + " " + std::string(misses ? "REF001" : f.rule->code) + " " + f.column + " " + f.sourced_id + " " + f.value + " " + message;
    if (f.caused_by) text += " <- " + f.caused_by->table + " " + f.caused_by->sourced_id;
    all.insert(text);
  }
  return all;
}

TEST_P(InBothVersions, ShuffledRowsGiveTheSameFindings) {
  auto const d = damaged(GetParam());
  auto options = options_of("oneroster");
  options.max_findings = all_findings;
  auto const usual = without_lines(checked(d.files, options));
  EXPECT_GT(usual.size(), 200u);
  for (unsigned seed : {1u, 2u, 3u}) {
    auto const other = without_lines(checked(shuffled(d.files, seed), options));
    std::vector<std::string> lost, won;
    std::set_difference(usual.begin(), usual.end(), other.begin(), other.end(), std::back_inserter(lost));
    std::set_difference(other.begin(), other.end(), usual.begin(), usual.end(), std::back_inserter(won));
    for (auto const& text : lost) ADD_FAILURE() << "shuffle " << seed << " lost: " << text;
    for (auto const& text : won) ADD_FAILURE() << "shuffle " << seed << " won: " << text;
  }
}

TEST_P(InBothVersions, KernelsWorkersAndSeedsGiveTheSameReport) {
  for (std::uint64_t const students : {300u, 4000u}) {  // files of one chunk, and of several
    auto const d = damaged(GetParam(), students);
    auto options = options_of("oneroster");
    options.max_findings = 2;  // so that it matters which are kept
    options.workers = 1;
    options.kernel = csv::Kernel::Scalar;
    auto const usual = json_of(checked(d.files, options));
    for (auto const kernel : csv::usable_kernels())
      for (unsigned const workers : {1u, 2u, 3u})
        for (std::uint64_t const seed : {options.seed, options.seed + 1}) {
          auto other = options;
          other.kernel = kernel, other.workers = workers, other.seed = seed;
          EXPECT_TRUE(usual == json_of(checked(d.files, other)))
              << students << " students, kernel " << static_cast<int>(kernel) << ", " << workers << " workers, seed " << seed;
        }
  }
}

TEST_P(InBothVersions, EveryDefectIsFoundWhereItIs) {
  auto const d = damaged(GetParam());
  auto options = options_of("oneroster");
  options.max_findings = all_findings;
  auto const report = checked(d.files, options);
  std::map<std::string, Severity> worst;
  for (auto const& f : report.findings)
    if (f.line) worst[place(f.file, *f.line)] = std::max(worst[place(f.file, *f.line)], f.severity);
  for (auto const& answer : d.answers) {
    if (answer.line == 0) {
      EXPECT_TRUE(std::any_of(report.causes.begin(), report.causes.end(),
                              [&](CheckReport::Cause const& c) { return c.file == answer.file && c.sourced_id == answer.sourced_id && !c.line; }))
          << answer.kind << " " << answer.file << " " << answer.sourced_id << " is not named as a missing record";
      continue;
    }
    auto const at = worst.find(place(answer.file, answer.line));
    ASSERT_NE(at, worst.end()) << answer.kind << " at " << place(answer.file, answer.line) << " column " << answer.column << ", " << answer.note
                               << ", is not found";
    // The injector goes by the letter; by default a line break in a cell is read as meant, and subjects that do not match their
    // codes do not keep people out of a class.
    auto const level = answer.kind == "line-break-in-cell" || answer.kind == "subjects-and-codes-unequal" ? "warning" : answer.level;
    EXPECT_EQ(name_of(at->second), level) << answer.kind << " at " << place(answer.file, answer.line) << " column " << answer.column << ", " << answer.note;
  }
}

TEST_P(InBothVersions, NothingElseIsBlamed) {
  auto const d = damaged(GetParam());
  auto options = options_of("oneroster");
  options.max_findings = all_findings;
  std::set<std::string> spoilt;
  for (auto const& answer : d.answers) {
    spoilt.insert(place(answer.file, answer.line));
    if (answer.kind == "duplicate-differs") spoilt.insert(place(answer.file, answer.line - 1));  // nobody can tell which of the two is wrong
  }
  for (auto const& finding : checked(d.files, options).findings)
    EXPECT_TRUE(finding.severity < Severity::Error || finding.caused_by || spoilt.contains(place(finding.file, finding.line.value_or(0)))) << told(finding);
}

TEST_P(InBothVersions, OfTooManyFindingsTheLowestLinesAreKept) {
  auto const d = damaged(GetParam());
  auto options = options_of("oneroster");
  options.max_findings = all_findings;
  auto const everything = checked(d.files, options);
  options.max_findings = 3;
  auto const some = checked(d.files, options);

  using Lines = std::map<std::string, std::vector<std::uint64_t>>;
  auto const lines_of = [](CheckReport const& report) {
    Lines lines;
    for (auto const& f : report.findings) lines[f.file + " " + std::string(f.rule->code)].push_back(f.line.value_or(0));
    return lines;
  };
  auto const kept = lines_of(some);
  for (auto [name, lines] : lines_of(everything)) {
    lines.resize(std::min<std::size_t>(lines.size(), 3));
    ASSERT_TRUE(kept.contains(name)) << name;
    EXPECT_EQ(kept.at(name), lines) << name;
  }
  ASSERT_EQ(some.rules.size(), everything.rules.size());
  for (std::size_t i = 0; i < some.rules.size(); ++i) EXPECT_EQ(some.rules[i].count, everything.rules[i].count) << some.rules[i].rule->code;
  EXPECT_EQ(some.counts.error, everything.counts.error);
  EXPECT_EQ(some.counts.dependent, everything.counts.dependent);
  EXPECT_EQ(some.verdict, everything.verdict);
}

TEST_P(InBothVersions, AFileCutAnywhereIsStillReadToItsEnd) {
  auto const d = damaged(GetParam());
  std::vector<std::string> names;
  for (auto const& [name, text] : d.files) names.push_back(name);
  std::mt19937 random(17);
  for (int i = 0; i < 200; ++i) {
    auto files = d.files;
    auto& text = files[names[random() % names.size()]];
    text.resize(random() % (text.size() + 1));
    auto const report = checked(files, options_of("oneroster"));
    EXPECT_FALSE(report.files.empty());
    EXPECT_FALSE(json_of(report).empty());
  }
}

// Rows of several lines each, everywhere: a chunk boundary cannot but fall inside a cell.
struct Verses {
  std::string text = "sourcedId,status,dateLastModified,title\n";
  std::vector<std::uint64_t> lines;  // where each record begins
  std::vector<std::string> titles;
};

Verses verses() {
  Verses v;
  std::mt19937 random(23);
  std::uint64_t line = 2;
  while (v.text.size() < (600u << 10)) {
    auto const breaks = random() % 6;
    std::string title;
    for (unsigned b = 0; b <= breaks; ++b) title += (b > 0 ? "\n" : "") + std::string(random() % 90, static_cast<char>('a' + b)) + ", and \"\"on\"\"";
    v.text += "k-" + std::to_string(v.lines.size()) + ",,,\"" + title + "\"\n";
    v.lines.push_back(line);
    std::string bare;
    for (std::size_t i = 0; i < title.size(); ++i) {
      bare += title[i];
      i += title[i] == '"';
    }
    v.titles.push_back(bare);
    line += breaks + 1;
  }
  return v;
}

TEST(Chunks, ABoundaryInsideACellChangesNothing) {
  auto const v = verses();
  auto const header = v.text.find('\n') + 1;
  for (auto const kernel : csv::usable_kernels()) {
    Member const member{"orgs.csv", v.text};
    ChunkReader reader(member, header, 4, kernel, {});
    ASSERT_GT(reader.count(), 2u);
    ChunkScratch scratch;
    std::vector<std::string> titles;
    std::vector<std::uint64_t> lines;
    std::uint64_t line = 2;
    std::string buffer;
    for (std::uint32_t k = 0; k < reader.count(); ++k) {
      auto const chunk = reader.read(k, scratch);
      for (std::uint32_t row = 0; row < scratch.batch.rows; ++row) {
        titles.emplace_back(csv::cell_value(scratch.batch.raw(row, 3), buffer));
        lines.push_back(line + scratch.batch.row_line[row]);
      }
      line += chunk.lines;
    }
    EXPECT_TRUE(titles == v.titles) << "kernel " << static_cast<int>(kernel);
    EXPECT_TRUE(lines == v.lines) << "kernel " << static_cast<int>(kernel);
  }
}

TEST(Chunks, TheReadingInOnePieceIsTheSame) {
  auto const v = verses();
  auto const header = static_cast<std::uint32_t>(v.text.find('\n') + 1);
  auto padded = v.text + std::string(csv::padding, '\0');
  csv::Batch whole;
  auto const text = std::string_view(padded).substr(0, v.text.size());
  EXPECT_EQ(csv::read_batch(text, header, static_cast<std::uint32_t>(text.size()), 4, csv::best_kernel(), whole), text.size());
  ASSERT_EQ(whole.rows, v.titles.size());
  std::string buffer;
  for (std::uint32_t row = 0; row < whole.rows; ++row) ASSERT_EQ(csv::cell_value(whole.raw(row, 3), buffer), v.titles[row]) << row;
}

TEST(Chunks, FindingsStandOnTheLinesWhereTheirRowsBegin) {
  auto const v = verses();
  Files files{{"categories.csv", v.text}};
  std::string manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
  for (auto const* table : all_tables)
    if (is_in(table->in, Version::V11)) manifest += "file." + std::string(table->name) + (table->id == TableId::Categories ? ",bulk\n" : ",absent\n");
  files["manifest.csv"] = manifest;
  std::vector<std::uint64_t> broken;
  for (std::size_t i = 0; i < v.lines.size(); ++i)
    if (v.titles[i].find('\n') != std::string::npos) broken.push_back(v.lines[i]);
  for (unsigned const workers : {1u, 3u}) {
    auto options = options_of("oneroster");
    options.max_findings = all_findings;
    options.workers = workers;
    auto const report = checked(files, options);
    std::vector<std::uint64_t> found;
    for (auto const& f : report.findings)
      if (f.rule->code == "CSV004") found.push_back(*f.line);
      else if (f.rule->code != "VAL004") ADD_FAILURE() << told(f).substr(0, 200);
    EXPECT_TRUE(found == broken) << workers << " workers";
    ASSERT_EQ(report.files.size(), 2u);
    EXPECT_EQ(report.files[1].rows, v.lines.size());
  }
}

// Cells are read column by column; which findings are kept must not show it, nor how chunks fell to the workers.
TEST(Chunks, TheLowestLinesAreKeptWhateverTheirColumn) {
  std::string text = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";
  std::uint64_t line = 2;
  std::vector<std::uint64_t> wrong;
  for (bool in_name = true; text.size() < (1u << 20); ++line) {
    bool const is_wrong = line % 1500 == 7;
    auto const id = std::to_string(line);
    text += "s-" + id + ",,," + (is_wrong && in_name ? "" : "School " + id) + "," + (is_wrong && !in_name ? "" : "school") + ",,\n";
    if (is_wrong) wrong.push_back(line), in_name = !in_name;
  }
  auto files = Files{{"orgs.csv", text}};
  for (std::size_t limit = 1; limit < wrong.size(); ++limit)
    for (unsigned const workers : {1u, 2u, 3u}) {
      auto options = options_of("oneroster");
      options.max_findings = limit;
      options.workers = workers;
      std::vector<std::uint64_t> kept;
      for (auto const& f : checked(files, options).findings)
        if (f.rule->code == "VAL001") kept.push_back(*f.line);
      EXPECT_EQ(kept, std::vector<std::uint64_t>(wrong.begin(), wrong.begin() + static_cast<std::ptrdiff_t>(limit)))
          << limit << " kept, " << workers << " workers";
    }
}

// A guess from samples is still the same guess, whoever took the samples.
TEST(Chunks, TheGuessedEncodingDoesNotDependOnTheWorkers) {
  std::string text = "sourcedId,status,dateLastModified,title\n";
  for (int i = 0; text.size() < (1u << 20); ++i)
    text += "k-" + std::to_string(i) + ",,," +
            (text.size() < (256u << 10) ? "\xdc"
                                          "bungen"
                                        : "\x8e\x8e\x8c\xb1\x82\xc6\x8f\x68\x91\xe8") +
            "\n";
  Files const files{{"categories.csv", text}};
  auto options = options_of("oneroster");
  options.workers = 1;
  auto const usual = json_of(checked(files, options));
  for (unsigned const workers : {2u, 3u, 4u}) {
    options.workers = workers;
    EXPECT_TRUE(usual == json_of(checked(files, options))) << workers << " workers";
  }
}

}  // namespace
}  // namespace rollbook::test
