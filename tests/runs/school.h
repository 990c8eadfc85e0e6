// A small district whose deliveries are written by hand, synced into a home on either database.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/file_sink.h"
#include "runs/confirmed.h"
#include "runs/export.h"
#include "runs/undo.h"
#include "runs/work.h"
#include "store/databases.h"

namespace rollbook::test {

using Files = std::map<std::string, std::string>;

// Tables of a delivery, row by row, in the columns of OneRoster 1.1. A row is what stands between its commas.
class DeliveryOf {
 public:
  // "bulk", "delta" or "absent"; a table that is not mentioned is absent.
  DeliveryOf& mode(std::string const& table, std::string const& how) {
    modes_[table] = how;
    if (how != "absent") rows_[table];
    return *this;
  }
  // Replaces the row with this id, or adds it. In a delta `status` is active and the date is filled in, when they are not given.
  DeliveryOf& put(std::string const& table, std::map<std::string, std::string> cells);
  DeliveryOf& drop(std::string const& table, std::string const& id);
  DeliveryOf& without_column(std::string const& table, std::string const& column);
  Files files() const;

 private:
  struct Row {
    std::string id;
    std::map<std::string, std::string> cells;
  };
  std::map<std::string, std::string> modes_;
  std::map<std::string, std::vector<Row>> rows_;
  std::map<std::string, std::vector<std::string>> without_;
};

// Two schools with so many students each, who are in one class of their school with one teacher: orgs d, s1, s2; session t; course c; classes
// c1, c2; teachers p1, p2; students u1_1 …, u2_1 …; demographics of students; enrollments e1_p, e1_1 ….
DeliveryOf two_schools(int students);

// As if it had come in.
delivery::Delivery delivery_of(Files const& files);

class Runs : public OnBothDatabases {
 protected:
  void SetUp() override;
  void TearDown() override;

  // A source of the district. Live, and applying by itself, unless told otherwise.
  void add_source(std::string const& name = "sis", store::SettingChanges settings = {{"live", "yes"}, {"apply-by-itself", "yes"}});
  void set(std::string const& source, store::SettingChanges const& settings);

  runs::Answer sync(Files const& files, std::string const& source = "sis", std::string const& approve = "");
  runs::Answer sync(DeliveryOf const& delivery, std::string const& source = "sis", std::string const& approve = "") {
    return sync(delivery.files(), source, approve);
  }
  // It comes without a manifest, and a person says what it is.
  runs::Answer sync_confirmed(DeliveryOf const& delivery, runs::Confirmed const& confirmed, std::string const& source = "sis");
  runs::Answer dry_run(DeliveryOf const& delivery, std::string const& source = "sis");
  runs::Answer approve(std::int64_t run, std::vector<std::string> const& except = {});
  runs::Answer discard(std::int64_t run);
  runs::Answer undo(std::int64_t run, bool force = false);
  std::string decision_of(std::int64_t run);

  // The roster as OneRoster files.
  Files exported(std::optional<std::int64_t> revision = {}, std::string const& version = "1.1", std::vector<std::string> const& schools = {});
  // The ids of an exported table.
  std::vector<std::string> ids(std::string const& table);
  bool has(std::string const& table, std::string const& id);
  // A cell of it; "(none)" when there is no such row.
  std::string cell(std::string const& table, std::string const& id, std::string const& column);

  // The roster contradicts itself nowhere.
  void expect_sound();

  runs::Hub hub();
  // Opens the home anew, as another process would; `opened` is called with every database of it.
  void reopen(std::function<void(store::Database&)> opened = {});
  std::int32_t today = 20260901;
  std::string data_folder_;  // "" on PostgreSQL
  store::HomePlace place_;
  std::unique_ptr<store::Home> home_;
  store::District district_;
};

// created, updated, removed of a table of an answer.
std::string changes(runs::Answer const& answer, std::string const& table);
runs::Counts counts(runs::Answer const& answer, std::string const& table);
// One of its reasons has these words.
bool says(runs::Answer const& answer, std::string const& words);
bool held_for(runs::Answer const& answer, std::string const& why);

}  // namespace rollbook::test
