#include "runs/work.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <thread>
#include <typeinfo>

#include "base/demand.h"
#include "runs/batch_kind.h"
#include "runs/cascade.h"
#include "runs/delivery_run.h"
#include "runs/edit.h"
#include "runs/held_over.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/needs_full.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "runs/queue.h"
#include "runs/retention.h"
#include "runs/source_change.h"
#include "runs/undo.h"
#include "runs/worker.h"
#include "store/district_life.h"

namespace rollbook::runs {
namespace {

Result<Answer> execute(Hub& hub, store::District const& district, store::Run& run, delivery::Delivery* at_hand) {
  if (run.taken_over || !run.outcome.empty())
    if (auto done = note_if_done(hub, district, run); !done || *done) return done ? Result<Answer>(**done) : done.trouble();
  if (!run.cancel_by.empty()) return Trouble{"It was cancelled before it began."};
  std::optional<KeptProgress> kept;
  if (hub.keeps_progress) kept.emplace(hub.watch, hub.home, run, hub.worker);
  if (run.kind != "delivery" && run.kind != batch_kind) {
    auto answer = run.kind == "undo"            ? undo_run(hub, district, run, Work::of(run.work).force)
                  : run.kind == "edit"          ? edit_run(hub, district, run)
                  : run.kind == "source change" ? source_change_run(hub, district, run)
                  : run.kind == "cascade"       ? cascade_run(hub, district, run)
                                                : rekey_run(hub, district, run);
    if (!answer) return answer;
    run.outcome = answer->outcome;
    if (auto trouble = conclude(hub, district, run, *answer)) return *trouble;
    return answer;
  }
  auto const found = store::find_source(hub.home.operations(), district, run.source.value_or(0));
  if (!found) return found.trouble();
  auto const& source = *found;
  if (!source) return Trouble{"The source of run " + std::to_string(run.id) + " is no longer there."};
  if (auto why = why_closed(*source); !why.empty()) return Trouble{why};
  if (Work::of(run.work).held_over) return run_delivery(hub, district, *source, run, {});
  if (at_hand != nullptr) return run_delivery(hub, district, *source, run, std::move(*at_hand));
  if (run.delivery.empty()) return Trouble{"Its files were let go, as the settings of the district say; send the delivery again."};
  hub.watch.at(Stage::Opening);
  auto delivery = fetch(hub, district, run.delivery);
  if (!delivery) return delivery.trouble();
  return run_delivery(hub, district, *source, run, std::move(*delivery));
}

// Something of a run, as it was claimed, could not be done. If that was after the commit, it is done nevertheless; what waited for a decision goes on waiting;
// else it has failed.
Result<Answer> after_trouble(Hub& hub, store::District const& district, store::Run run, std::string const& why) {
  auto& operations = hub.home.operations();
  operations.recover();
  auto what = why;
  if (auto const now = store::find_run(operations, district.id, run.id)) {
    if (now->state == "done") return from_json(now->report);  // the answer to its note was lost
    run.modes = now->modes;
    if (!now->cancel_by.empty()) what = "It was cancelled by " + now->cancel_by + ".";
  }
  auto done = note_if_done(hub, district, run);
  if (!done) return done.trouble();
  if (*done) return **done;
  auto told = failed(run.id, run.kind, what);
  if (hub.watch.gives_back() && what == why) {
    told.reasons = {"It is back in the queue, and goes on with whoever works next for this district."};
    if (auto trouble = operations.transaction([&] { return store::give_back(operations, run, worker_of(hub)); })) return *trouble;
    return told;
  }
  if (run.decision == "open") {
    run.state = "done";
    told.reasons.emplace_back("Nothing was changed, and it goes on waiting for a decision.");
    auto const trouble = operations.transaction([&] {
      if (!store::has_claim(operations, run, worker_of(hub))) return false;
      store::save_run(operations, run);
      store::forget_progress(operations, run.id);
      return true;
    });
    return trouble ? Result<Answer>(*trouble) : told;
  }
  run.outcome = "failed";
  told.reasons.push_back("Nothing was changed. \"rollbook approve " + std::to_string(run.id) + "\" begins it anew.");
  if (auto trouble = note_outcome(hub, run, told)) return *trouble;
  return told;
}

}  // namespace

std::uint64_t seed_of(Hub const& hub, std::int64_t district) {
  auto const bytes = hub.key.derive("rowhash-", static_cast<std::uint64_t>(district));
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

Result<Answer> sync(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery, std::string const& approved) {
  if (auto why = why_closed(source); !why.empty()) return Trouble{why};
  auto& operations = hub.home.operations();
  if (auto why = store::why_no_service(operations, district); !why.empty()) return Trouble{why};
  if (auto trouble = store::check_server_key(operations, hub.key))
    return operations.trouble() ? failed({}, "delivery", trouble->text) : Result<Answer>(*trouble);
  if (hub.data_folder.empty())  // there the vault lies in the roster's database
    if (auto roster = open_roster(hub, district); !roster) return failed({}, "delivery", roster.trouble().text);
  hub.watch.at(Stage::Landing);
  auto lines = land(hub, district, delivery);
  if (!lines) return failed({}, "delivery", lines.trouble().text + " The delivery is not kept; send it again.");
  return work_off(hub, district, "delivery", queue_delivery(hub, district, source, *lines, approved), &delivery);
}

Result<Answer> approve(Hub& hub, store::District const& district, std::int64_t number, std::vector<std::string> const& except_schools) {
  return work_off(hub, district, "", queue_approval(hub, district, number, except_schools));
}

namespace {

// A server goes on when we are wrong: that is the end of this run alone.
Result<Answer> execute_guarded(Hub& hub, store::District const& district, store::Run& run) {
  std::string what;
  try {
    return execute(hub, district, run, nullptr);
  } catch (BrokenPromise const& broken) {
    what = broken.what();
  } catch (std::bad_alloc const&) {
    return Trouble{"There is not enough memory for it on this server. Try it again when less is going on, or give the server more."};
  } catch (std::exception const& exception) {
    what = typeid(exception).name();  // its words might be about people
  }
  return Trouble{"A mistake in Rollbook ended it; please report it with these words: " + what + "."};
}

// Takes the next run of a district in hand and does it, when nobody else works for the district.
struct Done {
  store::Run run;
  Answer answer;
};
Result<std::optional<Done>> do_next(Hub& hub, store::District const& district, std::int64_t wanted, delivery::Delivery*& at_hand) {
  auto& operations = hub.home.operations();
  auto run = store::claim_run(operations, district.id, worker_of(hub), is_dead);
  for (int lost = 0; operations.trouble(); run = store::claim_run(operations, district.id, worker_of(hub), is_dead)) {
    auto const trouble = *operations.trouble();
    if (++lost > 3 || !operations.recover()) return trouble;
  }
  std::optional<Done> done;
  if (!run) return done;
  auto const claimed = *run;
  hub.watch.run = run->id;
  if (hub.clock) hub.actor = {run->who, hub.clock(), "the server"};
  bool const is_wanted = run->id == wanted;
  auto answer = hub.clock ? execute_guarded(hub, district, *run) : execute(hub, district, *run, is_wanted ? at_hand : nullptr);
  if (is_wanted) at_hand = nullptr;
  if (!answer) answer = after_trouble(hub, district, claimed, answer.trouble().text);
  if (!answer) return answer.trouble();
  done = Done{std::move(*run), std::move(*answer)};
  return done;
}

}  // namespace

Result<std::optional<Answer>> work_one(Hub& hub, store::District const& district) {
  std::optional<Answer> answer;
  if (auto const released = release_what_waited(hub, district); !released) return released.trouble();
  if (auto const gone = let_go_what_is_old(hub, district); !gone) return gone.trouble();
  delivery::Delivery* none = nullptr;
  auto done = do_next(hub, district, 0, none);
  if (!done) {
    hub.home.operations().recover();
    return done.trouble();
  }
  if (*done) answer = std::move((*done)->answer);
  return answer;
}

std::vector<std::int64_t> districts_with_work(store::Database& operations) {
  std::vector<std::int64_t> districts;
  auto rows = operations.prepare(
      "SELECT district FROM runs WHERE state <> 'done' AND state <> 'waiting' AND district NOT IN (SELECT id FROM districts WHERE state <> '') GROUP BY "
      "district ORDER BY min(id)");
  while (rows->step()) districts.push_back(rows->integer(0));
  return districts;
}

Result<Answer> work_off(Hub& hub, store::District const& district, std::int64_t wanted, delivery::Delivery* at_hand) {
  auto& operations = hub.home.operations();
  std::optional<Answer> own;
  auto const stuck = [&](Trouble const& trouble) {
    operations.recover();
    auto answer = failed(wanted, "", trouble.text);
    answer.reasons.push_back("Run " + std::to_string(wanted) + " is kept, and goes on with whatever is done next for this district.");
    return answer;
  };
  if (auto const released = release_what_waited(hub, district); !released) return stuck(released.trouble());
  for (;;) {
    auto done = do_next(hub, district, wanted, at_hand);
    if (!done) return stuck(done.trouble());
    if (*done) {
      if ((*done)->run.id == wanted) own = std::move((*done)->answer);
      if (own && own->outcome == "failed") return *own;
      continue;
    }
    auto const now = store::find_run(operations, district.id, wanted);
    if (operations.trouble()) return stuck(Trouble(*operations.trouble()));  // a copy: its own goes when it recovers
    if (!now) return Trouble{"There is no run " + std::to_string(wanted) + "."};
    if (auto const why = store::why_no_service(operations, district); now->state != "done" && !why.empty()) return stuck(Trouble{why});
    if (now->state == "done") return own && own->outcome == now->outcome ? Result<Answer>(*own) : from_json(now->report);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // another process works for this district
  }
}

Result<Answer> discard(Hub& hub, store::District const& district, std::int64_t number) {
  auto& operations = hub.home.operations();
  std::string wrong;
  std::optional<Answer> answer;
  auto const trouble = operations.transaction([&] {
    auto run = store::find_run(operations, district.id, number);
    if (!run || run->decision != "open") {
      wrong = !run ? store::no_run(district, number) : "Run " + std::to_string(number) + " does not wait for a decision.";
      return false;
    }
    auto report = from_json(run->report);
    if (!report) return wrong = report.trouble().text, false;
    report->decision = run->decision = "discarded";
    run->report = to_json(*report);
    store::save_run(operations, *run);
    if (run->source) note_missed_deltas(operations, *run->source, run->modes);
    store::note(operations, hub.actor, district.id, "run discarded", std::to_string(number));
    answer = *report;
    return true;
  });
  if (trouble) return *trouble;
  if (!answer) return Trouble{wrong};
  return *answer;
}

}  // namespace rollbook::runs
