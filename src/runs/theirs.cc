#include "runs/theirs.h"

#include <algorithm>
#include <functional>
#include <string>

#include "runs/search_index.h"
#include "runs/search_terms.h"
#include "sync/stored_row.h"

namespace rollbook::runs {
namespace {

// What one search may read of them. Lists of people are long and quickly read; of a role there is one entry for each.
constexpr std::size_t most_keys = 4'000'000, most_roles = 150'000;
// Of more organizations than these all entries are read in one go, and those of others are passed over.
constexpr std::size_t one_by_one = 100;

std::uint32_t org_of(std::string_view bytes) {
  std::uint32_t org = 0;
  for (auto const c : bytes.substr(0, 4)) org = org << 8 | static_cast<unsigned char>(c);
  return org;
}

// f(term, keys) for the terms that begin with `before` and go on with one of these organizations. False: there are more than so many, or f had enough.
bool each_of(store::Database& roster, TableId table, std::string const& before, std::vector<std::uint32_t> const& orgs, std::size_t most,
             std::function<bool(std::string_view, std::string_view)> const& f) {
  auto rows = roster.prepare("SELECT term, keys FROM search_lists WHERE tbl = ? AND term >= ? AND term < ? LIMIT ?");
  std::size_t read = 0;
  auto const each = [&](std::string const& begin, auto const& is_wanted) {
    bool more = true;
    for (rows->with(static_cast<int>(table), store::Blob{begin}, store::Blob{behind(begin)}, most - read); more && rows->step();) {
      more = ++read < most;
      if (more && is_wanted(org_of(rows->blob(0).substr(before.size())))) more = f(rows->blob(0), rows->blob(1));
    }
    rows->reset();
    return more;
  };
  if (orgs.size() <= one_by_one)
    return std::all_of(orgs.begin(), orgs.end(), [&](auto const org) { return each(with_key(before, org), [](std::uint32_t) { return true; }); });
  std::vector<std::uint32_t> sorted(orgs);
  std::sort(sorted.begin(), sorted.end());
  return each(before, [&](std::uint32_t org) { return std::binary_search(sorted.begin(), sorted.end(), org); });
}

}  // namespace

Theirs::Theirs(store::Database& roster, TableId table, std::vector<std::uint32_t> const& orgs) {
  if (table == TableId::Users) {
    add_people(roster, orgs);
  } else if (table == TableId::Classes) {
    add_referring(roster, table, "schoolSourcedId", orgs);
  } else if (table == TableId::Courses) {
    add_courses_of_others(roster, orgs);
  } else if (table == TableId::Orgs) {
    for (auto const org : orgs) put(org);
  } else {
    all_but_ = true;  // sessions are everybody's
  }
}

std::vector<std::uint32_t> Theirs::keys() const {
  std::vector<std::uint32_t> keys;
  for (std::size_t key = 0; key < keys_.size(); ++key)
    if (keys_[key]) keys.push_back(static_cast<std::uint32_t>(key));
  return keys;
}

void Theirs::put(std::uint32_t key, bool is) {
  if (key >= keys_.size()) keys_.resize(std::max<std::size_t>(key + 1u, 2 * keys_.size()));
  keys_[key] = is;
}

void Theirs::add_people(store::Database& roster, std::vector<std::uint32_t> const& orgs) {
  add_referring(roster, TableId::Users, "orgSourcedIds", orgs);
  add_referring(roster, TableId::Users, "primaryOrgSourcedId", orgs);
  add_of_roles(roster, orgs);
}

void Theirs::add_referring(store::Database& roster, TableId table, std::string_view field, std::vector<std::uint32_t> const& orgs) {
  if (!known_) return;
  known_ = each_of(roster, table, references_of(stored_index(table, field)), orgs, most_keys, [&](std::string_view, std::string_view list) {
    for (auto const key : keys_of_list(list)) put(key), ++read_;
    return read_ < most_keys;
  });
}

void Theirs::add_of_roles(store::Database& roster, std::vector<std::uint32_t> const& orgs) {
  if (!known_) return;
  known_ = each_of(roster, TableId::Roles, all_roles(), orgs, most_roles, [&](std::string_view term, std::string_view) { return put(user_of(term)), true; });
}

// A course of no organization is everybody's, and nothing in the index says so of it. What it knows are those of others.
void Theirs::add_courses_of_others(store::Database& roster, std::vector<std::uint32_t> const& orgs) {
  all_but_ = true;
  auto const of_orgs = references_of(stored_index(TableId::Courses, "orgSourcedId"));
  std::vector<std::uint32_t> sorted(orgs), mine;
  std::sort(sorted.begin(), sorted.end());
  auto rows = roster.prepare("SELECT term, keys FROM search_lists WHERE tbl = ? AND term >= ? AND term < ? LIMIT ?");
  for (rows->with(static_cast<int>(TableId::Courses), store::Blob{of_orgs}, store::Blob{behind(of_orgs)}, most_keys); known_ && rows->step();) {
    auto const keys = keys_of_list(rows->blob(1));
    if (std::binary_search(sorted.begin(), sorted.end(), org_of(rows->blob(0).substr(of_orgs.size())))) mine.insert(mine.end(), keys.begin(), keys.end());
    else
      for (auto const key : keys) put(key);
    known_ = (read_ += keys.size()) < most_keys;
  }
  for (auto const key : mine) put(key, false);  // while an edit with a last day lies over it, it is found at both
}

}  // namespace rollbook::runs
