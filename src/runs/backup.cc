#include "runs/backup.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

extern char** environ;

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

std::optional<Trouble> make_empty(std::string const& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) return Trouble{folder + " is there already, and is not empty. Name a new folder."};
  fs::create_directories(folder, error);
  if (error) return Trouble{"Cannot make the folder " + folder + ": " + error.message() + "."};
  fs::permissions(folder, fs::perms::owner_all, error);
  return std::nullopt;
}

std::optional<Trouble> run_tool(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
    return Trouble{words[0] + " is not installed; it comes with PostgreSQL (postgresql-client)."};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Trouble{words[0] + " did not succeed; its own words stand above."};
  return std::nullopt;
}

// Brings everything that was written there to the disk.
std::optional<Trouble> make_durable(std::string const& folder) {
  int const file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool const synced = file >= 0 && ::syncfs(file) == 0;
  if (file >= 0) ::close(file);
  if (!synced) return Trouble{"Not everything could be written to " + folder + ": " + std::strerror(errno) + "."};
  return std::nullopt;
}

// Deliveries that are just coming in are not kept yet, and nothing knows of them.
std::optional<Trouble> copy_deliveries(fs::path const& vault, fs::path const& to) {
  std::error_code error;
  for (auto const& part : fs::directory_iterator(vault, error))
    if (part.is_directory(error) && !error) {
      fs::create_directories(to / part.path().filename(), error);
      if (!error) fs::copy(part.path(), to / part.path().filename(), fs::copy_options::recursive, error);
      if (error) return Trouble{"Cannot copy the deliveries in " + vault.string() + ": " + error.message() + "."};
    }
  return std::nullopt;
}

// Databases as they are at one moment, whoever writes meanwhile. While nobody can note anything, each begins to read: what is noted as applied is in its roster
// by then, and what a roster has beyond that belongs to a run that is noted as being worked on.
std::optional<Trouble> copy_databases(Hub& hub, std::vector<store::District> const& districts, fs::path const& out) {
  std::vector<std::pair<std::unique_ptr<store::Database>, fs::path>> all;
  auto notes = hub.home.another_operations();
  if (!notes) return notes.trouble();
  all.emplace_back(std::move(*notes), "operations.db");
  for (auto const& district : districts) {
    auto const file = fs::path("districts") / std::to_string(district.id) / "roster.db";
    std::error_code error;
    if (!fs::exists(fs::path(hub.data_folder) / file, error)) continue;
    auto roster = hub.home.roster(district.id);
    if (!roster) return roster.trouble();
    all.emplace_back(std::move(*roster), file);
  }
  auto trouble = hub.home.operations().transaction([&] {
    for (auto& [database, file] : all) {
      database->run_script("BEGIN");
      database->prepare("SELECT count(*) FROM sqlite_master")->step();
    }
    return false;
  });
  if (trouble) return trouble;
  for (auto& [database, file] : all) {
    std::error_code ignored;
    fs::create_directories((out / file).parent_path(), ignored);
    database->copy_to((out / file).string());
    database->run_script("COMMIT");
    if (database->trouble()) return database->trouble();
  }
  return std::nullopt;
}

// Whoever worked on a run when the copy was made does not work on the copy.
std::optional<Trouble> nobody_works_here(store::HomePlace place) {
  auto home = store::Home::open(std::move(place));
  if (!home) return home.trouble();
  auto& operations = home->operations();
  return operations.transaction([&] { return operations.run("UPDATE runs SET lease = 0 WHERE state = 'running'"), true; });
}

}  // namespace

std::optional<Trouble> backup(Hub& hub, std::string const& postgres_url, std::string const& out) {
  if (auto trouble = make_empty(out)) return trouble;
  if (!postgres_url.empty()) {
    auto trouble = run_tool({"pg_dump", "--format=custom", "--file=" + out + "/rollbook.dump", "--schema=rollbook*", postgres_url});
    return trouble ? trouble : make_durable(out);
  }
  auto const districts = store::list_districts(hub.home.operations());
  if (!districts) return districts.trouble();
  if (auto trouble = copy_databases(hub, *districts, out)) return trouble;
  for (auto const& district : *districts) {  // later than the databases: a delivery is kept before there is a run of it
    auto const folder = fs::path("districts") / std::to_string(district.id) / "vault";
    if (auto trouble = copy_deliveries(fs::path(hub.data_folder) / folder, fs::path(out) / folder)) return trouble;
    // What a run no longer needs may go while it is copied, and can be missed.
    auto const unpacked = folder.parent_path() / "unpacked";
    [[maybe_unused]] auto const gone = copy_deliveries(fs::path(hub.data_folder) / unpacked, fs::path(out) / unpacked);
  }
  return make_durable(out);
}

std::optional<Trouble> restore(std::string const& from, std::string const& data_folder, std::string const& postgres_url) {
  std::error_code error;
  if (!postgres_url.empty()) {
    if (!fs::exists(fs::path(from) / "rollbook.dump", error)) return Trouble{from + " is no backup of a PostgreSQL database: there is no rollbook.dump in it."};
    if (auto trouble = run_tool(
            {"pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--dbname=" + postgres_url, from + "/rollbook.dump"}))
      return trouble;
    return nobody_works_here({"", postgres_url});
  }
  if (!fs::exists(fs::path(from) / "operations.db", error)) return Trouble{from + " is no backup: there is no operations.db in it."};
  if (auto trouble = make_empty(data_folder)) return trouble;
  fs::copy(from, data_folder, fs::copy_options::recursive, error);
  if (error) return Trouble{"Cannot copy the backup: " + error.message() + "."};
  if (auto trouble = nobody_works_here({data_folder, ""})) return trouble;
  return make_durable(data_folder);
}

}  // namespace rollbook::runs
