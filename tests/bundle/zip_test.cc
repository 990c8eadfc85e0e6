#include "bundle/zip.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "zip_builder.h"

namespace rollbook {
namespace {

using test::ZipBuilder;
using Header = ZipBuilder::Header;

constexpr std::string_view users = "sourcedId,givenName\nu-ada,Ada\nu-alan,Alan\n";
constexpr std::string_view orgs = "sourcedId,name\ns-north,North School\n";

ZipArchive open(std::string_view bytes, ZipLimits const& limits = {}) { return open_zip(bytes, limits, 2); }
ZipArchive open(ZipBuilder const& zip, ZipLimits const& limits = {}) { return open(zip.build(), limits); }

std::vector<ZipFault> faults(ZipArchive const& archive) {
  std::vector<ZipFault> all;
  for (auto const& problem : archive.problems) all.push_back(problem.fault);
  return all;
}

using Faults = std::vector<ZipFault>;

testing::AssertionResult refused_for(ZipArchive const& archive, Faults const& expected) {
  auto const with_details = [&] {
    auto failure = testing::AssertionFailure();
    for (auto const& problem : archive.problems) failure << static_cast<int>(problem.fault) << " " << problem.entry << ": " << problem.detail << "\n";
    return failure;
  };
  if (faults(archive) != expected) return with_details();
  for (auto const& entry : archive.entries)
    if (!entry.data.empty()) return with_details() << entry.name << " has data all the same";
  return archive.inflation ? with_details() << "memory is still held" : testing::AssertionSuccess();
}

testing::AssertionResult holds(ZipArchive const& archive, std::vector<std::pair<std::string_view, std::string_view>> const& expected) {
  for (auto const& problem : archive.problems) return testing::AssertionFailure() << problem.entry << ": " << problem.detail;
  if (archive.entries.size() != expected.size()) return testing::AssertionFailure() << archive.entries.size() << " entries";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    auto const& entry = archive.entries[i];
    if (entry.name != expected[i].first || entry.data != expected[i].second || entry.size != entry.data.size())
      return testing::AssertionFailure() << entry.name << " holds \"" << entry.data << "\"";
    for (std::size_t after = 0; after < 64; ++after)
      if (entry.data.data()[entry.data.size() + after] != 0) return testing::AssertionFailure() << "no zeros after " << entry.name;
  }
  return testing::AssertionSuccess();
}

ZipBuilder small_zip() {
  ZipBuilder zip;
  zip.deflate("users.csv", users);
  zip.stored("orgs.csv", orgs);
  return zip;
}

std::string noise(std::size_t length, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(length, ' ');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

// What is opened.

TEST(Zip, OpensStoredAndDeflatedFiles) {
  auto const archive = open(small_zip());
  EXPECT_TRUE(holds(archive, {{"users.csv", users}, {"orgs.csv", orgs}}));
  EXPECT_EQ(archive.entries[1].compressed, orgs.size());
  EXPECT_FALSE(archive.entries[0].directory);
}

TEST(Zip, OpensAnEmptyArchive) {
  EXPECT_TRUE(holds(open(ZipBuilder{}), {}));
  ZipBuilder zip;
  zip.end.zip64 = true;
  EXPECT_TRUE(holds(open(zip), {}));
}

TEST(Zip, OpensFoldersAndFilesInThem) {
  ZipBuilder zip;
  zip.folder("fall/");
  zip.deflate("fall/users.csv", users);
  zip.deflate("spring/", "");  // as jar does
  auto& by_mode = zip.folder("summer");
  by_mode.listed.made_by = 3 << 8, by_mode.listed.attributes = 0040755u << 16;
  auto const archive = open(zip);
  EXPECT_TRUE(holds(archive, {{"fall/", ""}, {"fall/users.csv", users}, {"spring/", ""}, {"summer", ""}}));
  EXPECT_TRUE(archive.entries[0].directory);
  EXPECT_FALSE(archive.entries[1].directory);
  EXPECT_TRUE(archive.entries[2].directory);
  EXPECT_TRUE(archive.entries[3].directory);
}

TEST(Zip, OpensEmptyFilesHoweverTheyAreWritten) {
  ZipBuilder zip;
  zip.stored("a.csv", "");
  zip.deflate("b.csv", "");
  zip.add_packed("c.csv", 8, "", "");
  EXPECT_TRUE(holds(open(zip), {{"a.csv", ""}, {"b.csv", ""}, {"c.csv", ""}}));
}

TEST(Zip, OpensZip64) {
  auto zip = small_zip();
  for (auto& file : zip.files) file.both([](Header& header) { header.zip64 = true; });
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.end.zip64 = true;
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.end.classic_files = 2;  // some writers fill in what fits
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.files[0].listed.extra = zip.files[0].local.extra = std::string("\x55\x54\x00\x00\x00\x00", 6);
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
}

TEST(Zip, OpensFilesWhoseSizesFollowTheData) {
  ZipBuilder zip;
  zip.streamed("users.csv", users);
  zip.streamed("orgs.csv", orgs, false);
  auto& wide = zip.streamed("classes.csv", users);
  wide.both([](Header& header) { header.zip64 = true; });
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}, {"classes.csv", users}}));
}

TEST(Zip, OpensAnArchiveWithAComment) {
  auto zip = small_zip();
  zip.end.comment = "exported by the SIS";
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.end.comment = std::string(65535, 'x');
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.end.comment = "PK\x05\x06 looks like an end, but is none";
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
}

TEST(Zip, OpensAnArchiveAmongJunkWhenItsOffsetsAreRight) {
  auto zip = small_zip();
  zip.prefix = "#!/bin/unzip\n", zip.prefix_counted = zip.prefix.size();
  zip.end.junk = "\r\n";
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
  zip.prefix_counted = 0;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, OpensAnArchiveWithGapsBetweenTheFiles) {
  auto zip = small_zip();
  zip.files[0].before = "one gap", zip.files[0].after = "another", zip.files[1].after = "and a third";
  EXPECT_TRUE(holds(open(zip), {{"users.csv", users}, {"orgs.csv", orgs}}));
}

TEST(Zip, OpensFilesThatAreListedInAnotherOrder) {
  auto zip = small_zip();
  zip.files[0].listed.offset = 0, zip.files[1].listed.offset = 30 + 9 + zip.files[0].data.size();
  std::swap(zip.files[0].listed, zip.files[1].listed);
  EXPECT_TRUE(holds(open(zip), {{"orgs.csv", orgs}, {"users.csv", users}}));
}

TEST(Zip, WritesTheNameOfAWindowsProgramWithSlashes) {
  ZipBuilder zip;
  zip.stored("fall\\users.csv", users);
  EXPECT_TRUE(holds(open(zip), {{"fall/users.csv", users}}));
}

TEST(Zip, KeepsANameInAnOldCodePage) {
  ZipBuilder zip;
  zip.stored("Sch\x81ler.csv", users);
  EXPECT_TRUE(holds(open(zip), {{"Sch\x81ler.csv", users}}));
}

TEST(Zip, KeepsANameInUtf8) {
  ZipBuilder zip;
  zip.stored("Schüler.csv", users).both([](Header& header) { header.flags = 1 << 11; });
  zip.stored("élèves 学生 🎓.csv", orgs);
  EXPECT_TRUE(holds(open(zip), {{"Schüler.csv", users}, {"élèves 学生 🎓.csv", orgs}}));
}

TEST(Zip, DotsInNamesAreHarmless) {
  ZipBuilder zip;
  zip.stored("..users.csv", users);
  zip.stored("a/.../b..", orgs);
  zip.stored("./c.csv", orgs);
  EXPECT_TRUE(open(zip).problems.empty());
}

TEST(Zip, InflatesTheSameWithAnyNumberOfWorkers) {
  ZipBuilder zip;
  for (unsigned i = 0; i < 20; ++i) i % 2 ? zip.deflate("f" + std::to_string(i), noise(i * 3000, i)) : zip.stored("f" + std::to_string(i), noise(i * 3000, i));
  auto const bytes = zip.build();
  for (auto const workers : {0u, 1u, 2u, 7u, 100u}) {
    auto const archive = open_zip(bytes, {}, workers);
    ASSERT_TRUE(archive.problems.empty());
    for (unsigned i = 0; i < 20; ++i) EXPECT_EQ(archive.entries[i].data, noise(i * 3000, i));
  }
}

TEST(Zip, CanBeReadWhileItIsInflated) {
  auto const large = noise(5'000'000, 3);
  ZipBuilder zip;
  zip.deflate("large", large);
  zip.deflate("small", users);
  zip.stored("stored", large);
  auto const bytes = zip.build();
  auto archive = begin_zip(bytes, {}, 2);
  ASSERT_TRUE(archive.problems.empty());
  for (std::size_t const i : {2, 0}) {
    auto const& entry = archive.entries[i];
    ASSERT_EQ(entry.data.size(), large.size());
    for (std::size_t at = 0; at < large.size(); at += 100'003) {
      auto const end = std::min(at + 100'003, large.size());
      entry.arrival->wait_for(end);
      ASSERT_EQ(entry.data.substr(at, end - at), std::string_view(large).substr(at, end - at)) << at;
    }
  }
  auto const moved = std::move(archive);
  EXPECT_EQ(moved.entries[1].data.size(), users.size());
  EXPECT_FALSE(moved.failed());
}

TEST(Zip, NobodyWaitsForEverForADamagedFile) {
  auto const large = noise(3'000'000, 4);
  ZipBuilder zip;
  zip.deflate("large", large);
  zip.deflate("small", users);
  auto bytes = zip.build();
  for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 100; ++at) bytes[at] = static_cast<char>(~bytes[at]);
  auto archive = begin_zip(bytes, {}, 2);
  ASSERT_TRUE(archive.problems.empty()) << "what is inside is only known once it is inflated";
  archive.entries[0].arrival->wait_for(large.size());
  auto const shown = archive.entries[0].data;
  archive.finish();
  EXPECT_TRUE(archive.failed());
  ASSERT_EQ(archive.problems.size(), 1u);
  EXPECT_EQ(archive.problems[0].entry, "large");
  EXPECT_TRUE(archive.entries[0].data.empty());
  EXPECT_EQ(shown.substr(0, 1000), std::string_view(large).substr(0, 1000)) << "memory that was shown stays readable";
}

TEST(Zip, CanBeThrownAwayWhileItIsInflated) {
  ZipBuilder zip;
  for (unsigned i = 0; i < 4; ++i) zip.deflate("f" + std::to_string(i), noise(4'000'000, i));
  auto const bytes = zip.build();
  for (unsigned turn = 0; turn < 20; ++turn) EXPECT_TRUE(begin_zip(bytes, {}, 1 + turn % 3).problems.empty());
}

TEST(Zip, AMovedArchiveKeepsItsData) {
  auto archive = open(small_zip());
  auto const moved = std::move(archive);
  EXPECT_TRUE(holds(moved, {{"users.csv", users}, {"orgs.csv", orgs}}));
}

TEST(Zip, LooksLikeAZipByItsFirstBytes) {
  EXPECT_TRUE(looks_like_zip(small_zip().build()));
  EXPECT_TRUE(looks_like_zip(ZipBuilder{}.build()));
  ZipBuilder zip64;
  zip64.end.zip64 = true;
  EXPECT_TRUE(looks_like_zip(zip64.build()));
  EXPECT_FALSE(looks_like_zip(""));
  EXPECT_FALSE(looks_like_zip("PK"));
  EXPECT_FALSE(looks_like_zip("sourcedId,status"));
  EXPECT_FALSE(looks_like_zip("\x1f\x8b\x08"));
}

// What is refused: the archive.

TEST(Zip, RefusesWhatIsNotAZip) {
  EXPECT_TRUE(refused_for(open(""), {ZipFault::NotAZip}));
  EXPECT_TRUE(refused_for(open("PK"), {ZipFault::NotAZip}));
  EXPECT_TRUE(refused_for(open(users), {ZipFault::NotAZip}));
  EXPECT_TRUE(refused_for(open(std::string(100'000, '\0')), {ZipFault::NotAZip}));
}

TEST(Zip, RefusesAnArchiveThatIsCutOffAnywhere) {
  auto zip = small_zip();
  zip.end.comment = "hello";
  for (auto const zip64 : {false, true}) {
    zip.end.zip64 = zip64;
    auto const bytes = zip.build();
    for (std::size_t length = 0; length < bytes.size(); ++length)
      EXPECT_TRUE(refused_for(open(std::string(bytes, 0, length)), {length < 4 ? ZipFault::NotAZip : ZipFault::Truncated})) << length;
  }
}

TEST(Zip, RefusesAnArchiveThatLostItsFirstBytes) {
  auto const bytes = small_zip().build();
  for (std::size_t lost = 1; lost < bytes.size(); ++lost) EXPECT_FALSE(open(std::string(bytes, lost)).problems.empty()) << lost;
  EXPECT_TRUE(refused_for(open(std::string(bytes, 10)), {ZipFault::Truncated}));
}

TEST(Zip, RefusesAListOfFilesThatIsNotWhereItSays) {
  auto zip = small_zip();
  zip.end.begin = 0;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
  zip.end.begin = 0x7FFF'FFFF;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
  zip = small_zip();
  zip.end.before = "hidden";
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesAListOfFilesWithAnotherLengthThanItSays) {
  for (auto const files : {0u, 1u, 3u}) {
    auto zip = small_zip();
    zip.end.files = files;
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader})) << files;
  }
}

TEST(Zip, RefusesASecondListOfFilesInTheComment) {
  auto zip = small_zip();
  auto const length = zip.build().size();
  ZipBuilder other;
  other.prefix_counted = length;
  zip.end.comment = other.build();
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesZip64RecordsThatDisagree) {
  auto zip = small_zip();
  zip.end.zip64 = true, zip.end.classic_files = 1;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
  zip = small_zip();
  zip.end.zip64 = true, zip.end.end64_at = 3;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
  zip.end.end64_at = ~0ull;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
  zip = small_zip();
  zip.end.zip64 = true, zip.end.begin = ~0ull;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
  zip.end.begin.reset(), zip.end.length = ~0ull - 5;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
}

TEST(Zip, RefusesAZip64FileWithoutItsSizes) {
  auto zip = small_zip();
  zip.files[0].listed.size = 0xFFFF'FFFF;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesASplitArchive) {
  for (auto const zip64 : {false, true}) {
    auto zip = small_zip();
    zip.end.zip64 = zip64, zip.end.disk = 1;
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::MultiDisk}));
    zip.end.disk = 0, zip.end.list_disk = 1;
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::MultiDisk}));
    zip.end.list_disk = 0, zip.end.files_here = 1;
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::MultiDisk}));
  }
  auto zip = small_zip();
  zip.end.zip64 = true, zip.end.locator_disks = 2;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::MultiDisk}));
  zip = small_zip();
  zip.files[1].listed.disk = 4;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::MultiDisk}));
  EXPECT_TRUE(refused_for(open("PK\x07\x08 and so on"), {ZipFault::MultiDisk}));
}

TEST(Zip, RefusesTooManyFilesAndStillJudgesTheFirstOnes) {
  ZipBuilder zip;
  for (int i = 0; i < 101; ++i) zip.stored("f" + std::to_string(i), "");
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::TooManyEntries}));
  EXPECT_TRUE(open(zip, {.entries = 101}).problems.empty());
  zip.files[3].both([](Header& header) { header.name = "../x"; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::TooManyEntries, ZipFault::Traversal}));
}

TEST(Zip, ALieAboutAMillionFilesCostsNothing) {
  auto zip = small_zip();
  zip.end.zip64 = true, zip.end.files = ~0ull;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::TooManyEntries, ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(open(zip, {.entries = ~0ull}), {ZipFault::LyingHeader}));
}

// What is refused: names.

ZipArchive open_named(std::string const& name, std::uint16_t flags = 0) {
  ZipBuilder zip;
  zip.stored(name, users).both([&](Header& header) { header.flags = flags; });
  return open(zip);
}

TEST(Zip, RefusesANameThatClimbsOutOfTheFolder) {
  for (auto const* const name : {"../users.csv", "a/../../users.csv", "a/..", "..", "..\\users.csv", "a\\..\\b", "a/../b"})
    EXPECT_TRUE(refused_for(open_named(name), {ZipFault::Traversal})) << name;
}

TEST(Zip, RefusesANameThatBeginsAtTheRoot) {
  for (auto const* const name : {"/users.csv", "\\users.csv", "C:\\users.csv", "c:/users.csv", "c:users.csv", "\\\\server\\share\\x", "//x"})
    EXPECT_TRUE(refused_for(open_named(name), {ZipFault::AbsoluteName})) << name;
}

TEST(Zip, RefusesANameThatIsNoName) {
  EXPECT_TRUE(refused_for(open_named(""), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named(std::string("users.csv\0.exe", 14)), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named("users\n.csv"), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named("users\x1b[2J.csv"), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named("users\x7f.csv"), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named("users\u0085.csv"), {ZipFault::BadName}));
  EXPECT_TRUE(refused_for(open_named(std::string(1025, 'x')), {ZipFault::BadName}));
}

TEST(Zip, RefusesANameThatIsNotTheUtf8ItIsSaidToBe) {
  for (auto const* const name : {"Sch\x81ler", "\xC0\xAE\xC0\xAE/x", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\xE2\x82", "\xFF"})
    EXPECT_TRUE(refused_for(open_named(name, 1 << 11), {ZipFault::BadName})) << name;
}

TEST(Zip, ShowsABadNameWithoutHarm) {
  EXPECT_EQ(open_named("a\x1b[2J\xFF").problems[0].entry, "a?[2J?");
  EXPECT_LE(open_named(std::string(60'000, 'x')).problems[0].entry.size(), 128u);
}

TEST(Zip, RefusesTheSameNameTwice) {
  for (auto const* const name : {"users.csv", "USERS.csv", "./users.csv", ".//Users.CSV", "users.csv/"}) {
    ZipBuilder zip;
    zip.stored("users.csv", "");
    zip.stored(name, "");
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::DuplicateName})) << name;
  }
}

// What is refused: kinds of files.

ZipArchive open_with_mode(std::uint32_t mode, std::uint16_t system) {
  auto zip = small_zip();
  zip.files[0].listed.made_by = static_cast<std::uint16_t>(system << 8), zip.files[0].listed.attributes = mode << 16;
  return open(zip);
}

TEST(Zip, RefusesLinksAndDevices) {
  for (auto const mode : {0120777u, 0020644u, 0060644u, 0010644u, 0140644u}) {
    EXPECT_TRUE(refused_for(open_with_mode(mode, 3), {ZipFault::Link})) << mode;
    EXPECT_TRUE(refused_for(open_with_mode(mode, 19), {ZipFault::Link})) << mode;
  }
  EXPECT_TRUE(open_with_mode(0100644, 3).problems.empty());
  EXPECT_TRUE(open_with_mode(0, 3).problems.empty());
  EXPECT_TRUE(open_with_mode(0120777, 0).problems.empty());  // on DOS these bits mean nothing
}

TEST(Zip, RefusesEncryptedFiles) {
  for (auto const bit : {0, 6, 13}) {
    auto zip = small_zip();
    zip.files[0].listed.flags = static_cast<std::uint16_t>(1 << bit);
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::Encrypted})) << bit;
    zip.files[0].local.flags = zip.files[0].listed.flags, zip.files[0].listed.flags = 0;
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::Encrypted})) << bit;
  }
  auto zip = small_zip();
  zip.files[0].both([](Header& header) { header.method = 99, header.flags = 1; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Encrypted}));
  ZipBuilder with_salt;
  with_salt.add_packed("users.csv", 0, "twelve bytes" + std::string(users), users).both([](Header& header) { header.flags = 1; });
  EXPECT_TRUE(refused_for(open(with_salt), {ZipFault::Encrypted}));
}

TEST(Zip, RefusesOtherMethods) {
  for (auto const method : {1, 6, 9, 12, 14, 93, 95, 98}) {
    auto zip = small_zip();
    zip.files[0].both([&](Header& header) { header.method = static_cast<std::uint16_t>(method); });
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::Method})) << method;
  }
  auto zip = small_zip();
  zip.files[0].both([](Header& header) { header.flags = 1 << 5; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Method}));
}

// What is refused: headers that lie.

TEST(Zip, RefusesALocalHeaderThatDisagreesWithTheList) {
  auto const with = [](auto&& change) {
    auto zip = small_zip();
    change(zip.files[0].local);
    return open(zip);
  };
  EXPECT_TRUE(refused_for(with([](Header& local) { local.name = "USERS.csv"; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { local.method = 0; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { ++local.crc; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { ++local.size; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { --local.compressed; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { local.size = 0; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { local.flags = 1 << 3, ++local.size; }), {ZipFault::LyingHeader}));
  EXPECT_TRUE(refused_for(with([](Header& local) { local.zip64 = true, ++local.size; }), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesAFileThatIsNotWhereTheListSays) {
  auto zip = small_zip();
  zip.files[0].listed.offset = 1;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
  zip.files[0].listed.offset = 0x1234'5678;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
  zip.files[0].listed.offset = ~0ull, zip.files[0].listed.zip64 = true;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
}

TEST(Zip, RefusesAFileThatGoesOnBeyondTheEnd) {
  for (auto const length : {std::uint64_t{100'000}, ~std::uint64_t{0}}) {
    auto zip = small_zip();
    zip.files[0].both([&](Header& header) { header.compressed = length, header.zip64 = true; });
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::Truncated}));
  }
}

TEST(Zip, RefusesASizeThatDeflateCannotReach) {
  auto zip = small_zip();
  zip.files[0].both([](Header& header) { header.size = header.compressed * 1032 + 1; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesAStoredFileWithTwoSizes) {
  auto zip = small_zip();
  zip.files[1].both([](Header& header) { ++header.size; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesAFolderThatHoldsBytes) {
  ZipBuilder zip;
  zip.stored("fall/", users);
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

TEST(Zip, RefusesAFileThatHoldsMoreOrLessThanItSays) {
  for (auto const difference : {-1, 1, -40, 40}) {
    auto zip = small_zip();
    zip.files[0].both([&](Header& header) { header.size += static_cast<std::uint64_t>(difference); });
    EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader})) << difference;
  }
  ZipBuilder says_empty;
  says_empty.deflate("users.csv", users).both([](Header& header) { header.size = 0; });
  EXPECT_TRUE(refused_for(open(says_empty), {ZipFault::LyingHeader}));
}

TEST(Zip, TellsHowMuchAFileHolds) {
  ZipBuilder zip;
  zip.deflate("users.csv", "12345").both([](Header& header) { header.size = 12; });
  EXPECT_EQ(open(zip).problems[0].detail, "says 12 bytes, holds 5");
}

TEST(Zip, RefusesBytesHiddenBehindDeflatedData) {
  ZipBuilder zip;
  zip.add_packed("users.csv", 8, test::deflated(users) + "hidden", users);
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader}));
}

// What is refused: bombs.

TEST(Zip, RefusesTwoNamesForTheSameBytes) {
  ZipBuilder zip;
  zip.deflate("a", users);
  auto listed = zip.files[0];
  listed.only_listed = true, listed.listed.offset = 0;
  zip.files.push_back(listed);
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Overlap, ZipFault::DuplicateName}));
}

TEST(Zip, RefusesAFileQuotedInsideAnother) {
  // As the best zip bombs do: a stored block inside the first file's deflate stream is the second file's local header, and
  // the second file's data are the end of the first one's, so every header is honest and each file inflates.
  ZipBuilder inner;
  inner.deflate("b", users);
  auto const quoted = ZipBuilder::local_header(inner.files[0].local);

  std::string packed(1, '\0');  // a stored block, not the last one
  test::put(packed, quoted.size(), 2), test::put(packed, ~quoted.size(), 2);
  packed += quoted + inner.files[0].data;

  ZipBuilder zip;
  zip.add_packed("a", 8, packed, quoted + std::string(users));
  EXPECT_TRUE(open(zip).problems.empty());
  auto& second = zip.files.emplace_back(inner.files[0]);
  second.only_listed = true, second.listed.offset = 30 + 1 + 5;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Overlap}));
}

TEST(Zip, RefusesAFileThatRunsIntoTheListOfFiles) {
  ZipBuilder zip;
  zip.stored("a", users).both([](Header& header) { header.compressed += 10, header.size += 10; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Overlap}));
}

TEST(Zip, RefusesAFileBehindTheEnd) {
  ZipBuilder zip;
  auto& file = zip.stored("a", users);
  zip.end.comment = ZipBuilder::local_header(file.local) + std::string(users);
  file.only_listed = true, file.listed.offset = 46 + 1 + 22;
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::Overlap}));
}

TEST(Zip, RefusesMoreBytesThanAllowed) {
  EXPECT_TRUE(refused_for(open(small_zip(), {.total_bytes = users.size() + orgs.size() - 1}), {ZipFault::TooLarge}));
  EXPECT_TRUE(open(small_zip(), {.total_bytes = users.size() + orgs.size()}).problems.empty());
}

TEST(Zip, RefusesSizesWhoseSumOverflows) {
  auto zip = small_zip();
  for (auto& file : zip.files) file.both([](Header& header) { header.zip64 = true, header.size = 1ull << 63; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::LyingHeader, ZipFault::LyingHeader, ZipFault::TooLarge}));
}

TEST(Zip, RefusesAFileThatGrowsTooMuch) {
  ZipBuilder zip;
  zip.deflate("zeros.csv", std::string(100'000, '0'));
  ZipLimits limits{.ratio = 20, .ratio_free = 50'000};
  EXPECT_TRUE(refused_for(open(zip, limits), {ZipFault::RatioTooHigh}));
  EXPECT_EQ(open(zip, limits).problems[0].entry, "zeros.csv");
  limits.ratio_free = 100'000;
  EXPECT_TRUE(open(zip, limits).problems.empty());
  limits = {.ratio = 1032, .ratio_free = 0};
  EXPECT_TRUE(open(zip, limits).problems.empty());
  limits = {.ratio = 0, .ratio_free = 0};
  EXPECT_TRUE(refused_for(open(zip, limits), {ZipFault::RatioTooHigh}));
}

TEST(Zip, RefusesManyFilesThatTogetherGrowTooMuch) {
  ZipBuilder zip;
  for (int i = 0; i < 10; ++i) zip.deflate("f" + std::to_string(i), std::string(10'000, '0'));
  auto const archive = open(zip, {.ratio = 20, .ratio_free = 50'000});
  EXPECT_TRUE(refused_for(archive, {ZipFault::RatioTooHigh}));
  EXPECT_EQ(archive.problems[0].entry, "");
}

// What is refused: damage.

TEST(Zip, RefusesAWrongChecksum) {
  auto zip = small_zip();
  for (auto& file : zip.files) file.both([](Header& header) { ++header.crc; });
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::BadChecksum, ZipFault::BadChecksum}));
}

TEST(Zip, RefusesDataThatCannotBeInflated) {
  ZipBuilder zip;
  zip.deflate("ok.csv", orgs);
  zip.add_packed("bad.csv", 8, "\xFF\xFF\xFF\xFF\xFF\xFF", users);
  auto cut = test::deflated(users);
  cut.pop_back();
  zip.add_packed("cut.csv", 8, cut, users);
  EXPECT_TRUE(refused_for(open(zip), {ZipFault::BadDeflate, ZipFault::BadDeflate}));
}

TEST(Zip, ListsAllThatIsWrong) {
  auto zip = small_zip();
  zip.files[0].both([](Header& header) { header.name = "/../USERS.csv\x01", header.method = 12; });
  zip.files[1].listed.made_by = 3 << 8, zip.files[1].listed.attributes = 0120777u << 16;
  ++zip.files[1].local.crc;
  EXPECT_TRUE(refused_for(open(zip, {.total_bytes = 10}), {ZipFault::BadName, ZipFault::AbsoluteName, ZipFault::Traversal, ZipFault::Method, ZipFault::Link,
                                                           ZipFault::LyingHeader, ZipFault::TooLarge}));
}

// Any change of a single byte is noticed, or does not matter.
void survives_every_mutation(ZipBuilder const& zip) {
  auto const bytes = zip.build();
  auto const whole = open(bytes);
  ASSERT_TRUE(whole.problems.empty());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto changed = bytes;
      changed[at] = static_cast<char>(value);
      auto const archive = open_zip(changed, {}, 1);
      if (archive.problems.empty()) {
        ASSERT_EQ(archive.entries.size(), whole.entries.size()) << at;
        for (std::size_t i = 0; i < whole.entries.size(); ++i) {
          ASSERT_EQ(archive.entries[i].name, whole.entries[i].name) << at;
          ASSERT_EQ(archive.entries[i].data, whole.entries[i].data) << at;
        }
      } else {
        for (auto const& entry : archive.entries) ASSERT_TRUE(entry.data.empty()) << at;
      }
    }
  }
}

TEST(Zip, NoticesAnyChangedByte) { survives_every_mutation(small_zip()); }

TEST(Zip, NoticesAnyChangedByteOfZip64) {
  ZipBuilder zip;
  zip.stored("a", "1,2\n");
  zip.streamed("b", users).both([](Header& header) { header.zip64 = true; });
  zip.end.zip64 = true;
  zip.end.comment = "!";
  survives_every_mutation(zip);
}

}  // namespace
}  // namespace rollbook
