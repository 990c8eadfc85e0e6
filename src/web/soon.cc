// Pages that are still to come: what will be there, and what to use meanwhile.
#include <algorithm>

#include "base/text.h"
#include "web/pages.h"

namespace rollbook::web {
namespace {

struct Soon {
  std::string_view section, title, will, meanwhile;
};
constexpr Soon pages[] = {
    {"", "Home", "The import and export apps of the district with their state, and whose move it is.", "rollbook runs"},
    {"history", "Data Sync History", "Every import and export, newest first, with what it changed.", "rollbook runs"},
    {"quality", "Data Quality",
     "How good the data of each school is over time: findings by rule and by school, which are new, which are mended, which come back.",
     "Data Sync History shows the findings of every run, and rollbook check looks at a delivery before it is sent"},
    {"browse", "Data Browsing", "People, classes and organizations with all their fields, who set them and what they were before.",
     "rollbook show and rollbook trace print a record, now or as of any revision; rollbook export writes all of them"},
    {"administration", "Administration", "Settings of the district: its name and time zone, planned ranges of days, how long deliveries are kept.",
     "Members are on their own page and the audit log is below; rollbook district suspend, resume and range do the rest"},
};

}  // namespace

Answer soon(Visit& visit) {
  auto const parts = split(visit.head.path, '/');
  auto const name = parts.size() > 3 ? parts[3].substr(0, parts[3].find('.')) : std::string();
  auto const found = std::find_if(std::begin(pages), std::end(pages), [&](Soon const& soon) { return soon.section == name; });
  if (found == std::end(pages)) return Refusal{404};
  View view{"soon", std::string(found->title)};
  view.model = {{"will", found->will}, {"meanwhile", found->meanwhile}, {"audit", name == "administration" ? visit.in_district("administration/audit") : ""}};
  return view;
}

}  // namespace rollbook::web
