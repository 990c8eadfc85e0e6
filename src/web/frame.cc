#include "web/frame.h"

#include "access/secrets.h"
#include "base/text.h"
#include "web/cookies.h"

namespace rollbook::web {
namespace {

struct Place {
  std::string_view name, path, icon;
  access::Right right;
  bool everywhere = false;  // as its route says
};

// In the order of the rail; Home is the district's first page.
constexpr Place places[] = {
    {"Home", "", "home", access::Right::SeeOwnClasses},
    {"Application Gallery", "gallery", "apps", access::Right::RunDeliveries},
    {"Data Sync History", "history", "history", access::Right::SeeHistory},
    {"Data Quality", "quality", "quality", access::Right::SeeHistory},
    {"Data Browsing", "browse", "browse", access::Right::SeePeople},
    {"Enrollment", "enrollment", "person", access::Right::EnrollByHand},
    {"Rosters", "rosters", "rosters", access::Right::SeeOwnClasses},
    {"Members", "members", "members", access::Right::ManagePeople},
    {"Administration", "administration", "administration", access::Right::RunDeliveries, true},
};

std::string signature(Visit const& visit, std::string_view text) {
  auto const key = visit.hub.key.derive("portsaid", 0);
  return access::text_hash_of("said", std::string(reinterpret_cast<char const*>(key.data()), key.size()) + std::string(text));
}

std::string take_said(Visit& visit) {
  auto const held = read_cookie(visit.head, said_cookie);
  if (held.empty()) return "";
  visit.set_cookies.push_back(end_cookie(visit.secure, said_cookie));
  auto const dot = held.find('.');
  auto const text = dot == std::string::npos ? std::nullopt : http::percent_decoded(std::string_view(held).substr(dot + 1));
  return text && held.substr(0, dot) == signature(visit, *text) ? *text : "";
}

// "/districts/3/history/17" → "history"; of its first page "".
std::string section_of(std::string_view path) {
  auto const parts = split(path.starts_with('/') ? path.substr(1) : path, '/');
  if (parts.size() < 2 || parts[0] != "districts") return "none";
  auto section = parts.size() < 3 ? "" : parts[2];
  section = section.substr(0, section.find('.'));
  return section == "upload" ? "rosters" : section == "exports" ? "history" : section;
}

Model rail(Visit const& visit, std::string const& section) {
  Model items = Model::List();
  if (!visit.district) return items;
  for (auto const& place : places) {
    auto const id = visit.district->id;
    if (!(place.everywhere ? visit.standing.may_everywhere(place.right, id) : visit.standing.may(place.right, id))) continue;
    items.add({{"name", place.name}, {"icon", place.icon}, {"to", visit.in_district(place.path)}, {"current", section == place.path}});
  }
  return items;
}

Model districts(Visit& visit) {
  Model items = Model::List();
  for (auto const id : visit.standing.districts())
    if (auto const district = store::find_district(visit.hub.home.operations(), std::to_string(id)))
      items.add({{"id", id}, {"name", district->name}, {"current", visit.district && visit.district->id == id}});
  return items;
}

// Beside the district: the school that somebody keeps to, and where to choose one. The list is not here: a district can have thousands.
Model school_menu(Visit const& visit) {
  if (!visit.district || !visit.standing.may(access::Right::SeeHistory, visit.district->id)) return false;
  auto const name = !visit.school ? std::string() : visit.school->name.empty() ? visit.school->id : visit.school->name;
  return {{"to", visit.in_district("school")}, {"name", name}, {"narrows", visit.school && visit.narrowed}, {"back", visit.head.path}};
}

Model crumbs(Visit const& visit, View const& view, std::string const& section) {
  Model items = Model::List();
  if (!visit.district) {
    for (auto const& crumb : view.crumbs) items.add({{"title", crumb.title}, {"to", crumb.to}});
    return items;
  }
  if (section.empty()) return items;
  items.add({{"title", "Home"}, {"to", visit.in_district()}});
  for (auto const& place : places)
    if (place.path == section && view.title != place.name) items.add({{"title", place.name}, {"to", visit.in_district(place.path)}});
  for (auto const& crumb : view.crumbs) items.add({{"title", crumb.title}, {"to", crumb.to}});
  return items;
}

std::string rail_state(Visit& visit) {
  for (auto const* const state : {"open", "closed"})
    if (visit.query["rail"] == state) {
      visit.set_cookies.push_back(write_cookie(visit.secure, rail_cookie, state, 365 * 86400));
      return state;
    }
  return read_cookie(visit.head, rail_cookie) == "closed" ? "closed" : "open";
}

}  // namespace

std::string cookie_of_said(Visit const& visit, std::string const& said) {
  auto const text = said.size() > 1000 ? std::string("Done.") : said;
  return write_cookie(visit.secure, said_cookie, signature(visit, text) + "." + http::percent_encoded(text), 60);
}

Model frame_of(Visit& visit, View const& view, Assets const& assets) {
  auto const section = section_of(visit.head.path);
  auto const theme = read_cookie(visit.head, theme_cookie);
  auto const state = rail_state(visit);
  Model frame;
  frame["title"] = view.title;
  frame["theme"] = theme == "light" || theme == "dark" ? theme : "";
  frame["theme_is_light"] = theme == "light";
  frame["theme_is_dark"] = theme == "dark";
  frame["rail"] = rail(visit, section);
  frame["has_rail"] = visit.district.has_value();
  frame["rail_state"] = state;
  frame["rail_other"] = state == "open" ? "closed" : "open";
  frame["rail_is_open"] = state == "open";
  frame["district"] = visit.district ? Model{{"name", visit.district->name}, {"to", visit.in_district()}} : Model(false);
  auto const all = visit.account ? districts(visit) : Model(Model::List());
  auto const* const list = all.get<Model::List>();
  frame["several_districts"] = list->size() > 1;
  if (!visit.district && list->size() == 1)
    frame["district"] = Model{{"name", *list->front().find("name")}, {"to", "/districts/" + std::to_string(visit.standing.districts().front())}};
  frame["districts"] = all;
  frame["schools"] = school_menu(visit);
  frame["account"] = visit.account ? Model{{"name", visit.account->name}, {"email", visit.account->email}} : Model(false);
  frame["is_operator"] = visit.standing.is_operator;
  frame["crumbs"] = crumbs(visit, view, section);
  frame["has_crumbs"] = !frame["crumbs"].get<Model::List>()->empty();
  frame["action"] = view.action ? Model{{"title", view.action->title}, {"to", view.action->to}} : Model(false);
  frame["said"] = take_said(visit);
  frame["csrf"] = visit.csrf;
  frame["path"] = visit.head.path;
  frame["assets"] = assets.addresses();
  return Model{{"frame", std::move(frame)}};
}

}  // namespace rollbook::web
