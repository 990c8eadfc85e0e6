#include "runs/backup.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

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

// A copy of a SQLite database as it is at one moment, whoever writes meanwhile.
std::optional<Trouble> copy_database(store::Database& database, fs::path const& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  std::string path;
  for (char const c : to.string()) path += c == '\'' ? std::string("''") : std::string(1, c);
  database.run_script("VACUUM INTO '" + path + "'");
  return database.trouble();
}

}  // namespace

// What is noted as applied must be there: so the notes are copied first, then the rosters, whose own commit marks are newer if anything; then the
// deliveries, which are kept before there is a run of them.
std::optional<Trouble> backup(Hub& hub, std::string const& postgres_url, std::string const& out) {
  if (auto trouble = make_empty(out)) return trouble;
  if (!postgres_url.empty()) return run_tool({"pg_dump", "--format=custom", "--file=" + out + "/rollbook.dump", "--schema=rollbook*", postgres_url});
  if (auto trouble = copy_database(hub.home.operations(), fs::path(out) / "operations.db")) return trouble;
  auto const districts = store::list_districts(hub.home.operations());
  if (!districts) return districts.trouble();
  for (auto const& district : *districts) {
    auto const folder = fs::path("districts") / std::to_string(district.id);
    std::error_code error;
    if (!fs::exists(fs::path(hub.data_folder) / folder / "roster.db", error)) continue;
    auto roster = hub.home.roster(district.id);
    if (!roster) return roster.trouble();
    if (auto trouble = copy_database(**roster, fs::path(out) / folder / "roster.db")) return trouble;
    auto const vault = fs::path(hub.data_folder) / folder / "vault";
    if (fs::exists(vault, error)) fs::copy(vault, fs::path(out) / folder / "vault", fs::copy_options::recursive, error);
    if (error) return Trouble{"Cannot copy the deliveries of " + district.name + ": " + error.message() + "."};
  }
  return std::nullopt;
}

std::optional<Trouble> restore(std::string const& from, std::string const& data_folder, std::string const& postgres_url) {
  std::error_code error;
  if (!postgres_url.empty()) {
    if (!fs::exists(fs::path(from) / "rollbook.dump", error)) return Trouble{from + " is no backup of a PostgreSQL database: there is no rollbook.dump in it."};
    return run_tool({"pg_restore", "--exit-on-error", "--no-owner", "--dbname=" + postgres_url, from + "/rollbook.dump"});
  }
  if (!fs::exists(fs::path(from) / "operations.db", error)) return Trouble{from + " is no backup: there is no operations.db in it."};
  if (auto trouble = make_empty(data_folder)) return trouble;
  fs::copy(from, data_folder, fs::copy_options::recursive, error);
  if (error) return Trouble{"Cannot copy the backup: " + error.message() + "."};
  return std::nullopt;
}

}  // namespace rollbook::runs
