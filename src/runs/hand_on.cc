#include "runs/hand_on.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/text.h"
#include "export/zip_stream.h"
#include "runs/apply.h"
#include "runs/look.h"
#include "runs/sftp.h"
#include "runs/worker.h"
#include "store/district_life.h"
#include "store/folders.h"
#include "store/moment.h"
#include "store/receiver_secrets.h"

namespace rollbook::runs {
namespace {

using Clock = std::chrono::steady_clock;

std::string now_text() {
  return store::moment_text(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

// A file that takes its name when it is whole. No path: bytes are counted and forgotten, or kept for a push in a file that never has a name.
class ZipFile {
 public:
  ZipFile(std::string path, bool keeps, std::string const& keeps_in) : path_(std::move(path)) {
    if (keeps) open_nameless(keeps_in.empty() ? std::filesystem::temp_directory_path().string() : keeps_in);
    if (path_.empty()) return;
    auto const folder = std::filesystem::path(path_).parent_path().string();
    if (auto const trouble = folder.empty() ? std::nullopt : store::make_folder(folder)) {
      why_ = trouble->text;
      return;
    }
    ::unlink(part().c_str());
    int const file = ::open(part().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);  // it is children's data
    if (file < 0 || (file_ = ::fdopen(file, "wb")) == nullptr) why_ = std::strerror(errno);
  }
  ZipFile(ZipFile const&) = delete;
  ~ZipFile() {
    if (file_ != nullptr) std::fclose(file_);
    if (!path_.empty()) ::unlink(part().c_str());
  }
  void write(std::string_view bytes) {
    if (file_ != nullptr && why_.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) why_ = std::strerror(errno);
  }
  std::optional<Trouble> finish() {
    if (path_.empty() && file_ != nullptr && std::fflush(file_) != 0) why_ = std::strerror(errno);
    if (path_.empty()) return why_.empty() ? std::nullopt : std::optional(Trouble{"There is no room for the file: " + why_ + "."});
    if (why_.empty() && (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0)) why_ = std::strerror(errno);
    if (why_.empty() && std::rename(part().c_str(), path_.c_str()) != 0) why_ = std::strerror(errno);
    if (why_.empty() && !store::sync_folder(std::filesystem::path(path_).parent_path().string())) why_ = std::strerror(errno);
    return why_.empty() ? std::nullopt : std::optional(Trouble{"The file could not be written: " + why_ + "."});
  }

  int number() const { return ::fileno(file_); }

 private:
  std::string part() const { return path_ + ".part"; }

  void open_nameless(std::string const& folder) {
    int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) {  // not every file system has such files
      auto name = folder + "/.pushed-XXXXXX";
      file = ::mkostemp(name.data(), O_CLOEXEC);
      if (file >= 0) ::unlink(name.c_str());
    }
    if (file < 0 || (file_ = ::fdopen(file, "w+b")) == nullptr) why_ = std::strerror(errno);
  }

  std::string path_, why_;
  std::FILE* file_ = nullptr;
};

// created changed removed of each table, where anything is.
std::string changes_between(store::KeysOfTables const& before, Exported const& now) {
  std::vector<std::string> all;
  for (std::size_t table = 0; table < table_count; ++table) {
    auto const& was = before[table];
    auto const& is = now.included[table];
    auto const at = [](std::vector<bool> const& keys, std::size_t i) { return i < keys.size() && keys[i]; };
    std::uint64_t created = 0, changed = 0, removed = 0;
    for (std::size_t i = 0; i < std::max(was.size(), is.size()); ++i) {
      created += at(is, i) && !at(was, i);
      removed += at(was, i) && !at(is, i);
      changed += at(is, i) && at(was, i) && at(now.changed[table], i);
    }
    if (created + changed + removed > 0)
      all.push_back(std::string(table_of(static_cast<TableId>(table)).name) + "=" + std::to_string(created) + " " + std::to_string(changed) + " " +
                    std::to_string(removed));
  }
  return joined_by_commas(all);
}

// Rows in the roster, and those that App Rules leave out, of each table that is looked at.
std::string looked_at(Exported const& exported) {
  std::vector<std::string> all;
  for (std::size_t table = 0; table < table_count; ++table)
    if (exported.there[table] > 0)
      all.push_back(std::string(table_of(static_cast<TableId>(table)).name) + "=" + std::to_string(exported.there[table]) + " " +
                    std::to_string(exported.broken[table]));
  return joined_by_commas(all);
}

// For who only counts.
struct NoFiles : FileSink {
  void begin(std::string_view) override {}
  void write(std::string_view) override {}
  void end() override {}
};

// Where it goes besides the records of Rollbook; trouble when it cannot go there.
Result<std::string> destination(store::Receiver const& receiver, std::string const& out) {
  if (!out.empty() || receiver.value("delivery") != "folder") return out;
  if (exports_folder().empty())
    return Trouble{"The operator of this server has named no folder for exports (ROLLBOOK_EXPORTS). Choose download, or ask them for one."};
  return path_for(receiver);
}

// Makes what is in hand; fills in what it was.
std::optional<Trouble> make(Hub& hub, store::District const& district, store::Receiver const& receiver, std::string const& out, store::Export& made,
                            Exported& exported, store::KeysOfTables& before) {
  auto& operations = hub.home.operations();
  if (auto why = receiver.why_nothing(made.day); !why.empty() && !made.preview) return Trouble{why};
  auto const path = made.preview ? Result<std::string>(std::string()) : destination(receiver, out);
  if (!path) return path.trouble();
  bool const pushed = !made.preview && out.empty() && receiver.value("delivery") == "sftp";
  auto const place = sftp_place_of(receiver);
  auto const secret = pushed ? store::receiver_secret(operations, hub.key, receiver.id) : "";
  if (auto why = missing_for_sftp(place, !secret.empty()); pushed && !why.empty()) return Trouble{why};
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  made.revision = last_revision(**roster);
  if (made.revision == 0) return Trouble{"There is no roster yet: it is there when the first delivery has been applied."};
  roster->reset();
  made.policy = "kind=" + receiver.kind + "\n" + store::text_of(receiver.settings);
  made.schools = "";
  for (auto const& school : split(receiver.value("schools"), ',')) made.schools += (made.schools.empty() ? "" : "\n") + school;
  auto options = options_of(hub, district, made);
  if (!options) return options.trouble();
  auto told = Clock::now();
  options->progress = [&](std::uint64_t rows) {
    if (Clock::now() - told < std::chrono::milliseconds(500)) return;
    told = Clock::now();
    operations.run("UPDATE exports SET rows = ? WHERE id = ?", rows, made.id);
  };
  options->stops = [&] { return hub.watch.stops(); };
  auto const last = store::last_export_of(operations, district.id, receiver.id, made.id);
  if (last) before = store::disclosed_up_to(operations, receiver.id, last->id);
  store::Sha256 digest;
  ZipFile file(*path, pushed, hub.data_folder);
  made.bytes = 0;
  ZipStream zip(
      [&](std::string_view bytes) {
        digest.take(bytes);
        made.bytes += bytes.size();
        file.write(bytes);
      },
      hub.workers);
  NoFiles nothing;
  auto result = export_roster(hub, district, *options, made.preview ? static_cast<FileSink&>(nothing) : zip);
  if (!result) return result.trouble();
  if (!made.preview) zip.finish();
  if (auto trouble = file.finish()) return trouble;
  if (pushed)
    if (auto trouble = push_by_sftp(place, secret, zip_name_of(receiver), file.number(), made.bytes, sftp_limits(), options->stops)) return trouble;
  exported = std::move(*result);
  if (!made.preview) made.digest = digest.hex();
  made.version = name_of(exported.version);
  std::vector<std::string> counts;
  made.rows = 0;
  for (auto const& [table, rows] : exported.rows) made.rows += rows, counts.push_back(table + "=" + std::to_string(rows));
  made.counts = joined_by_commas(counts);
  made.changes = last ? changes_between(before, exported) : "first";
  made.left_out = exported.left_out_total;
  made.looked_at = looked_at(exported);
  return std::nullopt;
}

}  // namespace

Result<std::int64_t> queue_hand_on(Hub& hub, store::District const& district, store::Receiver const& receiver) {
  if (auto why = receiver.why_nothing(hub.today); !why.empty()) return Trouble{why};
  if (auto why = store::why_no_service(hub.home.operations(), district); !why.empty()) return Trouble{why};
  store::Export made;
  made.district = district.id;
  made.receiver = receiver.id;
  made.created = hub.actor.at;
  made.who = hub.actor.who;
  made.day = hub.today;
  auto& operations = hub.home.operations();
  std::int64_t number = 0;
  auto const trouble = operations.transaction([&] {
    number = store::queue_export(operations, made);
    if (number > 0) store::note(operations, hub.actor, district.id, "export queued", std::to_string(number) + " for " + receiver.name);
    return true;
  });
  if (trouble) return *trouble;
  if (number == 0) return Trouble{"An export for " + receiver.name + " is in the queue already."};
  if (hub.queued) hub.queued();
  return number;
}

Result<std::int64_t> queue_preview(Hub& hub, store::District const& district, store::Receiver const& receiver) {
  if (receiver.state == "ended") return Trouble{receiver.why_nothing(hub.today)};
  store::Export made;
  made.district = district.id;
  made.receiver = receiver.id;
  made.created = hub.actor.at;
  made.who = hub.actor.who;
  made.day = hub.today;
  made.preview = true;
  auto& operations = hub.home.operations();
  std::int64_t number = 0;
  auto const trouble = operations.transaction([&] {
    number = store::queue_export(operations, made);
    if (number > 0) store::note(operations, hub.actor, district.id, "export previewed", "for " + receiver.name);
    return true;
  });
  if (trouble) return *trouble;
  if (number == 0) return Trouble{"A preview for " + receiver.name + " is being counted already."};
  if (hub.queued) hub.queued();
  return number;
}

std::optional<Trouble> queue_due(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now) {
  auto& operations = hub.home.operations();
  auto const at = store::moment_text(now);
  auto const is_due = [&](store::Receiver const& receiver) {
    auto const schedule = schedule_of(receiver.value("when"));
    if (!schedule || !receiver.why_nothing(hub.today).empty()) return false;
    auto const due = newest_due(*schedule, clock, now);
    return due && store::moment_text(*due) > receiver.due_after;
  };
  auto const all = store::list_receivers(operations, district.id);
  if (std::none_of(all.begin(), all.end(), is_due)) return operations.trouble();
  return operations.transaction([&] {  // another node may have seen to it meanwhile
    for (auto const& receiver : store::list_receivers(operations, district.id)) {
      if (!is_due(receiver)) continue;
      store::Export made;
      made.district = district.id;
      made.receiver = receiver.id;
      made.created = at;
      made.who = "the server";
      made.day = hub.today;
      auto const number = store::queue_export(operations, made);
      store::note_due(operations, receiver.id, at);
      if (number > 0) store::note(operations, {made.who, at, "the server"}, district.id, "export queued", std::to_string(number) + " for " + receiver.name);
    }
    return true;
  });
}

Result<std::optional<store::Export>> make_next(Hub& hub, store::District const& district, std::optional<std::int64_t> wanted, std::string const& out) {
  auto& operations = hub.home.operations();
  std::optional<store::Export> none;
  auto made = store::claim_export(operations, district.id, wanted, hub.worker, is_dead);
  if (operations.trouble()) return *operations.trouble();
  if (!made) return none;
  auto const receiver = store::find_receiver(operations, district.id, made->receiver);
  if (!receiver) return Trouble{"The receiver of export " + std::to_string(made->id) + " is not there."};
  made->day = hub.today;
  Exported exported;
  store::KeysOfTables before;
  auto const trouble = make(hub, district, *receiver, out, *made, exported, before);
  bool const given_back = trouble && hub.watch.gives_back();
  made->outcome = given_back ? "queued" : trouble ? "failed" : made->preview ? "previewed" : "exported";
  if (trouble) made->why = given_back ? "" : trouble->text, made->rows = 0, made->bytes = 0;
  made->worker.clear();
  made->finished = given_back ? "" : now_text();
  if (operations.trouble()) operations.recover();
  auto const noted = operations.transaction([&] {
    store::save_export(operations, *made);
    if (!trouble) {
      if (!made->preview) store::note_disclosed(operations, receiver->id, made->id, before, exported.included);
      store::add_left_out(operations, made->id, exported.left_out);
    }
    if (!made->preview)
      store::note(operations, {made->who, hub.clock ? hub.clock() : hub.actor.at, hub.clock ? "the server" : hub.actor.from_where}, district.id,
                  "export " + made->outcome, std::to_string(made->id) + " for " + receiver->name);
    return true;
  });
  if (noted) return *noted;
  return made;
}

Result<ExportOptions> options_of(Hub& hub, store::District const& district, store::Export const& made) {
  if (made.receiver == 0) return options_of(made);
  auto& operations = hub.home.operations();
  auto const receiver = store::find_receiver(operations, district.id, made.receiver);
  auto settings = store::settings_of(made.policy);
  auto const kind = settings["kind"];
  settings.erase("kind");
  auto policy = store::policy_of(kind, settings);
  if (!receiver || !policy) return policy ? Trouble{"Its receiver is not there."} : policy.trouble();
  auto const last = store::last_export_of(operations, district.id, made.receiver, made.id);
  ExportOptions options;
  options.revision = made.revision;
  options.day = made.day;
  options.shared = std::make_shared<Shared>(Shared{std::move(*policy), store::Pseudonyms(hub.key, receiver->id, receiver->salt), last ? last->revision : 0});
  return options;
}

std::string exports_folder() {
  auto const* const folder = std::getenv("ROLLBOOK_EXPORTS");
  return folder == nullptr ? "" : folder;
}

std::string zip_name_of(store::Receiver const& receiver) {
  auto const name = receiver.value("zip-name");
  return name.empty() ? "roster.zip" : name;
}

std::string path_for(store::Receiver const& receiver) {
  return exports_folder() + "/district-" + std::to_string(receiver.district) + "/receiver-" + std::to_string(receiver.id) + "/" + zip_name_of(receiver);
}

}  // namespace rollbook::runs
