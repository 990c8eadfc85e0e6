// Whose rows somebody sees: the one place where rows, counts and findings of a run are kept to the schools of who asks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "access/rights.h"
#include "runs/answer.h"
#include "store/database.h"
#include "web/page.h"

namespace rollbook::web {

// Organizations at which a right is held, with those below them; or all of the district.
class Seen {
  friend class OrgsBelow;

 public:
  static Seen everything() { return Seen(true); }
  static Seen nothing() { return Seen(false); }
  // As the visitor holds the right in the district of the route. The roster is opened only for those who do not hold it everywhere.
  // Whoever keeps their pages to one school sees that one, of those.
  static Seen by(Visit& visit, access::Right right);
  // The same whatever they keep to.
  static Seen by_standing(Visit& visit, access::Right right);
  // `orgs`: keys, without those below.
  static Seen below(store::Database& roster, std::vector<std::int64_t> const& orgs);

  bool all() const { return all_; }
  bool sees_school(std::string_view sourced_id) const { return all_ || ids_.count(std::string(sourced_id)) > 0; }
  bool sees_org(std::int64_t key) const { return all_ || keys_.count(key) > 0; }

  // As `sync/schools.h` numbers them; nothing: all of them, and what belongs to none.
  std::optional<std::set<std::int64_t>> schools() const {
    if (all_) return std::nullopt;
    std::set<std::int64_t> numbers;
    for (auto const key : keys_) numbers.insert(key + 1);
    return numbers;
  }

  // Without what the other does not see.
  Seen also_of(Seen const& other) const;

  // What of an answer is theirs: numbers of their schools, and nothing that speaks of others.
  runs::Answer part_of(runs::Answer answer) const;

 private:
  explicit Seen(bool all) : all_(all) {}

  bool all_ = false;
  std::set<std::string> ids_;
  std::set<std::int64_t> keys_;
};

// Which organization lies below which, read once.
class OrgsBelow {
 public:
  explicit OrgsBelow(store::Database& roster);
  Seen of(std::vector<std::int64_t> const& orgs) const;

 private:
  std::multimap<std::int64_t, std::int64_t> children_;
  std::multimap<std::int64_t, std::string> ids_;
};

}  // namespace rollbook::web
