#include "store/ranges.h"

#include <algorithm>

#include "base/day.h"
#include "base/text.h"

namespace rollbook::store {
namespace {

constexpr std::string_view with_edits = "edits too";  // in the place of thresholds, which a suspension has none of

constexpr RangeKind all_kinds[] = {RangeKind::Paused, RangeKind::Suspended, RangeKind::NoRemovals, RangeKind::Thresholds};

std::string words_of(Range const& range) {
  return std::string(name_of(range.kind)) + (range.edits_too ? " with edits by hand " : " ") + days_of(range) + (range.thresholds.empty() ? "" : ": " + range.thresholds);
}

std::string name_of_source(std::vector<Source> const& sources, std::optional<std::int64_t> id) {
  auto const* const source = source_with(sources, id);
  return source == nullptr ? "" : source->name;
}

// The audit log knows a range by its days, and the source by its name.
void note_range(Database& operations, Actor const& actor, District const& district, std::string_view what, Range const& range, std::string const& source) {
  note(operations, actor, district.id, what, (source.empty() ? "" : source + ": ") + words_of(range));
}

std::optional<Trouble> wrong_with(Range const& range) {
  if (range.first_day && range.last_day && *range.last_day < *range.first_day)
    return Trouble{"A range cannot end on " + day_text(*range.last_day) + ", before it begins on " + day_text(*range.first_day) + "."};
  if (range.edits_too && range.kind != RangeKind::Suspended) return Trouble{"Only a suspension of the district stops edits by hand."};
  SourceSettings settings;
  for (auto const& pair : split(range.thresholds, ',')) {
    auto const at = pair.find('=');
    if (at == std::string::npos || !pair.starts_with("threshold."))
      return Trouble{"\"" + pair + "\" is no threshold; they are written like removed=50, and \"rollbook source settings\" lists them."};
    if (auto trouble = settings.set(pair.substr(0, at), pair.substr(at + 1))) return trouble;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(RangeKind kind) {
  constexpr std::string_view names[] = {"paused", "suspended", "no-removals", "thresholds"};
  return names[static_cast<std::size_t>(kind)];
}

std::string days_of(Range const& range) {
  std::string const begin = range.first_day ? "from " + day_text(*range.first_day) : "";
  if (!range.last_day) return begin.empty() ? "from now on" : begin + " on";
  return begin + (begin.empty() ? "" : " ") + "until " + day_text(*range.last_day);
}

Result<Range> add_range(Database& operations, District const& district, Range range, Actor const& actor) {
  if (auto trouble = wrong_with(range)) return *trouble;
  auto const sources = list_sources(operations, district);
  if (!sources) return sources.trouble();
  auto const trouble = operations.transaction([&] {
    if (range.kind == RangeKind::Paused) operations.run("DELETE FROM ranges WHERE kind = ? AND source = ?", name_of(range.kind), *range.source);
    if (range.kind == RangeKind::Suspended) operations.run("DELETE FROM ranges WHERE kind = ? AND district = ?", name_of(range.kind), district.id);
    auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM ranges");
    if (next->step()) range.id = next->integer(0);
    next.reset();
    auto insert = operations.prepare("INSERT INTO ranges(id, district, kind, thresholds, source, first_day, last_day) VALUES(?, ?, ?, ?, ?, ?, ?)");
    insert->with(range.id, district.id, name_of(range.kind), range.edits_too ? with_edits : std::string_view(range.thresholds));
    auto const bind = [&](int at, auto const& value) {
      if (value) insert->bind(at, std::int64_t{*value});
      else insert->bind(at, Null{});
    };
    bind(5, range.source);
    bind(6, range.first_day);
    bind(7, range.last_day);
    insert->step();
    note_range(operations, actor, district, "range added", range, name_of_source(*sources, range.source));
    return true;
  });
  if (trouble) return *trouble;
  return range;
}

Result<std::vector<Range>> list_ranges(Database& operations, District const& district) {
  std::vector<Range> all;
  auto rows = operations.prepare("SELECT id, source, kind, first_day, last_day, thresholds FROM ranges WHERE district = ? ORDER BY id");
  for (rows->with(district.id); rows->step();) {
    Range range;
    range.id = rows->integer(0);
    if (!rows->is_null(1)) range.source = rows->integer(1);
    for (auto const kind : all_kinds)
      if (rows->text(2) == name_of(kind)) range.kind = kind;
    if (!rows->is_null(3)) range.first_day = static_cast<std::int32_t>(rows->integer(3));
    if (!rows->is_null(4)) range.last_day = static_cast<std::int32_t>(rows->integer(4));
    range.edits_too = range.kind == RangeKind::Suspended && rows->text(5) == with_edits;
    if (!range.edits_too) range.thresholds = rows->text(5);
    all.push_back(std::move(range));
  }
  if (operations.trouble()) return *operations.trouble();
  return all;
}

Result<Range> remove_range(Database& operations, District const& district, std::int64_t id, Actor const& actor) {
  auto const all = list_ranges(operations, district);
  if (!all) return all.trouble();
  auto const sources = list_sources(operations, district);
  if (!sources) return sources.trouble();
  auto const at = std::find_if(all->begin(), all->end(), [&](Range const& range) { return range.id == id; });
  if (at == all->end()) return Trouble{"The district \"" + district.name + "\" has no planned range " + std::to_string(id) + "."};
  auto const trouble = operations.transaction([&] {
    operations.run("DELETE FROM ranges WHERE id = ?", id);
    note_range(operations, actor, district, "range removed", *at, name_of_source(*sources, at->source));
    return true;
  });
  if (trouble) return *trouble;
  return *at;
}

Result<bool> end_pauses(Database& operations, District const& district, std::optional<Source> const& source, Actor const& actor) {
  auto const all = list_ranges(operations, district);
  if (!all) return all.trouble();
  bool any = false;
  auto const trouble = operations.transaction([&] {
    any = false;
    for (auto const& range : *all) {
      if (source ? range.kind != RangeKind::Paused || range.source != source->id : range.kind != RangeKind::Suspended) continue;
      operations.run("DELETE FROM ranges WHERE id = ?", range.id);
      any = true;
    }
    if (any) note(operations, actor, district.id, source ? "source resumed" : "district resumed", source ? source->name : district.name);
    return true;
  });
  if (trouble) return *trouble;
  return any;
}

}  // namespace rollbook::store
