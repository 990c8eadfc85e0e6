#include "store/district_life.h"

#include <algorithm>
#include <functional>

namespace rollbook::store {
namespace {

constexpr std::int64_t lease_seconds = 600;

constexpr std::string_view accounts_of_it_alone =
    "SELECT id FROM accounts WHERE is_operator = 0 AND id IN (SELECT account FROM grants WHERE district = ?) AND id NOT IN (SELECT account FROM grants WHERE "
    "district <> ?)";

std::optional<Trouble> change(Database& operations, District const& district, Actor const& actor, std::string_view from, std::string_view to,
                              std::string_view what, std::string const& otherwise, std::function<void()> const& along = {}) {
  bool done = false;
  auto const trouble = operations.transaction([&] {
    auto row = operations.prepare("SELECT 1 FROM districts WHERE id = ? AND state = ?");
    done = row->with(district.id, from).step();
    row.reset();
    if (!done) return false;
    operations.run("UPDATE districts SET state = ? WHERE id = ?", to, district.id);
    if (along) along();
    note(operations, actor, district.id, what, "");
    note(operations, actor, 0, what, std::to_string(district.id) + " " + district.name);
    return true;
  });
  if (trouble) return trouble;
  return done ? std::nullopt : std::optional(Trouble{otherwise});
}

std::int64_t count(Database& operations, std::string const& sql, std::int64_t district) {
  auto row = operations.prepare(sql);
  return row->with(district).step() ? row->integer(0) : 0;
}

Deletion deletion_of(Statement const& row) {
  auto const text = [&](int i) { return std::string(row.text(i)); };
  return {row.integer(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7)};
}

constexpr std::string_view columns = "SELECT district, name, asked, who, counted, finished, proof, digest FROM deletions ";

}  // namespace

Service service_of(Database& operations, std::int64_t district) {
  auto row = operations.prepare("SELECT state FROM districts WHERE id = ?");
  if (!row->with(district).step()) return Service::Open;
  return row->text(0) == "locked" ? Service::Locked : row->text(0) == "deleting" ? Service::Deleting : Service::Open;
}

std::string why_no_service(Database& operations, District const& district) {
  switch (service_of(operations, district.id)) {
    case Service::Open:
      return "";
    case Service::Locked:
      return "The operator of this server has suspended the district \"" + district.name + "\": nothing is taken or done for it until they resume it.";
    case Service::Deleting:
      return "The district \"" + district.name + "\" is being deleted.";
  }
  return "";
}

std::optional<Trouble> lock_district(Database& operations, District const& district, Actor const& actor) {
  return change(operations, district, actor, "", "locked", "district locked", "The district \"" + district.name + "\" is suspended already, or being deleted.");
}

std::optional<Trouble> unlock_district(Database& operations, District const& district, Actor const& actor) {
  // Nobody could send meanwhile: deadlines that have passed are nobody's fault.
  auto const forgive = [&] {
    operations.run("UPDATE source_clocks SET late_after = ? WHERE late_after < ? AND source IN (SELECT id FROM sources WHERE district = ?)", actor.at, actor.at,
                   district.id);
  };
  return change(operations, district, actor, "locked", "", "district unlocked",
                "The district \"" + district.name + "\" is not suspended by the operator, or being deleted.", forgive);
}

std::optional<Trouble> ask_to_delete(Database& operations, District const& district, std::string_view typed, Actor const& actor) {
  if (typed != district.name) return Trouble{"Type the name of the district, exactly as it stands here: " + district.name + "."};
  bool asked_before = false;
  auto const trouble = operations.transaction([&] {
    asked_before = service_of(operations, district.id) == Service::Deleting;
    if (asked_before) return false;
    operations.run("UPDATE districts SET state = 'deleting' WHERE id = ?", district.id);
    operations.run("UPDATE runs SET cancel_by = ? WHERE district = ? AND state <> 'done'", actor.who, district.id);
    // Numbers of runs and exports are the server's; those that go are not given again.
    operations.run(
        "INSERT INTO deletions(district, name, asked, who, counted, finished, proof, digest, last_run, last_export, worker, lease) SELECT ?, ?, ?, ?, '', '', "
        "'', '', (SELECT coalesce(max(id), 0) FROM runs WHERE district = ?), (SELECT coalesce(max(id), 0) FROM exports WHERE district = ?), '', 0",
        district.id, district.name, actor.at, actor.who, district.id, district.id);
    note(operations, actor, 0, "district to be deleted", std::to_string(district.id) + " " + district.name);
    return true;
  });
  if (trouble) return trouble;
  return asked_before ? std::optional(Trouble{"The district \"" + district.name + "\" is being deleted already."}) : std::nullopt;
}

std::vector<std::int64_t> districts_to_delete(Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare("SELECT id FROM districts WHERE state <> '' AND state = 'deleting' ORDER BY id");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

std::vector<Holding> holdings_of(Database& operations, std::int64_t district) {
  std::vector<Holding> all;
  constexpr std::pair<char const*, char const*> counted[] = {{"people who may sign in to it", "SELECT count(DISTINCT account) FROM grants WHERE district = ?"},
                                                             {"open invitations", "SELECT count(*) FROM invitations WHERE district = ?"},
                                                             {"tokens of programs", "SELECT count(*) FROM tokens WHERE district = ?"},
                                                             {"sources", "SELECT count(*) FROM sources WHERE district = ?"},
                                                             {"runs", "SELECT count(*) FROM runs WHERE district = ?"},
                                                             {"receivers", "SELECT count(*) FROM receivers WHERE district = ?"},
                                                             {"exports", "SELECT count(*) FROM exports WHERE district = ?"},
                                                             {"contacts of organizations", "SELECT count(*) FROM org_contacts WHERE district = ?"},
                                                             {"entries of its audit log", "SELECT count(*) FROM audit WHERE district = ?"}};
  for (auto const& [what, sql] : counted) all.push_back({what, count(operations, sql, district)});
  auto alone = operations.prepare("SELECT count(*) FROM (" + std::string(accounts_of_it_alone) + ") alone");
  all.insert(all.begin() + 1,
             {"of them people who belong to no other district, and lose their account", alone->with(district, district).step() ? alone->integer(0) : 0});
  return all;
}

std::optional<Deletion> find_deletion(Database& operations, std::int64_t district) {
  auto row = operations.prepare(std::string(columns) + "WHERE district = ?");
  if (!row->with(district).step()) return std::nullopt;
  return deletion_of(*row);
}

std::vector<Deletion> list_deletions(Database& operations, std::optional<std::int64_t> below, std::size_t how_many) {
  std::vector<Deletion> all;
  auto rows = operations.prepare(std::string(columns) + "WHERE district < ? ORDER BY district DESC LIMIT ?");
  for (rows->with(below.value_or(INT64_MAX), how_many); rows->step();) all.push_back(deletion_of(*rows));
  return all;
}

bool claim_deletion(Database& operations, std::int64_t district, std::string const& worker, std::int64_t now, bool (*is_dead)(std::string const&)) {
  bool claimed = false;
  auto const trouble = operations.transaction([&] {
    auto row = operations.prepare("SELECT worker, lease FROM deletions WHERE district = ? AND finished = ''");
    if (!row->with(district).step()) return false;
    std::string const who(row->text(0));
    claimed = who.empty() || who == worker || row->integer(1) <= now || is_dead(who);
    row.reset();
    if (claimed) operations.run("UPDATE deletions SET worker = ?, lease = ? WHERE district = ?", worker, now + lease_seconds, district);
    return claimed;
  });
  return claimed && !trouble;
}

void keep_counted(Database& operations, std::int64_t district, std::string const& counted) {
  operations.run("UPDATE deletions SET counted = ? WHERE district = ?", counted, district);
}

void forget_district(Database& operations, Deletion const& done) {
  auto const district = done.district;
  std::vector<std::int64_t> accounts;
  auto alone = operations.prepare(accounts_of_it_alone);
  for (alone->with(district, district); alone->step();) accounts.push_back(alone->integer(0));
  alone.reset();
  // What refers to a row goes before it.
  for (auto const* const table : {"export_left_out", "fetched"})
    operations.run("DELETE FROM " + std::string(table) + " WHERE export IN (SELECT id FROM exports WHERE district = ?)", district);
  for (auto const* const table : {"disclosed", "receiver_secrets"})
    operations.run("DELETE FROM " + std::string(table) + " WHERE receiver IN (SELECT id FROM receivers WHERE district = ?)", district);
  for (auto const* const table :
       {"source_settings", "needs_full", "source_clocks", "late_deliveries", "door_taken", "door_incomplete", "door_accounts", "door_keys", "door_folders"})
    operations.run("DELETE FROM " + std::string(table) + " WHERE source IN (SELECT id FROM sources WHERE district = ?)", district);
  for (auto const* const table : {"exports", "receivers", "runs", "ranges", "sources", "grants", "tokens", "invitations", "district_settings", "let_go",
                                  "org_contacts", "district_measures", "outbox", "events", "wishes", "webhooks", "audit", "audit_ends"})
    operations.run("DELETE FROM " + std::string(table) + " WHERE district = ?", district);
  for (auto const account : accounts) {
    for (auto const* const table : {"credentials", "links", "sessions", "tokens", "known_addresses", "wishes", "outbox"})
      operations.run("DELETE FROM " + std::string(table) + " WHERE account = ?", account);
    operations.run("DELETE FROM invitations WHERE invited_by = ?", account);
    operations.run("DELETE FROM accounts WHERE id = ?", account);
  }
  operations.run("DELETE FROM districts WHERE id = ?", district);
  operations.run("UPDATE deletions SET finished = ?, proof = ?, digest = ?, worker = '', lease = 0 WHERE district = ?", done.finished, done.proof, done.digest,
                 district);
}

}  // namespace rollbook::store
