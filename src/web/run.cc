// One run: how it ended and why, what it changes and where, and what can be done about it.
#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "report/words.h"
#include "runs/look.h"
#include "runs/search.h"
#include "store/sources.h"
#include "views/labels.h"
#include "web/address.h"
#include "web/batch_pages.h"
#include "web/chosen_school.h"
#include "web/one_run.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/progress.h"
#include "web/run_decision.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t schools_of_a_page = 50, most_listed = 50, most_named = 5;

using Said = runs::Answer;
using runs::Counts;

Model row_of(OneRun const& one, std::string title, Counts const& counts, Query const& where) {
  Model row{{"title", std::move(title)}, {"unchanged", number(counts.unchanged)}};
  for (auto const& [kind, count] :
       {std::pair{"created", counts.created}, {"updated", counts.updated}, {"removed", counts.removed}, {"excluded", counts.excluded}}) {
    auto query = where;
    query.emplace_back("kind", kind);
    row[kind] = number(count, one.lists_rows ? address(one.to("changes"), query) : "");
  }
  return row;
}

Model by_table(OneRun const& one) {
  Model rows = Model::List();
  for (auto const& [table, counts] : one.answer.tables) rows.add(row_of(one, table_in_words(table), counts, {{"table", table}}));
  return rows;
}

Counts sum_of(Said::SchoolAnswer const& school) {
  Counts sum;
  for (auto const& [table, c] : school.tables) {
    sum.created += c.created;
    sum.updated += c.updated;
    sum.unchanged += c.unchanged;
    sum.removed += c.removed;
    sum.excluded += c.excluded;
  }
  return sum;
}

// Those that wait first, then those that lose and change most.
void by_school(Visit const& visit, OneRun const& one, Model& model) {
  std::vector<std::pair<Counts, Said::SchoolAnswer const*>> all;
  for (auto const& school : one.answer.schools) all.emplace_back(sum_of(school), &school);
  auto const weight = [](auto const& each) {
    auto const& c = each.first;
    return std::tuple(each.second->held, c.removed, c.excluded + c.updated + c.created);
  };
  std::stable_sort(all.begin(), all.end(), [&](auto const& a, auto const& b) { return weight(a) > weight(b); });
  auto const asked = std::strtoull(std::string(visit.query["schools"]).c_str(), nullptr, 10);
  auto const from = std::min<std::size_t>(asked - asked % schools_of_a_page, all.size());
  auto const end = std::min(all.size(), from + schools_of_a_page);
  Model rows = Model::List();
  for (auto i = from; i < end; ++i) {
    auto const& school = *all[i].second;
    auto row = row_of(one, school.name.empty() ? school.sourced_id : school.name, all[i].first, {{"school", school.sourced_id}});
    row["id"] = school.sourced_id;
    row["held"] = school.held;
    rows.add(std::move(row));
  }
  auto const page_at = [&](std::size_t at) { return address(one.to(), {{"schools", std::to_string(at)}}) + "#schools"; };
  model["has_schools"] = !all.empty();
  model["schools"] = std::move(rows);
  model["schools_total"] = with_separators(all.size());
  model["schools_from"] = with_separators(from + 1);
  model["schools_end"] = with_separators(end);
  model["schools_before"] = from > 0 ? page_at(from - std::min(from, schools_of_a_page)) : "";
  model["schools_after"] = end < all.size() ? page_at(end) : "";
}

Model texts(std::vector<std::string> const& sentences) {
  Model list = Model::List();
  for (auto const& sentence : sentences) list.add({{"text", sentence}});
  return list;
}

std::string changes_of(std::string const& table, std::uint64_t count) {
  return counted(count, "change") + " of " + many_of_table(table) + (count == 1 ? " is" : " are");
}

// A few by name; the other ids that are known stay folded away.
Model left_without(Visit& visit, Said::LeftWithout const& left, TableId table, std::string_view what) {
  if (left.count == 0) return false;
  auto const of = table == TableId::Users ? std::pair("person is", "people are") : std::pair("class is", "classes are");
  auto const roster = runs::open_roster(visit.hub, *visit.district);
  auto labels = roster ? std::optional<views::Labels>(**roster) : std::nullopt;
  Model few = Model::List();
  std::string others;
  for (std::size_t i = 0; i < left.sourced_ids.size(); ++i) {
    auto const& id = left.sourced_ids[i];
    if (i >= most_named) {
      others += (others.empty() ? "" : ", ") + id;
      continue;
    }
    auto const key = roster ? runs::record_called(**roster, table, id) : std::nullopt;
    few.add({{"id", id}, {"name", key ? labels->name(table, *key) : ""}});
  }
  auto const listed = left.sourced_ids.size();
  return {{"count", left.count},
          {"text", counted(left.count, of.first, of.second) + " left without a " + std::string(what) + "."},
          {"few", std::move(few)},
          {"others", others},
          {"others_title", listed > most_named ? counted(listed - most_named, "more id") : ""},
          {"unlisted", left.count > listed && listed > most_named ? "and " + with_separators(left.count - listed) + " that are not listed." : ""}};
}

// What follows for others, and what is not done as the delivery says.
void besides(Visit& visit, Said const& answer, Model& model) {
  Model follows = Model::List(), otherwise = Model::List();
  for (auto const& sentence : answer.consequences) follows.add({{"text", sentence}});
  for (auto const& [table, count] : answer.with_their_whole)
    follows.add({{"text", with_separators(count) + " " + many_of_table(table) + " go with the people and classes they belong to."}});
  for (auto const& w : answer.withheld) otherwise.add({{"text", with_separators(w.rows) + " " + many_of_table(w.table) + " are not removed: " + w.why}});
  for (std::size_t i = 0; i < std::min(answer.kept.size(), most_listed); ++i) {
    auto const& k = answer.kept[i];
    otherwise.add({{"text", "The " + one_of_table(k.table) + " " + k.sourced_id + " is kept because the " + one_of_table(k.because_table) + " " + k.because_id +
                                " still refers to it."}});
  }
  if (answer.kept_total > most_listed) otherwise.add({{"text", "In all " + with_separators(answer.kept_total) + " records are kept for such a reason."}});
  for (auto const& [table, count] : answer.rejected)
    otherwise.add({{"text", changes_of(table, count) + " left out: a person has undone " + (count == 1 ? "it" : "them") + ", and the source still says so."}});
  for (auto const& [table, count] : answer.left_out)
    otherwise.add({{"text", changes_of(table, count) + " left out until " + (count == 1 ? "it is" : "they are") + " released."}});
  auto const any = [](Model const& list) { return !list.get<Model::List>()->empty(); };
  model["without_teacher"] = left_without(visit, answer.classes_without_teacher, TableId::Classes, "teacher");
  model["without_class"] = left_without(visit, answer.people_without_class, TableId::Users, "class");
  model["has_consequences"] = any(follows) || answer.classes_without_teacher.count + answer.people_without_class.count > 0;
  model["has_otherwise"] = any(otherwise);
  model["has_conflicts"] = !answer.conflicts.empty();
  model["consequences"] = std::move(follows);
  model["otherwise"] = std::move(otherwise);
  auto const first = answer.conflicts.begin() + static_cast<std::ptrdiff_t>(std::min(answer.conflicts.size(), most_named));
  model["conflicts"] = texts({answer.conflicts.begin(), first});
  model["more_conflicts"] = texts({first, answer.conflicts.end()});
  model["more_conflicts_title"] = first == answer.conflicts.end() ? "" : with_separators(static_cast<std::uint64_t>(answer.conflicts.end() - first)) + " more";
}

// Where what was left out waits: the first later run of this source that wants a decision.
Model remainder_of(Visit& visit, OneRun const& one) {
  auto const& run = one.detail.line;
  if (one.answer.left_out.empty() || run.decision != "approved-in-part") return false;
  views::HistoryFilter open;
  open.needs_decision = true;
  auto const later = views::history(visit.hub.home.operations(), *visit.district, open, std::nullopt, most_listed);
  Model found = false;
  if (!later) return found;
  for (auto const& line : later->lines)
    if (line.id > run.id && line.source == run.source) found = Model{{"id", line.id}, {"to", run_address(visit, line.id)}};
  return found;
}

// What is wrong stands below the schools, of which there can be many: it is told above as well.
std::string findings_in_short(runs::Answer const& answer) {
  if (answer.findings.empty()) return "";
  auto text = counted(answer.errors, "error") + ", " + counted(answer.warnings, "warning");
  if (answer.dependent > 0) text += ", " + counted(answer.dependent, "row") + " left out because of them or of what is missing";
  return text;
}

void findings(OneRun const& one, Model& model) {
  auto const& answer = one.answer;
  Model rules = Model::List();
  for (std::size_t i = 0; i < std::min(answer.findings.size(), most_listed); ++i) {
    auto const& f = answer.findings[i];
    rules.add({{"code", f.code},
               {"name", name_in_words(f.name)},
               {"file", f.file.empty() ? "the delivery" : f.file},
               {"severity", severity_tag(f.severity)},
               {"count", number(f.count, address(one.to("findings"), {{"code", f.code}, {"file", f.file}}))},
               {"help", "/help/rules/" + f.code}});
  }
  model["errors"] = number(answer.errors, address(one.to("findings"), {{"severity", "error"}}));
  model["warnings"] = number(answer.warnings, address(one.to("findings"), {{"severity", "warning"}}));
  model["dependent"] = answer.dependent == 0 ? "" : with_separators(answer.dependent);
  model["has_findings"] = !answer.findings.empty();
  model["may_have_findings"] = one.answered && !one.seen.all();
  model["rules"] = std::move(rules);
  model["to_findings"] = one.to("findings");
  model["findings_in_short"] = findings_in_short(answer);
}

void provenance(Visit const& visit, OneRun const& one, Model& model) {
  auto const& run = one.detail.line;
  Model files = Model::List();
  if (one.seen.all())
    for (std::size_t i = 0; i < one.detail.received.size(); ++i) {
      auto const& file = one.detail.received[i];
      files.add({{"path", file.path},
                 {"size", size_in_words(file.size)},
                 {"bytes", file.size},
                 {"to", one.sees_received ? address(one.to("received"), {{"file", std::to_string(i)}}) : ""}});
    }
  model["has_files"] = !files.get<Model::List>()->empty();
  model["files"] = std::move(files);
  model["delivery_gone"] = one.detail.delivery_gone;
  model["findings_gone"] = one.detail.findings_gone;
  model["past_undoing"] = one.detail.past_undoing;
  model["digest"] = one.detail.digest;
  model["revision"] = run.revision ? Model(*run.revision) : Model(false);
  model["who"] = run.who;
  model["created"] = run.created.text();
  model["finished"] = run.finished.text();
  model["seconds"] = run.milliseconds == 0 ? "" : std::to_string(run.milliseconds / 1000) + "." + std::to_string(run.milliseconds / 100 % 10) + " s";
  model["undoes"] = run.undoes ? Model{{"id", *run.undoes}, {"to", run_address(visit, *run.undoes)}} : Model(false);
  model["undone_by"] = run.undone_by ? Model{{"id", *run.undone_by}, {"to", run_address(visit, *run.undone_by)}} : Model(false);
  model["approved_by"] = one.detail.approved_by;
  model["approved_at"] = one.detail.approved_at;
}

std::string title_of(views::RunLine const& run) {
  return "Run " + std::to_string(run.id) + ": " + kind_in_words(run.kind) + (run.source.empty() ? "" : " of " + run.source);
}

// Who came from the set-up of a source, to upload its first delivery, goes on there.
std::string to_setup(Visit const& visit, OneRun const& one) {
  auto const& run = one.detail.line;
  auto const is_first = std::find(run.held_because.begin(), run.held_because.end(), "trial") != run.held_because.end();
  if (!one.decides || !run.needs_decision || !is_first) return "";
  auto const source = store::find_source(visit.hub.home.operations(), *visit.district, run.source);
  return source ? visit.in_district("sources/" + std::to_string(source->id) + "/setup/upload") : "";
}

}  // namespace

View run_page(Visit& visit, OneRun const& one, std::string const& wrong, int status) {
  View view{"run", title_of(one.detail.line)};
  auto& model = view.model;
  auto const& run = one.detail.line;
  auto const& answer = one.answer;
  Model because = Model::List();
  if (run.outcome == "held" || run.decision == "open")
    for (auto const& reason : run.held_because) because.add({{"text", held_in_words(reason)}});
  model["id"] = run.id;
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["outcome"] = outcome_tag(run);
  model["outcome_name"] = run.outcome;
  model["state"] = run.state;
  model["decision"] = run.decision;
  model["decision_words"] = decision_in_words(run.decision);
  model["source"] = run.source;
  model["kind"] = kind_in_words(run.kind);
  model["because"] = std::move(because);
  model["reasons"] = texts({answer.reasons.begin(), answer.reasons.begin() + static_cast<std::ptrdiff_t>(std::min(answer.reasons.size(), most_listed))});
  model["more_reasons"] = answer.reasons.size() > most_listed ? with_separators(answer.reasons.size() - most_listed) : "";
  model["only_mine"] = !one.seen.all() && !one.of_one_school;
  model["of_school"] = visit.school ? visit.school->name : "";
  model["here"] = one.to();
  model["decide"] = decision_panel(one);
  model["remainder"] = remainder_of(visit, one);
  model["was_held"] = run.decision.starts_with("approved") && !answer.reasons.empty();
  model["is_preview"] = run.outcome == "held";
  model["to_setup"] = to_setup(visit, one);
  model["to_undo"] = one.decides && !one.of_one_school && run.revision && !run.undone_by && one.detail.past_undoing.empty() ? one.to("undo") : "";
  model["has_tables"] = !answer.tables.empty();
  model["tables"] = by_table(one);
  by_school(visit, one, model);
  besides(visit, answer, model);
  findings(one, model);
  provenance(visit, one, model);
  set_upload(visit, model, one);
  model["progress"] = progress_part(visit, {run.id, run.state, one.detail.progress, one.detail.cancel_by});
  model["confirm"] = one.decides && one.detail.lacks_manifest ? visit.in_district("upload/" + std::to_string(run.id) + "/confirm") : "";
  view.status = status;
  return view;
}

Answer show_run(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  return run_page(visit, *one);
}

}  // namespace rollbook::web
