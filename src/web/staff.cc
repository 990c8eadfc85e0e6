// Members, the staff: everybody who is on the staff of any source, where and as what, and whether they can sign in. Being in a roster neither gives nor takes
// that. Who manages some schools alone sees who works there, and of them what they are there.
#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include "access/emails.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "runs/staff.h"
#include "schema/words.h"
#include "views/labels.h"
#include "views/related.h"
#include "web/long_sheet.h"
#include "web/managed.h"
#include "web/operator_pages.h"
#include "web/parts.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t people_of_a_page = 50;

// What they may see of the staff: orgs, nothing for all of them.
std::optional<std::vector<std::int64_t>> orgs_of(Managed const& managed, store::Database& roster, std::optional<std::int64_t> chosen) {
  if (managed.whole_district() && !chosen) return std::nullopt;
  auto const below = chosen ? Seen::below(roster, {*chosen}) : Seen::everything();
  std::vector<std::int64_t> orgs;
  for (auto const& one : managed.organizations())
    if (below.sees_org(one.key)) orgs.push_back(one.key);
  return orgs;
}

// "districtAdministrator" → "district administrator"
std::string in_words(std::string_view role) {
  std::string out;
  for (char const c : role) {
    if (c >= 'A' && c <= 'Z') (out += ' ') += static_cast<char>(c + 32);
    else out += c;
  }
  return out;
}

class StaffList {
 public:
  StaffList(Visit& visit, Managed const& managed, store::Database& roster) : visit_(visit), managed_(managed), roster_(roster), labels_(roster) {
    for (auto const& one : managed.organizations()) orgs_.emplace(one.key, &one);
    for (auto const& one : managed.invitations({}, std::numeric_limits<std::size_t>::max()).some) invited_.insert(one.email);
  }

  struct Person {
    std::string name, email, id, grades;
    std::vector<std::pair<std::string, std::string>> places;  // organization, roles
    std::string sign_in, to;                                  // yes, deactivated, invited, no; their page, or where they are invited
  };

  Person read(std::uint32_t key) {
    Person person;
    person.id = labels_.id(TableId::Users, key);
    person.name = labels_.name(TableId::Users, key);
    if (auto const row = labels_.row(TableId::Users, key)) {
      auto const text = [&](std::string_view field) {
        auto const at = stored_index(TableId::Users, field);
        return row->is_null(at) ? std::string() : std::string(row->text(at));
      };
      person.email = text("email");
      person.grades = text("grades");
    }
    add_places(person, key);
    add_sign_in(person);
    return person;
  }

 private:
  void add_places(Person& person, std::uint32_t key) {
    std::map<std::string, std::vector<std::string>> roles;
    for (auto const& place : runs::places_of_staff(roster_, key)) {
      auto const org = orgs_.find(place.org);
      if (org == orgs_.end() && !managed_.whole_district()) continue;
      auto const name = org == orgs_.end() ? std::string("No organization") : org->second->name.empty() ? org->second->id : org->second->name;
      auto& held = roles[name];
      if (auto const words = in_words(place.role); std::find(held.begin(), held.end(), words) == held.end()) held.push_back(words);
    }
    for (auto const& [org, held] : roles) {
      std::string all;
      for (auto const& role : held) all += (all.empty() ? "" : ", ") + role;
      person.places.emplace_back(org, all);
    }
  }

  // Of accounts that hold nothing where the visitor manages, nothing is told.
  void add_sign_in(Person& person) const {
    auto const email = access::normal_email(person.email);
    person.sign_in = "no";
    if (!access::is_email(email)) return;
    auto const account = access::find_account_by_email(visit_.hub.home.operations(), email);
    if (account && !managed_.held_by(*account).empty()) {
      person.sign_in = account->active ? "yes" : "deactivated";
      person.to = visit_.in_district("members/" + std::to_string(account->id));
    } else if (invited_.count(email) > 0) {
      person.sign_in = "invited";
    } else {
      person.to = visit_.in_district("members") + "?email=" + http::percent_encoded(email) + "&name=" + http::percent_encoded(person.name) + "#add-title";
    }
  }

  Visit& visit_;
  Managed const& managed_;
  store::Database& roster_;
  views::Labels labels_;
  std::map<std::int64_t, Organization const*> orgs_;
  std::set<std::string> invited_;
};

Model describe(StaffList::Person const& person) {
  Model places = Model::List();
  for (auto const& [org, roles] : person.places) places.add({{"org", org}, {"roles", roles}});
  return {{"name", person.name.empty() ? person.id : person.name},
          {"id", person.id},
          {"email", person.email},
          {"grades", person.grades},
          {"places", std::move(places)},
          {"sign_in", person.sign_in},
          {"can", person.sign_in == "yes"},
          {"deactivated", person.sign_in == "deactivated"},
          {"invited", person.sign_in == "invited"},
          {"cannot", person.sign_in == "no"},
          {"to", person.to}};
}

Sheet sheet_of(std::vector<StaffList::Person> const& people) {
  Sheet sheet{"staff", {"sourcedId", "name", "email", "organizations", "roles", "grades", "can sign in"}, {}};
  for (auto const& person : people) {
    std::string orgs, roles;
    for (auto const& [org, held] : person.places) orgs += (orgs.empty() ? "" : "; ") + org, roles += (roles.empty() ? "" : "; ") + held;
    sheet.rows.push_back({person.id, person.name, person.email, orgs, roles, person.grades, person.sign_in});
  }
  return sheet;
}

std::string address(std::string const& here, std::vector<std::pair<std::string, std::string>> const& fields) {
  std::string out = here;
  char mark = '?';
  for (auto const& [name, value] : fields)
    if (!value.empty()) out += mark + name + "=" + http::percent_encoded(value), mark = '&';
  return out;
}

void set_filters(Model& model, Managed const& managed, std::string const& org, std::string const& grade) {
  Model places = Model::List(), choices = Model::List();
  places.add(choice("", managed.whole_district() ? "The whole district" : "All of mine", org.empty()));
  for (auto const& one : managed.organizations()) places.add(choice(std::to_string(one.key), one.name + " (" + one.id + ")", org == std::to_string(one.key)));
  choices.add(choice("", "Any", grade.empty()));
  for (auto const one : words::grade_words) choices.add(choice(one, std::string(one), grade == one));
  model["places"] = std::move(places);
  model["grades"] = std::move(choices);
}

}  // namespace

Answer staff(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  std::string const text(visit.query["q"]), org(visit.query["org"]), grade(visit.query["grade"]), after(visit.query["after"]);
  std::optional<std::int64_t> chosen;
  for (auto const& one : managed.organizations())
    if (std::to_string(one.key) == org) chosen = one.key;
  if (!org.empty() && !chosen) return Refusal{404};
  bool const csv = visit.format == "csv";
  runs::StaffFilter filter{text.substr(0, 200), grade.substr(0, 20), orgs_of(managed, **roster, chosen)};
  std::from_chars(after.data(), after.data() + after.size(), filter.after);
  auto const page = runs::list_staff(**roster, filter, csv ? most_rows_of_a_sheet : people_of_a_page);
  if (csv && page.more) return too_long_for_a_sheet();
  StaffList list(visit, managed, **roster);
  std::vector<StaffList::Person> people;
  for (auto const key : page.people) people.push_back(list.read(key));
  auto const state = runs::index_state(**roster);
  if ((*roster)->trouble()) return Refusal{503};

  View view{"staff", "Staff"};
  auto& model = view.model;
  Model rows = Model::List();
  for (auto const& person : people) rows.add(describe(person));
  auto const here = visit.in_district("members/staff");
  auto const with = [&](std::string const& to, std::string const& from) { return address(to, {{"q", text}, {"org", org}, {"grade", grade}, {"after", from}}); };
  set_filters(model, managed, org, grade);
  model["here"] = here;
  model["members"] = visit.in_district("members");
  model["q"] = text;
  model["has_people"] = !people.empty();
  model["people"] = std::move(rows);
  model["newer"] = after.empty() ? "" : with(here, "");
  model["older"] = page.more ? with(here, std::to_string(page.people.back())) : "";
  model["csv"] = with(here + ".csv", "");
  model["filtered"] = !text.empty() || !org.empty() || !grade.empty();
  model["behind"] = state.is_behind();
  if (csv) {
    view.sheet = sheet_of(people);
    view.sheet->noted = "staff downloaded";
    view.sheet->about = std::to_string(people.size()) + " people";
  }
  return view;
}

}  // namespace rollbook::web
