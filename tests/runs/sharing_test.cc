// What a receiver gets: exactly the policy, closed, under pseudonyms that nobody can join; and the ledger of it.
#include <filesystem>

#include "base/text.h"
#include "rules/in_memory.h"
#include "runs/disclosures.h"
#include "runs/edit.h"
#include "runs/hand_on.h"
#include "runs/many_schools.h"
#include "store/receiver_secrets.h"

namespace rollbook::test {
namespace {

using Changes = store::ReceiverChanges;

std::vector<std::vector<std::string>> table_in(Files const& files, std::string const& table) {
  std::vector<std::vector<std::string>> rows;
  auto const file = files.find(table + ".csv");
  if (file == files.end()) return rows;
  for (auto const& line : split(file->second, '\n')) {
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (auto const c : line) {
      if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) cells.emplace_back();
      else cells.back() += c;
    }
    rows.push_back(cells);
  }
  return rows;
}

std::vector<std::string> columns_in(Files const& files, std::string const& table) {
  auto const rows = table_in(files, table);
  return rows.empty() ? std::vector<std::string>() : rows[0];
}

std::set<std::string> column_of(Files const& files, std::string const& table, std::string const& column) {
  std::set<std::string> values;
  auto const rows = table_in(files, table);
  if (rows.empty()) return values;
  auto const at = static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), column) - rows[0].begin());
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (at < rows[i].size() && !rows[i][at].empty()) values.insert(rows[i][at]);
  return values;
}

class Sharing : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    auto d = with_grades(two_schools(3));
    d.put("users", {{"sourcedId", "g1"},
                    {"enabledUser", "true"},
                    {"orgSourcedIds", "s1"},
                    {"role", "guardian"},
                    {"username", "g1"},
                    {"givenName", "Gil"},
                    {"familyName", "Moor"},
                    {"agentSourcedIds", "u1_1"}});
    d.put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1"}, {"grades", "03"}, {"email", "u1_1@example.org"}});
    d.put("users", {{"sourcedId", "u1_2"}, {"grades", "04"}, {"email", "same@example.org"}});
    d.put("users", {{"sourcedId", "u1_3"}, {"grades", "05"}, {"email", "same@example.org"}, {"enabledUser", "false"}});
    delivery_ = d;
    ASSERT_EQ(sync(d).outcome, "applied");
  }
  store::Receiver receiver(std::string const& kind, Changes const& changes, std::string const& name = "Reader") {
    auto added = store::add_receiver(home_->operations(), district_, name, kind, changes, {"anna", "2026-09-01T00:00:00Z"});
    EXPECT_TRUE(added.ok()) << (added.ok() ? "" : added.trouble().text);
    return *added;
  }
  store::Export made_for(store::Receiver const& receiver) {
    auto h = hub();
    auto const now = *store::find_receiver(home_->operations(), district_.id, receiver.id);
    auto const queued = runs::queue_hand_on(h, district_, now);
    EXPECT_TRUE(queued.ok()) << (queued.ok() ? "" : queued.trouble().text);
    if (!queued) return {};
    auto const made = runs::make_next(h, district_, *queued);
    EXPECT_TRUE(made.ok() && *made);
    EXPECT_EQ((*made)->why, "");
    return **made;
  }
  Files files_of(store::Export const& made) {
    auto h = hub();
    auto const options = runs::options_of(h, district_, made);
    EXPECT_TRUE(options.ok()) << (options.ok() ? "" : options.trouble().text);
    MemorySink sink;
    EXPECT_TRUE(runs::export_roster(h, district_, *options, sink).ok());
    return sink.files;
  }
  Files shared(std::string const& kind, Changes const& changes, std::string const& name = "Reader") {
    return files_of(made_for(receiver(kind, changes, name)));
  }
  static std::uint64_t errors(Files const& files, std::string_view profile) {
    auto const report = checked(files, options_of(profile));
    EXPECT_NE(report.verdict, Verdict::Refused) << json_of(report).substr(0, 3000);
    EXPECT_EQ(report.counts.error, 0u) << json_of(report).substr(0, 3000);
    return report.counts.error;
  }

  DeliveryOf delivery_;
};
INSTANTIATE_TEST_SUITE_P(, Sharing, both_databases(), name_of_database);

TEST_P(Sharing, ThePolicyIsTheColumnsOfTheFiles) {
  for (std::string const kind : {"oneroster-1.1", "oneroster-1.2"}) {
    auto const reader = receiver(kind, {{"attributes", "users.email=as-is,users.middleName=leave-out"}}, kind);
    auto const files = files_of(made_for(reader));
    auto const policy = *store::policy_of(reader.kind, reader.settings);
    for (auto const* table : all_tables) {
      std::vector<std::string> wanted;
      for (auto const field : policy.columns(*table)) wanted.emplace_back(table->fields[field].name);
      if (policy.has(table->id)) EXPECT_EQ(columns_in(files, std::string(table->name)), wanted) << table->name;
      else EXPECT_EQ(files.count(std::string(table->name) + ".csv"), 0u) << table->name;
    }
    auto const columns = columns_in(files, "users");
    EXPECT_NE(std::find(columns.begin(), columns.end(), "email"), columns.end());
    for (auto const* const not_chosen : {"identifier", "sms", "phone", "grades", "agentSourcedIds"})
      EXPECT_EQ(std::find(columns.begin(), columns.end(), not_chosen), columns.end()) << not_chosen;
    EXPECT_EQ(errors(files, "oneroster"), 0u) << kind;
    EXPECT_EQ(column_of(files, "users", "sourcedId"), (std::set<std::string>{"g1", "p1", "p2", "u1_1", "u1_2", "u1_3", "u2_1", "u2_2", "u2_3"}));
  }
}

TEST_P(Sharing, AFlatFileHasPeopleAndTheirColumnsAlone) {
  auto const files = shared("users-file", {{"attributes", "users.givenName=as-is,users.username=pseudonym,users.role=as-is"}, {"roles", "student"}});
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(columns_in(files, "users"), (std::vector<std::string>{"sourcedId", "role", "username", "givenName"}));
  EXPECT_EQ(column_of(files, "users", "role"), std::set<std::string>{"student"});
  EXPECT_EQ(column_of(files, "users", "username").count("u1_1"), 0u);
}

TEST_P(Sharing, OrganizationsWithoutADistrictAboveThemDoNotGoToWhoWouldRefuseAllForThem) {
  Changes const settings{{"profile", "learnplatform"}, {"left-out-columns", "blank"}, {"attributes", "orgs.parentSourcedId=as-is"}};
  auto d = delivery_;
  d.put("orgs", {{"sourcedId", "s9"}, {"name", "School 9"}, {"type", "school"}});
  d.put("users", {{"sourcedId", "u9"}, {"enabledUser", "true"}, {"orgSourcedIds", "s9"}, {"role", "student"}, {"username", "u9"}, {"givenName", "Io"}, {"familyName", "Fen"}});
  ASSERT_TRUE(sync(d).is_applied());
  auto const made = made_for(receiver("oneroster-1.1", settings, "Portal"));
  auto const files = files_of(made);
  auto const report = checked(files, options_of("learnplatform"));
  for (auto const& rule : report.rules) EXPECT_EQ(rule.rule->code, "ZIP010") << "these files are not zipped";
  EXPECT_EQ(column_of(files, "orgs", "sourcedId"), (std::set<std::string>{"d", "s1", "s2"}));
  EXPECT_EQ(column_of(files, "users", "sourcedId").count("u9"), 0u);
  std::set<std::string> listed;
  for (auto const& row : store::left_out_of(home_->operations(), made.id, 0, 10)) listed.insert(row.record + ": " + row.why);
  EXPECT_EQ(listed.size(), 2u);
  EXPECT_NE(listed.begin()->find("s9: No organization of type district stands above it"), std::string::npos) << *listed.begin();
}

TEST_P(Sharing, WhereThereIsNoDistrictAtAllWhoNeedsOneGetsNothingAndIsToldWhy) {
  auto d = delivery_;
  d.put("orgs", {{"sourcedId", "d"}, {"type", "local"}});
  ASSERT_TRUE(sync(d).is_applied());
  auto const portal =
      receiver("oneroster-1.1", {{"profile", "learnplatform"}, {"left-out-columns", "blank"}, {"attributes", "orgs.parentSourcedId=as-is"}}, "Portal");
  auto h = hub();
  auto const queued = runs::queue_hand_on(h, district_, portal);
  ASSERT_TRUE(queued.ok());
  auto const made = runs::make_next(h, district_, *queued);
  ASSERT_TRUE(made.ok() && *made);
  EXPECT_EQ((*made)->outcome, "failed");
  EXPECT_NE((*made)->why.find("(LPF001)"), std::string::npos) << (*made)->why;
}

TEST_P(Sharing, ReceiversWithRequirementsOfTheirOwnTakeIt) {
  EXPECT_EQ(errors(shared("oneroster-1.1", {{"left-out-columns", "blank"}, {"empty-files", "header-only"}}, "blank"), "oneroster"), 0u);
  EXPECT_EQ(errors(shared("oneroster-1.1", {{"others", "as-is"}, {"profile", "amplify"}}, "amplify"), "amplify"), 0u);
  EXPECT_EQ(errors(shared("oneroster-1.1", {{"left-out-columns", "blank"}, {"tables", "orgs,users"}}, "strict"), "oneroster-strict"), 0u);
}

TEST_P(Sharing, PseudonymsOfTwoReceiversShareNoValue) {
  Changes const all{{"tables", "orgs,academicSessions,courses,classes,users,demographics,enrollments,categories,lineItems,results"},
                    {"attributes",
                     "users.sourcedId=pseudonym,users.username=pseudonym,users.givenName=pseudonym,users.familyName=pseudonym,users.identifier=pseudonym,"
                     "users.email=pseudonym,users.agentSourcedIds=as-is,demographics.birthDate=age-band"}};
  auto const one = receiver("oneroster-1.1", all, "one"), other = receiver("oneroster-1.1", all, "other");
  auto const first = files_of(made_for(one)), again = files_of(made_for(one)), second = files_of(made_for(other));
  EXPECT_EQ(first, again) << "stable over runs";
  EXPECT_EQ(errors(first, "oneroster"), 0u);
  std::set<std::string> real;
  for (auto const& id : column_of(exported(), "users", "sourcedId")) real.insert(id);
  for (auto const& [table, columns] : std::map<std::string, std::vector<std::string>>{
           {"users", {"sourcedId", "username", "givenName", "familyName", "identifier", "email", "agentSourcedIds"}},
           {"demographics", {"sourcedId"}},
           {"enrollments", {"sourcedId", "userSourcedId"}},
           {"results", {"sourcedId", "studentSourcedId"}}})
    for (auto const& column : columns) {
      auto const ours = column_of(first, table, column), theirs = column_of(second, table, column);
      EXPECT_FALSE(ours.empty()) << table << "." << column;
      EXPECT_EQ(ours.size(), theirs.size());
      for (auto const& value : ours) {
        EXPECT_EQ(theirs.count(value), 0u) << table << "." << column << " " << value;
        EXPECT_EQ(real.count(value), 0u) << table << "." << column;
        EXPECT_EQ(value.find('_'), std::string::npos) << table << "." << column << ": real ids have one, pseudonyms do not";
      }
    }
  EXPECT_EQ(column_of(first, "demographics", "sourcedId").size(), 6u);
  for (auto const& id : column_of(first, "enrollments", "userSourcedId")) EXPECT_EQ(column_of(first, "users", "sourcedId").count(id), 1u);
  auto const bands = column_of(first, "demographics", "metadata.ageBand");
  EXPECT_FALSE(bands.empty());
  for (auto const& band : bands) EXPECT_TRUE(band == "under 13" || band == "13-15" || band == "16-17" || band == "18 or over") << band;
  auto const columns = columns_in(first, "demographics");
  EXPECT_EQ(std::find(columns.begin(), columns.end(), "birthDate"), columns.end());
  auto const rows = table_in(first, "users");
  EXPECT_TRUE(std::is_sorted(rows.begin() + 1, rows.end())) << "the order of rows would join them as well";
}

TEST_P(Sharing, MadeUpRolesSayNothingOfWhoItIsEither) {
  auto const files = shared("oneroster-1.2", {{"attributes", "users.sourcedId=pseudonym,users.username=pseudonym"}});
  EXPECT_EQ(errors(files, "oneroster"), 0u);
  auto const ids = column_of(files, "roles", "sourcedId");
  EXPECT_EQ(ids.size(), 9u);
  for (auto const& id : ids)
    for (auto const* const real : {"u1_", "u2_", "p1", "p2", "g1"}) EXPECT_FALSE(id.starts_with(real)) << id;
  for (auto const& user : column_of(files, "roles", "userSourcedId")) EXPECT_EQ(column_of(files, "users", "sourcedId").count(user), 1u);
}

TEST_P(Sharing, FiltersAreClosed) {
  auto const students = shared("oneroster-1.1", {{"roles", "student"}, {"grades", "03,04"}, {"others", "as-is"}}, "students");
  EXPECT_EQ(column_of(students, "users", "sourcedId"), (std::set<std::string>{"u1_1", "u1_2", "u2_1", "u2_2", "u2_3"}));
  EXPECT_TRUE(column_of(students, "users", "agentSourcedIds").empty()) << "the guardian is not in it";
  EXPECT_EQ(column_of(students, "enrollments", "userSourcedId"), (std::set<std::string>{"u1_1", "u1_2", "u2_1", "u2_2", "u2_3"}));
  auto const school = shared("oneroster-1.1", {{"schools", "s1"}, {"active-only", "yes"}}, "school");
  EXPECT_EQ(column_of(school, "orgs", "sourcedId"), (std::set<std::string>{"d", "s1"}));
  EXPECT_EQ(column_of(school, "classes", "sourcedId"), std::set<std::string>{"c1"});
  EXPECT_EQ(column_of(school, "users", "sourcedId"), (std::set<std::string>{"g1", "p1", "u1_1", "u1_2"}));
  auto const session = shared("oneroster-1.1", {{"sessions", "t1"}}, "session");
  EXPECT_EQ(column_of(session, "academicSessions", "sourcedId"), std::set<std::string>{"t1"});
  EXPECT_TRUE(column_of(session, "classes", "sourcedId").empty()) << "they meet in the year, not in the autumn alone";
  for (auto const& files : {students, school, session}) EXPECT_EQ(errors(files, "oneroster"), 0u);
}

TEST_P(Sharing, RowsThatBreakAnAppRuleAreLeftOutWithWhatDependsOnThemAndListed) {
  auto const made = made_for(receiver("oneroster-1.1", {{"require", "users.email"}, {"unique", "users.email"}}));
  auto const files = files_of(made);
  EXPECT_EQ(column_of(files, "users", "sourcedId"), std::set<std::string>{"u1_1"}) << "others have no e-mail, or share one";
  EXPECT_EQ(column_of(files, "enrollments", "userSourcedId"), std::set<std::string>{"u1_1"});
  EXPECT_EQ(errors(files, "oneroster"), 0u);
  auto const listed = store::left_out_of(home_->operations(), made.id, 0, 100);
  EXPECT_EQ(made.left_out, listed.size());
  std::map<std::string, std::string> why;
  for (auto const& row : listed) why[std::string(table_of(row.table).name) + " " + row.record] = row.why;
  EXPECT_EQ(why["users u2_1"], "users.email is blank.");
  EXPECT_EQ(why["users u1_2"], "users.email is not unique.");
  EXPECT_EQ(why["enrollments e1_2"], "It belongs to the person u1_2, which is left out.");
  EXPECT_EQ(why.count("users u1_1"), 0u);
}

TEST_P(Sharing, TheSameBytesComeAgainAndChangesAreCounted) {
  auto const reader = receiver("oneroster-1.1", {{"attributes", "users.sourcedId=pseudonym"}});
  auto const first = made_for(reader);
  EXPECT_EQ(first.changes, "first");
  auto const before = files_of(first);
  delivery_.drop("users", "u2_3").drop("enrollments", "e2_3").drop("demographics", "u2_3");
  delivery_.put("users", {{"sourcedId", "u2_1"}, {"familyName", "Quillback"}});
  ASSERT_EQ(sync(delivery_).outcome, "applied");
  auto const second = made_for(reader);
  EXPECT_EQ(second.changes, "users=0 1 1,enrollments=0 0 1");
  EXPECT_EQ(files_of(first), before) << "whatever happened since";
  ASSERT_TRUE(store::set_receiver(home_->operations(), district_, reader.id, {{"attributes", ""}}, {"anna", "2026-09-02T00:00:00Z"}).ok());
  EXPECT_EQ(files_of(first), before) << "by the policy of that day";
}

TEST_P(Sharing, TheLedgerAnswersForEveryRecord) {
  auto const students = receiver("oneroster-1.1", {{"roles", "student"}, {"attributes", "users.email=pseudonym"}}, "students");
  auto const first = made_for(students);
  delivery_.drop("users", "u2_3").drop("enrollments", "e2_3").drop("demographics", "u2_3");
  ASSERT_EQ(sync(delivery_).outcome, "applied");
  auto const second = made_for(students), third = made_for(students);
  auto h = hub();
  std::map<std::int64_t, Files> files{{first.id, files_of(first)}, {second.id, files_of(second)}, {third.id, files_of(third)}};
  for (std::string const id : {"u1_1", "u1_2", "u1_3", "u2_1", "u2_3", "p1", "g1"}) {
    std::set<std::int64_t> told, were;
    auto const found = runs::disclosures_of(h, district_, TableId::Users, id, {}, 100);
    ASSERT_TRUE(found.ok() && *found) << id;
    for (auto const& one : **found) told.insert(one.made.id);
    for (auto const& [number, export_files] : files)
      if (column_of(export_files, "users", "sourcedId").count(id) > 0) were.insert(number);
    EXPECT_EQ(told, were) << id;
    if (id == "u2_3") {
      EXPECT_EQ(told, std::set<std::int64_t>{first.id});
    }
  }
  auto const fields = (*runs::disclosures_of(h, district_, TableId::Users, "u1_1", {}, 1))->at(0).fields;
  std::map<std::string, store::Treatment> of(fields.begin(), fields.end());
  EXPECT_EQ(of.at("users.email"), store::Treatment::Pseudonym);
  EXPECT_EQ(of.at("users.givenName"), store::Treatment::AsIs);
  EXPECT_EQ(of.count("users.phone"), 0u);
  EXPECT_FALSE(*runs::disclosures_of(h, district_, TableId::Users, "nobody", {}, 1)) << "there never was one";
  EXPECT_EQ((*runs::disclosures_of(h, district_, TableId::Users, "u1_1", third.id, 10))->size(), 2u) << "page by page";
}

TEST_P(Sharing, NothingIsHandedOnAfterTheEndOrInAPause) {
  auto const reader = receiver("oneroster-1.1", {{"until", "2026-09-01"}, {"when", "after-each-run"}});
  EXPECT_EQ(made_for(reader).outcome, "exported") << "the last day belongs to it";
  auto h = hub();
  ASSERT_TRUE(runs::queue_hand_on(h, district_, reader).ok());
  today = 20260902;
  auto later = hub();
  auto const late = runs::make_next(later, district_);
  ASSERT_TRUE(late.ok() && *late);
  EXPECT_EQ((*late)->outcome, "failed") << "it waited in the queue over the end";
  EXPECT_EQ((*late)->rows, 0u);
  EXPECT_FALSE(runs::queue_hand_on(later, district_, reader).ok());
  delivery_.put("users", {{"sourcedId", "u2_1"}, {"familyName", "Quillback"}});
  ASSERT_EQ(sync(delivery_).outcome, "applied");
  EXPECT_FALSE(*runs::make_next(later, district_)) << "no run queues one for it";
  auto const paused = receiver("oneroster-1.1", {}, "paused");
  ASSERT_FALSE(store::set_receiver_state(home_->operations(), district_, paused.id, "paused", {"anna", "2026-09-01T00:00:00Z"}));
  EXPECT_FALSE(runs::queue_hand_on(later, district_, *store::find_receiver(home_->operations(), district_.id, paused.id)).ok());
}

TEST_P(Sharing, AfterARunOneIsMadeForWhoeverWantsThat) {
  receiver("oneroster-1.1", {}, "by hand");
  auto const nightly = receiver("oneroster-1.1", {{"when", "after-each-run"}}, "nightly");
  delivery_.put("users", {{"sourcedId", "u2_1"}, {"familyName", "Quillback"}});
  ASSERT_EQ(sync(delivery_).outcome, "applied");
  auto h = hub();
  auto const made = runs::make_next(h, district_);
  ASSERT_TRUE(made.ok() && *made);
  EXPECT_EQ((*made)->receiver, nightly.id);
  EXPECT_EQ((*made)->revision, 2);
  EXPECT_FALSE(*runs::make_next(h, district_));
  ASSERT_EQ(sync(delivery_).outcome, "no_changes");
  EXPECT_FALSE(*runs::make_next(h, district_)) << "nothing changed";
}

TEST_P(Sharing, AScheduleIsFollowedAndWhatWasMissedIsMadeUpForOnce) {
  WallClock const utc{[](std::int64_t moment) { return moment; }, [](std::int64_t wall) { return wall; }};
  constexpr std::int64_t midnight = 1'788'220'800, hour = 3600, day = 24 * hour;  // 1 September 2026
  store::Actor const anna{"anna", "2026-09-01T05:00:00Z"};
  auto const nightly = *store::add_receiver(home_->operations(), district_, "nightly", "oneroster-1.1", {{"when", "daily@06:30"}}, anna);
  receiver("oneroster-1.1", {}, "by hand");
  auto h = hub();
  // How many exports are made when somebody looks at that moment.
  auto const made_at = [&](std::int64_t now) {
    EXPECT_FALSE(runs::queue_due(h, district_, utc, now));
    EXPECT_FALSE(runs::queue_due(h, district_, utc, now)) << "another node looks too";
    int count = 0;
    for (;; ++count) {
      auto const made = runs::make_next(h, district_);
      if (!made.ok() || !*made) return count;
      EXPECT_EQ((*made)->receiver, nightly.id);
      EXPECT_EQ((*made)->outcome, "exported");
    }
  };
  EXPECT_EQ(made_at(midnight + 6 * hour), 0) << "the one of yesterday was before anybody wanted it";
  EXPECT_EQ(made_at(midnight + 6 * hour + 1800), 1);
  EXPECT_EQ(made_at(midnight + 6 * hour + 1801), 0);
  EXPECT_EQ(made_at(midnight + 4 * day), 1) << "three were missed";
  EXPECT_EQ(made_at(midnight + 4 * day + 6 * hour), 0);
  ASSERT_FALSE(store::set_receiver_state(home_->operations(), district_, nightly.id, "paused", anna));
  EXPECT_EQ(made_at(midnight + 6 * day), 0);
  ASSERT_FALSE(store::set_receiver_state(home_->operations(), district_, nightly.id, "active", {"anna", "2026-09-07T00:00:00Z"}));
  EXPECT_EQ(made_at(midnight + 6 * day + 60), 0) << "a pause is not downtime";
  EXPECT_EQ(made_at(midnight + 6 * day + 7 * hour), 1);
  ASSERT_TRUE(store::set_receiver(home_->operations(), district_, nightly.id, {{"when", "every-12-hours"}}, {"anna", "2026-09-07T08:00:00Z"}).ok());
  EXPECT_EQ(made_at(midnight + 6 * day + 8 * hour + 60), 0) << "it counts from the change on";
  EXPECT_EQ(made_at(midnight + 6 * day + 12 * hour), 1);
}

TEST_P(Sharing, APreviewCountsWhatTheExportWouldHoldAndHandsNothingOn) {
  auto const reader = receiver("oneroster-1.1", {{"roles", "student"}, {"require", "users.email"}, {"delivery", "folder"}});
  auto h = hub();
  auto const previewed = [&] {
    auto const number = runs::queue_preview(h, district_, reader);
    EXPECT_TRUE(number.ok());
    EXPECT_TRUE(runs::make_next(h, district_, *number).ok());
    return *store::preview_of(home_->operations(), district_.id, reader.id);
  };
  auto const first = previewed();
  EXPECT_EQ(first.outcome, "previewed") << first.why << ": no folder is needed for it";
  EXPECT_EQ(first.changes, "first");
  ::setenv("ROLLBOOK_EXPORTS", (folder() + "/exports").c_str(), 1);
  auto const made = made_for(reader);
  EXPECT_EQ(std::tie(first.counts, first.rows, first.left_out, first.revision, first.looked_at),
            std::tie(made.counts, made.rows, made.left_out, made.revision, made.looked_at))
      << "what was shown is what came";
  EXPECT_NE((first.looked_at + ",").find("users=9 3,"), std::string::npos) << first.looked_at << ": nine people, of whom three students have no e-mail";
  delivery_.drop("users", "u1_2").drop("enrollments", "e1_2").drop("demographics", "u1_2");
  ASSERT_EQ(sync(delivery_).outcome, "applied");
  auto const second = previewed();
  EXPECT_EQ(second.changes, "users=0 0 1,enrollments=0 0 1");
  EXPECT_EQ(store::left_out_of(home_->operations(), second.id, 0, 100).size(), second.left_out);
  EXPECT_EQ(store::newest_exports(home_->operations(), district_.id, {.receiver = reader.id}, {}, 10).size(), 1u) << "previews are no exports";
  EXPECT_EQ((*runs::disclosures_of(h, district_, TableId::Users, "u1_1", {}, 10))->size(), 1u);
  EXPECT_EQ(made_for(reader).changes, second.changes) << "the preview did not count as the last one";
  ::unsetenv("ROLLBOOK_EXPORTS");
}

TEST_P(Sharing, ThePasswordOfAServerIsSealedAndForThisServerAlone) {
  store::Actor const anna{"anna", "2026-09-01T00:00:00Z"};
  auto& operations = home_->operations();
  auto const reader = receiver("oneroster-1.1", {{"delivery", "sftp"}, {"sftp-host", "sftp.example.org"}, {"sftp-user", "district"}});
  auto const h = hub();
  ASSERT_FALSE(store::set_receiver_secret(operations, h.key, reader, "Larkspur-7", anna));
  EXPECT_EQ(store::receiver_secret(operations, h.key, reader.id), "Larkspur-7");
  auto row = operations.prepare("SELECT sealed FROM receiver_secrets WHERE receiver = ?");
  ASSERT_TRUE(row->with(reader.id).step());
  EXPECT_EQ(std::string(row->blob(0)).find("Larkspur"), std::string::npos);
  row.reset();
  EXPECT_EQ(store::receiver_secret(operations, store::ServerKey({1, 2, 3}), reader.id), "") << "another server key opens nothing";
  ASSERT_TRUE(store::set_receiver(operations, district_, reader.id, {{"grades", "03"}}, anna).ok());
  EXPECT_TRUE(store::has_receiver_secret(operations, reader.id));
  for (auto const& [name, value] : Changes{{"sftp-host", "elsewhere.example.org"},
                                           {"sftp-port", "2222"},
                                           {"sftp-user", "other"},
                                           {"sftp-host-key", "ssh-ed25519 SHA256:0123456789012345678901234567890123456789abc"}}) {
    ASSERT_FALSE(store::set_receiver_secret(operations, h.key, reader, "Larkspur-7", anna));
    ASSERT_TRUE(store::set_receiver(operations, district_, reader.id, {{name, value}}, anna).ok()) << name;
    EXPECT_FALSE(store::has_receiver_secret(operations, reader.id)) << name << ": nobody gets it by being named in its place";
  }
  ASSERT_FALSE(store::set_receiver_secret(operations, h.key, reader, "Larkspur-7", anna));
  ASSERT_FALSE(store::set_receiver_state(operations, district_, reader.id, "ended", anna));
  EXPECT_FALSE(store::has_receiver_secret(operations, reader.id));
  for (auto entries = operations.prepare("SELECT what FROM audit"); entries->step();) EXPECT_EQ(entries->text(0).find("Larkspur"), std::string_view::npos);
}

TEST_P(Sharing, WhatIsNotSetUpIsNotPushed) {
  auto const reader = receiver("oneroster-1.1", {{"delivery", "sftp"}});
  store::Actor const anna{"anna", "2026-09-01T00:00:00Z"};
  auto h = hub();
  auto const why = [&](Changes const& changes) {
    EXPECT_TRUE(store::set_receiver(home_->operations(), district_, reader.id, changes, anna).ok());
    auto const now = *store::find_receiver(home_->operations(), district_.id, reader.id);
    EXPECT_TRUE(runs::queue_hand_on(h, district_, now).ok());
    auto const made = runs::make_next(h, district_);
    EXPECT_EQ((*made)->outcome, "failed");
    return (*made)->why;
  };
  EXPECT_NE(why({}).find("not set yet"), std::string::npos);
  EXPECT_NE(why({{"sftp-host", "127.0.0.1"}, {"sftp-user", "x"}, {"sftp-port", "9"}}).find("has not been confirmed"), std::string::npos);
  EXPECT_NE(why({{"sftp-host-key", "ssh-ed25519 SHA256:0123456789012345678901234567890123456789abc"}}).find("password or private key"), std::string::npos);
  ASSERT_FALSE(store::set_receiver_secret(home_->operations(), h.key, reader, "Larkspur-7", anna));
  EXPECT_NE(why({}).find("ROLLBOOK_SFTP_PRIVATE"), std::string::npos);
  for (auto const& [name, value] : Changes{{"sftp-host", "a b"},
                                           {"sftp-host", "me@host"},
                                           {"sftp-port", "0"},
                                           {"sftp-port", "70000"},
                                           {"sftp-user", "a b"},
                                           {"sftp-folder", "a\nb"},
                                           {"sftp-host-key", "SHA256:abc"},
                                           {"delivery", "pigeon"}})
    EXPECT_FALSE(store::set_receiver(home_->operations(), district_, reader.id, {{name, value}}, anna).ok()) << name << " " << value;
}

TEST_P(Sharing, AFolderIsNamedByTheOperatorAlone) {
  auto const reader = receiver("oneroster-1.1", {{"delivery", "folder"}, {"zip-name", "larkspur.zip"}});
  auto h = hub();
  ::unsetenv("ROLLBOOK_EXPORTS");
  ASSERT_TRUE(runs::queue_hand_on(h, district_, reader).ok());
  EXPECT_EQ((*runs::make_next(h, district_))->outcome, "failed");
  ::setenv("ROLLBOOK_EXPORTS", (folder() + "/exports").c_str(), 1);
  auto const made = made_for(reader);
  auto const path = folder() + "/exports/district-1/receiver-" + std::to_string(reader.id) + "/larkspur.zip";
  EXPECT_EQ(std::filesystem::file_size(path), made.bytes);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  ::unsetenv("ROLLBOOK_EXPORTS");
  for (std::string const name : {"../x.zip", "/tmp/x.zip", ".x.zip", "x.exe", "a b.zip"})
    EXPECT_FALSE(store::set_receiver(home_->operations(), district_, reader.id, {{"zip-name", name}}, {"anna", "2026-09-01T00:00:00Z"}).ok()) << name;
}

TEST(ReceiverPolicy, WhatCannotBeIsSaid) {
  auto const why = [](std::string const& kind, store::ReceiverSettings const& settings) {
    auto const policy = store::policy_of(kind, settings);
    return policy ? std::string("(nothing)") : policy.trouble().text;
  };
  EXPECT_EQ(why("oneroster-1.1", {}), "(nothing)");
  EXPECT_NE(why("oneroster-2", {}).find("no kind"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"attributes", "users.givenName=leave-out"}}).find("is required by OneRoster 1.1"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"attributes", "users.role=pseudonym"}}).find("cannot be handed on as pseudonym"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"attributes", "users.password=as-is"}}).find("can be handed on"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"tables", "users"}}).find("which is not among them"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"until", "soon"}}).find("2027-06-30"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"profile", "learnplatform"}}).find("blank"), std::string::npos);
  EXPECT_NE(why("oneroster-1.2", {{"profile", "learnplatform"}}).find("1.1 alone"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"profile", "learnplatform"}, {"left-out-columns", "blank"}, {"attributes", "orgs.parentSourcedId=leave-out"}})
                .find("orgs.parentSourcedId"),
            std::string::npos);
  EXPECT_EQ(why("oneroster-1.1", {{"when", "weekdays@06:30"}}), "(nothing)");
  EXPECT_NE(why("oneroster-1.1", {{"when", "sometimes"}}).find("daily@06:30"), std::string::npos);
  EXPECT_NE(why("oneroster-1.1", {{"colour", "red"}}).find("no setting"), std::string::npos);
  EXPECT_NE(why("users-file", {{"tables", "orgs"}}).find("people alone"), std::string::npos);
}

}  // namespace
}  // namespace rollbook::test
