// One export: who handed on what, when, and as of which revision; and the same zip once more.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "report/words.h"
#include "runs/handed_on.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "store/exports.h"
#include "store/runs.h"
#include "web/address.h"
#include "web/hand_on.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_schools = 50;

std::optional<store::Export> export_of(Visit& visit) {
  auto const number = visit.number(1);
  auto found = number < 0 ? std::nullopt : store::find_export(visit.hub.home.operations(), visit.district->id, number);
  return found && found->preview ? std::nullopt : found;
}

// As they are called now; one that is gone, by its id alone.
Model schools_of(Visit& visit, std::vector<std::string> const& ids) {
  Model list = Model::List();
  for (std::size_t i = 0; i < std::min(ids.size(), most_schools); ++i) {
    auto const found = organizations_of(visit, ids[i]);
    list.add({{"id", ids[i]}, {"name", found.empty() ? "" : found.front().name}});
  }
  return list;
}

// The run that made the revision.
std::optional<std::int64_t> run_of(Visit& visit, std::int64_t revision) {
  auto row = visit.hub.home.operations().prepare("SELECT id FROM runs WHERE district = ? AND revision = ? ORDER BY id LIMIT 1");
  return row->with(visit.district->id, revision).step() ? std::optional(row->integer(0)) : std::nullopt;
}

// Whether it can be made anew: it was whole, and the revision is known.
bool can_be_again(store::Export const& one) { return one.outcome == "exported" && one.revision > 0 && (one.version == "1.1" || one.version == "1.2"); }

Model tables_of(store::Export const& one, Sheet& sheet) {
  Model tables = Model::List();
  for (auto const& pair : split(one.counts, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    std::uint64_t rows = 0;
    if (at < pair.size()) std::from_chars(pair.data() + at + 1, pair.data() + pair.size(), rows);
    auto const table = pair.substr(0, at);
    tables.add({{"table", table}, {"title", table_in_words(table)}, {"file", table + ".csv"}, {"rows", number(rows)}});
    sheet.rows.push_back({table + ".csv", std::to_string(rows)});
  }
  return tables;
}

constexpr std::size_t most_left_out = 200;

// users=12 3 4: created, changed, removed.
Model changes_of(store::Export const& one) {
  Model all = Model::List();
  for (auto const& pair : split(one.changes, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    auto const numbers = split(pair.substr(std::min(at + 1, pair.size())), ' ');
    if (numbers.size() != 3) continue;
    auto const n = [&](std::size_t i) { return number(std::strtoull(numbers[i].c_str(), nullptr, 10)); };
    all.add({{"title", table_in_words(pair.substr(0, at))}, {"created", n(0)}, {"changed", n(1)}, {"removed", n(2)}});
  }
  return all;
}

// Whom it was made for, with what, and what was left out.
void tell_receiver(Visit& visit, store::Export const& one, Model& model) {
  auto& operations = visit.hub.home.operations();
  auto const receiver = one.receiver > 0 ? store::find_receiver(operations, visit.district->id, one.receiver) : std::nullopt;
  model["receiver"] = false;
  model["why"] = one.why;
  model["going"] = one.outcome == "queued" || (one.outcome.empty() && one.receiver > 0);
  model["here"] = export_address(visit, one.id);
  if (!receiver) return;
  Model left_out = Model::List(), fetched = Model::List();
  auto const decides = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  auto const rows = store::left_out_of(operations, one.id, 0, most_left_out);
  if (decides)
    for (auto const& row : rows) left_out.add({{"table", table_of(row.table).name}, {"record", row.record}, {"why", row.why}});
  auto const all_fetched = store::fetched_of(operations, one.id);
  for (auto const& who : all_fetched) fetched.add({{"who", who.who}, {"when", views::local_time(who.at, visit.district->time_zone).text()}});
  auto settings = store::settings_of(one.policy);
  auto const kind = settings["kind"];
  settings.erase("kind");
  auto const policy = store::policy_of(kind, settings);
  auto const changes = changes_of(one);
  auto const last = store::last_export_of(operations, visit.district->id, one.receiver, one.id);
  bool const whole = one.outcome == "exported";
  model["receiver"] = Model{{"name", receiver->name},
                            {"to", decides ? visit.in_district("receivers/" + std::to_string(receiver->id)) : ""},
                            {"kind", store::receiver_kind(receiver->kind)->title},
                            {"policy", whole && policy ? policy_model(*policy) : Model(false)},
                            {"whole", whole},
                            {"is_first", one.changes == "first"},
                            {"changes", changes},
                            {"has_changes", !one.changes.empty() && one.changes != "first"},
                            {"last", last && whole ? Model{{"id", last->id}, {"to", export_address(visit, last->id)}} : Model(false)},
                            {"other_policy", whole && last && last->policy != one.policy},
                            {"left_out_count", number(one.left_out)},
                            {"has_left_out", one.left_out > 0},
                            {"has_list", decides && !rows.empty()},
                            {"left_out", std::move(left_out)},
                            {"left_out_gone", one.left_out > 0 && rows.empty()},
                            {"more_left_out", one.left_out > rows.size() ? with_separators(one.left_out - rows.size()) : ""},
                            {"has_fetched", !all_fetched.empty()},
                            {"fetched", std::move(fetched)}};
}

}  // namespace

Model export_tag(store::Export const& one) {
  if (one.outcome == "exported") return tag("ok", "ok", "Exported");
  if (one.outcome.empty()) return tag("info", "running", "Not finished");
  if (one.outcome == "queued") return tag("info", "running", "In the queue");
  return tag("error", "error", one.outcome == "failed" ? "Failed" : "Broken off");
}

std::string export_address(Visit const& visit, std::int64_t number) { return visit.in_district("exports/" + std::to_string(number)); }

Answer show_export(Visit& visit) {
  auto const found = export_of(visit);
  if (!found) return Refusal{404};
  auto const& one = *found;
  auto const zone = visit.district->time_zone;
  auto const schools = split(one.schools, '\n');
  View view{"one_export", "Export " + std::to_string(one.id)};
  Sheet sheet{"export-" + std::to_string(one.id), {"file", "rows"}, {}};
  auto& model = view.model;
  model["id"] = one.id;
  model["outcome"] = export_tag(one);
  model["outcome_name"] = one.outcome;
  model["created"] = views::local_time(one.created, zone).text_with_weekday();
  model["finished"] = views::local_time(one.finished, zone).text();
  model["who"] = one.who;
  auto const run = run_of(visit, one.revision);
  model["revision"] = one.revision > 0 ? Model(one.revision) : Model(false);
  model["run"] = run ? Model{{"id", *run}, {"to", run_address(visit, *run)}} : Model(false);
  model["version"] = one.version;
  model["has_schools"] = !schools.empty();
  model["schools"] = schools_of(visit, schools);
  model["more_schools"] = schools.size() > most_schools ? with_separators(schools.size() - most_schools) : "";
  model["size"] = one.bytes > 0 ? size_in_words(one.bytes) : "";
  model["bytes"] = one.bytes;
  model["digest"] = one.digest;
  model["rows"] = number(one.rows);
  model["tables"] = tables_of(one, sheet);
  model["has_tables"] = !one.counts.empty();
  model["loose"] = one.outcome == "exported" && one.bytes == 0;
  auto const can = one.receiver > 0 ? one.outcome == "exported" : can_be_again(one);
  auto const exports = visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  model["again"] = exports && can ? export_address(visit, one.id) + "/again" : "";
  model["csv"] = export_address(visit, one.id) + ".csv";
  tell_receiver(visit, one, model);
  view.sheet = std::move(sheet);
  return view;
}

Answer export_again(Visit& visit) {
  auto const found = export_of(visit);
  if (!found) return Refusal{404};
  if (auto const roster = runs::open_roster(visit.hub, *visit.district); roster && runs::lacks_people(**roster, found->revision))
    return Refusal{409, "This file can no longer be made: people in it have left, and were let go as the settings of the district say.", "Make a new export."};
  if (runs::holds_demographics(*found) && !visit.standing.may_everywhere(access::Right::SeeDemographics, visit.district->id))
    return Refusal{403, "This file holds demographics, and your account has no grant to see them.", "Ask a person with the level System for the grant."};
  if (found->receiver > 0) {
    if (found->outcome != "exported") return Refusal{409, "This export has no file.", "Make a new one on the page of its receiver."};
    return send_made(visit, *found);
  }
  if (!can_be_again(*found)) return Refusal{409, "It is not known what this export was made of.", "Export the roster as it is now."};
  return send_zip(visit, runs::options_of(*found));
}

}  // namespace rollbook::web
