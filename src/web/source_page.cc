// One source: its state, its last delivery, its settings by group, and what can be done with it.
#include "report/words.h"
#include "views/source_records.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/source_times.h"

namespace rollbook::web {
namespace {

// Whose move it is.
Model what_next(store::Source const& source, std::optional<store::LastDelivery> const& last) {
  if (!source.is_active())
    return alert("info",
                 "This source is deactivated: it takes no deliveries. Its records stay until another source that brings the same ids adopts them, or it is "
                 "deleted with them.");
  if (!last)
    return alert("info",
                 "Nothing has arrived yet. Bring the first delivery; it is checked and shown as a preview, and nothing is applied before you approve it.");
  auto const run = "run " + std::to_string(last->run);
  if (last->outcome == "held" && last->decision == "open") return alert("held", "The last delivery waits for your decision: look at " + run + ".");
  if (last->outcome == "refused") return alert("danger", "The last delivery could not be taken: " + run + " says why, and what to do.");
  if (!source.settings.is("live")) return alert("info", "This source is a trial. It goes live when you approve a preview, or in the last step of its set-up.");
  return false;
}

Model groups_of(Visit const& visit, store::Source const& source) {
  Model all = Model::List();
  for (auto const& group : store::setting_groups()) {
    auto differs = differing(source, std::span(&group.group, 1));
    auto const any = !differs.get<Model::List>()->empty();
    all.add({{"name", group.name},
             {"title", group.title},
             {"doc", group.doc},
             {"differs", std::move(differs)},
             {"any", any},
             {"edit", source.is_active() ? address_of(visit, source, "settings/" + std::string(group.name)) : ""},
             {"schools", source.is_active() && group.group == store::SettingGroup::Schools ? address_of(visit, source, "setup/schools") : ""},
             {"columns", source.is_active() && group.group == store::SettingGroup::Words ? address_of(visit, source, "setup/columns") : ""}});
  }
  return all;
}

}  // namespace

Answer source_page(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source) return Refusal{404};
  auto const ranges = ranges_here(visit);
  auto const last = last_delivery_of(visit, *source);
  View view{"source", source->name};
  view.crumbs = crumbs_to_gallery(visit);
  Model records = Model::List();
  auto const counted = views::records_of(visit.hub, *visit.district, source->id);
  for (auto const& [table, rows] : counted) records.add({{"table", table}, {"rows", with_separators(rows)}, {"number", rows}});
  bool own_pause = false;
  for (auto const& range : ranges) own_pause = own_pause || (range.kind == store::RangeKind::Paused && range.source == source->id);
  bool const active = source->is_active(), live = source->settings.is("live");
  auto const to = [&](std::string_view rest) { return address_of(visit, *source, rest); };
  view.model = {{"id", source->id},
                {"name", source->name},
                {"kind", "OneRoster CSV"},
                {"state", source->state},
                {"created", local_moment(visit, source->created)},
                {"states", states_of(visit, *source, ranges)},
                {"next", what_next(*source, last)},
                {"last", last_delivery_model(visit, last)},
                {"times", times_model(visit, *source)},
                {"records", std::move(records)},
                {"has_records", !counted.empty()},
                {"groups", groups_of(visit, *source)},
                {"is_active", active},
                {"setup", active && !live ? to("setup/name") : ""},
                {"pause", active && !own_pause ? to("pause") : ""},
                {"resume", active && own_pause ? to("resume") : ""},
                {"pause_again", to("pause")},
                {"deactivate", active ? to("deactivate") : ""},
                {"replace", active ? to("replace") : ""},
                {"delete", to("delete")},
                {"planned", visit.in_district("planned")}};
  if (active) view.action = Link{last ? "Upload a delivery" : "Upload the first delivery", visit.in_district("upload?source=" + std::to_string(source->id))};
  return view;
}

}  // namespace rollbook::web
