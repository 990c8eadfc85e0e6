// Invitations: how somebody becomes a member of a district. Nothing is held, and nothing told of an account, until the person has accepted.
//
// An invitation is for an e-mail, and answers the same whether that has an account or not. Its link works once. Whoever has an account signs in with it and
// accepts; whoever has none chooses a name and a password. The link is in a letter; where no letters are sent it goes through the hands of who invites, who could
// try to make the account themselves and so find out that there is one: that stands in the audit log, costs the invitation when there is none, and is counted.
//
// What an invitation gives is never more than who invited may give when it is accepted: an account that was deactivated or lost its level takes its open
// invitations with it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.h"

namespace rollbook::access {

// By which of their rights somebody invites: at the district, at one organization (what is invited to lies there or below), or as the operator, whose
// invitations hold as long as nobody has the level System there.
struct InvitedBy {
  std::int64_t account = 0;
  std::optional<std::int64_t> org = {};
  bool as_operator = false;
};

struct Invitation {
  std::int64_t id = 0;
  std::string email, name;  // the name as who invited wrote it; may be empty, and the person may choose another
  Grant what;
  InvitedBy by;
  std::int64_t made = 0, ends = 0;  // seconds since 1970
  std::int64_t opened = 0;          // when somebody looked at its link first; 0: nobody has
  bool holds(std::int64_t now) const { return ends > now; }
};

inline constexpr std::int64_t invitation_seconds = std::int64_t{7} * 24 * 60 * 60;
inline constexpr std::int64_t listed_after = std::int64_t{30} * 24 * 60 * 60;  // its end: so long it is seen that nobody has accepted it

// Returns the token of the link, once. An earlier invitation of the same e-mail to the same place ends. That `by` may invite there is for the caller to know.
// `also`: what belongs into the same transaction, as the letter that brings it.
using WithIt = std::function<void(std::int64_t id)>;
Result<std::string> invite(store::Database& operations, Invitation const& wanted, std::int64_t now, store::Actor const& actor, WithIt const& also = {});

// It holds for another week from now, and links of before do not any more.
std::optional<Trouble> invite_again(store::Database& operations, Invitation const& known, std::int64_t now, store::Actor const& actor, WithIt const& also);
// The link of a letter, which is made when the letter is sent.
void keep_token(store::Database& operations, std::int64_t id, std::string_view token);
void note_opened(store::Database& operations, std::int64_t id, std::int64_t now);

// The open ones of a district, and those that have ended lately, newest first: those below number `below`, at most so many that fit.
struct InvitationPage {
  std::vector<Invitation> some;
  bool more = false;
};
InvitationPage list_invitations(store::Database& operations, std::int64_t district, std::int64_t now, std::function<bool(Invitation const&)> const& fits,
                                std::optional<std::int64_t> below, std::size_t how_many);
std::optional<Invitation> find_invitation(store::Database& operations, std::int64_t district, std::int64_t id, std::int64_t now);
std::optional<Invitation> look_at_invitation(store::Database& operations, std::string_view token, std::int64_t now);

std::optional<Trouble> withdraw_invitation(store::Database& operations, std::int64_t district, std::int64_t id, store::Actor const& actor);
std::optional<Trouble> decline_invitation(store::Database& operations, std::string_view token, std::int64_t now, std::string_view from_where = {});

// Accepted: what was given before stays, and the invitation adds to it. The account's e-mail has to be that of the invitation.
std::optional<Trouble> accept_invitation(store::Database& operations, std::string_view token, Account const& account, std::int64_t now,
                                         std::string_view from_where = {});
// Makes the account as well.
Result<Account> accept_as_new(store::Database& operations, std::string_view token, std::string const& name, std::string_view password, std::int64_t now,
                              std::string_view from_where = {});

}  // namespace rollbook::access
