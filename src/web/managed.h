// What a visitor manages of a district's people: all of it, or what is held at some organizations and below. The one place that the pages of members ask,
// so that nobody sees, gives or takes beyond their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/invitations.h"
#include "web/organizations.h"
#include "web/page.h"
#include "web/seen.h"

namespace rollbook::web {

class Managed {
 public:
  static Managed by(Visit& visit);

  bool whole_district() const;
  // Whether this is held at a place of theirs.
  bool reaches(access::Grant const& grant) const;
  // By which of their rights they may give it, if by any. Who manages a school gives demographics there only when they have them.
  std::optional<access::InvitedBy> by_which(access::Grant const& grant) const;

  // What somebody holds at places of theirs, if anything: then they are a member. Also who is deactivated, and would hold it again.
  std::vector<access::Grant> held_by(access::Account const& account) const;
  // Whether all that somebody holds anywhere is theirs to give: then so are the password and the state. Nobody's who operates the server.
  bool is_theirs_alone(access::Account const& account) const;

  struct Member {
    access::Account account;
    std::vector<access::Grant> held;
  };
  std::optional<Member> member(std::int64_t account) const;
  bool is_member(std::string_view email) const;
  // Those with `text` in their name or e-mail, by name, behind the one of this number.
  struct People {
    std::vector<Member> some;
    bool more = false;
  };
  People people(std::string_view text, std::int64_t behind, std::size_t how_many) const;

  // Newest first, those below one of this number.
  access::InvitationPage invitations(std::optional<std::int64_t> below, std::size_t how_many) const;
  std::optional<access::Invitation> invitation(std::int64_t id) const;

  // The organizations at which they may give something.
  std::vector<Organization> const& organizations() const { return organizations_; }
  // What a form asks for, when it is theirs to give.
  std::optional<access::Grant> asked_for() const;

 private:
  struct Place {
    access::Grant held;
    Seen seen;
  };
  std::optional<Member> as_member(std::optional<access::Account> account) const;
  explicit Managed(Visit& visit) : visit_(&visit) {}

  Visit* visit_;
  std::vector<Place> places_;
  Seen reach_ = Seen::nothing();  // all of them together
  std::vector<Organization> organizations_;
};

}  // namespace rollbook::web
