// What the next export for a receiver would hold, before it is made: by table, what is left out and why, and what has changed since the last one.
#include <algorithm>
#include <limits>
#include <map>

#include "base/text.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/hand_on.h"
#include "runs/look.h"
#include "store/exports.h"
#include "views/local_time.h"
#include "web/parts.h"
#include "web/receiver_pages.h"
#include "web/receivers.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_left_out = 200;

// users=12 3 4 → its numbers, by table.
std::map<std::string, std::vector<std::uint64_t>> numbers_of(std::string const& text) {
  std::map<std::string, std::vector<std::uint64_t>> all;
  for (auto const& pair : split(text, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    for (auto const& word : split(pair.substr(std::min(at + 1, pair.size())), ' ')) all[pair.substr(0, at)].push_back(std::strtoull(word.c_str(), nullptr, 10));
  }
  return all;
}

Model tables_of(store::Export const& one, bool flat, Sheet& sheet) {
  auto const rows = numbers_of(one.counts), looked_at = numbers_of(one.looked_at), changes = numbers_of(one.changes);
  auto const at = [](auto const& all, std::string const& table, std::size_t i) {
    auto const found = all.find(table);
    return found == all.end() || i >= found->second.size() ? std::uint64_t{0} : found->second[i];
  };
  Model tables = Model::List();
  for (auto const* table : all_tables) {
    std::string const name(table->name);
    auto const goes = at(rows, name, 0), there = at(looked_at, name, 0), broken = at(looked_at, name, 1);
    if (goes + there == 0 || (flat && table->id != TableId::Users)) continue;
    auto const filtered = there > goes + broken ? there - goes - broken : 0;
    tables.add({{"title", table_in_words(name)},
                {"there", number(there)},
                {"goes", number(goes)},
                {"filtered", number(filtered)},
                {"broken", number(broken)},
                {"created", number(at(changes, name, 0))},
                {"changed", number(at(changes, name, 1))},
                {"removed", number(at(changes, name, 2))}});
    sheet.rows.push_back({name, std::to_string(there), std::to_string(goes), std::to_string(filtered), std::to_string(broken),
                          std::to_string(at(changes, name, 0)), std::to_string(at(changes, name, 1)), std::to_string(at(changes, name, 2))});
  }
  return tables;
}

std::int64_t newest_revision(Visit& visit) {
  auto const roster = runs::open_roster(visit.hub, *visit.district);
  return roster ? runs::last_revision(**roster) : 0;
}

View page_of(Visit& visit, store::Receiver const& receiver, std::string const& wrong) {
  View view{"receiver_preview", "Preview: " + receiver.name};
  view.crumbs = crumbs_to(visit, receiver);
  Sheet sheet{"preview-for-" + std::to_string(receiver.id), {"table", "in the roster", "would go", "filtered", "App Rules", "new", "changed", "gone"}, {}};
  auto& operations = visit.hub.home.operations();
  auto const found = store::preview_of(operations, visit.district->id, receiver.id);
  bool const going = found && (found->outcome == "queued" || found->outcome.empty()), whole = found && found->outcome == "previewed";
  auto const kind = store::receiver_kind(receiver.kind);
  // What it was compared with; later ones have been made since.
  auto const newest = store::last_export_of(operations, visit.district->id, receiver.id, std::numeric_limits<std::int64_t>::max());
  auto const last = whole ? store::last_export_of(operations, visit.district->id, receiver.id, found->id) : std::nullopt;
  Model left_out = Model::List();
  auto const rows = whole ? store::left_out_of(operations, found->id, 0, most_left_out) : std::vector<store::LeftOutRow>();
  for (auto const& row : rows) left_out.add({{"table", table_in_words(table_of(row.table).name)}, {"record", row.record}, {"why", row.why}});
  auto const here = address_of(visit, receiver, "preview");
  auto const policy = store::policy_of(receiver.kind, receiver.settings);
  bool const other_settings = whole && found->policy != "kind=" + receiver.kind + "\n" + store::text_of(receiver.settings);
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"here", here},
                {"ask", receiver.state == "ended" || going ? "" : here},
                {"back", address_of(visit, receiver)},
                {"none", !found},
                {"going", going},
                {"rows_so_far", found ? number(found->rows) : Model(false)},
                {"failed", found && found->outcome == "failed" ? found->why : ""},
                {"whole", whole},
                {"when", whole ? views::local_time(found->finished, visit.district->time_zone).text() : ""},
                {"revision", found ? found->revision : 0},
                {"older", whole && found->revision != newest_revision(visit)},
                {"other_settings", other_settings},
                {"made_since", whole && newest && newest->id > found->id},
                {"tables", whole ? tables_of(*found, kind->flat, sheet) : Model(Model::List())},
                {"is_first", whole && found->changes == "first"},
                {"last", whole && last ? Model{{"id", last->id}, {"to", export_address(visit, last->id)}} : Model(false)},
                {"has_left_out", !rows.empty()},
                {"left_out", std::move(left_out)},
                {"more_left_out", whole && found->left_out > rows.size() ? with_separators(found->left_out - rows.size()) : ""},
                {"policy", policy ? policy_model(*policy) : Model(false)},
                {"csv", here + ".csv"}};
  view.sheet = std::move(sheet);
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer preview_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  return page_of(visit, *receiver, "");
}

Answer do_preview_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  auto const queued = runs::queue_preview(visit.hub, *visit.district, *receiver);
  if (!queued) return page_of(visit, *receiver, queued.trouble().text);
  return Redirect{address_of(visit, *receiver, "preview"), ""};
}

}  // namespace rollbook::web
