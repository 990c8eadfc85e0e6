#include "store/home.h"

#include <filesystem>

#include "store/folders.h"
#include "store/migrations.h"

namespace rollbook::store {
namespace fs = std::filesystem;
namespace {

Result<std::unique_ptr<Database>> open_database(HomePlace const& place, std::string const& schema, fs::path const& file) {
  if (place.postgres_url.empty())
    if (auto trouble = make_folder(file.parent_path().string())) return *trouble;
  auto database = place.postgres_url.empty() ? open_sqlite(file.string()) : open_postgres(place.postgres_url, schema);
  if (database && place.opened) place.opened(**database);
  return database;
}

Result<std::unique_ptr<Database>> open_operations(HomePlace const& place) {
  return open_database(place, place.schema, fs::path(place.folder) / "operations.db");
}

}  // namespace

Result<std::unique_ptr<Database>> Home::another_operations() const { return open_operations(place_); }

Result<Home> Home::open(HomePlace place) {
  auto opened = open_operations(place);
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
