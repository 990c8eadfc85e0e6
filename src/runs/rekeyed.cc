#include "runs/rekeyed.h"

#include <algorithm>

#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/names.h"
#include "runs/undo_ids.h"
#include "schema/stored_columns.h"
#include "store/rows.h"
#include "sync/known_by.h"
#include "translate/read_values.h"

namespace rollbook::runs {
namespace {

struct Rekeyed {
  std::uint32_t key;
  std::string id, known;  // here, and to the sources
};
using ByTable = std::map<TableId, std::vector<Rekeyed>>;

// Re-keys are rare, and have a revision of their own each.
ByTable all_rekeyed(StoredRecords const& stored) {
  std::set<std::pair<TableId, std::uint32_t>> records;
  auto rows = stored.roster.prepare("SELECT first_of FROM revisions WHERE kind = 're-key'");
  while (rows->step()) {
    for (auto const& [table, key] : rekeyed_records(rows->text(0))) records.emplace(table, static_cast<std::uint32_t>(key));
  }
  rows.reset();
  ByTable all;
  auto current = stored.roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
  for (auto const& [table, key] : records) {
    std::string id;
    if (current->with(static_cast<int>(table), key).step()) id = current->text(0);
    current->reset();
    if (id.empty()) continue;
    if (auto known = known_as(stored, table, id); known != id) all[table].push_back({key, id, known});
  }
  return all;
}

class FindingRekeyed {
 public:
  FindingRekeyed(Table const& table, Translation& translation, StoredRecords const& stored, Identified& out)
      : table_(table), translation_(translation), stored_(stored), out_(out) {
    fields_.push_back(0);
    for (auto const group : known_by(table.id))
      for (auto const name : group) fields_.push_back(field_index(table, name));
  }

  void run(std::vector<Rekeyed> const& records, Bundle const& bundle, csv::Kernel kernel, TextSet& strangers) {
    if (!says_todays_ids()) read_delivered(records, bundle, kernel);
    for (auto const& record : records) {
      if (says_todays_ids()) {
        means(record);
        continue;
      }
      if (stored_.said.key_of(table_.id, hash_of_id(record.id, stored_.seed), true) != no_key) continue;  // to this source it is another record's own
      auto const row = listed_.find(record.id);
      if (row == listed_.end()) {
        if (is_remembered(record)) means(record);
      } else if (listed_.count(record.known) == 0 && is_same(record, row->second)) {
        if (!is_remembered(record)) out_.fresh.push_back({table_.id, record.id, record.key});
        means(record);
      } else {
        strangers.insert(record.id);
        out_.told.push_back(file_name(table_.id) + ": id " + record.id + " was given to " + std::string(table_.one) + " " + record.known +
                            " here; the row is another " + std::string(table_.one) + ", and left out until an alias tells them apart.");
      }
    }
  }

 private:
  // An upload is translated here, and calls records as the roster does today.
  bool says_todays_ids() const { return stored_.source.kind == batch_kind; }

  void read_delivered(std::vector<Rekeyed> const& records, Bundle const& bundle, csv::Kernel kernel) {
    auto const& member = bundle.members[static_cast<std::size_t>(table_.id)];
    if (!bundle.version || !member || !member->readable) return;
    member->wait_for(member->bytes.size());
    // Most nights no file has any of these ids: that is seen faster than read.
    auto const named = [&](Rekeyed const& record) { return member->bytes.find(record.id) != std::string_view::npos; };
    if (records.size() < 50 && std::none_of(records.begin(), records.end(), named)) return;
    TextSet wanted;
    for (auto const& record : records) wanted.insert({record.id, record.known});
    for_values(*member, table_, *bundle.version, translation_[table_.id], fields_, kernel, [&](std::span<std::string const> row) {
      if (wanted.count(row[0]) > 0) listed_.emplace(row[0], std::vector<std::string>(row.begin(), row.end()));
    });
  }

  // By name or identifier, as it is with records that come back. Rows without a name of their own are known by their id alone.
  bool is_same(Rekeyed const& record, std::vector<std::string> const& row) const {
    if (known_by(table_.id).empty()) return true;
    bool same = false;
    store::RowSelect(stored_.roster, table_.id).each_version(record.key, [&](store::RowVersion const& version) {
      std::size_t at = 1;
      for (auto const group : known_by(table_.id)) {
        bool all = !version.until.has_value();
        for (auto const name : group) {
          auto const i = stored_index(table_.id, name);
          auto const& cell = row[at++];
          all &= i != npos && !cell.empty() && !version.row.is_null(i) && version.row.text(i) == cell;
        }
        same |= all;
      }
      return true;
    });
    return same;
  }

  bool is_remembered(Rekeyed const& record) const {
    auto row = stored_.roster.prepare("SELECT 1 FROM received_ids WHERE source = ? AND tbl = ? AND id = ? AND key = ?");
    return row->with(stored_.source.id, static_cast<int>(table_.id), record.id, record.key).step();
  }

  void means(Rekeyed const& record) { translation_[table_.id].ids.emplace(record.id, record.known); }

  Table const& table_;
  Translation& translation_;
  StoredRecords const& stored_;
  Identified& out_;
  std::vector<std::size_t> fields_;
  std::map<std::string, std::vector<std::string>> listed_;  // rows by id
};

}  // namespace

Identified find_rekeyed(Bundle const& bundle, Translation& translation, StoredRecords const& stored, csv::Kernel kernel) {
  Identified out;
  auto const strangers = std::make_shared<std::map<TableId, TextSet>>();
  for (auto const& [table, records] : all_rekeyed(stored))
    FindingRekeyed(table_of(table), translation, stored, out).run(records, bundle, kernel, (*strangers)[table]);
  std::erase_if(*strangers, [](auto const& one) { return one.second.empty(); });
  if (strangers->empty()) return out;
  out.judge = [strangers](TableData const& data, csv::Batch const& batch, Values const&, std::uint32_t row) {
    auto const own = strangers->find(data.table->id);
    if (own == strangers->end() || data.layout.column_of[0] == no_column) return Judged::Take;
    std::string buffer;
    auto const id = csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(data.layout.column_of[0])), buffer);
    return own->second.find(id) == own->second.end() ? Judged::Take : Judged::Exclude;
  };
  return out;
}

}  // namespace rollbook::runs
