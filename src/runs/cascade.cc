#include "runs/cascade.h"

#include "runs/cascade_plan.h"
#include "runs/guards.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/outcome.h"

namespace rollbook::runs {
namespace {

constexpr std::string_view deletion = "delete-organization ";

// The record that is to be deleted, when it is there.
std::optional<std::uint32_t> org_of(store::Database& roster, store::Run const& run) {
  auto const change = Work::of(run.work).change;
  if (!change.starts_with(deletion)) return std::nullopt;
  auto const key = std::strtoll(change.c_str() + deletion.size(), nullptr, 10);
  auto row = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
  return row->with(static_cast<int>(TableId::Orgs), key).step() ? std::optional(static_cast<std::uint32_t>(key)) : std::nullopt;
}

// True when it is to be done now.
bool judge(Answer& answer, store::Run& run, Work const& work) {
  if (work.approve && work.approved == answer.digest) return decide(answer, run, "applied", "approved"), true;
  answer.held_because.emplace_back(name_of(Hold::Destructive));
  answer.reasons.emplace_back(work.approve ? "This is not what was seen: the roster has changed since. Look at it again."
                                           : "It waits until a person approves it.");
  decide(answer, run, "held", "open");
  return false;
}

}  // namespace

Result<Queued> queue_cascade(Hub& hub, store::District const& district, std::uint32_t org) {
  auto run = new_run(hub, district, "cascade");
  run.work = "change " + std::string(deletion) + std::to_string(org) + "\n";
  {
    auto roster = open_roster(hub, district);
    if (!roster) return roster.trouble();
    if (!org_of(**roster, run)) return Trouble{"This organization is not in the roster any more."};
  }
  return queue_run(hub, std::move(run));
}

Result<Answer> cascade_run(Hub& hub, store::District const& district, store::Run& run) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto const org = org_of(**roster, run);
    if ((*roster)->trouble()) return *(*roster)->trouble();
    if (!org) return Trouble{"This organization is not in the roster any more."};
    auto const seen = last_revision(**roster);
    hub.watch.at(Stage::Comparing);
    CascadePlan plan(**roster, seed_of(hub, district.id), *org);
    if ((*roster)->trouble()) return *(*roster)->trouble();
    Answer answer;
    answer.run = run.id;
    answer.kind = run.kind;
    answer.district = district.name;
    answer.digest = plan.digest();
    plan.describe(answer);
    if (!judge(answer, run, Work::of(run.work))) return answer;
    bool current = true;
    auto const trouble = (*roster)->transaction([&] {
      auto const last = last_revision(**roster);
      current = last == seen;
      if (!current) return false;
      answer.revision = last + 1;
      Revision const revision{last + 1, run.id, run.kind, hub.actor.at, run.who, answer.digest, to_json(answer), std::nullopt};
      hub.watch.at(Stage::Writing);
      write_revision(**roster, revision, std::nullopt, "");
      plan.apply(revision);
      return true;
    });
    if (trouble) return *trouble;
    if (current) return answer;
  }
  return Trouble{"The roster of this district changes all the time; the run can be tried again."};
}

}  // namespace rollbook::runs
