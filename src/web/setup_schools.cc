// The step in which a person says which organization of a delivery is which of the district.
#include <algorithm>
#include <map>

#include "report/words.h"
#include "runs/going_live.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/setup.h"

namespace rollbook::web {
namespace {

using views::Decided;
using views::Likeness;

constexpr std::size_t rows_a_page = 100;

struct Wrong {
  std::string sentence;
  std::map<std::string, std::string> rows;  // by the delivered id
};

std::string called(views::Org const& org) { return org.name.empty() ? "without a name" : org.name; }
std::string name_of(views::Org const& org) { return called(org) + " (" + org.id + ")"; }

// What the map says of one organization, as the form has it.
struct Choice {
  std::string decision, org;
};

Choice chosen(Visit const& visit, views::SchoolMatch const& match, Wrong const& wrong) {
  if (!wrong.sentence.empty()) {
    auto const ids = visit.form.every("id"), decisions = visit.form.every("decision"), orgs = visit.form.every("org");
    for (std::size_t i = 0; i < std::min({ids.size(), decisions.size(), orgs.size()}); ++i)
      if (ids[i] == match.delivered.id) return {std::string(decisions[i]), std::string(orgs[i])};
  }
  switch (match.decided) {
    case Decided::Mapped:
      return {"map", match.to};
    case Decided::Created:
      return {"create", ""};
    case Decided::Ignored:
      return {"ignore", ""};
    case Decided::Open:
      break;
  }
  // Only where id and name agree is the answer already chosen; it counts when the person saves it.
  return {match.likeness == Likeness::Same ? "map" : "", match.likely ? match.likely->id : ""};
}

std::string remark(views::SchoolMatch const& match, std::vector<views::Org> const& of_others) {
  if (auto const wrong = views::wrong_with_id(match.delivered.id); !wrong.empty()) return wrong + " Have it changed in the system that exports it.";
  if (match.decided == Decided::Mapped && match.names_differ()) return "The names differ: the district's is " + called(*match.mapped_to) + ".";
  if (match.decided == Decided::Created) return "New, as " + match.to + ".";
  if (match.decided != Decided::Open || of_others.empty()) return "";
  auto const fresh = views::free_id(match.delivered.id, of_others);
  auto const as_new = fresh == match.delivered.id ? "" : std::string(" Its id is taken, so as a new one it would be called ") + fresh + ".";
  if (!match.likely) return "The district has none that is called like it.";
  switch (match.likeness) {
    case Likeness::Same:
      return "Id and name are the same in the district.";
    case Likeness::OtherName:
      return "The names differ: in the district this id is " + called(*match.likely) + "." + as_new;
    case Likeness::OtherId:
      return "The district has this name under another id: " + name_of(*match.likely) + "." + as_new;
    case Likeness::Similar:
      return "The district has one with a similar name: " + name_of(*match.likely) + "." + as_new;
    case Likeness::None:
      break;
  }
  return "";
}

Model row(Visit const& visit, views::SchoolMatch const& match, Schools const& schools, Wrong const& wrong) {
  auto const choice_now = chosen(visit, match, wrong);
  auto const bad = wrong.rows.find(match.delivered.id);
  auto const open = match.decided == Decided::Open;
  bool const other = !schools.of_others.empty();
  Model choices = Model::List();
  if (other) choices.add(choice("", "Decide …", choice_now.decision.empty()));
  if (other) choices.add(choice("map", "It is this one", choice_now.decision == "map"));
  choices.add(choice("create", "Create it", choice_now.decision == "create"));
  choices.add(choice("ignore", "Ignore it", choice_now.decision == "ignore"));
  return {{"id", match.delivered.id},        {"name", match.delivered.name}, {"type", match.delivered.type},
          {"choices", std::move(choices)},   {"org", choice_now.org},        {"remark", remark(match, schools.of_others)},
          {"flagged", match.names_differ()}, {"open", open && other},        {"wrong", bad == wrong.rows.end() ? "" : bad->second}};
}

View page(Visit& visit, store::Source const& source, Schools const& schools, Wrong const& wrong) {
  View view{"setup_schools", "Organizations"};
  view.crumbs = crumbs_to(visit, source);
  auto matches = schools.matches;
  std::stable_partition(matches.begin(), matches.end(), [](auto const& match) { return match.decided == Decided::Open; });
  auto const pages = std::max<std::size_t>(1, (matches.size() + rows_a_page - 1) / rows_a_page);
  auto const typed = std::atoll(std::string(visit.query["page"]).c_str());
  auto const number = std::clamp<std::size_t>(typed < 1 ? 1 : static_cast<std::size_t>(typed), 1, pages);
  Model rows = Model::List(), there = Model::List();
  for (auto i = (number - 1) * rows_a_page; i < std::min(number * rows_a_page, matches.size()); ++i) rows.add(row(visit, matches[i], schools, wrong));
  for (auto const& org : schools.of_others) there.add({{"id", org.id}, {"name", org.name}});
  auto const& open = schools.open;
  auto const to = address_of(visit, source, "setup/schools");
  auto const page_at = [&](std::size_t n) { return n < 1 || n > pages ? "" : to + "?page=" + std::to_string(n); };
  view.model = {{"steps", steps_model(visit, &source, "schools", true)},
                {"wrong", wrong.sentence.empty() ? Model(false) : alert("danger", wrong.sentence)},
                {"undecided", open.empty() ? Model(false) : alert("warning", runs::why_undecided(open, source))},
                {"open", open.size()},
                {"has_others", !schools.of_others.empty()},
                {"is_live", source.settings.is("live")},
                {"settings", address_of(visit, source, "settings/schools")},
                {"rows", std::move(rows)},
                {"has_rows", !matches.empty()},
                {"count", with_separators(matches.size())},
                {"page", number},
                {"pages", pages},
                {"several", pages > 1},
                {"previous_page", page_at(number - 1)},
                {"next_page", page_at(number + 1)},
                {"there", std::move(there)},
                {"to", to},
                {"next", address_of(visit, source, "setup/columns")},
                {"back", address_of(visit, source)}};
  if (!wrong.sentence.empty()) view.status = 422;
  return view;
}

// Reads the form into the map; what it does not name stays.
std::string read_decisions(Visit const& visit, Schools const& schools, store::SourceSettings const& settings, Wrong& wrong) {
  std::vector<std::pair<std::string, std::string>> map = settings.pairs("map.schools");
  auto const set = [&](std::string const& id, std::string const& to) {
    std::erase_if(map, [&](auto const& one) { return one.first == id; });
    if (!to.empty()) map.emplace_back(id, to);
  };
  auto const known = [&](std::string_view id) {
    return std::any_of(schools.of_others.begin(), schools.of_others.end(), [&](auto const& org) { return org.id == id; });
  };
  auto const ids = visit.form.every("id"), decisions = visit.form.every("decision"), orgs = visit.form.every("org");
  for (std::size_t i = 0; i < std::min({ids.size(), decisions.size(), orgs.size()}); ++i) {
    std::string const id(ids[i]), decision(decisions[i]), org(orgs[i]);
    auto const match = std::find_if(schools.matches.begin(), schools.matches.end(), [&](auto const& one) { return one.delivered.id == id; });
    if (match == schools.matches.end()) continue;
    if (auto const bad = views::wrong_with_id(id); !bad.empty() && (decision == "map" || decision == "ignore")) {
      wrong.rows[id] = bad;
    } else if (decision == "ignore") {
      set(id, "ignore");
    } else if (decision == "map") {
      if (org.empty()) wrong.rows[id] = "Say which organization of the district it is.";
      else if (!known(org)) wrong.rows[id] = "The district has no organization with the id \"" + org + "\". Choose one of the list.";
      else set(id, org);
    } else if (decision == "create") {
      bool const stays = match->decided == Decided::Created;  // with the id that it has got
      if (schools.of_others.empty()) set(id, "");
      else if (!stays) set(id, views::free_id(id, schools.of_others));
    } else {
      set(id, "");
    }
  }
  std::map<std::string, std::string> taken;
  for (auto const& [from, to] : map)
    if (to != "ignore" && !taken.emplace(to, from).second)
      wrong.rows[from] = "\"" + taken[to] + "\" is mapped to " + to + " already; two organizations of a delivery cannot be one of the district.";
  std::string text;
  for (auto const& [from, to] : map) text += (text.empty() ? "" : ",") + from + "=" + to;
  return text;
}

}  // namespace

Answer setup_schools(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  if (!last) return without_delivery(visit, *source, "schools", "Organizations", "");
  auto const opened = runs::open_last(visit.hub, *visit.district, *last);
  if (!opened) return without_delivery(visit, *source, "schools", "Organizations", opened.trouble().text);
  auto const schools = schools_of(visit, *source, opened->bundle);
  if (!schools) return without_delivery(visit, *source, "schools", "Organizations", schools.trouble().text);
  return page(visit, *source, *schools, {});
}

Answer save_schools(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  auto const opened = last ? runs::open_last(visit.hub, *visit.district, *last) : Result<runs::Opened>(Trouble{""});
  if (!opened) return without_delivery(visit, *source, "schools", "Organizations", opened.trouble().text);
  auto schools = schools_of(visit, *source, opened->bundle);
  if (!schools) return without_delivery(visit, *source, "schools", "Organizations", schools.trouble().text);
  Wrong wrong;
  auto const map = read_decisions(visit, *schools, source->settings, wrong);
  if (source->settings.is("live"))
    wrong.sentence = "This source is live: its map is changed under Settings, where you see first what a change does to the last delivery.";
  else if (!wrong.rows.empty()) wrong.sentence = "Something cannot be as it was chosen; it says so below. Nothing is saved.";
  if (!wrong.sentence.empty()) return page(visit, *source, *schools, wrong);
  auto const saved = store::set_source(visit.hub.home.operations(), *visit.district, source->name, {{"map.schools", map}}, visit.hub.actor);
  if (!saved) return page(visit, *source, *schools, {saved.trouble().text, {}});
  auto const now = schools_of(visit, *saved, opened->bundle);
  auto const open = now ? now->open.size() : 0;
  if (open > 0) return Redirect{address_of(visit, *source, "setup/schools"), "Saved. " + with_separators(open) + " still to be decided."};
  return Redirect{address_of(visit, *source, "setup/columns"), "Saved: every organization of the delivery is decided."};
}

}  // namespace rollbook::web
