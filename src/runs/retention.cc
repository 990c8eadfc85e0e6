#include "runs/retention.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include "base/day.h"
#include "runs/change_list.h"
#include "runs/contents.h"
#include "runs/findings.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "runs/received.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

// A file is not taken away while it may be coming in: the run that has it is not in the queue yet.
constexpr std::time_t safe_after = 3600;

std::string column_of(store::Kept what) { return what == store::Kept::Deliveries ? "delivery_gone" : "findings_gone"; }

// A day of the district begins at most 14 hours before that of UTC; nothing goes a day too early.
std::string day_in_utc(std::int32_t first_day) { return day_text(first_day_kept(first_day, 1)); }

struct OldRun {
  std::int64_t id = 0;
  std::string delivery;
};

// Runs of the district that are older, and still have it.
std::vector<OldRun> old_runs(store::Database& operations, std::int64_t district, store::Kept what, std::int32_t first_day) {
  std::vector<OldRun> runs;
  auto rows =
      operations.prepare("SELECT id, delivery FROM runs WHERE district = ? AND created < ? AND state = 'done' AND coalesce(decision, '') <> 'open' AND " +
                         column_of(what) + " = ''" + (what == store::Kept::Deliveries ? " AND delivery <> ''" : "") + " ORDER BY id");
  for (rows->with(district, day_in_utc(first_day)); rows->step();) runs.push_back({rows->integer(0), std::string(rows->text(1))});
  return runs;
}

// Files of these runs that no other run has.
std::vector<ReceivedFile> files_only_of(store::Database& operations, std::int64_t district, std::vector<OldRun> const& runs) {
  std::set<std::int64_t> old;
  std::map<std::string, ReceivedFile> files;
  for (auto const& run : runs) {
    old.insert(run.id);
    for (auto& file : received_files(run.delivery)) files.emplace(file.hash, file);
  }
  if (files.empty()) return {};
  auto others = operations.prepare("SELECT id, delivery FROM runs WHERE district = ? AND delivery <> ''");
  for (others->with(district); others->step();) {
    if (old.count(others->integer(0)) > 0) continue;
    for (auto const& file : received_files(std::string(others->text(1)))) files.erase(file.hash);
  }
  std::vector<ReceivedFile> only;
  for (auto& [hash, file] : files) only.push_back(std::move(file));
  return only;
}

// Ids of people stand in some lists of a report. What is counted stays.
std::string without_ids(std::string const& report) {
  auto answer = from_json(report);
  if (!answer) return report;
  answer->classes_without_teacher.sourced_ids.clear();
  answer->people_without_class.sourced_ids.clear();
  answer->consequences.clear();
  answer->conflicts.clear();
  answer->kept.clear();
  return to_json(*answer);
}

std::string moment_of(Hub const& hub) { return hub.clock ? hub.clock() : hub.actor.at; }

// Within the caller's transaction.
void note_let_go(store::Database& operations, store::District const& district, LetGo const& gone) {
  operations.run(
      "INSERT INTO let_go(id, district, at, what, before, runs, entries, bytes, parts) SELECT coalesce(max(id), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM let_go",
      district.id, gone.at, name_of(gone.what), gone.before, gone.runs, gone.entries, gone.bytes, gone.parts);
}

// What somebody typed as their reason goes with them.
constexpr std::string_view ended_acceptances = "(ended_by <> '' AND ended_at < ?) OR until_day < ?";

class LettingGo {
 public:
  LettingGo(Hub& hub, store::District const& district, store::Kept what, std::int64_t days)
      : hub_(hub), district_(district), operations_(hub.home.operations()) {
    out_.what = what;
    first_ = first_day_kept(hub.today, days);
    out_.before = day_text(first_);
    out_.at = moment_of(hub);
    runs_ = old_runs(operations_, district.id, what, first_);
  }

  Result<LetGo> look() {
    auto roster = open_roster(hub_, district_);
    if (!roster) return roster.trouble();
    roster_ = std::move(*roster);
    if (out_.what == store::Kept::Deliveries) count_files();
    else if (auto trouble = count_rows()) return *trouble;
    if (operations_.trouble()) return *operations_.trouble();
    return out_;
  }

  // What is noted comes last: whoever is stopped on the way does the rest on the next day.
  Result<LetGo> go() {
    if (auto looked = look(); !looked || out_.runs + out_.entries == 0) return looked;
    if (auto trouble = forget_rows()) return *trouble;
    if (out_.what == store::Kept::Deliveries)
      if (auto trouble = forget_files()) return *trouble;
    if (auto trouble = note()) return *trouble;
    return out_;
  }

 private:
  void count_files() {
    files_ = files_only_of(operations_, district_.id, runs_);
    leave_what_may_be_coming_in();
    out_.runs = runs_.size();
    out_.entries = files_.size();
    for (auto const& file : files_) out_.bytes += file.size;
  }

  // A file that was written just now, and that no other run has: whose it is will be known on another day.
  void leave_what_may_be_coming_in() {
    if (hub_.data_folder.empty()) return;
    VaultFolder const folder(hub_, district_.id);
    std::set<std::string> fresh;
    for (auto const& file : files_)
      if (is_fresh(folder.path(), file.hash)) fresh.insert(file.hash);
    if (fresh.empty()) return;
    std::erase_if(runs_, [&](OldRun const& run) {
      auto const files = received_files(run.delivery);
      return std::any_of(files.begin(), files.end(), [&](auto const& file) { return fresh.count(file.hash) > 0; });
    });
    files_ = files_only_of(operations_, district_.id, runs_);
  }

  std::optional<Trouble> count_rows() {
    auto findings = roster_->prepare("SELECT count(*) FROM run_findings WHERE run = ?"),
         lists = roster_->prepare("SELECT count(*) FROM run_changes WHERE run = ?");
    out_.runs = runs_.size();
    for (auto const& run : runs_)
      for (auto* rows : {findings.get(), lists.get()}) {
        if (rows->with(run.id).step()) out_.entries += static_cast<std::uint64_t>(rows->integer(0));
        rows->reset();
      }
    auto left_out = operations_.prepare("SELECT count(*) FROM export_left_out WHERE export IN (SELECT id FROM exports WHERE district = ? AND created < ?)");
    if (left_out->with(district_.id, day_in_utc(first_)).step()) out_.entries += static_cast<std::uint64_t>(left_out->integer(0));
    left_out->reset();
    auto accepted = roster_->prepare("SELECT count(*) FROM quality_accepted WHERE " + std::string(ended_acceptances));
    if (accepted->with(day_in_utc(first_), first_).step()) out_.entries += static_cast<std::uint64_t>(accepted->integer(0));
    accepted->reset();
    return roster_->trouble();
  }

  std::optional<Trouble> forget_rows() {
    std::vector<std::int64_t> numbers;
    for (auto const& run : runs_) numbers.push_back(run.id);
    std::vector<std::string> unneeded;
    auto const trouble = roster_->transaction([&] {
      unneeded = drop_kept_files(hub_, *roster_, numbers);
      if (out_.what == store::Kept::Findings) forget_findings();
      else if (hub_.data_folder.empty())
        for (auto const& file : files_) roster_->run("DELETE FROM vault_pieces WHERE name = ?", name_in_rows(file.hash, Shelf::Received));
      return true;
    });
    if (!trouble) forget_unpacked(hub_, district_, unneeded);
    return trouble;
  }

  void forget_findings() {
    roster_->run("DELETE FROM quality_accepted WHERE " + std::string(ended_acceptances), day_in_utc(first_), first_);
    auto report = roster_->prepare("SELECT report FROM revisions WHERE run = ?");
    for (auto const& run : runs_) {
      drop_findings(*roster_, run.id);
      drop_changes(*roster_, run.id);
      roster_->run("DELETE FROM quality_causes WHERE run = ?", run.id);
      roster_->run("DELETE FROM run_contents WHERE run = ?", run.id);
      std::string text;
      if (report->with(run.id).step()) text = report->text(0);
      report->reset();
      if (auto less = without_ids(text); !text.empty() && less != text) roster_->run("UPDATE revisions SET report = ? WHERE run = ?", less, run.id);
    }
  }

  std::optional<Trouble> note() {
    return operations_.transaction([&] {
      auto report = operations_.prepare("SELECT report FROM runs WHERE district = ? AND id = ?");
      for (auto const& run : runs_) {
        operations_.run("UPDATE runs SET " + column_of(out_.what) + " = ? WHERE district = ? AND id = ?", out_.at, district_.id, run.id);
        if (out_.what == store::Kept::Deliveries) {
          operations_.run("UPDATE runs SET delivery = '' WHERE district = ? AND id = ?", district_.id, run.id);
          continue;
        }
        std::string text;
        if (report->with(district_.id, run.id).step()) text = report->text(0);
        report->reset();
        if (auto less = without_ids(text); less != text)
          operations_.run("UPDATE runs SET report = ? WHERE district = ? AND id = ?", less, district_.id, run.id);
        // What somebody typed: its undo reads the roster alone.
        operations_.run("UPDATE runs SET work = '' WHERE district = ? AND id = ? AND kind IN ('edit', 're-key')", district_.id, run.id);
      }
      if (out_.what == store::Kept::Findings)
        operations_.run("DELETE FROM export_left_out WHERE export IN (SELECT id FROM exports WHERE district = ? AND created < ?)", district_.id,
                        day_in_utc(first_));
      note_let_go(operations_, district_, out_);
      store::note(operations_, store::the_server(out_.at), district_.id, std::string(name_of(out_.what)) + " let go",
                  "of " + std::to_string(out_.runs) + " runs before " + out_.before);
      return true;
    });
  }

  std::optional<Trouble> forget_files() {
    if (hub_.data_folder.empty()) return std::nullopt;  // there they are rows
    VaultFolder const folder(hub_, district_.id);
    store::Vault vault(folder.path(), hub_.key, static_cast<std::uint64_t>(district_.id));
    for (auto const& file : files_)
      if (auto trouble = vault.remove({file.hash})) return trouble;
    return std::nullopt;
  }

  static bool is_fresh(std::string const& folder, std::string const& hash) {
    std::error_code error;
    auto const written = fs::last_write_time(fs::path(folder) / hash.substr(0, 2) / hash, error);
    return !error && fs::file_time_type::clock::now() - written < std::chrono::seconds(safe_after);
  }

  Hub& hub_;
  store::District const& district_;
  store::Database& operations_;
  std::unique_ptr<store::Database> roster_;
  std::int32_t first_ = 0;
  std::vector<OldRun> runs_;
  std::vector<ReceivedFile> files_;
  LetGo out_;
};

constexpr std::size_t versions_at_once = 500;  // whoever waits for the databases meanwhile does not notice

bool somebody_works(store::Database& operations, std::int64_t district) {
  auto row = operations.prepare("SELECT 1 FROM runs WHERE district = ? AND state = 'running' AND state <> 'done'");
  return row->with(district).step();
}

// In parts, each a transaction in which nobody can begin to work for the district. What was not noted because somebody stopped in between is gone nevertheless.
class LettingLeaversGo {
 public:
  LettingLeaversGo(Hub& hub, store::District const& district, std::int64_t days) : hub_(hub), district_(district), operations_(hub.home.operations()) {
    auto const first = first_day_kept(hub.today, days);
    out_.what = store::Kept::Leavers;
    out_.before = day_text(first);
    out_.at = moment_of(hub);
    before_ = day_in_utc(first);
  }

  Result<LetGo> look(std::function<bool()> const& enough = {}) {
    auto roster = open_roster(hub_, district_);
    if (!roster) return roster.trouble();
    roster_ = std::move(*roster);
    found_ = find_leavers(*roster_, before_, enough);
    out_.whole = found_.whole;
    out_.entries = found_.people;
    out_.parts = found_.parts;
    out_.runs = found_.revisions.size();
    return roster_->trouble() ? Result<LetGo>(*roster_->trouble()) : out_;
  }

  // Nothing: somebody works for the district, so it has to wait.
  Result<std::optional<LetGo>> go() {
    if (auto looked = look(); !looked) return looked.trouble();
    out_.entries = out_.parts = out_.runs = 0;
    if (!found_.received_ids.empty())
      if (auto trouble = roster_->transaction([&] { return forget_received_ids(*roster_, found_), true; })) return *trouble;
    for (std::size_t from = 0; from < found_.versions.size(); from += versions_at_once) {
      auto const size = std::min(versions_at_once, found_.versions.size() - from);
      if (auto trouble = forget(std::span(found_.versions).subspan(from, size))) return *trouble;
      if (busy_) break;
    }
    if (out_.entries + out_.parts > 0)
      if (auto trouble = note()) return *trouble;
    return busy_ && out_.entries + out_.parts == 0 ? std::optional<LetGo>() : std::optional(out_);
  }

  bool is_busy() const { return busy_; }

 private:
  std::optional<Trouble> forget(std::span<PastVersion const> versions) {
    std::optional<Trouble> wrong;
    auto const trouble = operations_.transaction([&] {
      busy_ = somebody_works(operations_, district_.id);
      if (busy_) return false;
      LeaversGone gone;
      wrong = roster_->transaction([&] { return gone = forget_leavers(*roster_, versions, out_.at), true; });
      if (wrong) return false;
      out_.entries += gone.people;
      out_.parts += gone.parts;
      out_.runs += gone.revisions.size();
      for (auto const revision : gone.revisions)
        operations_.run("UPDATE runs SET past_undoing = ? WHERE district = ? AND revision = ?", out_.at, district_.id, revision);
      return true;
    });
    return trouble ? trouble : wrong;
  }

  std::optional<Trouble> note() {
    return operations_.transaction([&] {
      note_let_go(operations_, district_, out_);
      store::note(operations_, store::the_server(out_.at), district_.id, "leavers let go",
                  std::to_string(out_.entries) + " people who left before " + out_.before + ", and " + std::to_string(out_.parts) + " records about them");
      return true;
    });
  }

  Hub& hub_;
  store::District const& district_;
  store::Database& operations_;
  std::unique_ptr<store::Database> roster_;
  std::string before_;
  Leavers found_;
  bool busy_ = false;
  LetGo out_;
};

// What was deleted is zeroed in the pages of SQLite (secure_delete); the log that it writes first still has it until it is emptied. False: somebody reads in
// it.
bool empty_log(store::Database& database) {
  auto row = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  bool const emptied = row->step() && row->integer(0) == 0;
  row.reset();
  return emptied;
}

bool empty_logs(Hub& hub, store::District const& district) {
  auto& operations = hub.home.operations();
  if (operations.dialect().name != "SQLite") return true;
  auto roster = open_roster(hub, district);
  return empty_log(operations) && roster && empty_log(**roster);
}

bool keep_fact(store::Database& operations, std::int64_t district, std::string_view name, std::string_view value) {
  return !operations.transaction([&] { return store::keep_district_fact(operations, district, name, value), true; });
}

// Logs that could not be emptied at once are tried again whenever somebody works for the district.
void empty_logs_that_wait(Hub& hub, store::District const& district) {
  auto& operations = hub.home.operations();
  if (!store::district_fact(operations, district.id, "let-go.log").empty() && empty_logs(hub, district)) {
    keep_fact(operations, district.id, "let-go.log", "");
    empty_logs(hub, district);
  }
}

}  // namespace

std::int32_t first_day_kept(std::int32_t today, std::int64_t days) {
  using namespace std::chrono;
  auto const day = sys_days(year(today / 10000) / month(static_cast<unsigned>(today / 100 % 100)) / std::chrono::day(static_cast<unsigned>(today % 100)));
  year_month_day const first(day - std::chrono::days(days));
  return int{first.year()} * 10000 + static_cast<int>(unsigned{first.month()} * 100 + unsigned{first.day()});
}

Result<LetGo> would_go(Hub& hub, store::District const& district, store::Kept what, std::int64_t days, std::function<bool()> const& enough) {
  return what == store::Kept::Leavers ? LettingLeaversGo(hub, district, days).look(enough) : LettingGo(hub, district, what, days).look();
}

Result<std::vector<LetGo>> let_go_what_is_old(Hub& hub, store::District const& district, bool again) {
  auto& operations = hub.home.operations();
  std::vector<LetGo> gone;
  auto const today = std::to_string(hub.today);
  empty_logs_that_wait(hub, district);
  if (!again && store::district_fact(operations, district.id, "let-go.day") == today) return gone;
  bool all_done = true;
  auto const leavers = store::days_kept(operations, district.id, store::Kept::Leavers);
  for (auto const what : store::all_kept) {
    auto const days = store::days_with_leavers(what, store::days_kept(operations, district.id, what), leavers);
    if (!days) continue;
    if (what == store::Kept::Leavers) {
      LettingLeaversGo letting(hub, district, *days);
      auto went = letting.go();
      if (!went) return went.trouble();
      all_done = !letting.is_busy();
      if (*went && (*went)->entries + (*went)->parts > 0) gone.push_back(std::move(**went));
      continue;
    }
    auto went = LettingGo(hub, district, what, *days).go();
    if (!went) return went.trouble();
    if (went->runs + went->entries > 0) gone.push_back(std::move(*went));
  }
  auto const trouble = operations.transaction([&] {
    if (all_done) store::keep_district_fact(operations, district.id, "let-go.day", today);
    if (!gone.empty()) store::keep_district_fact(operations, district.id, "let-go.log", "full");
    return true;
  });
  if (trouble) return *trouble;
  empty_logs_that_wait(hub, district);
  return gone;
}

std::vector<LetGo> list_let_go(store::Database& operations, std::int64_t district, std::size_t most) {
  std::vector<LetGo> all;
  auto const number = [](store::Statement const& row, int column) { return static_cast<std::uint64_t>(row.integer(column)); };
  auto rows = operations.prepare("SELECT id, what, at, before, runs, entries, bytes, parts FROM let_go WHERE district = ? ORDER BY id DESC LIMIT ?");
  for (rows->with(district, most); rows->step();) {
    auto const what = std::find_if(store::all_kept.begin(), store::all_kept.end(), [&](store::Kept one) { return name_of(one) == rows->text(1); });
    all.push_back({rows->integer(0), what == store::all_kept.end() ? store::Kept::Deliveries : *what, std::string(rows->text(2)), std::string(rows->text(3)),
                   number(*rows, 4), number(*rows, 5), number(*rows, 6), number(*rows, 7)});
  }
  return all;
}

}  // namespace rollbook::runs
