#include "report/json.h"

#include "base/json_writer.h"

namespace rollbook {
namespace {

void write(JsonWriter& json, CheckReport::Counts const& counts) {
  json.begin_object();
  json.field("error", counts.error).field("warning", counts.warning);
  json.field("info", counts.info).field("dependent", counts.dependent);
  json.end_object();
}

void write(JsonWriter& json, CheckReport::File const& file) {
  json.begin_object();
  json.field("file", file.file).field("mode", file.mode).field("rows", file.rows);
  json.field("excluded", file.excluded).field("bytes", file.bytes);
  json.end_object();
}

void write(JsonWriter& json, CheckReport::RuleCount const& rule) {
  json.begin_object();
  json.field("code", rule.rule->code).field("name", rule.rule->name).field("severity", name_of(rule.severity));
  json.field("count", rule.count).field("shown", rule.shown);
  json.end_object();
}

void write(JsonWriter& json, CheckReport::NotRun const& rule) {
  json.begin_object();
  json.field("code", rule.code).field("file", rule.file).field("reason", rule.reason);
  json.end_object();
}

void write(JsonWriter& json, CheckReport::Cause const& cause) {
  json.begin_object();
  json.field("code", cause.code).field("table", cause.table).field("sourcedId", cause.sourced_id);
  json.field("file", cause.file).field("line", cause.line).field("blocks", cause.blocks);
  json.end_object();
}

void write(JsonWriter& json, std::optional<CheckReport::CausedBy> const& cause) {
  if (!cause) {
    json.value(nullptr);
    return;
  }
  json.begin_object();
  json.field("code", cause->code).field("table", cause->table).field("sourcedId", cause->sourced_id);
  json.field("file", cause->file).field("line", cause->line);
  json.end_object();
}

void write(JsonWriter& json, CheckReport::Finding const& finding) {
  json.begin_object();
  json.field("code", finding.rule->code).field("severity", name_of(finding.severity));
  json.field("file", finding.file).field("line", finding.line).field("record", finding.record);
  json.field("column", finding.column).field("sourcedId", finding.sourced_id).field("value", finding.value);
  json.field("message", finding.message).field("why", finding.why).field("fix", finding.fix);
  write(json.key("caused_by"), finding.caused_by);
  json.end_object();
}

void write(JsonWriter& json, std::string const& sentence) { json.value(sentence); }

template <class Items>
void write_list(JsonWriter& json, Pieces& pieces, std::string_view name, Items const& items) {
  json.on_new_line().key(name).begin_array();
  for (auto const& item : items) {
    write(json.on_new_line(), item);
    pieces.hand_on_if_enough();
  }
  if (!items.empty()) json.on_new_line();
  json.end_array();
}

}  // namespace

void write_json(CheckReport const& report, Sink const& sink) {
  Pieces pieces(sink);
  JsonWriter json(pieces.text);
  json.begin_object();
  json.on_new_line().field("rollbook", report.rollbook);
  json.on_new_line().field("oneroster", report.oneroster);
  json.on_new_line().field("profile", report.profile);
  json.on_new_line().field("verdict", name_of(report.verdict));
  write(json.on_new_line().key("counts"), report.counts);
  write_list(json, pieces, "files", report.files);
  write_list(json, pieces, "rules", report.rules);
  write_list(json, pieces, "rules_not_run", report.rules_not_run);
  write_list(json, pieces, "causes", report.causes);
  json.on_new_line().field("causes_total", report.causes_total);
  write_list(json, pieces, "order", report.order);
  write_list(json, pieces, "findings", report.findings);
  json.on_new_line().end_object();
  pieces.text += '\n';
  pieces.finish();
}

}  // namespace rollbook
