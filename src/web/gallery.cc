// The Application Gallery: the kinds of sources there are, those the district has, and what is still to come.
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/settings_form.h"
#include "web/source_times.h"

namespace rollbook::web {
namespace {

struct Kind {
  std::string_view name, title, what, needs;
};
constexpr Kind kinds[] = {
    {"oneroster-csv", "OneRoster CSV",
     "Takes the roster that a student information system exports as OneRoster 1.1 or 1.2 CSV files: organizations, people, classes, enrollments and what "
     "belongs "
     "to them. Each delivery is checked, compared with the roster and shown as a preview before anything changes.",
     "A zip, a folder or loose CSV files with manifest.csv in it. At least orgs.csv and users.csv, in UTF-8. An account in the student information system that "
     "may "
     "export them, and a person who can say which of its columns identify people."},
};

struct Coming {
  std::string_view title, what;
};
constexpr Coming later[] = {
    {"OneRoster REST API", "Lets applications ask for the roster themselves, with a token of their own."},
};

Model card(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges) {
  auto const last = last_delivery_of(visit, source);
  auto const late = late_of(visit, source);
  return {{"id", source.id},
          {"name", source.name},
          {"kind", source.kind},
          {"state", source.state},
          {"to", address_of(visit, source)},
          {"states", states_of(visit, source, ranges)},
          {"last", last_delivery_model(visit, last)},
          {"next", next_time_in_words(visit, source)},
          {"late", late ? tag("error", "error", "late: expected by " + local_moment(visit, late->due)) : Model(false)},
          {"setup", source.is_active() && !source.settings.is("live") ? address_of(visit, source, last ? "setup/review" : "setup/upload") : ""},
          {"active", source.is_active()}};
}

}  // namespace

Answer gallery(Visit& visit) {
  View view{"gallery", "Application Gallery"};
  auto const sources = sources_here(visit);
  auto const ranges = ranges_here(visit);
  Model cards = Model::List(), offers = Model::List(), coming = Model::List();
  Sheet sheet{"sources", {"number", "name", "kind", "state", "live", "paused"}, {}};
  for (auto const& source : sources) {
    cards.add(card(visit, source, ranges));
    sheet.rows.push_back({std::to_string(source.id), source.name, source.kind, source.state, source.settings["live"], pause_of(visit, source, ranges)});
  }
  for (auto const& kind : kinds)
    offers.add({{"name", kind.name},
                {"title", kind.title},
                {"what", kind.what},
                {"needs", kind.needs},
                {"to", visit.in_district("gallery/activate/" + std::string(kind.name))}});
  Model receivers = Model::List(), receiver_kinds = Model::List();
  bool any_receiver = false;
  for (auto const& receiver : store::list_receivers(visit.hub.home.operations(), visit.district->id))
    receivers.add(receiver_card(visit, receiver)), any_receiver = true;
  for (auto const& kind : store::receiver_kinds())
    receiver_kinds.add({{"name", kind.name},
                        {"title", kind.title},
                        {"what", kind.what},
                        {"needs", kind.needs},
                        {"to", visit.in_district("gallery/share/" + std::string(kind.name))}});
  for (auto const& one : later) coming.add({{"title", one.title}, {"what", one.what}});
  view.model["sources"] = std::move(cards);
  view.model["has_sources"] = !sources.empty();
  view.model["none"] = sources.empty() ? empty("apps", "No source yet",
                                               "A source is a system that sends rosters for this district. Activate the kind that yours can export; nothing is "
                                               "applied until you have seen a preview.",
                                               visit.in_district("gallery/activate/oneroster-csv"), "Activate OneRoster CSV")
                                       : Model(false);
  view.model["kinds"] = std::move(offers);
  view.model["receivers"] = std::move(receivers);
  view.model["has_receivers"] = any_receiver;
  view.model["receiver_kinds"] = std::move(receiver_kinds);
  view.model["later"] = std::move(coming);
  view.model["disclosures"] = visit.in_district("disclosures");
  view.model["planned"] = visit.in_district("planned");
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
