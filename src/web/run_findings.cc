// What the check found in the delivery of a run: searched, filtered, each with what, why and how to mend it.
#include <algorithm>
#include <charconv>

#include "report/words.h"
#include "rules/catalogue.h"
#include "runs/findings.h"
#include "runs/look.h"
#include "runs/search.h"
#include "runs/what_if.h"
#include "store/runs.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/seen_findings.h"

namespace rollbook::web {
namespace {

constexpr std::size_t findings_of_a_page = 50;

std::optional<Severity> severity_called(std::string_view name) {
  if (name == "error") return Severity::Error;
  if (name == "warning") return Severity::Warning;
  if (name == "info") return Severity::Info;
  return std::nullopt;
}

std::string cause_of(runs::KeptFinding const& finding) {
  if (!finding.caused_by) return "";
  auto const& cause = *finding.caused_by;
  auto out = "It waits for the " + one_of_table(cause.table) + " " + cause.sourced_id;
  return out + (cause.line ? " (" + cause.file + ", line " + std::to_string(*cause.line) + ")" : ", which is nowhere") + ".";
}

// The page of the record in the roster.
std::string page_of(Visit const& visit, store::Database* roster, runs::KeptFinding const& f) {
  auto const table = table_of_file(f.file);
  if (roster == nullptr || !table || f.sourced_id.empty()) return "";
  auto const key = runs::record_called(*roster, *table, f.sourced_id);
  return key ? record_address(visit, *table, f.sourced_id, key) : "";
}

Model row_of(runs::KeptFinding const& f, std::string const& here, std::string to) {
  return {{"code", f.code},
          {"number", f.number},
          {"line_to", here + "/" + std::to_string(f.number)},
          {"help", "/help/rules/" + f.code},
          {"severity", severity_tag(name_of(f.severity))},
          {"file", f.file},
          {"line", f.line ? Model(*f.line) : Model(false)},
          {"record", f.record && f.record != f.line ? Model(*f.record) : Model(false)},
          {"column", f.column},
          {"id", f.sourced_id},
          {"to", std::move(to)},
          {"value", f.value},
          {"message", f.message},
          {"why", f.why},
          {"fix", f.fix},
          {"cause", cause_of(f)}};
}

Sheet sheet_of(std::int64_t run, std::vector<runs::KeptFinding> const& findings) {
  Sheet sheet{"findings-of-run-" + std::to_string(run),
              {"file", "line", "record", "level", "rule", "column", "sourcedId", "value", "message", "why", "fix", "cause"},
              {}};
  auto const text = [](std::optional<std::uint64_t> const& number) { return number ? std::to_string(*number) : std::string(); };
  for (auto const& f : findings)
    sheet.rows.push_back({f.file, text(f.line), text(f.record), std::string(name_of(f.severity)), f.code, f.column, f.sourced_id, f.value, f.message, f.why,
                          f.fix, cause_of(f)});
  return sheet;
}

Model choices(std::vector<std::string> const& values, std::string_view all, std::string const& chosen) {
  Model list = Model::List();
  list.add(choice("", std::string(all), chosen.empty()));
  for (auto const& value : values) list.add(choice(value, value, value == chosen));
  if (!chosen.empty() && std::find(values.begin(), values.end(), chosen) == values.end()) list.add(choice(chosen, chosen, true));
  return list;
}

// More were found than are kept, of what is asked for: "12,345".
std::string more_than_kept(OneRun const& one, runs::FindingFilter const& filter, std::optional<std::uint64_t> const& kept) {
  if (!kept || !filter.text.empty()) return "";
  std::uint64_t all = 0;
  for (auto const& f : one.answer.findings)
    if ((filter.code.empty() || f.code == filter.code) && (filter.file.empty() || f.file == filter.file) &&
        (!filter.severity || f.severity == name_of(*filter.severity)))
      all += f.count;
  return all > *kept ? with_separators(all) : "";
}

// Rules and files that this run has findings of. Runs of older versions did not count what the district itself requires; what is kept of it tells.
void filters(runs::Answer const& answer, std::vector<std::pair<std::string, std::string>> const& kept, runs::FindingFilter const& chosen,
             std::string const& severity, Model& model) {
  std::vector<std::string> codes, files;
  for (auto const& [code, file] : kept) codes.push_back(code), files.push_back(file);
  for (auto const& f : answer.findings) codes.push_back(f.code), files.push_back(f.file);
  for (auto* list : {&codes, &files}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
    list->erase(std::remove(list->begin(), list->end(), ""), list->end());
  }
  model["codes"] = choices(codes, "All rules", chosen.code);
  model["files"] = choices(files, "All files", chosen.file);
  model["severities"] = choices({"error", "warning", "info"}, "All levels", severity);
}

}  // namespace

Answer run_findings(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  auto const severity = std::string(visit.query["severity"]);
  runs::FindingFilter const filter{severity_called(severity), std::string(visit.query["code"]), std::string(visit.query["file"]),
                                   std::string(visit.query["text"])};
  std::int64_t after = 0;
  auto const from = visit.query["after"];
  std::from_chars(from.data(), from.data() + from.size(), after);

  auto const whole = visit.format == "csv";
  auto found = find_findings(visit, *one, filter, whole ? 0 : after, whole ? runs::most_findings : findings_of_a_page);
  if (!found) return Refusal{503};
  View view{"run_findings", "Findings"};
  view.crumbs.push_back({"Run " + std::to_string(one->detail.line.id), one->to()});
  auto& model = view.model;
  Model rows = Model::List();
  auto const roster = visit.standing.may(access::Right::SeePeople, visit.district->id) ? runs::open_roster(visit.hub, *visit.district)
                                                                                       : Result<std::unique_ptr<store::Database>>(Trouble{});
  auto const here = one->to("findings");
  if (!whole)
    for (auto const& finding : found->findings) rows.add(row_of(finding, here, page_of(visit, roster ? roster->get() : nullptr, finding)));
  Query query{{"severity", severity}, {"code", filter.code}, {"file", filter.file}, {"text", filter.text}};
  auto next = query;
  next.emplace_back("after", found->next ? std::to_string(*found->next) : "");
  auto const& answer = one->answer;
  model["run"] = one->detail.line.id;
  model["here"] = here;
  model["has_rows"] = !found->findings.empty();
  model["rows"] = std::move(rows);
  model["text"] = filter.text;
  model["only_mine"] = !one->seen.all() && !one->of_one_school;
  model["of_school"] = visit.school ? visit.school->name : "";
  model["all"] = more_than_kept(*one, filter, found->all);
  model["kept"] = found->all ? with_separators(*found->all) : "";
  bool const read_anew = one->seen.all() && !filter.code.empty() && one->detail.delivery_gone.empty() && !one->detail.received.empty();
  model["all_of_them"] = read_anew ? address(one->to("all-findings.csv"), {{"code", filter.code}, {"file", filter.file}}) : "";
  model["most_listed"] = with_separators(runs::most_listed);
  model["older"] = found->next ? address(here, next) : "";
  model["newer"] = after > 0 ? address(here, query) : "";
  model["csv"] = address(here + ".csv", query);
  model["filtered"] = severity + filter.code + filter.file + filter.text;
  filters(answer, one->seen.all() && roster ? runs::kinds_of_findings(**roster, one->detail.line.id) : std::vector<std::pair<std::string, std::string>>(),
          filter, severity, model);
  if (whole) view.sheet = sheet_of(one->detail.line.id, found->findings);
  return view;
}

// More than is kept of a rule: its delivery is checked anew for them. Only for who sees the whole district, as the route says.
Answer all_findings(Visit& visit) {
  auto const one = one_run(visit);
  if (!one || !one->seen.all() || visit.format != "csv") return Refusal{404};
  auto const code = std::string(visit.query["code"]), file = std::string(visit.query["file"]);
  auto const run = store::find_run(visit.hub.home.operations(), visit.district->id, one->detail.line.id);
  if (!run || run->delivery.empty() || rule_by_code(code) == no_rule) return Refusal{404};
  if (!one->detail.delivery_gone.empty())
    return Refusal{409, "The files of this delivery were let go on " + one->detail.delivery_gone + ".", "Look at a newer run."};
  auto const found = runs::all_findings(visit.hub, *visit.district, *run, code, file);
  if (!found) return Refusal{409, found.trouble().text};
  View view{"run_findings", "Findings"};
  view.sheet =
      Sheet{"findings-of-run-" + std::to_string(run->id) + "-" + code, {"file", "line", "level", "rule", "column", "sourcedId", "value", "message"}, {}};
  view.sheet->noted = "findings downloaded";
  view.sheet->about = "run " + std::to_string(run->id) + ", " + code + (file.empty() ? "" : " in " + visible(file, 100));
  for (auto const& f : *found)
    view.sheet->rows.push_back(
        {f.file, f.line ? std::to_string(*f.line) : "", std::string(name_of(f.severity)), code, f.column, f.sourced_id, f.value, f.message});
  return view;
}

}  // namespace rollbook::web
