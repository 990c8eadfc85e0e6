#include "views/run_view.h"

#include <chrono>

#include "runs/school.h"

namespace rollbook::test {
namespace {

class RunView : public Runs {
 protected:
  std::vector<std::int64_t> numbers(views::HistoryFilter const& filter, std::size_t page_of = 3) {
    std::vector<std::int64_t> all;
    std::optional<std::int64_t> below;
    do {
      auto const page = views::history(home_->operations(), district_, filter, below, page_of);
      EXPECT_TRUE(page.ok());
      if (!page) return all;
      EXPECT_LE(page->lines.size(), page_of);
      for (auto const& line : page->lines) all.push_back(line.id);
      below = page->next;
    } while (below);
    return all;
  }
  std::int64_t source(std::string const& name) { return store::find_source(home_->operations(), district_, name)->id; }
  std::int64_t add_run(std::string const& created, std::string const& kind = "delivery", std::string const& outcome = "applied") {
    store::Run run;
    run.district = district_.id;
    run.kind = kind;
    run.created = created;
    run.outcome = outcome;
    run.state = "done";
    store::add_run(home_->operations(), run);
    return run.id;
  }
};
INSTANTIATE_TEST_SUITE_P(, RunView, both_databases(), name_of_database);

TEST_P(RunView, HistoryIsNewestFirstAndGoesPageByPage) {
  for (int i = 0; i < 8; ++i) add_run("2026-09-01T00:00:00Z");
  EXPECT_EQ(numbers({}), (std::vector<std::int64_t>{8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(numbers({}, 8).size(), 8u);
}

TEST_P(RunView, HistoryIsFiltered) {
  district_.time_zone = "America/Denver";
  add_source("sis", {{"live", "yes"}});
  add_source("hr", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", "add-and-update"}});
  auto const held = *sync(two_schools(2)).run;
  auto const other = *sync(two_schools(1), "hr").run;
  auto const early = add_run("2026-08-31T05:59:00Z", "undo", "failed"), late = add_run("2026-09-02T05:59:59Z", "edit"),
             later = add_run("2026-09-02T06:00:00Z", "edit");
  EXPECT_EQ(numbers({source("sis"), "", "", "", "", false}), std::vector<std::int64_t>{held});
  EXPECT_EQ(numbers({{}, "", "", "", "", true}), std::vector<std::int64_t>{held});
  EXPECT_EQ(numbers({{}, "failed", "", "", "", false}), std::vector<std::int64_t>{early});
  EXPECT_EQ(numbers({{}, "", "edit", "", "", false}), (std::vector<std::int64_t>{later, late}));
  EXPECT_EQ(numbers({{}, "", "", "2026-09-01", "2026-09-01", false}), std::vector<std::int64_t>{late}) << "days are those of the district";
  EXPECT_EQ(numbers({{}, "", "", "2026-09-03", "", false}), std::vector<std::int64_t>{});
  EXPECT_FALSE(views::history(home_->operations(), district_, {{}, "", "", "soon", "", false}, {}, 10).ok());
  EXPECT_EQ(views::history(home_->operations(), district_, {source("hr"), "", "", "", "", false}, {}, 10)->lines[0].id, other);
}

TEST_P(RunView, ARunSaysAllThatIsKnownOfIt) {
  add_source();
  auto const run = *sync(two_schools(4)).run;
  auto const detail = views::run_detail(home_->operations(), district_, run);
  ASSERT_TRUE(detail.ok() && *detail);
  auto const& d = **detail;
  EXPECT_EQ(d.line.source, "sis");
  EXPECT_EQ(d.line.outcome, "applied");
  EXPECT_EQ(d.line.created.text(), "2026-09-01 00:00 UTC");
  EXPECT_GT(d.line.counts.created, 20u);
  ASSERT_TRUE(d.answer);
  EXPECT_EQ(d.answer->run, run);
  EXPECT_GT(d.received.size(), 5u);
  EXPECT_FALSE(d.line.undone_by);
  undo(run);
  EXPECT_EQ((**views::run_detail(home_->operations(), district_, run)).line.undone_by, run + 1);
  EXPECT_FALSE(*views::run_detail(home_->operations(), district_, 4711));
  auto elsewhere = district_;
  elsewhere.id = 2;
  EXPECT_FALSE(*views::run_detail(home_->operations(), elsewhere, run)) << "a run of another district is none";
}

TEST_P(RunView, ChartsGoFromTheOldestToTheNewest) {
  add_source();
  sync(two_schools(4));
  auto next = two_schools(4);
  next.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Another"}});
  sync(next);
  auto const points = views::chart(home_->operations(), district_, source("sis"), 30);
  ASSERT_TRUE(points.ok());
  ASSERT_EQ(points->size(), 2u);
  EXPECT_EQ((*points)[0].rows, (*points)[1].rows);
  EXPECT_EQ((*points)[0].created, (*points)[0].rows);
  EXPECT_EQ((*points)[1].updated, 1u);
}

}  // namespace
}  // namespace rollbook::test
