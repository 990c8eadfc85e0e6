// What the page of a record shows as of a day is what an export made on that day said of it, whatever happened before and since.
#include <nlohmann/json.hpp>
#include <random>

#include "access/accounts.h"
#include "access/secrets.h"
#include "access/sessions.h"
#include "http/forms.h"
#include "runs/edit.h"
#include "runs/school.h"
#include "runs/search_index.h"
#include "runs/texts.h"
#include "web/portal.h"

namespace rollbook::test {
namespace {

using nlohmann::json;

class RecordAsOf : public Runs {
 protected:
  static constexpr std::int64_t now = 1'790'000'000;

  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    for (auto const* const source : {"sis", "hr"}) add_source(source, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
    access::set_hashing({.passes = 1, .bytes = 8192});
    auto& operations = home_->operations();
    store::Actor const somebody{"test", "2026-09-01T00:00:00Z"};
    auto const account = access::add_account(operations, "anna@example.org", "Anna", false, somebody);
    ASSERT_FALSE(access::grant(operations, account->id, {district_.id, {}, access::Level::System, true}, somebody));
    session_ = access::begin_session(operations, account->id, "127.0.0.1", "test", now).token;
  }

  json page(std::string const& table, std::string const& id, std::string const& day) {
    http::Head head;
    head.method = "GET";
    head.path = "/districts/" + std::to_string(district_.id) + "/browse/record.json";
    head.query = "table=" + table + "&id=" + http::percent_encoded(id) + "&as_of=" + day;
    head.peer = "127.0.0.1";
    head.headers = {{"host", "portal.test"}, {"cookie", "rollbook_session=" + session_}};
    auto const response = portal_->begin(head)->finish();
    EXPECT_EQ(response.status, 200) << head.path << "?" << head.query << " " << response.body.substr(0, 300);
    return response.status == 200 ? json::parse(response.body) : json();
  }

  std::string day() const {
    return std::to_string(today / 10000) + "-" + std::to_string(today / 100 % 100 + 100).substr(1) + "-" + std::to_string(today % 100 + 100).substr(1);
  }

  // The day ends: what was applied on it was applied on it, and an export is made.
  void end_of_day() {
    (*home_->roster(district_.id))->run("UPDATE revisions SET at = ? WHERE number > ?", day() + "T21:00:00Z", known_);
    auto const roster = home_->roster(district_.id);
    auto row = (*roster)->prepare("SELECT max(number) FROM revisions");
    if (row->step()) known_ = row->integer(0);
    exports_[day()] = exported();
  }

  void night(DeliveryOf& roster, std::mt19937& random, std::string const& fresh) {
    for (int i = 0; i < 4; ++i) {
      std::string const school = random() % 2 == 0 ? "1" : "2", student = school + "_" + std::to_string(1 + random() % 5);
      switch (random() % 5) {
        case 0:
          roster.put("users", {{"sourcedId", "u" + student},
                               {"givenName", "Name" + fresh},
                               {"familyName", "Quill"},
                               {"enabledUser", random() % 2 == 0 ? "true" : "false"},
                               {"orgSourcedIds", "s" + school},
                               {"role", "student"},
                               {"username", "n" + student}});
          break;
        case 1:
          roster.drop("users", "u" + student).drop("enrollments", "e" + student).drop("demographics", "u" + student);
          break;
        case 2:
          roster.put("classes", {{"sourcedId", "c" + school}, {"title", "Class " + fresh}});
          break;
        case 3:
          roster.put("orgs", {{"sourcedId", "s" + school}, {"name", "School " + fresh}});
          break;
        default:
          roster.put("users", {{"sourcedId", "p" + school}, {"middleName", "Of the night " + fresh}});
      }
    }
  }

  std::size_t compare() {
    std::set<std::pair<std::string, std::string>> all;
    for (auto const& [day, files] : exports_)
      for (auto const& [name, text] : files)
        if (name != "manifest.csv")
          for (auto const& row : sheet(text).rows) all.insert({name.substr(0, name.find('.')), row[0]});
    std::size_t cells = 0;
    for (auto const& [day, files] : exports_)
      for (auto const& [table, id] : all) {
        auto const record = page(table, id, day);
        auto const where = table + " " + id + " on " + day;
        std::map<std::string, std::string> shown;
        for (auto const& field : record["fields"]) shown[field["field"]] = field["value"];
        auto const file = files.find(table + ".csv");
        bool there = false;
        if (file != files.end()) {
          auto const rows = sheet(file->second);
          for (auto const& row : rows.rows)
            for (std::size_t i = 3; row[0] == id && i < rows.header.size(); ++i, ++cells) {
              there = true;
              EXPECT_EQ(shown[rows.header[i]], row[i]) << where << ": " << rows.header[i];
            }
        }
        EXPECT_EQ(record["lives"] == true && record["id"] == id, there) << where;
        if (HasFailure()) return cells;
      }
    return cells;
  }

  static Sheet sheet(std::string text) {
    std::erase(text, '\r');
    return Sheet::of(text);
  }

  std::map<std::string, Files> exports_;
  std::int64_t known_ = 0;
  std::string session_;
  std::unique_ptr<web::Portal> portal_;
};

TEST_P(RecordAsOf, EqualsTheExportThatWasMadeOnThatDay) {
  std::mt19937 random(20260901);
  auto roster = two_schools(5);
  sync(roster);
  end_of_day();
  std::map<std::string, std::string> called{{"p1", "p1"}, {"p2", "p2"}};
  std::optional<std::int64_t> last;
  std::map<std::string, int> did;
  for (int n = 0; n < 14; ++n) {
    ++today;
    auto h = hub();
    auto const fresh = std::to_string(n);
    std::optional<runs::Answer> answer;
    std::string kind;
    switch (n < 7 ? n : static_cast<int>(random() % 7)) {
      case 0:
      case 1:
        night(roster, random, fresh);
        answer = sync(roster);
        kind = "night";
        break;
      case 2:
        answer = *runs::edit(h, district_, {"users", called["p1"], {{"familyName", "Hand" + fresh}}, random() % 2 == 0 ? day() : ""});
        kind = "edit";
        break;
      case 3: {
        auto const id = n % 2 == 1 ? "p1" : "p2";
        answer = *runs::rekey(h, district_, "users", called[id], "teacher-" + fresh);
        if (answer->is_applied()) called[id] = "teacher-" + fresh;
        kind = "re-key";
        break;
      }
      case 4: {
        DeliveryOf staff;  // who knows a teacher too, and somebody who now has the id that the other teacher had
        for (auto const* const id : {"p2", "h1"})
          staff.put("users", {{"sourcedId", id},
                              {"givenName", "Other" + fresh},
                              {"familyName", "Source"},
                              {"enabledUser", "true"},
                              {"orgSourcedIds", "s2"},
                              {"role", "teacher"},
                              {"username", std::string("o") + id}});
        answer = sync(staff, "hr");
        kind = "second source";
        break;
      }
      case 5:
        answer = *runs::edit(h, district_, {"classes", "c1", {{"title", "By hand " + fresh}}, ""});
        kind = "edit";
        break;
      default: {
        if (!last) break;
        auto const undone = runs::undo(h, district_, *last, true, false);
        if (!undone) break;
        answer = *undone;
        kind = "undo";
      }
    }
    if (answer && answer->is_applied()) {
      ++did[kind];
      last = kind == "re-key" ? std::nullopt : answer->run;  // ids stay, so that the next one finds its teacher
    }
    end_of_day();
  }
  for (auto const* const kind : {"night", "edit", "re-key", "second source", "undo"}) EXPECT_GT(did[kind], 0) << kind;
  ASSERT_FALSE(runs::index_all(**home_->roster(district_.id)));
  auto portal = web::Portal::open(
      {.place = place_, .key = hub().key, .strict = true, .per_address = {1e6, 1e6}, .per_session = {1e6, 1e6}, .now = [] { return now * 1000; }});
  ASSERT_TRUE(portal.ok()) << portal.trouble().text;
  portal_ = std::move(*portal);
  EXPECT_GT(compare(), 5000u);
  portal_.reset();
}

INSTANTIATE_TEST_SUITE_P(, RecordAsOf, both_databases(), name_of_database);

}  // namespace
}  // namespace rollbook::test
