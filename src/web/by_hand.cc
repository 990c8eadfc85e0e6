#include "web/by_hand.h"

#include <charconv>
#include <chrono>
#include <thread>

#include "runs/batch_kind.h"
#include "runs/search.h"
#include "views/labels.h"
#include "views/run_view.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/parts.h"
#include "web/record_scope.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

// An edit is done in some milliseconds, unless a long run goes before it: then nobody waits for it here.
constexpr int longest_wait_ms = 2000, look_again_ms = 25;

std::optional<views::RunDetail> run_of(Visit& visit, std::int64_t number) {
  auto detail = views::run_detail(visit.hub.home.operations(), *visit.district, number);
  return detail && *detail ? std::move(*detail) : std::nullopt;
}

std::optional<views::RunDetail> awaited(Visit& visit, std::int64_t number) {
  auto run = run_of(visit, number);
  if (!run || (run->line.kind != "edit" && run->line.kind != "re-key" && run->line.kind != runs::batch_kind)) return std::nullopt;
  for (int waited = 0; run && run->line.state != "done" && waited < longest_wait_ms; waited += look_again_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(look_again_ms));
    run = run_of(visit, number);
  }
  return run;
}

std::string sentences(std::optional<runs::Answer> const& answer) {
  std::string all;
  if (answer)
    for (auto const& reason : answer->reasons) all += " " + reason;
  return all;
}

Model note_of(views::RunDetail const& run) {
  auto const number = "Run " + std::to_string(run.line.id);
  if (run.line.state != "done") return alert("info", number + " waits for its turn: another run of the district goes before it.");
  if (run.line.outcome == "no_changes") return alert("info", number + " had nothing to change: it was so already.");
  if (run.line.undone_by) return alert("info", number + " was saved, and taken back by run " + std::to_string(*run.line.undone_by) + ".");
  if (run.line.revision) return alert("success", "Saved, as run " + std::to_string(run.line.id) + "." + sentences(run.answer));
  return alert("danger", number + " did not save it." + sentences(run.answer));
}

}  // namespace

std::string edit_address(Visit const& visit, TableId table, std::string const& id, std::uint32_t key, std::string_view what) {
  return address(visit.in_district("browse/record/" + std::string(what)),
                 {{"table", std::string(table_of(table).name)}, {"id", id}, {"key", std::to_string(key)}});
}

std::optional<ChangedByHand> record_to_change(Visit& visit, store::Database& roster) {
  auto const table = table_called(visit.query["table"]);
  std::string const id(visit.query["id"]);
  auto const given = visit.query["key"];
  std::uint32_t key = 0;
  if (!table || id.empty()) return std::nullopt;
  auto const read = std::from_chars(given.data(), given.data() + given.size(), key);
  if (given.empty() || read.ec != std::errc() || !has_record(roster, *table, id, key)) {
    auto const called = runs::record_called(roster, *table, id);
    if (!called) return std::nullopt;
    key = *called;
  }
  RecordScope scope(visit, roster, access::Right::EnrollByHand);
  auto const row = runs::RowsByKey(roster, 0, visit.hub.today).row(*table, key);
  if (!row || !row->lives || !scope.may_change(*table, key)) return std::nullopt;
  views::Labels labels(roster, {}, visit.hub.today);
  return ChangedByHand{*table, key, labels.id(*table, key), labels.name(*table, key)};
}

bool has_own_id(TableId table) { return table_of(table).fields[0].refers_to == TableId::None; }

bool note_view(Visit& visit, TableId table, std::string const& id) {
  std::string_view const what = table == TableId::Demographics ? "demographics viewed" : table == TableId::Users ? "person viewed" : "";
  auto& operations = visit.hub.home.operations();
  return what.empty() || !operations.transaction([&] {
    store::note(operations, visit.hub.actor, visit.district->id, what, std::string(table_of(table).one) + " " + id);
    return true;
  });
}

Answer after(Visit& visit, Result<runs::Queued> const& queued, std::string to) {
  if (!queued) return Refusal{409, queued.trouble().text, "Nothing was changed. Go back, and look at it once more."};
  if (queued->failed) return Refusal{503};
  (void)visit;
  to += (to.find('?') == std::string::npos ? "?" : "&") + std::string("saved=") + std::to_string(queued->run);
  return Redirect{to};
}

Model saved_note(Visit& visit) {
  auto const given = visit.query["saved"];
  std::int64_t number = 0;
  auto const read = std::from_chars(given.data(), given.data() + given.size(), number);
  if (given.empty() || read.ec != std::errc() || !visit.standing.may(access::Right::EnrollByHand, visit.district->id)) return false;
  auto const run = awaited(visit, number);
  if (!run) return false;
  bool const undone = run->line.undone_by.has_value();
  bool const may_undo = run->line.revision && !undone && visit.standing.may_everywhere(access::Right::RunDeliveries, visit.district->id);
  return {{"note", note_of(*run)},
          {"run", run->line.id},
          {"to", run_address(visit, run->line.id)},
          {"undo", may_undo ? run_address(visit, run->line.id, "undo") : ""},
          {"waits", run->line.state != "done"},
          {"again", visit.head.path + "?" + visit.head.query}};
}

void set_by_hand(Visit& visit, store::Database& roster, Model& model, TableId table, std::uint32_t key, bool lives) {
  bool const may = lives && visit.standing.may(access::Right::EnrollByHand, visit.district->id) &&
                   RecordScope(visit, roster, access::Right::EnrollByHand).may_change(table, key);
  auto const id = may ? views::Labels(roster).id(table, key) : "";
  model["edit"] = may ? edit_address(visit, table, id, key) : "";
  auto const now = runs::RowsByKey(roster, 0, visit.hub.today).row(table, key);
  bool const restores = table == TableId::Users && now && !now->lives && visit.standing.may_everywhere(access::Right::EnrollByHand, visit.district->id);
  model["members"] = may && (table == TableId::Users || table == TableId::Classes) ? edit_address(visit, table, id, key, "members") : "";
  model["members_words"] = table == TableId::Classes ? "People in it" : "Their classes";
  model["restore"] = restores ? edit_address(visit, table, views::Labels(roster).id(table, key), key, "restore") : "";
  model["rekey"] = may && has_own_id(table) ? edit_address(visit, table, id, key, "id") : "";
}

}  // namespace rollbook::web
