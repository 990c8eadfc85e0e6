#include "runs/work.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "runs/delivery_run.h"
#include "runs/edit.h"
#include "runs/held_over.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "runs/source_change.h"
#include "runs/undo.h"
#include "runs/worker.h"

namespace rollbook::runs {
namespace {

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

// What came of it is noted, for the source itself first: whoever takes over does both again.
std::optional<Trouble> conclude(Hub& hub, store::District const& district, store::Run& run, Answer& answer) {
  if (auto trouble = settle_source(hub, district, run, answer)) return trouble;
  if (run.kind == "delivery") {  // it died before it could say that more is to follow
    auto roster = open_roster(hub, district);
    if (!roster) return roster.trouble();
    bool const more = has_held_over(**roster, run.id);
    if ((*roster)->trouble()) return (*roster)->trouble();
    if (auto trouble = more ? hub.home.operations().transaction([&] { return queue_held_over(hub.home.operations(), run), true; }) : std::nullopt)
      return trouble;
  }
  return note_outcome(hub, run, answer);
}

Result<Answer> execute(Hub& hub, store::District const& district, store::Run& run, delivery::Delivery* at_hand) {
  if (auto done = run.taken_over || !run.outcome.empty() ? already_done(hub, district, run) : std::nullopt) {
    if (auto trouble = conclude(hub, district, run, *done)) return *trouble;
    return *done;
  }
  if (run.kind != "delivery") {
    auto answer = run.kind == "undo"            ? undo_run(hub, district, run, Work::of(run.work).force)
                  : run.kind == "edit"          ? edit_run(hub, district, run)
                  : run.kind == "source change" ? source_change_run(hub, district, run)
                                                : rekey_run(hub, district, run);
    if (!answer) return answer;
    run.outcome = answer->outcome;
    if (auto trouble = conclude(hub, district, run, *answer)) return *trouble;
    return answer;
  }
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  auto const source = std::find_if(sources->begin(), sources->end(), [&](auto const& s) { return run.source == s.id; });
  if (source == sources->end()) return Trouble{"The source of run " + std::to_string(run.id) + " is no longer there."};
  if (auto why = why_closed(*source); !why.empty()) return Trouble{why};
  if (Work::of(run.work).held_over) return run_delivery(hub, district, *source, run, {});
  if (at_hand != nullptr) return run_delivery(hub, district, *source, run, std::move(*at_hand));
  auto delivery = fetch(hub, district, run.delivery);
  if (!delivery) return delivery.trouble();
  return run_delivery(hub, district, *source, run, std::move(*delivery));
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

std::uint64_t seed_of(Hub const& hub, std::int64_t district) {
  auto const bytes = hub.key.derive("rowhash-", static_cast<std::uint64_t>(district));
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

Result<Answer> sync(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery, std::string const& approved) {
  if (auto why = why_closed(source); !why.empty()) return Trouble{why};
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
  if (auto const released = release_what_waited(hub, district); !released) return released.trouble();
  for (;;) {
    auto run = store::claim_run(operations, district.id, worker_of(hub), is_dead);
    if (operations.trouble()) return *operations.trouble();
    if (run) {
      auto answer = execute(hub, district, *run, run->id == wanted ? at_hand : nullptr);
      if (run->id == wanted) at_hand = nullptr;
      if (!answer) {
        operations.recover();
        if (auto done = already_done(hub, district, *run)) {  // what failed came after the commit
          if (auto trouble = conclude(hub, district, *run, *done)) return *trouble;
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
      run->work = Work::of(run->work).lasting() + "approve " + run->digest + "\n";
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
