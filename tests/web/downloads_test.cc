// Whatever leaves the portal as a file stands in the audit log of its district: every route is asked for one, by a person who may have them all.
#include <set>

#include "runs/look.h"
#include "runs/search_index.h"
#include "store/receivers.h"
#include "web/lived_district.h"
#include "web/routes.h"

namespace rollbook::test {
namespace {

class Downloads : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    auto files = two_schools(40).files();
    files["foreign.txt"] = "not a file of OneRoster";  // something to be found
    first_ = *sync(files).run;
    auto h = hub();
    ASSERT_FALSE(runs::index_all(**runs::open_roster(h, district())));
    receiver_ = store::add_receiver(operations(), district(), "reader", "oneroster-1.1", {}, somebody)->id;
    auto const account = person("dora");
    ASSERT_FALSE(access::grant(operations(), account.id, {oakfield, {}, Level::System, true}, somebody));
    dora_ = account.id;
    browser_ = browser_of(account);
    take(post(browser_, in("/export"), {{"version", "1.1"}}));
  }

  // To its end.
  static void take(http::Response const& response) {
    if (!response.more) return;
    for (auto piece = response.more(); piece.ok() && !piece->empty();) piece = response.more();
  }
  static bool is_file(http::Response const& response) {
    return response.status == 200 && header_of(response, "content-disposition").find("attachment") != std::string::npos;
  }

  std::string address(std::string_view pattern) {
    std::map<std::string, std::string> const values{{"{district}", std::to_string(oakfield)},
                                                    {"{account}", std::to_string(dora_)},
                                                    {"{source}", "1"},
                                                    {"{kind}", "oneroster-csv"},
                                                    {"{step}", "identifiers"},
                                                    {"{group}", "filters"},
                                                    {"{run}", std::to_string(first_)},
                                                    {"{finding}", "1"},
                                                    {"{export}", "1"},
                                                    {"{receiver}", std::to_string(receiver_)},
                                                    {"{receiver_kind}", "oneroster-1.1"},
                                                    {"{webhook}", "1"},
                                                    {"{org}", std::to_string(org("s1"))}};
    std::string out(pattern);
    for (auto const& [name, value] : values)
      for (auto at = out.find(name); at != std::string::npos; at = out.find(name)) out.replace(at, name.size(), value);
    EXPECT_EQ(out.find('{'), std::string::npos) << pattern << ": say what stands there in tests/web/downloads_test.cc";
    return out;
  }
  // Pages that show one thing of many are told which.
  static std::vector<std::string> asked_of(std::string_view pattern) {
    if (pattern.ends_with("/browse")) return {"?q=quill"};
    if (pattern.ends_with("/browse/record"))
      return {"?table=users&id=u1_1", "?table=demographics&id=u1_1", "?table=classes&id=c1&list=enrollments.classSourcedId"};
    if (pattern.ends_with("/quality")) return {"", "?tab=oneroster", "?tab=duplicates", "?tab=mine", "?tab=apps"};
    if (pattern.ends_with("/changes")) return {"?table=users", ""};
    if (pattern.ends_with("/enrollment/students/users") || pattern.ends_with("/enrollment/staff/users")) return {"?key=1"};
    return {""};
  }

  std::size_t notes_of_files() {
    auto row = operations().prepare("SELECT count(*) FROM audit WHERE district = ? AND (what LIKE '%downloaded' OR what LIKE '%exported')");
    return row->with(oakfield).step() ? static_cast<std::size_t>(row->integer(0)) : 0;
  }

  std::int64_t first_ = 0, receiver_ = 0, dora_ = 0;
  Browser browser_;
};

TEST_F(Downloads, EachStandsInTheAuditLog) {
  std::set<std::string> files;
  auto const ask = [&](std::string const& pattern, auto const& answer) {
    auto const before = notes_of_files();
    http::Response const response = answer();
    if (!is_file(response)) return;
    take(response);
    EXPECT_EQ(notes_of_files(), before + 1) << pattern;
    files.insert(pattern);
  };
  for (auto const& route : web::routes()) {
    std::string const pattern(route.pattern);
    if (route.method != "GET" || pattern.find("{district}") == std::string::npos) continue;
    if (pattern.find("/enrollment/upload/") != std::string::npos) continue;  // templates and a sample, which have nothing of the district
    for (auto const* const dress : {"", ".csv", ".json"})
      for (auto const& query : asked_of(pattern)) ask(pattern, [&] { return get(browser_, address(pattern) + dress + query); });
  }
  ask("again", [&] { return post(browser_, in("/exports/1/again")); });
  ask("export", [&] { return post(browser_, in("/export"), {{"version", "1.2"}}); });
  std::string const d = "/districts/{district}";
  for (auto const& must :
       {d + "/history", d + "/history/{run}/changes", d + "/history/{run}/findings", d + "/history/{run}/received", d + "/exports/{export}", d + "/browse",
        d + "/browse/record", d + "/members/staff", d + "/administration/audit", d + "/disclosures", d + "/quality", d + "/enrollment/download/users",
        d + "/enrollment/download/demographics", d + "/enrollment/students/users", std::string("again"), std::string("export")})
    EXPECT_EQ(files.count(must), 1u) << must << " gives no file";
}

TEST_F(Downloads, APageInJsonIsAPageAndNotAList) {
  // A program sees what a person sees, a page at a time; a look at a person is noted in whatever dress.
  auto const page_of = [&](std::string const& rest) { return page(browser_, in(rest)); };
  EXPECT_LE(times(page_of("/browse.json?q=quill"), "\"id\":\"u"), 50u);
  auto const before = notes("person viewed");
  page_of("/browse/record.json?table=users&id=u1_1");
  EXPECT_EQ(notes("person viewed"), before + 1);
}

}  // namespace
}  // namespace rollbook::test
