#include "views/related.h"

#include <set>

#include "base/day.h"
#include "runs/search_terms.h"

namespace rollbook::views {
namespace {

constexpr std::size_t most_looked_at = 1000;

std::string cell(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return at == npos || row.is_null(at) || row.kind(at) != StoredRow::Kind::Text ? "" : std::string(row.text(at));
}

std::string day(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return at == npos || row.is_null(at) ? "" : day_text(row.number(at));
}

void add(std::string& all, std::string const& more) {
  if (!more.empty()) all.append(all.empty() ? "" : ", ").append(more);
}

// An enrollment leads from a person to the class, and from a class to the person; a role from a person to the organization.
void lead(RelatedRow& row, TableId table, std::string_view field, StoredRow const& cells, Labels& labels) {
  row.to_table = table;
  row.to_key = row.key;
  row.to_id = row.sourced_id;
  constexpr struct {
    TableId table;
    std::string_view from, to;
  } ways[] = {{TableId::Enrollments, "userSourcedId", "classSourcedId"},
              {TableId::Enrollments, "classSourcedId", "userSourcedId"},
              {TableId::Roles, "userSourcedId", "orgSourcedId"},
              {TableId::Roles, "orgSourcedId", "userSourcedId"}};
  for (auto const& way : ways) {
    if (way.table != table || way.from != field) continue;
    auto const column = stored_index(table, way.to);
    if (cells.is_null(column)) return;
    row.to_table = table_of(table).fields[stored_columns(table)[column].field].refers_to;
    row.to_key = static_cast<std::uint32_t>(cells.number(column));
    row.to_id = labels.id(row.to_table, row.to_key);
    row.name = labels.name(row.to_table, row.to_key);
  }
}

}  // namespace

std::string detail_of(TableId table, StoredRow const& row) {
  std::string all;
  add(all, cell(table, "role", row));
  if (table == TableId::Users || table == TableId::Classes)
    if (auto const grades = cell(table, "grades", row); !grades.empty()) add(all, "grade " + grades);
  if (table == TableId::Classes) add(all, cell(table, "classCode", row));
  if (table == TableId::Courses) add(all, cell(table, "courseCode", row));
  if (table == TableId::Orgs || table == TableId::AcademicSessions) add(all, cell(table, "type", row));
  if (table == TableId::Enrollments || table == TableId::AcademicSessions || table == TableId::Roles) {
    auto const from = table == TableId::AcademicSessions ? day(table, "startDate", row) : day(table, "beginDate", row), to = day(table, "endDate", row);
    if (!from.empty()) add(all, "from " + from);
    if (!to.empty()) add(all, "to " + to);
  }
  return all;
}

RelatedList related_list(store::Database& roster, Labels& labels, TableId table, std::string_view field, TableId of, std::uint32_t key, std::uint32_t from,
                         std::size_t how_many, runs::MaySee const& may_see) {
  RelatedList list{table, std::string(field), 0, {}, {}};
  auto const column = stored_index(table, field);
  if (column == npos || table_of(table).fields[stored_columns(table)[column].field].refers_to != of) return list;
  auto const term = runs::reference_term(column, key);
  list.all = runs::count_with_term(roster, table, term);
  if (list.all == 0) return list;
  std::size_t looked = 0;
  for (auto const one : runs::keys_with_term(roster, table, term, from, may_see ? most_looked_at : how_many + 1)) {
    if (list.rows.size() == how_many || ++looked == most_looked_at) {
      list.next = one;
      break;
    }
    if (may_see && !may_see(table, one)) continue;
    auto const cells = labels.row(table, one);
    if (!cells) continue;
    RelatedRow row{one, labels.id(table, one), labels.name(table, *cells), detail_of(table, *cells), table, one, {}};
    lead(row, table, field, *cells, labels);
    list.rows.push_back(std::move(row));
  }
  return list;
}

RelatedList teachers_of(store::Database& roster, Labels& labels, std::uint32_t user, std::size_t how_many, runs::MaySee const& may_see) {
  static auto const person = stored_index(TableId::Enrollments, "userSourcedId"), class_of = stored_index(TableId::Enrollments, "classSourcedId");
  RelatedList list{TableId::Users, "teachers", 0, {}, {}};
  std::size_t looked = 0;
  // Calls f(row) for the enrollments with this role that refer to a record.
  auto const each = [&](std::size_t column, std::uint32_t key, std::string_view role, auto const& f) {
    for (auto const one : runs::keys_with_term(roster, TableId::Enrollments, runs::reference_term(column, key), 0, most_looked_at)) {
      if (++looked > most_looked_at) return;
      auto const cells = labels.row(TableId::Enrollments, one);
      if (cells && cell(TableId::Enrollments, "role", *cells) == role && (!may_see || may_see(TableId::Enrollments, one))) f(*cells);
    }
  };
  std::set<std::uint32_t> seen;
  each(person, user, "student", [&](StoredRow const& own) {
    if (own.is_null(class_of)) return;
    auto const class_key = static_cast<std::uint32_t>(own.number(class_of));
    each(class_of, class_key, "teacher", [&](StoredRow const& other) {
      if (other.is_null(person)) return;
      auto const teacher = static_cast<std::uint32_t>(other.number(person));
      if (list.rows.size() == how_many || !seen.insert(teacher).second || (may_see && !may_see(TableId::Users, teacher))) return;
      auto const& id = labels.id(TableId::Users, teacher);
      list.rows.push_back({teacher, id, labels.name(TableId::Users, teacher), labels.name(TableId::Classes, class_key), TableId::Users, teacher, id});
    });
  });
  list.all = list.rows.size();
  return list;
}

std::vector<RelatedList> all_related(store::Database& roster, Labels& labels, TableId of, std::uint32_t key, std::size_t how_many,
                                     runs::MaySee const& may_see) {
  std::vector<RelatedList> all;
  for (auto const* table : all_tables)
    for (auto const& column : stored_columns(table->id)) {
      auto const& field = table->fields[column.field];
      if (field.refers_to != of || (column.as != Stored::Key && column.as != Stored::Keys)) continue;
      auto list = related_list(roster, labels, table->id, field.name, of, key, 0, how_many, may_see);
      if (!list.rows.empty() || list.next) all.push_back(std::move(list));
    }
  return all;
}

}  // namespace rollbook::views
