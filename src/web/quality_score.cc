// How good the data of each school was over time: docs/decisions, 16.
#include <charconv>

#include "base/day.h"
#include "runs/look.h"
#include "store/sources.h"
#include "views/quality.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/quality_words.h"
#include "web/run_words.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t points_of_a_chart = 60, schools_of_a_page = 50;

Model point_of(Visit const& visit, views::QualityPoint const& point) {
  return {{"run", point.run},
          {"to", run_address(visit, point.run)},
          {"day", day_text(point.day)},
          {"rows", number(point.rows)},
          {"wrong", number(point.wrong)},
          {"tenths", point.score()},
          {"score", score_in_words(point)}};
}

}  // namespace

Answer quality_score(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto const seen = Seen::by(visit, access::Right::SeeHistory);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const asked = visit.query["source"];
  std::int64_t source = 0;
  std::from_chars(asked.data(), asked.data() + asked.size(), source);
  Model sources = Model::List();
  if (auto const all = store::list_sources(visit.hub.home.operations(), *visit.district); all)
    for (auto const& one : *all) {
      if (!one.is_active()) continue;
      if (source == 0) source = one.id;
      sources.add(choice(std::to_string(one.id), one.name, one.id == source));
    }
  auto const schools = views::quality_of_schools(**roster, source, seen.schools(), schools_of_a_page);
  // Whoever sees one school sees the line of that one; of several there is no sum, for a person can be at two of them.
  bool const one = !seen.all() && schools.size() == 1;
  auto const points = seen.all() || one ? views::quality_over_time(**roster, one ? schools[0].school : runs::all_schools, source, points_of_a_chart)
                                        : std::vector<views::QualityPoint>();
  if ((*roster)->trouble()) return Refusal{503};
  View view{"quality_score", "Score"};
  Model list = Model::List(), worst = Model::List();
  Sheet sheet{"quality-score", {"sourcedId", "school", "run", "day", "rows", "with an error", "score"}, {}};
  for (auto const& point : points) list.add(point_of(visit, point));
  for (auto const& school : schools) {
    auto row = point_of(visit, school.point);
    row["school"] = school.name.empty() ? school.id : school.name;
    row["only"] = address(visit.in_district("quality/score"), {{"source", std::to_string(source)}, {"school", school.id}});
    worst.add(std::move(row));
    sheet.rows.push_back({school.id, school.name, std::to_string(school.point.run), day_text(school.point.day), std::to_string(school.point.rows),
                          std::to_string(school.point.wrong), score_in_words(school.point)});
  }
  auto const here = visit.in_district("quality/score");
  view.model = {{"tabs", quality_tab_links(visit, "score")},
                {"here", here},
                {"sources", std::move(sources)},
                {"has_points", !points.empty()},
                {"points", std::move(list)},
                {"has_schools", !schools.empty()},
                {"schools", std::move(worst)},
                {"bounded", schools.size() == schools_of_a_page},
                {"of_school", visit.school ? visit.school->name : ""},
                {"csv", address(here + ".csv", {{"source", std::to_string(source)}})},
                {"nothing", empty("quality", "No score yet", "The first full delivery of this source that is taken from now on has one.",
                                  visit.in_district("quality"), "Data Quality")}};
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
