#include "web/seen.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "schema/schema.h"

namespace rollbook::web {
namespace {

void add(runs::Counts& all, runs::Counts const& more) {
  all.created += more.created;
  all.updated += more.updated;
  all.unchanged += more.unchanged;
  all.removed += more.removed;
  all.excluded += more.excluded;
}

}  // namespace

Seen Seen::by(Visit& visit, access::Right right) {
  auto mine = by_standing(visit, right);
  if (!visit.school) return mine;
  visit.narrowed = true;
  Seen only(false);  // not what hangs below it: a school of its own is chosen by its own name
  only.keys_.insert(visit.school->key);
  only.ids_.insert(visit.school->id);
  return mine.also_of(only);
}

Seen Seen::by_standing(Visit& visit, access::Right right) {
  auto const district = visit.district->id;
  if (visit.standing.may_everywhere(right, district)) return everything();
  auto const orgs = visit.standing.orgs(right, district);
  auto const roster = orgs.empty() ? Result<std::unique_ptr<store::Database>>(Trouble{}) : visit.hub.home.roster(district);
  return roster ? below(**roster, orgs) : Seen(false);
}

Seen Seen::below(store::Database& roster, std::vector<std::int64_t> const& orgs) { return OrgsBelow(roster).of(orgs); }

OrgsBelow::OrgsBelow(store::Database& roster) {
  auto there = roster.prepare(roster.dialect().has_table);
  bool const has_orgs = there->with("orgs").step();
  there.reset();
  if (!has_orgs) return;
  auto rows = roster.prepare("SELECT row_key, \"parentSourcedId\" FROM \"orgs\" WHERE row_until IS NULL");
  while (rows->step())
    if (!rows->is_null(1)) children_.emplace(rows->integer(1), rows->integer(0));
  rows.reset();
  auto ids = roster.prepare("SELECT key, id FROM ids WHERE tbl = ? AND until IS NULL");  // one it had once may be another's by now
  for (ids->with(static_cast<int>(TableId::Orgs)); ids->step();) ids_.emplace(ids->integer(0), ids->text(1));
}

Seen OrgsBelow::of(std::vector<std::int64_t> const& orgs) const {
  Seen seen(false);
  std::vector<std::int64_t> open = orgs;
  while (!open.empty()) {
    auto const key = open.back();
    open.pop_back();
    if (!seen.keys_.insert(key).second) continue;  // parents can go in a circle
    for (auto [id, end] = ids_.equal_range(key); id != end; ++id) seen.ids_.insert(id->second);
    for (auto [at, end] = children_.equal_range(key); at != end; ++at) open.push_back(at->second);
  }
  return seen;
}

Seen Seen::also_of(Seen const& other) const {
  if (all_) return other;
  if (other.all_) return *this;
  Seen both(false);
  std::set_intersection(ids_.begin(), ids_.end(), other.ids_.begin(), other.ids_.end(), std::inserter(both.ids_, both.ids_.end()));
  std::set_intersection(keys_.begin(), keys_.end(), other.keys_.begin(), other.keys_.end(), std::inserter(both.keys_, both.keys_.end()));
  return both;
}

runs::Answer Seen::part_of(runs::Answer answer) const {
  if (all_) return answer;
  runs::Answer mine;
  mine.run = answer.run;
  mine.kind = answer.kind;
  mine.district = answer.district;
  mine.source = answer.source;
  mine.decision = answer.decision;
  mine.held_because = answer.held_because;
  mine.outcome = answer.outcome;
  mine.revision = answer.revision;
  mine.milliseconds = answer.milliseconds;
  for (auto& school : answer.schools)
    if (sees_school(school.sourced_id)) mine.schools.push_back(std::move(school));
  for (auto const& [table, counts] : answer.tables) {
    runs::Counts sum;
    bool any = false;
    for (auto const& school : mine.schools)
      if (auto const at = school.tables.find(table); at != school.tables.end()) add(sum, at->second), any = true;
    if (any) mine.tables.emplace_back(table, sum);
  }
  return mine;
}

}  // namespace rollbook::web
