// The last step: what is set, what the last delivery would do with it, and the way out of the trial.
#include "runs/going_live.h"
#include "runs/queue.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/setup.h"
#include "web/what_if_model.h"

namespace rollbook::web {
namespace {

View page(Visit& visit, store::Source const& source, store::LastDelivery const& last, std::string const& wrong) {
  View view{"setup_review", "Review and go live"};
  view.crumbs = crumbs_to(visit, source);
  auto const blocked = runs::why_not_live(visit.hub, *visit.district, source);
  auto const now = runs::what_now(visit.hub, *visit.district, source, last);
  std::vector<store::SettingGroup> groups;
  for (auto const& group : store::setting_groups()) groups.push_back(group.group);
  auto differs = differing(source, groups);
  bool const any = !differs.get<Model::List>()->empty();
  bool const waits = last.outcome == "held" && last.decision == "open";
  view.model = {{"steps", steps_model(visit, &source, "review", true)},
                {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"blocked", blocked.empty() ? Model(false) : alert("warning", blocked)},
                {"schools", blocked.empty() ? "" : address_of(visit, source, "setup/schools")},
                {"name", source.name},
                {"differs", std::move(differs)},
                {"any", any},
                {"last", last_delivery_model(visit, last)},
                {"run", last.run},
                {"waits", waits},
                {"look", visit.in_district("history/" + std::to_string(last.run))},
                {"counts", now ? counts_model(*now) : Model(false)},
                {"not_tried", now ? Model(false) : alert("warning", "It could not be tried. " + now.trouble().text)},
                {"is_live", source.settings.is("live")},
                {"may_go_live", !source.settings.is("live") && blocked.empty()},
                {"again", address_of(visit, source, "again")},
                {"live", address_of(visit, source, "live")},
                {"back", address_of(visit, source)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer setup_review(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  return last ? page(visit, *source, *last, "") : without_delivery(visit, *source, "review", "Review and go live", "");
}

// The delivery that came last becomes a run of its own, with the settings of now; a full one takes the place of the run that waits.
Answer take_again(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  if (!last) {
    auto view = without_delivery(visit, *source, "review", "Review and go live", "");
    view.status = 422;
    return view;
  }
  auto const queued = runs::queue_delivery(visit.hub, *visit.district, *source, last->files, "");
  auto const answer = runs::work_off(visit.hub, *visit.district, "delivery", queued);
  if (!answer) return page(visit, *source, *last, answer.trouble().text);
  return Redirect{visit.in_district("history/" + std::to_string(answer->run.value_or(last->run))),
                  "The last delivery was looked at again, with the settings as they are now."};
}

Answer set_live(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  if (auto const why = runs::why_not_live(visit.hub, *visit.district, *source); !why.empty() && last)
    return page(visit, *source, *last, "It cannot go live yet. " + why);
  auto const saved = store::set_source(visit.hub.home.operations(), *visit.district, source->name, {{"live", "yes"}}, visit.hub.actor);
  if (!saved) return Refusal{409, saved.trouble().text};
  auto const waits = last && last->outcome == "held" && last->decision == "open";
  return Redirect{address_of(visit, *source),
                  source->name + " is live. Each delivery still waits for approval" + (waits ? ", run " + std::to_string(last->run) + " too" : "") + "."};
}

}  // namespace rollbook::web
