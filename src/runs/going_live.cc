#include "runs/going_live.h"

#include <algorithm>

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

std::vector<Org> undecided(Bundle const& bundle, store::Database& roster, store::Source const& source) {
  if (organizations_of_others(roster, source.id).empty()) return {};
  auto all = organizations_of(bundle, source.settings);
  auto decisions = source.settings.pairs("map.schools");
  for (auto const& alias : source.settings.pairs("alias.organizations")) decisions.push_back(alias);
  std::erase_if(
      all, [&](Org const& org) { return std::any_of(decisions.begin(), decisions.end(), [&](auto const& decision) { return decision.first == org.id; }); });
  return all;
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
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble().text;
  auto const source = std::find_if(sources->begin(), sources->end(), [&](auto const& one) { return one.id == *run->source; });
  if (source == sources->end() || !source->is_active() || source->settings.is("live")) return "";
  auto const why = why_not_live(hub, district, *source, {run->id, run->created, run->outcome, run->decision, run->delivery});
  return why.empty() ? "" : would_go_live(*source) + why;
}

}  // namespace rollbook::runs
