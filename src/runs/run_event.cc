#include "runs/run_event.h"

#include <algorithm>

#include "runs/outcome.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_rules = 5;

std::optional<store::EventKind> kind_of(std::string const& outcome) {
  using store::EventKind;
  if (outcome == "applied") return EventKind::Applied;
  if (outcome == "applied_with_warnings") return EventKind::AppliedWithWarnings;
  if (outcome == "held") return EventKind::Held;
  if (outcome == "refused") return EventKind::Refused;
  if (outcome == "failed") return EventKind::Failed;
  return std::nullopt;
}

std::uint64_t schools_that_change(Answer const& answer) {
  auto const changes = [](Answer::SchoolAnswer const& school) {
    return std::any_of(school.tables.begin(), school.tables.end(), [](auto const& one) { return one.second.created + one.second.updated + one.second.removed > 0; });
  };
  return static_cast<std::uint64_t>(std::count_if(answer.schools.begin(), answer.schools.end(), changes));
}

// The rules that were broken most, the worst level first.
std::vector<Answer::Rule> worst_rules(Answer const& answer) {
  auto rules = answer.findings;
  auto const level = [](std::string const& severity) { return severity == "error" || severity == "refused" ? 0 : severity == "warning" ? 1 : 2; };
  std::erase_if(rules, [&](auto const& rule) { return level(rule.severity) == 2; });
  std::stable_sort(rules.begin(), rules.end(),
                   [&](auto const& a, auto const& b) { return std::pair(level(a.severity), b.count) < std::pair(level(b.severity), a.count); });
  if (rules.size() > most_rules) rules.resize(most_rules);
  return rules;
}

}  // namespace

bool waits_for_nobody(std::vector<std::string> const& held_because) {
  return std::any_of(held_because.begin(), held_because.end(),
                     [](auto const& why) { return why == "paused" || why == "suspended" || why == "behind-held-delta"; });
}

std::optional<store::Event> event_of(store::Run const& run, Answer const& answer) {
  auto const kind = kind_of(run.outcome);
  if (!kind) return std::nullopt;
  bool const by_hand = run.kind != "delivery", went_well = answer.is_applied();
  if ((by_hand && went_well) || (*kind == store::EventKind::Held && waits_for_nobody(answer.held_because))) return std::nullopt;
  store::Event event{.district = run.district, .kind = *kind, .at = run.finished, .source = run.source, .run = run.id};
  auto const all = Summary::of(answer);
  auto const add = [&](std::string const& name, std::uint64_t count) { event.facts.emplace_back(name, std::to_string(count)); };
  event.facts.emplace_back("kind", run.kind);
  add("created", all.counts.created);
  add("updated", all.counts.updated);
  add("removed", all.counts.removed);
  add("unchanged", all.counts.unchanged);
  add("excluded", all.counts.excluded);
  add("schools", schools_that_change(answer));
  add("errors", all.errors);
  add("warnings", all.warnings);
  for (auto const& why : answer.held_because) event.facts.emplace_back("because", why);
  for (auto const& rule : worst_rules(answer)) event.facts.emplace_back("rule", rule.code + ":" + std::to_string(rule.count));
  return event;
}

}  // namespace rollbook::runs
