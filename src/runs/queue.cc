#include "runs/queue.h"

#include "runs/batch_kind.h"
#include "runs/delivery_run.h"
#include "runs/going_live.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "runs/source_change.h"
#include "runs/undone.h"
#include "store/district_life.h"
#include "store/source_clocks.h"

namespace rollbook::runs {
namespace {

Result<Queued> nothing_queued(std::string why) { return Queued{0, std::move(why)}; }

Queued is_queued(Hub const& hub, std::int64_t run) {
  if (hub.queued) hub.queued();
  return {run, {}};
}

}  // namespace

Result<Queued> queue_run(Hub& hub, store::Run run) {
  auto& operations = hub.home.operations();
  if (auto const district = store::find_district(operations, std::to_string(run.district)))
    if (auto why = store::why_no_service(operations, *district); !why.empty()) return Trouble{why};
  auto const trouble = operations.transaction([&] {
    store::add_run(operations, run);
    return true;
  });
  return trouble ? nothing_queued(trouble->text) : is_queued(hub, run.id);
}

namespace {

// Full deliveries that came by themselves, and that nobody has looked at yet, give way to a newer one of the same files. A delta is kept: whether the newer one
// is any good is not known yet. What a person sent, or has decided, is theirs.
void replace_unread(Hub& hub, store::District const& district, store::Source const& source, store::Run const& newer) {
  auto& operations = hub.home.operations();
  auto rows = operations.prepare(
      "SELECT id FROM runs WHERE district = ? AND source = ? AND kind = 'delivery' AND state IN ('waiting', 'queued') AND modes <> '' AND work = '' AND report "
      "= '' "
      "AND id < ? ORDER BY id");
  std::vector<std::int64_t> unread;
  for (rows->with(newer.district, source.id, newer.id); rows->step();) unread.push_back(rows->integer(0));
  rows.reset();
  for (auto const number : unread) {
    auto run = store::find_run(operations, newer.district, number);
    if (run && covers(newer.modes, run->modes, false)) supersede_unread(hub, district, source, *run, newer.id);
  }
}

Result<Queued> queue_landed(Hub& hub, store::District const& district, store::Source const& source, store::Run run,
                            std::function<void(std::int64_t run)> const& also = {}) {
  if (auto why = why_closed(source); !why.empty()) return Trouble{why};
  auto& operations = hub.home.operations();
  if (auto why = store::why_no_service(operations, district); !why.empty()) return Trouble{why};
  std::optional<Trouble> other_key;
  auto const trouble = operations.transaction([&] {
    other_key = store::keep_server_key(operations, hub.key);
    if (other_key) return false;
    if (run.state == "queued") store::queue_waiting(operations, district.id, source.id);
    store::add_run(operations, run);
    if (!run.modes.empty() && !only_adds(source)) replace_unread(hub, district, source, run);
    if (also) also(run.id);
    return true;
  });
  if (trouble) operations.recover();
  if (trouble) return nothing_queued(trouble->text + " Send the delivery again; that does no harm if it became a run nevertheless.");
  if (other_key) return *other_key;
  return is_queued(hub, run.id);
}

store::Run landed_run(Hub& hub, store::District const& district, store::Source const& source, std::string const& received) {
  auto run = new_run(hub, district, source.kind == batch_kind ? std::string(batch_kind) : "delivery", source.id);
  run.delivery = received;
  return run;
}

}  // namespace

Result<Queued> queue_delivery(Hub& hub, store::District const& district, store::Source const& source, std::string const& received,
                              std::string const& approved) {
  auto run = landed_run(hub, district, source, received);
  if (!approved.empty()) run.work = "approve " + approved + "\n";
  return queue_landed(hub, district, source, std::move(run));
}

Result<Queued> queue_to_look_at(Hub& hub, store::District const& district, store::Source const& source, store::Run run) {
  return queue_landed(hub, district, source, std::move(run), [&](std::int64_t number) {
    auto& operations = hub.home.operations();
    for (auto& other : store::open_runs(operations, district.id))
      if (other.id < number && other.source == source.id && Work::of(other.work).look_first && other.held_because == "preview")
        mark_superseded(operations, other, number);
  });
}

Result<Queued> queue_arrival(Hub& hub, store::District const& district, store::Source const& source, std::string const& received, std::string const& modes,
                             std::function<void(std::int64_t run)> const& also) {
  if (auto why = why_only_uploads(source); !why.empty()) return Trouble{why};
  auto run = landed_run(hub, district, source, received);
  run.modes = modes;
  if (!source.settings["schedule"].empty()) run.state = "waiting";
  return queue_landed(hub, district, source, std::move(run), also);
}

Result<Queued> queue_approval(Hub& hub, store::District const& district, std::int64_t number, std::vector<std::string> const& except_schools,
                              std::string const& seen) {
  auto& operations = hub.home.operations();
  auto wrong = store::why_no_service(operations, district);
  if (wrong.empty()) wrong = why_not_approved(hub, district, number);
  if (!wrong.empty()) return Trouble{wrong};
  auto const trouble = operations.transaction([&] {
    auto run = store::find_run(operations, district.id, number);
    if (!run) wrong = store::no_run(district, number);
    else if (run->decision != "open" && run->outcome != "failed")
      wrong = "Run " + std::to_string(number) + " does not wait for a decision: it is " + (run->outcome.empty() ? run->state : run->outcome) +
              (run->decision.empty() ? "" : ", " + run->decision) + ".";
    else if (run->state != "done")
      wrong = "Run " + std::to_string(number) + " is " + (run->state == "queued" ? "in the queue" : "being worked on") +
              " already. Nothing was added to that; look again when it is done.";
    else if (!seen.empty() && run->digest != seen) wrong = "Run " + std::to_string(number) + " is not what you looked at any more: it was compared anew.";
    if (!wrong.empty()) return false;
    run->state = "queued";
    if (run->decision == "open") {
      run->work = Work::of(run->work).lasting() + "approve " + run->digest + "\n";
      for (auto const& school : except_schools) run->work += "except " + school + "\n";
    } else if (!except_schools.empty()) {
      wrong = "Run " + std::to_string(number) + " has failed, so nobody has seen what it would do: approve it without --except-school, it begins anew.";
      return false;
    }
    store::save_run(operations, *run);
    store::forget_progress(operations, number);
    store::note(operations, hub.actor, district.id, "run approved", std::to_string(number));
    return true;
  });
  if (trouble) return Queued{number, trouble->text};
  if (!wrong.empty()) return Trouble{wrong};
  return is_queued(hub, number);
}

store::Run undo_of(Hub const& hub, store::District const& district, store::Run const& undone, bool force) {
  auto run = new_run(hub, district, "undo", undone.source);
  run.undoes = undone.id;
  run.work = force ? "force\n" : "";
  return run;
}

Result<Queued> queue_undo(Hub& hub, store::District const& district, std::int64_t number, bool force) {
  auto& operations = hub.home.operations();
  auto const undone = store::find_run(operations, district.id, number);
  if (operations.trouble()) return *operations.trouble();
  if (!undone) return Trouble{store::no_run(district, number)};
  {
    auto roster = open_roster(hub, district);
    if (!roster) return roster.trouble();
    auto const found = revision_of_run(**roster, number);
    if (!found) return Trouble{"Run " + std::to_string(number) + " has changed nothing that could be undone: it is " + undone->outcome + "."};
    if (auto const since = past_undoing_since(**roster, found->revision.number); !since.empty()) return Trouble{why_past_undoing(number, since)};
  }
  return queue_run(hub, undo_of(hub, district, *undone, force));
}

Result<Answer> work_off(Hub& hub, store::District const& district, std::string const& kind, Result<Queued> const& queued, delivery::Delivery* at_hand) {
  if (!queued) return queued.trouble();
  if (queued->failed) return failed(queued->run > 0 ? std::optional(queued->run) : std::nullopt, kind, *queued->failed);
  return work_off(hub, district, queued->run, at_hand);
}

}  // namespace rollbook::runs
