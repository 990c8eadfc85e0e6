// What of a roster goes to one receiver, row by row: the policy of its settings, followed to the letter, and closed: whatever a row refers to is in it too.
#pragma once

#include <map>
#include <set>

#include "runs/export.h"
#include "runs/rows_in_force.h"
#include "store/disclosed.h"

namespace rollbook::runs {

class Sharing {
 public:
  // `ids` become those that are handed on.
  Sharing(Shared const& shared, RowsInForce const& rows, IdsOfTables& ids, std::int32_t day, unsigned workers);

  // Decides which organizations, sessions and people go, for these name each other; afterwards ids are pseudonyms where they are to be.
  std::optional<Trouble> begin();
  // Before the rows of a table are asked for.
  void begin_table(TableId table);

  // Whether a row goes; asked once for each row, in order. What is not part of a role here is taken out of a person's row.
  bool takes(TableId table, std::uint32_t key, StoredRow& row, std::int64_t since);
  bool takes_role(std::uint32_t org, std::string_view role) const;
  bool is_included(TableId table, std::uint32_t key) const;
  // It could not be written after all.
  void exclude(TableId table, std::uint32_t key);

  // Whether there is a file of it.
  bool writes(TableId table) const { return shared_.policy.has(table) && (!shared_.policy.flat || table == TableId::Users); }
  std::vector<Field const*> columns(Table const& table) const;
  bool is_blank(TableId table, Field const& field) const;
  // The cell of a column, as the receiver gets it.
  void treat(TableId table, Field const& field, std::string& cell) const;
  // Further columns of a table, and what stands there.
  bool has_metadata(TableId table) const { return shared_.policy.metadata[static_cast<std::size_t>(table)]; }
  bool has_age_band(TableId table) const { return table == TableId::Demographics && shared_.policy.has_age_band(); }
  std::string age_band(StoredRow const& row) const;
  // Rows in the order in which they are stored would tell two receivers which pseudonym is which.
  bool is_shuffled(TableId table) const { return shared_.policy.of(table, 0) == store::Treatment::Pseudonym; }
  store::Policy const& policy() const { return shared_.policy; }

  void finish(store::Database& roster, Exported& out);

 private:
  enum class Verdict : std::uint8_t { Goes, Filtered, Broken };
  struct Why {
    std::size_t field = npos;  // an App Rule; or what it refers to
    bool repeated = false;
    TableId to = TableId::None;
    std::uint32_t key = 0;
    bool no_district = false;
  };
  // Where in a row that stands which decides whether it goes: looked up once, not for every row.
  struct Places {
    struct Reference {
      std::size_t column, field;
      Stored as;
      TableId to;
    };
    std::size_t school = npos, role = npos, org = npos, enabled = npos, grades = npos, end = npos;
    std::vector<Reference> required;
  };
  struct Listed {
    TableId table;
    std::uint32_t key;
    Why why;
  };

  Places places_of(TableId table) const;
  void take_pseudonyms(Table const& table);
  std::optional<Trouble> choose_orgs();
  std::optional<Trouble> look_for_district(std::map<std::uint32_t, std::uint32_t> const& parent);
  void choose_sessions();
  void choose_people();
  bool passes_filters(TableId table, StoredRow const& row) const;
  bool has_place(std::uint32_t key, StoredRow& row) const;
  Verdict look_at_references(TableId table, StoredRow const& row, Why& why) const;
  Verdict look(TableId table, std::uint32_t key, StoredRow& row, Why& why, bool repeats) const;
  void learn_repeats(TableId table);
  void decide(TableId table);
  bool settle(TableId table, std::uint32_t key, Verdict verdict, Why const& why, std::int64_t since);
  std::uint64_t hash_of_value(TableId table, std::size_t field, StoredRow const& row) const;

  Shared const& shared_;
  RowsInForce const& rows_;
  IdsOfTables& ids_;
  std::int32_t day_;
  unsigned workers_;
  std::array<Places, table_count> columns_;
  std::vector<bool> places_;      // organizations at which somebody has to be
  std::vector<bool> placed_;      // people whom a row of roles puts there
  std::set<std::uint32_t> lost_;  // organizations without a district above them, where there has to be one
  store::KeysOfTables included_, changed_, broken_;
  std::array<std::vector<std::uint64_t>, table_count> repeated_;  // hashes, ascending
  std::vector<Listed> listed_;
  std::uint64_t left_out_ = 0;
};

}  // namespace rollbook::runs
