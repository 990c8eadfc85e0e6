// A record is given another id. Those of records that a source feeds are the source's; ids that are easily confused with the new one are told first.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/near_ids.h"
#include "runs/overlay.h"
#include "runs/plan.h"
#include "runs/unowned.h"
#include "views/labels.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/parts.h"
#include "web/record_scope.h"

namespace rollbook::web {
namespace {

constexpr char const* not_there = "There is no such record in the roster, or it is not yours to change.";

// The sources that bring the record now, by name; none when nobody owns it. What people upload or make by hand has the ids that people give it.
std::string fed_by(Visit& visit, store::Database& roster, ChangedByHand const& record) {
  auto const unowned = runs::unowned_sources(roster);
  std::set<std::int64_t> feeding;
  for (auto const& version : runs::base_of(roster, record.table, record.key))
    if (!version.until && std::find(unowned.begin(), unowned.end(), version.source) == unowned.end()) feeding.insert(version.source);
  std::string names;
  if (auto const sources = store::list_sources(visit.hub.home.operations(), *visit.district))
    for (auto const& source : *sources)
      if (source.kind != runs::batch_kind && feeding.count(source.id) > 0) names.append(names.empty() ? "" : ", ").append(source.name);
  return names;
}

// What is told before it is done: a sentence each, without names of records that the visitor does not see.
std::vector<std::string> warnings_of(Visit& visit, store::Database& roster, ChangedByHand const& record, std::string const& wanted) {
  std::vector<std::string> warnings;
  RecordScope scope(visit, roster, access::Right::EnrollByHand);
  views::Labels labels(roster, {}, visit.hub.today);
  for (auto const& near : runs::near_ids(roster, record.table, wanted)) {
    if (near.key == record.key) continue;
    bool const seen = scope.may_see(record.table, near.key);
    auto const name = seen ? labels.name(record.table, near.key) : "";
    warnings.push_back((seen ? "“" + near.id + "”" + (name.empty() ? "" : ", the id of " + name + ",") : "The id of a record that is not of your schools") +
                       " differs from it in case or leading zeros only.");
  }
  if (runs::has_social_security_number(wanted)) warnings.emplace_back("It looks like a US social security number, which must not be used as an identifier.");
  return warnings;
}

View page(Visit& visit, store::Database& roster, ChangedByHand const& record, std::string const& wanted, std::string const& wrong,
          std::vector<std::string> const& warnings) {
  auto const title = record.name.empty() ? record.id : record.name;
  View view{"record_id", "Another id for " + title};
  auto const back = record_address(visit, record.table, record.id, record.key);
  view.crumbs = {{title, back}};
  Model told = Model::List();
  std::string all;
  for (auto const& warning : warnings) told.add({{"text", warning}}), all += warning + "\n";
  auto const by = fed_by(visit, roster, record);
  view.model = {{"kind", table_of(record.table).one},
                {"id", record.id},
                {"fed_by", by},
                {"to", edit_address(visit, record.table, record.id, record.key, "id")},
                {"back", back},
                {"has_warnings", !warnings.empty()},
                {"warnings", std::move(told)},
                {"told", warnings.empty() ? "" : runs::digest_text(wanted + "\n" + all).substr(0, 16)},
                {"wanted", part({.name = "wanted",
                                 .label = "The new id",
                                 .value = wanted,
                                 .hint = "1 to 255 of A-Z a-z 0-9 . - _ / @. Case counts.",
                                 .wrong = wrong,
                                 .autocomplete = "off"})}};
  if (!wrong.empty() || !warnings.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer edit_id(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record || !has_own_id(record->table)) return Refusal{404, not_there};
  return page(visit, **roster, *record, "", "", {});
}

Answer save_id(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record || !has_own_id(record->table)) return Refusal{404, not_there};
  auto const wanted = std::string(trimmed(visit.form["wanted"]));
  if (auto const by = fed_by(visit, **roster, *record); !by.empty())
    return Refusal{409, "The ids of this record are those of its source, " + by + ".", "Correct the id there; what is set here would not be the source's."};
  if (wanted == record->id) return page(visit, **roster, *record, wanted, "This is the id that it has.", {});
  auto const warnings = warnings_of(visit, **roster, *record, wanted);
  auto asked = page(visit, **roster, *record, wanted, "", warnings);
  if (!warnings.empty() && *asked.model.find("told")->get<std::string>() != visit.form["told"]) return asked;
  auto const queued = runs::queue_rekey(visit.hub, *visit.district, std::string(table_of(record->table).name), record->id, wanted);
  if (!queued) return page(visit, **roster, *record, wanted, queued.trouble().text, {});
  return after(visit, queued, record_address(visit, record->table, record->id, record->key));
}

}  // namespace rollbook::web
