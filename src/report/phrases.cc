#include "report/phrases.h"

#include <algorithm>
#include <functional>
#include <set>

#include "report/groups.h"
#include "report/words.h"

namespace rollbook {
namespace {

std::string short_name(std::string_view name) { return visible(name, most_of_a_name); }

void append_part(std::string& list, std::string_view between, std::string_view part) {
  if (part.empty()) return;
  if (!list.empty()) list += between;
  list += part;
}

// "3 errors in 2 files". The number of files is told only when it is certain: the report does not hold every finding.
std::string in_files(CheckReport const& report, std::uint64_t number, std::string_view what, Severity least) {
  auto text = counted(number, what);
  auto const concerned = [&](RuleInfo const& rule, Severity severity) { return severity >= least && !(severity == Severity::Error && rule.dependent); };
  for (auto const& rule : report.rules)
    if (concerned(*rule.rule, rule.severity) && rule.shown < rule.count) return text;
  std::set<std::string_view> files;
  for (auto const& finding : report.findings)
    if (concerned(*finding.rule, finding.severity) && !finding.file.empty()) files.insert(finding.file);
  return files.empty() ? text : text + " in " + counted(files.size(), "file");
}

// "1 missing organization", "3 records that are missing or excluded"
std::string what_they_wait_for(CheckReport const& report) {
  auto const n = report.causes_total;
  if (n == 0 || report.causes.empty()) return "other rows";
  auto const& first = report.causes.front();
  auto const is_missing = [](CheckReport::Cause const& cause) { return !cause.line; };
  auto const all = [&](auto const& test) { return report.causes.size() == n && std::ranges::all_of(report.causes, test); };
  auto const of_one_table = all([&](CheckReport::Cause const& cause) { return cause.table == first.table; });
  auto const one = of_one_table ? one_of_table(first.table) : "record";
  auto const many = of_one_table ? many_of_table(first.table) : "records";
  if (all(is_missing)) return counted(n, "missing " + one, "missing " + many);
  if (all(std::not_fn(is_missing))) return counted(n, one + " with an error", many + " with errors");
  return counted(n, one, many) + (n == 1 ? " that is missing or has an error" : " that are missing or have errors");
}

std::string waiting(CheckReport const& report) {
  if (report.waiting_rows == 0) return {};
  return counted(report.waiting_rows, "row waits for ", "rows wait for ") + what_they_wait_for(report);
}

std::string all_rows(CheckReport const& report) {
  std::uint64_t files = 0, rows = 0;
  for (auto const& file : report.files) {
    if (file.mode == "absent" || file.mode.empty()) continue;
    ++files;
    rows += file.rows;
  }
  return counted(rows, "row") + " in " + counted(files, "file");
}

std::string refusal(CheckReport const& report) {
  std::uint64_t problems = 0;
  for (auto const& rule : report.rules)
    if (rule.severity == Severity::Refused) problems += rule.count;
  auto const first = std::ranges::find(report.findings, Severity::Refused, &CheckReport::Finding::severity);
  if (first == report.findings.end()) return "this delivery cannot be taken";
  auto text = place(*first);
  append_part(text, ": ", visible(first->message, most_of_a_message));
  if (text.ends_with('.')) text.pop_back();
  return problems > 1 ? counted(problems, "problem") + " stop the whole delivery; the first: " + text : text;
}

std::string sentence_of(CheckReport const& report) {
  auto const& counts = report.counts;
  std::string text;
  switch (report.verdict) {
    case Verdict::Refused:
      return refusal(report);
    case Verdict::Invalid:
      if (counts.error > 0) text = in_files(report, counts.error, "error", Severity::Error);
      append_part(text, "; ", waiting(report));
      return text.empty() ? "some rows cannot be taken" : text;
    case Verdict::Warnings:
      return in_files(report, counts.warning, "warning", Severity::Warning) + ", no errors";
    case Verdict::Valid:
      text = "nothing to mend in " + all_rows(report);
      if (counts.info > 0) append_part(text, "; ", counted(counts.info, "note"));
      return text;
  }
  return text;
}

// ", line 4,211", ", line 4,211, record 4,200"
std::string line_words(CheckReport::Finding const& finding) {
  if (!finding.line) return {};
  auto text = ", line " + with_separators(*finding.line);
  if (finding.record && *finding.record != *finding.line) text += ", record " + with_separators(*finding.record);
  return text;
}

std::string at_line(std::string_view file, std::uint64_t line, std::string_view sourced_id) {
  auto text = short_name(file) + " line " + with_separators(line);
  return sourced_id.empty() ? text : text + " (" + short_name(sourced_id) + ")";
}

std::string_view reason_in_words(std::string_view reason) {
  if (reason == "target-file-absent") return "the file that is referred to is not in this delivery (its records may be stored already)";
  if (reason == "target-file-delta") return "the file that is referred to holds changes only (the other records may be stored already)";
  if (reason == "delta-row") return "the rows are changes only, and what they refer to may be stored already";
  return reason;
}

std::string_view advice_on(Verdict verdict) {
  switch (verdict) {
    case Verdict::Valid:
      return "This delivery can be taken as it is.";
    case Verdict::Warnings:
      return "This delivery can be taken. The warnings are worth a look.";
    case Verdict::Invalid:
      return "Rows with errors, and rows that wait for them, would be left out. Correct them in the SIS, export again, and check "
             "again.";
    case Verdict::Refused:
      return "Nothing of this delivery can be taken. Correct what stops it, export again, and check again.";
  }
  return "";
}

}  // namespace

VerdictWords verdict_words(CheckReport const& report) {
  auto const word = [&]() -> std::string {
    switch (report.verdict) {
      case Verdict::Valid:
        return "VALID";
      case Verdict::Warnings:
        return "VALID WITH WARNINGS";
      case Verdict::Invalid:
        return "INVALID";
      case Verdict::Refused:
        return "REFUSED";
    }
    return "";
  };
  return {word(), sentence_of(report)};
}

std::string advice(CheckReport const& report) {
  std::string text(advice_on(report.verdict));
  if (auto const n = report.rules_not_run.size(); n > 0 && report.verdict != Verdict::Refused)
    text += " " + counted(n, "rule") + " could not be asked; see \"What could not be checked\".";
  return text;
}

std::string tally(CheckReport const& report) {
  auto const& counts = report.counts;
  std::string text;
  if (counts.error > 0) append_part(text, ", ", counted(counts.error, "error"));
  if (report.waiting_rows > 0) append_part(text, ", ", counted(report.waiting_rows, "row waiting", "rows waiting"));
  if (counts.warning > 0) append_part(text, ", ", counted(counts.warning, "warning"));
  if (counts.info > 0) append_part(text, ", ", counted(counts.info, "note"));
  return text;
}

std::string about(CheckReport const& report) {
  auto text = short_name(report.delivery);
  append_part(text, ", ", report.oneroster.empty() ? "version of OneRoster not known" : "OneRoster " + short_name(report.oneroster));
  if (!report.profile.empty()) append_part(text, ", ", "profile " + short_name(report.profile));
  if (!report.rollbook.empty()) append_part(text, ", ", "Rollbook " + short_name(report.rollbook));
  return text;
}

std::string place(CheckReport::Finding const& finding) {
  if (finding.file.empty()) return {};
  auto text = short_name(finding.file) + line_words(finding);
  auto const& id = finding.sourced_id;
  return id.empty() || finding.message.find(id) != std::string::npos ? text : text + " (" + short_name(id) + ")";
}

std::string place(CheckReport::CausedBy const& cause) {
  if (cause.line) return at_line(cause.file, *cause.line, cause.sourced_id);
  return "the missing " + one_of_table(cause.table) + " " + short_name(cause.sourced_id);
}

std::string sentence(CheckReport::Cause const& cause) {
  if (cause.line) return at_line(cause.file, *cause.line, cause.sourced_id) + " blocks " + counted(cause.blocks, "row") + " unless already stored";
  return short_name(cause.table) + " has no record " + short_name(cause.sourced_id) + ": " + counted(cause.blocks, "row waits for it", "rows wait for it") +
         " unless already stored";
}

std::vector<std::string> not_run_sentences(CheckReport const& report) {
  struct Reason {
    std::string_view reason;
    std::vector<std::string> rules;
  };
  std::vector<Reason> reasons;
  for (auto const& rule : report.rules_not_run) {
    auto at = std::ranges::find(reasons, rule.reason, &Reason::reason);
    if (at == reasons.end()) at = reasons.insert(at, {rule.reason, {}});
    at->rules.push_back(short_name(rule.code) + (rule.file.empty() ? "" : " (" + short_name(rule.file) + ")"));
  }

  constexpr std::size_t most = 12;  // a line of them; the other formats have all
  std::vector<std::string> sentences;
  for (auto const& [reason, rules] : reasons) {
    auto text = counted(rules.size(), "rule was", "rules were") + " not asked, because " + short_name(reason_in_words(reason)) + ": ";
    for (std::size_t i = 0; i < std::min(rules.size(), most); ++i) (text += i > 0 ? ", " : "") += rules[i];
    if (rules.size() > most) text += " and " + with_separators(rules.size() - most) + " more";
    sentences.push_back(text + ".");
  }
  return sentences;
}

}  // namespace rollbook
