// A district with nights behind it, and what its people are shown of them.
#pragma once

#include "runs/school.h"
#include "web/visitors.h"

namespace rollbook::test {

using access::Level;

class HistoryOfADistrict : public PortalTest {
 protected:
  runs::Hub hub() {
    runs::Hub hub{*home_, key_, folder_ + "/data", 2, 20261122, {"anna", "2026-11-22T00:14:00Z", "command line"}, runs::name_of_this_worker()};
    return hub;
  }
  store::District district() { return *store::find_district(operations(), std::to_string(oakfield)); }

  void add_source(store::SettingChanges const& settings = {{"live", "yes"}, {"apply-by-itself", "yes"}}) {
    ASSERT_TRUE(store::add_source(operations(), district(), "sis", settings, somebody).ok());
  }
  runs::Answer sync(DeliveryOf const& delivery) { return sync(delivery.files()); }
  runs::Answer sync(Files const& files) {
    auto h = hub();
    auto const answer = runs::sync(h, district(), *store::find_source(operations(), district(), "sis"), delivery_of(files), "");
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return answer.ok() ? *answer : runs::Answer();
  }
  void work_off(std::int64_t run) {
    auto h = hub();
    EXPECT_TRUE(runs::work_off(h, district(), run, nullptr).ok());
  }

  std::int64_t org(std::string const& id) {
    auto const roster = home_->roster(oakfield);
    auto row = (*roster)->prepare("SELECT key FROM ids WHERE tbl = ? AND id = ? AND until IS NULL");
    return row->with(static_cast<int>(TableId::Orgs), id).step() ? row->integer(0) : -1;
  }
  Browser somebody_of(Level level, std::optional<std::int64_t> at = {}) { return browser_of(member("anna", oakfield, level, at)); }

  std::int64_t newest_open_run() {
    auto row = operations().prepare("SELECT max(id) FROM runs WHERE district = ? AND decision = 'open'");
    return row->with(oakfield).step() && !row->is_null(0) ? row->integer(0) : -1;
  }

  std::string in(std::string const& rest) const { return "/districts/" + std::to_string(oakfield) + rest; }
  std::string run(std::int64_t number, std::string const& rest = "") const { return in("/history/" + std::to_string(number) + rest); }
  std::string page(Browser const& browser, std::string const& address, int status = 200) {
    auto const response = get(browser, address);
    EXPECT_EQ(response.status, status) << address << " " << response.body;
    return response.body;
  }
  static std::string field(std::string const& html, std::string const& name) {
    auto const at = html.find("name=\"" + name + "\" value=\"");
    if (at == std::string::npos) return "(none)";
    auto const from = at + name.size() + 15;
    return html.substr(from, html.find('"', from) - from);
  }
  static bool says(std::string const& text, std::string const& what) { return text.find(what) != std::string::npos; }
  static std::size_t times(std::string const& text, std::string const& what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
  }
  std::size_t notes(std::string const& what) {
    auto row = operations().prepare("SELECT count(*) FROM audit WHERE district = ? AND what = ?");
    return row->with(oakfield, what).step() ? static_cast<std::size_t>(row->integer(0)) : 0;
  }

  // School s2 loses 30 of 40 students; s1 changes one.
  static DeliveryOf night_without_many() {
    auto next = two_schools(40);
    for (int i = 1; i <= 30; ++i) {
      auto const n = std::to_string(i);
      next.drop("users", "u2_" + n).drop("enrollments", "e2_" + n).drop("demographics", "u2_" + n);
    }
    next.put("users", {{"sourcedId", "u1_1"}, {"givenName", "<b>Another</b>"}});
    return next;
  }
};

}  // namespace rollbook::test
