// Where everything is kept: a folder with SQLite databases in it, or one PostgreSQL database.
//
// What districts share (their names, sources, runs) is in the operations database. Each district's roster is in a database of its
// own, a file or a schema: whoever has opened one cannot reach the rows of another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "store/database.h"

namespace rollbook::store {

struct HomePlace {
  std::string folder;               // for SQLite; it is made when it is not there
  std::string postgres_url;         // or this
  std::string schema = "rollbook";  // and in it these schemas: operations here, rosters in NAME_district_N

  // For tests: called with every database that is opened.
  std::function<void(Database&)> opened = {};
};

class Home {
 public:
  static Result<Home> open(HomePlace place);

  Database& operations() { return *operations_; }
  // A connection of its own to the same.
  Result<std::unique_ptr<Database>> another_operations() const;

  // The same home for another thread.
  Result<Home> again() const { return open(place_); }

  // The roster database of a district.
  Result<std::unique_ptr<Database>> roster(std::int64_t district) const;

 private:
  Home(HomePlace place, std::unique_ptr<Database> operations) : place_(std::move(place)), operations_(std::move(operations)) {}

  HomePlace place_;
  std::unique_ptr<Database> operations_;
};

}  // namespace rollbook::store
