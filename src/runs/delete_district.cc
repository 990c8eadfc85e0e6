#include "runs/delete_district.h"

#include <algorithm>
#include <filesystem>

#include "runs/hand_on.h"
#include "runs/look.h"
#include "runs/received.h"
#include "runs/worker.h"
#include "store/audit.h"
#include "store/rows.h"
#include "store/runs.h"
#include "store/sha256.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

fs::path folder_of(Hub const& hub, std::int64_t district) { return fs::path(hub.data_folder) / "districts" / std::to_string(district); }

// Exports that are being made are told by their worker alone.
bool is_worked_on(store::Database& operations, std::int64_t district, store::Worker const& me) {
  auto runs = operations.prepare("SELECT worker, lease FROM runs WHERE district = ? AND state = 'running' AND state <> 'done'");
  for (runs->with(district); runs->step();)
    if (std::string const who(runs->text(0)); who != me.name && runs->integer(1) > me.now && !is_dead(who)) return true;
  runs.reset();
  auto exports = operations.prepare("SELECT worker FROM exports WHERE district = ? AND outcome = '' AND receiver > 0");
  for (exports->with(district); exports->step();)
    if (std::string const who(exports->text(0)); who != me.name && !is_dead(who)) return true;
  return false;
}

std::string line(std::string const& what, std::string const& value) { return what + ": " + value + "\n"; }

// What the roster database holds: rows of its tables in all their versions, revisions, files.
Result<std::string> count_roster(Hub& hub, store::District const& district) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const number = [&](std::string const& sql) {
    auto row = (*roster)->prepare(sql);
    return row->step() ? row->integer(0) : 0;
  };
  std::string out;
  for (auto const* table : all_tables)
    if (auto const rows = number("SELECT count(*) FROM " + store::quoted(*table)); rows > 0)
      out += line("rows of " + std::string(table->name) + ", in all versions", std::to_string(rows));
  store::Sha256 digest;
  std::int64_t revisions = 0;
  auto all = (*roster)->prepare("SELECT number, digest FROM revisions ORDER BY number");
  while (all->step()) {
    ++revisions;
    digest.take(std::to_string(all->integer(0)) + " ");
    digest.take(all->blob(1));
  }
  all.reset();
  out += line("revisions of the roster", std::to_string(revisions)) + line("SHA-256 of their numbers and digests", digest.hex());
  if ((*roster)->trouble()) return *(*roster)->trouble();
  return out;
}

// Files as they were received have the keyed hash of their content for a name.
std::string count_deliveries(store::Database& operations, std::int64_t district) {
  std::vector<std::string> names;
  std::uint64_t bytes = 0;
  auto rows = operations.prepare("SELECT delivery FROM runs WHERE district = ? AND delivery <> '' ORDER BY id");
  for (rows->with(district); rows->step();)
    for (auto const& file : received_files(std::string(rows->text(0)))) {
      if (std::find(names.begin(), names.end(), file.hash) != names.end()) continue;
      names.push_back(file.hash);
      bytes += file.size;
    }
  std::sort(names.begin(), names.end());
  store::Sha256 digest;
  for (auto const& name : names) digest.take(name + "\n");
  return line("files of deliveries", std::to_string(names.size())) + line("bytes of these files", std::to_string(bytes)) +
         line("SHA-256 of their names in the vault, in order", digest.hex());
}

Result<std::string> count_everything(Hub& hub, store::District const& district) {
  auto& operations = hub.home.operations();
  std::string out;
  for (auto const& holding : store::holdings_of(operations, district.id)) out += line(holding.what, std::to_string(holding.many));
  auto const log = store::verify_audit(operations, district.id);
  if (!log) return log.trouble();
  out += line("digest of the newest entry of its audit log", log->end.empty() ? "none" : log->end);
  if (!log->broken.empty()) out += line("its audit log was not whole", log->broken);
  out += count_deliveries(operations, district.id);
  auto const roster = count_roster(hub, district);
  if (!roster) return roster;
  return out + *roster;
}

std::optional<Trouble> remove_folder(fs::path const& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return Trouble{"The folder " + folder.string() + " could not be removed: " + error.message() + "."};
  return std::nullopt;
}

// The roster, deliveries as received and unpacked, and what was written for receivers.
std::optional<Trouble> destroy_data(Hub& hub, store::District const& district) {
  if (auto const exports = exports_folder(); !exports.empty())
    if (auto trouble = remove_folder(fs::path(exports) / ("district-" + std::to_string(district.id)))) return trouble;
  if (!hub.data_folder.empty()) return remove_folder(folder_of(hub, district.id));
  auto roster = hub.home.roster(district.id);
  if (!roster) return roster.trouble();
  auto schema = (*roster)->prepare("SELECT quote_ident(current_schema())");
  auto const name = schema->step() ? std::string(schema->text(0)) : "";
  schema.reset();
  if (!name.empty()) (*roster)->run_script("DROP SCHEMA " + name + " CASCADE");
  return (*roster)->trouble();
}

std::string proof_of(store::Deletion const& deletion, bool in_folder) {
  std::string out = "Rollbook has deleted a district.\n\n";
  out += line("District", std::to_string(deletion.district) + ", " + deletion.name);
  out += line("Asked for", deletion.asked + " by " + deletion.who);
  out += line("Done", deletion.finished + " by the server");
  out += "\nWhat there was, and is destroyed\n" + deletion.counted;
  out += "\nWhat this does not cover\n";
  out += "Backups that were made before, with all that was there then: let them go where they are kept.\n";
  out += "What receivers were given before: it is theirs.\n";
  out += in_folder ? "Blocks of the disk on which removed files lay: the system gives them to other files when it needs room.\n"
                   : "Rows that PostgreSQL has deleted and not yet overwritten in its own files: VACUUM FULL of the server's schema removes them. WAL that is "
                     "archived.\n";
  out += "\nThe SHA-256 of this text stands in the audit log of the server, a chain of digests that \"rollbook verify\" checks.\n";
  return out;
}

std::string moment_of(Hub const& hub) { return hub.clock ? hub.clock() : hub.actor.at; }

}  // namespace

Result<bool> delete_district(Hub& hub, store::District const& district) {
  auto& operations = hub.home.operations();
  auto const me = worker_of(hub);
  if (!store::claim_deletion(operations, district.id, me.name, me.now, is_dead) || is_worked_on(operations, district.id, me)) {
    if (operations.trouble()) return *operations.trouble();
    return false;
  }
  auto deletion = store::find_deletion(operations, district.id);
  if (!deletion) return false;
  if (deletion->counted.empty()) {
    auto counted = count_everything(hub, district);
    if (!counted) return counted.trouble();
    deletion->counted = std::move(*counted);
    if (auto trouble = operations.transaction([&] { return store::keep_counted(operations, district.id, deletion->counted), true; })) return *trouble;
  }
  if (auto trouble = destroy_data(hub, district)) return *trouble;
  deletion->finished = moment_of(hub);
  deletion->proof = proof_of(*deletion, !hub.data_folder.empty());
  store::Sha256 digest;
  digest.take(deletion->proof);
  deletion->digest = digest.hex();
  auto const trouble = operations.transaction([&] {
    if (auto const now = store::find_deletion(operations, district.id); !now || !now->finished.empty()) return false;  // somebody else was faster
    store::forget_district(operations, *deletion);
    store::note(operations, store::the_server(deletion->finished), 0, "district deleted",
                std::to_string(district.id) + " " + district.name + ", asked by " + deletion->who + ", SHA-256 of the proof " + deletion->digest);
    return true;
  });
  if (trouble) return *trouble;
  // A page that was being made may have opened the roster anew; and SQLite's log still has what was written before.
  if (!hub.data_folder.empty())
    if (auto again = destroy_data(hub, district)) return *again;
  if (operations.dialect().name == "SQLite") operations.run_script("PRAGMA wal_checkpoint(TRUNCATE)");
  return true;
}

}  // namespace rollbook::runs
