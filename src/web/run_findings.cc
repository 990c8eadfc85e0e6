// What the check found in the delivery of a run: searched, filtered, each with what, why and how to mend it.
#include <algorithm>
#include <charconv>

#include "report/words.h"
#include "runs/findings.h"
#include "web/address.h"
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

Model row_of(runs::KeptFinding const& f) {
  return {{"code", f.code},
          {"help", "/help/rules/" + f.code},
          {"severity", severity_tag(name_of(f.severity))},
          {"file", f.file},
          {"line", f.line ? Model(*f.line) : Model(false)},
          {"record", f.record && f.record != f.line ? Model(*f.record) : Model(false)},
          {"column", f.column},
          {"id", f.sourced_id},
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

// Rules and files that this run has findings of.
void filters(runs::Answer const& answer, runs::FindingFilter const& chosen, std::string const& severity, Model& model) {
  std::vector<std::string> codes, files;
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
  if (!whole)
    for (auto const& finding : found->findings) rows.add(row_of(finding));
  Query query{{"severity", severity}, {"code", filter.code}, {"file", filter.file}, {"text", filter.text}};
  auto const here = one->to("findings");
  auto next = query;
  next.emplace_back("after", found->next ? std::to_string(*found->next) : "");
  auto const& answer = one->answer;
  std::uint64_t all = 0;
  for (auto const& f : answer.findings) all += f.count;
  model["run"] = one->detail.line.id;
  model["here"] = here;
  model["has_rows"] = !found->findings.empty();
  model["rows"] = std::move(rows);
  model["text"] = filter.text;
  model["only_mine"] = !one->seen.all() && !one->of_one_school;
  model["of_school"] = visit.school ? visit.school->name : "";
  model["all"] = with_separators(all);
  model["kept"] = found->all ? with_separators(*found->all) : "";
  model["bounded"] = found->all && !filter.severity && filter.code.empty() && filter.file.empty() && filter.text.empty() && *found->all < all;
  model["older"] = found->next ? address(here, next) : "";
  model["newer"] = after > 0 ? address(here, query) : "";
  model["csv"] = address(here + ".csv", query);
  model["filtered"] = severity + filter.code + filter.file + filter.text;
  filters(answer, filter, severity, model);
  if (whole) view.sheet = sheet_of(one->detail.line.id, found->findings);
  return view;
}

}  // namespace rollbook::web
