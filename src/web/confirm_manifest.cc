// A delivery without a manifest, and a person who says what it is.
#include "runs/confirmed.h"
#include "store/runs.h"
#include "web/pages.h"
#include "web/run_words.h"

namespace rollbook::web {
// A person says what files without a manifest are: a new run of them.
Answer confirm_manifest(Visit& visit) {
  auto const number = visit.number(1);
  auto const run = number < 0 ? std::nullopt : store::find_run(visit.hub.home.operations(), visit.district->id, number);
  if (!run) return Refusal{404};
  auto const confirmed = runs::confirmed_of(std::string(visit.form["version"]) + " " + std::string(visit.form["kind"]));
  if (!confirmed) return Redirect{run_address(visit, run->id), "Choose both: the version, and whether the files are complete."};
  auto const queued = runs::queue_confirmed(visit.hub, *visit.district, run->id, *confirmed);
  if (!queued) return Refusal{409, queued.trouble().text};
  if (queued->failed) return Refusal{503};
  return Redirect{run_address(visit, queued->run), "The delivery of run " + std::to_string(run->id) + " is looked at again, as you said."};
}

}  // namespace rollbook::web
