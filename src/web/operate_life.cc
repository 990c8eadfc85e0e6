// What the operator decides of a whole district: it is suspended, resumed, deleted; Batch Upload is switched. And the proofs of those that were deleted.
#include "store/district_life.h"

#include "store/district_settings.h"
#include "store/measures.h"
#include "web/live.h"
#include "web/operator_pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t deletions_of_a_page = 50;

std::optional<store::District> district_of(Visit const& visit) {
  auto found = store::find_district(visit.hub.home.operations(), std::to_string(visit.number(0)));
  return found ? std::optional(*found) : std::nullopt;
}

std::string page_of(store::District const& district) { return "/operator/districts/" + std::to_string(district.id); }

Answer told(store::District const& district, std::optional<Trouble> const& trouble, std::string const& said) {
  if (trouble) return Refusal{409, trouble->text, "Look at the district again."};
  return Redirect{page_of(district), said};
}

View deletion_form(Visit const& visit, store::District const& district, std::string const& wrong) {
  View view{"operate_delete", "Delete " + district.name};
  view.crumbs = {{"Operator", "/operator"}, {district.name, page_of(district)}};
  Model goes = Model::List();
  for (auto const& holding : store::holdings_of(visit.hub.home.operations(), district.id)) goes.add({{"what", holding.what}, {"many", holding.many}});
  auto const measured = store::list_district_health(visit.hub.home.operations(), district.id - 1, 1);
  if (!measured.empty() && measured.front().district == district.id && measured.front().measured) {
    goes.add({{"what", "revisions of its roster, as last measured"}, {"many", measured.front().measured->revision}});
    goes.add({{"what", "bytes of its roster"}, {"many", measured.front().measured->roster_bytes}});
    goes.add({{"what", "bytes of its deliveries, as received and unpacked"}, {"many", measured.front().measured->delivery_bytes}});
  }
  view.model = {{"name", district.name}, {"to", page_of(district) + "/delete"}, {"back", page_of(district)}, {"goes", std::move(goes)}};
  view.model["typed"] = part({.name = "name", .label = "Name of the district", .wrong = wrong, .autocomplete = "off"});
  if (!wrong.empty()) view.status = 422;
  return view;
}

Model describe(store::Deletion const& one) {
  return {{"number", one.district},
          {"name", one.name},
          {"asked", one.asked},
          {"who", one.who},
          {"finished", one.finished},
          {"digest", one.digest},
          {"over", !one.finished.empty()},
          {"to", "/operator/deletions/" + std::to_string(one.district)}};
}

}  // namespace

Answer lock_district(Visit& visit) {
  auto const district = district_of(visit);
  if (!district) return Refusal{404};
  auto const trouble = store::lock_district(visit.hub.home.operations(), *district, visit.hub.actor);
  visit.live->look_for_strangers();
  return told(*district, trouble, "The district is suspended: nobody enters it now.");
}

Answer unlock_district(Visit& visit) {
  auto const district = district_of(visit);
  if (!district) return Refusal{404};
  auto const trouble = store::unlock_district(visit.hub.home.operations(), *district, visit.hub.actor);
  if (!trouble && visit.hub.queued) visit.hub.queued();
  return told(*district, trouble, "The district is served again; what waited for it goes on.");
}

Answer switch_batch_upload(Visit& visit) {
  auto const district = district_of(visit);
  if (!district) return Refusal{404};
  bool const on = visit.form["on"] == "yes";
  auto const trouble = store::switch_batch_upload(visit.hub.home.operations(), *district, on, visit.hub.actor);
  return told(*district, trouble, on ? "Batch Upload is switched on." : "Batch Upload is switched off.");
}

Answer delete_district(Visit& visit) {
  auto const district = district_of(visit);
  if (!district) return Refusal{404};
  if (store::service_of(visit.hub.home.operations(), district->id) == store::Service::Deleting) return Redirect{page_of(*district)};
  return deletion_form(visit, *district, "");
}

Answer do_delete_district(Visit& visit) {
  auto const district = district_of(visit);
  if (!district) return Refusal{404};
  if (auto const trouble = store::ask_to_delete(visit.hub.home.operations(), *district, visit.form["name"], visit.hub.actor))
    return deletion_form(visit, *district, trouble->text);
  visit.live->look_for_strangers();
  if (visit.hub.queued) visit.hub.queued();
  return Redirect{"/operator/deletions/" + std::to_string(district->id), "It is being deleted."};
}

Answer deletions(Visit& visit) {
  View view{"operate_deletions", "Deleted districts"};
  view.crumbs = {{"Operator", "/operator"}};
  std::optional<std::int64_t> below;
  if (auto const text = std::string(visit.query["below"]); !text.empty()) below = std::strtoll(text.c_str(), nullptr, 10);
  auto all = store::list_deletions(visit.hub.home.operations(), below, deletions_of_a_page + 1);
  bool const more = all.size() > deletions_of_a_page;
  if (more) all.pop_back();
  Model list = Model::List();
  for (auto const& one : all) list.add(describe(one));
  view.model["has_deletions"] = !all.empty();
  view.model["deletions"] = std::move(list);
  view.model["none"] = empty("info", "No district was deleted", "When you delete one, the proof of it stays here.");
  view.model["newer"] = below ? "/operator/deletions" : "";
  view.model["older"] = more ? "/operator/deletions?below=" + std::to_string(all.back().district) : "";
  return view;
}

Answer deletion(Visit& visit) {
  auto const found = store::find_deletion(visit.hub.home.operations(), visit.number(0));
  if (!found) return Refusal{404};
  View view{"operate_deletion", "Deleted: " + found->name};
  view.crumbs = {{"Operator", "/operator"}, {"Deleted districts", "/operator/deletions"}};
  view.model = describe(*found);
  view.model["proof"] = found->proof;
  view.model["download"] = "/operator/deletions/" + std::to_string(found->district) + "/proof";
  return view;
}

Answer proof_of_deletion(Visit& visit) {
  auto const found = store::find_deletion(visit.hub.home.operations(), visit.number(0));
  if (!found || found->finished.empty()) return Refusal{404};
  http::Response response;
  response.headers = {{"content-type", "text/plain; charset=utf-8"},
                      {"content-disposition", "attachment; filename=\"rollbook-district-" + std::to_string(found->district) + "-deleted.txt\""},
                      {"cache-control", "no-store"}};
  response.body = found->proof;
  return response;
}

}  // namespace rollbook::web
