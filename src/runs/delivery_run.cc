#include "runs/delivery_run.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "runs/apply.h"
#include "runs/confirmed.h"
#include "runs/contents.h"
#include "runs/edit.h"
#include "runs/going_live.h"
#include "runs/held_over.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/needs_full.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "runs/source_change.h"
#include "runs/upload_edits.h"
#include "runs/worker.h"

namespace rollbook::runs {
namespace {

void each_word_once(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

// The outcome when nothing stands in the way.
std::string outcome_of(Looked const& l) {
  if (l.plan.changes_nothing()) return "no_changes";
  auto told = l.answer.warnings + l.answer.errors + l.answer.dependent + l.plan.warnings;
  for (auto const& table : l.plan.tables) told += table.excluded + table.withheld + table.rejected + table.left_out;
  return told > 0 ? "applied_with_warnings" : "applied";
}

// A full delivery takes the place of older ones of the same files that still wait; when nothing is wrong with it, of deltas too.
void supersede(Hub& hub, store::Run const& run, bool passed) {
  auto& operations = hub.home.operations();
  for (auto& other : store::open_runs(operations, run.district))
    if (other.id < run.id && other.source == run.source && other.kind == "delivery" && covers(run.modes, other.modes, passed))
      mark_superseded(operations, other, run.id);
}

void go_live(Hub& hub, store::District const& district, store::Source const& source, store::Run const& run, Answer& answer) {
  auto& operations = hub.home.operations();
  operations.run("DELETE FROM source_settings WHERE source = ? AND name = 'live'", source.id);
  operations.run("INSERT INTO source_settings(source, name, value) VALUES(?, 'live', 'yes')", source.id);
  answer.reasons.push_back("The source " + source.name + " is live now" +
                           (source.settings.is("apply-by-itself") ? "." : "; each delivery still waits for approval."));
  store::note(operations, hub.actor, district.id, "source set", source.name + ": live = yes, with the approval of run " + std::to_string(run.id));
}

void queue_what_was_left_out(Hub& hub, store::Run const& run, Work const& work) {
  auto rest = rest_of(run, hub.actor.at, "remainder\n" + (work.confirmed.empty() ? "" : "confirmed " + work.confirmed + "\n"));
  rest.delivery = run.delivery;
  store::add_run(hub.home.operations(), rest);
}

// Deltas that waited behind this one come next, in order, each through the guards.
void release_behind(store::Database& operations, store::Run const& run) {
  for (auto& other : store::open_runs(operations, run.district)) {
    if (other.source != run.source || other.held_because.find("behind-held-delta") == std::string::npos) continue;
    other.state = "queued";
    other.decision.clear();
    other.work = Work::of(other.work).lasting();
    store::save_run(operations, other);
  }
}

void remember_left_out(Plan const& before, Plan const& after, PlanContext const& context, std::int64_t run) {
  auto put = context.roster.prepare("INSERT INTO set_aside(source, tbl, id, low, high, kind, run) VALUES(?, ?, ?, ?, ?, 'left-out', ?)");
  auto clear = context.roster.prepare("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?");
  for (std::size_t t = 0; t < table_count; ++t) {
    std::set<std::uint64_t> made;
    auto const &was = before.tables[t], &is = after.tables[t];
    for (auto const& row : is.created) made.insert(row.id);
    for (auto const& row : is.updated) made.insert(row.id);
    for (auto const& row : is.removed) made.insert(row.id);
    auto const note = [&](std::uint64_t id, Digest digest) {
      if (made.count(id) > 0) return;
      clear->run(context.source.id, t, static_cast<std::int64_t>(id));
      put->run(context.source.id, t, static_cast<std::int64_t>(id), static_cast<std::int64_t>(digest.low), static_cast<std::int64_t>(digest.high), run);
    };
    for (auto const& row : was.created) note(row.id, row.digest);
    for (auto const& row : was.updated) note(row.id, row.digest);
    for (auto const& row : was.removed) note(row.id, {});
  }
}

class DeliveryRun {
 public:
  DeliveryRun(Hub& hub, store::District const& district, store::Source source, store::Run& run)
      : hub_(hub), district_(district), source_(std::move(source)), run_(run), work_(Work::of(run.work)) {
    if (is_additive(work_, source_)) [[maybe_unused]]
      auto const never = source_.settings.set("mode", "add-and-update");
  }

  Result<Answer> execute(delivery::Delivery delivery) {
    auto const begun = std::chrono::steady_clock::now();
    for (int attempt = 0; attempt < 3; ++attempt) {
      auto looked = work_.held_over ? look_at_held_over(hub_, district_, source_)
                                    : look(hub_, district_, source_, std::move(delivery), {run_.id, work_.remainder, work_.except, work_.confirmed});
      if (!looked) return looked.trouble();
      auto& l = **looked;
      l.answer.run = run_.id;
      run_.modes = l.modes;
      store::go_on(hub_.home.operations(), run_, worker_of(hub_));
      auto const judged = judge(l);
      if (!judged)
        if (auto wrong = keep_contents(hub_, district_, run_, l)) return *wrong;
      auto applied = judged ? apply(l) : Result<bool>(true);
      if (!applied) return applied.trouble();
      l.answer.milliseconds =
          static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count());
      if (*applied) {
        if (auto wrong = note_delivery(hub_, district_, run_, l.answer)) return *wrong;
        if (l.upload && (l.answer.is_applied() || l.answer.outcome == "no_changes"))
          for (auto const& wrong : {correct_ids(l), take_from_file(hub_, district_, *l.roster, *l.upload, work_.take)})
            if (wrong) return *wrong;
        return l.answer;
      }
      if (auto done = note_if_done(hub_, district_, run_); !done || *done) return done ? Result<Answer>(**done) : done.trouble();  // another worker was faster
      if (work_.held_over) continue;
      auto again = fetch(hub_, district_, run_.delivery);
      if (!again) return again.trouble();
      delivery = std::move(*again);  // the roster moved on meanwhile: it is compared again
    }
    return Trouble{"The roster of this district changes all the time; the run can be tried again."};
  }

 private:
  // People whose id has changed in an upload get the new one, by a run of its own each.
  std::optional<Trouble> correct_ids(Looked& l) {
    for (auto const& one : l.upload->translation.corrections)
      if (key_of_id(*l.roster, TableId::Users, one.from) && !key_of_id(*l.roster, TableId::Users, one.to))
        if (auto const queued = queue_rekey(hub_, district_, "users", one.from, one.to); !queued) return queued.trouble();
    return std::nullopt;
  }

  // True when it is to be applied. Else its outcome is settled.
  bool judge(Looked& l) {
    auto& answer = l.answer;
    if (l.refused) return decide(answer, run_, "refused", std::nullopt), false;
    tell_holds(answer, l.held, l.schools);
    // Deltas come in order, and a pause is a pause: no approval changes that.
    bool const must_wait = l.waits || std::any_of(l.held.begin(), l.held.end(),
                                                  [](Held const& held) { return held.because == Hold::BehindHeldDelta || held.because == Hold::NeedsFull; });
    if (work_.remainder && l.plan.changes() > 0 && l.held.empty()) {
      answer.held_because.emplace_back("guard");
      answer.reasons.emplace_back("These changes were left out when the rest was applied; they wait until they are approved or discarded.");
    }
    bool const looks_first = work_.look_first && !work_.approve;
    bool const asks_a_person = looks_first && l.upload && (changes_ids(*l.upload) || !edits_against(*l.roster, *l.upload, hub_.today).empty());
    if (l.plan.changes_nothing() && answer.held_because.empty() && !l.whole && !asks_a_person) {
      decide(answer, run_, "no_changes", std::nullopt);
      return !l.plan.ended_asides.empty() || has_held_over(l.plan) || !l.translated.fresh.empty();
    }
    tell_trust(answer, source_);
    if (looks_first && answer.held_because.empty()) answer.held_because.emplace_back("preview");
    bool const moved_on = work_.approve && work_.approved != answer.digest;
    if (moved_on && answer.held_because.empty()) answer.held_because.emplace_back("preview");
    each_word_once(answer.held_because);
    bool const cannot_go_live = work_.approve && !l.why_not_live.empty();
    if (cannot_go_live) answer.reasons.push_back(would_go_live(source_) + l.why_not_live);
    if (work_.approve && !moved_on && !must_wait && !cannot_go_live)
      return decide(answer, run_, "", work_.except.empty() ? "approved" : "approved-in-part"), true;
    if (answer.held_because.empty()) return decide(answer, run_, "", std::nullopt), true;
    if (work_.approve && must_wait) answer.reasons.emplace_back("An approval does not change that: it can be approved again when the time has come.");
    if (work_.held_over && l.waits) run_.work = work_.lasting() + "waits-for-range\n";
    if (moved_on) answer.reasons.emplace_back("This is not what was seen: the roster or the delivery has changed since. Look at it again.");
    decide(answer, run_, "held", "open");
    return false;
  }

  // False: the roster is not what it was compared with.
  Result<bool> apply(Looked& l) {
    auto const context = l.context(source_, seed_of(hub_, district_.id));
    auto& answer = l.answer;
    bool const nothing = l.plan.changes_nothing();
    if (work_.approve)
      for (auto const& held : l.held)
        if (held.removals_of != TableId::None) l.plan.removals_seen.emplace(held.removals_of, held.school);
    decide(answer, run_, outcome_of(l), answer.decision);
    bool current = true;
    auto const decided = decided_runs(hub_, district_, *l.roster, run_.id);
    if (hub_.home.operations().trouble()) return *hub_.home.operations().trouble();
    std::vector<std::string> unneeded;
    auto const trouble = l.roster->transaction([&] {
      auto const last = last_revision(*l.roster);
      current = last == l.at_revision;
      if (!current) return false;
      answer.revision = nothing ? std::nullopt : std::optional(last + 1);
      unneeded = save_contents(hub_, run_.id, l, {}, decided);
      if (nothing) {
        remember(*l.roster, source_.id, l.translated.fresh);
        save_quality(*l.roster, run_.id, source_.id, l.quality, true, hub_.today);
        end_asides(*l.roster, source_, l.plan);
        remember_held_over(*l.roster, source_, l.plan, run_.id);
        if (l.whole) remember_left_out(*l.whole, l.plan, context, run_.id);
        return true;
      }
      Revision const revision{last + 1, run_.id, run_.kind, hub_.actor.at, run_.who, answer.digest, to_json(answer), std::nullopt};
      apply_plan(l.plan, *l.comparison, l.bundle, context, revision, hub_.today, hub_.watch);
      remember(*l.roster, source_.id, l.translated.fresh);
      save_quality(*l.roster, run_.id, source_.id, l.quality, true, hub_.today);
      hub_.watch.at(Stage::Finishing);
      remember_held_over(*l.roster, source_, l.plan, run_.id);
      if (l.whole) remember_left_out(*l.whole, l.plan, context, run_.id);
      return true;
    });
    if (trouble) return *trouble;
    if (current) forget_unpacked(hub_, district_, unneeded);
    return current;
  }

  Hub& hub_;
  store::District const& district_;
  store::Source source_;
  store::Run& run_;
  Work work_;
};

}  // namespace

bool only_adds(store::Source const& source) { return source.settings["mode"] == "add-and-update"; }

bool is_additive(Work const& work, store::Source const& source) {
  auto const confirmed = confirmed_of(work.confirmed);
  return only_adds(source) || (confirmed && confirmed->additive);
}

std::optional<Trouble> note_delivery(Hub& hub, store::District const& district, store::Run& run, Answer& answer) {
  auto& operations = hub.home.operations();
  auto const found = store::find_source(operations, district, run.source.value_or(0));
  if (!found) return found.trouble();
  auto const& source = *found;
  if (!source) return note_outcome(hub, run, answer);
  auto const work = Work::of(run.work);
  bool const additive = is_additive(work, *source);
  bool const delta = run.modes.find("=delta") != std::string::npos, bulk = run.modes.find("=bulk") != std::string::npos;
  bool const only_waits =
      std::all_of(answer.held_because.begin(), answer.held_because.end(), [](auto const& why) { return why == "trial" || why == "preview"; });
  bool const taken = answer.is_applied() || answer.outcome == "no_changes";
  bool held_over = false;
  if (taken && (delta || run.delivery.empty())) {
    auto roster = open_roster(hub, district);
    if (!roster) return roster.trouble();
    held_over = has_held_over(**roster, run.id);
    if ((*roster)->trouble()) return (*roster)->trouble();
  }
  return note_outcome(hub, run, answer, [&] {
    if (answer.outcome == "refused") note_missed_deltas(operations, source->id, run.modes);
    // What is additive may be less than all there is; a source that only adds has nothing fuller to send.
    if (taken && (!additive || only_adds(*source))) note_full_files(operations, source->id, run.modes);
    if (bulk && !additive && answer.outcome != "refused") supersede(hub, run, only_waits || taken);
    if (answer.is_applied() && work.approve && !source->settings.is("live")) go_live(hub, district, *source, run, answer);
    if (delta && taken && work.approve) release_behind(operations, run);
    if (held_over) queue_held_over(operations, run);
    if (!answer.left_out.empty() && taken && !(work.remainder && work.except.empty())) queue_what_was_left_out(hub, run, work);
  });
}

Result<Answer> run_delivery(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, delivery::Delivery delivery) {
  return DeliveryRun(hub, district, source, run).execute(std::move(delivery));
}

Result<Answer> preview(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery) {
  if (auto other_key = store::check_server_key(hub.home.operations(), hub.key)) return *other_key;
  if (auto why = why_closed(source); !why.empty()) return Trouble{why};
  auto looked = look(hub, district, source, std::move(delivery), {});
  if (!looked) return looked.trouble();
  auto& l = **looked;
  auto& answer = l.answer;
  tell_holds(answer, l.held, l.schools);
  if (!l.refused && (!l.plan.changes_nothing() || !l.held.empty())) tell_trust(answer, source);
  each_word_once(answer.held_because);
  answer.outcome = l.refused ? "refused" : !answer.held_because.empty() ? "held" : outcome_of(l);
  return answer;
}

}  // namespace rollbook::runs
