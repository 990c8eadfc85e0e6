// rollbook person: who signs in, and what they may do. A server that nobody can sign in to any more is mended from here.
#include <cstdio>
#include <ctime>

#include "access/accounts.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/hub_commands.h"

namespace rollbook::cli {
namespace {

constexpr std::int64_t a_day = 24 * 60 * 60, valid_days_of_invitation = 7, valid_days_of_reset = 1;

struct Holding {
  store::District district;
  access::Grant grant;
};
using Holdings = std::vector<Holding>;

Holdings holdings_of(store::Database& operations, std::vector<store::District> const& districts, access::Account const& account) {
  Holdings all;
  for (auto const& grant : access::list_grants(operations, account.id))
    for (auto const& district : districts)
      if (district.id == grant.district) all.push_back({district, grant});
  return all;
}

struct Told {
  access::Account account;
  Holdings holdings;
  std::string welcome;  // where the one-time link leads, if one was made
  std::int64_t valid_days = 0;
};

void write(JsonWriter& json, Told const& told) {
  json.begin_object()
      .field("email", told.account.email)
      .field("name", told.account.name)
      .field("operator", told.account.is_operator)
      .field("active", told.account.active)
      .field("created", told.account.created)
      .field("last_seen", told.account.last_seen.empty() ? std::nullopt : std::optional(told.account.last_seen))
      .key("holds")
      .begin_array();
  for (auto const& [district, grant] : told.holdings)
    json.begin_object()
        .field("district", district.name)
        .field("organization", grant.org)
        .field("level", access::name_of(grant.level))
        .field("demographics", grant.demographics)
        .end_object();
  json.end_array();
  if (!told.welcome.empty()) json.field("welcome", told.welcome).field("valid_days", told.valid_days);
  json.end_object();
}

std::string as_text(Told const& told) {
  auto const& account = told.account;
  std::string out = account.name + " <" + account.email + ">" + (account.is_operator ? ", operator" : "") + (account.active ? "" : ", deactivated") + "\n";
  for (auto const& [district, grant] : told.holdings)
    out += "    " + std::string(access::name_of(grant.level)) + " in " + district.name + (grant.org ? ", organization " + std::to_string(*grant.org) : "") +
           (grant.demographics ? ", with demographics" : "") + "\n";
  if (!told.welcome.empty())
    out += "The password is set here, once, within " + std::string(told.valid_days == 1 ? "a day" : std::to_string(told.valid_days) + " days") + ":\n" +
           told.welcome + "\n";
  return out;
}

int show(HubArguments const& hub, Told const& told) {
  std::string out;
  if (hub.format == "json") {
    JsonWriter json(out);
    write(json, told);
    out += '\n';
  } else {
    out = as_text(told);
  }
  std::fputs(out.c_str(), stdout);
  return exit_fine;
}

Result<std::string> welcome(store::Database& operations, std::string_view purpose, access::Account const& account, std::int64_t valid_days) {
  auto const token = access::make_link(operations, purpose, account.id, std::time(nullptr), valid_days * a_day, actor());
  if (!token) return token.trouble();
  return "/welcome/" + *token;
}

// Opens the home; then does the work, which gives a Result<Told>.
template <class Work>
int with_people(HubArguments const& hub, Work const& work) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  auto& operations = home->operations();
  auto const districts = store::list_districts(operations);
  if (!districts) return say_why(districts.trouble().text);
  Result<Told> told = work(operations);
  if (!told) return say_why(told.trouble().text);
  told->holdings = holdings_of(operations, *districts, told->account);
  if (operations.trouble()) return say_why(operations.trouble()->text);
  return show(hub, *told);
}

// The same for a person who is there already.
template <class Work>
int with_person(HubArguments const& hub, std::string const& email, Work const& work) {
  return with_people(hub, [&](store::Database& operations) -> Result<Told> {
    auto const account = access::find_account_by_email(operations, email);
    if (operations.trouble()) return *operations.trouble();
    if (!account) return Trouble{"There is nobody with the e-mail \"" + email + "\". \"rollbook person list\" says who there is."};
    return work(operations, *account);
  });
}

Result<Told> again(store::Database& operations, access::Account const& account, std::optional<Trouble> const& trouble) {
  if (trouble) return *trouble;
  return Told{access::find_account(operations, account.id).value_or(account), {}, "", 0};
}

}  // namespace

int run_person_add(HubArguments const& hub, PersonArguments const& arguments) {
  return with_people(hub, [&](store::Database& operations) -> Result<Told> {
    auto const account = access::add_account(operations, arguments.email, arguments.name, arguments.is_operator, actor());
    if (!account) return account.trouble();
    auto const path = welcome(operations, "invitation", *account, valid_days_of_invitation);
    if (!path) return path.trouble();
    return Told{*account, {}, *path, valid_days_of_invitation};
  });
}

int run_person_grant(HubArguments const& hub, PersonArguments const& arguments) {
  auto const level = access::level_by_name(arguments.level);
  if (!level) return complain("--level is one of none, standard, reporting, enrollment, system, not \"" + arguments.level + "\".");
  return with_person(hub, arguments.email, [&](store::Database& operations, access::Account const& account) -> Result<Told> {
    auto const district = store::find_district(operations, arguments.district);
    if (!district) return district.trouble();
    return again(operations, account, access::grant(operations, account.id, {district->id, {}, *level, arguments.demographics}, actor()));
  });
}

int run_person_reset(HubArguments const& hub, PersonArguments const& arguments) {
  return with_person(hub, arguments.email, [&](store::Database& operations, access::Account const& account) -> Result<Told> {
    auto const path = welcome(operations, "set-password", account, valid_days_of_reset);
    if (!path) return path.trouble();
    return Told{account, {}, *path, valid_days_of_reset};
  });
}

int run_person_set_active(HubArguments const& hub, PersonArguments const& arguments, bool active) {
  return with_person(hub, arguments.email, [&](store::Database& operations, access::Account const& account) {
    return again(operations, account, access::set_active(operations, account.id, active, actor()));
  });
}

int run_person_list(HubArguments const& hub, PersonArguments const& arguments) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  auto& operations = home->operations();
  auto const districts = store::list_districts(operations);
  if (!districts) return say_why(districts.trouble().text);
  std::int64_t only = 0;
  if (!arguments.district.empty()) {
    auto const district = store::find_district(operations, arguments.district);
    if (!district) return say_why(district.trouble().text);
    only = district->id;
  }
  std::string out;
  JsonWriter json(out);
  if (hub.format == "json") json.begin_array();
  for (auto const& account : access::list_accounts(operations, only)) {
    Told const told{account, holdings_of(operations, *districts, account), "", 0};
    if (hub.format == "json") write(json, told);
    else out += as_text(told);
  }
  if (operations.trouble()) return say_why(operations.trouble()->text);
  if (hub.format == "json") json.end_array(), out += '\n';
  else if (out.empty())
    out = only == 0 ? "Nobody signs in yet. \"rollbook person add EMAIL NAME\" adds a person.\n" : "Nobody holds anything in this district.\n";
  std::fputs(out.c_str(), stdout);
  return exit_fine;
}

}  // namespace rollbook::cli
