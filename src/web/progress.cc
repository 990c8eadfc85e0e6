// Runs as they go on: in words, as a stream, and how they are stopped.
#include "web/progress.h"

#include <array>

#include "report/words.h"
#include "rules/catalogue.h"
#include "runs/progress.h"
#include "web/live.h"
#include "web/pages.h"
#include "web/run_words.h"
#include "web/source_times.h"

namespace rollbook::web {
namespace {

using runs::Stage;

struct Words {
  Stage stage;
  std::string_view title;
  int step;
};
// Reading, comparing and counting lead to the preview; what is approved, or goes by itself, is written behind them.
constexpr Words words[] = {
    {Stage::Landing, "Taking the files in", 1},
    {Stage::Opening, "Opening the delivery", 1},
    {Stage::Reading, "Reading and checking", 2},
    {Stage::Comparing, "Comparing with what is stored", 3},
    {Stage::Counting, "Counting what it would change", 4},
    {Stage::Writing, "Writing the changes", 5},
    {Stage::Finishing, "Finishing", 5},
};
constexpr int steps = 5;

Words words_of(Stage stage) {
  for (auto const& one : words)
    if (one.stage == stage) return one;
  return words[0];
}

std::string detail_of(runs::Progress const& progress) {
  if (progress.all == 0) return "";
  auto const rows = progress.stage == Stage::Writing;
  return rows ? with_separators(progress.done) + " of " + with_separators(progress.all) + " rows"
              : size_in_words(progress.done) + " of " + size_in_words(progress.all);
}

// Findings speak of rows of any school, and whose they are is not known before the run is compared.
bool sees_all_findings(Visit const& visit) { return !visit.school && visit.standing.may_everywhere(access::Right::SeeHistory, visit.district->id); }

Model found_part(Found::SoFar const& found, bool sees_findings) {
  Model rules = Model::List();
  for (auto const& rule : found.rules) {
    auto const id = rule_by_code(rule.code);
    if (!sees_findings || id == no_rule) continue;
    std::string places;
    for (auto const& place : rule.first)
      places += (places.empty() ? "" : ", ") + (place.file.empty() ? "the delivery" : place.file) + (place.line ? " line " + std::to_string(*place.line) : "");
    rules.add({{"code", rule.code},
               {"name", name_in_words(all_rules()[id].info->name)},
               {"severity", severity_tag(name_of(rule.severity))},
               {"count", number(rule.count)},
               {"places", places},
               {"help", "/help/rules/" + rule.code}});
  }
  auto const has_rules = !rules.get<Model::List>()->empty();
  return {{"errors", found.errors},
          {"warnings", found.warnings},
          {"infos", found.infos},
          {"sentence", "Found so far: " + counted(found.errors, "error") + ", " + counted(found.warnings, "warning") +
                           (found.infos > 0 ? ", " + counted(found.infos, "note") : "") + "."},
          {"has_rules", has_rules},
          {"rules", std::move(rules)}};
}

std::optional<store::Run> run_of(Visit& visit) {
  auto const number = visit.number(1);
  return number < 0 ? std::nullopt : store::find_run(visit.hub.home.operations(), visit.district->id, number);
}

// Of a run that waits for it.
std::string its_time(Visit& visit, std::int64_t number) {
  auto& operations = visit.hub.home.operations();
  auto const run = store::find_run(operations, visit.district->id, number);
  auto const source = store::find_source(operations, *visit.district, run ? run->source.value_or(0) : 0);
  if (!source || !*source) return "";
  auto const next = next_time_in_words(visit, **source);
  return next.empty() ? "Its source has no schedule any more; it is taken in a moment."
                      : "It is taken " + next + ". Whoever does not want to wait finds \"Sync now\" on the page of " + (*source)->name + ".";
}

}  // namespace

Model progress_of(store::Standing const& run, std::optional<runs::Progress> const& nearer, bool sees_findings) {
  auto const kept = run.state == "running" ? nearer ? nearer : runs::progress_of(run.progress) : std::nullopt;
  Model model{{"run", run.run}, {"state", run.state}, {"cancel_by", run.cancel_by}, {"steps", steps}};
  auto const progress = kept.value_or(runs::Progress{Stage::Opening, 0, 0});
  auto const said = words_of(progress.stage);
  auto const waits = run.state != "running";
  model["stage"] = waits ? "waiting" : runs::name_of(progress.stage);
  model["done"] = progress.done;
  model["all"] = progress.all;
  model["running"] = !waits;
  model["percent"] = waits || progress.all == 0 ? -1 : static_cast<int>(std::min<std::uint64_t>(100, progress.done * 100 / progress.all));
  model["step"] = waits ? 0 : said.step;
  model["title"] = !run.cancel_by.empty() ? "Stopping, as " + run.cancel_by + " asked" : waits ? "Waiting for its turn" : std::string(said.title);
  model["detail"] = waits ? "One run of a district is done at a time." : detail_of(progress);
  auto const found = waits ? std::nullopt : runs::found_of(run.progress);
  model["found"] = found ? found_part(*found, sees_findings) : Model(false);
  return model;
}

Model progress_part(Visit& visit, store::Standing const& run) {
  if (run.state == "done") return false;
  auto model = progress_of(run, {}, sees_all_findings(visit));
  auto const address = run_address(visit, run.run);
  if (run.state == "waiting" && run.cancel_by.empty()) {
    model["title"] = "Waiting for its schedule";
    model["detail"] = its_time(visit, run.run);
  }
  model["events"] = address + "/events";
  model["has_percent"] = *model.find("percent")->get<std::int64_t>() >= 0;
  model["cancel"] = run.cancel_by.empty() && visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id) ? address + "/cancel" : "";
  model["again"] = visit.head.path;
  return model;
}

// Event stream of a run. Of one that is over, a single event says so.
Answer run_events(Visit& visit) {
  auto const run = run_of(visit);
  if (!run) return Refusal{404};
  http::Response response;
  response.headers = {{"content-type", "text/event-stream"}, {"x-accel-buffering", "no"}};
  Live::Onlooker const onlooker{visit.account->id,         visit.district->id, visit.session ? visit.session->id : 0,
                                access::Right::SeeHistory, visit.now,          sees_all_findings(visit)};
  response.events = visit.live->watch(onlooker, run->id);
  return response;
}

}  // namespace rollbook::web
