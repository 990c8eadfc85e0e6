#include "runs/work.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "runs/apply.h"
#include "runs/edit.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/undo.h"

namespace rollbook::runs {
namespace {

std::string joined(std::vector<std::string> const& words) {
  std::string all;
  for (auto const& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

std::vector<std::string> split(std::string const& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// What is to be done with a run, a line each: "approve DIGEST", "except ID", "remainder", "undo RUN", "force".
struct Work {
  std::string approved;
  bool approve = false, remainder = false, force = false;
  std::vector<std::string> except;

  static Work of(std::string const& text) {
    Work work;
    for (auto const& line : split(text, '\n')) {
      if (line.starts_with("approve ")) work.approve = true, work.approved = line.substr(8);
      else if (line.starts_with("except ")) work.except.push_back(line.substr(7));
      else if (line == "remainder") work.remainder = true;
      else if (line == "force") work.force = true;
    }
    return work;
  }
};

store::Worker worker_of(Hub const& hub) { return {hub.worker, std::time(nullptr)}; }

// The start of a process, in the kernel's ticks: a number is given again, but not with the same start. 0: there is none.
std::uint64_t start_of(long pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  auto const end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream words(text.substr(end + 2));
  std::string word;
  for (int i = 0; i < 20; ++i) words >> word;  // field 22
  if (text.substr(end + 2, 1) == "Z") return 0;
  return std::strtoull(word.c_str(), nullptr, 10);
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

// Of this machine it can be told at once; another machine's worker has until its lease ends.
bool is_dead(std::string const& worker) {
  auto const parts = split(worker, ' ');
  if (parts.size() != 3 || parts[0] != host_name()) return false;
  auto const pid = std::strtol(parts[1].c_str(), nullptr, 10);
  return start_of(pid) != std::strtoull(parts[2].c_str(), nullptr, 10);
}

// What holds it, as words and sentences.
void tell_holds(Answer& answer, std::vector<Held> const& held) {
  for (auto const& one : held) {
    answer.held_because.emplace_back(name_of(one.because));
    if (!one.reason.empty()) answer.reasons.push_back(one.reason);
  }
}

// Whether the source is trusted to go by itself.
void tell_trust(Answer& answer, store::Source const& source) {
  if (!source.settings.is("live")) {
    answer.held_because.emplace_back(name_of(Hold::Trial));
    answer.reasons.push_back("The source " + source.name + " is a trial: nothing of it is applied until a person approves.");
  } else if (!source.settings.is("apply-by-itself")) {
    answer.held_because.emplace_back(name_of(Hold::Preview));
    answer.reasons.push_back("Deliveries of " + source.name + " wait for approval; \"rollbook source set " + source.name +
                             " --apply-by-itself\" changes that.");
  }
}

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

void decide(Answer& answer, store::Run& run, std::string outcome, std::optional<std::string> decision) {
  answer.outcome = run.outcome = std::move(outcome);
  answer.decision = std::move(decision);
  run.decision = answer.decision.value_or("");
}

// Notes what came of a run. Text, JSON and row say the same.
std::optional<Trouble> note_outcome(Hub& hub, store::Run& run, Answer& answer) {
  auto& operations = hub.home.operations();
  run.state = "done";
  run.finished = hub.actor.at;
  run.held_because = joined(answer.held_because);
  run.digest = answer.digest;
  run.revision = answer.is_applied() ? answer.revision : std::nullopt;
  run.report = to_json(answer);
  return operations.transaction([&] {
    store::save_run(operations, run);
    store::note(operations, hub.actor, run.district, "run " + run.outcome, std::to_string(run.id) + (run.decision.empty() ? "" : " " + run.decision));
    return true;
  });
}

void set_needs_full(store::Database& operations, std::int64_t source, bool needs) {
  operations.run("DELETE FROM source_state WHERE source = ?", source);
  if (needs) operations.run("INSERT INTO source_state(source, needs_full) VALUES(?, 1)", source);
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
      return !l.plan.ended_asides.empty();
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

// A worker that died after its transaction has left its mark in the roster: then it only has to be noted.
std::optional<Answer> already_done(Hub& hub, store::District const& district, store::Run& run) {
  auto roster = open_roster(hub, district);
  if (!roster) return std::nullopt;
  auto row = (*roster)->prepare("SELECT number, report FROM revisions WHERE run = ?");
  if (!row->with(run.id).step()) return std::nullopt;
  auto answer = from_json(std::string(row->text(1)));
  if (!answer) return std::nullopt;
  answer->revision = row->integer(0);
  run.outcome = answer->outcome;
  run.decision = answer->decision.value_or("");
  return *answer;
}

Result<Answer> execute(Hub& hub, store::District const& district, store::Run& run, delivery::Delivery* at_hand) {
  if (auto done = run.taken_over || !run.outcome.empty() ? already_done(hub, district, run) : std::nullopt) {
    if (auto trouble = note_outcome(hub, run, *done)) return *trouble;
    return *done;
  }
  if (run.kind != "delivery") {
    auto answer = run.kind == "undo"   ? undo_run(hub, district, run, Work::of(run.work).force)
                  : run.kind == "edit" ? edit_run(hub, district, run)
                                       : rekey_run(hub, district, run);
    if (!answer) return answer;
    run.outcome = answer->outcome;
    if (auto trouble = note_outcome(hub, run, *answer)) return *trouble;
    return answer;
  }
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  auto const source = std::find_if(sources->begin(), sources->end(), [&](auto const& s) { return run.source == s.id; });
  if (source == sources->end()) return Trouble{"The source of run " + std::to_string(run.id) + " is no longer there."};
  if (at_hand != nullptr) return DeliveryRun(hub, district, *source, run).execute(std::move(*at_hand));
  auto delivery = fetch(hub, district, run.delivery);
  if (!delivery) return delivery.trouble();
  return DeliveryRun(hub, district, *source, run).execute(std::move(*delivery));
}

Answer failed(store::Run const& run, std::string const& why) {
  Answer answer;
  answer.run = run.id;
  answer.kind = run.kind;
  answer.outcome = "failed";
  answer.reasons.push_back(why);
  return answer;
}

}  // namespace

std::string name_of_this_worker() {
  auto const pid = static_cast<long>(::getpid());
  return host_name() + " " + std::to_string(pid) + " " + std::to_string(start_of(pid));
}

std::uint64_t seed_of(Hub const& hub, std::int64_t district) {
  auto const bytes = hub.key.derive("rowhash-", static_cast<std::uint64_t>(district));
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
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

Result<Answer> sync(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery, std::string const& approved) {
  if (hub.data_folder.empty())  // there the vault lies in the roster's database
    if (auto roster = open_roster(hub, district); !roster) return roster.trouble();
  auto lines = land(hub, district, delivery);
  if (!lines) return lines.trouble();
  auto& operations = hub.home.operations();
  store::Run run;
  run.district = district.id;
  run.source = source.id;
  run.kind = "delivery";
  run.created = hub.actor.at;
  run.who = hub.actor.who;
  run.delivery = *lines;
  if (!approved.empty()) run.work = "approve " + approved + "\n";
  auto const trouble = operations.transaction([&] {
    store::add_run(operations, run);
    return true;
  });
  if (trouble) return *trouble;
  return work_off(hub, district, run.id, &delivery);
}

Result<Answer> work_off(Hub& hub, store::District const& district, std::int64_t wanted, delivery::Delivery* at_hand) {
  auto& operations = hub.home.operations();
  std::optional<Answer> own;
  for (;;) {
    auto run = store::claim_run(operations, district.id, worker_of(hub), is_dead);
    if (operations.trouble()) return *operations.trouble();
    if (run) {
      auto answer = execute(hub, district, *run, run->id == wanted ? at_hand : nullptr);
      if (run->id == wanted) at_hand = nullptr;
      if (!answer) {
        operations.recover();
        if (auto done = already_done(hub, district, *run)) {  // what failed came after the commit
          if (auto trouble = note_outcome(hub, *run, *done)) return *trouble;
          if (run->id == wanted) own = *done;
          continue;
        }
        if (run->decision == "open") {  // what was asked of it cannot be done; it goes on waiting
          run->state = "done";
          if (auto const trouble = operations.transaction([&] { return store::save_run(operations, *run), true; })) return *trouble;
          if (run->id == wanted) return failed(*run, answer.trouble().text);
          continue;
        }
        auto told = failed(*run, answer.trouble().text);
        run->outcome = "failed";
        if (auto trouble = note_outcome(hub, *run, told)) return *trouble;
        answer = told;
      }
      if (run->id == wanted) own = *answer;
      continue;
    }
    auto const now = store::find_run(operations, district.id, wanted);
    if (operations.trouble()) return *operations.trouble();
    if (!now) return Trouble{"There is no run " + std::to_string(wanted) + "."};
    if (now->state == "done") return own ? Result<Answer>(*own) : from_json(now->report);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // another process works for this district
  }
}

Result<Answer> approve(Hub& hub, store::District const& district, std::int64_t number, std::vector<std::string> const& except_schools) {
  auto& operations = hub.home.operations();
  std::string wrong;
  auto const trouble = operations.transaction([&] {
    auto run = store::find_run(operations, district.id, number);
    if (!run) wrong = "The district \"" + district.name + "\" has no run " + std::to_string(number) + ".";
    else if (run->decision != "open" && run->outcome != "failed")
      wrong =
          "Run " + std::to_string(number) + " does not wait for a decision: it is " + run->outcome + (run->decision.empty() ? "" : ", " + run->decision) + ".";
    if (!wrong.empty()) return false;
    run->state = "queued";
    if (run->decision == "open") {
      run->work = (Work::of(run->work).remainder ? "remainder\n" : "") + std::string("approve ") + run->digest + "\n";
      for (auto const& school : except_schools) run->work += "except " + school + "\n";
    } else if (!except_schools.empty()) {
      wrong = "Run " + std::to_string(number) + " has failed, so nobody has seen what it would do: approve it without --except-school, it begins anew.";
      return false;
    }
    store::save_run(operations, *run);
    store::note(operations, hub.actor, district.id, "run approved", std::to_string(number));
    return true;
  });
  if (trouble) return *trouble;
  if (!wrong.empty()) return Trouble{wrong};
  return work_off(hub, district, number, nullptr);
}

Result<Answer> discard(Hub& hub, store::District const& district, std::int64_t number) {
  auto& operations = hub.home.operations();
  std::string wrong;
  std::optional<Answer> answer;
  auto const trouble = operations.transaction([&] {
    auto run = store::find_run(operations, district.id, number);
    if (!run || run->decision != "open") {
      wrong = !run ? "The district \"" + district.name + "\" has no run " + std::to_string(number) + "."
                   : "Run " + std::to_string(number) + " does not wait for a decision.";
      return false;
    }
    auto report = from_json(run->report);
    if (!report) return wrong = report.trouble().text, false;
    report->decision = run->decision = "discarded";
    run->report = to_json(*report);
    store::save_run(operations, *run);
    if (run->modes.find("=delta") != std::string::npos && run->source) set_needs_full(operations, *run->source, true);
    store::note(operations, hub.actor, district.id, "run discarded", std::to_string(number));
    answer = *report;
    return true;
  });
  if (trouble) return *trouble;
  if (!answer) return Trouble{wrong};
  return *answer;
}

}  // namespace rollbook::runs
