// What a check has found so far, for whoever looks on while it goes on: how many of each rule and level, exact for the files that have been read, and where
// the first few are. Never what stands there: whoever may see values waits for the findings themselves.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/checked.h"

namespace rollbook {

class Found {
 public:
  struct Place {
    std::string file;  // "" for the delivery as such
    std::optional<std::uint64_t> line;
    bool operator==(Place const&) const = default;
  };
  struct OfRule {
    std::string code;
    Severity severity = Severity::Error;
    std::uint64_t count = 0;
    std::vector<Place> first;
    bool operator==(OfRule const&) const = default;
  };
  struct SoFar {
    std::uint64_t errors = 0, warnings = 0, infos = 0;  // of all rules
    std::vector<OfRule> rules;                          // the worst first, bounded
    bool operator==(SoFar const&) const = default;
  };
  static constexpr std::size_t places_of_a_rule = 3, most_rules = 20;

  Found();

  // From any worker, while a file is being read.
  void add(RuleId rule, Severity severity, std::uint64_t more);
  // Between files, by one thread: what was counted so far by others is settled.
  void settle(std::vector<SeverityCounts> const& counts);
  bool has_places(RuleId rule) const;
  void place(RuleId rule, std::string const& file, std::optional<std::uint64_t> line);

  SoFar so_far() const;

 private:
  static constexpr std::size_t levels = std::tuple_size_v<SeverityCounts>;
  std::vector<std::atomic<std::uint64_t>> counts_;  // rule by rule, each with its levels
  mutable std::mutex mutex_;
  std::vector<std::vector<Place>> first_;
};

// Of what a check has in hand, after a file: numbers, and the lines of the first few.
void tell_found(Found& found, Checked const& checked, TableData const& data, csv::Kernel kernel);

}  // namespace rollbook
