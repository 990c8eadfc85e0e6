// Night after night: what a delivery changes, told by comparing it with what its source said before.
#include "sync/compare_delivery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "demo/inject.h"
#include "demo/make_district.h"
#include "demo/oneroster_facts.h"
#include "diff/diff.h"
#include "rules/in_memory.h"
#include "sync/said_in_memory.h"

namespace rollbook::test {
namespace {

using Before = SaidInMemory;

Files night(double churn, std::string version = "1.1", std::uint64_t students = 800) {
  MemorySink sink;
  make_district({.students = students, .seed = 11, .churn_percent = churn, .oneroster = std::move(version)}, sink);
  return sink.files;
}

struct Compared {
  Bundle bundle;
  std::unique_ptr<Comparison> held;
  std::array<SaidNow, table_count> const& tables;
};

Compared compared(Files const& files, Before const& before, unsigned workers = 2, bool additive = false) {
  auto bundle = opened(files);
  auto options = options_of("oneroster");
  options.workers = workers;
  CompareOptions how;
  how.additive = additive;
  auto comparison = compare_delivery(bundle, before, options, how);
  auto const& tables = comparison->tables;
  return {std::move(bundle), std::move(comparison), tables};
}

Before applied(Before const& before, Compared const& comparison) { return before.after(*comparison.held); }

std::map<std::string, std::array<std::uint64_t, 4>> counts(Compared const& comparison) {
  std::map<std::string, std::array<std::uint64_t, 4>> all;
  for (std::size_t t = 0; t < table_count; ++t) {
    auto const& now = comparison.tables[t];
    auto const& d = now.differences;
    if (now.stated) all[std::string(all_tables[t]->name)] = {d.created.size(), d.updated.size(), d.not_listed.size() + d.deleted.size(), d.unchanged};
  }
  return all;
}

std::map<std::string, std::array<std::uint64_t, 4>> counts(Files const& before, Files const& after) {
  auto const b = opened(before), a = opened(after);
  DiffOptions options;
  options.kernel = csv::best_kernel();
  auto const diff = compare(b, a, options);
  std::map<std::string, std::array<std::uint64_t, 4>> all;
  for (auto const& table : (*diff).tables) all[std::string(table_of(table.table).name)] = {table.created, table.updated, table.removed, table.unchanged};
  return all;
}

std::multiset<std::tuple<std::uint64_t, std::uint32_t, std::uint64_t>> rows_of(Before::OfTable const& said) {
  std::multiset<std::tuple<std::uint64_t, std::uint32_t, std::uint64_t>> rows;
  for (auto const& partition : said.partitions)
    for (auto const& row : partition) rows.emplace(row.id, row.key, row.digest.low);
  return rows;
}

class Nights : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Sync, Nights, testing::Values("1.1", "1.2"), [](auto const& info) { return info.param == "1.1" ? "OneRoster11" : "OneRoster12"; });

TEST_P(Nights, TheFirstOneBringsEverything) {
  auto const files = night(0, GetParam());
  auto const first = compared(files, {});
  for (auto const& [table, count] : counts(first)) {
    EXPECT_GT(count[0], 0u) << table;
    EXPECT_EQ(count[1] + count[2] + count[3], 0u) << table;
  }
  auto const& users_now = first.tables[static_cast<std::size_t>(TableId::Users)];
  for (std::uint32_t row = 0; row < users_now.key_of_row.size(); ++row) ASSERT_EQ(users_now.key_of_row[row], row) << "keys are dense, in the order of the file";
  EXPECT_EQ(users_now.next_key, users_now.key_of_row.size());
}

TEST_P(Nights, TheSameAgainChangesNothing) {
  auto const files = night(0, GetParam());
  auto const said = applied({}, compared(files, {}));
  auto const second = compared(files, said);
  for (auto const& [table, count] : counts(second)) EXPECT_EQ(count[0] + count[1] + count[2], 0u) << table;
  auto const after = applied(said, second);
  for (std::size_t t = 0; t < table_count; ++t) EXPECT_EQ(rows_of(after.tables[t]), rows_of(said.tables[t])) << all_tables[t]->name;
}

TEST_P(Nights, AChangedOneChangesWhatDiffSays) {
  auto const monday = night(0, GetParam()), tuesday = night(7, GetParam());
  auto const said = applied({}, compared(monday, {}));
  auto const second = compared(tuesday, said);
  EXPECT_EQ(counts(second), counts(monday, tuesday));
  // And back again: the same records with the same keys, apart from those that came anew.
  auto const third = compared(monday, applied(said, second));
  EXPECT_EQ(counts(third), counts(tuesday, monday));
}

TEST(Sync, TheOrderOfRowsAndColumnsSaysNothing) {
  auto const files = night(0);
  auto const said = applied({}, compared(files, {}));
  auto shuffled = files;
  std::mt19937 random(2);
  for (auto& [path, text] : shuffled) {
    if (path == "manifest.csv") continue;
    auto const header = text.find('\n') + 1;
    std::vector<std::string> lines;
    for (auto at = header; at < text.size();) {
      auto const end = text.find('\n', at) + 1;
      lines.push_back(text.substr(at, end - at));
      at = end;
    }
    std::shuffle(lines.begin(), lines.end(), random);
    text.resize(header);
    for (auto const& line : lines) text += line;
  }
  for (auto const& [table, count] : counts(compared(shuffled, said))) EXPECT_EQ(count[0] + count[1] + count[2], 0u) << table;
}

TEST(Sync, AnyNumberOfWorkersSaysTheSame) {
  auto const monday = night(0, "1.1", 4000), tuesday = night(3, "1.1", 4000);
  auto const said = applied({}, compared(monday, {}, 1));
  auto const one = compared(tuesday, said, 1);
  for (unsigned const workers : {2u, 3u, 5u}) {
    auto const many = compared(tuesday, said, workers);
    for (std::size_t t = 0; t < table_count; ++t) {
      EXPECT_EQ(changes_of(many.tables[t]), changes_of(one.tables[t]));
      EXPECT_EQ(many.tables[t].differences.not_listed, one.tables[t].differences.not_listed);
      EXPECT_EQ(many.tables[t].key_of_row, one.tables[t].key_of_row);
    }
  }
}

TEST(Sync, AnExcludedRowIsNotAnAbsentOne) {
  auto const files = night(0);
  auto const said = applied({}, compared(files, {}));
  for (unsigned seed = 0; seed < 8; ++seed) {
    auto damaged = files;
    auto const answers = inject_defects(damaged, 60, seed, oneroster_facts());
    auto const second = compared(damaged, said);
    std::uint64_t excluded = 0, removed = 0, unreadable = 0;
    for (auto const& now : second.tables) excluded += now.excluded, removed += now.differences.not_listed.size(), unreadable += now.unreadable;
    EXPECT_GT(excluded, 10u);
    // Only an id that nobody can read, or that has become another, leaves its record unlisted; all other damage protects it.
    std::uint64_t ids_changed = 0;
    for (auto const& answer : answers) ids_changed += answer.column == "sourcedId" || answer.column.empty();
    EXPECT_LE(removed, ids_changed) << seed;
    EXPECT_LE(unreadable, ids_changed) << seed;
  }
}

// The row that no longer says who it is: the one before the last of a file, its id replaced.
void replace_id(std::string& text, std::size_t from_the_end, std::string const& id) {
  auto at = text.size() - 1;
  for (std::size_t i = 0; i <= from_the_end; ++i) at = text.rfind('\n', at - 1);
  text.replace(at + 1, text.find(',', at) - at - 1, id);
}
std::string id_of(std::string const& text, std::size_t from_the_end) {
  auto at = text.size() - 1;
  for (std::size_t i = 0; i <= from_the_end; ++i) at = text.rfind('\n', at - 1);
  return text.substr(at + 1, text.find(',', at) - at - 1);
}

TEST(Sync, AnIdThatCanBeGuessedDoesNotHideOneThatCannot) {
  auto files = night(0);
  auto const said = applied({}, compared(files, {}));
  auto& text = files["enrollments.csv"];
  replace_id(text, 1, " " + id_of(text, 1));
  replace_id(text, 5, "");
  auto const t = static_cast<std::size_t>(TableId::Enrollments);
  auto const second = compared(files, said);
  EXPECT_EQ(second.tables[t].unreadable, 1u) << "one is padded: it protects whom it means; one is blank: nobody knows whom";
  EXPECT_EQ(second.tables[t].differences.not_listed.size(), 1u);
  EXPECT_EQ(second.tables[t].excluded, 2u);
}

TEST(Sync, ADamagedRowProtectsItsRecordInEveryTable) {
  auto const files = night(0);
  auto const said = applied({}, compared(files, {}));
  for (auto const table : {TableId::Orgs, TableId::Classes, TableId::Users, TableId::Demographics, TableId::Enrollments}) {
    auto damaged = files;
    auto& text = damaged[file_name(table)];
    text.insert(text.rfind('\n', text.size() - 2), ",one cell too many");
    auto const t = static_cast<std::size_t>(table);
    auto const second = compared(damaged, said);
    EXPECT_EQ(second.tables[t].differences.not_listed.size(), 0u) << file_name(table);
    EXPECT_EQ(second.tables[t].differences.protected_.size(), second.tables[t].excluded) << file_name(table);
    EXPECT_GE(second.tables[t].excluded, 1u) << file_name(table);
    EXPECT_EQ(second.tables[t].unreadable, 0u) << file_name(table);
  }
}

TEST(Sync, OfRowsWithOneIdEachIsWeighed) {
  // In a delta the same id comes as good, as damaged and as deleted rows, many times over and in any order.
  std::string text = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";
  std::mt19937 random(8);
  for (int i = 0; i < 4000; ++i) {
    auto const kind = random() % 3;
    text += "o" + std::to_string(random() % 7) +
            (kind == 0   ? ",tobedeleted,2026-01-01T00:00:00.000Z,,,,\n"
             : kind == 1 ? ",active,2026-01-01T00:00:00.000Z,N" + std::to_string(i) + ",school,,\n"
                         : ",active,2026-01-01T00:00:00.000Z,N,castle,,\n");
  }
  Files const files = {{"orgs.csv", text}, {"manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,delta\n"}};
  auto const found = compared(files, {});
  std::set<std::uint64_t> ids;
  for (auto const& row : found.tables[0].differences.created) EXPECT_TRUE(ids.insert(row.id).second);
}

TEST(Sync, ADeltaThatChangesOnlyAListChangesTheRow) {
  auto const delta = [](std::string const& orgs) {
    return Files{
        {"orgs.csv",
         "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,active,2026-01-01T00:00:00.000Z,A,school,,\n"
         "o2,active,2026-01-01T00:00:00.000Z,B,school,,\n"},
        {"users.csv",
         "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
         "agentSourcedIds,grades,password\nu1,active,2026-01-01T00:00:00.000Z,true,\"" +
             orgs + "\",student,ada,,Ada,Quill,,,,,,,,\n"},
        {"manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,delta\nfile.users,delta\n"}};
  };
  auto const t = static_cast<std::size_t>(TableId::Users);
  auto const said = applied({}, compared(delta("o1"), {}));
  EXPECT_EQ(compared(delta("o1"), said).tables[t].differences.unchanged, 1u);
  EXPECT_EQ(compared(delta("o1,o2"), said).tables[t].differences.updated.size(), 1u);
  EXPECT_EQ(compared(delta("o2"), said).tables[t].differences.updated.size(), 1u);
}

TEST(Sync, AnAdditiveDeliveryRemovesNobody) {
  auto const monday = night(0);
  auto const said = applied({}, compared(monday, {}));
  auto fewer = monday;
  auto& text = fewer["enrollments.csv"];
  text.resize(text.find('\n', text.size() / 2) + 1);
  auto const full = compared(fewer, said), additive = compared(fewer, said, 2, true);
  auto const t = static_cast<std::size_t>(TableId::Enrollments);
  EXPECT_GT(full.tables[t].differences.not_listed.size(), 1000u);
  EXPECT_TRUE(additive.tables[t].differences.not_listed.empty());
  EXPECT_EQ(rows_of(applied(said, additive).tables[t]), rows_of(said.tables[t]));
  EXPECT_LT(rows_of(applied(said, full).tables[t]).size(), rows_of(said.tables[t]).size());
}

TEST(Sync, AnAbsentFileStatesNothing) {
  auto const monday = night(0);
  auto const said = applied({}, compared(monday, {}));
  auto without = monday;
  without.erase("demographics.csv");
  auto& manifest = without["manifest.csv"];
  auto const at = manifest.find("file.demographics,bulk");
  ASSERT_NE(at, std::string::npos);
  manifest.replace(at, 22, "file.demographics,absent");
  auto const second = compared(without, said);
  EXPECT_FALSE(second.tables[static_cast<std::size_t>(TableId::Demographics)].stated);
  for (auto const& [table, count] : counts(second)) EXPECT_EQ(count[0] + count[1] + count[2], 0u) << table;
}

TEST(Sync, ASecretChangesNothing) {
  auto files = night(0);
  auto const said = applied({}, compared(files, {}));
  auto& text = files["users.csv"];
  auto const header = text.substr(0, text.find('\n'));
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= header.size();) {
    auto const end = std::min(header.find(',', at), header.size());
    names.push_back(header.substr(at, end - at));
    at = end + 1;
  }
  auto const password = static_cast<std::size_t>(std::find(names.begin(), names.end(), "password") - names.begin());
  ASSERT_LT(password, names.size());
  // The second person gets a password.
  auto line = text.find('\n', text.find('\n') + 1) + 1;
  auto at = line;
  bool quoted = false;
  for (std::size_t commas = 0; commas < password; ++at) {
    quoted ^= text[at] == '"';
    commas += text[at] == ',' && !quoted;
  }
  text.insert(at, "hunter2");
  auto const second = compared(files, said);
  EXPECT_EQ(second.tables[static_cast<std::size_t>(TableId::Users)].differences.updated.size(), 0u);
}

}  // namespace
}  // namespace rollbook::test
