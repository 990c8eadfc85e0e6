#include "runs/source_change.h"

#include <algorithm>
#include <sstream>

#include "runs/apply.h"
#include "runs/handover.h"
#include "runs/landing.h"
#include "runs/outcome.h"
#include "runs/plan_parts.h"
#include "runs/planned.h"
#include "runs/unowned.h"
#include "store/rows.h"
#include "store/source_clocks.h"

namespace rollbook::runs {
namespace {

// "replace 7 active": what is done, with which other source, and what the source was before.
struct Change {
  std::string what;
  std::int64_t other = 0;
  std::string was = "active";

  static Change of(std::string const& text) {
    Change change;
    std::istringstream(text) >> change.what >> change.other >> change.was;
    return change;
  }
  std::string text() const { return what + " " + std::to_string(other) + " " + was; }
  bool needs_approval() const { return what == "replace" || what == "delete-with-records"; }
  bool deletes() const { return what.starts_with("delete"); }
};

class ChangeRun {
 public:
  ChangeRun(Hub& hub, store::District const& district, store::Run& run, store::Source old_source, std::optional<store::Source> new_source)
      : hub_(hub),
        district_(district),
        run_(run),
        work_(Work::of(run.work)),
        change_(Change::of(work_.change)),
        old_(std::move(old_source)),
        new_(std::move(new_source)),
        seed_(seed_of(hub, district.id)) {}

  Result<Answer> execute() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      auto looked = look();
      if (!looked) return looked.trouble();
      auto& l = **looked;
      l.answer.run = run_.id;
      l.answer.kind = "source change";
      if (!judge(l)) return l.answer;
      auto const applied = apply(l);
      if (!applied) return applied.trouble();
      if (*applied) return l.answer;
    }
    return Trouble{"The roster of this district changes all the time; the run can be tried again."};
  }

 private:
  Result<std::unique_ptr<Looked>> look() {
    handover_.reset();
    newest_.reset();
    auto looked = look_at_nothing(hub_, district_, old_);
    if (!looked) return looked;
    auto& l = **looked;
    if (change_.what == "replace") {
      if (auto trouble = look_at_newest()) return *trouble;
      handover_ = std::make_unique<Handover>(old_, *new_, l, newest_.get(), seed_);
      handover_->match();
      handover_->describe(l.answer, hub_.today);
      l.answer.digest = handover_->digest();
    } else {
      if (change_.what == "delete-with-records") plan_removals(l);
      else plan_end_of_claims(l);
      l.answer.digest = digest_text(work_.change + l.plan.digest());
    }
    if (l.roster->trouble()) return *l.roster->trouble();
    return looked;
  }

  // The newest delivery of the new source that could be read.
  std::optional<Trouble> look_at_newest() {
    auto const runs = store::list_runs(hub_.home.operations(), district_.id);
    auto const newest = std::find_if(runs.rbegin(), runs.rend(), [&](store::Run const& run) {
      return run.source == new_->id && run.kind == "delivery" && run.state == "done" && !run.delivery.empty() && !run.modes.empty() &&
             run.outcome != "refused" && run.outcome != "failed";
    });
    if (newest == runs.rend()) return hub_.home.operations().trouble();
    auto delivery = fetch(hub_, district_, newest->delivery);
    if (!delivery) return delivery.trouble();
    auto whose = *new_;
    [[maybe_unused]] auto const never = whose.settings.set("unique", "");  // what the old source has is about to be the new one's
    auto looked = runs::look(hub_, district_, whose, std::move(*delivery), {});
    if (!looked) return looked.trouble();
    if (!(*looked)->refused) newest_ = std::move(*looked);
    return std::nullopt;
  }

  void plan_removals(Looked& l) {
    auto const context = l.context(old_, seed_);
    for (auto const* table : all_tables) {
      auto& plan = l.plan[table->id];
      for (std::size_t p = 0; l.said->any(table->id) && p < (std::size_t{1} << l.said->bits(table->id)); ++p)
        for (auto const& row : l.said->partition(table->id, p)) plan.removed.push_back({row.id, row.digest, row.key, Why::NotListed, no_row});
      std::sort(plan.removed.begin(), plan.removed.end(), [](Removed const& a, Removed const& b) { return a.key < b.key; });
    }
    settle_removals(l.plan, context, true);
    count_schools(l.plan, context, hub_.today, {});
    describe(l.answer, l.plan, context);
    l.answer.reasons.push_back("The source " + old_.name + " would be deleted with all records that only it has: " + std::to_string(l.plan.changes()) + ".");
  }

  // Records that other sources have too are theirs alone; all others live on.
  void plan_end_of_claims(Looked& l) {
    auto const unowned = unowned_sources(*l.roster);
    std::uint64_t stay = 0, shared = 0;
    for (auto const* table : all_tables) {
      auto const rows = l.said->rows(table->id);
      if (rows == 0) continue;
      auto& plan = l.plan[table->id];
      if (l.said->others(table->id))
        for (auto const& [key, row] : l.said->with_keys(table->id, claimed_by_others(*l.roster, *table, unowned)))
          plan.removed.push_back({row.id, row.digest, key, Why::NotListed, no_row});
      l.answer.tables.emplace_back(std::string(table->name), Counts{0, 0, rows, 0, 0});
      shared += plan.removed.size();
      stay += rows - plan.removed.size();
    }
    count_schools(l.plan, l.context(old_, seed_), hub_.today, {});
    l.answer.reasons.push_back("The source " + old_.name + " is " + (change_.deletes() ? "deleted" : "deactivated") + "; " + std::to_string(stay) +
                               " records stay, without an owner, until a source that brings the same ids adopts them.");
    if (shared > 0) l.answer.reasons.push_back(std::to_string(shared) + " records are other sources' too: what those say of them counts.");
  }

  std::set<std::uint32_t> claimed_by_others(store::Database& roster, Table const& table, std::vector<std::int64_t> const& unowned) const {
    std::set<std::uint32_t> keys;
    auto rows = roster.prepare("SELECT row_key, row_source FROM " + store::quoted(table) + " WHERE row_until IS NULL AND row_source <> ?");
    for (rows->with(old_.id); rows->step();)
      if (std::find(unowned.begin(), unowned.end(), rows->integer(1)) == unowned.end()) keys.insert(static_cast<std::uint32_t>(rows->integer(0)));
    return keys;
  }

  // True when it is to be done now.
  bool judge(Looked& l) {
    if (!change_.needs_approval()) return decide(l.answer, run_, "", std::nullopt), true;
    bool const approved = work_.approve && work_.approved == l.answer.digest;
    if (approved) return decide(l.answer, run_, "", "approved"), true;
    l.answer.held_because.emplace_back(name_of(change_.what == "replace" ? Hold::Preview : Hold::Destructive));
    l.answer.reasons.emplace_back(work_.approve ? "This is not what was seen: the roster or the delivery has changed since. Look at it again."
                                                : "It waits until a person approves it.");
    decide(l.answer, run_, "held", "open");
    return false;
  }

  Result<bool> apply(Looked& l) {
    auto& roster = *l.roster;
    auto& answer = l.answer;
    bool const warned = handover_ && handover_->warnings() > 0;
    decide(answer, run_, warned ? "applied_with_warnings" : "applied", answer.decision);
    bool current = true;
    auto const trouble = roster.transaction([&] {
      auto const last = last_revision(roster);
      current = last == l.at_revision;
      if (!current) return false;
      answer.revision = last + 1;
      Revision const revision{last + 1, run_.id, run_.kind, hub_.actor.at, run_.who, answer.digest, to_json(answer), std::nullopt};
      if (handover_) {
        write_revision(roster, revision, old_.id, "");
        handover_->apply(revision.number);
      } else {
        apply_plan(l.plan, *l.comparison, l.bundle, l.context(old_, seed_), revision, hub_.today, hub_.watch);
      }
      set_unowned(roster, old_.id, true);
      return true;
    });
    if (trouble) return *trouble;
    return current;
  }

  Hub& hub_;
  store::District const& district_;
  store::Run& run_;
  Work work_;
  Change change_;
  store::Source old_;
  std::optional<store::Source> new_;
  std::uint64_t seed_;
  std::unique_ptr<Looked> newest_;
  std::unique_ptr<Handover> handover_;
};

Result<Queued> ask_for(Hub& hub, store::District const& district, store::Source const& source, Change change) {
  auto& operations = hub.home.operations();
  change.was = source.state;
  auto run = new_run(hub, district, "source change", source.id);
  run.work = "change " + change.text() + "\n";
  auto const trouble = operations.transaction([&] {
    store::add_run(operations, run);
    for (auto& other : store::open_runs(operations, district.id))
      if (other.kind == run.kind && other.source == run.source && other.id != run.id) mark_superseded(operations, other, run.id);
    return true;
  });
  if (trouble) return Queued{0, trouble->text};
  if (hub.queued) hub.queued();
  return Queued{run.id, {}};
}

}  // namespace

std::optional<Becomes> becomes(store::Database& operations, store::Run const& run) {
  if (run.kind == "source change") return Becomes{run.source.value_or(0), Change::of(Work::of(run.work).change).deletes() ? "deleted" : "deactivated"};
  if (run.kind != "undo" || !run.undoes) return std::nullopt;
  auto const undone = store::find_run(operations, run.district, *run.undoes);
  if (!undone) return std::nullopt;
  if (undone->kind == "source change") return Becomes{undone->source.value_or(0), Change::of(Work::of(undone->work).change).was};
  if (undone->kind != "undo" || !undone->undoes) return std::nullopt;
  auto const again = store::find_run(operations, run.district, *undone->undoes);  // an undo of an undo does it once more
  return again ? becomes(operations, *again) : std::nullopt;
}

std::string why_closed(store::Source const& source) {
  return source.is_active() ? "" : "The source \"" + source.name + "\" is deactivated: it takes no deliveries.";
}

Result<Queued> queue_deactivation(Hub& hub, store::District const& district, store::Source const& source) {
  if (!source.is_active()) return Trouble{"The source \"" + source.name + "\" is deactivated already."};
  return ask_for(hub, district, source, {"deactivate"});
}

Result<Queued> queue_deletion(Hub& hub, store::District const& district, store::Source const& source, bool with_records) {
  return ask_for(hub, district, source, {with_records ? "delete-with-records" : "delete"});
}

Result<Queued> queue_replacement(Hub& hub, store::District const& district, store::Source const& old_source, store::Source const& new_source) {
  if (old_source.id == new_source.id) return Trouble{"A source cannot take its own place; name two."};
  if (!old_source.is_active())
    return Trouble{"The source \"" + old_source.name + "\" is deactivated: a source that brings the same ids adopts its records by itself."};
  if (!new_source.is_active()) return Trouble{why_closed(new_source)};
  return ask_for(hub, district, old_source, {"replace", new_source.id});
}

Result<Answer> deactivate_source(Hub& hub, store::District const& district, store::Source const& source) {
  return work_off(hub, district, "source change", queue_deactivation(hub, district, source));
}

Result<Answer> delete_source(Hub& hub, store::District const& district, store::Source const& source, bool with_records) {
  return work_off(hub, district, "source change", queue_deletion(hub, district, source, with_records));
}

Result<Answer> replace_source(Hub& hub, store::District const& district, store::Source const& old_source, store::Source const& new_source) {
  return work_off(hub, district, "source change", queue_replacement(hub, district, old_source, new_source));
}

Result<Answer> source_change_run(Hub& hub, store::District const& district, store::Run& run) {
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  auto const change = Change::of(Work::of(run.work).change);
  auto const* const old_source = store::source_with(*sources, run.source);
  auto const* const new_source = store::source_with(*sources, change.other);
  if (old_source == nullptr || (change.other != 0 && new_source == nullptr)) return Trouble{"What this change of a source is to do cannot be read."};
  for (auto const* source : {old_source, new_source})
    if (source != nullptr && source->state != (source == old_source ? change.was : "active"))
      return Trouble{"The source \"" + source->name + "\" is " + source->state + " by now."};
  return ChangeRun(hub, district, run, *old_source, new_source != nullptr ? std::optional(*new_source) : std::nullopt).execute();
}

std::optional<Trouble> settle_source(Hub& hub, store::District const& district, store::Run const& run, Answer const& answer) {
  if (!answer.is_applied()) return std::nullopt;
  auto& operations = hub.home.operations();
  auto const after = becomes(operations, run);
  if (!after) return operations.trouble();
  auto const sources = store::list_sources(operations, district);
  if (!sources) return sources.trouble();
  auto const* const source = store::source_with(*sources, after->source);
  if (source == nullptr || source->state == after->state) return std::nullopt;
  return operations.transaction([&] {
    bool const taken = after->state != "deleted" && std::any_of(sources->begin(), sources->end(), [&](auto const& other) {
                         return other.id != source->id && other.state != "deleted" && other.name == source->name;
                       });
    if (taken) operations.run("UPDATE sources SET name = ? WHERE id = ?", source->name + " (" + std::to_string(source->id) + ")", source->id);
    store::set_source_state(operations, source->id, after->state);
    auto const change = Change::of(Work::of(run.work).change);
    auto const* const by = store::source_with(*sources, change.other);
    store::note(operations, hub.actor, district.id, by != nullptr ? "source replaced" : "source " + after->state,
                source->name + (by != nullptr ? " by " + by->name : ""));
    if (after->state == "active") return true;
    for (auto const number : store::waiting_runs(operations, district.id, source->id))
      if (auto waiting = store::find_run(operations, district.id, number))
        end_unread(hub, district, *source, *waiting, "discarded", {"The source ended before this delivery was taken."});
    for (auto& waiting : store::open_runs(operations, district.id)) {
      if (waiting.source != source->id || waiting.kind != "delivery") continue;
      auto report = from_json(waiting.report);
      if (!report) continue;
      report->decision = waiting.decision = "discarded";
      waiting.report = to_json(*report);
      store::save_run(operations, waiting);
      store::note(operations, hub.actor, district.id, "run discarded", std::to_string(waiting.id));
    }
    return true;
  });
}

}  // namespace rollbook::runs
