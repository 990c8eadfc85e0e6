#include "store/home.h"

#include <sys/stat.h>

#include <filesystem>

#include "store/migrations.h"

namespace rollbook::store {
namespace fs = std::filesystem;
namespace {

// Only the owner may look into it: rosters are children's data.
std::optional<Trouble> make_folder(fs::path const& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return std::nullopt;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, fs::perm_options::replace, error);
  if (error) return Trouble{"Cannot make the folder " + folder.string() + ": " + error.message() + "."};
  return std::nullopt;
}

Result<std::unique_ptr<Database>> open_database(HomePlace const& place, std::string const& schema, fs::path const& file) {
  if (place.postgres_url.empty())
    if (auto trouble = make_folder(file.parent_path())) return *trouble;
  auto database = place.postgres_url.empty() ? open_sqlite(file.string()) : open_postgres(place.postgres_url, schema);
  if (database && place.opened) place.opened(**database);
  return database;
}

}  // namespace

Result<Home> Home::open(HomePlace place) {
  auto opened = open_database(place, place.schema, fs::path(place.folder) / "operations.db");
  if (!opened) return opened.trouble();
  if (auto trouble = migrate(**opened, operations_migrations())) return *trouble;
  return Home(std::move(place), std::move(*opened));
}

Result<std::unique_ptr<Database>> Home::roster(std::int64_t district) const {
  auto const number = std::to_string(district);
  auto opened = open_database(place_, place_.schema + "_district_" + number, fs::path(place_.folder) / "districts" / number / "roster.db");
  // A revision is durable with its commit. Bringing its pages from the log into their places is done when the roster is closed, not while
  // somebody waits for the answer.
  if (opened && place_.postgres_url.empty()) (*opened)->run_script("PRAGMA wal_autocheckpoint=0");
  return opened;
}

}  // namespace rollbook::store
