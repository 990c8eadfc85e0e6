#include "views/school_match.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "roster/layout.h"

namespace rollbook::views {
namespace {

// Names as people would compare them: letters and digits in lower case, words that every second school has in its name left out.
std::string plain(std::string_view name) {
  static constexpr std::string_view fillers[] = {"school", "schools", "the", "of", "district", "elementary", "elem", "es", "ms", "hs", "sch"};
  std::string kept, word;
  auto const end_word = [&] {
    if (!word.empty() && std::find(std::begin(fillers), std::end(fillers), word) == std::end(fillers)) (kept += kept.empty() ? "" : " ") += word;
    word.clear();
  };
  for (auto const c : lower(name)) {
    auto const u = static_cast<unsigned char>(c);
    if (u >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) word += c;
    else if (c != '\'' && c != '.') end_word();
  }
  end_word();
  return kept;
}

bool same_name(std::string_view a, std::string_view b) { return lower(trimmed(a)) == lower(trimmed(b)); }

// The organizations of the district, to be looked up by id and by name.
class District {
 public:
  explicit District(std::vector<Org> const& orgs) {
    for (auto const& org : orgs) {
      by_id_.emplace(org.id, &org);
      by_name_[lower(trimmed(org.name))].push_back(&org);
      by_plain_[plain(org.name)].push_back(&org);
    }
    for (auto const& [name, ones] : by_plain_)
      if (!name.empty()) plain_names_.push_back(name);
  }
  Org const* by_id(std::string const& id) const {
    auto const at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : at->second;
  }
  // The only one of that name; two of the same name are no proposal.
  Org const* by_name(std::string_view name) const { return only(by_name_, lower(trimmed(name))); }
  Org const* similar(std::string_view name) const {
    auto const wanted = plain(name);
    if (wanted.empty()) return nullptr;
    if (auto const* org = only(by_plain_, wanted)) return org;
    auto const near = nearest(wanted, plain_names_);
    return near.empty() ? nullptr : only(by_plain_, std::string(near));
  }

 private:
  using ByText = std::map<std::string, std::vector<Org const*>, std::less<>>;
  static Org const* only(ByText const& orgs, std::string const& text) {
    auto const at = orgs.find(text);
    return at == orgs.end() || at->second.size() != 1 ? nullptr : at->second.front();
  }

  std::unordered_map<std::string, Org const*> by_id_;
  ByText by_name_, by_plain_;
  std::vector<std::string_view> plain_names_;
};

void propose(SchoolMatch& match, District const& district) {
  auto const take = [&](Org const* org, Likeness likeness) {
    if (org == nullptr || match.likely) return;
    match.likely = *org;
    match.likeness = likeness;
  };
  auto const* same_id = district.by_id(match.delivered.id);
  auto const* name = district.by_name(match.delivered.name);
  if (same_id != nullptr && same_name(same_id->name, match.delivered.name)) take(same_id, Likeness::Same);
  take(name, Likeness::OtherId);
  take(same_id, Likeness::OtherName);
  take(district.similar(match.delivered.name), Likeness::Similar);
}

void take_decision(SchoolMatch& match, std::string const& to, District const& district) {
  if (to == "ignore") return void(match.decided = Decided::Ignored);
  match.to = to;
  auto const* org = district.by_id(to);
  if (org != nullptr) match.mapped_to = *org;
  match.decided = org != nullptr ? Decided::Mapped : Decided::Created;
}

}  // namespace

bool SchoolMatch::names_differ() const {
  if (decided == Decided::Mapped) return mapped_to && !same_name(mapped_to->name, delivered.name);
  return decided == Decided::Open && likely && likeness == Likeness::OtherName;
}

std::vector<SchoolMatch> match_schools(std::vector<Org> const& delivered, std::vector<Org> const& district,
                                       std::vector<std::pair<std::string, std::string>> const& decisions) {
  District const stored(district);
  std::unordered_map<std::string, std::string> const decided(decisions.begin(), decisions.end());
  std::vector<SchoolMatch> matches;
  for (auto const& org : delivered) {
    SchoolMatch match;
    match.delivered = org;
    propose(match, stored);
    if (auto const at = decided.find(org.id); at != decided.end()) take_decision(match, at->second, stored);
    matches.push_back(std::move(match));
  }
  return matches;
}

std::string free_id(std::string const& id, std::vector<Org> const& district) {
  auto const taken = [&](std::string const& one) { return std::any_of(district.begin(), district.end(), [&](Org const& org) { return org.id == one; }); };
  if (!taken(id)) return id;
  for (int number = 2;; ++number)
    if (auto const next = id + "-" + std::to_string(number); !taken(next)) return next;
}

std::string wrong_with_id(std::string const& id) {
  if (id.empty()) return "It has no id.";
  if (id.find_first_of(",=") != std::string::npos)
    return "Its id \"" + id + "\" has a comma or an equals sign in it, and the map of organizations cannot hold that.";
  return "";
}

}  // namespace rollbook::views
