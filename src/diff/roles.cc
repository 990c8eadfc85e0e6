#include "diff/roles.h"

#include <algorithm>
#include <unordered_set>

#include "base/hash.h"
#include "diff/side.h"
#include "roster/cells.h"

namespace rollbook {
namespace {

using Held = std::unordered_set<std::uint64_t>;  // hashes of "person,organization,role"

std::optional<Held> roles_of(Bundle const& bundle, DiffOptions const& options) {
  bool const in_users = bundle.version == Version::V11;
  Side side;
  if (!open_side(in_users ? TableId::Users : TableId::Roles, bundle, side)) return std::nullopt;
  auto const& table = *side.data.table;
  auto const column = [&](std::string_view name) { return side.data.layout.column_of[field_index(table, name)]; };
  auto const user = column(in_users ? "sourcedId" : "userSourcedId"), org = column(in_users ? "orgSourcedIds" : "orgSourcedId"), role = column("role");
  if (user == no_column || org == no_column || role == no_column) return std::nullopt;
  ChunkReader reader(*side.data.member, side.data.first_record, static_cast<std::uint32_t>(side.data.layout.columns.size()), options.kernel, options.will_read);
  Held held;
  ChunkScratch scratch;
  std::string buffers[3];
  auto const& role_field = table.fields[field_index(table, "role")];
  for (std::uint32_t k = 0; k < reader.count(); ++k) {
    reader.read(k, scratch);
    auto const& batch = scratch.batch;
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      auto const value = [&](std::int16_t at, std::string& buffer) { return csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(at)), buffer); };
      auto const word = normalised(value(role, buffers[2]), &role_field, *bundle.version);
      auto const person = std::string(value(user, buffers[0]));
      cells::for_items(value(org, buffers[1]), [&](std::string_view one, bool) {
        if (!one.empty()) held.insert(hash_of(person + "," + std::string(one) + "," + word, options.seed));
      });
    }
  }
  return held;
}

}  // namespace

std::optional<TableDiff> compare_roles(Bundle const& before, Bundle const& after, DiffOptions const& options) {
  auto const olds = roles_of(before, options), news = roles_of(after, options);
  if (!olds || !news) return std::nullopt;
  TableDiff diff{};
  diff.table = TableId::Roles;
  for (auto key : *news) ++(olds->contains(key) ? diff.unchanged : diff.created);
  for (auto key : *olds) diff.removed += !news->contains(key);
  return diff;
}

}  // namespace rollbook
