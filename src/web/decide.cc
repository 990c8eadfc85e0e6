// What a person decides of a run: apply, discard, cancel, undo. Each is bound to what they looked at; when that has moved on, they are shown what is there now.
#include <algorithm>

#include "report/words.h"
#include "runs/apply.h"
#include "runs/look.h"
#include "runs/progress.h"
#include "runs/queue.h"
#include "runs/search.h"
#include "runs/undo.h"
#include "views/labels.h"
#include "web/address.h"
#include "web/live.h"
#include "web/one_run.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

// A run that changed more than this is previewed only when somebody asks for it: that takes a while, and the roster is held meanwhile.
constexpr std::uint64_t quick_undo = 20'000;

constexpr std::size_t most_at_first = 5;  // of what an undo leaves alone

constexpr std::string_view moved_on = "This run is not what you looked at any more. Nothing was done: look at it as it is now, and decide anew.";

// Why a decision is not taken; "" when it is.
std::string wrong_with_decision(Visit const& visit, OneRun const& one) {
  if (visit.form["digest"] != one.detail.digest) return std::string(moved_on);
  if (one.detail.line.state != "done")
    return "Somebody has decided already: this run is " + std::string(one.detail.line.state == "queued" ? "in the queue." : "being worked on.");
  return "";
}

// Whoever deletes an organization types how many records go: that cannot be done without having looked.
std::string wrong_with_count(Visit const& visit, OneRun const& one) {
  auto const& run = one.detail.line;
  if (run.kind != "cascade" || run.outcome != "held") return "";
  auto typed = std::string(visit.form["count"]);
  std::erase_if(typed, [](char c) { return c == ',' || c == ' '; });
  if (typed == std::to_string(run.counts.removed)) return "";
  return "That is not the number of records that would be removed. Nothing was done: look at the table below, and type its sum as it stands beside the field.";
}

std::vector<std::string> left_out_schools(Visit const& visit) {
  std::vector<std::string> all;
  for (auto const id : visit.form.every("except")) all.emplace_back(id);
  return all;
}

std::optional<std::int64_t> revision_now(Visit& visit) {
  auto const roster = runs::open_roster(visit.hub, *visit.district);
  return roster ? std::optional(runs::last_revision(**roster)) : std::nullopt;
}

bool wants_force(Visit const& visit) { return visit.query["force"] == "yes" || visit.form["force"] == "yes"; }

// "class c7: changed since" with the name that people know it by: "class Algebra 1 (c7): changed since".
std::string with_its_name(store::Database& roster, views::Labels& labels, std::string const& conflict) {
  auto const colon = conflict.rfind(": ");
  if (colon == std::string::npos) return conflict;
  for (auto const* table : all_tables) {
    auto const words = std::string(table->one) + " ";
    if (!conflict.starts_with(words) || words.size() > colon) continue;
    auto const id = conflict.substr(words.size(), colon - words.size());
    auto const key = runs::record_called(roster, table->id, id);  // none: the table is another one, which is called "result score scale"
    auto const name = key ? labels.name(table->id, *key) : "";
    if (!name.empty()) return words + name + " (" + id + ")" + conflict.substr(colon);
  }
  return conflict;
}

View undo_page(Visit& visit, OneRun const& one, std::string const& wrong) {
  auto const& run = one.detail.line;
  auto const changed = run.counts.created + run.counts.updated + run.counts.removed;
  auto const looks = changed <= quick_undo || visit.query["look"] == "yes";
  View view{"undo", "Undo run " + std::to_string(run.id)};
  view.crumbs.push_back({"Run " + std::to_string(run.id), one.to()});
  auto& model = view.model;
  auto const revision = revision_now(visit);
  auto const preview = looks ? runs::undo(visit.hub, *visit.district, run.id, wants_force(visit), true) : Result<runs::Answer>(runs::Answer());
  auto const answer = preview ? *preview : runs::Answer();
  Model tables = Model::List(), alone = Model::List(), more_alone = Model::List(), reasons = Model::List();
  for (auto const& [table, c] : answer.tables) {
    Model row{{"title", table_in_words(table)}};
    for (auto const& [kind, count] :
         {std::pair{"created", c.created}, {"updated", c.updated}, {"removed", c.removed}, {"excluded", c.excluded}, {"unchanged", c.unchanged}})
      row[kind] = number(count);
    tables.add(std::move(row));
  }
  auto const roster = runs::open_roster(visit.hub, *visit.district);
  auto labels = roster ? std::optional<views::Labels>(**roster) : std::nullopt;
  for (auto const& conflict : answer.conflicts) {
    auto const first = alone.get<Model::List>()->size() < most_at_first;
    (first ? alone : more_alone).add({{"text", first && labels ? with_its_name(**roster, *labels, conflict) : conflict}});
  }
  for (auto const& reason : answer.reasons) reasons.add({{"text", reason}});
  auto const trouble = !wrong.empty() ? wrong : preview ? std::string() : preview.trouble().text;
  model["run"] = run.id;
  model["wrong"] = trouble.empty() ? Model(false) : alert("danger", trouble);
  model["looks"] = looks && preview;
  model["changed"] = with_separators(changed);
  model["to_look"] = looks ? "" : address(one.to("undo"), {{"look", "yes"}});
  model["has_tables"] = !answer.tables.empty();
  model["tables"] = std::move(tables);
  model["has_alone"] = !answer.conflicts.empty();
  model["alone"] = std::move(alone);
  model["alone_total"] = with_separators(answer.conflicts.size());
  model["has_more_alone"] = answer.conflicts.size() > most_at_first;
  model["more_alone_title"] = answer.conflicts.size() > most_at_first ? with_separators(answer.conflicts.size() - most_at_first) + " more" : "";
  model["more_alone"] = std::move(more_alone);
  model["reasons"] = std::move(reasons);
  model["can_undo"] = looks && preview && (answer.outcome == "applied" || answer.outcome == "applied_with_warnings");
  model["force"] = wants_force(visit);
  model["to_force"] = answer.conflicts.empty() || wants_force(visit) ? "" : address(one.to("undo"), {{"force", "yes"}, {"look", "yes"}});
  model["revision"] = revision ? Model(*revision) : Model(false);
  model["here"] = one.to("undo");
  model["back"] = one.to();
  model["digest"] = answer.digest;
  return view;
}

}  // namespace

Answer apply_run(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  if (auto const wrong = wrong_with_decision(visit, *one); !wrong.empty()) return run_page(visit, *one, wrong, 409);
  if (auto const wrong = wrong_with_count(visit, *one); !wrong.empty()) return run_page(visit, *one, wrong, 422);
  auto const without = left_out_schools(visit);
  if (visit.form["without"] == "yes" && without.empty()) return run_page(visit, *one, "Choose at least one school to leave out, or apply the whole run.", 422);
  auto const queued = runs::queue_approval(visit.hub, *visit.district, one->detail.line.id, without, one->detail.digest);
  if (!queued) return run_page(visit, *one_run(visit), queued.trouble().text, 409);
  if (queued->failed) return Refusal{503};
  return Redirect{one->to(), without.empty() ? "It is in the queue and will be applied."
                                             : "It is in the queue and will be applied without " + counted(without.size(), "school") + "."};
}

Answer discard_run(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  if (auto const wrong = wrong_with_decision(visit, *one); !wrong.empty()) return run_page(visit, *one, wrong, 409);
  auto const done = runs::discard(visit.hub, *visit.district, one->detail.line.id);
  if (!done) return run_page(visit, *one_run(visit), done.trouble().text, 409);
  if (done->outcome == "failed") return Refusal{503};
  return Redirect{one->to(), "Run " + std::to_string(one->detail.line.id) + " is discarded. The roster stays as it is."};
}

Answer cancel_run(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  if (auto const trouble = runs::ask_to_cancel(visit.hub.home.operations(), *visit.district, one->detail.line.id, visit.hub.actor))
    return run_page(visit, *one_run(visit), trouble->text, 409);
  visit.live->look_now();
  return Redirect{one->to(), "It is asked to stop. If it has changed the roster already, it goes on to the end."};
}

Answer undo_preview(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  if (!one->detail.line.revision) return Refusal{409, "This run has changed nothing that could be undone.", "Choose a run that was applied."};
  if (auto const& since = one->detail.past_undoing; !since.empty())
    return Refusal{409, "This run can no longer be undone: it changed something about people who have left, and who were let go on " + since + ".",
                   "How long people who left are kept is a setting of the district."};
  return undo_page(visit, *one, "");
}

Answer undo_run(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  auto const revision = revision_now(visit);
  if (!revision) return Refusal{503};
  if (visit.form["revision"] != std::to_string(*revision)) {
    auto page = undo_page(visit, *one, "The roster has changed since you looked. Nothing was done: look at what would be taken back now.");
    page.status = 409;
    return page;
  }
  auto const queued = runs::queue_undo(visit.hub, *visit.district, one->detail.line.id, wants_force(visit));
  if (!queued) return run_page(visit, *one, queued.trouble().text, 409);
  if (queued->failed) return Refusal{503};
  return Redirect{run_address(visit, queued->run), "The undo is in the queue, as a run of its own."};
}

}  // namespace rollbook::web
