// Two deliveries compared: what came, changed and went, and what is no change at all.
#include "diff/diff.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "demo/read_back.h"

namespace rollbook {
namespace {

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

std::string manifest(Files const& files, Version version, std::vector<std::string> const& deltas = {}) {
  std::string text = "propertyName,value\nmanifest.version,1.0\noneroster.version," + std::string(name_of(version)) + "\n";
  for (auto const* table : all_tables) {
    if (!is_in(table->in, version)) continue;
    auto const name = std::string(table->name);
    bool const delta = std::find(deltas.begin(), deltas.end(), name) != deltas.end();
    text += "file." + name + (delta ? ",delta\n" : files.contains(name + ".csv") ? ",bulk\n" : ",absent\n");
  }
  return text;
}

Files with_manifest(Files files, Version version = Version::V11, std::vector<std::string> const& deltas = {}) {
  files["manifest.csv"] = manifest(files, version, deltas);
  return files;
}

Bundle opened(Files const& files) {
  std::vector<InputFile> inputs;
  for (auto const& [path, text] : files) inputs.push_back({path, text, false});
  return open_bundle(std::move(inputs));
}

DiffOptions usual() {
  DiffOptions options;
  options.workers = 2;
  options.seed = 3;
  options.kernel = csv::best_kernel();
  return options;
}

Diff compared(Files const& before, Files const& after, DiffOptions const& options = usual()) {
  auto const old_bundle = opened(before), new_bundle = opened(after);
  auto diff = compare(old_bundle, new_bundle, options);
  if (!diff) throw std::runtime_error(diff.trouble().text);
  return *diff;
}

// "+ s-2 (3)", "- s-1 (2)", "~ s-1 (2 → 3) name: North → South".
Strings told(Diff const& diff) {
  Strings out;
  for (auto const& c : diff.changes) {
    auto line = std::string(c.change == Change::Created ? "+ " : c.change == Change::Removed ? "- " : "~ ") + c.sourced_id + " (";
    if (c.old_line != 0) line += std::to_string(c.old_line);
    if (c.old_line != 0 && c.new_line != 0) line += " → ";
    if (c.new_line != 0) line += std::to_string(c.new_line);
    line += ")";
    for (auto const& f : c.fields) line += " " + f.column + ": " + f.before + " → " + f.after;
    out.push_back(line);
  }
  return out;
}

std::string counts(TableDiff const& t) {
  return std::string(table_of(t.table).name) + " +" + std::to_string(t.created) + " ~" + std::to_string(t.updated) + " -" + std::to_string(t.removed) + " =" +
         std::to_string(t.unchanged);
}

Strings counts(Diff const& diff) {
  Strings out;
  for (auto const& t : diff.tables) out.push_back(counts(t));
  return out;
}

std::string const orgs_header = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";

// Two versions of orgs.csv, compared by the quick way and, with a blank line above the header that bars it, by the careful one.
void expect_orgs(std::string const& before, std::string const& after, Strings const& changes, std::string const& count) {
  auto const old_files = with_manifest({{"orgs.csv", before}});
  auto const quick = compared(old_files, with_manifest({{"orgs.csv", after}}));
  EXPECT_EQ(told(quick), changes);
  EXPECT_EQ(counts(quick), Strings{"orgs " + count});
  EXPECT_EQ(quick.equal(), changes.empty());
  auto const careful = compared(with_manifest({{"orgs.csv", "\n" + before}}), with_manifest({{"orgs.csv", after}}));
  EXPECT_EQ(counts(careful), counts(quick)) << "the quick way is never another answer";
  EXPECT_EQ(careful.changes.size(), quick.changes.size());
}

std::string org(std::string const& id, std::string const& name = "North", std::string const& type = "school") {
  return id + ",,," + name + "," + type + ",,\n";
}

TEST(Diff, EqualDeliveriesDoNotDiffer) {
  expect_orgs(orgs_header + org("s-1") + org("s-2"), orgs_header + org("s-1") + org("s-2"), {}, "+0 ~0 -0 =2");
  expect_orgs(orgs_header + org("s-1"), orgs_header + org("s-1").substr(0, org("s-1").size() - 1), {}, "+0 ~0 -0 =1");
}

TEST(Diff, TellsEachKindOfChangeWithItsLines) {
  expect_orgs(orgs_header + org("s-1") + org("s-2") + org("s-3"), orgs_header + org("s-0") + org("s-1") + org("s-3", "South", "district"),
              {"+ s-0 (2)", "~ s-3 (4 → 4) name: North → South type: school → district", "- s-2 (3)"}, "+1 ~1 -1 =1");
}

TEST(Diff, ComparesByIdWhateverTheOrder) {
  expect_orgs(orgs_header + org("s-1", "A") + org("s-2", "B") + org("s-3", "C"), orgs_header + org("s-3", "C") + org("s-1", "A") + org("s-2", "X"),
              {"~ s-2 (3 → 4) name: B → X"}, "+0 ~1 -0 =2");
}

TEST(Diff, ARowThatOnlyChangedItsDateLastModifiedIsNotAChange) {
  expect_orgs(orgs_header + "s-1,,2025-01-01T00:00:00.000Z,North,school,,\n", orgs_header + "s-1,,2025-02-01T00:00:00.000Z,North,school,,\n", {},
              "+0 ~0 -0 =1");
}

TEST(Diff, StatusInABulkFileIsNotAChange) { expect_orgs(orgs_header + org("s-1"), orgs_header + "s-1,active,,North,school,,\n", {}, "+0 ~0 -0 =1"); }

TEST(Diff, HowAValueIsQuotedIsNotAChange) {
  expect_orgs(orgs_header + org("s-1") + "s-2,,,\"a \"\"b\"\", c\",school,,\n",
              orgs_header + "\"s-1\",\"\",\"\",\"North\",\"school\",\"\",\"\"\n" + "\"s-2\",,,\"a \"\"b\"\", c\",\"school\",,\n", {}, "+0 ~0 -0 =2");
}

TEST(Diff, LineEndsAreNotAChange) {
  auto const before = orgs_header + org("s-1") + org("s-2", "\"Two, B\"");
  std::string after;
  for (char const c : before) after += c == '\n' ? "\r\n" : std::string(1, c);
  expect_orgs(before, after, {}, "+0 ~0 -0 =2");
  expect_orgs(after, before, {}, "+0 ~0 -0 =2");
}

TEST(Diff, AWordInAnotherCaseIsNotAChange) { expect_orgs(orgs_header + org("s-1"), orgs_header + org("s-1", "North", "School"), {}, "+0 ~0 -0 =1"); }

TEST(Diff, ANameInAnotherCaseIsAChange) {
  expect_orgs(orgs_header + org("s-1"), orgs_header + org("s-1", "NORTH"), {"~ s-1 (2 → 2) name: North → NORTH"}, "+0 ~1 -0 =0");
}

TEST(Diff, AnIdInAnotherCaseIsAnotherRow) { expect_orgs(orgs_header + org("s-1"), orgs_header + org("S-1"), {"+ S-1 (2)", "- s-1 (2)"}, "+1 ~0 -1 =0"); }

TEST(Diff, AClearedCellIsAChange) { expect_orgs(orgs_header + org("s-1"), orgs_header + org("s-1", ""), {"~ s-1 (2 → 2) name: North → "}, "+0 ~1 -0 =0"); }

TEST(Diff, CellsThatMoveAreAChange) {
  expect_orgs(orgs_header + "s-1,,,a,school,b,\n", orgs_header + "s-1,,,a,school,,b\n", {"~ s-1 (2 → 2) identifier: b →  parentSourcedId:  → b"},
              "+0 ~1 -0 =0");
  expect_orgs(orgs_header + "s-1,,,\"a,b\",school,,\n", orgs_header + "s-1,,,a,school,b,\n", {"~ s-1 (2 → 2) name: a,b → a identifier:  → b"}, "+0 ~1 -0 =0");
}

TEST(Diff, CellsThatGoOverLinesAreCompared) {
  expect_orgs(orgs_header + "s-1,,,\"a\nb\",school,,\n" + org("s-2"), orgs_header + "s-1,,,\"a\nc\",school,,\n" + org("s-2", "X"),
              {"~ s-1 (2 → 2) name: a\nb → a\nc", "~ s-2 (4 → 4) name: North → X"}, "+0 ~2 -0 =0");
}

TEST(Diff, ColumnsInAnotherOrderAreComparedByName) {
  auto const diff = compared(
      with_manifest({{"orgs.csv", orgs_header + org("s-1") + org("s-2")}}),
      with_manifest({{"orgs.csv", "name,type,sourcedId,status,dateLastModified,identifier,parentSourcedId\nNorth,school,s-1,,,,\nSouth,school,s-2,,,,\n"}}));
  EXPECT_EQ(told(diff), Strings{"~ s-2 (3 → 3) name: North → South"});
}

TEST(Diff, AColumnThatOneSideLacksIsNotCompared) {
  auto const diff = compared(with_manifest({{"orgs.csv", orgs_header + "s-1,,,North,school,77,\n"}}),
                             with_manifest({{"orgs.csv", "sourcedId,name,type\ns-1,North,school\n"}}));
  EXPECT_EQ(counts(diff), Strings{"orgs +0 ~0 -0 =1"});
  EXPECT_NE(std::find(diff.tables[0].only_old.begin(), diff.tables[0].only_old.end(), "identifier"), diff.tables[0].only_old.end());
}

TEST(Diff, MetadataIsComparedWhereBothHaveIt) {
  auto const with = [](std::string const& column, std::string const& value) {
    return with_manifest({{"orgs.csv", "sourcedId,name,type," + column + "\ns-1,North,school," + value + "\n"}});
  };
  EXPECT_EQ(told(compared(with("metadata.colour", "red"), with("metadata.colour", "blue"))), Strings{"~ s-1 (2 → 2) metadata.colour: red → blue"});
  EXPECT_TRUE(compared(with("metadata.colour", "red"), with("metadata.size", "blue")).equal());
  EXPECT_TRUE(compared(with("colour", "red"), with("colour", "blue")).equal()) << "what is no part of the standard is not compared";
}

TEST(Diff, BooleansAndListsAreComparedByMeaning) {
  auto const users = [](std::string const& cells) {
    return with_manifest({{"users.csv", "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName\nu-1," + cells + "\n"}});
  };
  auto const before = users("true,\"s-1,s-2\",student,ada,Ada,L");
  EXPECT_TRUE(compared(before, users("TRUE,\"s-1, s-2\",Student,ada,Ada,L")).equal());
  EXPECT_EQ(told(compared(before, users("false,\"s-2,s-1\",student,ada,Ada,L"))),
            Strings{"~ u-1 (2 → 2) enabledUser: true → false orgSourcedIds: s-1,s-2 → s-2,s-1"});
}

TEST(Diff, PasswordsAreNeverComparedNorShown) {
  auto const users = [](std::string const& password) {
    return with_manifest({{"users.csv", "sourcedId,enabledUser,username,password\nu-1,true,ada," + password + "\n"}});
  };
  EXPECT_TRUE(compared(users("secret1"), users("secret2")).equal());
}

TEST(Diff, ATableThatIsAbsentMakesNoStatement) {
  auto const both = with_manifest({{"orgs.csv", orgs_header + org("s-1")}, {"courses.csv", "sourcedId,title\nc-1,Math\n"}});
  auto const one = with_manifest({{"orgs.csv", orgs_header + org("s-1")}});
  auto const diff = compared(both, one);
  EXPECT_TRUE(diff.equal());
  EXPECT_EQ(diff.no_statement, std::vector<TableId>{TableId::Courses});
  EXPECT_EQ(told(compared(one, both)), Strings{"+ c-1 (2)"}) << "a table that comes new is all new";
}

TEST(Diff, AHeaderWithoutRowsMakesNoStatement) {
  auto const diff = compared(with_manifest({{"orgs.csv", orgs_header + org("s-1")}}), with_manifest({{"orgs.csv", orgs_header}}));
  EXPECT_TRUE(diff.equal());
  EXPECT_EQ(diff.no_statement, std::vector<TableId>{TableId::Orgs});
}

TEST(Diff, ADeltaTellsOnlyWhatItNames) {
  auto const before = with_manifest({{"orgs.csv", orgs_header + org("s-1") + org("s-2") + org("s-3")}});
  auto const after =
      with_manifest({{"orgs.csv", orgs_header + "s-2,active,2025-01-01T00:00:00.000Z,South,school,,\ns-3,tobedeleted,2025-01-01T00:00:00.000Z,,,,\ns-4,active,"
                                                "2025-01-01T00:00:00.000Z,New,school,,\ns-9,tobedeleted,2025-01-01T00:00:00.000Z,,,,\n"}},
                    Version::V11, {"orgs"});
  auto const diff = compared(before, after);
  EXPECT_EQ(told(diff), (Strings{"+ s-4 (4)", "~ s-2 (3 → 2) name: North → South", "- s-3 (4 → 3)"}));
  EXPECT_EQ(counts(diff), Strings{"orgs +1 ~1 -1 =1"});
}

TEST(Diff, RowsThatCannotBeReadAreCounted) {
  auto const diff = compared(with_manifest({{"orgs.csv", orgs_header + org("s-1") + "s-2,too,few\n" + ",,,no id,school,,\n"}}),
                             with_manifest({{"orgs.csv", orgs_header + org("s-1") + org("s-3")}}));
  EXPECT_EQ(told(diff), Strings{"+ s-3 (3)"});
  EXPECT_EQ(diff.tables[0].old_unreadable, 2u);
}

TEST(Diff, ARowThatStandsTwiceIsNoNewRow) {
  auto const once = with_manifest({{"orgs.csv", orgs_header + org("s-1") + org("s-2")}}),
             twice = with_manifest({{"orgs.csv", orgs_header + org("s-1") + org("s-2") + org("s-1")}});
  EXPECT_TRUE(compared(once, twice).equal());
  EXPECT_TRUE(compared(twice, once).equal());
  EXPECT_EQ(compared(once, twice).tables[0].new_unreadable, 1u);
}

TEST(Diff, ListsTheLowestLinesAndCountsAll) {
  std::string before = orgs_header, after = orgs_header;
  for (int i = 0; i < 5000; ++i) {
    before += org("s-" + std::to_string(i));
    after += org("s-" + std::to_string(i), i % 2 == 0 ? "Even" : "North");
  }
  auto options = usual();
  options.max_changes = 3;
  auto const diff = compared(with_manifest({{"orgs.csv", before}}), with_manifest({{"orgs.csv", after}}), options);
  EXPECT_EQ(counts(diff), Strings{"orgs +0 ~2500 -0 =2500"});
  EXPECT_EQ(told(diff), (Strings{"~ s-0 (2 → 2) name: North → Even", "~ s-2 (4 → 4) name: North → Even", "~ s-4 (6 → 6) name: North → Even"}));
}

// A move from 1.1 to 1.2 takes the roles out of the people's rows; nobody loses one by it.
TEST(Diff, RolesAreComparedAcrossVersions) {
  auto const before =
      with_manifest({{"users.csv", "sourcedId,enabledUser,orgSourcedIds,role,username\nu-1,true,\"s-1,s-2\",student,ada\nu-2,true,s-1,teacher,bob\n"}});
  auto const after = with_manifest(
      {{"users.csv", "sourcedId,enabledUser,username\nu-1,true,ada\nu-2,true,bob\n"},
       {"roles.csv",
        "sourcedId,userSourcedId,roleType,role,orgSourcedId\nr-1,u-1,primary,student,s-1\nr-2,u-1,secondary,student,s-2\nr-3,u-2,primary,aide,s-1\n"}},
      Version::V12);
  EXPECT_EQ(counts(compared(before, after)), (Strings{"users +0 ~0 -0 =2", "roles +1 ~0 -1 =2"}));
  EXPECT_EQ(counts(compared(after, before)), (Strings{"users +0 ~0 -0 =2", "roles +1 ~0 -1 =2"}));
}

TEST(Diff, ADeliveryThatIsNoneIsTrouble) {
  auto const sound = opened(with_manifest({{"orgs.csv", orgs_header + org("s-1")}})), none = opened({{"letter.txt", "Dear all"}});
  EXPECT_FALSE(compare(none, sound, usual()).ok());
  EXPECT_FALSE(compare(sound, none, usual()).ok());
  EXPECT_NE(compare(sound, none, usual()).trouble().text.find("new delivery"), std::string::npos);
}

// ── Whole districts ──

// The same comparison by maps of strings, unaware of anything Rollbook has for this.
Strings counted_slowly(Files const& before, Files const& after) {
  Strings out;
  for (auto const* table : all_tables) {
    auto const file = std::string(table->name) + ".csv";
    if (!before.contains(file) || !after.contains(file)) continue;
    TableDiff t{};
    t.table = table->id;
    auto const olds = demo_test::by_id(demo_test::records(before.at(file)));
    for (auto const& [id, row] : demo_test::by_id(demo_test::records(after.at(file)))) {
      auto const was = olds.find(id);
      if (was == olds.end()) {
        ++t.created;
        continue;
      }
      bool same = true;
      for (auto const& [column, value] : row)
        same &= column == "dateLastModified" || column == "status" || column == "password" || value == was->second.at(column);
      ++(same ? t.unchanged : t.updated);
    }
    t.removed = olds.size() - t.updated - t.unchanged;
    out.push_back(counts(t));
  }
  return out;
}

Files shuffled(Files files, unsigned seed) {
  std::mt19937 random(seed);
  for (auto& [name, text] : files) {
    if (name == "manifest.csv") continue;
    auto lines = demo_test::lines(text);
    std::shuffle(lines.begin() + 1, lines.end(), random);
    text.clear();
    for (auto const& line : lines) text += line + "\n";
  }
  return files;
}

Files with_crlf(Files files) {
  for (auto& [name, text] : files) {
    std::string out;
    for (char const c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
    text = out;
  }
  return files;
}

// A blank line above each header keeps the quick way from being taken.
Files barred(Files files) {
  for (auto& [name, text] : files)
    if (name != "manifest.csv") text = "\n" + text;
  return files;
}

TEST(Diff, OfDistrictsIsTheSameByTheQuickWayAndByTheCarefulOne) {
  for (std::string const version : {"1.1", "1.2"})
    for (double const churn : {0.0, 0.5, 5.0, 40.0}) {
      auto const before = demo_test::made({.students = 300, .seed = 6, .oneroster = version});
      auto const after = demo_test::made({.students = 300, .seed = 6, .churn_percent = churn, .oneroster = version});
      auto const wanted = counted_slowly(before, after);
      for (auto const& [what, files] : {std::pair<char const*, Files>{"as made", after},
                                        {"shuffled", shuffled(after, 1)},
                                        {"with CRLF", with_crlf(after)},
                                        {"both", with_crlf(shuffled(after, 2))}}) {
        auto const quick = compared(before, files), careful = compared(before, barred(files));
        EXPECT_EQ(counts(quick), wanted) << version << ", " << churn << " % churn, " << what;
        EXPECT_EQ(counts(careful), wanted) << version << ", " << churn << " % churn, " << what;
        auto one_up = careful;
        for (auto& change : one_up.changes) change.new_line -= change.new_line != 0;
        EXPECT_EQ(told(quick), told(one_up)) << version << ", " << churn << " % churn, " << what;
      }
    }
}

TEST(Diff, ApplyingNothingButTheChurnIsFoundInBothDirections) {
  auto const before = demo_test::made({.students = 300, .seed = 6}), after = demo_test::made({.students = 300, .seed = 6, .churn_percent = 5});
  auto const there = compared(before, after), back = compared(after, before);
  ASSERT_EQ(there.tables.size(), back.tables.size());
  for (std::size_t i = 0; i < there.tables.size(); ++i) {
    EXPECT_EQ(there.tables[i].created, back.tables[i].removed);
    EXPECT_EQ(there.tables[i].removed, back.tables[i].created);
    EXPECT_EQ(there.tables[i].updated, back.tables[i].updated);
    EXPECT_EQ(there.tables[i].unchanged, back.tables[i].unchanged);
  }
}

// Large enough that files are cut into parts which are matched on their own.
TEST(Diff, ThreadsKernelsAndSeedsChangeNothing) {
  auto const before = demo_test::made({.students = 7000, .seed = 6}), after = demo_test::made({.students = 7000, .seed = 6, .churn_percent = 2});
  ASSERT_GT(before.at("enrollments.csv").size(), 8u << 20);
  auto options = usual();
  options.workers = 1;
  options.kernel = csv::Kernel::Scalar;
  auto const once = compared(before, after, options);
  EXPECT_FALSE(once.equal());
  for (auto const kernel : csv::usable_kernels())
    for (unsigned const workers : {1u, 2u, 3u}) {
      options.kernel = kernel, options.workers = workers, ++options.seed;
      auto const again = compared(before, after, options);
      EXPECT_EQ(counts(again), counts(once)) << workers << " workers";
      EXPECT_EQ(told(again), told(once)) << workers << " workers";
    }
  auto careful = compared(before, barred(after), options);
  for (auto& change : careful.changes) change.new_line -= change.new_line != 0;
  EXPECT_EQ(counts(careful), counts(once));
  EXPECT_EQ(told(careful), told(once));
}

}  // namespace
}  // namespace rollbook
