// The same id twice in a file. Equal hashes are only a suspicion; here the bytes decide.
#include <algorithm>
#include <map>

#include "base/hash.h"
#include "rules/table_check.h"

namespace rollbook {
namespace {

struct Suspect {
  std::uint64_t id, row;  // hashes of the id (with another seed) and of the whole row
  csv::Place place;
};

// Hashes of the id and of the row at each of the places.
std::vector<Suspect> examine(TableData const& data, std::vector<csv::Place> const& places, CheckOptions const& options) {
  std::vector<Suspect> suspects;
  suspects.reserve(places.size());
  auto const id_column = static_cast<std::uint32_t>(data.layout.column_of[0]);
  std::string buffer;
  for_places(data, places, options.kernel, [&](csv::Place place, csv::Batch const& batch, std::uint32_t row, csv::Aside const*) {
    if (row == no_row) return;
    auto const id = csv::cell_value(batch.raw(row, id_column), buffer);
    auto const id_hash = hash_of(id, ~options.seed);
    auto const start = batch.row_start[row];
    suspects.push_back({id_hash, hash_of(batch.text.substr(start, batch.row_end(row) - start), options.seed), place});
  });
  return suspects;
}

}  // namespace

std::vector<csv::Place> tell_duplicates(TableData& data, std::vector<EqualHashes> const& equal, CheckState& state, Tally& tally,
                                        std::vector<std::pair<csv::Place, RuleId>>& own_errors) {
  std::vector<csv::Place> places;
  for (auto const& pair : equal) places.push_back(pair.first), places.push_back(pair.other);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  auto suspects = examine(data, places, state.options);
  std::sort(suspects.begin(), suspects.end(), [](Suspect const& a, Suspect const& b) { return a.id != b.id ? a.id < b.id : a.place < b.place; });

  auto const differs = rule_of(Flaw::DuplicateDiffers), same = rule_of(Flaw::DuplicateSame);
  auto const tell = [&](RuleId rule, Suspect const& suspect, csv::Place other) {
    auto const severity = state.levels.of(rule, data.table, 0);
    if (severity == Severity::Off) return;
    tally.add({rule, severity, 0, data.table->id, suspect.place, no_cause, other.packed});
    if (rule == differs && severity >= Severity::Error) {
      state.leave_out(data.table->id, suspect.place);
      own_errors.emplace_back(suspect.place, rule);
    }
  };
  // Told in the order of the file, because a tally keeps what comes first.
  std::vector<std::tuple<RuleId, Suspect, csv::Place>> told;
  for (std::size_t i = 0; i < suspects.size();) {
    auto j = i + 1;
    while (j < suspects.size() && suspects[j].id == suspects[i].id) ++j;
    bool const all_same = std::all_of(suspects.begin() + static_cast<std::ptrdiff_t>(i), suspects.begin() + static_cast<std::ptrdiff_t>(j),
                                      [&](Suspect const& s) { return s.row == suspects[i].row; });
    for (auto k = i; k < j && j - i > 1; ++k) {
      if (all_same && k > i) told.emplace_back(same, suspects[k], suspects[i].place);
      if (!all_same) told.emplace_back(differs, suspects[k], suspects[k == i ? i + 1 : i].place);
    }
    i = j;
  }
  std::sort(told.begin(), told.end(), [](auto const& a, auto const& b) { return std::get<1>(a).place < std::get<1>(b).place; });
  data.repeats = !told.empty();
  std::vector<csv::Place> repeated;
  for (auto const& [rule, suspect, other] : told) {
    tell(rule, suspect, other);
    if (rule == same) repeated.push_back(suspect.place);
  }
  return repeated;
}

}  // namespace rollbook
