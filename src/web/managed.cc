#include "web/managed.h"

#include <algorithm>

namespace rollbook::web {

using access::Grant;
using access::Right;

Managed Managed::by(Visit& visit) {
  Managed managed(visit);
  auto const district = visit.district->id;
  for (auto const& grant : visit.standing.grants) {
    if (!access::Standing{true, false, {grant}}.may(Right::ManagePeople, district)) continue;
    if (!grant.org) managed.places_.push_back({grant, Seen::everything()});
    else if (auto const roster = visit.hub.home.roster(district)) managed.places_.push_back({grant, Seen::below(**roster, {*grant.org})});
  }
  managed.organizations_ = organizations_of(visit);
  std::erase_if(managed.organizations_, [&](Organization const& one) { return !managed.reaches({district, one.key}); });
  return managed;
}

bool Managed::whole_district() const {
  return std::any_of(places_.begin(), places_.end(), [](Place const& place) { return place.seen.all(); });
}

bool Managed::reaches(Grant const& grant) const {
  if (grant.district != visit_->district->id) return false;
  return std::any_of(places_.begin(), places_.end(), [&](Place const& place) { return grant.org ? place.seen.sees_org(*grant.org) : place.seen.all(); });
}

std::optional<access::InvitedBy> Managed::by_which(Grant const& grant) const {
  if (!reaches(grant)) return std::nullopt;
  for (auto const& place : places_) {
    auto const reaches_it = place.seen.all() || (grant.org && place.seen.sees_org(*grant.org));
    if (reaches_it && (!grant.demographics || place.seen.all() || place.held.demographics)) return access::InvitedBy{visit_->account->id, place.held.org};
  }
  return std::nullopt;
}

std::vector<Grant> Managed::held_by(access::Account const& account) const {
  auto all = access::list_grants(visit_->hub.home.operations(), account.id);
  std::erase_if(all, [&](Grant const& grant) { return !reaches(grant); });
  return all;
}

bool Managed::is_theirs_alone(access::Account const& account) const {
  auto const all = access::list_grants(visit_->hub.home.operations(), account.id);
  return !account.is_operator && std::all_of(all.begin(), all.end(), [&](Grant const& grant) { return by_which(grant).has_value(); });
}

std::vector<access::Account> Managed::people() const {
  auto all = access::list_accounts(visit_->hub.home.operations(), visit_->district->id);
  if (!whole_district()) std::erase_if(all, [&](access::Account const& account) { return held_by(account).empty(); });
  return all;
}

std::vector<access::Invitation> Managed::invitations() const {
  auto all = access::list_invitations(visit_->hub.home.operations(), visit_->district->id, visit_->now);
  std::erase_if(all, [&](access::Invitation const& one) { return !reaches(one.what); });
  return all;
}

std::optional<Grant> Managed::asked_for() const {
  auto const& form = visit_->form;
  Grant grant{visit_->district->id, std::nullopt, access::Level::None, form["demographics"] == "yes"};
  auto const level = access::level_by_name(form["level"]);
  if (!level || *level == access::Level::None) return std::nullopt;
  grant.level = *level;
  auto const wanted = form["org"];
  for (auto const& organization : organizations_)
    if (std::to_string(organization.key) == wanted) grant.org = organization.key;
  if (!wanted.empty() && !grant.org) return std::nullopt;
  return by_which(grant) ? std::optional(grant) : std::nullopt;
}

}  // namespace rollbook::web
