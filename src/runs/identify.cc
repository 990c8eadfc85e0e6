#include "runs/identify.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "runs/names.h"
#include "store/rows.h"
#include "translate/read_values.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_named = 5;

// {state:123},{sis:9} → 123
std::string of_type(std::string_view user_ids, std::string_view type) {
  for (auto const& item : split(user_ids, ',')) {
    auto const bare = trimmed(item);
    auto const colon = bare.find(':');
    if (!bare.starts_with('{') || !bare.ends_with('}') || colon == std::string_view::npos) continue;
    if (lower(trimmed(bare.substr(1, colon - 1))) == type) return std::string(trimmed(bare.substr(colon + 1, bare.size() - colon - 2)));
  }
  return {};
}

// What identifies the records of one table for this source.
struct Identity {
  TableId table;
  std::size_t field;
  std::string type;            // of userIds; else ""
  std::size_t only_if = npos;  // a field that must hold a word, else a row needs no identifier
  std::string_view word = {};
  std::string name;

  std::string value(std::string_view cell) const { return type.empty() ? std::string(trimmed(cell)) : of_type(cell, type); }
};

std::vector<Identity> identities_of(store::SourceSettings const& settings) {
  std::vector<Identity> all;
  if (auto const& by = settings["person-identifier"]; by == "identifier") all.push_back({TableId::Users, field_index(users, "identifier"), "", npos, {}, by});
  else if (by != "sourcedId") all.push_back({TableId::Users, field_index(users, "userIds"), by, npos, {}, "userIds of the type " + by});
  if (auto const& by = settings["class-identifier"]; by != "sourcedId") all.push_back({TableId::Classes, field_index(classes, by), "", npos, {}, by});
  if (auto const& by = settings["school-identifier"]; by != "sourcedId")
    all.push_back({TableId::Orgs, field_index(orgs, by), "", field_index(orgs, "type"), "school", by});
  return all;
}

class Identifying {
 public:
  Identifying(Identity identity, Translation& translation, StoredRecords const& stored, Identified& out)
      : identity_(std::move(identity)),
        ids_(translation[identity_.table].ids),
        aliases_(ids_),
        words_(translation[identity_.table]),
        stored_(stored),
        out_(out) {}

  void run(Bundle const& bundle, csv::Kernel kernel) {
    take_remembered();
    auto const& member = bundle.members[static_cast<std::size_t>(identity_.table)];
    if (!bundle.version || !member || !member->readable) return;
    read_stored();
    read_delivered(*member, *bundle.version, kernel);
    for (auto const& [identifier, received] : delivered_) match(identifier, received);
    for (auto const& id : unmatched_)
      if (auto const at = remembered_.find(id); at != remembered_.end() && matched_.count(at->second) > 0 && aliases_.count(id) == 0)
        ids_.erase(id);  // it meant somebody who comes under another id now
    tell();
    out_.judge = judge(std::move(out_.judge));
  }

 private:
  // Ids that meant other records before. What the delivery says of them tonight counts more.
  void take_remembered() {
    auto rows = stored_.roster.prepare("SELECT id, key FROM received_ids WHERE source = ? AND tbl = ?");
    std::vector<std::pair<std::string, std::uint32_t>> all;
    for (rows->with(stored_.source.id, static_cast<int>(identity_.table)); rows->step();)
      all.emplace_back(rows->text(0), static_cast<std::uint32_t>(rows->integer(1)));
    rows.reset();
    for (auto const& [id, key] : all) {
      remembered_.emplace(id, key);
      if (auto const known = name_of(key); !known.empty() && aliases_.count(id) == 0) ids_[id] = known;
    }
  }

  void read_stored() {
    auto const& table = table_of(identity_.table);
    auto rows = stored_.roster.prepare("SELECT row_key, \"" + std::string(table.fields[identity_.field].name) + "\" FROM " + store::quoted(table) +
                                       " WHERE row_source = ? AND row_until IS NULL");
    for (rows->with(stored_.source.id); rows->step();) {
      if (rows->is_null(1)) continue;
      auto const key = static_cast<std::uint32_t>(rows->integer(0));
      auto const [at, first] = keys_.emplace(identity_.value(rows->text(1)), key);
      if (!first) at->second = no_key;  // several have it: it tells nothing
    }
    keys_.erase("");
  }

  void read_delivered(Member const& member, Version version, csv::Kernel kernel) {
    std::vector<std::size_t> fields{0, identity_.field, 1};
    if (identity_.only_if != npos) fields.push_back(identity_.only_if);
    for_values(member, table_of(identity_.table), version, words_, fields, kernel, [&](std::span<std::string const> row) {
      auto const& id = row[0];
      if (id.empty() || lower(row[2]) == "tobedeleted" || (row.size() > 3 && lower(row[3]) != identity_.word)) return;
      auto const identifier = identity_.value(row[1]);
      if (identifier.empty()) {
        without_.push_back(id);
        return;
      }
      auto& received = delivered_[identifier];
      if (std::find(received.begin(), received.end(), id) == received.end()) received.push_back(id);
    });
  }

  void match(std::string const& identifier, std::vector<std::string> const& received) {
    if (received.size() > 1) repeated_->insert(identifier), repeating_.insert(repeating_.end(), received.begin(), received.end());
    auto const stored = keys_.find(identifier);
    if (stored == keys_.end() || stored->second == no_key) {
      unmatched_.insert(unmatched_.end(), received.begin(), received.end());
      return;
    }
    matched_.insert(stored->second);
    auto const known = name_of(stored->second);
    for (auto const& id : received) {
      if (known.empty() || aliases_.count(id) > 0) continue;
      // Of several rows with this identifier one may be somebody else's: it protects whom its id means.
      bool const somebody = received.size() > 1 && stored_.said.key_of(identity_.table, hash_of_id(id, stored_.seed), true) != no_key;
      if (id == known || somebody) {
        ids_.erase(id);
        continue;
      }
      ids_[id] = known;
      ++renamed_;
      if (auto const before = remembered_.find(id); before == remembered_.end() || before->second != stored->second)
        out_.fresh.push_back({identity_.table, id, stored->second});
    }
  }

  // The id by which this source knows a record.
  std::string name_of(std::uint32_t key) {
    if (names_.empty()) names_ = ids_by_key(stored_.roster, identity_.table);
    bool const lives = key < names_.size() && !names_[key].empty();
    return lives ? known_as(stored_, identity_.table, names_[key]) : id_of(stored_.roster, identity_.table, key);
  }

  void tell() {
    auto const file = file_name(identity_.table);
    auto const name = [](std::vector<std::string>& ids) {
      std::sort(ids.begin(), ids.end());
      std::string text;
      for (std::size_t i = 0; i < std::min(ids.size(), most_named); ++i) text += (i == 0 ? "" : ", ") + ids[i];
      return text + (ids.size() > most_named ? ", …" : "");
    };
    if (!without_.empty())
      out_.told.push_back(file + ": " + std::to_string(without_.size()) + " rows have no " + identity_.name +
                          ", by which this source is told apart, and are left out: " + name(without_) + ".");
    if (!repeating_.empty())
      out_.told.push_back(file + ": " + std::to_string(repeating_.size()) + " rows share their " + identity_.name +
                          " with another one, and are left out: " + name(repeating_) + ".");
    if (renamed_ > 0)
      out_.told.push_back(file + ": " + std::to_string(renamed_) + " come under another sourcedId than the one they are stored under; their " + identity_.name +
                          " says who they are.");
  }

  RowJudge judge(RowJudge before) const {
    return [before = std::move(before), identity = identity_, repeated = repeated_](TableData const& data, csv::Batch const& batch, Values const& values,
                                                                                    std::uint32_t row) {
      auto const other = before ? before(data, batch, values, row) : Judged::Take;
      if (data.table->id != identity.table) return other;
      std::string buffer;
      auto const cell = [&](std::size_t field) {
        auto const at = data.layout.column_of[field];
        return at == no_column ? std::string_view() : csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(at)), buffer);
      };
      if (identity.only_if != npos && lower(trimmed(cell(identity.only_if))) != identity.word) return other;
      auto const identifier = identity.value(cell(identity.field));
      bool const unclear = identifier.empty() || repeated->count(identifier) > 0;
      return unclear ? std::max(other, Judged::Exclude) : other;
    };
  }

  Identity identity_;
  TextMap& ids_;
  TextMap const aliases_;  // what a person has set counts most
  Translation::OfTable const& words_;
  StoredRecords const& stored_;
  Identified& out_;
  std::unordered_map<std::string, std::uint32_t> remembered_, keys_;
  std::unordered_map<std::string, std::vector<std::string>> delivered_;  // identifier → ids
  std::shared_ptr<std::unordered_set<std::string>> repeated_ = std::make_shared<std::unordered_set<std::string>>();
  std::vector<std::string> without_, repeating_, unmatched_, names_;
  std::unordered_set<std::uint32_t> matched_;
  std::uint64_t renamed_ = 0;
};

}  // namespace

std::string known_as(StoredRecords const& stored, TableId table, std::string const& id) {
  if (stored.said.key_of(table, hash_of_id(id, stored.seed), true) != no_key) return id;
  auto const key = key_of_id(stored.roster, table, id);
  if (!key) return id;
  auto rows = stored.roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? ORDER BY since DESC");
  for (rows->with(static_cast<int>(table), *key); rows->step();)
    if (stored.said.key_of(table, hash_of_id(rows->text(0), stored.seed), true) == *key) return std::string(rows->text(0));
  return id;
}

Identified identify(Bundle const& bundle, Translation& translation, StoredRecords const& stored, csv::Kernel kernel) {
  Identified out;
  for (auto& identity : identities_of(stored.source.settings)) Identifying(std::move(identity), translation, stored, out).run(bundle, kernel);
  return out;
}

void remember(store::Database& roster, std::int64_t source, std::vector<Identified::Fresh> const& fresh) {
  auto forget = roster.prepare("DELETE FROM received_ids WHERE source = ? AND tbl = ? AND id = ?");
  auto insert = roster.prepare("INSERT INTO received_ids(source, tbl, id, key) VALUES(?, ?, ?, ?)");
  for (auto const& one : fresh) {
    forget->run(source, static_cast<int>(one.table), one.id);
    insert->run(source, static_cast<int>(one.table), one.id, one.key);
  }
}

}  // namespace rollbook::runs
