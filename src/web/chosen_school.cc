// The school at the top: found, remembered and let go of.
#include "web/chosen_school.h"

#include <algorithm>

#include "base/text.h"
#include "report/words.h"
#include "web/address.h"
#include "web/cookies.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_listed = 50;
constexpr auto right = access::Right::SeeHistory;

bool is_page(Visit const& visit) { return visit.head.method == "GET" || visit.head.method == "HEAD"; }

// "3.s1": of another district than this it says nothing.
std::string remembered(Visit const& visit) {
  auto const held = read_cookie(visit.head, school_cookie);
  auto const dot = held.find('.');
  if (dot == std::string::npos || held.substr(0, dot) != std::to_string(visit.district->id)) return "";
  return http::percent_decoded(std::string_view(held).substr(dot + 1)).value_or("");
}

bool contains(std::string const& text, std::string const& part) { return lower(text).find(part) != std::string::npos; }

}  // namespace

std::optional<ChosenSchool> find_school(Visit& visit, std::string_view sourced_id) {
  if (sourced_id.empty() || sourced_id.find('\0') != std::string_view::npos) return std::nullopt;
  for (auto& school : organizations_of(visit, sourced_id)) {
    if (!school.is_school || !Seen::by_standing(visit, right).sees_org(school.key)) continue;
    return ChosenSchool{school.key, std::move(school.id), std::move(school.name)};
  }
  return std::nullopt;
}

void recall_school(Visit& visit) {
  if (!is_page(visit) || !visit.district || !visit.standing.may(right, visit.district->id)) return;
  if (auto const id = remembered(visit); !id.empty()) visit.school = find_school(visit, id);
}

bool take_school(Visit& visit) {
  if (!is_page(visit) || visit.query["school"].empty()) return true;
  visit.school = find_school(visit, visit.query["school"]);
  return visit.school.has_value();
}

Answer schools(Visit& visit) {
  auto const wanted = std::string(visit.query["q"]);
  auto const part = lower(trimmed(wanted));
  auto const seen = Seen::by_standing(visit, right);
  std::size_t found = 0;
  Model list = Model::List();
  for (auto const& school : organizations_of(visit)) {
    if (!school.is_school || !seen.sees_org(school.key) || (!contains(school.name, part) && !contains(school.id, part))) continue;
    if (++found <= most_listed)
      list.add({{"id", school.id}, {"name", school.name.empty() ? school.id : school.name}, {"chosen", visit.school && visit.school->key == school.key}});
  }
  View view{"schools", "Choose a school"};
  auto& model = view.model;
  model["here"] = visit.in_district("school");
  model["q"] = wanted;
  model["back"] = visit.query["back"].empty() ? visit.in_district() : std::string(visit.query["back"]);
  model["has_schools"] = found > 0;
  model["schools"] = std::move(list);
  model["found"] = found;
  model["more"] = found > most_listed ? with_separators(found - most_listed) : "";
  model["is_narrowed"] = visit.school.has_value();
  model["nothing"] = found > 0 ? Model(false)
                     : part.empty()
                         ? empty("school", "No school yet", "Schools are here when the first delivery with organizations has been applied.")
                         : empty("school", "No school is called so", "Part of the name or of the id is enough.", visit.in_district("school"), "All schools");
  return view;
}

Answer choose_school(Visit& visit) {
  auto const wanted = visit.form["school"];
  auto const back = visit.form["back"].empty() ? visit.in_district() : std::string(visit.form["back"]);
  if (wanted.empty()) {
    visit.set_cookies.push_back(end_cookie(visit.secure, school_cookie));
    return Redirect{back};
  }
  auto const school = find_school(visit, wanted);
  if (!school) return Refusal{404};
  visit.set_cookies.push_back(write_cookie(visit.secure, school_cookie, std::to_string(visit.district->id) + "." + http::percent_encoded(school->id)));
  return Redirect{back};
}

}  // namespace rollbook::web
