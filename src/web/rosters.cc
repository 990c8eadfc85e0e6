// Rosters: the ways in for people who look after the roster.
#include "web/pages.h"

namespace rollbook::web {

Answer rosters(Visit& visit) {
  View view{"rosters", "Rosters"};
  auto const uploads = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  view.model = {{"upload", uploads ? visit.in_district("upload") : ""},
                {"history", visit.standing.may(access::Right::SeeHistory, visit.district->id) ? visit.in_district("history") : ""}};
  return view;
}

}  // namespace rollbook::web
