// What becomes of an upload: how far it has come, then how it went and where to go on.
#include "runs/answer.h"
#include "runs/confirmed.h"
#include "store/runs.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/progress.h"

namespace rollbook::web {
namespace {

Model outcome_of(store::Run const& run) {
  if (run.outcome == "held" && run.decision == "open") return alert("held", "It waits for your decision. Nothing is changed before that.");
  if (run.outcome == "held") return alert("info", "It waited for a decision, and was " + run.decision + ". Nothing was changed.");
  if (run.outcome == "refused") return alert("danger", "It was refused: nothing was changed.");
  if (run.outcome == "failed") return alert("danger", "It could not be done: nothing was changed.");
  if (run.outcome == "no_changes") return alert("success", "Nothing to change: the roster says the same already.");
  return alert("success", run.outcome == "applied" ? "It was applied." : "It was applied, with warnings.");
}

}  // namespace

Answer upload_run(Visit& visit) {
  auto const number = visit.number(1);
  auto const run = number < 0 ? std::nullopt : store::find_run(visit.hub.home.operations(), visit.district->id, number);
  if (!run) return Refusal{404};
  View view{"upload_run", "Run " + std::to_string(run->id)};
  view.crumbs = {{"Upload", visit.in_district("upload")}};
  auto const over = run->state == "done";
  view.model["run"] = run->id;
  view.model["progress"] = progress_part(visit, *run);
  view.model["outcome"] = over ? outcome_of(*run) : Model(false);
  view.model["reasons"] = Model::List();
  if (auto const answer = over ? runs::from_json(run->report) : Result<runs::Answer>(Trouble{}))
    for (auto const& reason : answer->reasons) view.model["reasons"].add({{"text", reason}});
  view.model["confirm"] = over && runs::lacks_manifest(*run) ? visit.in_district("upload/" + std::to_string(run->id) + "/confirm") : "";
  view.model["history"] = over ? visit.in_district("history/" + std::to_string(run->id)) : "";
  return view;
}

// A person says what files without a manifest are: a new run of them.
Answer confirm_manifest(Visit& visit) {
  auto const number = visit.number(1);
  auto const run = number < 0 ? std::nullopt : store::find_run(visit.hub.home.operations(), visit.district->id, number);
  if (!run) return Refusal{404};
  auto const confirmed = runs::confirmed_of(std::string(visit.form["version"]) + " " + std::string(visit.form["kind"]));
  if (!confirmed) return Redirect{page_of_run(visit, run->id), "Choose both: the version, and whether the files are complete."};
  auto const queued = runs::queue_confirmed(visit.hub, *visit.district, run->id, *confirmed);
  if (!queued) return Refusal{409, queued.trouble().text};
  return Redirect{page_of_run(visit, queued->run), "The delivery of run " + std::to_string(run->id) + " is looked at again, as you said."};
}

}  // namespace rollbook::web
