#include "web/run_words.h"

#include <algorithm>

#include "base/day.h"
#include "report/words.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

std::string words_of(std::vector<Named> const& list, std::string_view name) {
  auto const found = std::find_if(list.begin(), list.end(), [&](auto const& one) { return one.name == name; });
  return std::string(found == list.end() ? name : found->words);
}

struct Shown {
  std::string_view kind, icon;
};
Shown shown(views::RunLine const& run) {
  if (run.state == "queued" || run.state == "waiting") return {"", "waiting"};
  if (run.state == "running") return {"info", "running"};
  if (run.outcome == "applied") return {"ok", "ok"};
  if (run.outcome == "applied_with_warnings") return {"warning", "warning"};
  if (run.outcome == "no_changes") return {"", "same"};
  if (run.outcome == "refused") return {"error", "refused"};
  if (run.outcome == "failed") return {"error", "error"};
  return {run.needs_decision ? "held" : "", "held"};
}

}  // namespace

std::vector<Named> const& run_outcomes() {
  static std::vector<Named> const all{{"applied", "Applied"},       {"applied_with_warnings", "Applied with warnings"},
                                      {"no_changes", "No changes"}, {"held", "Held"},
                                      {"refused", "Refused"},       {"failed", "Failed"}};
  return all;
}

std::vector<Named> const& run_kinds() {
  static std::vector<Named> const all{{"delivery", "Delivery"},
                                      {"export", "Export"},
                                      {"undo", "Undo"},
                                      {"edit", "Edit by hand"},
                                      {"batch", "Batch upload"},
                                      {"re-key", "New ids"},
                                      {"year change", "Year change"},
                                      {"source change", "Change of a source"},
                                      {"cascade", "Deletion of an organization"}};
  return all;
}

std::string kind_in_words(std::string_view kind) { return words_of(run_kinds(), kind); }

std::string outcome_in_words(views::RunLine const& run) {
  if (run.state == "waiting") return "Waits for its schedule";
  if (run.state == "queued") return "Queued";
  if (run.state == "running") return "Running";
  if (run.outcome == "held" && run.decision == "discarded") return "Held, discarded";
  if (run.outcome == "held" && run.decision == "superseded") return "Held, superseded";
  return words_of(run_outcomes(), run.outcome);
}

Model outcome_tag(views::RunLine const& run) {
  auto const look = shown(run);
  return tag(look.kind, look.icon, outcome_in_words(run));
}

std::string decision_in_words(std::string_view decision) {
  static std::vector<Named> const all{{"open", "Open"},
                                      {"approved", "Applied"},
                                      {"approved-in-part", "Applied without some schools"},
                                      {"discarded", "Discarded"},
                                      {"superseded", "Superseded"}};
  return words_of(all, decision);
}

std::string held_in_words(std::string_view reason) {
  static std::vector<Named> const all{
      {"guard", "More would change than may change without a decision."},
      {"anomaly", "The files are not what they used to be."},
      {"preview", "Each delivery of this source is looked at by a person before it is applied."},
      {"trial", "The source is in trial: its first delivery is applied when a person approves it."},
      {"paused", "The source is paused. It waits until the pause ends."},
      {"suspended", "The district is suspended. It waits until the suspension ends."},
      {"looks-like-delta", "The files claim to be complete, and look like changes only."},
      {"needs-full", "A delivery before it was not taken, so changes alone have nothing to build on: a full delivery is needed."},
      {"behind-held-delta", "An earlier delivery of changes waits for a decision. This one comes after it."},
      {"missing-file", "A file that used to come is missing."},
      {"destructive", "It removes records for good."}};
  return words_of(all, reason);
}

bool wants_a_person(views::RunLine const& run) {
  if (!run.needs_decision) return false;
  return std::none_of(run.held_because.begin(), run.held_because.end(),
                      [](auto const& why) { return why == "paused" || why == "suspended" || why == "behind-held-delta"; });
}

std::string at_in_words(Visit const& visit, views::LocalTime const& moment) {
  auto const today = day_text(visit.hub.today) == moment.day;
  return (today ? "" : "on " + moment.day + " ") + "at " + moment.time + " " + moment.zone;
}

Model severity_tag(std::string_view severity) {
  if (severity == "error" || severity == "refused") return tag("error", severity == "error" ? "error" : "refused", severity == "error" ? "Error" : "Refused");
  if (severity == "warning") return tag("warning", "warning", "Warning");
  return tag("info", "info", "Info");
}

std::string table_in_words(std::string_view table) { return capitalized(many_of_table(table)); }

Model number(std::uint64_t count, std::string to) { return {{"n", count}, {"text", with_separators(count)}, {"to", count == 0 ? "" : std::move(to)}}; }

std::string run_address(Visit const& visit, std::int64_t run, std::string_view below) {
  return visit.in_district("history/" + std::to_string(run) + (below.empty() ? "" : "/") + std::string(below));
}

}  // namespace rollbook::web
