#include "views/labels.h"

#include "runs/export.h"
#include "runs/names.h"

namespace rollbook::views {
namespace {

std::string cell(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return at == npos || row.is_null(at) || row.kind(at) != StoredRow::Kind::Text ? "" : std::string(row.text(at));
}

}  // namespace

std::string own_name(TableId table, std::function<std::string(std::string_view field)> const& cell) {
  if (table == TableId::Users) {
    auto const given = cell("givenName"), family = cell("familyName");
    return given + (given.empty() || family.empty() ? "" : " ") + family;
  }
  auto name = cell("name");
  return name.empty() ? cell("title") : name;
}

std::string const& Labels::id(TableId table, std::uint32_t key) {
  auto const [at, fresh] = ids_.try_emplace({table, key});
  if (fresh) at->second = runs::id_of(roster_, table, key);
  return at->second;
}

std::string const& Labels::name(TableId table, std::uint32_t key) {
  auto const [at, fresh] = names_.try_emplace({table, key});
  if (!fresh) return at->second;
  if (auto const newest = row(table, key)) at->second = name(table, *newest);
  return at->second;
}

std::optional<StoredRow> Labels::row(TableId table, std::uint32_t key) {
  if (revision_ == 0) return std::nullopt;  // before all
  auto found = rows_.row(table, key);
  if (!found) return std::nullopt;
  return std::move(found->cells);
}

std::string Labels::name(TableId table, StoredRow const& row) {
  if (auto own = own_name(table, [&](std::string_view field) { return cell(table, field, row); }); !own.empty() || table == TableId::Users) return own;
  // A row between records is called after the people and classes it is about.
  std::string all;
  auto const& columns = stored_columns(table);
  for (auto const about : {TableId::Users, TableId::Classes, TableId::LineItems, TableId::Results})
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].as != Stored::Key || row.is_null(i) || table_of(table).fields[columns[i].field].refers_to != about || about >= table) continue;
      auto const key = static_cast<std::uint32_t>(row.number(i));
      auto const& of = name(about, key);
      all += (all.empty() ? "" : " – ") + (of.empty() ? id(about, key) : of);
      break;
    }
  return all;
}

std::string Labels::text(TableId table, std::size_t column, StoredRow const& row) {
  auto const& stored = stored_columns(table)[column];
  if (stored.as != Stored::Key && stored.as != Stored::Keys) return runs::written(table, column, row, {});
  std::string all;
  for (auto const key : keys_in(row, column, stored.as))
    if (auto const& of = id(table_of(table).fields[stored.field].refers_to, key); !of.empty()) all.append(all.empty() ? "" : ",").append(of);
  return all;
}

}  // namespace rollbook::views
