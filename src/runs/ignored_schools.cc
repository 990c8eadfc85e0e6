#include "runs/ignored_schools.h"

#include <memory>
#include <unordered_map>

#include "roster/cells.h"
#include "schema/catalogue.h"
#include "translate/read_values.h"

namespace rollbook::runs {
namespace {

Member const* bulk_file(Bundle const& bundle, TableId table) {
  auto const& member = bundle.members[static_cast<std::size_t>(table)];
  return member && member->readable && member->mode == Mode::Bulk ? &*member : nullptr;
}

// In 1.2 roles say where people are, not the people's own rows: those who have roles only where nobody looks. By their translated ids.
TextSet people_only_there(Bundle const& bundle, Translation const& translation, csv::Kernel kernel) {
  TextSet people;
  auto const* member = bundle.version == Version::V12 ? bulk_file(bundle, TableId::Roles) : nullptr;
  if (member == nullptr) return people;
  std::unordered_map<std::string, bool> elsewhere;  // by person
  std::size_t const fields[] = {field_index(roles, "userSourcedId"), field_index(roles, "orgSourcedId")};
  for_values(*member, roles, Version::V12, translation[TableId::Roles], fields, kernel,
             [&](std::span<std::string const> row) { elsewhere[row[0]] |= translation.ignored_orgs.count(row[1]) == 0; });
  auto const& ids = translation[TableId::Users].ids;
  for (auto const& [id, stays] : elsewhere)
    if (auto const known = ids.find(id); !stays) people.insert(known == ids.end() ? id : known->second);
  return people;
}

}  // namespace

RowJudge judge_of_ignored(Bundle const& bundle, Translation const& translation, csv::Kernel kernel) {
  if (translation.left_out_orgs.empty() || !bundle.version) return {};
  auto const people = std::make_shared<TextSet const>(people_only_there(bundle, translation, kernel));
  auto const orgs = std::make_shared<TextSet const>(translation.left_out_orgs);
  return [people, orgs, version = *bundle.version](TableData const& data, csv::Batch const& batch, Values const&, std::uint32_t row) {
    std::string buffer;
    auto const& table = *data.table;
    for (std::size_t f = 0; f < table.fields.size(); ++f) {
      auto const& field = table.fields[f];
      bool const needs_org = (f == 0 && table.id == TableId::Orgs) || (field.refers_to == TableId::Orgs && is_required(field.need, version));
      bool const person = f == 0 && table.id == TableId::Users && !people->empty();
      if ((!needs_org && !person) || data.layout.column_of[f] == no_column) continue;
      auto const value = csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(data.layout.column_of[f])), buffer);
      auto const& left_out = needs_org ? *orgs : *people;
      bool any = false, all = true;
      cells::for_items(value, [&](std::string_view item, bool) {
        if (item.empty()) return;
        any = true;
        all &= left_out.find(item) != left_out.end();
      });
      if (any && all) return Judged::FilterOut;
    }
    return Judged::Take;
  };
}

}  // namespace rollbook::runs
