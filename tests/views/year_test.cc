// A year of schedules in three time zones, with two nodes that look at their clocks now and then, die in the middle of it and come back: every run begins
// within a minute of its time, exactly once; what was missed while both were down begins once.
#include <random>

#include "views/on_time.h"

namespace rollbook::test {
namespace {

constexpr std::int64_t minute = 60, day = 86'400;

// What the workers do with their clock: runs/workers.cc looks at it so often, and into the queue a little later.
constexpr std::int64_t looks_every = 22;

// The moment at which a wall first shows this, or more when that is skipped; found by looking at the wall, every quarter of an hour.
std::int64_t first_shown(WallClock const& clock, std::int64_t wall) {
  auto at = wall - 15 * 60 * minute;
  while (clock.shows(at) < wall) at += 15 * minute;
  return at;
}

struct Place {
  std::string zone, schedule;
  std::vector<int> minutes;  // of the day
  unsigned weekdays;         // bit 0 is Monday
};
std::vector<Place> const places{{"America/Chicago", "30 1,2 * * *", {90, 150}, 0x7f},
                                {"Europe/Berlin", "daily@02:30", {150}, 0x7f},
                                {"Australia/Lord_Howe", "15,45 1-2 * * mon,sun", {75, 105, 135, 165}, 0x41}};

// Its times, as the walls of the place show them.
std::vector<std::int64_t> times_of(Place const& place, std::int64_t from, std::int64_t to) {
  std::set<std::int64_t> all;  // of those that are skipped several may be one
  auto const clock = views::wall_clock(place.zone);
  for (auto midnight = from / day * day - day; midnight <= to + day; midnight += day)
    if ((place.weekdays >> ((midnight / day + 3) % 7) & 1u) != 0)
      for (auto const at : place.minutes)
        if (auto const shown = first_shown(clock, midnight + at * minute); shown > from && shown <= to) all.insert(shown);
  return {all.begin(), all.end()};
}

class Node {
 public:
  Node(store::HomePlace place, std::string name, runs::Hub pattern) : place_(std::move(place)), name_(std::move(name)), pattern_(std::move(pattern)) {
    restart();
  }

  void restart() {
    home_.reset();
    auto home = store::Home::open(place_);
    ASSERT_TRUE(home.ok()) << home.trouble().text;
    home_ = std::make_unique<store::Home>(std::move(*home));
  }
  // The n-th statement of what comes next is its last.
  void dies_at(int statement) {
    home_->operations().fault = [left = std::make_shared<int>(statement)]() -> std::optional<Trouble> {
      return --*left <= 0 ? std::optional(Trouble{"the node died"}) : std::nullopt;
    };
  }
  // The other one looks while this one is looking, before its n-th statement; it must not write by then.
  void interrupted_by(std::function<void()> other, int statement) {
    home_->operations().fault = [left = std::make_shared<int>(statement), other]() -> std::optional<Trouble> {
      if (--*left == 0) other();
      return std::nullopt;
    };
  }
  void goes_on() {
    if (home_) home_->operations().fault = {};
  }

  // Takes what is due, and begins the next run. False: it died.
  bool look(store::District const& district, WallClock const& clock, std::int64_t now, std::vector<std::int64_t>& begun) {
    runs::Hub hub{*home_, pattern_.key, pattern_.data_folder, 1, views::day_in(district.time_zone, now), {"the server", store::moment_text(now)}, name_};
    if (runs::take_due(hub, district, clock, now)) return false;
    auto const run = store::claim_run(home_->operations(), district.id, {name_, now}, [](std::string const&) { return false; });
    if (home_->operations().trouble()) return false;
    if (!run) return true;
    begun.push_back(run->id);
    goes_on();
    home_->operations().run("UPDATE runs SET state = 'done', outcome = 'no_changes' WHERE id = ?", run->id);
    return true;
  }

 private:
  store::HomePlace place_;
  std::string name_;
  runs::Hub pattern_;
  std::unique_ptr<store::Home> home_;
};

class AYear : public OnTime {
 protected:
  // A delivery that came through a door; nobody reads it here.
  std::int64_t comes(store::District const& district, store::Source const& source, std::int64_t at) {
    store::Run run;
    run.district = district.id;
    run.source = source.id;
    run.kind = "delivery";
    run.state = "waiting";
    run.created = store::moment_text(at);
    EXPECT_FALSE(home_->operations().transaction([&] { return store::add_run(home_->operations(), run), true; }));
    return run.id;
  }

  struct Followed {
    Place place;
    store::District district;
    store::Source source;
    WallClock clock;
  };
  struct Time {
    std::int64_t at;
    std::size_t whose;
  };

  void follow(std::string const& from, std::string const& to) {
    std::vector<Time> times;
    std::vector<Followed> all;
    for (auto const& place : places) {
      auto const added = store::add_district(home_->operations(), "a year in " + place.zone, place.zone, {"anna", from});
      ASSERT_TRUE(added.ok()) << added.trouble().text;
      auto const& district = *added;
      auto const source = store::add_source(home_->operations(), district, "sis", {{"schedule", place.schedule}}, {"anna", from});
      ASSERT_TRUE(source.ok()) << source.trouble().text;
      all.push_back({place, district, *source, views::wall_clock(place.zone)});
      for (auto const at : times_of(place, moment(from), moment(to))) times.push_back({at, all.size() - 1});
    }
    std::sort(times.begin(), times.end(), [](auto const& a, auto const& b) { return std::pair(a.at, a.whose) < std::pair(b.at, b.whose); });
    Node one(place_, "one 1 1", hub()), other(place_, "other 1 1", hub());
    for (auto const& time : times) at_a_time(all[time.whose], time.at, one, other);
    for (auto const& each : all)
      for (int i = 0; i < 9; ++i) at_the_end(each, moment(to) + 8 * day, one);
    EXPECT_GT(deaths_, static_cast<int>(times.size() / 20));
    EXPECT_GT(downtimes_, 0);
    EXPECT_EQ(begun_.size(), came_.size()) << "each delivery, once";
    std::printf("%zu times, %zu deliveries, %d deaths, %d meetings, %d downtimes\n", times.size(), came_.size(), deaths_, meetings_, downtimes_);
  }

  void at_a_time(Followed const& one_of, std::int64_t due, Node& one, Node& other) {
    auto const pick = [&](std::int64_t below) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below)); };
    auto const look = [&](Node& node, std::int64_t now) {
      std::vector<std::int64_t> begun;
      bool const lives = node.look(one_of.district, one_of.clock, now, begun);
      for (auto const run : begun) {
        EXPECT_TRUE(begun_.insert(run).second) << "run " << run << " began twice";
        began_at_ = now;
      }
      return lives;
    };
    // Missed altogether: both nodes are down, and the next time finds what has come meanwhile.
    if (pick(60) == 0) {
      ++downtimes_;
      came_.insert(comes(one_of.district, one_of.source, due - minute));
      return;
    }
    bool const has_come = pick(3) > 0;
    look(pick(2) == 0 ? one : other, due - 1 - pick(looks_every));
    EXPECT_EQ(store::waiting_runs(home_->operations(), one_of.district.id, one_of.source.id).size(), 0u) << "what was missed has begun";
    auto const run = has_come ? comes(one_of.district, one_of.source, due - 1 - pick(600)) : 0;
    if (run > 0) came_.insert(run);
    look(other, due - 1);
    EXPECT_EQ(begun_.count(run), 0u) << "before its time";

    auto& first = pick(2) == 0 ? one : other;
    auto& second = &first == &one ? other : one;
    auto at = due + pick(looks_every);
    if (pick(8) == 0) {  // it dies; the other one finds it so, dies perhaps as well, and is back within half a minute
      ++deaths_;
      first.dies_at(static_cast<int>(1 + pick(14)));
      look(first, at);
      first.restart();
      at = std::max(at, due + pick(looks_every));
      if (pick(3) == 0) {
        second.dies_at(static_cast<int>(1 + pick(14)));
        look(second, at);
        second.restart();
        at = due + looks_every + pick(30);
      }
    } else if (pick(4) == 0) {
      ++meetings_;
      first.interrupted_by([&] { look(second, at); }, static_cast<int>(1 + pick(GetParam() == "SQLite" ? 9 : 3)));
    }
    EXPECT_TRUE(look(first, at));
    first.goes_on();
    EXPECT_TRUE(look(second, at + pick(8)));
    auto const clock = store::clock_of(home_->operations(), one_of.source.id);
    EXPECT_GE(clock.came_at, store::moment_text(due)) << one_of.place.zone;
    EXPECT_LE(clock.came_at, store::moment_text(due + minute)) << one_of.place.zone;
    EXPECT_EQ(clock.found, run > 0 ? 1 : 0) << one_of.place.zone << store::moment_text(due);
    if (run > 0) {
      EXPECT_EQ(begun_.count(run), 1u) << "run " << run << " has not begun";
      EXPECT_LE(began_at_, due + minute);
    }
    look(first, due + 3 * minute);
    EXPECT_EQ(store::clock_of(home_->operations(), one_of.source.id).came_at, clock.came_at) << "once";
  }

  // Of what was missed last.
  void at_the_end(Followed const& one_of, std::int64_t now, Node& node) {
    std::vector<std::int64_t> begun;
    EXPECT_TRUE(node.look(one_of.district, one_of.clock, now, begun));
    for (auto const run : begun) EXPECT_TRUE(begun_.insert(run).second);
  }

  std::mt19937_64 random_{20260901};
  std::set<std::int64_t> came_, begun_;
  std::int64_t began_at_ = 0;
  int deaths_ = 0, meetings_ = 0, downtimes_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, AYear, both_databases(), name_of_database);

TEST_P(AYear, EveryRunBeginsWithinAMinuteOfItsTimeExactlyOnce) {
  if (GetParam() == "SQLite") return follow("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
  follow("2026-03-05T00:00:00Z", "2026-04-08T00:00:00Z");  // Chicago, Berlin and Lord Howe change their clocks
}

TEST_P(AYear, AlsoInTheAutumn) {
  if (GetParam() == "SQLite") GTEST_SKIP() << "the year has been there";
  follow("2026-10-01T00:00:00Z", "2026-11-05T00:00:00Z");
}

}  // namespace
}  // namespace rollbook::test
