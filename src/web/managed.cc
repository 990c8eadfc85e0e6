#include "web/managed.h"

#include <algorithm>

namespace rollbook::web {

namespace {

constexpr std::size_t looked_at_once = 100;

}  // namespace

using access::Grant;
using access::Right;

Managed Managed::by(Visit& visit) {
  Managed managed(visit);
  auto const district = visit.district->id;
  std::optional<OrgsBelow> orgs;  // read once, however many places they hold it at
  std::vector<std::int64_t> all;
  for (auto const& grant : visit.standing.grants) {
    if (!access::Standing{true, false, {grant}}.may(Right::ManagePeople, district)) continue;
    if (!grant.org) {
      managed.places_.push_back({grant, Seen::everything()});
      managed.reach_ = Seen::everything();
      continue;
    }
    if (!orgs) {
      auto const roster = visit.hub.home.roster(district);
      if (!roster) continue;
      orgs.emplace(**roster);
    }
    managed.places_.push_back({grant, orgs->of({*grant.org})});
    all.push_back(*grant.org);
  }
  if (orgs && !managed.reach_.all()) managed.reach_ = orgs->of(all);
  managed.organizations_ = organizations_of(visit);
  std::erase_if(managed.organizations_, [&](Organization const& one) { return !managed.reaches({district, one.key}); });
  return managed;
}

bool Managed::whole_district() const { return reach_.all(); }

bool Managed::reaches(Grant const& grant) const { return grant.district == visit_->district->id && (grant.org ? reach_.sees_org(*grant.org) : reach_.all()); }

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

std::optional<Managed::Member> Managed::as_member(std::optional<access::Account> account) const {
  if (!account) return std::nullopt;
  auto held = held_by(*account);
  return held.empty() ? std::nullopt : std::optional(Member{std::move(*account), std::move(held)});
}

std::optional<Managed::Member> Managed::member(std::int64_t account) const { return as_member(access::find_account(visit_->hub.home.operations(), account)); }

bool Managed::is_member(std::string_view email) const { return as_member(access::find_account_by_email(visit_->hub.home.operations(), email)).has_value(); }

// Who is behind somebody that the visitor does not see is not told either: that would tell where in the alphabet they stand.
Managed::People Managed::people(std::string_view text, std::int64_t behind, std::size_t how_many) const {
  People page;
  auto const first = member(behind);
  auto last = first ? std::optional(first->account) : std::nullopt;
  for (bool more = true; more && page.some.size() <= how_many;) {
    auto accounts = access::list_accounts(visit_->hub.home.operations(), visit_->district->id, text, last, looked_at_once);
    more = accounts.size() == looked_at_once;
    if (more) last = accounts.back();
    for (auto& account : accounts)
      if (auto one = as_member(std::move(account))) page.some.push_back(std::move(*one));
  }
  page.more = page.some.size() > how_many;
  if (page.more) page.some.erase(page.some.begin() + static_cast<std::ptrdiff_t>(how_many), page.some.end());
  return page;
}

access::InvitationPage Managed::invitations(std::optional<std::int64_t> below, std::size_t how_many) const {
  auto const is_theirs = [&](access::Invitation const& one) { return reaches(one.what); };
  return access::list_invitations(visit_->hub.home.operations(), visit_->district->id, visit_->now, is_theirs, below, how_many);
}

std::optional<access::Invitation> Managed::invitation(std::int64_t id) const {
  auto one = access::find_invitation(visit_->hub.home.operations(), visit_->district->id, id, visit_->now);
  return one && reaches(one->what) ? one : std::nullopt;
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
