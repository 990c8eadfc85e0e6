// Administration: where to go from here.
#include "web/pages.h"

namespace rollbook::web {
namespace {

using access::Right;

struct Place {
  std::string_view path, icon, title, what;
  Right right = Right::ManagePeople;
};

constexpr Place places[] = {
    {"administration/organizations", "school", "Organizations", "The district and its schools, how many people and classes each has, and whom to call there."},
    {"administration/rollover", "held", "Data Rollover", "Suspend enrollment changes, or let everything happen but removals, now or on planned days.",
     Right::RunDeliveries},
    {"members", "members", "People and permissions", "Who may sign in, and what they may see and do."},
    {"administration/notifications", "info", "Notifications", "Which letters you get: when a delivery is held, refused or missing.", Right::SeeHistory},
    {"administration/webhooks", "settings", "Webhooks", "Programs that are told what happens, and what they answered."},
    {"administration/audit", "history", "Audit log", "Who saw or did what, when, and from where."},
    {"administration/settings", "settings", "Settings", "The time zone, and how long deliveries, findings and people who left are kept."},
};

}  // namespace

Answer administration(Visit& visit) {
  View view{"administration", "Administration"};
  Model list = Model::List();
  for (auto const& place : places)
    if (visit.standing.may_everywhere(place.right, visit.district->id))
      list.add({{"title", place.title}, {"what", place.what}, {"icon", place.icon}, {"to", visit.in_district(place.path)}});
  view.model = {{"places", std::move(list)}};
  return view;
}

}  // namespace rollbook::web
