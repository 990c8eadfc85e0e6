#include "demo/workshop.h"

#include <algorithm>
#include <tuple>

namespace rollbook::demo {
namespace {

// Spoiling a record spoils what refers to it. Few enough dependents, and a district survives a few hundred defects with
// most of its rows free for the next one.
constexpr std::size_t usual_dependents = 60;

}  // namespace

Workshop::Workshop(std::map<std::string, std::string>& files, Facts const& facts, std::uint64_t seed) : draws_(mix(seed)) {
  for (auto& [name, text] : files)
    if (auto const known = facts.find(name); known != facts.end()) sheets_.try_emplace(name, name, std::move(text), known->second);

  for (auto const& [name, sheet] : sheets_)
    if (sheet.referred_to()) dependents_[&sheet].resize(sheet.rows());
  for (auto const& [name, from] : sheets_)
    for (Row row = 0; row < from.rows(); ++row) for_each_target(from, row, [&](Sheet const& to, Row target) { ++dependents_[&to][target]; });
  // And theirs: a course has few classes, but those have many students.
  auto const direct = dependents_;
  for (auto const& counted : direct)
    for (Row row = 0; row < counted.first->rows(); ++row)
      for_each_target(*counted.first, row, [&](Sheet const& to, Row target) { dependents_[&to][target] += counted.second[row]; });
}

template <class Visit>
void Workshop::for_each_target(Sheet const& from, Row row, Visit&& visit) const {
  auto const cells = from.cells(row);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    auto const to = sheets_.find(from.columns()[c].refers_to);
    if (to == sheets_.end()) continue;
    for (auto const& id : items(cells[c]))
      if (auto const target = to->second.find(id)) visit(to->second, *target);
  }
}

Sheet* Workshop::sheet(std::string_view file) {
  auto const found = sheets_.find(file);
  return found == sheets_.end() ? nullptr : &found->second;
}

std::size_t Workshop::dependents(Sheet const& sheet, Row row) const {
  auto const counted = dependents_.find(&sheet);
  return counted == dependents_.end() ? 0 : counted->second[row];
}

// All that a row rests on, near and far.
void Workshop::targets_of(Sheet const& sheet, Row row, std::set<Place>& into) const {
  for_each_target(sheet, row, [&](Sheet const& to, Row target) {
    if (into.insert({&to, target}).second) targets_of(to, target, into);
  });
}

bool Workshop::may_damage(Sheet const& sheet, Row row, Effect effect, std::size_t most_dependents) const {
  if (touched_.contains({&sheet, row})) return false;
  if (effect == Effect::SpoilsTheRecord && (needed_.contains({&sheet, row}) || dependents(sheet, row) > most_dependents)) return false;
  std::set<Place> targets;
  targets_of(sheet, row, targets);
  return std::none_of(targets.begin(), targets.end(), [&](Place const& t) { return spoiled_.contains(t); });
}

// Students rather than staff, what students do in classes, and second roles: their loss means just itself.
bool Workshop::is_ordinary(Sheet const& sheet, Cells const& cells) const {
  auto const cell = [&](std::string_view name) { return std::string_view(cells[*sheet.column(name)]); };
  if (sheet.name() == "enrollments.csv") return cell("role") == "student";
  if (sheet.name() == "users.csv") return !cell("grades").empty();
  if (sheet.name() == "roles.csv") return cell("roleType") == "secondary";
  return true;
}

std::optional<Spot> Workshop::look(Sheet& sheet, std::size_t column, WhichCell const& cell, Effect effect, bool ordinary_only, std::size_t most_dependents) {
  auto const try_row = [&](Row row) -> std::optional<Spot> {
    Spot spot{&sheet, row, column, sheet.cells(row)};
    if (ordinary_only && !is_ordinary(sheet, spot.cells)) return {};
    if (!cell(spot) || !may_damage(sheet, row, effect, most_dependents)) return {};
    return spot;
  };
  if (sheet.rows() == 0) return {};
  auto const n = static_cast<std::uint32_t>(sheet.rows());
  for (auto tries = 0; tries < 200; ++tries)
    if (auto found = try_row(draws_.below(n))) return found;
  // Rare cells are found by walking; from anywhere, or the first pages would get them all.
  auto const start = draws_.below(n);
  for (std::uint32_t i = 0; i < n; ++i)
    if (auto found = try_row((start + i) % n)) return found;
  return {};
}

std::optional<Spot> Workshop::find_anywhere(WhichColumn const& column, WhichCell const& cell, Effect effect, std::size_t most_dependents) {
  for (auto& [name, sheet] : sheets_)
    for (std::size_t c = 0; c < sheet.columns().size(); ++c)
      if (column(sheet, sheet.columns()[c]))
        if (auto found = look(sheet, c, cell, effect, false, most_dependents)) return found;
  return {};
}

std::optional<Spot> Workshop::find(WhichColumn const& column, WhichCell const& cell, Effect effect) {
  std::vector<std::pair<Sheet*, std::size_t>> columns;
  for (auto& [name, sheet] : sheets_)
    for (std::size_t c = 0; c < sheet.columns().size(); ++c)
      if (!sheet.columns()[c].type.empty() && column(sheet, sheet.columns()[c])) columns.emplace_back(&sheet, c);
  while (!columns.empty()) {
    auto const at = columns.begin() + draws_.below(static_cast<std::uint32_t>(columns.size()));
    if (auto found = look(*at->first, at->second, cell, effect, true, usual_dependents)) return found;
    columns.erase(at);
  }
  return {};
}

void Workshop::settle(Spot const& spot, Effect effect) {
  touched_.insert({spot.sheet, spot.row});
  if (effect == Effect::SpoilsTheRecord) spoiled_.insert({spot.sheet, spot.row});
  targets_of(*spot.sheet, spot.row, needed_);
}

void Workshop::note_done(Spot const& spot, std::string_view kind, std::string_view level, std::string note, bool is_extra_row, bool whole_row) {
  Answer answer{.kind = std::string(kind),
                .file = spot.sheet->name(),
                .line = 0,
                .column = whole_row ? "" : spot.facts().name,
                .sourced_id = spot.sheet->id(spot.row),
                .level = std::string(level),
                .note = std::move(note)};
  done_.push_back({std::move(answer), spot.sheet, spot.row, is_extra_row});
}

void Workshop::rewrite(Spot const& spot, std::string_view kind, std::string_view level, Effect effect, std::string note) {
  settle(spot, effect);
  spot.sheet->edit(spot.row, {.text = joined(spot.cells), .extra_row = {}});
  note_done(spot, kind, level, std::move(note), false, false);
}

void Workshop::rewrite_silently(Spot const& spot) {
  settle(spot, Effect::LeavesItStanding);
  spot.sheet->edit(spot.row, {.text = joined(spot.cells), .extra_row = {}});
}

void Workshop::replace_row(Spot const& spot, std::string text, std::string_view kind, std::string_view level, std::string note) {
  settle(spot, Effect::SpoilsTheRecord);
  spot.sheet->edit(spot.row, {.text = std::move(text), .extra_row = {}});
  note_done(spot, kind, level, std::move(note), false, true);
}

void Workshop::add_row_after(Spot const& spot, std::string extra, std::string_view kind, std::string_view level, Effect effect, std::string note) {
  settle(spot, effect);
  spot.sheet->edit(spot.row, {.text = {}, .extra_row = std::move(extra)});
  note_done(spot, kind, level, std::move(note), true, false);
}

void Workshop::remove_row(Spot const& spot, std::string_view kind, std::string note) {
  settle(spot, Effect::SpoilsTheRecord);
  spot.sheet->edit(spot.row, {.text = {}, .extra_row = {}, .removed = true});
  note_done(spot, kind, "error", std::move(note), false, true);
}

std::string Workshop::unused_id() {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id = "00000000-0000-4000-8000-000000000000";
  for (auto& c : id)
    if (c == '0') c = digits[draws_.below(16)];
  return id;
}

std::vector<Answer> Workshop::answers() const {
  std::unordered_map<Sheet const*, std::map<Row, Lines>> lines;
  for (auto const& [name, sheet] : sheets_) lines[&sheet] = sheet.lines_after_all();
  std::vector<Answer> all;
  for (auto const& done : done_) {
    auto const& at = lines[done.sheet][done.row];
    all.push_back(done.answer);
    all.back().line = done.is_extra_row ? at.extra_row : at.row;
  }
  std::sort(all.begin(), all.end(),
            [](Answer const& a, Answer const& b) { return std::tie(a.file, a.line, a.kind, a.sourced_id) < std::tie(b.file, b.line, b.kind, b.sourced_id); });
  return all;
}

void Workshop::put_back(std::map<std::string, std::string>& files) const {
  for (auto const& [name, sheet] : sheets_) files[name] = sheet.text_after_all();
}

}  // namespace rollbook::demo
