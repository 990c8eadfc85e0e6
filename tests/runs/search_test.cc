// Search: what is found follows what the roster says, through everything that can happen to a record.
#include "runs/search.h"

#include <filesystem>

#include "runs/edit.h"
#include "runs/found_by.h"
#include "runs/look.h"
#include "runs/rows_by_key.h"
#include "runs/school.h"
#include "runs/search_terms.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class Search : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (!IsSkipped()) add_source();
  }
  std::unique_ptr<store::Database> roster() {
    auto h = hub();
    return std::move(*runs::open_roster(h, district_));
  }
  void index(std::size_t batch = 20'000) {
    auto const db = roster();
    for (bool more = true; more;) {
      auto const did = runs::index_more(*db, batch);
      ASSERT_TRUE(did.ok()) << did.trouble().text;
      more = *did;
    }
    auto const wrong = runs::verify_index(*db);
    EXPECT_FALSE(wrong) << wrong->text;
  }
  // Ids of what is found, in the order of tables, with spaces between; then what was not, after a bar.
  std::string found(std::string const& text) {
    auto const db = roster();
    auto const result = runs::search(*db, text);
    std::string all;
    for (auto const& in : result.tables)
      for (auto const key : in.keys) {
        auto row = db->prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? ORDER BY since DESC");
        if (row->with(static_cast<int>(in.table), key).step()) all.append(all.empty() ? "" : " ").append(row->text(0));
      }
    for (auto const& item : result.not_found) all += "|" + item;
    return all;
  }
  static std::map<std::string, std::string> person(std::string const& id, std::string const& given, std::string const& family) {
    return {{"sourcedId", id},        {"givenName", given},      {"familyName", family},  {"role", "student"},
            {"orgSourcedIds", "s2"},  {"username", id + "name"}, {"enabledUser", "true"}, {"email", given + "." + id + "@example.org"},
            {"identifier", "N-" + id}};
  }
};

TEST_P(Search, FindsByWordsIdsAndTheirBeginnings) {
  auto delivery = two_schools(5);
  delivery.put("users", person("z1", "Zoë", "Núñez")).put("users", person("z2", "Zora", "Miller"));
  sync(delivery);
  EXPECT_EQ(found("zoe"), "") << "nothing is indexed yet";
  index();
  EXPECT_EQ(found("zoe"), "z1");
  EXPECT_EQ(found("ZOË nunez"), "z1");
  EXPECT_EQ(found("zo"), "z1 z2");
  EXPECT_EQ(found("zo mil"), "z2");
  EXPECT_EQ(found("zoe mil"), "");
  EXPECT_EQ(found("n-z1"), "z1");
  EXPECT_EQ(found("z2name"), "z2");
  EXPECT_EQ(found("Zora.Z2@example.org"), "z2") << "by the whole e-mail";
  EXPECT_EQ(found("zora.z"), "z2");
  EXPECT_EQ(found("c2"), "c2") << "a class";
  EXPECT_EQ(found("s1"), "s1") << "a school";
  EXPECT_EQ(found("oe"), "") << "words are found by their beginnings";
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("%"), "");
}

TEST_P(Search, OfAListSaysWhatIsNotThere) {
  sync(two_schools(5));
  index();
  EXPECT_EQ(found("u1_1, u2_3\nnobody; c1"), "u1_1 u2_3 c1|nobody");
  EXPECT_EQ(found("u1_1,u1_1,U1_1"), "u1_1") << "each once";
  EXPECT_EQ(found("u1_,x"), "|u1_|x") << "ids of a list are whole";
}

TEST_P(Search, FollowsChangesInSmallBatches) {
  sync(two_schools(40));
  index(7);
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_3"}, {"givenName", "Xuentin"}});
  next.drop("users", "u2_7").drop("enrollments", "e2_7").drop("demographics", "u2_7");
  next.put("users", person("q9", "Xuirin", "New")).put("classes", {{"sourcedId", "c2"}, {"title", "Xuilting"}});
  auto const second = sync(next);
  ASSERT_TRUE(second.is_applied());
  EXPECT_EQ(found("xuentin"), "") << "it trails";
  {
    auto const db = roster();
    EXPECT_TRUE(runs::index_state(*db).is_behind());
  }
  index(3);
  EXPECT_EQ(found("xu"), "u1_3 q9 c2");
  EXPECT_EQ(found("u2_7"), "");
  undo(*second.run);
  index();
  EXPECT_EQ(found("xu"), "");
  EXPECT_EQ(found("u2_7"), "u2_7");
  auto const db = roster();
  EXPECT_FALSE(runs::index_state(*db).is_behind());
}

TEST_P(Search, KnowsEditsAndNewIds) {
  sync(two_schools(5));
  index();
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"users", "u1_1", {{"givenName", "Xaver"}}, ""}).ok());
  index();
  EXPECT_EQ(found("xav"), "u1_1");
  ASSERT_TRUE(runs::rekey(h, district_, "classes", "c1", "new-one").ok());
  index();
  EXPECT_EQ(found("new-o"), "new-one");
  EXPECT_EQ(found("c1"), "");
  EXPECT_EQ(found("xav"), "u1_1");
}

TEST_P(Search, EmptiedItIsMadeAnewAndVerifyComparesIt) {
  sync(two_schools(30));
  index();
  auto h = hub();
  EXPECT_EQ(runs::verify(h, district_)->wrong_total, 0u);
  auto const db = roster();
  db->run("DELETE FROM search_lists WHERE term = ?", store::Blob{"u1_1"});
  auto const verified = runs::verify(h, district_);
  ASSERT_EQ(verified->wrong_total, 1u);
  EXPECT_NE(verified->wrong[0].find("find --rebuild"), std::string::npos);
  ASSERT_FALSE(runs::forget_index(*db));
  EXPECT_EQ(found("u1_2"), "");
  index();
  EXPECT_EQ(found("u1_1"), "u1_1 u1_10 u1_11 u1_12 u1_13 u1_14 u1_15 u1_16 u1_17 u1_18 u1_19") << "a whole word comes first";
  EXPECT_EQ(runs::verify(h, district_)->wrong_total, 0u);
}

TEST_P(Search, ReferencesAreListedAndCounted) {
  sync(two_schools(30));
  index(11);
  auto const db = roster();
  auto const key = runs::record_called(*db, TableId::Classes, "c1");
  ASSERT_TRUE(key);
  auto const term = runs::reference_term(stored_index(TableId::Enrollments, "classSourcedId"), *key);
  EXPECT_EQ(runs::count_with_term(*db, TableId::Enrollments, term), 31u);
  auto const first = runs::keys_with_term(*db, TableId::Enrollments, term, 0, 10);
  ASSERT_EQ(first.size(), 10u);
  auto const rest = runs::keys_with_term(*db, TableId::Enrollments, term, first.back() + 1, 100);
  EXPECT_EQ(rest.size(), 21u);
  EXPECT_LT(first.back(), rest.front());
}

TEST_P(Search, ASchoolFindsItsPeopleAmongHoweverManyOfTheSameName) {
  auto delivery = two_schools(1200);  // all are called Ada and Quill, by their numbers
  for (auto const* const id : {"u1_3", "u1_700", "u1_1199"}) delivery.put("users", {{"sourcedId", id}, {"orgSourcedIds", "s1,d"}, {"givenName", "Ada"}});
  sync(delivery);
  index();
  auto const db = roster();
  auto const key_of = [&](std::string const& org) { return *runs::record_called(*db, TableId::Orgs, org); };
  auto const users = [&](std::string const& text, runs::SearchScope const& scope) {
    std::string all;
    auto const result = runs::search(*db, text, scope);
    for (auto const key : result.tables[0].keys) {
      auto row = db->prepare("SELECT id FROM ids WHERE tbl = ? AND key = ?");
      if (row->with(static_cast<int>(TableId::Users), key).step()) all.append(all.empty() ? "" : " ").append(row->text(0));
    }
    return all;
  };
  runs::SearchScope const small{{{key_of("d")}}, [](TableId, std::uint32_t) { return ADD_FAILURE() << "the index knows", false; }};
  EXPECT_EQ(users("ada", small), "u1_3 u1_700 u1_1199");
  EXPECT_EQ(users("a", small), "u1_3 u1_700 u1_1199");
  EXPECT_EQ(users("quill1 ada", small), "u1_3 u1_700 u1_1199");
  EXPECT_EQ(users("u1_3,u1_4", small), "u1_3");
  EXPECT_EQ(users("u1_3 u1_700 u1_5", small), "u1_3 u1_700") << "ids with spaces between";
  EXPECT_EQ(users("ada4", small), "");
  EXPECT_EQ(runs::search(*db, "ada", {{{key_of("s2")}}, {}}).tables[0].keys.size(), 1000u) << "as many as are told";
  auto many = small;
  for (std::uint32_t other = 5000; other < 5200; ++other) many.orgs->push_back(other);
  for (auto const* const text : {"ada", "a", "quill1 ada", "u1_3 u1_700 u1_1199 u1_5"})
    EXPECT_EQ(users(text, many), "u1_3 u1_700 u1_1199") << text << ", of somebody who sees many organizations";
  std::string of_a_list = "ada";
  for (int i = 1; i < 200; ++i) of_a_list += ",nobody" + std::to_string(i);
  EXPECT_EQ(users(of_a_list, small), "u1_3 u1_700 u1_1199") << "a word of a list that very many others have";
}

TEST_P(Search, CoursesOfASchoolAreKnownToo) {
  auto delivery = two_schools(2);
  for (int i = 0; i < 700; ++i)
    delivery.put("courses", {{"sourcedId", "k" + std::to_string(i)}, {"title", "Algebra"}, {"orgSourcedId", i == 699 ? "s1" : i == 698 ? "d" : "s2"}});
  sync(delivery);
  index();
  auto const db = roster();
  auto const at = [&](std::string const& org, std::string const& text) {
    runs::SearchScope const scope{{{*runs::record_called(*db, TableId::Orgs, org)}},
                                  [](TableId, std::uint32_t) { return ADD_FAILURE() << "the index knows", false; }};
    std::string all;
    auto const result = runs::search(*db, text, scope);
    EXPECT_FALSE(result.tables[2].more);
    for (auto const key : result.tables[2].keys) {
      auto row = db->prepare("SELECT id FROM ids WHERE tbl = ? AND key = ?");
      if (row->with(static_cast<int>(TableId::Courses), key).step()) all.append(all.empty() ? "" : " ").append(row->text(0));
    }
    return all;
  };
  EXPECT_EQ(at("s1", "algebra"), "k699");
  EXPECT_EQ(at("d", "alg"), "k698");
  EXPECT_EQ(at("s1", "k1,k699"), "k699");
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"courses", "k5", {{"orgSourcedId", "s1"}}, "2026-09-10"}).ok());
  index();
  EXPECT_EQ(at("s1", "algebra"), "k5 k699") << "while the edit lasts; whoever shows it asks again";
}

TEST_P(Search, SaysByWhatARecordWasFound) {
  auto delivery = two_schools(2);
  delivery.put("users", {{"sourcedId", "u1_1"}, {"middleName", "Zoë Anna"}, {"email", "zebra@s1.example"}, {"userIds", "{state:Z-77}"}, {"identifier", "Z4"}});
  sync(delivery);
  index();
  auto const db = roster();
  auto const by = [&](std::string const& text) {
    auto const result = runs::search(*db, text);
    if (result.tables[0].keys.size() != 1) return std::string("(not found)");
    runs::RowsByKey rows(*db);
    auto const row = rows.row(TableId::Users, result.tables[0].keys[0]);
    std::string all;
    std::string const shown[] = {"u1_1", "Ada1 Quill1", "student"};
    for (auto const column : runs::found_by(result, TableId::Users, row->cells, shown))
      all.append(all.empty() ? "" : " ").append(table_of(TableId::Users).fields[stored_columns(TableId::Users)[column].field].name);
    return all;
  };
  EXPECT_EQ(by("u1_1"), "");
  EXPECT_EQ(by("ADA1 quill1"), "");
  EXPECT_EQ(by("zoe"), "middleName");
  EXPECT_EQ(by("ada1 ann"), "middleName") << "the other word is in the name that is shown";
  EXPECT_EQ(by("zebra zo"), "email middleName");
  EXPECT_EQ(by("z-7"), "userIds");
  EXPECT_EQ(by("z4"), "identifier");
  EXPECT_EQ(by("z4,nobody"), "identifier");
  EXPECT_EQ(by("Ada1 Zoë;nobody"), "middleName") << "a name of a list";
  EXPECT_EQ(by("u1_1,z4"), "") << "what is shown says enough";
}

TEST_P(Search, WhoHasARoleAtASchoolIsFoundThere) {
  sync(two_schools(5));
  index();
  auto const found_at = [&](std::string const& org, std::string const& text) {
    auto const db = roster();
    return runs::search(*db, text, {{{*runs::record_called(*db, TableId::Orgs, org)}}, {}}).tables[0].keys.size();
  };
  EXPECT_EQ(found_at("s1", "quill1"), 5u);
  // The source moves to OneRoster 1.2, where roles say who is where, and one student is at the other school by now.
  auto files = exported({}, "1.2");
  auto& roles = files.at("roles.csv");
  auto const at = roles.find(",s1,", roles.rfind('\n', roles.find(",u1_2,")));
  ASSERT_LT(at, roles.find('\n', roles.find(",u1_2,")));
  roles.replace(at, 4, ",s2,");
  auto const moved = sync(files);
  ASSERT_TRUE(moved.is_applied() || approve(*moved.run).is_applied());
  index();
  EXPECT_EQ(found_at("s1", "quill1"), 4u);
  EXPECT_EQ(found_at("s2", "quill1"), 1u);
  EXPECT_EQ(found_at("s1", "ada2"), 0u) << "what the rows of people said before does not count";
  EXPECT_EQ(found_at("d", "quill1"), 0u);
}

TEST_P(Search, RecordsOfAllTablesAreFoundByTheirIds) {
  sync(two_schools(40));
  auto const db = roster();
  EXPECT_TRUE(runs::record_called(*db, TableId::Enrollments, "e2_7")) << "before the index knows";
  index();
  for (auto const* table : {"orgs", "users", "classes", "courses", "enrollments", "demographics", "academicSessions"})
    for (auto const& id : ids(table)) {
      auto const key = runs::record_called(*db, table_by_name(table)->id, id);
      ASSERT_TRUE(key) << table << " " << id;
      auto row = db->prepare("SELECT id FROM ids WHERE tbl = ? AND key = ?");
      ASSERT_TRUE(row->with(static_cast<int>(table_by_name(table)->id), *key).step());
      EXPECT_EQ(row->text(0), id);
    }
  EXPECT_FALSE(runs::record_called(*db, TableId::Enrollments, "nothing"));
  EXPECT_FALSE(runs::record_called(*db, TableId::Users, "U1_1")) << "ids differ by case";
  auto next = two_schools(40);
  next.drop("enrollments", "e2_7");
  sync(next);
  index();
  EXPECT_FALSE(runs::record_called(*db, TableId::Enrollments, "e2_7"));
  EXPECT_TRUE(runs::record_once_called(*db, TableId::Enrollments, "e2_7"));
}

TEST_P(Search, AnEditThatEndsIsFoundBothWays) {
  sync(two_schools(5));
  index();
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"users", "u1_1", {{"givenName", "Xaver"}}, "2026-09-10"}).ok());
  index();
  EXPECT_EQ(found("xav"), "u1_1");
  EXPECT_EQ(found("ada1 quill1"), "u1_1") << "what it is called again when the last day is over";
}

TEST_P(Search, TheLogDoesNotGrowWithTheBatches) {
  if (GetParam() != "SQLite") GTEST_SKIP() << "PostgreSQL looks after its own";
  sync(two_schools(600));
  auto const log = place_.folder + "/districts/" + std::to_string(district_.id) + "/roster.db-wal";
  auto const db = roster();
  std::uintmax_t first = 0, batches = 0;
  for (bool more = true; more; ++batches) {
    auto const did = runs::index_more(*db, 20);
    ASSERT_TRUE(did.ok()) << did.trouble().text;
    more = *did;
    if (batches == 20) first = std::filesystem::file_size(log);
  }
  ASSERT_GT(batches, 100u);
  EXPECT_LT(std::filesystem::file_size(log), 4 * first);
}

TEST_P(Search, LongListsAreDividedAndMended) {
  auto big = two_schools(1500);
  sync(big);
  index();
  auto const db = roster();
  auto const lists = [&] {
    auto row = db->prepare("SELECT max(length(keys)) FROM search_lists");
    return row->step() ? row->integer(0) : 0;
  };
  EXPECT_LE(lists(), 4096);
  for (int i = 0; i < 40; ++i) big.put("users", person("more" + std::to_string(i), "Student", "More"));
  sync(big, "sis");
  index();
  EXPECT_LE(lists(), 4096);
}

INSTANTIATE_TEST_SUITE_P(, Search, both_databases(), name_of_database);

TEST(Folding, TakesCaseAndMarksAway) {
  EXPECT_EQ(runs::folded("ÀÉÎÕÜ Straße Łódź Ærø Čapek ÞÓR"), "aeiou strasse lodz aero capek thor");
  EXPECT_EQ(runs::folded("Nguye\xCC\x82n Nguyễn ΑΒΓ МАРИЯ"), "nguyen nguyen αβγ мария");
  EXPECT_EQ(runs::folded("ŽÿŒſĳ"), "zyoesij");
  EXPECT_EQ(runs::folded("李明"), "李明");
  EXPECT_EQ(runs::folded("\xFF"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace rollbook::test
