#include "runs/stored_schools.h"

#include "runs/search_index.h"
#include "runs/search_terms.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_roles = 200;

}  // namespace

std::vector<std::uint32_t> orgs_of_roles(store::Database& roster, std::uint32_t person) {
  static auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId");
  std::vector<std::uint32_t> orgs;
  store::RowSelect select(roster, TableId::Roles);
  for (auto const role : keys_with_term(roster, TableId::Roles, reference_term(user, person), 0, most_roles))
    select.each_version(role, [&](store::RowVersion const& version) {
      if (!version.until && !version.row.is_null(org)) orgs.push_back(static_cast<std::uint32_t>(version.row.number(org)));
      return true;
    });
  return orgs;
}

std::vector<School> StoredSchools::of(TableId table, std::uint32_t key) {
  StoredRow row;
  if (!store::RowSelect(roster_, table).current(key, source_, row)) return {};
  learn_wholes(table, row);
  if (table == TableId::Users && !schools_.knows_person(key)) learn_person(key);  // their own row is not all that says where they are
  return schools_.of(table, key, row, [&](std::uint32_t person) { learn_person(person); });
}

// A result is in the class of its line item, what hangs on a result where that is.
void StoredSchools::learn_wholes(TableId table, StoredRow const& row) {
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].as != Stored::Key || row.is_null(i)) continue;
    auto const whole = table_of(table).fields[columns[i].field].refers_to;
    auto const key = static_cast<std::uint32_t>(row.number(i));
    if (whole == TableId::Classes) learn_class(key);
    if (whole == TableId::LineItems || whole == TableId::Results) learn_part(whole, key);
  }
}

void StoredSchools::learn_part(TableId table, std::uint32_t key) {
  StoredRow row;
  if (!store::RowSelect(roster_, table).current(key, source_, row)) return;
  learn_wholes(table, row);
  schools_.part_is_in(table, key, schools_.class_of(table, row));
}

void StoredSchools::learn_class(std::uint32_t key) {
  auto at = roster_.prepare("SELECT \"schoolSourcedId\" FROM \"classes\" WHERE row_key = ? AND row_until IS NULL");
  if (at->with(key).step() && !at->is_null(0)) schools_.class_is_at(key, static_cast<std::uint32_t>(at->integer(0)));
}

void StoredSchools::learn_person(std::uint32_t key) {
  static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
  StoredRow row;
  auto orgs = orgs_of_roles(roster_, key);
  if (store::RowSelect(roster_, TableId::Users).current(key, source_, row)) {
    for (auto const org : keys_in(row, many, Stored::Keys)) orgs.push_back(org);
    for (auto const org : keys_in(row, primary, Stored::Key)) orgs.push_back(org);
  }
  schools_.person_is_at(key, std::move(orgs));
}

}  // namespace rollbook::runs
