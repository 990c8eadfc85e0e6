// A district whose deliveries come by themselves, at moments of a clock that the test holds.
#pragma once

#include <date/date.h>

#include <sstream>

#include "runs/late.h"
#include "runs/many_schools.h"
#include "runs/on_time.h"
#include "store/moment.h"
#include "store/source_clocks.h"
#include "views/local_time.h"
#include "views/wall_clock.h"

namespace rollbook::test {

inline std::int64_t moment(std::string const& text) {
  std::istringstream in(text);
  date::sys_seconds read;
  in >> date::parse("%Y-%m-%dT%H:%M:%SZ", read);
  EXPECT_FALSE(in.fail()) << text;
  return read.time_since_epoch().count();
}

class OnTime : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    district_ = district_in("Europe/Berlin");
  }
  store::District district_in(std::string const& zone) {
    auto const district = store::add_district(home_->operations(), "in " + zone, zone, {"a test", "2026-01-01T00:00:00Z"});
    EXPECT_TRUE(district.ok());
    also_drop("home_district_" + std::to_string(district->id));
    return *district;
  }
  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }
  void set_at(std::string const& when, store::SettingChanges const& settings, std::string const& name = "sis") {
    auto const changed = store::set_source(home_->operations(), district_, name, settings, {"anna", when});
    ASSERT_TRUE(changed.ok()) << changed.trouble().text;
  }
  runs::Hub hub_at(std::string const& when) {
    auto h = hub();
    h.actor = {"anna", when, "a test"};
    h.today = views::day_in(district_.time_zone, moment(when));
    return h;
  }
  // A delivery comes through a door.
  std::int64_t leave(std::string const& when, DeliveryOf const& delivery, std::string const& name = "sis") {
    auto h = hub_at(when);
    auto const left = runs::leave(h, district_, source(name), delivery_of(delivery.files()));
    EXPECT_TRUE(left.ok() && !left->failed) << (left.ok() ? *left->failed : left.trouble().text);
    return left ? left->run : 0;
  }
  // A node looks at its clock.
  void look(std::string const& when) {
    auto h = hub_at(when);
    auto const clock = views::wall_clock(district_.time_zone);
    for (auto* const follow : {runs::take_due, runs::look_for_late}) {
      auto const trouble = follow(h, district_, clock, moment(when));
      EXPECT_FALSE(trouble) << trouble->text;
    }
  }
  // A worker does what is in the queue.
  void work(std::string const& when) {
    for (;;) {
      auto h = hub_at(when);
      h.clock = [&] { return when; };
      auto const did = runs::work_one(h, district_);
      ASSERT_TRUE(did.ok()) << did.trouble().text;
      if (!*did) return;
    }
  }
  store::Run run(std::int64_t number) { return *store::find_run(home_->operations(), district_.id, number); }
};

}  // namespace rollbook::test
