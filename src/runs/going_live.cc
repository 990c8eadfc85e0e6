#include "runs/going_live.h"

#include <algorithm>
#include <unordered_set>

#include "runs/look.h"
#include "runs/translation.h"
#include "schema/catalogue.h"
#include "translate/read_values.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_named = 10;

}  // namespace

std::vector<Org> organizations_of(Bundle const& bundle, store::SourceSettings const& settings) {
  std::vector<Org> all;
  auto const& member = bundle.members[static_cast<std::size_t>(TableId::Orgs)];
  if (!bundle.version || !member || !member->readable) return all;
  auto const translation = translation_of(settings);
  std::size_t const fields[] = {field_index(orgs, "sourcedId"), field_index(orgs, "name"), field_index(orgs, "type"), field_index(orgs, "status")};
  for_values(*member, orgs, *bundle.version, translation[TableId::Orgs], fields, csv::best_kernel(), [&](std::span<std::string const> row) {
    if (!row[0].empty() && row[3] != "tobedeleted" && all.size() < most_orgs) all.push_back({row[0], row[1], row[2]});
  });
  return all;
}

std::vector<Org> organizations_of_others(store::Database& roster, std::int64_t source) {
  std::vector<Org> all;
  auto there = roster.prepare(roster.dialect().has_table);
  auto const has_rows = there->with("orgs").step();
  there.reset();
  if (!has_rows) return all;
  auto rows = roster.prepare(
      "SELECT i.id, min(o.name), min(o.type) FROM ids i JOIN \"orgs\" o ON o.row_key = i.key AND o.row_until IS NULL "
      "WHERE i.tbl = ? AND i.until IS NULL AND o.row_source <> ? GROUP BY i.id ORDER BY 2, 1");
  for (rows->with(static_cast<int>(TableId::Orgs), source); rows->step() && all.size() < most_orgs;)
    all.push_back({std::string(rows->text(0)), rows->is_null(1) ? "" : std::string(rows->text(1)), rows->is_null(2) ? "" : std::string(rows->text(2))});
  return all;
}

std::vector<std::pair<std::string, std::string>> decisions_on_organizations(store::SourceSettings const& settings) {
  auto decisions = settings.pairs("map.schools");
  for (auto const& alias : settings.pairs("alias.organizations")) decisions.push_back(alias);
  return decisions;
}

std::vector<Org> undecided(std::vector<Org> delivered, std::vector<Org> const& of_others, store::SourceSettings const& settings) {
  if (of_others.empty()) return {};
  std::unordered_set<std::string> decided;
  for (auto const& [id, to] : decisions_on_organizations(settings)) decided.insert(id);
  std::erase_if(delivered, [&](Org const& org) { return decided.count(org.id) > 0; });
  return delivered;
}

std::vector<Org> undecided(Bundle const& bundle, store::Database& roster, store::Source const& source) {
  auto const of_others = organizations_of_others(roster, source.id);
  return of_others.empty() ? of_others : undecided(organizations_of(bundle, source.settings), of_others, source.settings);
}

std::string why_undecided(std::vector<Org> const& open, store::Source const& source) {
  if (open.empty()) return "";
  std::string names;
  for (std::size_t i = 0; i < std::min(open.size(), most_named); ++i) names += (i == 0 ? "" : ", ") + (open[i].name.empty() ? open[i].id : open[i].name);
  if (open.size() > most_named) names += " and " + std::to_string(open.size() - most_named) + " more";
  return "The district has organizations of another source already, so somebody has to say of each organization of this delivery whether it is one of them, a "
         "new one, or to be left out. Still to be decided: " +
         std::to_string(open.size()) + " (" + names +
         "). That is done in the portal, in the setup of the source under Organizations, or by \"rollbook source set " + source.name +
         " map.schools=" + open.front().id + "=ID,…\": the same id for a new one, ignore for one to be left out.";
}

std::string would_go_live(store::Source const& source) { return "With this the source " + source.name + " would go live, and it cannot yet. "; }

std::string why_not_live(Hub& hub, store::District const& district, store::Source const& source) {
  auto const last = store::last_delivery(hub.home.operations(), district.id, source.id);
  return last ? why_not_live(hub, district, source, *last) : "";
}

std::string why_not_live(Hub& hub, store::District const& district, store::Source const& source, store::LastDelivery const& last) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble().text;
  if (organizations_of_others(**roster, source.id).empty() || is_too_large(last)) return "";
  auto const opened = open_last(hub, district, last);
  return opened ? why_undecided(undecided(opened->bundle, **roster, source), source) : opened.trouble().text;
}

std::string why_not_approved(Hub& hub, store::District const& district, std::int64_t number) {
  auto const run = store::find_run(hub.home.operations(), district.id, number);
  if (!run || run->kind != "delivery" || run->decision != "open" || run->delivery.empty() || !run->source) return "";
  auto const found = store::find_source(hub.home.operations(), district, *run->source);
  if (!found) return found.trouble().text;
  auto const& source = *found;
  if (!source || !source->is_active() || source->settings.is("live")) return "";
  auto const why = why_not_live(hub, district, *source, {run->id, run->created, run->outcome, run->decision, run->delivery});
  return why.empty() ? "" : would_go_live(*source) + why;
}

}  // namespace rollbook::runs
