// Records that are known by an identifier rather than by their sourcedId: one that comes under another sourcedId with the same identifier
// stays the record it was, under the id that the district knows it by.
#pragma once

#include <vector>

#include "store/sources.h"
#include "store/stored_said.h"
#include "sync/compare_delivery.h"
#include "translate/translation.h"

namespace rollbook::runs {

struct Identified {
  struct Fresh {
    TableId table;
    std::string id;              // as received
    std::uint32_t key = no_key;  // the record that it means
    std::string name = {};       // of a record that this delivery brings, instead of its key
  };
  std::vector<Fresh> fresh;  // ids that were not known to mean these records
  struct Found {
    RuleInfo const* rule;
    TableId table;
    std::uint64_t rows;
    std::vector<std::string> ids = {};  // of the first of them, as the translated delivery calls them
  };
  static constexpr std::size_t most_ids = 1'000;
  std::vector<Found> found;
  RowJudge judge;                 // excludes rows whose identifier is blank or repeated; may be empty
  std::vector<std::string> told;  // sentences
  std::uint64_t warnings = 0;     // rows that some of them warn of
};

struct StoredRecords {
  store::Database& roster;
  store::StoredSaid const& said;
  store::Source const& source;
  std::uint64_t seed;
};

// Adds what the identifiers say to the ids of the translation.
Identified identify(Bundle const& bundle, Translation& translation, StoredRecords const& stored, csv::Kernel kernel);

// {state:123},{sis:9} and sis → 9; "" when there is none.
std::string id_of_type(std::string_view user_ids, std::string_view type);

// The id by which a source knows the record that has this id in the district: another one when it was re-keyed there.
std::string known_as(StoredRecords const& stored, TableId table, std::string const& id);

// Remembers ids, so that deliveries that only refer to them are understood too. Inside of a transaction, once the delivery is applied: an id of a record that
// did not come means nobody any more.
void remember(store::Database& roster, std::int64_t source, std::vector<Identified::Fresh> const& fresh);

}  // namespace rollbook::runs
