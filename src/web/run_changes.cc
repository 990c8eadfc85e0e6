// The rows behind a number of a run: who they are, what they were and what they become.
#include <algorithm>
#include <cstdlib>

#include "report/words.h"
#include "store/runs.h"
#include "views/changed_rows.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/chosen_school.h"
#include "web/one_run.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t rows_of_a_page = 50, rows_of_a_download = 10'000, most_choices = 500;

struct Asked {
  std::string table, kind, text;
  std::optional<std::string> school;  // none: all that they may see
  std::uint64_t from = 0;

  Query query() const { return {{"table", table}, {"kind", kind}, {"school", school.value_or("")}, {"text", text}}; }
};

runs::Counts const* counts_at(std::map<std::string, runs::Counts> const& tables, std::string const& table) {
  auto const at = tables.find(table);
  return at == tables.end() ? nullptr : &at->second;
}

std::uint64_t of_kind(runs::Counts const& counts, std::string_view kind) {
  return kind == "created" ? counts.created : kind == "updated" ? counts.updated : kind == "removed" ? counts.removed : counts.excluded;
}

// Numbers of what is looked at: of a school, or of all that they see.
std::vector<std::pair<std::string, runs::Counts>> counts_of(runs::Answer const& answer, std::optional<std::string> const& school) {
  if (!school) return answer.tables;
  std::vector<std::pair<std::string, runs::Counts>> out;
  for (auto const& one : answer.schools)
    if (one.sourced_id == *school)
      for (auto const& [table, all] : answer.tables)
        if (auto const* counts = counts_at(one.tables, table)) out.emplace_back(table, *counts);
  return out;
}

constexpr std::string_view kinds[] = {"created", "updated", "removed", "excluded"};
std::string kind_words(std::string_view kind) { return kind == "excluded" ? "left out" : std::string(kind); }

// Without a table or a kind in the address: the first that has rows.
Asked asked_by(Visit const& visit, OneRun const& one) {
  Asked asked{std::string(visit.query["table"]), std::string(visit.query["kind"]), std::string(visit.query["text"]), {}, 0};
  if (visit.query.has("school") && !visit.query["school"].empty()) asked.school = std::string(visit.query["school"]);
  if (!asked.school && visit.school) asked.school = visit.school->id;
  // Who sees only some schools looks at them one by one: a list of all would have others in it.
  if (!asked.school && !one.seen.all() && !one.answer.schools.empty()) asked.school = one.answer.schools.front().sourced_id;
  asked.from = std::strtoull(std::string(visit.query["from"]).c_str(), nullptr, 10);
  auto const counts = counts_of(one.answer, asked.school);
  for (auto const& [table, c] : counts)
    for (auto const kind : kinds) {
      if ((!asked.table.empty() && asked.table != table) || (!asked.kind.empty() && asked.kind != kind) || of_kind(c, kind) == 0) continue;
      if (asked.table.empty()) asked.table = table;
      if (asked.kind.empty()) asked.kind = kind;
    }
  if (asked.table.empty()) asked.table = "users";
  if (asked.kind.empty()) asked.kind = "created";
  return asked;
}

bool sees_demographics(Visit& visit, Asked const& asked) {
  auto const right = access::Right::SeeDemographics;
  if (!visit.standing.may(right, visit.district->id)) return false;
  if (visit.standing.may_everywhere(right, visit.district->id)) return true;
  return asked.school && Seen::by(visit, right).sees_school(*asked.school);
}

// Whoever looks at restricted fields stands in the audit log, with what was looked at.
std::optional<Trouble> note_view(Visit& visit, OneRun const& one, Asked const& asked) {
  auto& operations = visit.hub.home.operations();
  return operations.transaction([&] {
    store::note(operations, visit.hub.actor, visit.district->id, "demographics viewed",
                "run " + std::to_string(one.detail.line.id) + ", " + asked.kind + (asked.school ? ", school " + *asked.school : "") + ", from row " +
                    std::to_string(asked.from + 1));
    return true;
  });
}

// The page of a record, where there is one and they may look at records.
std::string page_of(Visit const& visit, store::Database* roster, TableId table, views::ChangedRow const& row) {
  return roster != nullptr && has_record(*roster, table, row.sourced_id, row.key) ? record_address(visit, table, row.sourced_id, row.key) : "";
}

Model row_of(Visit const& visit, views::ChangedRow const& row, std::string to) {
  Model fields = Model::List();
  for (auto const& field : row.fields) fields.add({{"name", field.name}, {"before", field.before}, {"after", field.after}});
  return {{"id", row.sourced_id},
          {"name", row.name},
          {"to", std::move(to)},
          {"school", row.school.name.empty() ? row.school.sourced_id : row.school.name},
          {"school_id", row.school.sourced_id},
          {"why", row.why},
          {"line", row.line ? Model(*row.line) : Model(false)},
          {"gone", !row.kept},
          {"has_fields", !row.fields.empty()},
          {"fields", std::move(fields)},
          {"district", visit.district->name}};
}

Sheet sheet_of(Asked const& asked, std::vector<views::ChangedRow> const& rows) {
  Sheet sheet{asked.table + "-" + asked.kind, {"sourcedId", "name", "school", "school name", "line", "field", "before", "after", "why"}, {}};
  for (auto const& row : rows) {
    std::vector<std::string> const who{row.sourced_id, row.name, row.school.sourced_id, row.school.name, row.line ? std::to_string(*row.line) : ""};
    auto const add = [&](std::string const& field, std::string const& before, std::string const& after) {
      auto cells = who;
      cells.insert(cells.end(), {field, before, after, row.why});
      sheet.rows.push_back(std::move(cells));
    };
    if (row.fields.empty()) add("", "", "");
    for (auto const& field : row.fields) add(field.name, field.before, field.after);
  }
  return sheet;
}

// Tabs: tables that have such rows, and kinds of this table.
void neighbours(OneRun const& one, Asked const& asked, Model& model) {
  Model tables = Model::List(), of_kinds = Model::List();
  auto const to = [&](std::string const& table, std::string_view kind) {
    return address(one.to("changes"), {{"table", table}, {"kind", std::string(kind)}, {"school", asked.school.value_or("")}});
  };
  for (auto const& [table, counts] : counts_of(one.answer, asked.school)) {
    auto const here = table == asked.table;
    auto kind = asked.kind;
    for (auto const other : kinds)
      if (of_kind(counts, kind) == 0 && of_kind(counts, other) > 0) kind = other;
    if (of_kind(counts, kind) > 0 || here)
      tables.add({{"title", table_in_words(table)}, {"count", with_separators(of_kind(counts, kind))}, {"to", to(table, kind)}, {"current", here}});
    if (!here) continue;
    for (auto const other : kinds)
      of_kinds.add({{"title", kind_words(other)},
                    {"count", with_separators(of_kind(counts, other))},
                    {"to", of_kind(counts, other) > 0 ? to(table, other) : ""},
                    {"current", other == asked.kind}});
  }
  Model schools = Model::List();
  if (one.seen.all()) schools.add(choice("", "All schools", !asked.school));
  bool listed = !asked.school;
  for (std::size_t i = 0; i < one.answer.schools.size(); ++i) {
    auto const& school = one.answer.schools[i];
    bool const chosen = asked.school == school.sourced_id;
    if (i >= most_choices && !chosen) continue;
    listed |= chosen;
    schools.add(choice(school.sourced_id, (school.name.empty() ? "" : school.name + " ") + "(" + school.sourced_id + ")", chosen));
  }
  if (!listed) schools.add(choice(*asked.school, *asked.school, true));
  model["tables"] = std::move(tables);
  model["kinds"] = std::move(of_kinds);
  model["schools"] = std::move(schools);
}

// All pages of a download, up to a bound that is told.
Result<views::ChangedRows> read(Visit& visit, store::Run const& run, views::AskedRows const& asked, std::uint64_t from) {
  auto const most = visit.format == "csv" ? rows_of_a_download : rows_of_a_page;
  auto page = views::changed_rows(visit.hub, *visit.district, run, asked, from, most);
  while (page && visit.format == "csv" && page->next && page->rows.size() < most) {
    auto more = views::changed_rows(visit.hub, *visit.district, run, asked, *page->next, most - page->rows.size());
    if (!more) return more.trouble();
    page->next = more->next;
    std::move(more->rows.begin(), more->rows.end(), std::back_inserter(page->rows));
  }
  return page;
}

// The school in the address of this page is one of its filters, which also knows schools that a delivery only brings; it goes before the one at the top.
void let_address_choose(Visit& visit) {
  if (auto const asked = visit.query["school"]; visit.school && !asked.empty() && asked != visit.school->id) visit.school.reset();
}

bool knows_school(Visit& visit, OneRun const& one, std::string const& id) {
  auto const& schools = one.answer.schools;
  return std::any_of(schools.begin(), schools.end(), [&](auto const& school) { return school.sourced_id == id; }) || find_school(visit, id);
}

}  // namespace

Answer run_changes(Visit& visit) {
  let_address_choose(visit);
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  if (!one->answered) return Refusal{404, "This run has no rows to show yet.", "Look again when it is done."};
  auto const asked = asked_by(visit, *one);
  auto const table = table_called(asked.table);
  auto const kind = runs::change_kind_by_name(asked.kind);
  if (!table || !kind) return Refusal{404};
  if (asked.school ? !one->seen.sees_school(*asked.school) || !knows_school(visit, *one, *asked.school) : !one->seen.all()) return Refusal{404};
  views::AskedRows wanted{*table, *kind, asked.school, asked.text, false};
  if (*table == TableId::Demographics) {
    wanted.sees_demographics = sees_demographics(visit, asked);
    if (wanted.sees_demographics && note_view(visit, *one, asked)) return Refusal{503};
  }
  auto const stored = store::find_run(visit.hub.home.operations(), visit.district->id, one->detail.line.id);
  if (!stored) return Refusal{404};
  auto const page = read(visit, *stored, wanted, asked.from);
  if (!page) return Refusal{404, page.trouble().text, "Go back to the run, and choose one of its numbers."};
  View view{"run_changes", table_in_words(asked.table) + " " + kind_words(asked.kind)};
  view.crumbs.push_back({"Run " + std::to_string(one->detail.line.id), one->to()});
  auto& model = view.model;
  Model rows = Model::List();
  auto const roster = visit.standing.may(access::Right::SeePeople, visit.district->id) ? visit.hub.home.roster(visit.district->id)
                                                                                       : Result<std::unique_ptr<store::Database>>(Trouble{});
  for (auto const& row : page->rows) rows.add(row_of(visit, row, page_of(visit, roster ? roster->get() : nullptr, *table, row)));
  auto with = [&](std::uint64_t from) {
    auto query = asked.query();
    query.emplace_back("from", from == 0 ? "" : std::to_string(from));
    return address(one->to("changes"), query);
  };
  model["run"] = one->detail.line.id;
  model["table"] = asked.table;
  model["kind"] = asked.kind;
  model["is_updated"] = *kind == runs::ChangeKind::Updated;
  model["is_removed"] = *kind == runs::ChangeKind::Removed;
  model["text"] = asked.text;
  model["school"] = asked.school.value_or("");
  model["here"] = one->to("changes");
  model["lists_rows"] = one->lists_rows;
  model["hides"] = *table == TableId::Demographics && !wanted.sees_demographics;
  model["has_rows"] = !page->rows.empty();
  model["rows"] = std::move(rows);
  model["all"] = page->all;
  model["all_text"] = with_separators(page->all);
  model["first"] = with_separators(std::min<std::uint64_t>(asked.from + 1, page->all));
  model["last"] = with_separators(asked.text.empty() ? std::min<std::uint64_t>(asked.from + page->rows.size(), page->all) : page->next.value_or(page->all));
  model["newer"] = asked.from > 0 ? with(asked.from - std::min<std::uint64_t>(asked.from, rows_of_a_page)) : "";
  model["older"] = page->next ? with(*page->next) : "";
  model["csv"] = address(one->to("changes.csv"), asked.query());
  model["bound"] = page->all > rows_of_a_download ? with_separators(rows_of_a_download) : "";
  neighbours(*one, asked, model);
  if (visit.format == "csv") view.sheet = sheet_of(asked, page->rows);
  return view;
}

}  // namespace rollbook::web
