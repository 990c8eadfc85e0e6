#include "runs/check_edit.h"

#include <algorithm>
#include <limits>
#include <set>

#include "bundle/bundle.h"
#include "export/bundle_writer.h"
#include "report/render.h"
#include "runs/overlay.h"
#include "runs/rows_by_key.h"
#include "runs/said_versions.h"
#include "runs/search_index.h"
#include "runs/search_terms.h"

namespace rollbook::runs {
namespace {

// A delivery of this one line. References lead nowhere in it, and are not asked.
std::string file_of(Table const& table, Version version, WrittenRecord const& record) {
  auto const columns = BundleWriter::columns(table, version);
  std::string header, line;
  for (auto const* field : columns) {
    auto const at = std::find_if(record.fields.begin(), record.fields.end(), [&](auto const& one) { return one.first == field->name; });
    header.append(header.empty() ? "" : ",").append(field->name);
    if (field != columns.front()) line += ',';
    append_cell(line, field->name == "sourcedId" ? record.id : at == record.fields.end() ? std::string_view() : std::string_view(at->second));
  }
  return header + "\n" + line + "\n";
}

std::vector<CheckReport::Finding> findings_of(Table const& table, Version version, std::int32_t today, WrittenRecord const& record) {
  auto const text = file_of(table, version, record);
  auto bundle = open_bundle({{file_name(table.id), text}});
  bundle.version = version;
  bundle.oneroster = name_of(version);
  CheckOptions options;
  options.profile = profile_by_name("oneroster");
  options.today = today;
  auto findings = render(check(bundle, {}, options), bundle, options, "").findings;
  std::erase_if(findings, [](auto const& one) { return !one.line || *one.line != 2 || one.column.empty() || one.severity < Severity::Warning; });
  return findings;
}

}  // namespace

std::vector<Remark> remarks_on_edit(Table const& table, Version version, std::int32_t today, WrittenRecord const& before, WrittenRecord const& after) {
  std::set<std::pair<std::string_view, std::string>> known;
  for (auto const& one : findings_of(table, version, today, before)) known.emplace(one.rule->code, one.column + "\n" + one.value);
  std::vector<Remark> remarks;
  for (auto const& one : findings_of(table, version, today, after))
    if (known.count({one.rule->code, one.column + "\n" + one.value}) == 0)
      remarks.push_back(
          {one.column, std::string(one.rule->code), one.message, one.fix, one.severity == Severity::Warning ? Severity::Warning : Severity::Error});
  return remarks;
}

Version version_of_record(store::Database& roster, TableId table, std::uint32_t key) {
  auto const base = base_of(roster, table, key);
  auto const* const now = in_force(base, 0);
  auto const spoken = versions_at(roster, std::numeric_limits<std::int64_t>::max());
  if (auto const at = now == nullptr ? spoken.end() : spoken.find(now->source); at != spoken.end()) return at->second;
  return Version::V11;
}

bool is_taken(store::Database& roster, std::int32_t today, TableId table, std::uint32_t key, std::string_view field, std::string const& value) {
  if (table != TableId::Users || value.empty() || (field != "email" && field != "username" && field != "identifier")) return false;
  auto const column = stored_index(table, field);
  RowsByKey rows(roster, 0, today);
  auto const wanted = folded(value);
  std::vector<std::uint32_t> others;
  each_with_terms(roster, table, {wanted.substr(0, longest_term)},
                  [&](std::string_view, std::vector<std::uint32_t> const& keys) { others.insert(others.end(), keys.begin(), keys.end()); });
  return std::any_of(others.begin(), others.end(), [&](auto const other) {
    auto const row = other == key ? std::nullopt : rows.row(table, other);
    return row && row->lives && !row->cells.is_null(column) && folded(row->cells.text(column)) == wanted;
  });
}

}  // namespace rollbook::runs
