#include "web/run_decision.h"

#include <algorithm>

#include "report/words.h"
#include "runs/batch_kind.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_choices = 300, most_named = 5;

using School = runs::Answer::SchoolAnswer;

// Schools to leave out: the held ones are chosen already, and stand first.
Model school_choices(std::vector<School> const& schools) {
  Model list = Model::List();
  std::size_t listed = 0;
  for (auto const held : {true, false})
    for (auto const& school : schools)
      if (school.held == held && (held || listed < most_choices)) {
        ++listed;
        list.add({{"id", school.sourced_id}, {"name", school.name}, {"held", held}, {"field", "except-" + std::to_string(listed)}});
      }
  return list;
}

std::string names_of(std::vector<School const*> const& schools) {
  std::string names;
  for (std::size_t i = 0; i < std::min(schools.size(), most_named); ++i)
    names += (i == 0 ? "" : ", ") + (schools[i]->name.empty() ? schools[i]->sourced_id : schools[i]->name);
  return schools.size() > most_named ? names + " and " + with_separators(schools.size() - most_named) + " more" : names;
}

// All schools but the held ones; nothing where none is held, or no other would be left.
Model without_the_held(std::vector<School> const& schools) {
  std::vector<School const*> held;
  for (auto const& school : schools)
    if (school.held) held.push_back(&school);
  if (held.empty() || held.size() == schools.size()) return false;
  Model ids = Model::List();
  for (auto const* school : held) ids.add({{"id", school->sourced_id}});
  return {{"ids", std::move(ids)}, {"title", "Apply without the " + counted(held.size(), "held school")}, {"names", names_of(held)}};
}

// A guard, or files that are not what they were: something besides the usual approval speaks against it.
bool is_warned(views::RunLine const& run) {
  return std::any_of(run.held_because.begin(), run.held_because.end(), [](auto const& why) { return why != "trial" && why != "preview"; });
}

}  // namespace

Model decision_panel(OneRun const& one) {
  Model panel;
  auto const& run = one.detail.line;
  auto const& schools = one.answer.schools;
  auto const held = run.needs_decision, failed = run.outcome == "failed" && run.state == "done";
  auto const waits_its_turn = held && !wants_a_person(run);
  panel["open"] = held || failed;
  auto const decides = one.decides && !one.of_one_school;
  panel["decides"] = one.decides;
  panel["is_whole_district"] = one.decides && one.of_one_school && (failed || (held && !waits_its_turn))
                                   ? "A decision is about all schools of the district. Show all of them to decide."
                                   : "";
  panel["who"] = "Somebody with the level Enrollment, held at the district itself, decides.";
  panel["can_apply"] = decides && held && !waits_its_turn;
  panel["to_type"] = run.kind == "cascade" ? Model{{"count", run.counts.removed}} : Model(false);
  panel["apply"] = run.kind == runs::batch_kind ? "Process file" : "Apply";
  panel["can_run_again"] = decides && failed;
  panel["can_discard"] = decides && held;
  panel["waits_its_turn"] = waits_its_turn;
  panel["digest"] = one.detail.digest;
  panel["warned"] = is_warned(run);
  panel["without_held"] = without_the_held(schools);
  panel["choices"] = school_choices(schools);
  panel["has_choices"] = schools.size() > 1;
  return panel;
}

}  // namespace rollbook::web
