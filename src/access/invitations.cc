#include "access/invitations.h"

#include <algorithm>
#include <limits>

#include "access/audit.h"
#include "access/emails.h"
#include "access/passwords.h"
#include "access/secrets.h"
#include "access/throttle.h"
#include "access/within.h"
#include "store/moment.h"

namespace rollbook::access {
namespace {

constexpr std::size_t looked_at_once = 100;
constexpr std::size_t most_open = 500;  // of one who invites, in a district
constexpr std::string_view columns =
    "SELECT id, email, name, district, org, level, demographics, invited_by, by_place, made, ends, opened FROM invitations WHERE ";
constexpr std::int64_t operators_place = -1;

std::int64_t stored_place_of(InvitedBy const& by) { return by.as_operator ? operators_place : stored_place(by.org); }

Invitation invitation_of(store::Statement const& row) {
  Invitation one;
  one.id = row.integer(0);
  one.email = row.text(1);
  one.name = row.text(2);
  one.what = {row.integer(3), place_of(row.integer(4)), level_by_name(row.text(5)).value_or(Level::None), row.integer(6) != 0};
  one.by = {row.integer(7), place_of(row.integer(8)), row.integer(8) == operators_place};
  one.made = row.integer(9);
  one.ends = row.integer(10);
  one.opened = row.integer(11);
  return one;
}

bool is_active_operator(store::Database& operations, std::int64_t id) {
  auto const account = find_account(operations, id);
  return account && account->active && account->is_operator;
}

// Whether who has invited could still do so, by the same right.
bool still_may(store::Database& operations, Invitation const& invitation) {
  auto const account = find_account(operations, invitation.by.account);
  if (!account) return false;
  auto const standing = standing_of(operations, *account);
  if (invitation.by.as_operator) return standing.may(Right::Operate, invitation.what.district) && !has_system(operations, invitation.what.district);
  auto const gives = [&](Grant const& held) {
    if (held.district != invitation.what.district || held.level < Level::System || (held.org && held.org != invitation.by.org)) return false;
    return !invitation.what.demographics || !held.org || held.demographics;
  };
  return std::any_of(standing.grants.begin(), standing.grants.end(), gives);
}

Trouble not_good_any_more() {
  return Trouble{"This invitation is not good any more: it was used, it has ended, or it was withdrawn. Ask whoever sent it for a new one."};
}

std::optional<Trouble> wrong_with(Invitation const& wanted) {
  if (!is_email(normal_email(wanted.email))) return Trouble{"This is no e-mail address. They are written like anna@lakeside.example."};
  if (auto const wrong = store::wrong_with_name(wanted.name); !wanted.name.empty() && !wrong.empty()) return Trouble{"The name of the person " + wrong + "."};
  if (wanted.what.level == Level::None || (wanted.what.org && *wanted.what.org < 0)) return Trouble{"An invitation is to something that there is."};
  return wrong_with_grant(wanted.what);
}

std::size_t open_ones(store::Database& operations, Invitation const& wanted, std::int64_t now) {
  auto row = operations.prepare("SELECT count(*) FROM invitations WHERE district = ? AND invited_by = ? AND ends > ?");
  return row->with(wanted.what.district, wanted.by.account, now).step() ? static_cast<std::size_t>(row->integer(0)) : 0;
}

void remove(store::Database& operations, Invitation const& invitation) { operations.run("DELETE FROM invitations WHERE id = ?", invitation.id); }

// What is added to what they have there already.
Grant together(store::Database& operations, Account const& account, Grant const& invited) {
  auto sum = invited;
  for (auto const& held : list_grants(operations, account.id))
    if (held.district == invited.district && held.org == invited.org) {
      sum.level = std::max(held.level, sum.level);
      sum.demographics |= held.demographics;
    }
  return sum;
}

// Within the caller's transaction, as are those that follow.
void enter(store::Database& operations, Invitation const& invitation, Account const& account, store::Actor const& actor) {
  remove(operations, invitation);
  store::note(operations, actor, invitation.what.district, "invitation accepted", invitation.email);
  put_grant(operations, account, together(operations, account, invitation.what), actor);
}

}  // namespace

Result<std::string> invite(store::Database& operations, Invitation const& wanted, std::int64_t now, store::Actor const& actor, WithIt const& also) {
  if (auto wrong = wrong_with(wanted)) return *wrong;
  auto const token = random_token();
  auto const email = normal_email(wanted.email);
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    operations.run("DELETE FROM invitations WHERE ends <= ?", now - listed_after);
    if (!wanted.by.as_operator) refused = count_one(operations, of_invitations, std::to_string(wanted.by.account), now);
    if (!refused && open_ones(operations, wanted, now) >= most_open)
      refused = Trouble{"There are 500 open invitations of yours. Withdraw some that nobody accepts."};
    if (refused) return false;
    operations.run("DELETE FROM invitations WHERE district = ? AND org = ? AND email = ?", wanted.what.district, stored_place(wanted.what.org), email);
    auto const id = next_id(operations, "invitations");
    operations.run(
        "INSERT INTO invitations(id, token, email, name, district, org, level, demographics, invited_by, by_place, made, ends) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id, store::Blob{hash_of("invitation", token)}, email, wanted.name, wanted.what.district, stored_place(wanted.what.org), name_of(wanted.what.level),
        wanted.what.demographics, wanted.by.account, stored_place_of(wanted.by), now, now + invitation_seconds);
    store::note(operations, actor, wanted.what.district, "person invited", email + ": " + words_of(wanted.what));
    if (also) also(id);
    return true;
  });
  if (trouble) return *trouble;
  if (refused) return *refused;
  return token;
}

std::optional<Trouble> invite_again(store::Database& operations, Invitation const& known, std::int64_t now, store::Actor const& actor, WithIt const& also) {
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    if (!known.by.as_operator) refused = count_one(operations, of_invitations, std::to_string(known.by.account), now);
    if (!refused && !find_invitation(operations, known.what.district, known.id, now)) refused = Trouble{"There is no such invitation any more."};
    if (refused) return false;
    operations.run("UPDATE invitations SET made = ?, ends = ?, opened = 0, token = ? WHERE id = ?", now, now + invitation_seconds,
                   store::Blob{hash_of("invitation", random_token())}, known.id);
    store::note(operations, actor, known.what.district, "person invited again", known.email + ": " + words_of(known.what));
    also(known.id);
    return true;
  });
  return trouble ? trouble : refused;
}

void keep_token(store::Database& operations, std::int64_t id, std::string_view token) {
  operations.run("UPDATE invitations SET token = ? WHERE id = ?", store::Blob{hash_of("invitation", token)}, id);
}

void note_opened(store::Database& operations, std::int64_t id, std::int64_t now) {
  operations.run("UPDATE invitations SET opened = ? WHERE id = ? AND opened = 0", now, id);
}

InvitationPage list_invitations(store::Database& operations, std::int64_t district, std::int64_t now, std::function<bool(Invitation const&)> const& fits,
                                std::optional<std::int64_t> below, std::size_t how_many) {
  InvitationPage page;
  auto last = below.value_or(std::numeric_limits<std::int64_t>::max());
  for (bool any = true; any && page.some.size() <= how_many;) {
    std::vector<Invitation> next;
    auto rows = operations.prepare(std::string(columns) + "district = ? AND ends > ? AND id < ? ORDER BY id DESC LIMIT ?");
    for (rows->with(district, now - listed_after, last, looked_at_once); rows->step();) next.push_back(invitation_of(*rows));
    rows.reset();
    any = !next.empty();
    for (auto& one : next) {
      last = one.id;
      if (page.some.size() <= how_many && fits(one) && still_may(operations, one)) page.some.push_back(std::move(one));
    }
  }
  page.more = page.some.size() > how_many;
  if (page.more) page.some.pop_back();
  return page;
}

std::optional<Invitation> find_invitation(store::Database& operations, std::int64_t district, std::int64_t id, std::int64_t now) {
  auto row = operations.prepare(std::string(columns) + "id = ? AND district = ? AND ends > ?");
  if (!row->with(id, district, now - listed_after).step()) return std::nullopt;
  auto const found = invitation_of(*row);
  row.reset();
  return still_may(operations, found) ? std::optional(found) : std::nullopt;
}

void withdraw_what_is_no_longer_theirs(store::Database& operations, std::int64_t account, store::Actor const& actor) {
  std::vector<Invitation> all;
  auto rows = operations.prepare(std::string(columns) + "invited_by = ? ORDER BY id");
  for (rows->with(account); rows->step();) all.push_back(invitation_of(*rows));
  rows.reset();
  for (auto const& one : all) {
    // The operator's hold while nobody has the level System: that may change back, and then they are wanted again.
    if (still_may(operations, one) || (one.by.as_operator && is_active_operator(operations, account))) continue;
    remove(operations, one);
    store::note(operations, actor, one.what.district, "invitation withdrawn", one.email);
  }
}

std::optional<Invitation> look_at_invitation(store::Database& operations, std::string_view token, std::int64_t now) {
  auto row = operations.prepare(std::string(columns) + "token = ? AND ends > ?");
  if (!row->with(store::Blob{hash_of("invitation", token)}, now).step()) return std::nullopt;
  auto const found = invitation_of(*row);
  row.reset();
  return still_may(operations, found) ? std::optional(found) : std::nullopt;
}

std::optional<Trouble> withdraw_invitation(store::Database& operations, std::int64_t district, std::int64_t id, store::Actor const& actor) {
  bool there = false;
  auto const trouble = operations.transaction([&] {
    auto row = operations.prepare(std::string(columns) + "id = ? AND district = ?");
    there = row->with(id, district).step();
    if (!there) return false;
    auto const found = invitation_of(*row);
    row.reset();
    remove(operations, found);
    store::note(operations, actor, district, "invitation withdrawn", found.email);
    return true;
  });
  if (trouble) return trouble;
  if (!there) return Trouble{"There is no such invitation."};
  return std::nullopt;
}

std::optional<Trouble> decline_invitation(store::Database& operations, std::string_view token, std::int64_t now, std::string_view from_where) {
  bool there = false;
  auto const trouble = operations.transaction([&] {
    auto const found = look_at_invitation(operations, token, now);
    there = found.has_value();
    if (!there) return false;
    remove(operations, *found);
    // Whoever holds the link: nobody has proved who they are.
    store::note(operations, {"somebody", store::moment_text(now), std::string(from_where)}, found->what.district, "invitation declined", found->email);
    return true;
  });
  if (trouble) return trouble;
  if (!there) return not_good_any_more();
  return std::nullopt;
}

std::optional<Trouble> accept_invitation(store::Database& operations, std::string_view token, Account const& account, std::int64_t now,
                                         std::string_view from_where) {
  std::optional<Trouble> refused;
  auto const trouble = operations.transaction([&] {
    auto const found = look_at_invitation(operations, token, now);
    auto const still = find_account(operations, account.id);
    if (!found || !still || !still->active) refused = not_good_any_more();
    else if (still->email != found->email) refused = Trouble{"This invitation is for " + found->email + ". Sign in with that address."};
    if (refused) return false;
    enter(operations, *found, *still, actor_of(*still, now, from_where));
    return true;
  });
  return trouble ? trouble : refused;
}

Result<Account> accept_as_new(store::Database& operations, std::string_view token, std::string const& name, std::string_view password, std::int64_t now,
                              std::string_view from_where) {
  auto const found = look_at_invitation(operations, token, now);
  if (operations.trouble()) return *operations.trouble();
  if (!found) return not_good_any_more();
  auto account = new_account(found->email, name, false);
  auto const actor = actor_of(account, now, from_where);
  if (auto trouble = wrong_with_account(account)) return *trouble;
  if (auto trouble = wrong_with_password(password, account.email, account.name)) return *trouble;
  auto const hash = hash_password(password);
  if (!hash) return hash.trouble();
  std::optional<Trouble> refused;
  bool taken = false;
  auto const trouble = operations.transaction([&] {
    if (!look_at_invitation(operations, token, now)) refused = not_good_any_more();  // of two at once, one uses it
    if (!refused) refused = count_one(operations, of_new_accounts, std::to_string(found->by.account), now);
    if (refused) return false;
    taken = insert_account(operations, account, actor).has_value();
    if (taken) {
      store::note(operations, {"somebody", actor.at, actor.from_where}, found->what.district, "invitation not accepted", found->email);
      return true;
    }
    enter(operations, *found, account, actor);
    keep_password(operations, account, *hash, actor);
    return true;
  });
  if (trouble) return *trouble;
  if (refused) return *refused;
  if (taken) return Trouble{"No new account could be made with this address. If you have an account on this server, sign in with it, then accept."};
  return account;
}

}  // namespace rollbook::access
