// Everybody on the staff of any source, kept beside the roster for the page of members: where each works and as what, by which words they are found, and their
// grades. Derived from rows of users and roles alone, in the batches of the search index, and trailing the roster with it.
//
// Staff is whoever is something else than a student, guardian, parent or relative somewhere.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

bool is_staff_role(std::string_view role);

// One place at which somebody has a role, by the row that says so: a role, or with 1.1 the person's own row.
struct StaffPlace {
  TableId table = TableId::Roles;
  std::uint32_t row = 0;
  std::int64_t org = -1;  // -1: the row names none
  std::uint32_t person = 0;
  std::string role;
  auto operator<=>(StaffPlace const&) const = default;
};

// What a batch of rows of one table has to say of the staff.
class StaffBatch {
 public:
  explicit StaffBatch(TableId table) : table_(table) {}
  static bool wants(TableId table) { return table == TableId::Users || table == TableId::Roles; }

  // The row as it is at the end of the batch's revisions; null: nobody says it any more. `terms`: what a person is found by.
  void take(std::uint32_t key, StoredRow const* row, std::vector<std::string> const& terms);
  // Reads what else it needs, before the transaction: people whose roles are in the batch, as they are at that revision.
  void prepare(store::Database& roster, std::int64_t revision);
  // Within the transaction. `first`: of an index that begins, there is nothing yet.
  void write(store::Database& roster, bool first);

  std::vector<StaffPlace> const& places() const { return places_; }
  struct Person {
    std::string words, grades;  // " ada bell ada@oak.example ", ",04,05,"
  };
  std::map<std::uint32_t, Person> const& people() const { return people_; }

 private:
  TableId table_;
  std::vector<std::uint32_t> keys_;         // that are in the batch
  std::vector<StaffPlace> places_;          // that they say
  std::map<std::uint32_t, Person> people_;  // as they are now; of users all that are in the batch
};

// People of the staff by key, some at a time.
struct StaffFilter {
  std::string text;                               // words of a name or an e-mail, all of which have to fit
  std::string grade;                              // "" is any
  std::optional<std::vector<std::int64_t>> orgs;  // at any of these; nothing: wherever
  std::int64_t after = -1;                        // the person that was the last one before
};
struct StaffPage {
  std::vector<std::uint32_t> people;
  bool more = false;
};
StaffPage list_staff(store::Database& roster, StaffFilter const& filter, std::size_t how_many);
std::vector<StaffPlace> places_of_staff(store::Database& roster, std::uint32_t person);

// Trouble when what is kept is not what the rows say: for `verify`.
std::optional<Trouble> wrong_with_staff(store::Database& roster, std::vector<StaffPlace> wanted, std::map<std::uint32_t, StaffBatch::Person> const& people);

}  // namespace rollbook::runs
