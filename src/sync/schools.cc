#include "sync/schools.h"

#include <algorithm>

namespace rollbook {

namespace {

std::uint32_t& at_key(std::vector<std::uint32_t>& all, std::uint32_t key) {
  if (key >= all.size()) all.resize(std::max<std::size_t>(key + 1u, all.size() + all.size() / 2), no_key);
  return all[key];
}

}  // namespace

void Schools::class_is_at(std::uint32_t class_key, std::uint32_t org_key) { at_key(class_org_, class_key) = org_key; }

void Schools::part_is_in(TableId table, std::uint32_t key, std::uint32_t class_key) {
  if (table == TableId::LineItems) at_key(class_of_item_, key) = class_key;
  if (table == TableId::Results) at_key(class_of_result_, key) = class_key;
}

void Schools::person_is_at(std::uint32_t person_key, std::vector<std::uint32_t> org_keys) {
  at_key(person_org_, person_key) = org_keys.empty() ? nowhere : org_keys[0];
  if (org_keys.size() > 1) more_orgs_[person_key] = std::move(org_keys);
  else more_orgs_.erase(person_key);
}

void Schools::add_person(std::uint32_t key) {
  if (!knows_person(key) || person_org_[key] == nowhere) return;
  found_.push_back(person_org_[key] + 1);
  if (auto const more = more_orgs_.find(key); more != more_orgs_.end())
    for (auto const org : more->second) found_.push_back(org + 1);
}

namespace {

std::uint32_t reference(StoredRow const& row, std::size_t column) {
  return column == npos || row.is_null(column) ? no_key : static_cast<std::uint32_t>(row.number(column));
}

// The columns that say where a row belongs.
struct Columns {
  std::size_t person = npos, class_ = npos, item = npos, result = npos, school = npos, orgs = npos, primary_org = npos, type = npos;
  bool in_class() const { return class_ != npos || item != npos || result != npos; }
};
Columns const& columns_of(TableId table) {
  static auto const all = [] {
    std::array<Columns, table_count> columns;
    for (auto const* each : all_tables) {
      auto& c = columns[static_cast<std::size_t>(each->id)];
      auto const& stored = stored_columns(each->id);
      for (std::size_t i = 0; i < stored.size(); ++i) {
        auto const& field = each->fields[stored[i].field];
        if (stored[i].as == Stored::Key && field.refers_to == TableId::Users && c.person == npos && each->id != TableId::Users) c.person = i;
        if (stored[i].as == Stored::Key && field.refers_to == TableId::Classes) c.class_ = i;
        if (stored[i].as == Stored::Key && field.refers_to == TableId::LineItems) c.item = i;
        if (stored[i].as == Stored::Key && field.refers_to == TableId::Results) c.result = i;
      }
    }
    auto const at = [&](TableId table) -> Columns& { return columns[static_cast<std::size_t>(table)]; };
    at(TableId::Orgs).type = stored_index(TableId::Orgs, "type");
    at(TableId::Classes).school = stored_index(TableId::Classes, "schoolSourcedId");
    at(TableId::Users).orgs = stored_index(TableId::Users, "orgSourcedIds");
    at(TableId::Users).primary_org = stored_index(TableId::Users, "primaryOrgSourcedId");
    at(TableId::Roles).school = stored_index(TableId::Roles, "orgSourcedId");
    at(TableId::UserResources).class_ = npos;  // it is a part of the person
    return columns;
  }();
  return all[static_cast<std::size_t>(table)];
}

}  // namespace

std::uint32_t Schools::person_of(TableId table, std::uint32_t key, StoredRow const& row) {
  if (table == TableId::Users) return key;
  auto const& columns = columns_of(table);
  return columns.in_class() || columns.school != npos ? no_key : reference(row, columns.person);
}

// 1.1 knows the class of a result by its line item alone, and in 1.2 it may be blank.
std::uint32_t Schools::class_of(TableId table, StoredRow const& row) const {
  auto const& columns = columns_of(table);
  if (auto const at = reference(row, columns.class_); at != no_key) return at;
  if (auto const at = class_of_item(reference(row, columns.item)); at != no_key) return at;
  auto const result = reference(row, columns.result);
  return result < class_of_result_.size() ? class_of_result_[result] : no_key;
}

void Schools::find(TableId table, std::uint32_t key, StoredRow const& row) {
  auto const& columns = columns_of(table);
  if (table == TableId::Orgs) {
    if (!row.is_null(columns.type) && row.text(columns.type) == "school") found_.push_back(key + 1);
  } else if (columns.school != npos) {
    if (auto const org = reference(row, columns.school); org != no_key) found_.push_back(org + 1);
  } else if (columns.in_class()) {
    auto const at = class_of(table, row);
    if (at < class_org_.size() && class_org_[at] != no_key) found_.push_back(class_org_[at] + 1);
  } else if (table == TableId::Users) {
    for (auto const org : keys_in(row, columns.orgs, Stored::Keys)) found_.push_back(org + 1);
    if (auto const org = reference(row, columns.primary_org); org != no_key) found_.push_back(org + 1);
    add_person(key);
  } else if (columns.person != npos) {
    add_person(reference(row, columns.person));
  }
  if (found_.empty()) found_.push_back(0);
  std::sort(found_.begin(), found_.end());
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
}

bool counts_as_removal(TableId table, StoredRow const& before, StoredRow const& after, std::int32_t today) {
  auto const column = [&](std::string_view name) { return stored_index(table, name); };
  if (table == TableId::Users) {
    auto const enabled = column("enabledUser");
    if (!before.is_null(enabled) && before.number(enabled) == 1 && !after.is_null(enabled) && after.number(enabled) == 0) return true;
  }
  if (auto const role = column("role"); role != npos && !before.is_null(role) && !before.same(role, after, role))
    if (auto const was = before.text(role); was == "student" || was == "teacher") return true;
  if (auto const end = column("endDate"); end != npos && !after.is_null(end) && after.number(end) < today)
    return before.is_null(end) || before.number(end) >= today;
  return false;
}

}  // namespace rollbook
