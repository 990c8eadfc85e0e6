#include "report/sarif.h"

#include <unordered_map>

#include "base/json_writer.h"
#include "report/phrases.h"
#include "report/words.h"

namespace rollbook {
namespace {

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::Refused:
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Info:
      return "note";
    case Severity::Off:
      return "none";
  }
  return "none";
}

// A file name as a URI reference: any byte that could mean something in one is written as %XX.
std::string uri_of(std::string_view file) {
  constexpr char hex[] = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~/";
  std::string uri;
  for (auto const letter : file) {
    auto const byte = static_cast<unsigned char>(letter);
    auto const alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    if (alphanumeric || plain.find(letter) != std::string_view::npos) uri += letter;
    else ((uri += '%') += hex[byte >> 4]) += hex[byte & 15];
  }
  return uri;
}

// SARIF wraps nearly every text like this.
void message(JsonWriter& json, std::string_view key, std::string_view text) { json.key(key).begin_object().field("text", text).end_object(); }

std::string_view origin_word(Origin origin) {
  switch (origin) {
    case Origin::OneRoster:
      return "OneRoster";
    case Origin::Receiver:
      return "receiver";
    case Origin::Rollbook:
      return "Rollbook";
  }
  return "";
}

void write_rule(JsonWriter& json, CheckReport::RuleCount const& counted_rule) {
  auto const& rule = *counted_rule.rule;
  json.begin_object().field("id", rule.code).field("name", rule.name);
  message(json, "shortDescription", name_in_words(rule.name) + ".");
  message(json, "fullDescription", rule.why.empty() ? rule.message : rule.why);
  message(json, "help", rule.fix.empty() ? rule.message : rule.fix);
  json.key("defaultConfiguration").begin_object().field("level", level_of(counted_rule.severity)).end_object();
  json.key("properties").begin_object();
  json.field("severity", name_of(counted_rule.severity)).field("origin", origin_word(rule.origin));
  json.field("count", counted_rule.count).field("shown", counted_rule.shown);
  json.end_object().end_object();
}

void write_place(JsonWriter& json, std::string_view file, std::optional<std::uint64_t> line) {
  json.key("physicalLocation").begin_object();
  json.key("artifactLocation").begin_object().field("uri", uri_of(file)).end_object();
  if (line && *line > 0) json.key("region").begin_object().field("startLine", *line).end_object();
  json.end_object();
}

void write_properties(JsonWriter& json, CheckReport::Finding const& finding) {
  json.key("properties").begin_object().field("severity", name_of(finding.severity));
  auto const unless_empty = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) json.field(name, text);
  };
  if (finding.record) json.field("record", *finding.record);
  unless_empty("column", finding.column);
  unless_empty("sourcedId", finding.sourced_id);
  unless_empty("value", finding.value);
  unless_empty("why", finding.why);
  unless_empty("fix", finding.fix);
  if (auto const& cause = finding.caused_by) {
    json.key("causedBy").begin_object().field("code", cause->code).field("table", cause->table);
    json.field("sourcedId", cause->sourced_id).field("file", cause->file).field("line", cause->line).end_object();
  }
  json.end_object();
}

using RuleIndex = std::unordered_map<std::string_view, std::size_t>;

void write_result(JsonWriter& json, CheckReport::Finding const& finding, RuleIndex const& index_of) {
  json.begin_object().field("ruleId", finding.rule->code);
  if (auto const at = index_of.find(finding.rule->code); at != index_of.end()) json.field("ruleIndex", at->second);
  json.field("level", level_of(finding.severity));
  message(json, "message", finding.message);
  if (!finding.file.empty()) {
    json.key("locations").begin_array().begin_object();
    write_place(json, finding.file, finding.line);
    json.end_object().end_array();
  }
  if (auto const& cause = finding.caused_by; cause && cause->line && !cause->file.empty()) {
    json.key("relatedLocations").begin_array().begin_object();
    write_place(json, cause->file, cause->line);
    message(json, "message", "Waits for " + place(*cause) + ".");
    json.end_object().end_array();
  }
  write_properties(json, finding);
  json.end_object();
}

void write_tool(JsonWriter& json, CheckReport const& report) {
  json.key("tool").begin_object().key("driver").begin_object();
  json.field("name", "Rollbook").field("version", report.rollbook);
  json.key("rules").begin_array();
  for (auto const& rule : report.rules) write_rule(json.on_new_line(), rule);
  json.end_array().end_object().end_object();
}

// A rule that could not be asked is no result; it is something the tool has to say about its work.
void write_invocation(JsonWriter& json, CheckReport const& report) {
  json.on_new_line().key("invocations").begin_array().begin_object().field("executionSuccessful", true);
  json.key("toolExecutionNotifications").begin_array();
  for (auto const& rule : report.rules_not_run) {
    json.on_new_line().begin_object().field("level", "note");
    message(json, "message", rule.code + " was not asked for " + rule.file + ": " + rule.reason);
    json.key("associatedRule").begin_object().field("id", rule.code).end_object().end_object();
  }
  json.end_array().end_object().end_array();
}

void write_run_properties(JsonWriter& json, CheckReport const& report) {
  json.on_new_line().key("properties").begin_object();
  json.field("verdict", name_of(report.verdict)).field("oneroster", report.oneroster).field("profile", report.profile);
  json.field("errors", report.counts.error).field("warnings", report.counts.warning);
  json.field("infos", report.counts.info).field("dependents", report.counts.dependent).end_object();
}

}  // namespace

void write_sarif(CheckReport const& report, Sink const& sink) {
  RuleIndex index_of;
  for (auto const& rule : report.rules) index_of.emplace(rule.rule->code, index_of.size());

  Pieces pieces(sink);
  JsonWriter json(pieces.text);
  json.begin_object().field("$schema", "https://json.schemastore.org/sarif-2.1.0.json").field("version", "2.1.0");
  json.key("runs").begin_array().begin_object();
  write_tool(json, report);
  write_invocation(json, report);
  json.on_new_line().field("columnKind", "unicodeCodePoints");
  write_run_properties(json, report);
  json.on_new_line().key("results").begin_array();
  for (auto const& finding : report.findings) {
    write_result(json.on_new_line(), finding, index_of);
    pieces.hand_on_if_enough();
  }
  json.end_array().end_object().end_array().end_object();
  pieces.text += '\n';
  pieces.finish();
}

}  // namespace rollbook
