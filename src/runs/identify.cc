#include "runs/identify.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "rules/source_rules.h"
#include "runs/names.h"
#include "store/rows.h"
#include "translate/read_values.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_named = 5;

// What identifies the records of one table for this source.
struct Identity {
  TableId table;
  std::size_t field;
  std::string type;            // of userIds; else ""
  std::size_t only_if = npos;  // a field that must hold a word, else a row needs no identifier
  std::string_view word = {};
  std::string name;
  std::vector<std::size_t> called = {};  // fields of the record's own name

  std::string value(std::string_view cell) const { return type.empty() ? std::string(trimmed(cell)) : id_of_type(cell, type); }
};

std::vector<Identity> identities_of(store::SourceSettings const& settings) {
  std::vector<Identity> all;
  if (auto const& by = settings["person-identifier"]; by != "sourcedId") {
    bool const typed = by != "identifier";
    all.push_back({TableId::Users,
                   field_index(users, typed ? "userIds" : "identifier"),
                   typed ? by : "",
                   npos,
                   {},
                   typed ? "userIds of the type " + by : by,
                   {field_index(users, "givenName"), field_index(users, "familyName")}});
  }
  if (auto const& by = settings["class-identifier"]; by != "sourcedId")
    all.push_back({TableId::Classes, field_index(classes, by), "", npos, {}, by, {field_index(classes, "title")}});
  if (auto const& by = settings["school-identifier"]; by != "sourcedId")
    all.push_back({TableId::Orgs, field_index(orgs, by), "", field_index(orgs, "type"), "school", by, {field_index(orgs, "name")}});
  return all;
}

class Identifying {
 public:
  Identifying(Identity identity, Translation& translation, StoredRecords const& stored, Identified& out)
      : identity_(std::move(identity)),
        translation_(translation),
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
    for (auto const& one : unmatched_) settle(one);
    match_former();
    give_free_ids();
    learn_newcomers();
    for (auto const* table : all_tables)
      if (bool const by_their_ids = table->id == identity_.table || table->fields[0].refers_to == identity_.table; by_their_ids)
        drop_replaced(*table, bundle, kernel);
    tell();
    out_.judge = judge(std::move(out_.judge));
  }

 private:
  struct Received {
    std::string id;  // as it is called once aliases are read
    bool aliased;
    std::string name;
  };
  struct Unmatched {
    std::string id, identifier, name;  // no identifier: it is blank, or several have it
  };

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
      auto const key = static_cast<std::uint32_t>(rows->integer(0));
      current_.insert(key);
      if (rows->is_null(1)) continue;
      auto const [at, first] = keys_.emplace(identity_.value(rows->text(1)), key);
      if (!first) at->second = no_key;  // several have it: it tells nothing
    }
    keys_.erase("");
  }

  void read_delivered(Member const& member, Version version, csv::Kernel kernel) {
    std::vector<std::size_t> fields{0, identity_.field, 1};
    fields.insert(fields.end(), identity_.called.begin(), identity_.called.end());
    if (identity_.only_if != npos) fields.push_back(identity_.only_if);
    for_values(member, table_of(identity_.table), version, words_, fields, kernel, [&](std::span<std::string const> row) {
      auto const& id = row[0];
      if (id.empty() || lower(row[2]) == "tobedeleted") return;
      listed_.insert(id);
      if (identity_.only_if != npos && lower(row.back()) != identity_.word) return;
      auto const identifier = identity_.value(row[1]);
      auto const alias = aliases_.find(id);
      bool const aliased = alias != aliases_.end();
      auto const name = joined(row.subspan(3, identity_.called.size()));
      if (identifier.empty()) {
        without_.push_back(id);
        if (!aliased) unmatched_.push_back({id, "", name});
        return;
      }
      auto const& called = aliased ? alias->second : id;
      auto& received = delivered_[identifier];
      if (std::none_of(received.begin(), received.end(), [&](Received const& one) { return one.id == called; })) received.push_back({called, aliased, name});
    });
  }

  static std::string joined(std::span<std::string const> names) {
    std::string all;
    for (auto const& name : names) all += lower(trimmed(name)) + "\n";
    return all;
  }

  void match(std::string const& identifier, std::vector<Received> const& received) {
    if (received.size() > 1) repeated_->insert(identifier);
    auto const stored = keys_.find(identifier);
    auto const key = stored == keys_.end() ? no_key : stored->second;
    auto const known = key == no_key ? std::string() : name_of(key);
    if (key != no_key) matched_.insert(key);
    for (auto const& [id, aliased, name] : received) {
      if (received.size() > 1) repeating_.push_back(id);
      if (aliased) continue;
      if (known.empty()) {
        unmatched_.push_back({id, received.size() == 1 ? identifier : "", name});
        continue;
      }
      // Of several rows with this identifier one may be somebody else's: it protects whom its id means.
      if (id == known || (received.size() > 1 && holder_of(id) != no_key)) {
        ids_.erase(id);
        if (id == known && remembered_.count(id) > 0) learn(id, key);
        continue;
      }
      ids_[id] = known;
      ++renamed_;
      learn(id, key);
    }
  }

  // Nobody has the identifier of this row. Its id says whom it means, unless that is somebody else by now.
  void settle(Unmatched const& one) {
    auto const before = remembered_.find(one.id);
    bool const meant_another = before != remembered_.end() && current_.count(before->second) > 0;
    if (meant_another) {
      if (!is_another(one, before->second)) return;
      ids_.erase(one.id);
    }
    auto const holder = holder_of(one.id);
    bool const taken = holder != no_key && is_another(one, holder);
    if (holder != no_key && !taken) {
      if (meant_another) learn(one.id, holder);
      return;
    }
    if (!one.identifier.empty()) wanted_.emplace(one.identifier, one.id);
    if (taken) taken_.push_back(one.id);
    if (taken || meant_another) newcomers_.insert(one.id);
  }

  // The record of this source that has this id; no_key.
  std::uint32_t holder_of(std::string const& id) const {
    auto const key = stored_.said.key_of(identity_.table, hash_of_id(id, stored_.seed), true);
    return current_.count(key) > 0 ? key : no_key;
  }

  // The record comes under another id tonight, or has another identifier and another name.
  bool is_another(Unmatched const& one, std::uint32_t key) {
    if (matched_.count(key) > 0) return true;
    if (one.identifier.empty()) return false;
    auto const& table = table_of(identity_.table);
    std::string columns = "\"" + std::string(table.fields[identity_.field].name) + "\"";
    for (auto const f : identity_.called) columns += ", \"" + std::string(table.fields[f].name) + "\"";
    auto row = stored_.roster.prepare("SELECT " + columns + " FROM " + store::quoted(table) + " WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
    if (!row->with(key, stored_.source.id).step() || row->is_null(0) || identity_.value(row->text(0)).empty()) return false;
    std::vector<std::string> names;
    for (int i = 1; i <= static_cast<int>(identity_.called.size()); ++i) names.emplace_back(row->is_null(i) ? "" : row->text(i));
    return joined(names) != one.name;
  }

  // Who comes back after having gone is the same record again.
  void match_former() {
    if (wanted_.empty()) return;
    auto const& table = table_of(identity_.table);
    auto rows = stored_.roster.prepare("SELECT row_key, row_since, \"" + std::string(table.fields[identity_.field].name) + "\" FROM " + store::quoted(table) +
                                       " WHERE row_source = ? AND row_until IS NOT NULL");
    std::map<std::string, std::pair<std::int64_t, std::uint32_t>> former;  // identifier → since, key; the newest
    for (rows->with(stored_.source.id); rows->step();) {
      auto const key = static_cast<std::uint32_t>(rows->integer(0));
      if (rows->is_null(2) || current_.count(key) > 0) continue;
      auto const identifier = identity_.value(rows->text(2));
      if (wanted_.count(identifier) == 0) continue;
      auto& newest = former[identifier];
      newest = std::max(newest, {rows->integer(1), key});
    }
    rows.reset();
    for (auto const& [identifier, when] : former) {
      auto const& id = wanted_[identifier];
      auto const name = name_of(when.second);
      if (name.empty() || name == id || means_itself(name) || is_used(name, when.second)) continue;
      ids_[id] = name;
      ++renamed_;
      learn(id, when.second);
      newcomers_.erase(id);
    }
  }

  // A row of the delivery has this id, and it is not somebody else's who comes under it tonight.
  bool means_itself(std::string const& id) const {
    return listed_.count(id) > 0 && ids_.count(id) == 0 && std::find(taken_.begin(), taken_.end(), id) == taken_.end();
  }

  // People, say, whose id belongs to somebody else get one that nobody has or had.
  void give_free_ids() {
    for (auto const& id : taken_) {
      if (ids_.count(id) > 0) continue;  // they were here before
      ids_[id] = free_id(id);
      given_.push_back(ids_[id]);
    }
  }

  std::string free_id(std::string const& id) {
    int number = 2;
    auto free = id + "-2";
    while (listed_.count(free) > 0 || is_used(free, no_key) || stored_.said.former_key_of(identity_.table, hash_of_id(free, stored_.seed)) != no_key)
      free = id + "-" + std::to_string(++number);
    listed_.insert(free);
    return free;
  }

  // Who comes under another id in the same delta that deletes the one they had is not to be deleted.
  void drop_replaced(Table const& table, Bundle const& bundle, csv::Kernel kernel) {
    auto const& member = bundle.members[static_cast<std::size_t>(table.id)];
    if (!member || !member->readable || member->mode != Mode::Delta || !is_in(table.in, *bundle.version)) return;
    auto const each_row = [&](bool deleted, auto const& f) {
      std::size_t const id_and_status[] = {0, 1};
      for_values(*member, table, *bundle.version, translation_[table.id], id_and_status, kernel, [&](std::span<std::string const> row) {
        if (!row[0].empty() && (lower(row[1]) == "tobedeleted") == deleted) f(row[0]);
      });
    };
    std::unordered_map<std::string, std::set<std::string>> gone;  // by whom they mean: ids
    each_row(true, [&](std::string const& id) { gone[meant_by(id)].insert(id); });
    if (gone.empty()) return;
    std::set<std::string> replaced;
    each_row(false, [&](std::string const& id) {
      auto const called = ids_.find(id);
      auto const ids = gone.find(called == ids_.end() ? id : called->second);
      if (ids == gone.end()) return;
      for (auto const& other : ids->second)
        if (other != id) replaced.insert(other);
    });
    for (auto const& id : replaced) translation_[table.id].dropped.emplace(id, free_id(id));
    if (!replaced.empty()) tell_replaced(table, {replaced.begin(), replaced.end()});
  }

  // The record that an id meant before this delivery, as this source knows it.
  std::string meant_by(std::string const& id) {
    if (auto const alias = aliases_.find(id); alias != aliases_.end()) return alias->second;
    auto const before = remembered_.find(id);
    auto const known = before == remembered_.end() ? std::string() : name_of(before->second);
    return known.empty() ? id : known;
  }

  void tell_replaced(Table const& table, std::vector<std::string> ids) {
    out_.warnings += ids.size();
    out_.told.push_back(file_name(table.id) + ": " + std::to_string(ids.size()) +
                        (ids.size() == 1 ? " row deletes the old sourcedId of somebody" : " rows delete the old sourcedIds of some") +
                        " who come under another one in the same file; nobody is deleted by that: " + named(ids) + ".");
  }

  // Another record than this one has the id now.
  bool is_used(std::string const& id, std::uint32_t key) {
    if (used_.empty()) {
      if (names_.empty()) names_ = ids_by_key(stored_.roster, identity_.table);
      for (std::uint32_t k = 0; k < names_.size(); ++k) used_.emplace(names_[k], k);
    }
    if (auto const at = used_.find(id); at != used_.end() && at->second != key) return true;
    auto const said = stored_.said.key_of(identity_.table, hash_of_id(id, stored_.seed), true);
    return said != no_key && said != key;
  }

  // Their ids mean somebody else to the store: from now on they mean them, whatever they are called here.
  void learn_newcomers() {
    for (auto const& id : newcomers_) {
      auto const called = ids_.find(id);
      out_.fresh.push_back({identity_.table, id, no_key, called == ids_.end() ? id : called->second});
    }
  }

  void learn(std::string const& id, std::uint32_t key) {
    auto const before = remembered_.find(id);
    if (before == remembered_.end() || before->second != key) out_.fresh.push_back({identity_.table, id, key});
  }

  // The id by which this source knows a record.
  std::string name_of(std::uint32_t key) {
    if (names_.empty()) names_ = ids_by_key(stored_.roster, identity_.table);
    bool const lives = key < names_.size() && !names_[key].empty();
    return lives ? known_as(stored_, identity_.table, names_[key]) : id_of(stored_.roster, identity_.table, key);
  }

  static std::string named(std::vector<std::string>& ids) {
    std::sort(ids.begin(), ids.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(ids.size(), most_named); ++i) text += (i == 0 ? "" : ", ") + ids[i];
    return text + (ids.size() > most_named ? ", …" : "");
  }

  void tell() {
    auto const file = file_name(identity_.table);
    for (auto const& [rule, rows] : {std::pair{&row_without_identifier, &without_}, std::pair{&rows_share_identifier, &repeating_}}) {
      if (rows->empty()) continue;
      std::vector<std::string> ids(rows->begin(), rows->begin() + static_cast<std::ptrdiff_t>(std::min(rows->size(), Identified::most_ids)));
      for (auto& id : ids)
        if (auto const at = ids_.find(id); at != ids_.end()) id = at->second;
      out_.found.push_back({rule, identity_.table, rows->size(), std::move(ids)});
    }
    if (!without_.empty())
      out_.told.push_back(file + ": " + std::to_string(without_.size()) + " rows have no " + identity_.name +
                          ", by which this source is told apart, and are left out: " + named(without_) + ".");
    if (!repeating_.empty())
      out_.told.push_back(file + ": " + std::to_string(repeating_.size()) + " rows share their " + identity_.name +
                          " with another one, and are left out: " + named(repeating_) + ".");
    if (!given_.empty())
      out_.told.push_back(file + ": " + std::to_string(given_.size()) +
                          " come under a sourcedId that somebody else is stored under; they are called otherwise: " + named(given_) + ".");
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
  Translation& translation_;
  TextMap& ids_;
  TextMap const aliases_;  // what a person has set counts most
  Translation::OfTable const& words_;
  StoredRecords const& stored_;
  Identified& out_;
  std::unordered_map<std::string, std::uint32_t> remembered_, keys_;
  std::map<std::string, std::vector<Received>> delivered_;  // by identifier
  std::unordered_map<std::string, std::string> wanted_;     // identifiers that nobody has, and the ids they came under
  std::shared_ptr<std::unordered_set<std::string>> repeated_ = std::make_shared<std::unordered_set<std::string>>();
  std::vector<Unmatched> unmatched_;
  std::vector<std::string> without_, repeating_, taken_, given_, names_;
  std::unordered_map<std::string_view, std::uint32_t> used_;  // ids of names_
  std::unordered_set<std::string> listed_;
  std::set<std::string> newcomers_;  // who come under an id that means somebody else
  std::unordered_set<std::uint32_t> matched_, current_;
  std::uint64_t renamed_ = 0;
};

// The source says something of the record.
bool has_row(store::Database& roster, std::int64_t source, TableId table, std::uint32_t key) {
  auto row = roster.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
  return row->with(key, source).step();
}

}  // namespace

std::string id_of_type(std::string_view user_ids, std::string_view type) {
  for (auto const& item : split(user_ids, ',')) {
    auto const bare = trimmed(item);
    auto const colon = bare.find(':');
    if (!bare.starts_with('{') || !bare.ends_with('}') || colon == std::string_view::npos) continue;
    if (lower(trimmed(bare.substr(1, colon - 1))) == type) return std::string(trimmed(bare.substr(colon + 1, bare.size() - colon - 2)));
  }
  return {};
}

std::string known_as(StoredRecords const& stored, TableId table, std::string const& id) {
  auto const key = key_of_id(stored.roster, table, id);
  auto const said = stored.said.key_of(table, hash_of_id(id, stored.seed), true);
  if (!key || said == *key) return id;
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
    auto const key = one.name.empty() ? std::optional(one.key) : key_of_id(roster, one.table, one.name);
    forget->run(source, static_cast<int>(one.table), one.id);
    if (key && (one.name.empty() || has_row(roster, source, one.table, *key))) insert->run(source, static_cast<int>(one.table), one.id, *key);
  }
}

}  // namespace rollbook::runs
