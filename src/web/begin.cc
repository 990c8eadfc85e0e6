// Where one comes in: the address of the portal itself.
#include "web/admission.h"
#include "web/cookies.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {

Answer begin(Visit& visit) {
  if (!visit.account) return Redirect{"/sign-in"};
  auto const districts = visit.standing.districts();
  if (!districts.empty()) return Redirect{"/districts/" + std::to_string(districts.front())};
  if (visit.standing.is_operator) return Redirect{"/operator"};
  View view{"nowhere", "Welcome"};
  view.model = {
      {"empty", empty("members", "You do not belong to a district yet",
                      "Ask a person of your district with the level System to invite your e-mail address under Members, and accept. Then this is your first page.")}};
  return view;
}

Answer go_to_district(Visit& visit) {
  auto const& wanted = std::string(visit.query["district"]);
  if (wanted.empty() || wanted.find_first_not_of("0123456789") != std::string::npos) return Redirect{"/"};
  return Redirect{"/districts/" + wanted};
}

Answer set_appearance(Visit& visit) {
  auto const theme = visit.form["theme"];
  auto const known = theme == "light" || theme == "dark";
  visit.set_cookies.push_back(known ? write_cookie(visit.secure, theme_cookie, theme, 365 * 86400) : end_cookie(visit.secure, theme_cookie));
  return Redirect{std::string(visit.form["back"])};
}

}  // namespace rollbook::web
