#include "runs/overlay.h"

#include <algorithm>
#include <charconv>

namespace rollbook::runs {

namespace {

// `of_record`: a condition on the record, or "".
std::unique_ptr<store::Statement> select_edits(store::Database& roster, std::int64_t revision, std::string const& of_record) {
  std::string const holds = revision == 0 ? "until IS NULL" : "since <= ? AND (until IS NULL OR until > ?)";
  return roster.prepare("SELECT tbl, key, field, value, who, since, last_day FROM overlay WHERE " + of_record + holds);
}

// Calls f(edit) for those that count on the day.
template <class F>
void each_edit(store::Statement& rows, std::optional<std::int32_t> today, F const& f) {
  while (rows.step()) {
    Edit edit;
    edit.table = static_cast<TableId>(rows.integer(0));
    edit.key = static_cast<std::uint32_t>(rows.integer(1));
    edit.column = stored_index(edit.table, rows.text(2));
    if (!rows.is_null(3)) edit.value = std::string(rows.text(3));
    edit.who = rows.text(4);
    edit.since = rows.integer(5);
    if (!rows.is_null(6)) edit.last_day = static_cast<std::int32_t>(rows.integer(6));
    bool const over = today && edit.last_day && *edit.last_day < *today;
    if (!over && edit.column != npos) f(std::move(edit));
  }
}

}  // namespace

Edits edits_of(store::Database& roster, std::int64_t revision, std::optional<std::int32_t> today) {
  Edits all;
  auto rows = select_edits(roster, revision, "");
  if (revision > 0) rows->with(revision, revision);
  each_edit(*rows, today, [&](Edit&& edit) { all[{edit.table, edit.key}].push_back(std::move(edit)); });
  return all;
}

std::vector<Edit> edits_of_record(store::Database& roster, TableId table, std::uint32_t key, std::int64_t revision, std::optional<std::int32_t> today) {
  std::vector<Edit> all;
  auto rows = select_edits(roster, revision, "tbl = ? AND key = ? AND ");
  if (revision == 0) rows->with(static_cast<int>(table), key);
  else rows->with(static_cast<int>(table), key, revision, revision);
  each_edit(*rows, today, [&](Edit&& edit) { all.push_back(std::move(edit)); });
  return all;
}

void lay_over(StoredRow& row, TableId table, std::vector<Edit> const& edits) {
  for (auto const& edit : edits) {
    auto const as = stored_columns(table)[edit.column].as;
    if (!edit.value) {
      row.set_null(edit.column);
    } else if (as == Stored::Key || as == Stored::Number) {
      std::int64_t number = 0;
      std::from_chars(edit.value->data(), edit.value->data() + edit.value->size(), number);
      row.set_number(edit.column, number);
    } else {
      row.set_text(edit.column, *edit.value);
    }
  }
}

void add_edit(store::Database& roster, TableId table, std::uint32_t key, std::string_view field, std::int64_t revision, Edit const& edit,
              std::string_view who) {
  auto insert = roster.prepare("INSERT INTO overlay(tbl, key, field, since, value, who, last_day) VALUES(?, ?, ?, ?, ?, ?, ?)");
  insert->with(static_cast<int>(table), key, field, revision);
  if (edit.value) insert->bind(5, std::string_view(*edit.value));
  else insert->bind(5, store::Null{});
  insert->bind(6, who);
  if (edit.last_day) insert->bind(7, std::int64_t{*edit.last_day});
  else insert->bind(7, store::Null{});
  insert->step();
}

BaseVersions base_of(store::RowSelect& rows, std::uint32_t key) {
  BaseVersions base;
  rows.each_version(key, [&](store::RowVersion const& version) { return base.push_back(version), true; });
  return base;
}

BaseVersions base_of(store::Database& roster, TableId table, std::uint32_t key) {
  store::RowSelect rows(roster, table);
  return base_of(rows, key);
}

namespace {

bool says_the_same(StoredRow const& one, StoredRow const& other) {
  for (std::size_t i = 0; i < one.size(); ++i)
    if (!one.same(i, other, i)) return false;
  return one.metadata == other.metadata;
}

// Whether an undo gave the source back what `before` ended: it never stopped claiming the record then. Unless another source said something new of it in
// between and still does: what was changed since stays.
bool bridges(BaseVersions const& base, store::RowVersion const& version, store::RowVersion const& before) {
  if (version.takes_back == 0 || before.until != version.takes_back) return false;
  return std::none_of(base.begin(), base.end(), [&](auto const& other) {
    if (other.source == version.source || other.since < *before.until || other.since >= version.since) return false;
    if (other.until && *other.until <= version.since) return false;
    return std::none_of(base.begin(), base.end(), [&](auto const& said) {
      return said.source == other.source && said.since < *before.until && said.until && *said.until >= *before.until && says_the_same(said.row, other.row);
    });
  });
}

// The version with which the source of this one began to claim the record, without a break since.
store::RowVersion const& first_of_claim(BaseVersions const& base, store::RowVersion const& version) {
  for (auto const& before : base)
    if (before.source == version.source && before.until && before.since < version.since && (before.until == version.since || bridges(base, version, before)))
      return first_of_claim(base, before);
  return version;
}

}  // namespace

store::RowVersion const* in_force(BaseVersions const& base, std::int64_t revision) {
  store::RowVersion const* best = nullptr;
  std::int64_t claimed = 0;
  for (auto const& version : base) {
    bool const holds = revision == 0 ? !version.until : version.since <= revision && (!version.until || *version.until > revision);
    if (!holds) continue;
    auto const since = first_of_claim(base, version).since;
    if (best == nullptr || since < claimed) best = &version, claimed = since;
  }
  return best;
}

void retire_edits(store::Database& roster, std::int64_t revision) {
  auto const edits = edits_of(roster, 0, std::nullopt);
  auto end = roster.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  for (auto const& [record, list] : edits) {
    auto const [table, key] = record;
    auto const versions = base_of(roster, table, key);
    auto const* now = in_force(versions, 0);
    bool const changed = std::any_of(versions.begin(), versions.end(), [&](auto const& v) { return v.since == revision || v.until == revision; });
    if (now == nullptr || !changed) continue;
    auto const& base = now->row;
    for (auto const& edit : list) {
      auto laid = base;
      lay_over(laid, table, {edit});
      auto const& field = table_of(table).fields[stored_columns(table)[edit.column].field];
      if (base.same(edit.column, laid, edit.column)) end->run(revision, static_cast<int>(table), key, field.name);
    }
  }
}

}  // namespace rollbook::runs
