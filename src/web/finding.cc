// One finding of a run: what is wrong, why it matters and how to mend it; the record that it is about, and the very line of the delivery.
#include "base/day.h"
#include "base/hash.h"
#include "report/words.h"
#include "rules/catalogue.h"
#include "runs/accepted.h"
#include "runs/look.h"
#include "runs/search.h"
#include "runs/search_terms.h"
#include "store/runs.h"
#include "views/delivered_line.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/chosen_school.h"
#include "web/days.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/quality_words.h"
#include "web/record_scope.h"
#include "web/run_words.h"
#include "web/seen_findings.h"

namespace rollbook::web {
namespace {

constexpr std::string_view hidden = "(hidden)";
constexpr std::size_t own_fields = 3;  // sourcedId, status, dateLastModified say nothing of the person

// The finding that the route names, if it is theirs to see.
Result<std::optional<runs::KeptFinding>> finding_of(Visit& visit, OneRun const& one) {
  auto const wanted = visit.number(2);
  if (wanted < 0) return std::optional<runs::KeptFinding>();
  auto found = find_findings(visit, one, {}, wanted - 1, 1);
  if (!found) return found.trouble();
  if (found->findings.empty() || found->findings[0].number != wanted) return std::optional<runs::KeptFinding>();
  return std::optional(std::move(found->findings[0]));
}

// Whose record it is; of tables that are searched by the index, of others by what the source has said.
std::optional<std::uint32_t> record_of(Visit& visit, store::Database& roster, std::int64_t run, TableId table, std::string const& id) {
  if (id.empty()) return std::nullopt;
  if (runs::is_searched(table)) return runs::record_called(roster, table, id);
  auto const stored = store::find_run(visit.hub.home.operations(), visit.district->id, run);
  return stored && stored->source ? record_said(visit, roster, *stored->source, table, id) : std::nullopt;
}

// Who may see which cell. What stands in no column of OneRoster may be anything: it is for those who may have the whole file.
bool is_hidden(views::DeliveredLine const& line, views::DeliveredLine::Cell const& cell, bool sees_received, bool sees_demographics) {
  if (cell.value.empty()) return false;
  bool const demographics = line.table == TableId::Demographics;
  if (cell.field == npos) return !sees_received || (demographics && !sees_demographics);
  if (table_of(*line.table).fields[cell.field].privacy == Privacy::Secret) return true;
  return demographics && cell.field >= own_fields && !sees_demographics;
}

struct Read {
  std::optional<views::DeliveredLine> line;
  std::string why_not;  // a sentence
};

Read read_line(Visit& visit, OneRun const& one, runs::KeptFinding const& f) {
  if (!one.detail.delivery_gone.empty())
    return {
        {},
        "The files of this delivery were let go on " + one.detail.delivery_gone + ", as the settings of the district say: its lines cannot be shown any more."};
  // What is wrong with a column stands in the header.
  auto const number = f.line ? *f.line : !f.column.empty() && !f.file.empty() ? 1 : 0;
  if (number == 0)
    return {{}, f.file.empty() ? "It is about the delivery as such, and not about a line of it." : "It is about the file as such, and not about a line of it."};
  auto line = views::delivered_line(visit.hub, *visit.district, one.detail.received, f.file, number);
  if (!line) return {{}, "The delivery cannot be read any more."};
  if (!*line) return {{}, "The delivery has no such line."};
  return {std::move(*line), ""};
}

Model cells_of(views::DeliveredLine const& line, std::string const& blamed, bool sees_received, bool sees_demographics, bool& any_hidden) {
  Model list = Model::List();
  for (auto const& cell : line.cells) {
    bool const hides = is_hidden(line, cell, sees_received, sees_demographics);
    any_hidden |= hides;
    auto const name = cell.field == npos ? std::string_view() : table_of(*line.table).fields[cell.field].name;
    list.add({{"column", cell.column},
              {"value", hides ? std::string(hidden) : cell.value},
              {"hidden", hides},
              {"blamed", !blamed.empty() && (cell.column == blamed || name == blamed)}});
  }
  return list;
}

// As Quality names what a finding is of: the column only of the district's own rules.
runs::Accepted acceptance_of(Visit const& visit, TableId table, runs::KeptFinding const& f) {
  runs::Accepted what;
  what.table = static_cast<std::int64_t>(table);
  what.rule = f.code;
  if (asked_by(f.code) == "district") what.field = std::string(table_of(table).name) + "." + f.column;
  what.record = f.sourced_id;
  what.hash = runs::hash_of_row(hash_of_id(f.sourced_id, runs::seed_of(visit.hub, visit.district->id)), 0, runs::seed_of(visit.hub, visit.district->id));
  return what;
}

Model accepted_model(std::vector<runs::Accepted> const& all, runs::Accepted const& what, std::string& at) {
  for (auto const& one : all) {
    if (one.table != what.table || one.rule != what.rule || one.field != what.field || one.record != what.record) continue;
    at = std::to_string(one.id);
    return {{"reason", one.reason}, {"until", day_text(one.until)}, {"who", one.who}};
  }
  return false;
}

Answer show(Visit& visit, OneRun const& one_, runs::KeptFinding const& f, std::string const& wrong) {
  auto const* const one = &one_;
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const run = one->detail.line.id;
  auto const table = table_of_file(f.file);
  RecordScope scope(visit, **roster);
  auto const key = table ? record_of(visit, **roster, run, *table, f.sourced_id) : std::nullopt;
  bool const sees_record = key && scope.may_see(*table, *key);
  auto const district = visit.district->id;
  bool const demographics = table == TableId::Demographics;
  bool const sees_demographics = demographics && (key ? sees_record : scope.all() && visit.standing.may_everywhere(access::Right::SeeDemographics, district));
  auto const read = read_line(visit, *one, f);
  if (read.line && sees_demographics) {
    auto& operations = visit.hub.home.operations();
    auto const detail = "run " + std::to_string(run) + ", " + f.file + " line " + std::to_string(read.line->line) + ", " + f.sourced_id;
    if (operations.transaction([&] { return store::note(operations, visit.hub.actor, district, "demographics viewed", detail), true; })) return Refusal{503};
  }
  bool any_hidden = false;
  auto cells = read.line ? cells_of(*read.line, f.column, one->sees_received, sees_demographics, any_hidden) : Model(Model::List());
  if ((*roster)->trouble()) return Refusal{503};

  View view{"finding", f.code + ", " + rule_in_words(f.code, "")};
  view.crumbs = {{"Run " + std::to_string(run), one->to()}, {"Findings", one->to("findings")}};
  auto& model = view.model;
  model["number"] = f.number;
  model["run"] = run;
  model["source"] = one->detail.line.source;
  model["at"] = one->detail.line.created.text();
  model["code"] = f.code;
  model["help"] = "/help/rules/" + f.code;
  model["severity"] = severity_tag(name_of(f.severity));
  model["message"] = f.message;
  model["why"] = f.why;
  model["fix"] = f.fix;
  model["house"] = asked_by(f.code) == "rollbook";
  model["file"] = f.file;
  model["line"] = f.line ? Model(*f.line) : Model(false);
  model["line_text"] = f.line ? with_separators(*f.line) : "";
  model["column"] = f.column;
  model["id"] = f.sourced_id;
  model["record"] = sees_record ? record_address(visit, *table, f.sourced_id, key) : "";
  model["not_stored"] = table && !f.sourced_id.empty() && !key;
  model["has_cells"] = read.line.has_value();
  model["path"] = read.line ? read.line->path : "";
  model["fits"] = read.line && read.line->fits;
  model["cells"] = std::move(cells);
  model["any_hidden"] = any_hidden;
  model["why_not"] = read.why_not;
  model["received"] = one->sees_received && one->detail.delivery_gone.empty() && !one->detail.received.empty() ? one->to("received") : "";
  // Somebody who looks at it does not decide: the form is for who runs deliveries, of a record that can be told from others.
  bool const may = visit.standing.may_everywhere(access::Right::RunDeliveries, district) && !visit.school && table && !f.sourced_id.empty();
  std::string number_of_acceptance;
  auto accepted = may ? accepted_model(runs::accepted_on(**roster, visit.hub.today), acceptance_of(visit, *table, f), number_of_acceptance) : Model(false);
  auto const typed = [&](char const* name) { return wrong.empty() ? std::string() : std::string(visit.form[name]); };
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["may"] = may;
  model["accepted"] = std::move(accepted);
  model["withdraw"] = number_of_acceptance.empty() ? "" : visit.in_district("quality/accepted/" + number_of_acceptance + "/withdraw");
  model["accept"] = one->to("findings/" + std::to_string(f.number) + "/accept");
  model["reason"] = part({.name = "reason", .label = "Reason", .value = typed("reason"), .hint = "For whoever comes across it later."});
  model["until"] = part({.name = "until", .label = "Shown again on", .type = "date", .value = typed("until")});
  if (!wrong.empty()) view.status = 422;
  return view;
}

// What the route names, told by `then`.
template <class F>
Answer with_finding(Visit& visit, F const& then) {
  if (!take_school(visit)) return Refusal{404};
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  auto const found = finding_of(visit, *one);
  if (!found) return Refusal{503};
  if (!*found) return Refusal{404, "This run has no such finding, or it is not on a record of your schools.", "The page of the run lists those it has."};
  return then(*one, **found);
}

}  // namespace

Answer finding(Visit& visit) {
  return with_finding(visit, [&](OneRun const& one, runs::KeptFinding const& f) { return show(visit, one, f, ""); });
}

Answer accept_finding(Visit& visit) {
  return with_finding(visit, [&](OneRun const& one, runs::KeptFinding const& f) -> Answer {
    auto const table = table_of_file(f.file);
    if (!table || f.sourced_id.empty()) return Refusal{409, "This finding is not about a record that can be told from others.", "Accept its rule instead."};
    std::optional<std::int32_t> until;
    if (!read_day(visit.form["until"], until)) return show(visit, one, f, "The day cannot be read. Write it like 2026-08-31.");
    if (!until) return show(visit, one, f, "Say on which day it is shown again.");
    auto roster = runs::open_roster(visit.hub, *visit.district);
    if (!roster) return Refusal{503};
    auto what = acceptance_of(visit, *table, f);
    what.reason = std::string(visit.form["reason"]), what.until = *until;
    if (auto trouble = runs::accept(visit.hub, *visit.district, **roster, std::move(what))) return show(visit, one, f, trouble->text);
    return Redirect{one.to("findings/" + std::to_string(f.number)),
                    "This finding is accepted until " + day_text(*until) + ". It is counted apart; nothing else changes."};
  });
}

}  // namespace rollbook::web
