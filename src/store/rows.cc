#include "store/rows.h"

namespace rollbook::store {

std::string quoted(Table const& table) { return "\"" + std::string(table.name) + "\""; }

RowSelect::RowSelect(Database& database, TableId table) : database_(database), table_(table), columns_("row_line, row_modified, row_metadata") {
  for (auto const& column : stored_columns(table)) columns_ += ", \"" + std::string(table_of(table).fields[column.field].name) + "\"";
}

void RowSelect::read(Statement const& statement, int from, StoredRow& out) const {
  out.begin();
  out.line = static_cast<std::uint64_t>(statement.integer(from));
  if (!statement.is_null(from + 1)) out.modified = statement.text(from + 1);
  if (!statement.is_null(from + 2)) out.metadata = statement.text(from + 2);
  int at = from + 3;
  for (auto const& column : stored_columns(table_)) {
    if (statement.is_null(at)) out.add_null();
    else if (column.as == Stored::Key || column.as == Stored::Number) out.add_number(statement.integer(at));
    else out.add_text(statement.text(at));
    ++at;
  }
}

bool RowSelect::current(std::uint32_t key, std::int64_t source, StoredRow& out) {
  if (!current_)
    current_ = database_.prepare("SELECT " + columns_ + " FROM " + quoted(table_of(table_)) + " WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
  bool const found = current_->with(key, source).step();
  if (found) read(*current_, 0, out);
  current_->reset();
  return found;
}

bool RowSelect::at(std::uint32_t key, std::int64_t source, std::int64_t revision, StoredRow& out) {
  if (!at_)
    at_ = database_.prepare("SELECT " + columns_ + " FROM " + quoted(table_of(table_)) +
                            " WHERE row_key = ? AND row_source = ? AND row_since <= ? AND (row_until IS NULL OR row_until > ?)");
  bool const found = at_->with(key, source, revision, revision).step();
  if (found) read(*at_, 0, out);
  at_->reset();
  return found;
}

std::unique_ptr<Statement> RowSelect::select(std::string const& where, std::string const& takes_back) {
  return database_.prepare("SELECT row_key, row_source, row_since, row_until, " + takes_back + ", " + columns_ + " FROM " + quoted(table_of(table_)) +
                           " WHERE " + where + " ORDER BY row_key, row_source, row_since");
}

std::unique_ptr<Statement> RowSelect::select_versions(std::string const& where) {
  return select(where, "(SELECT undoes FROM revisions WHERE number = row_since)");
}

void RowSelect::each(Statement& rows, std::function<bool(RowVersion&)> const& f) const {
  RowVersion version;
  while (rows.step()) {
    version.key = static_cast<std::uint32_t>(rows.integer(0));
    version.source = rows.integer(1);
    version.since = rows.integer(2);
    version.until = rows.is_null(3) ? std::nullopt : std::optional(rows.integer(3));
    version.takes_back = rows.is_null(4) ? 0 : rows.integer(4);
    read(rows, 5, version.row);
    if (!f(version)) break;
  }
  rows.reset();
}

void RowSelect::each_current(std::optional<std::int64_t> source, std::function<bool(RowVersion const&)> const& f) {
  auto rows = select(source ? "row_until IS NULL AND row_source = ?" : "row_until IS NULL");
  if (source) rows->bind(1, *source);
  each(*rows, f);
}

void RowSelect::each_at(std::int64_t revision, std::function<bool(RowVersion&)> const& f) {
  auto rows = select("row_since <= ? AND (row_until IS NULL OR row_until > ?)");
  each(rows->with(revision, revision), f);
}

void RowSelect::each_version(std::uint32_t key, std::function<bool(RowVersion const&)> const& f) {
  if (!versions_) versions_ = select_versions("row_key = ?");
  each(versions_->with(key), f);
}

void RowSelect::each_version(std::uint32_t first, std::uint32_t last, std::function<bool(RowVersion const&)> const& f) {
  auto rows = select_versions("row_key >= ? AND row_key <= ?");
  each(rows->with(first, last), f);
}

RowInsert::RowInsert(Database& database, TableId table, std::int64_t source, std::int64_t revision) : source_(source), revision_(revision) {
  std::vector<std::string> names = {"row_key", "row_source", "row_since", "row_until", "row_line", "row_modified", "row_metadata"};
  for (auto const& column : stored_columns(table)) names.push_back("\"" + std::string(table_of(table).fields[column.field].name) + "\"");
  std::vector<std::string_view> const views(names.begin(), names.end());
  load_ = database.bulk_load(quoted(table_of(table)), views);
}

void RowInsert::add(std::uint32_t key, StoredRow const& row) {
  load_->add(std::int64_t{key});
  load_->add(source_);
  load_->add(revision_);
  load_->add(Null{});
  load_->add(static_cast<std::int64_t>(row.line));
  if (row.modified.empty()) load_->add(Null{});
  else load_->add(row.modified);
  if (row.metadata.empty()) load_->add(Null{});
  else load_->add(row.metadata);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row.is_null(i)) load_->add(Null{});
    else if (row.kind(i) == StoredRow::Kind::Number) load_->add(row.number(i));
    else load_->add(row.text(i));
  }
  load_->end_row();
}

RowEnd::RowEnd(Database& database, TableId table, std::int64_t source, std::int64_t revision)
    : source_(source),
      revision_(revision),
      end_(database.prepare("UPDATE " + quoted(table_of(table)) + " SET row_until = ? WHERE row_key = ? AND row_source = ? AND row_until IS NULL")) {}

}  // namespace rollbook::store
