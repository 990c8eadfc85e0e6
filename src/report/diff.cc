#include "report/diff.h"

#include "base/json_writer.h"
#include "report/words.h"

namespace rollbook {
namespace {

std::string right(std::string const& text, std::size_t width) { return text.size() >= width ? text : std::string(width - text.size(), ' ') + text; }

std::string in_words(RowChange const& change) {
  auto const table = std::string(table_of(change.table).name);
  auto text = "  " + table + " " + visible(change.sourced_id) + " (";
  if (change.old_line != 0) text += "old line " + with_separators(change.old_line);
  if (change.old_line != 0 && change.new_line != 0) text += ", ";
  if (change.new_line != 0) text += "new line " + with_separators(change.new_line);
  text += ")";
  for (auto const& field : change.fields)
    text += "\n      " + visible(field.column) + ": \"" + visible(field.before) + "\" -> \"" + visible(field.after) + "\"";
  return text + "\n";
}

}  // namespace

void write_diff_json(Diff const& diff, Sink const& sink) {
  Pieces out(sink);
  JsonWriter json(out.text);
  json.begin_object().key("tables").begin_object();
  for (auto const& t : diff.tables) {
    json.key(table_of(t.table).name).begin_object();
    json.field("created", t.created).field("updated", t.updated).field("removed", t.removed).field("unchanged", t.unchanged);
    json.field("old_unreadable", t.old_unreadable).field("new_unreadable", t.new_unreadable);
    for (auto const& [key, columns] : {std::pair("only_old", &t.only_old), std::pair("only_new", &t.only_new)}) {
      json.key(key).begin_array();
      for (auto const& column : *columns) json.value(column);
      json.end_array();
    }
    json.end_object();
  }
  json.end_object().key("no_statement").begin_array();
  for (auto const table : diff.no_statement) json.value(table_of(table).name);
  json.end_array().key("changes").begin_array();
  for (auto const& change : diff.changes) {
    out.text += '\n';
    json.begin_object().field("table", table_of(change.table).name).field("change", name_of(change.change)).field("sourcedId", change.sourced_id);
    auto const line = [](std::uint64_t n) { return n == 0 ? std::nullopt : std::optional(n); };
    json.field("old_line", line(change.old_line)).field("new_line", line(change.new_line));
    json.key("columns").begin_array();
    for (auto const& field : change.fields)
      json.begin_object().field("column", field.column).field("before", field.before).field("after", field.after).end_object();
    json.end_array().end_object();
    out.hand_on_if_enough();
  }
  json.end_array().end_object();
  out.text += '\n';
  out.finish();
}

void write_diff_text(Diff const& diff, Sink const& sink) {
  Pieces out(sink);
  constexpr std::size_t shown_per_kind = 5;
  if (diff.equal()) out.text += "EQUAL: the two deliveries say the same.\n\n";
  else out.text += "DIFFERENT\n\n";
  out.text += "Table                          Created     Updated     Removed   Unchanged\n";
  for (auto const& t : diff.tables) {
    auto name = std::string(table_of(t.table).name);
    name.resize(std::max<std::size_t>(name.size(), 26), ' ');
    out.text += name;
    for (auto n : {t.created, t.updated, t.removed, t.unchanged}) out.text += right(with_separators(n), 12);
    out.text += "\n";
  }
  for (auto const table : diff.no_statement)
    out.text += std::string(table_of(table).name) + ": not in the new delivery, which therefore says nothing about it.\n";
  for (auto const& t : diff.tables)
    if (t.old_unreadable + t.new_unreadable > 0)
      out.text += std::string(table_of(t.table).name) + ": " + with_separators(t.old_unreadable + t.new_unreadable) +
                  " rows without a readable id, or repeating one, were not compared.\n";
  for (auto const& t : diff.tables) {
    for (auto const& column : t.only_old)
      out.text += std::string(table_of(t.table).name) + ": column " + visible(column) + " is only in the old delivery and was not compared.\n";
    for (auto const& column : t.only_new)
      out.text += std::string(table_of(t.table).name) + ": column " + visible(column) + " is only in the new delivery and was not compared.\n";
  }
  for (auto const kind : {Change::Removed, Change::Updated, Change::Created}) {
    std::size_t shown = 0;
    std::uint64_t all = 0;
    for (auto const& t : diff.tables) all += kind == Change::Removed ? t.removed : kind == Change::Updated ? t.updated : t.created;
    if (all == 0) continue;
    out.text += "\n" + std::string(kind == Change::Removed ? "Removed" : kind == Change::Updated ? "Updated" : "Created") + "\n";
    for (auto const& change : diff.changes)
      if (change.change == kind && shown < shown_per_kind) out.text += in_words(change), ++shown;
    if (all > shown) out.text += "  … and " + with_separators(all - shown) + " more; --format json lists them\n";
  }
  out.finish();
}

}  // namespace rollbook
