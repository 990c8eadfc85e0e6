// Sources that end or are replaced, for the tests of it; after each the store has to be sound.
#pragma once

#include <gtest/gtest.h>

#include "runs/edit.h"
#include "runs/many_schools.h"
#include "runs/nothing_is_lost.h"
#include "runs/source_change.h"

namespace rollbook::test {

using Words = std::vector<std::string>;

class SourceChanges : public Breaking {
 protected:
  void begin(DeliveryOf const& first = two_schools(5)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }

  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }
  std::string state(std::string const& name) {
    std::string found = "(none)";
    auto const all = store::list_sources(home_->operations(), district_);
    for (auto const& one : *all)
      if (one.name == name) found = one.state;
    return found;
  }
  static runs::Answer told(Result<runs::Answer> const& answer) {
    if (answer) return *answer;
    runs::Answer wrong;
    wrong.outcome = "trouble: " + answer.trouble().text;
    return wrong;
  }
  runs::Answer deactivate(std::string const& name = "sis") {
    auto h = hub();
    return told(runs::deactivate_source(h, district_, source(name)));
  }
  runs::Answer forget(bool with_records, std::string const& name = "sis") {
    auto h = hub();
    return told(runs::delete_source(h, district_, source(name), with_records));
  }
  runs::Answer replace(std::string const& old_name, std::string const& new_name) {
    auto h = hub();
    return told(runs::replace_source(h, district_, source(old_name), source(new_name)));
  }
  void edit(std::string const& id, std::string const& field, std::string const& value) {
    auto h = hub();
    ASSERT_TRUE(told(runs::edit(h, district_, {"users", id, {{field, value}}, ""})).is_applied());
  }
  bool has(std::string const& table, std::string const& id) {
    auto const all = ids(table);
    return std::find(all.begin(), all.end(), id) != all.end();
  }
  std::int64_t key_of(std::string const& table, std::string const& id) {
    auto roster = home_->roster(district_.id);
    auto row = (*roster)->prepare("SELECT key FROM ids WHERE tbl = ? AND id = ? AND until IS NULL");
    return row->with(static_cast<int>(table_by_name(table)->id), id).step() ? row->integer(0) : -1;
  }
  bool audited(std::string const& what, std::string const& detail) {
    auto rows = home_->operations().prepare("SELECT 1 FROM audit WHERE what = ? AND detail = ? AND who = 'a test'");
    return rows->with(what, detail).step();
  }
  void TearDown() override {
    if (home_) expect_sound("at the end");
    Runs::TearDown();
  }
};
inline store::SettingChanges const trial = {};

inline bool nothing_comes_or_goes(runs::Answer const& answer) {
  for (auto const& [table, counts] : answer.tables)
    if (counts.created + counts.removed > 0) return false;
  return true;
}

inline DeliveryOf people_only(DeliveryOf d) {
  for (auto const* table : {"classes", "enrollments", "demographics", "courses", "academicSessions"}) d.mode(table, "absent");
  return d;
}

// The same people and classes, called otherwise by another system; their identifiers and names are as they were.
inline DeliveryOf renamed(int students) {
  DeliveryOf d;
  auto const text = [](std::string const& id) { return id.empty() ? "" : "n-" + id; };
  auto const before = two_schools(students).files();
  for (auto const& [file, content] : before) {
    if (file == "manifest.csv") continue;
    auto const table = file.substr(0, file.size() - 4);
    std::vector<std::string> header;
    std::size_t at = 0;
    while (at < content.size()) {
      auto const end = content.find('\n', at);
      std::vector<std::string> cells(1);
      for (char const c : content.substr(at, end - at))
        if (c == ',') cells.emplace_back();
        else cells.back() += c;
      at = end + 1;
      if (header.empty()) {
        header = cells;
        continue;
      }
      std::map<std::string, std::string> row;
      for (std::size_t i = 0; i < header.size(); ++i)
        row[header[i]] = header[i] == "sourcedId" || header[i].ends_with("SourcedId") || header[i].ends_with("SourcedIds") ? text(cells[i]) : cells[i];
      d.put(table, row);
    }
  }
  return d;
}

inline DeliveryOf with_codes(DeliveryOf d, std::string const& prefix = "") {
  for (std::string const s : {"1", "2"}) d.put("classes", {{"sourcedId", prefix + "c" + s}, {"classCode", "C" + s}});
  return d;
}

inline store::SettingChanges const known_otherwise = {{"live", "yes"},
                                                      {"apply-by-itself", "yes"},
                                                      {"threshold.floor", "100000"},
                                                      {"person-identifier", "identifier"},
                                                      {"school-identifier", "identifier"},
                                                      {"class-identifier", "classCode"}};

// Two sources that are live side by side, and say the same of the same schools, people and classes, under ids of their own.
class TwoSources : public SourceChanges {
 protected:
  void begin_beside(int students = 5) {
    begin(with_codes(two_schools(students)));
    set("sis", {{"threshold.floor", "100000"}});
    add_source("new", known_otherwise);
    ASSERT_TRUE(sync(by_new(students), "new").is_applied());
    ASSERT_EQ(ids("users").size(), 4u + 4u * static_cast<unsigned>(students));
  }
  static DeliveryOf by_new(int students = 5) { return with_codes(renamed(students), "n-"); }
};

}  // namespace rollbook::test
