#include "runs/search_index.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/hash.h"
#include "runs/apply.h"
#include "runs/overlay.h"
#include "runs/said_versions.h"
#include "runs/search_terms.h"
#include "runs/staff.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t longest_list = 1024;  // keys
constexpr std::uint32_t sparse = 8;         // where fewer than one of so many keys is wanted, records are read one by one

struct State {
  std::int64_t known = 0, target = 0, table = 0, key = -1;
  friend bool operator==(State const&, State const&) = default;
};

State read_state(store::Database& roster) {
  auto row = roster.prepare("SELECT known, target, tbl, key FROM search_state");
  return row->step() ? State{row->integer(0), row->integer(1), row->integer(2), row->integer(3)} : State();
}

void write_state(store::Database& roster, State const& state) {
  roster.run("DELETE FROM search_state");
  roster.run("INSERT INTO search_state(known, target, tbl, key) VALUES(?, ?, ?, ?)", state.known, state.target, state.table, state.key);
}

std::string list_of(std::vector<std::uint32_t> const& keys, std::size_t from, std::size_t to) {
  std::string bytes;
  bytes.reserve(4 * (to - from));
  for (auto i = from; i < to; ++i)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(keys[i] >> shift);
  return bytes;
}

// Records of a table that something of changed after `known`, ascending.
std::vector<std::uint32_t> touched(store::Database& roster, TableId table, State const& state, std::size_t batch) {
  std::set<std::uint32_t> keys;
  auto const take = [&](store::Statement& rows) {
    while (rows.step()) keys.insert(static_cast<std::uint32_t>(rows.integer(0)));
    rows.reset();
  };
  auto const t = static_cast<int>(table);
  auto const limit = static_cast<std::int64_t>(batch);
  auto const name = store::quoted(table_of(table));
  if (state.known == 0) {
    auto rows = roster.prepare("SELECT DISTINCT row_key FROM " + name + " WHERE row_key > ? ORDER BY row_key LIMIT ?");
    take(rows->with(state.key, limit));
  } else {
    auto rows = roster.prepare("SELECT DISTINCT row_key FROM " + name + " WHERE row_key > ? AND (row_since > ? OR row_until > ?) ORDER BY row_key LIMIT ?");
    take(rows->with(state.key, state.known, state.known, limit));
    auto edits = roster.prepare("SELECT DISTINCT key FROM overlay WHERE tbl = ? AND key > ? AND (since > ? OR until > ?) ORDER BY key LIMIT ?");
    take(edits->with(t, state.key, state.known, state.known, limit));
    auto ids = roster.prepare("SELECT DISTINCT key FROM ids WHERE tbl = ? AND key > ? AND (since > ? OR until > ?) ORDER BY key LIMIT ?");
    take(ids->with(t, state.key, state.known, state.known, limit));
  }
  std::vector<std::uint32_t> all(keys.begin(), keys.end());
  if (all.size() > batch) all.resize(batch);
  return all;
}

// A change of lists: term, key; added or taken out.
struct ListChange {
  std::string term;
  std::uint32_t key = 0;
  bool added = true;
  auto operator<=>(ListChange const&) const = default;
};

class Batch {
 public:
  Batch(store::Database& roster, TableId table, State const& state) : roster_(roster), table_(table), state_(state), staff_(table) {
    after_ = {edits_of(roster, state.target, std::nullopt), versions_at(roster, state.target), {}};
    if (state.known > 0) before_ = {edits_of(roster, state.known, std::nullopt), versions_at(roster, state.known), {}};
  }

  std::vector<ListChange> changes(std::vector<std::uint32_t> const& keys) {
    store::RowSelect rows(roster_, table_);
    if (keys.back() - keys.front() > sparse * keys.size()) {
      for (auto const key : keys) {
        learn_ids(key, key);
        BaseVersions base;
        rows.each_version(key, [&](store::RowVersion const& version) { return base.push_back(version), true; });
        compare(key, base);
      }
    } else {
      learn_ids(keys.front(), keys.back());
      BaseVersions base;
      rows.each_version(keys.front(), keys.back(), [&](store::RowVersion const& version) {
        if (!base.empty() && base.front().key != version.key) compare(base.front().key, base), base.clear();
        base.push_back(version);
        return true;
      });
      if (!base.empty()) compare(base.front().key, base);
    }
    if (StaffBatch::wants(table_)) staff_.prepare(roster_, state_.target);
    std::sort(all_.begin(), all_.end());
    return std::move(all_);
  }
  StaffBatch& staff() { return staff_; }

 private:
  void learn_ids(std::uint32_t first, std::uint32_t last) {
    for (auto* const at : {&before_, &after_}) {
      at->ids.clear();
      auto const revision = at == &before_ ? state_.known : state_.target;
      if (revision > 0)
        for (auto& [key, id] : ids_between(roster_, table_, first, last, revision)) at->ids.insert_or_assign(key, std::move(id));
    }
  }

  // What is looked at beside the rows, at one of both revisions.
  struct Beside {
    Edits edits;
    std::map<std::int64_t, Version> spoken;
    std::map<std::uint32_t, std::string> ids;
  };

  std::vector<std::string> terms(std::uint32_t key, BaseVersions const& base, std::int64_t revision, Beside const& beside) const {
    if (revision == 0) return {};
    auto const* const now = in_force(base, revision);
    if (now == nullptr) return {};
    auto const at = beside.ids.find(key);
    auto const id = at == beside.ids.end() ? std::string_view() : std::string_view(at->second);
    auto row = now->row;
    if (!says_roles_here(beside.spoken, table_, now->source, row)) return {};
    auto const own = beside.edits.find({table_, key});
    if (own == beside.edits.end()) return terms_of(table_, id, row);
    // An edit with a last day ends without a revision: such a record is found by what it says with it and by what it says without.
    bool const ends = std::any_of(own->second.begin(), own->second.end(), [](auto const& edit) { return edit.last_day.has_value(); });
    auto terms = ends ? terms_of(table_, id, row) : std::vector<std::string>();
    lay_over(row, table_, own->second);
    auto const with = terms_of(table_, id, row);
    terms.insert(terms.end(), with.begin(), with.end());
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
  }

  void compare(std::uint32_t key, BaseVersions const& base) {
    auto const was = terms(key, base, state_.known, before_), is = terms(key, base, state_.target, after_);
    std::vector<std::string> gone, come;
    std::set_difference(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(gone));
    std::set_difference(is.begin(), is.end(), was.begin(), was.end(), std::back_inserter(come));
    if (StaffBatch::wants(table_)) take_staff(key, base, is);
    for (auto& term : gone) all_.push_back({std::move(term), key, false});
    for (auto& term : come) all_.push_back({std::move(term), key, true});
  }

  void take_staff(std::uint32_t key, BaseVersions const& base, std::vector<std::string> const& terms) {
    auto const* const now = in_force(base, state_.target);
    if (now == nullptr) return staff_.take(key, nullptr, {});
    auto row = now->row;
    if (!says_roles_here(after_.spoken, table_, now->source, row)) return staff_.take(key, nullptr, {});
    if (auto const own = after_.edits.find({table_, key}); own != after_.edits.end()) lay_over(row, table_, own->second);
    staff_.take(key, &row, terms);
  }

  store::Database& roster_;
  TableId table_;
  State state_;
  StaffBatch staff_;
  Beside before_, after_;
  std::vector<ListChange> all_;
};

// Of a first index the keys only ascend: each batch has lists of its own, and reads nothing.
void load_lists(store::Database& roster, TableId table, std::vector<ListChange> const& changes) {
  constexpr std::string_view columns[] = {"tbl", "term", "first", "keys"};
  auto load = roster.bulk_load("search_lists", columns);
  for (std::size_t from = 0; from < changes.size();) {
    std::vector<std::uint32_t> keys;
    auto to = from;
    while (to < changes.size() && changes[to].term == changes[from].term && keys.size() < longest_list) keys.push_back(changes[to++].key);
    load->add(std::int64_t{static_cast<int>(table)});
    load->add(store::Blob{changes[from].term});
    load->add(std::int64_t{keys.front()});
    load->add(store::Blob{list_of(keys, 0, keys.size())});
    load->end_row();
    from = to;
  }
  load->finish();
}

class Lists {
 public:
  Lists(store::Database& roster, TableId table)
      : table_(static_cast<int>(table)),
        below_(roster.prepare("SELECT first, keys FROM search_lists WHERE tbl = ? AND term = ? AND first <= ? ORDER BY first DESC LIMIT 1")),
        above_(roster.prepare("SELECT first, keys FROM search_lists WHERE tbl = ? AND term = ? AND first > ? ORDER BY first LIMIT 1")),
        remove_(roster.prepare("DELETE FROM search_lists WHERE tbl = ? AND term = ? AND first = ?")),
        insert_(roster.prepare("INSERT INTO search_lists(tbl, term, first, keys) VALUES(?, ?, ?, ?)")) {}

  // The list that the key is in, or belongs into, is written anew; what grew too long becomes two.
  void change(ListChange const& change) {
    std::vector<std::uint32_t> keys;
    for (auto* const find : {below_.get(), above_.get()}) {
      if (!keys.empty()) break;
      if (find->with(table_, store::Blob{change.term}, change.key).step()) {
        keys = keys_of_list(find->blob(1));
        first_ = find->integer(0);
      }
      find->reset();
    }
    if (!keys.empty()) remove_->run(table_, store::Blob{change.term}, first_);
    auto const at = std::lower_bound(keys.begin(), keys.end(), change.key);
    bool const there = at != keys.end() && *at == change.key;
    if (change.added && !there) keys.insert(at, change.key);
    if (!change.added && there) keys.erase(at);
    auto const half = keys.size() > longest_list ? keys.size() / 2 : keys.size();
    put(change.term, keys, 0, half);
    put(change.term, keys, half, keys.size());
  }

 private:
  void put(std::string const& term, std::vector<std::uint32_t> const& keys, std::size_t from, std::size_t to) {
    if (from < to) insert_->run(table_, store::Blob{term}, keys[from], store::Blob{list_of(keys, from, to)});
  }

  int table_;
  std::int64_t first_ = 0;
  std::unique_ptr<store::Statement> below_, above_, remove_, insert_;
};

void write_lists(store::Database& roster, TableId table, std::vector<ListChange> const& changes) {
  Lists lists(roster, table);
  for (auto const& change : changes) lists.change(change);
}

// A source tells roles in another way by now: of its people other organizations count, though no row says anything new.
bool tells_roles_otherwise(store::Database& roster, std::int64_t known, std::int64_t target) {
  auto const before = versions_at(roster, known), now = versions_at(roster, target);
  return std::any_of(before.begin(), before.end(), [&](auto const& one) {
    auto const at = now.find(one.first);
    return at == now.end() || at->second != one.second;
  });
}

}  // namespace

std::vector<std::uint32_t> keys_of_list(std::string_view bytes) {
  std::vector<std::uint32_t> keys;
  keys.reserve(bytes.size() / 4);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t key = 0;
    for (std::size_t i = 0; i < 4; ++i) key |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    keys.push_back(key);
  }
  return keys;
}

IndexState index_state(store::Database& roster) { return {read_state(roster).known, last_revision(roster)}; }

Result<bool> index_more(store::Database& roster, std::optional<std::size_t> wanted) {
  auto const stood = read_state(roster);
  // A first index is written in order and fast, and in longer lists the more of it at once. What changes later is read and written list by list.
  auto const batch = wanted.value_or(stood.known == 0 ? 20'000 : 1'000);
  auto next = stood;
  if (next.target == 0) {
    next.target = last_revision(roster);
    next.table = 0;
    next.key = -1;
  }
  if (roster.trouble()) return *roster.trouble();
  if (next.target <= stood.known && stood.target == 0) return false;
  if (stood.known > 0 && stood.target == 0 && tells_roles_otherwise(roster, stood.known, next.target)) {
    if (auto trouble = forget_index(roster)) return *trouble;
    return true;
  }
  auto const table = all_tables[static_cast<std::size_t>(next.table)]->id;
  auto const keys = touched(roster, table, next, batch);
  Batch found(roster, table, next);
  auto const changes = keys.empty() ? std::vector<ListChange>() : found.changes(keys);
  if (keys.size() == batch) {
    next.key = keys.back();
  } else if (static_cast<std::size_t>(++next.table) < table_count) {
    next.key = -1;
  } else {
    next = {next.target, 0, 0, -1};
  }
  if (roster.trouble()) return *roster.trouble();
  auto const trouble = roster.transaction([&] {
    if (read_state(roster) != stood) return false;  // somebody else was faster
    if (stood.known == 0 && !changes.empty()) load_lists(roster, table, changes);
    else write_lists(roster, table, changes);
    found.staff().write(roster, stood.known == 0);
    write_state(roster, next);
    return true;
  });
  if (trouble) return *trouble;
  // Rosters bring pages into their places when they are closed; many batches would make the log many times as long as the index.
  if (roster.dialect().name == "SQLite") roster.run_script("PRAGMA wal_checkpoint(PASSIVE)");
  return true;
}

std::optional<Trouble> index_all(store::Database& roster) {
  for (;;) {
    auto const more = index_more(roster);
    if (!more) return more.trouble();
    if (!*more) return std::nullopt;
  }
}

void drop_index(store::Database& roster) {
  for (auto const* derived : {"search_lists", "staff", "staff_places", "search_state"}) roster.run("DELETE FROM " + std::string(derived));
}

std::optional<Trouble> forget_index(store::Database& roster) {
  return roster.transaction([&] { return drop_index(roster), true; });
}

std::optional<Trouble> verify_index(store::Database& roster) {
  auto const stood = read_state(roster);
  if (stood.target != 0 || stood.known == 0) return std::nullopt;  // it is on its way
  std::vector<StaffPlace> places;
  std::map<std::uint32_t, StaffBatch::Person> people;
  for (auto const* table : all_tables) {
    // The same whatever the order, and however the keys are spread over lists.
    std::uint64_t wanted = 0, found = 0;
    auto const of = [](std::string_view term, std::uint32_t key) { return hash_of(std::string(term) + "\n" + std::to_string(key), 23); };
    State state{0, stood.known, 0, -1};
    for (bool more = true; more;) {
      auto const keys = touched(roster, table->id, state, 20'000);
      more = !keys.empty();
      if (!more) break;
      state.key = keys.back();
      Batch batch(roster, table->id, state);
      for (auto const& change : batch.changes(keys)) wanted += of(change.term, change.key);
      if (!StaffBatch::wants(table->id)) continue;
      for (auto const& place : batch.staff().places()) {
        places.push_back(place);
        if (auto const person = batch.staff().people().find(place.person); person != batch.staff().people().end()) people.insert(*person);
      }
    }
    auto rows = roster.prepare("SELECT term, keys FROM search_lists WHERE tbl = ?");
    for (rows->with(static_cast<int>(table->id)); rows->step();)
      for (auto const key : keys_of_list(rows->blob(1))) found += of(rows->blob(0), key);
    rows->reset();
    if (roster.trouble()) return roster.trouble();
    if (wanted != found)
      return Trouble{"What is searched for of " + std::string(table->name) + " is not what its rows say. \"rollbook find --rebuild\" makes it anew."};
  }
  return wrong_with_staff(roster, std::move(places), people);
}

std::vector<std::uint32_t> keys_with_term(store::Database& roster, TableId table, std::string_view term, std::uint32_t from, std::size_t most) {
  std::vector<std::uint32_t> keys;
  auto begin = roster.prepare("SELECT max(first) FROM search_lists WHERE tbl = ? AND term = ? AND first <= ?");
  std::int64_t first = 0;
  if (begin->with(static_cast<int>(table), store::Blob{term}, from).step() && !begin->is_null(0)) first = begin->integer(0);
  begin->reset();
  auto rows = roster.prepare("SELECT keys FROM search_lists WHERE tbl = ? AND term = ? AND first >= ? ORDER BY first");
  rows->with(static_cast<int>(table), store::Blob{term}, first);
  while (keys.size() < most && rows->step())
    for (auto const key : keys_of_list(rows->blob(0)))
      if (key >= from && keys.size() < most) keys.push_back(key);
  rows->reset();
  return keys;
}

void each_with_terms(store::Database& roster, TableId table, std::vector<std::string> const& terms,
                     std::function<void(std::string_view, std::vector<std::uint32_t> const&)> const& f) {
  constexpr std::size_t at_once = 50;
  std::string places;
  for (std::size_t i = 0; i < at_once; ++i) places += i == 0 ? "?" : ", ?";
  auto rows = roster.prepare("SELECT term, keys FROM search_lists WHERE tbl = ? AND term IN (" + places + ") ORDER BY term, first");
  for (std::size_t from = 0; from < terms.size(); from += at_once) {
    rows->bind(1, std::int64_t{static_cast<int>(table)});
    for (std::size_t i = 0; i < at_once; ++i) rows->bind(static_cast<int>(i) + 2, store::Blob{terms[std::min(from + i, terms.size() - 1)]});
    while (rows->step()) f(rows->blob(0), keys_of_list(rows->blob(1)));
    rows->reset();
  }
}

std::uint64_t count_with_term(store::Database& roster, TableId table, std::string_view term) {
  auto row = roster.prepare("SELECT coalesce(sum(length(keys)), 0) FROM search_lists WHERE tbl = ? AND term = ?");
  return row->with(static_cast<int>(table), store::Blob{term}).step() ? static_cast<std::uint64_t>(row->integer(0)) / 4 : 0;
}

std::vector<std::pair<std::uint32_t, std::string>> ids_between(store::Database& roster, TableId table, std::uint32_t first, std::uint32_t last,
                                                               std::int64_t revision) {
  std::vector<std::pair<std::uint32_t, std::string>> ids;
  auto rows = roster.prepare("SELECT key, id FROM ids WHERE tbl = ? AND key >= ? AND key <= ? AND since <= ? AND (until IS NULL OR until > ?)");
  for (rows->with(static_cast<int>(table), first, last, revision, revision); rows->step();)
    ids.emplace_back(static_cast<std::uint32_t>(rows->integer(0)), std::string(rows->text(1)));
  rows->reset();
  return ids;
}

}  // namespace rollbook::runs
