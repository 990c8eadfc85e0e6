// What the writer writes, the reader reads back, and the strictest check has nothing to say about it.
#include "export/bundle_writer.h"

#include <gtest/gtest.h>

#include <random>

#include "demo/make_district.h"
#include "diff/diff.h"
#include "rules/in_memory.h"

namespace rollbook::test {
namespace {

Files demo(std::string version) {
  MemorySink sink;
  make_district({.students = 400, .seed = 3, .oneroster = std::move(version)}, sink);
  return sink.files;
}

// Cells of a file by name of column.
struct Sheet {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;

  explicit Sheet(std::string const& text) {
    csv::Record record;
    std::string buffer;
    for (std::uint32_t at = 0; at < text.size(); at = record.next) {
      csv::read_record(text, at, 0, record);
      std::vector<std::string> cells;
      for (std::size_t i = 0; i < record.size(); ++i) cells.emplace_back(csv::cell_value(csv::raw_cell(text, record, i), buffer));
      if (names.empty()) names = cells;
      else rows.push_back(cells);
    }
  }
  std::string at(std::size_t row, std::string_view name) const {
    auto const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? "" : rows[row][static_cast<std::size_t>(found - names.begin())];
  }
};

// Every file of a delivery, written anew.
Files rewritten(Files const& files, Version version) {
  MemorySink sink;
  BundleWriter writer(version, sink, "Rollbook", "rollbook");
  for (auto const* table : all_tables) {
    auto const found = files.find(std::string(table->name) + ".csv");
    if (found == files.end()) continue;
    Sheet const sheet(found->second);
    std::vector<std::string> metadata;
    for (auto const& name : sheet.names)
      if (name.starts_with("metadata.")) metadata.push_back(name);
    writer.begin(*table, metadata);
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      for (auto const* field : BundleWriter::columns(*table, version)) writer.cell(sheet.at(row, field->name));
      for (auto const& name : metadata) writer.cell(sheet.at(row, name));
      writer.end_row();
    }
    writer.end();
  }
  writer.finish();
  return sink.files;
}

class WrittenIn : public testing::TestWithParam<std::string> {
 protected:
  Version version() const { return GetParam() == "1.1" ? Version::V11 : Version::V12; }
};
INSTANTIATE_TEST_SUITE_P(Export, WrittenIn, testing::Values("1.1", "1.2"),
                         [](auto const& info) { return info.param == "1.1" ? "OneRoster11" : "OneRoster12"; });

TEST_P(WrittenIn, AStrictCheckFindsNothing) {
  auto const report = checked(rewritten(demo(GetParam()), version()), options_of("oneroster-strict"));
  EXPECT_EQ(report.verdict, Verdict::Valid);
  for (auto const& finding : report.findings) ADD_FAILURE() << finding.file << ":" << finding.line.value_or(0) << " " << finding.message;
}

TEST_P(WrittenIn, ItSaysWhatTheOriginalSays) {
  auto const files = demo(GetParam());
  auto const written = rewritten(files, version());
  auto const before = opened(files), after = opened(written);
  DiffOptions options;
  options.kernel = csv::best_kernel();
  auto const diff = compare(before, after, options);
  ASSERT_TRUE(diff.ok());
  EXPECT_TRUE((*diff).equal());
  EXPECT_EQ(rewritten(written, version()), written) << "and once more it is the same, byte for byte";
}

TEST(Export, AnyTextComesBack) {
  std::mt19937 random(5);
  auto const text = [&] {
    std::string_view const pieces[] = {",", "\"", "\n", "\r\n", "a", " ", "é", "学", "'", ";", "0", "=1+1"};
    std::string made;
    for (auto n = random() % 6; n > 0; --n) made += pieces[random() % std::size(pieces)];
    return made;
  };
  for (int turn = 0; turn < 300; ++turn) {
    MemorySink sink;
    BundleWriter writer(Version::V12, sink, "Rollbook", "rollbook");
    std::vector<std::vector<std::string>> rows(3);
    writer.begin(orgs, {"metadata.note"});
    auto const columns = BundleWriter::columns(orgs, Version::V12).size() + 1;
    for (auto& row : rows) {
      for (std::size_t i = 0; i < columns; ++i) writer.cell(row.emplace_back(i == 0 ? "o1" : text()));
      writer.end_row();
    }
    writer.end();
    Sheet const sheet(sink.files["orgs.csv"]);
    ASSERT_EQ(sheet.rows, rows);
    ASSERT_EQ(sheet.names.back(), "metadata.note");
  }
}

TEST(Export, TheManifestNamesEveryTableOfTheVersion) {
  MemorySink sink;
  BundleWriter writer(Version::V11, sink, "Rollbook, here", "rollbook");
  writer.begin(orgs);
  writer.end();
  writer.finish();
  EXPECT_EQ(sink.files["manifest.csv"],
            "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.academicSessions,absent\nfile.categories,absent\n"
            "file.resources,absent\nfile.courses,absent\nfile.classes,absent\nfile.users,absent\nfile.demographics,absent\nfile.enrollments,absent\n"
            "file.classResources,absent\nfile.courseResources,absent\nfile.lineItems,absent\nfile.results,absent\n"
            "source.systemName,\"Rollbook, here\"\nsource.systemCode,rollbook\n");
}

TEST(Export, ARowWithTooFewOrTooManyCellsIsOurMistake) {
  MemorySink sink;
  BundleWriter writer(Version::V12, sink, "Rollbook", "rollbook");
  EXPECT_THROW(BundleWriter(Version::V11, sink, "", "").begin(roles), BrokenPromise) << "1.1 has no roles";
  writer.begin(orgs);
  writer.cell("o1");
  EXPECT_THROW(writer.end_row(), BrokenPromise);
}

}  // namespace
}  // namespace rollbook::test
