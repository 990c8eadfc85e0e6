// Deliveries as they come: what the manifest says, what lies beside it, and what only looks like OneRoster.
#include "bundle/bundle.h"

#include <gtest/gtest.h>

#include <map>

namespace rollbook {
namespace {

using namespace std::string_literals;
using Files = std::map<std::string, std::string>;

std::string const orgs_csv = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\ns-1,,,North,school,,\n";
std::string const users_csv =
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName\nu-1,,,true,s-1,student,ada,,Ada,L\n";

// A manifest that lists these files as bulk and all others as absent.
std::string manifest(std::vector<std::string> const& there, Version version = Version::V11) {
  std::string text = "propertyName,value\nmanifest.version,1.0\noneroster.version," + std::string(name_of(version)) + "\n";
  for (auto const* table : all_tables)
    if (is_in(table->in, version))
      text += "file." + std::string(table->name) + (std::find(there.begin(), there.end(), table->name) != there.end() ? ",bulk\n" : ",absent\n");
  return text;
}

std::string with(std::string text, std::string const& what, std::string const& instead) {
  auto const at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), instead);
}

// A delivery together with the bytes it looks at.
struct Opened {
  Files files;
  Bundle bundle;

  explicit Opened(Files of) : files(std::move(of)) {
    std::vector<InputFile> inputs;
    for (auto const& [path, text] : files) inputs.push_back({path, text, false});
    bundle = open_bundle(std::move(inputs));
  }

  std::vector<BundleFlaw> flaws() const {
    std::vector<BundleFlaw> out;
    for (auto const& spot : bundle.spots) out.push_back(spot.flaw);
    return out;
  }
  BundleSpot const& only_spot() const {
    if (bundle.spots.size() != 1) throw std::runtime_error(std::to_string(bundle.spots.size()) + " spots");
    return bundle.spots[0];
  }
  std::optional<Member> const& member(TableId table) const { return bundle.members[static_cast<std::size_t>(table)]; }
  Mode mode(TableId table) const { return bundle.modes[static_cast<std::size_t>(table)]; }
};

using Flaws = std::vector<BundleFlaw>;

Files sound() { return {{"manifest.csv", manifest({"orgs", "users"})}, {"orgs.csv", orgs_csv}, {"users.csv", users_csv}}; }

TEST(Bundle, ASoundOneHasNothingToTell) {
  Opened const opened(sound());
  EXPECT_TRUE(opened.bundle.spots.empty());
  EXPECT_EQ(opened.bundle.version, Version::V11);
  EXPECT_EQ(opened.bundle.oneroster, "1.1");
  EXPECT_TRUE(opened.bundle.manifest);
  EXPECT_EQ(opened.member(TableId::Orgs)->bytes, orgs_csv);
  EXPECT_EQ(opened.mode(TableId::Orgs), Mode::Bulk);
  EXPECT_EQ(opened.mode(TableId::Classes), Mode::Absent);
  EXPECT_FALSE(opened.member(TableId::Classes));
}

TEST(Bundle, TheOrderInWhichFilesAreFoundDoesNotMatter) {
  auto const files = sound();
  std::vector<InputFile> inputs;
  for (auto const& [path, text] : files) inputs.insert(inputs.begin(), {path, text, false});
  auto const bundle = open_bundle(inputs);
  EXPECT_TRUE(bundle.spots.empty());
  EXPECT_EQ(bundle.version, Version::V11);
}

TEST(Bundle, OnlyAManifestIsAStatementToo) {
  Opened const opened({{"manifest.csv", manifest({})}});
  EXPECT_TRUE(opened.bundle.spots.empty());
  EXPECT_EQ(opened.bundle.version, Version::V11);
}

TEST(Bundle, NothingIsNotOneRoster) {
  EXPECT_EQ(Opened({}).flaws(), Flaws{BundleFlaw::NotOneRoster});
  EXPECT_EQ(Opened(Files{{"letter.txt", "Dear all"}}).flaws(), (Flaws{BundleFlaw::ForeignFile, BundleFlaw::NotOneRoster}));
  EXPECT_EQ(Opened(Files{{"users.csv", "name,age\nAda,36\n"}}).flaws(), Flaws{BundleFlaw::NotOneRoster});
}

// ── What lies beside it ──

TEST(Droppings, AreToldOnceAndCounted) {
  auto files = sound();
  files["__MACOSX/._users.csv"] = files["._orgs.csv"] = files[".DS_Store"] = files["Thumbs.db"] = files["~$users.csv"] = "x";
  Opened const opened(files);
  EXPECT_EQ(opened.only_spot().flaw, BundleFlaw::Droppings);
  EXPECT_EQ(opened.only_spot().value, "5");
}

TEST(Droppings, DoNotHideACommonTopFolder) {
  Opened const opened({{"export/manifest.csv", manifest({"orgs"})}, {"export/orgs.csv", orgs_csv}, {"__MACOSX/export/._orgs.csv", "x"}});
  EXPECT_EQ(opened.flaws(), (Flaws{BundleFlaw::Droppings, BundleFlaw::TopFolder}));
  EXPECT_TRUE(opened.member(TableId::Orgs));
}

TEST(TopFolder, IsTakenOffAndTold) {
  Opened const opened({{"Night export/manifest.csv", manifest({"orgs"})}, {"Night export/orgs.csv", orgs_csv}});
  EXPECT_EQ(opened.only_spot().flaw, BundleFlaw::TopFolder);
  EXPECT_EQ(opened.only_spot().value, "Night export");
  EXPECT_TRUE(opened.member(TableId::Orgs));
}

TEST(TopFolder, IsNoneWhenFilesLieInSeveral) {
  Opened const opened({{"a/manifest.csv", manifest({"orgs"})}, {"b/orgs.csv", orgs_csv}});
  EXPECT_FALSE(opened.member(TableId::Orgs));
  EXPECT_EQ(opened.bundle.foreign.size(), 2u);
}

TEST(FileNames, InAnotherCaseOrAnOldSpellingAreReadAsMeant) {
  Opened const opened({{"Manifest.CSV", manifest({"orgs", "users"})}, {"ORGS.csv", orgs_csv}, {"user.csv", users_csv}});
  EXPECT_EQ(opened.flaws(), (Flaws{BundleFlaw::FileNameCase, BundleFlaw::FileNameCase, BundleFlaw::FileNameAlias}));
  EXPECT_TRUE(opened.member(TableId::Orgs) && opened.member(TableId::Users));
}

TEST(FileNames, ThatMeanTheSameTableTwiceAreTold) {
  auto files = sound();
  files["Orgs.csv"] = orgs_csv;
  Opened const opened(files);
  EXPECT_NE(std::find(opened.flaws().begin(), opened.flaws().end(), BundleFlaw::FileTwice), opened.flaws().end());
}

TEST(ForeignFiles, AreNamed) {
  auto files = sound();
  files["notes.txt"] = "x";
  files["old/users.csv"] = users_csv;
  Opened const opened(files);
  EXPECT_EQ(opened.flaws(), (Flaws{BundleFlaw::ForeignFile, BundleFlaw::ForeignFile}));
  EXPECT_EQ(opened.bundle.foreign, (std::vector<std::string>{"notes.txt", "old/users.csv"}));
}

// ── The manifest ──

struct Change {
  char const* what;
  std::string property, instead;
  Flaws flaws;
};

TEST(Manifest, IsReadLineByLine) {
  for (auto const& [what, property, instead, flaws] :
       std::vector<Change>{{"another header", "propertyName,value", "PropertyName,Value", {BundleFlaw::ManifestHeader}},
                           {"no header", "propertyName,value\n", "", {BundleFlaw::ManifestUnreadable}},
                           {"a star behind a property", "file.users,", "file.users*,", {BundleFlaw::PropertyStar}},
                           {"a mode in another case", "file.users,bulk", "file.users,Bulk", {BundleFlaw::ModeCase}},
                           {"a mode nobody knows", "file.users,bulk", "file.users,full", {BundleFlaw::ModeUnknown}},
                           {"a blank mode", "file.users,bulk", "file.users,", {BundleFlaw::ModeUnknown}},
                           {"a property twice", "file.users,bulk", "file.users,bulk\nfile.users,absent", {BundleFlaw::PropertyTwice}},
                           {"a property missing", "file.classes,absent\n", "", {BundleFlaw::PropertyMissing}},
                           {"a property too many", "file.users,bulk", "file.users,bulk\nfile.pets,bulk", {BundleFlaw::PropertyUnknown}},
                           {"listed but missing", "file.classes,absent", "file.classes,bulk", {BundleFlaw::ListedButMissing}},
                           {"absent but there", "file.users,bulk", "file.users,absent", {BundleFlaw::AbsentButThere}},
                           {"a loose manifest version", "manifest.version,1.0", "manifest.version,1", {BundleFlaw::ManifestVersionLoose}},
                           {"another manifest version", "manifest.version,1.0", "manifest.version,2.0", {BundleFlaw::ManifestVersion}},
                           {"no manifest version", "manifest.version,1.0\n", "", {BundleFlaw::VersionMissing}},
                           {"no version", "oneroster.version,1.1\n", "", {BundleFlaw::VersionMissing}},
                           {"a blank version", "oneroster.version,1.1", "oneroster.version,", {BundleFlaw::VersionMissing}},
                           {"a version nobody knows", "oneroster.version,1.1", "oneroster.version,1.1.1", {BundleFlaw::VersionUnknown}},
                           {"version 1.0", "oneroster.version,1.1", "oneroster.version,1.0", {BundleFlaw::OneRoster10}},
                           {"spaces around a value", "file.users,bulk", "file.users, bulk ", {}},
                           {"quotes", "file.users,bulk", "\"file.users\",\"bulk\"", {}},
                           {"blank lines", "file.users,bulk\n", "file.users,bulk\n\n,\n", {}},
                           {"who sends it", "file.users,bulk", "file.users,bulk\nsource.systemName,SIS\nsource.systemCode,7", {}},
                           {"a quote that never closes", "file.users,bulk", "file.users,\"bulk", {BundleFlaw::ManifestUnreadable, BundleFlaw::ModeUnknown}}}) {
    auto files = sound();
    files["manifest.csv"] = with(files["manifest.csv"], property, instead);
    EXPECT_EQ(Opened(files).flaws(), flaws) << what;
  }
}

TEST(Manifest, NamesTheLineOfWhatIsWrong) {
  auto files = sound();
  files["manifest.csv"] = with(files["manifest.csv"], "file.orgs,bulk", "file.orgs,all");
  Opened const opened(files);
  EXPECT_EQ(opened.only_spot().file, "manifest.csv");
  EXPECT_EQ(opened.only_spot().line, 4u);
  EXPECT_EQ(opened.only_spot().column, "file.orgs");
  EXPECT_EQ(opened.only_spot().value, "all");
  EXPECT_EQ(opened.mode(TableId::Orgs), Mode::Bulk) << "read all the same, so that everything can be told at once";
}

TEST(Manifest, MayHaveAMarkAndWindowsLineEnds) {
  auto files = sound();
  std::string crlf = "\xef\xbb\xbf";
  for (char const c : files["manifest.csv"]) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  files["manifest.csv"] = crlf;
  Opened const opened(files);
  EXPECT_EQ(opened.flaws(), Flaws{BundleFlaw::Bom});
  EXPECT_EQ(opened.bundle.version, Version::V11);
}

TEST(Manifest, SaysWhichFilesAreDeltas) {
  auto files = sound();
  files["manifest.csv"] = with(files["manifest.csv"], "file.users,bulk", "file.users,delta");
  Opened const opened(files);
  EXPECT_TRUE(opened.bundle.spots.empty());
  EXPECT_EQ(opened.mode(TableId::Users), Mode::Delta);
  EXPECT_EQ(opened.member(TableId::Users)->mode, Mode::Delta);
  EXPECT_EQ(opened.mode(TableId::Orgs), Mode::Bulk);
}

TEST(Manifest, PutsAwayFilesOfTheOtherVersion) {
  auto files = sound();
  files["roles.csv"] = "sourcedId\n";
  Opened const opened(files);
  EXPECT_EQ(opened.flaws(), Flaws{BundleFlaw::NotInVersion});
  EXPECT_FALSE(opened.member(TableId::Roles));
}

TEST(Manifest, Of12HasMoreFiles) {
  Opened const opened({{"manifest.csv", manifest({"orgs", "roles"}, Version::V12)}, {"orgs.csv", orgs_csv}, {"roles.csv", "sourcedId\n"}});
  EXPECT_TRUE(opened.bundle.spots.empty());
  EXPECT_EQ(opened.bundle.version, Version::V12);
  EXPECT_TRUE(opened.member(TableId::Roles));
}

TEST(Manifest, MissingTheVersionIsGuessed) {
  Opened const opened({{"orgs.csv", orgs_csv}, {"users.csv", users_csv}});
  EXPECT_EQ(opened.flaws(), Flaws{BundleFlaw::NoManifest});
  EXPECT_EQ(opened.bundle.oneroster, "1.1");
  EXPECT_EQ(opened.mode(TableId::Users), Mode::Bulk);
  EXPECT_FALSE(opened.bundle.manifest);

  Opened const newer({{"users.csv", "sourcedId,status,userMasterIdentifier\n"}, {"roles.csv", "sourcedId,userSourcedId\n"}});
  EXPECT_EQ(newer.bundle.oneroster, "1.2");
  Opened const older({{"users.csv", "sourcedId,userId,agents,grade\n"}, {"classes.csv", "sourcedId,termSourcedId\n"}});
  EXPECT_EQ(older.flaws(), Flaws{BundleFlaw::OneRoster10});
  EXPECT_EQ(older.bundle.oneroster, "1.0");
  EXPECT_FALSE(older.bundle.version);
}

// ── What only looks like OneRoster ──

TEST(Dialects, AreNamed) {
  struct Case {
    Files files;
    BundleFlaw flaw;
    std::string_view says;
  };
  for (auto const& [files, flaw, says] :
       std::vector<Case>{{{{"users.csv", "sourcedId,activeDirectoryMatchId\n"}, {"orgs.csv", "sourcedId,name,type\n"}},
                          BundleFlaw::SdsFormat,
                          "Microsoft School Data Sync v2.1"},
                         {{{"School.csv", "SIS ID,Name\n"}, {"Student.csv", "SIS ID\n"}, {"Section.csv", "SIS ID\n"}},
                          BundleFlaw::SdsFormat,
                          "Microsoft School Data Sync v1"},
                         {{{"sds/users.csv", "sourcedId\n"}, {"sds/relationships.csv", "x\n"}}, BundleFlaw::SdsFormat, "Microsoft School Data Sync v2.1"},
                         {{{"orgs.csv", "-- MySQL dump 10.13  Distrib 8\n"}}, BundleFlaw::DatabaseDump, "a MySQL dump (orgs.csv)"},
                         {{{"all.sql", "CREATE TABLE users (id int);\n"}}, BundleFlaw::DatabaseDump, "SQL statements (all.sql)"},
                         {{{"school.db", "SQLite format 3\0"s}}, BundleFlaw::DatabaseDump, "a SQLite database (school.db)"},
                         {{{"x", "PGDMP\1"}}, BundleFlaw::DatabaseDump, "a PostgreSQL dump (x)"}}) {
    Opened const opened(files);
    ASSERT_FALSE(opened.bundle.spots.empty()) << says;
    EXPECT_EQ(opened.bundle.spots[0].flaw, flaw) << says;
    EXPECT_EQ(opened.bundle.spots[0].detail, says);
    for (auto const& member : opened.bundle.members) EXPECT_FALSE(member) << "said once, and nothing else";
  }
}

TEST(Dialects, AManifestSettlesTheMatter) {
  auto files = sound();
  files["users.csv"] = with(users_csv, "familyName", "activeDirectoryMatchId");
  EXPECT_TRUE(Opened(files).bundle.spots.empty());
}

// ── The bytes of a file ──

TEST(Bytes, ThatCannotBeReadAreToldAndRefused) {
  struct Case {
    char const* what;
    std::string bytes;
    BundleFlaw flaw;
    std::string detail;
  };
  for (auto const& [what, bytes, flaw, detail] :
       std::vector<Case>{{"nothing", "", BundleFlaw::EmptyFile, ""},
                         {"a mark and nothing", "\xef\xbb\xbf", BundleFlaw::Bom, ""},
                         {"UTF-16", "\xff\xfes\0o\0u\0r\0c\0"s, BundleFlaw::Utf16, "UTF-16 (little-endian)"},
                         {"UTF-16 the other way", "\xfe\xff\0s\0o\0u\0r"s, BundleFlaw::Utf16, "UTF-16 (big-endian)"},
                         {"UTF-32", "\xff\xfe\0\0s\0\0\0"s, BundleFlaw::Utf16, "UTF-32"},
                         {"semicolons", "sourcedId;name\n1;2\n", BundleFlaw::WrongSeparator, "a semicolon"},
                         {"tabs", "sourcedId\tname\n1\t2\n", BundleFlaw::WrongSeparator, "a tab"},
                         {"bars", "sourcedId|name\n1|2\n", BundleFlaw::WrongSeparator, "a vertical bar"},
                         {"carriage returns only", "sourcedId,name\r1,2\r3,4\r", BundleFlaw::CarriageReturnOnly, ""}}) {
    auto files = sound();
    files["users.csv"] = bytes;
    Opened const opened(files);
    ASSERT_FALSE(opened.bundle.spots.empty()) << what;
    EXPECT_EQ(opened.bundle.spots[0].flaw, flaw) << what;
    EXPECT_EQ(opened.bundle.spots[0].file, "users.csv") << what;
    EXPECT_EQ(opened.bundle.spots[0].detail, detail) << what;
    EXPECT_FALSE(opened.member(TableId::Users)->readable) << what;
    EXPECT_TRUE(opened.member(TableId::Orgs)->readable) << what;
  }
}

TEST(Bytes, BehindAByteOrderMarkAreTheFile) {
  auto files = sound();
  files["users.csv"] = "\xef\xbb\xbf" + users_csv;
  Opened const opened(files);
  EXPECT_EQ(opened.only_spot().flaw, BundleFlaw::Bom);
  EXPECT_EQ(opened.member(TableId::Users)->bytes, users_csv);
  EXPECT_EQ(opened.member(TableId::Users)->skipped, 3u);
}

TEST(Headers, MayStandBehindBlankLinesAndInQuotes) {
  EXPECT_EQ(find_header("a,b\n").start, 0u);
  EXPECT_EQ(find_header("\n\r\n,,\na,b\n").start, 6u);
  EXPECT_EQ(find_header("\n\r\n,,\na,b\n").lines_before, 3u);
  EXPECT_EQ(find_header("\n\n\n").start, 0u) << "nothing but blank lines has no header";
  EXPECT_EQ(header_of("\"a\",\" b \",\"c\"\"d\"\r\n1,2,3\n"), (std::vector<std::string>{"a", " b ", "c\"d"}));
  EXPECT_TRUE(header_of("").empty());
}

}  // namespace
}  // namespace rollbook
