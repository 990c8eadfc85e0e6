// Runs as they go on: in words, as a stream, and how they are stopped.
#include "web/progress.h"

#include <array>

#include "runs/progress.h"
#include "web/live.h"
#include "web/pages.h"

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
  return rows ? with_commas(progress.done) + " of " + with_commas(progress.all) + " rows" : size_in_words(progress.done) + " of " + size_in_words(progress.all);
}

std::optional<store::Run> run_of(Visit& visit) {
  auto const number = visit.number(1);
  return number < 0 ? std::nullopt : store::find_run(visit.hub.home.operations(), visit.district->id, number);
}

}  // namespace

std::string with_commas(std::uint64_t number) {
  auto const digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string size_in_words(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> units = {"KB", "MB", "GB", "TB"};
  if (bytes < 1024) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  std::size_t unit = 0;
  for (; bytes >= 1000 * 1024 && unit + 1 < units.size(); ++unit) bytes >>= 10;
  auto const tenths = (bytes * 10 + 512) >> 10;
  auto const whole = tenths >= 100 || tenths % 10 == 0;
  return (whole ? std::to_string((tenths + 5) / 10) : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)) + " " + std::string(units[unit]);
}

Model progress_of(store::Standing const& run, std::optional<runs::Progress> const& nearer) {
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
  return model;
}

Model progress_part(Visit& visit, store::Run const& run) {
  if (run.state == "done") return false;
  auto model = progress_of({run.id, run.state, run.progress, run.cancel_by});
  auto const address = visit.in_district("history/" + std::to_string(run.id));
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
  Live::Onlooker const onlooker{visit.account->id, visit.district->id, visit.session ? visit.session->id : 0, access::Right::SeeHistory, visit.now};
  response.events = visit.live->watch(onlooker, run->id);
  return response;
}

Answer cancel_run(Visit& visit) {
  auto const run = run_of(visit);
  if (!run) return Refusal{404};
  auto const to = page_of_run(visit, run->id);
  if (auto const trouble = runs::ask_to_cancel(visit.hub.home.operations(), *visit.district, run->id, visit.hub.actor)) return Redirect{to, trouble->text};
  visit.live->look_now();
  return Redirect{to, "Run " + std::to_string(run->id) + " is being stopped."};
}

}  // namespace rollbook::web
