#include "runs/delivery_run.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/text.h"
#include "runs/apply.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/outcome.h"
#include "runs/worker.h"

namespace rollbook::runs {
namespace {

void each_word_once(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

// The outcome when nothing stands in the way.
std::string outcome_of(Looked const& l) {
  if (l.plan.changes() == 0) return "no_changes";
  auto told = l.answer.warnings + l.answer.errors + l.answer.dependent + l.plan.warnings;
  for (auto const& table : l.plan.tables) told += table.excluded + table.withheld + table.rejected + table.left_out;
  return told > 0 ? "applied_with_warnings" : "applied";
}

// A full delivery takes the place of older ones of the same files that still wait; when nothing is wrong with it, of deltas too.
void supersede(Hub& hub, store::Run const& run, bool passed) {
  auto const now = split(run.modes, ',');
  auto const covers = [&](std::string const& modes) {
    auto const before = split(modes, ',');
    return std::all_of(before.begin(), before.end(), [&](std::string const& one) {
      auto const table = one.substr(0, one.find('='));
      return (passed || one.ends_with("=bulk")) && std::find(now.begin(), now.end(), table + "=bulk") != now.end();
    });
  };
  auto& operations = hub.home.operations();
  for (auto& other : store::open_runs(operations, run.district)) {
    if (other.id >= run.id || other.source != run.source || other.decision != "open" || other.kind != "delivery" || !covers(other.modes)) continue;
    auto answer = from_json(other.report);
    if (!answer) continue;
    answer->decision = other.decision = "superseded";
    other.report = to_json(*answer);
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
      : hub_(hub), district_(district), source_(std::move(source)), run_(run), work_(Work::of(run.work)) {}

  Result<Answer> execute(delivery::Delivery delivery) {
    auto const begun = std::chrono::steady_clock::now();
    for (int attempt = 0; attempt < 3; ++attempt) {
      auto looked = look(hub_, district_, source_, std::move(delivery), {run_.id, work_.remainder, work_.except});
      if (!looked) return looked.trouble();
      auto& l = **looked;
      l.answer.run = run_.id;
      run_.modes = modes_of(l.bundle);
      store::renew_lease(hub_.home.operations(), run_.id, worker_of(hub_));
      auto const judged = judge(l);
      auto applied = judged ? apply(l) : Result<bool>(true);
      if (!applied) return applied.trouble();
      l.answer.milliseconds =
          static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count());
      if (*applied) return finish(l);
      auto again = fetch(hub_, district_, run_.delivery);
      if (!again) return again.trouble();
      delivery = std::move(*again);  // the roster moved on meanwhile: it is compared again
    }
    return Trouble{"The roster of this district changes all the time; the run can be tried again."};
  }

 private:
  // True when it is to be applied. Else its outcome is settled.
  bool judge(Looked& l) {
    auto& answer = l.answer;
    if (l.refused) return decide(answer, run_, "refused", std::nullopt), false;
    tell_holds(answer, l.held);
    // Deltas come in order: no approval changes that.
    bool const cannot_wait =
        std::any_of(l.held.begin(), l.held.end(), [](Held const& held) { return held.because == Hold::BehindHeldDelta || held.because == Hold::NeedsFull; });
    if (work_.remainder && l.plan.changes() > 0 && l.held.empty()) {
      answer.held_because.emplace_back("guard");
      answer.reasons.emplace_back("These changes were left out when the rest was applied; they wait until they are approved or discarded.");
    }
    if (l.plan.changes() == 0 && answer.held_because.empty() && !l.whole) {
      decide(answer, run_, "no_changes", std::nullopt);
      return !l.plan.ended_asides.empty() || !l.translated.fresh.empty();
    }
    tell_trust(answer, source_);
    bool const moved_on = work_.approve && work_.approved != answer.digest;
    if (moved_on && answer.held_because.empty()) answer.held_because.emplace_back("preview");
    each_word_once(answer.held_because);
    if (work_.approve && !moved_on && !cannot_wait) return decide(answer, run_, "", work_.except.empty() ? "approved" : "approved-in-part"), true;
    if (answer.held_because.empty()) return decide(answer, run_, "", std::nullopt), true;
    if (moved_on) answer.reasons.emplace_back("This is not what was seen: the roster or the delivery has changed since. Look at it again.");
    decide(answer, run_, "held", "open");
    return false;
  }

  // False: the roster is not what it was compared with.
  Result<bool> apply(Looked& l) {
    auto const context = l.context(source_, seed_of(hub_, district_.id));
    auto& answer = l.answer;
    bool const nothing = l.plan.changes() == 0;
    decide(answer, run_, outcome_of(l), answer.decision);
    bool current = true;
    auto const trouble = l.roster->transaction([&] {
      auto const last = last_revision(*l.roster);
      current = last == l.at_revision;
      if (!current) return false;
      answer.revision = nothing ? std::nullopt : std::optional(last + 1);
      remember(*l.roster, source_.id, l.translated.fresh);
      if (nothing) {
        if (l.whole) remember_left_out(*l.whole, l.plan, context, run_.id);
        for (auto const& [table, id] : l.plan.ended_asides)
          l.roster->run("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?", source_.id, static_cast<int>(table), static_cast<std::int64_t>(id));
        return true;
      }
      Revision const revision{last + 1, run_.id, run_.kind, hub_.actor.at, run_.who, answer.digest, to_json(answer), std::nullopt};
      apply_plan(l.plan, *l.comparison, l.bundle, context, revision, hub_.today);
      if (l.whole) remember_left_out(*l.whole, l.plan, context, run_.id);
      return true;
    });
    if (trouble) return *trouble;
    return current;
  }

  Result<Answer> finish(Looked& l) {
    auto& answer = l.answer;
    auto& operations = hub_.home.operations();
    bool const additive = source_.settings["mode"] == "add-and-update";
    bool const delta = run_.modes.find("=delta") != std::string::npos, bulk = run_.modes.find("=bulk") != std::string::npos;
    bool const only_waits =
        std::all_of(answer.held_because.begin(), answer.held_because.end(), [](auto const& why) { return why == "trial" || why == "preview"; });
    auto const trouble = operations.transaction([&] {
      bool const taken = answer.is_applied() || answer.outcome == "no_changes";
      if (answer.outcome == "refused" && delta) set_needs_full(operations, source_.id, true);
      if (taken && bulk && !delta) set_needs_full(operations, source_.id, false);
      if (bulk && !additive && answer.outcome != "refused") supersede(hub_, run_, only_waits || taken);
      if (answer.is_applied() && work_.approve && !source_.settings.is("live")) {
        operations.run("DELETE FROM source_settings WHERE source = ? AND name = 'live'", source_.id);
        operations.run("INSERT INTO source_settings(source, name, value) VALUES(?, 'live', 'yes')", source_.id);
        answer.reasons.push_back("The source " + source_.name + " is live now" +
                                 (source_.settings.is("apply-by-itself") ? "." : "; each delivery still waits for approval."));
        store::note(operations, hub_.actor, district_.id, "source set", source_.name + ": live = yes, with the approval of run " + std::to_string(run_.id));
      }
      bool remains = false;
      for (auto const& table : l.plan.tables) remains |= table.left_out > 0;
      if (delta && taken && work_.approve) release_behind(operations);
      if (remains && taken && !(work_.remainder && work_.except.empty())) {
        store::Run rest;
        rest.district = district_.id;
        rest.source = source_.id;
        rest.kind = "delivery";
        rest.created = hub_.actor.at;
        rest.who = run_.who;
        rest.delivery = run_.delivery;
        rest.work = "remainder\n";
        store::add_run(operations, rest);
      }
      return true;
    });
    if (trouble) return *trouble;
    if (auto wrong = note_outcome(hub_, run_, answer)) return *wrong;
    return answer;
  }

  // Deltas that waited behind this one come next, in order, each through the guards.
  void release_behind(store::Database& operations) {
    for (auto& other : store::open_runs(operations, district_.id)) {
      if (other.source != source_.id || other.held_because.find("behind-held-delta") == std::string::npos) continue;
      other.state = "queued";
      other.decision.clear();
      other.work.clear();
      store::save_run(operations, other);
    }
  }

  Hub& hub_;
  store::District const& district_;
  store::Source source_;
  store::Run& run_;
  Work work_;
};

}  // namespace

void set_needs_full(store::Database& operations, std::int64_t source, bool needs) {
  operations.run("DELETE FROM source_state WHERE source = ?", source);
  if (needs) operations.run("INSERT INTO source_state(source, needs_full) VALUES(?, 1)", source);
}

Result<Answer> run_delivery(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, delivery::Delivery delivery) {
  return DeliveryRun(hub, district, source, run).execute(std::move(delivery));
}

Result<Answer> preview(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery) {
  auto looked = look(hub, district, source, std::move(delivery), {});
  if (!looked) return looked.trouble();
  auto& l = **looked;
  auto& answer = l.answer;
  tell_holds(answer, l.held);
  if (!l.refused && (l.plan.changes() > 0 || !l.held.empty())) tell_trust(answer, source);
  each_word_once(answer.held_because);
  answer.outcome = l.refused ? "refused" : !answer.held_because.empty() ? "held" : outcome_of(l);
  return answer;
}

}  // namespace rollbook::runs
