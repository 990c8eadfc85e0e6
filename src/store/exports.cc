#include "store/exports.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace rollbook::store {
namespace {

constexpr std::string_view columns =
    "SELECT id, district, created, finished, who, outcome, revision, version, schools, rows, counts, day, bytes, digest FROM exports WHERE district = ? AND ";

Export export_of(Statement const& row) {
  auto const text = [&](int i) { return std::string(row.text(i)); };
  return {row.integer(0),
          row.integer(1),
          text(2),
          text(3),
          text(4),
          text(5),
          row.integer(6),
          text(7),
          text(8),
          static_cast<std::uint64_t>(row.integer(9)),
          text(10),
          static_cast<std::int32_t>(row.integer(11)),
          static_cast<std::uint64_t>(row.integer(12)),
          text(13)};
}

}  // namespace

void add_export(Database& operations, Export& made) {
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM exports");
  made.id = next->step() ? next->integer(0) : 0;
  next.reset();
  operations.run(
      "INSERT INTO exports(id, district, created, finished, who, outcome, revision, version, schools, rows, counts, day, bytes, digest) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id, made.district, made.created, made.finished, made.who, made.outcome, made.revision, made.version, made.schools, made.rows, made.counts, made.day,
      made.bytes, made.digest);
}

void save_export(Database& operations, Export const& made) {
  operations.run(
      "UPDATE exports SET finished = ?, outcome = ?, revision = ?, version = ?, rows = ?, counts = ?, bytes = ?, digest = ? WHERE id = ? AND district = ?",
      made.finished, made.outcome, made.revision, made.version, made.rows, made.counts, made.bytes, made.digest, made.id, made.district);
}

std::optional<Export> find_export(Database& operations, std::int64_t district, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + "id = ?");
  return row->with(district, id).step() ? std::optional(export_of(*row)) : std::nullopt;
}

std::vector<Export> newest_exports(Database& operations, std::int64_t district, ExportFilter const& filter, std::optional<std::int64_t> below,
                                   std::size_t how_many) {
  auto rows = operations.prepare(std::string(columns) + "id < ? AND created >= ? AND created < ? ORDER BY id DESC LIMIT ?");
  auto const has_school = [&](Export const& one) {
    auto const schools = split(one.schools, '\n');
    return filter.school.empty() || schools.empty() || std::find(schools.begin(), schools.end(), filter.school) != schools.end();
  };
  auto const limit = filter.school.empty() ? static_cast<std::int64_t>(how_many) : std::numeric_limits<std::int64_t>::max();
  rows->with(district, below.value_or(std::numeric_limits<std::int64_t>::max()), filter.from, filter.before.empty() ? "9999" : filter.before, limit);
  std::vector<Export> all;
  while (all.size() < how_many && rows->step())
    if (auto one = export_of(*rows); has_school(one)) all.push_back(std::move(one));
  return all;
}

}  // namespace rollbook::store
