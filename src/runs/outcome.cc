#include "runs/outcome.h"

#include <algorithm>

#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/delivery_run.h"
#include "runs/look.h"
#include "runs/run_event.h"
#include "runs/source_change.h"
#include "runs/worker.h"
#include "store/exports.h"

namespace rollbook::runs {

Work Work::of(std::string const& text) {
  Work work;
  for (auto const& line : split(text, '\n')) {
    if (line.starts_with("approve ")) work.approve = true, work.approved = line.substr(8);
    else if (line.starts_with("except ")) work.except.push_back(line.substr(7));
    else if (line == "remainder") work.remainder = true;
    else if (line.starts_with("change ")) work.change = line.substr(7);
    else if (line.starts_with("confirmed ")) work.confirmed = line.substr(10);
    else if (line == "look") work.look_first = true;
    else if (line.starts_with("take ")) work.take.push_back(line.substr(5));
    else if (line == "held-over") work.held_over = true;
    else if (line == "waits-for-range") work.waits_for_range = true;
    else if (line == "force") work.force = true;
  }
  return work;
}

std::string Work::lasting() const {
  std::string all = look_first ? "look\n" : "";
  for (auto const& one : take) all += "take " + one + "\n";
  return all + (remainder ? "remainder\n" : "") + std::string(held_over ? "held-over\n" : "") + (change.empty() ? "" : "change " + change + "\n") +
         (confirmed.empty() ? "" : "confirmed " + confirmed + "\n");
}

Summary Summary::of(Answer const& answer) {
  Summary all{{}, answer.errors, answer.warnings, answer.milliseconds};
  for (auto const& [table, c] : answer.tables) {
    all.counts.created += c.created;
    all.counts.updated += c.updated;
    all.counts.unchanged += c.unchanged;
    all.counts.removed += c.removed;
    all.counts.excluded += c.excluded;
  }
  return all;
}

std::string Summary::text() const {
  std::string all;
  for (auto const number : {counts.created, counts.updated, counts.unchanged, counts.removed, counts.excluded, errors, warnings, milliseconds})
    all += (all.empty() ? "" : " ") + std::to_string(number);
  return all;
}

Summary Summary::of(std::string_view text) {
  Summary all;
  auto const numbers = split(text, ' ');
  std::size_t i = 0;
  for (auto* to : {&all.counts.created, &all.counts.updated, &all.counts.unchanged, &all.counts.removed, &all.counts.excluded, &all.errors, &all.warnings,
                   &all.milliseconds})
    if (i < numbers.size()) *to = std::strtoull(numbers[i++].c_str(), nullptr, 10);
  return all;
}

store::Run new_run(Hub const& hub, store::District const& district, std::string kind, std::optional<std::int64_t> source) {
  store::Run run;
  run.district = district.id;
  run.source = source;
  run.kind = std::move(kind);
  run.created = hub.actor.at;
  run.who = hub.actor.who;
  return run;
}

store::Run rest_of(store::Run const& run, std::string at, std::string work) {
  store::Run rest;
  rest.district = run.district;
  rest.source = run.source;
  rest.kind = run.kind;
  rest.created = std::move(at);
  rest.who = run.who;
  rest.work = std::move(work);
  return rest;
}

void tell_holds(Answer& answer, std::vector<Held> const& held, std::vector<School> const& schools) {
  for (auto const& one : held) {
    auto const school = one.school == 0 ? schools.end() : std::find(schools.begin(), schools.end(), one.school);
    if (school != schools.end()) answer.schools[static_cast<std::size_t>(school - schools.begin())].held = true;
    answer.held_because.emplace_back(name_of(one.because));
    if (!one.reason.empty()) answer.reasons.push_back(one.reason);
  }
}

void tell_trust(Answer& answer, store::Source const& source) {
  if (!source.settings.is("live")) {
    answer.held_because.emplace_back(name_of(Hold::Trial));
    answer.reasons.push_back("The source " + source.name + " is a trial: nothing of it is applied until a person approves.");
  } else if (!source.settings.is("apply-by-itself")) {
    answer.held_because.emplace_back(name_of(Hold::Preview));
    answer.reasons.push_back("Deliveries of " + source.name + " wait for approval, as the settings of the source say.");
  }
}

void decide(Answer& answer, store::Run& run, std::string outcome, std::optional<std::string> decision) {
  answer.outcome = run.outcome = std::move(outcome);
  answer.decision = std::move(decision);
  run.decision = answer.decision.value_or("");
}

Answer failed(std::optional<std::int64_t> run, std::string const& kind, std::string const& why) {
  Answer answer;
  answer.run = run;
  answer.kind = kind;
  answer.outcome = "failed";
  answer.reasons.push_back(why);
  return answer;
}

std::optional<Trouble> note_outcome(Hub& hub, store::Run& run, Answer& answer, std::function<void()> const& along) {
  auto& operations = hub.home.operations();
  return operations.transaction([&] {
    if (!store::has_claim(operations, run, worker_of(hub))) return false;
    if (along) along();
    run.state = "done";
    run.finished = hub.clock ? hub.clock() : hub.actor.at;
    run.held_because = joined_by_commas(answer.held_because);
    run.digest = answer.digest;
    run.revision = answer.is_applied() ? answer.revision : std::nullopt;
    run.report = to_json(answer);
    run.summary = Summary::of(answer).text();
    store::save_run(operations, run);
    bool const is_cancelled = run.outcome == "failed" && !store::who_cancels(operations, run.id).empty();
    if (auto const event = event_of(run, answer); event && !is_cancelled) store::raise(operations, *event);
    store::forget_progress(operations, run.id, is_cancelled);
    if (run.revision) store::queue_exports_after_run(operations, run.district, run.finished, hub.today);
    store::note(operations, hub.actor, run.district, "run " + run.outcome, std::to_string(run.id) + (run.decision.empty() ? "" : " " + run.decision));
    return true;
  });
}

std::optional<Trouble> conclude(Hub& hub, store::District const& district, store::Run& run, Answer& answer) {
  if (run.kind == "delivery" || run.kind == batch_kind) return note_delivery(hub, district, run, answer);
  if (auto trouble = settle_source(hub, district, run, answer)) return trouble;
  return note_outcome(hub, run, answer);
}

Result<std::optional<Answer>> note_if_done(Hub& hub, store::District const& district, store::Run& run) {
  std::optional<Answer> none;
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  std::string report;
  std::int64_t revision = 0;
  // As a writer: a commit whose answer was lost may still be under way.
  auto const trouble = (*roster)->transaction([&] {
    auto mark = (*roster)->prepare("SELECT number, report FROM revisions WHERE run = ?");
    if (mark->with(run.id).step()) revision = mark->integer(0), report = mark->text(1);
    return false;
  });
  if (trouble) return *trouble;
  if (report.empty()) return none;
  auto answer = from_json(report);
  if (!answer) return answer.trouble();
  answer->revision = revision;
  run.outcome = answer->outcome;
  run.decision = answer->decision.value_or("");
  if (auto wrong = conclude(hub, district, run, *answer)) return *wrong;
  return std::optional<Answer>(*answer);
}

}  // namespace rollbook::runs
