#include "sync/taken_values.h"

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"

namespace rollbook {
namespace {

class ExcludingTaken {
 public:
  ExcludingTaken(TakenOf const& of, std::vector<UniqueValue> const& values, std::size_t rows, std::vector<std::vector<Arrived>>& partitions)
      : of_(of), values_(values), partitions_(partitions), by_row_(rows) {}

  std::vector<TakenValue> run() {
    for (auto& rows : partitions_)
      for (auto& row : rows)
        if (row.standing == Standing::Good && row.row < by_row_.size()) by_row_[row.row] = &row;
    for (std::uint16_t column = 0; column < of_.unique.size(); ++column)
      if (of_.unique[column].first == of_.table) look_at(column);
    find_listed();
    exclude();
    return std::move(taken_);
  }

 private:
  struct Hit {
    TakenValue value;
    bool ours;
  };

  void look_at(std::uint16_t column) {
    auto const field = of_.unique[column].second;
    of_.stored(of_.table, field, [&](StoredValue const& stored) {
      auto const hash = hash_of(stored.text, of_.seed + field);
      auto at = std::lower_bound(values_.begin(), values_.end(), hash, [](UniqueValue const& value, std::uint64_t h) { return value.hash < h; });
      for (; at != values_.end() && at->hash == hash; ++at)
        if (at->column == column && by_row_[at->row] != nullptr) hits_.push_back({{at->row, column, stored.key}, stored.ours});
    });
    std::erase_if(hits_, [&](Hit const& hit) { return of_.said.key_of(of_.table, by_row_[hit.value.row]->id, true) == hit.value.key; });  // it is their own
  }

  // What the delivery says of those who have such a value.
  void find_listed() {
    for (auto const& hit : hits_)
      if (hit.ours) listed_.emplace(hit.value.key, nullptr);
    if (listed_.empty()) return;
    for (auto const& rows : partitions_)
      for (auto const& row : rows)
        if (auto const one = listed_.find(of_.said.key_of(of_.table, row.id, true)); one != listed_.end()) one->second = &row;
  }

  bool keeps_it(Hit const& hit) const {
    if (!hit.ours) return true;
    auto const* row = listed_.at(hit.value.key);
    if (row == nullptr) return !of_.full;
    return row->standing == Standing::Excluded || (row->standing == Standing::ToDelete && of_.never_deletes);
  }

  // Who is left out keeps what is stored, which somebody else may want in turn.
  void exclude() {
    for (bool again = !hits_.empty(); again;) {
      again = false;
      for (auto const& hit : hits_) {
        auto& row = *by_row_[hit.value.row];
        if (row.standing != Standing::Good || !keeps_it(hit)) continue;
        row.standing = Standing::Excluded;
        taken_.push_back(hit.value);
        again = true;
      }
    }
  }

  TakenOf const& of_;
  std::vector<UniqueValue> const& values_;
  std::vector<std::vector<Arrived>>& partitions_;
  std::vector<Arrived*> by_row_;  // good rows
  std::vector<Hit> hits_;
  std::unordered_map<std::uint32_t, Arrived const*> listed_;
  std::vector<TakenValue> taken_;
};

}  // namespace

std::vector<TakenValue> exclude_taken(TakenOf const& of, std::vector<UniqueValue> const& values, std::size_t rows,
                                      std::vector<std::vector<Arrived>>& partitions) {
  return ExcludingTaken(of, values, rows, partitions).run();
}

}  // namespace rollbook
