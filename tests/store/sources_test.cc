// Districts and their sources, on both databases.
#include "store/sources.h"

#include "databases.h"
#include "store/migrations.h"

namespace rollbook::test {
namespace {

using namespace store;

Actor const anna{"anna", "2026-11-22T01:02:03Z"};

class Sources : public OnBothDatabases {
 protected:
  std::unique_ptr<Database> operations() {
    auto db = open("operations");
    auto const trouble = migrate(*db, operations_migrations());
    EXPECT_FALSE(trouble) << trouble->text;
    return db;
  }
  static std::string why(auto const& result) { return result.ok() ? "" : result.trouble().text; }
  static std::int64_t audited(Database& db) {
    auto rows = db.prepare("SELECT count(*) FROM audit");
    return rows->step() ? rows->integer(0) : -1;
  }
};
INSTANTIATE_TEST_SUITE_P(Store, Sources, both_databases(), name_of_database);

TEST_P(Sources, ADistrictIsFoundByNameAndByNumber) {
  auto db = operations();
  auto const added = add_district(*db, "Lakeside USD", "America/Chicago", anna);
  ASSERT_TRUE(added.ok()) << why(added);
  ASSERT_TRUE(add_district(*db, "Östra skolan, \"Nord\"", "UTC", anna).ok());
  EXPECT_EQ(find_district(*db, "Lakeside USD")->id, added->id);
  EXPECT_EQ(find_district(*db, "2")->name, "Östra skolan, \"Nord\"");
  EXPECT_EQ(why(find_district(*db, "Hillside")), "There is no district \"Hillside\". There are: \"Lakeside USD\", \"Östra skolan, \"Nord\"\".");
  EXPECT_EQ(audited(*db), 2);
}

TEST_P(Sources, NamesThatCannotBeOnesAreRefused) {
  auto db = operations();
  for (std::string const& name : std::vector<std::string>{"", " x", "x ", "a\nb", "12", "\xff", std::string(101, 'x')})
    EXPECT_NE(why(add_district(*db, name, "UTC", anna)).find("The name of the district"), std::string::npos) << name;
  for (std::string const& zone : std::vector<std::string>{"", "Mars/Base", "/etc/passwd", "../../etc/passwd", "America"})
    EXPECT_NE(why(add_district(*db, "Lakeside", zone, anna)).find("time zone"), std::string::npos) << zone;
  ASSERT_TRUE(add_district(*db, "Lakeside", "UTC", anna).ok());
  EXPECT_EQ(why(add_district(*db, "LAKESIDE", "UTC", anna)), "There is a district \"LAKESIDE\" already.");
  EXPECT_EQ(list_districts(*db)->size(), 1u);
  EXPECT_EQ(why(find_district(*db, "'; DROP TABLE districts; --")).find("There is no district"), 0u);
  EXPECT_EQ(list_districts(*db)->size(), 1u);
}

TEST_P(Sources, SettingsStayAsTheyWereSet) {
  auto db = operations();
  auto const district = *add_district(*db, "Lakeside", "UTC", anna);
  ASSERT_TRUE(add_source(*db, district, "SIS", {{"mode", "replace"}, {"require", "users.email=flag,users.grades=skip"}}, anna).ok());
  ASSERT_TRUE(set_source(*db, district, "SIS", {{"threshold.removed", "20"}, {"mode", "manifest"}}, anna).ok());
  auto const source = find_source(*operations(), district, "SIS");
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->settings["mode"], "manifest");
  EXPECT_EQ(source->settings.number("threshold.removed"), 20);
  EXPECT_EQ(source->settings.number("threshold.changed"), 75) << "what was never set";
  EXPECT_EQ(source->settings.pairs("require"), (std::vector<std::pair<std::string, std::string>>{{"users.email", "flag"}, {"users.grades", "skip"}}));
  EXPECT_EQ(source->settings.changed().size(), 2u) << "the mode is back where it was";
}

TEST_P(Sources, OneWrongSettingSetsNone) {
  auto db = operations();
  auto const district = *add_district(*db, "Lakeside", "UTC", anna);
  ASSERT_TRUE(add_source(*db, district, "SIS", {}, anna).ok());
  EXPECT_EQ(why(set_source(*db, district, "SIS", {{"mode", "replace"}, {"threshold.removed", "120"}}, anna)),
            "The setting threshold.removed: it is a whole number from 0 to 100.");
  EXPECT_EQ(find_source(*db, district, "SIS")->settings["mode"], "manifest");
  EXPECT_EQ(why(add_source(*db, district, "HR", {{"livee", "yes"}}, anna)),
            "A source has no setting \"livee\". Did you mean \"live\"? \"rollbook source settings\" lists them.");
  EXPECT_EQ(list_sources(*db, district)->size(), 1u);
}

TEST_P(Sources, WhicheverStatementFailsASourceIsAddedWholeOrNotAtAll) {
  auto db = operations();
  auto const district = *add_district(*db, "Lakeside", "UTC", anna);
  auto const before = audited(*db);
  for (int n = 0;; ++n) {
    int calls = 0;
    db->fault = [&]() -> std::optional<Trouble> { return calls++ == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    auto const added = add_source(*db, district, "SIS", {{"mode", "replace"}, {"live", "yes"}}, anna);
    db->fault = nullptr;
    if (added.ok()) {
      EXPECT_GT(n, 5);
      EXPECT_EQ(audited(*db), before + 3);
      return;
    }
    ASSERT_TRUE(db->recover());
    EXPECT_TRUE(list_sources(*db, district)->empty()) << "statement " << n;
    EXPECT_EQ(audited(*db), before) << "statement " << n;
    ASSERT_LT(n, 100);
  }
}

TEST_P(Sources, ADistrictSeesOnlyItsOwn) {
  auto db = operations();
  auto const here = *add_district(*db, "Lakeside", "UTC", anna), there = *add_district(*db, "Hillside", "UTC", anna);
  ASSERT_TRUE(add_source(*db, here, "SIS", {}, anna).ok());
  ASSERT_TRUE(add_source(*db, there, "SIS", {}, anna).ok()) << "a name is taken in one district only";
  EXPECT_EQ(list_sources(*db, there)->size(), 1u);
  EXPECT_EQ(why(add_source(*db, here, "sis", {}, anna)), "The district \"Lakeside\" has a source \"sis\" already.");
  EXPECT_EQ(why(find_source(*db, here, "HR")), "The district \"Lakeside\" has no source \"HR\". It has: \"SIS\".");
}

TEST_P(Sources, AnOlderRollbookLeavesNewerTablesAlone) {
  auto db = operations();
  db->run("INSERT INTO migrations(number, name) VALUES(?, ?)", 999, "from the future");
  auto const trouble = migrate(*db, operations_migrations());
  ASSERT_TRUE(trouble);
  EXPECT_NE(trouble->text.find("newer Rollbook"), std::string::npos);
}

struct Wrong {
  char const *name, *value, *why;
};

TEST(SourceSettings, SayWhatTheyMayBe) {
  for (auto const& [name, value, why] : {
           Wrong{"mode", "sometimes", "it is one of replace, add-and-update, manifest"},
           {"live", "perhaps", "it is yes or no"},
           {"profile", "clever", "it is one of oneroster, oneroster-strict, learnplatform, amplify"},
           {"threshold.floor", "-1", "it is a whole number from 0 to 1000000"},
           {"threshold.floor", "1e3", "it is a whole number from 0 to 1000000"},
           {"sends", "users,pupils", "\"pupils\" is no table"},
           {"unique", "users.identifer", "the table users has no column \"identifer\""},
           {"unique", "identifier", "\"identifier\" names no table; it is written TABLE.COLUMN, like users.email"},
           {"require", "users.email", "\"users.email\" is written FROM=TO"},
           {"require", "users.email=shout", "a requirement flags or skips: \"users.email=flag\""},
           {"map.columns", "users.Vorname=firstName", "the table users has no column \"firstName\""},
           {"map.values", "users.Pupil=student", "\"users.Pupil\" is written TABLE.COLUMN.WORD"},
           {"alias.people", "x1=u1,x1=u2", "\"x1\" is there twice"},
           {"map.schools", "s1=", "\"s1\" has nothing behind its ="},
           {"filter.schools", "s1,,s2", "an item is empty"},
       }) {
    SourceSettings settings;
    auto const trouble = settings.set(name, value);
    ASSERT_TRUE(trouble) << name << "=" << value;
    EXPECT_EQ(trouble->text, "The setting " + std::string(name) + ": " + why + ".");
  }
}

TEST(SourceSettings, AllHaveADefaultThatIsAllowedAndSaySomething) {
  for (auto const& setting : source_setting_list()) {
    SourceSettings settings;
    auto const trouble = settings.set(setting.name, setting.fallback);
    EXPECT_FALSE(trouble) << setting.name;
    EXPECT_GT(setting.doc.size(), 10u) << setting.name;
  }
}

TEST(SourceSettings, PeopleFindEachOfThemInAGroupUnderAnotherNameThanItsNeighbours) {
  for (auto const& group : setting_groups()) {
    std::set<std::string_view> labels;
    for (auto const& setting : source_setting_list())
      if (setting.group == group.group) {
        EXPECT_TRUE(!setting.label.empty() && labels.insert(setting.label).second) << setting.name;
      }
    EXPECT_FALSE(labels.empty()) << group.name;
  }
  for (auto const& setting : source_setting_list()) {
    EXPECT_EQ(setting.kind == SettingKind::Pairs, !setting.left.empty() && !setting.right.empty()) << setting.name;
    EXPECT_TRUE(setting.kind != SettingKind::Choice || !choices_of(setting).empty()) << setting.name;
  }
}

}  // namespace
}  // namespace rollbook::test
