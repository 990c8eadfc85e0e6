#include "runs/staff.h"

#include <algorithm>

#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/search_terms.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

std::string text_in(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return row.is_null(at) ? "" : std::string(row.text(at));
}

std::optional<std::int64_t> key_in(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return row.is_null(at) ? std::nullopt : std::optional(row.number(at));
}

// References begin with a byte that no word has.
StaffBatch::Person person_of(StoredRow const& row, std::vector<std::string> const& terms) {
  StaffBatch::Person person{" ", ""};
  for (auto const& term : terms)
    if (term.front() != '\x01') person.words += term + " ";
  if (auto const grades = text_in(TableId::Users, "grades", row); !grades.empty()) person.grades = "," + grades + ",";
  return person;
}

std::string in_pattern(std::string_view word, std::string_view before, std::string_view behind) {
  std::string pattern = "%" + std::string(before);
  for (char const c : word) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + std::string(behind) + "%";
}

bool has_places(store::Statement& any, std::uint32_t person) {
  bool const has = any.with(person).step();
  any.reset();
  return has;
}

}  // namespace

bool is_staff_role(std::string_view role) { return !role.empty() && role != "student" && role != "guardian" && role != "parent" && role != "relative"; }

void StaffBatch::take(std::uint32_t key, StoredRow const* row, std::vector<std::string> const& terms) {
  keys_.push_back(key);
  if (row == nullptr) return;
  auto const role = text_in(table_, "role", *row);
  if (table_ == TableId::Users) {
    people_.emplace(key, person_of(*row, terms));
    if (!is_staff_role(role)) return;
    auto const orgs = keys_in(*row, stored_index(table_, "orgSourcedIds"), Stored::Keys);
    for (auto const org : orgs) places_.push_back({table_, key, org, key, role});
    if (orgs.empty()) places_.push_back({table_, key, -1, key, role});
    return;
  }
  auto const person = key_in(table_, "userSourcedId", *row);
  if (!person || !is_staff_role(role)) return;
  places_.push_back({table_, key, key_in(table_, "orgSourcedId", *row).value_or(-1), static_cast<std::uint32_t>(*person), role});
}

void StaffBatch::prepare(store::Database& roster, std::int64_t revision) {
  if (table_ != TableId::Roles) return;
  std::set<std::uint32_t> wanted;
  for (auto const& place : places_) wanted.insert(place.person);
  store::RowSelect rows(roster, TableId::Users);
  for (auto const person : wanted) {
    auto const base = base_of(rows, person);
    auto const* const now = in_force(base, revision);
    if (now == nullptr) continue;
    auto row = now->row;
    lay_over(row, TableId::Users, edits_of_record(roster, TableId::Users, person, revision, std::nullopt));
    people_.emplace(person, person_of(row, terms_of(TableId::Users, id_of(roster, TableId::Users, person), row)));
  }
}

void StaffBatch::write(store::Database& roster, bool first) {
  if (keys_.empty()) return;
  auto const table = static_cast<int>(table_);
  auto const [low, high] = std::minmax_element(keys_.begin(), keys_.end());
  // Who is staff already, of those in the batch: most are not, and nothing is asked of them one by one.
  std::set<std::uint32_t> settle;
  std::set<std::uint32_t> const batch(keys_.begin(), keys_.end());
  if (!first) {
    auto was = roster.prepare("SELECT row_key, person FROM staff_places WHERE tbl = ? AND row_key >= ? AND row_key <= ?");
    std::set<std::uint32_t> there;
    for (was->with(table, *low, *high); was->step();)
      if (auto const row = static_cast<std::uint32_t>(was->integer(0)); batch.count(row) > 0) {
        there.insert(row);
        settle.insert(static_cast<std::uint32_t>(was->integer(1)));
      }
    was.reset();
    auto remove = roster.prepare("DELETE FROM staff_places WHERE tbl = ? AND row_key = ?");
    for (auto const row : there) remove->run(table, row);
    if (table_ == TableId::Users) {
      auto known = roster.prepare("SELECT person FROM staff WHERE person >= ? AND person <= ?");
      for (known->with(*low, *high); known->step();)
        if (auto const person = static_cast<std::uint32_t>(known->integer(0)); batch.count(person) > 0) settle.insert(person);
    }
  }
  auto insert = roster.prepare("INSERT INTO staff_places(tbl, row_key, org, person, role) VALUES(?, ?, ?, ?, ?)");
  for (auto const& place : places_) {
    insert->run(table, place.row, place.org, place.person, place.role);
    settle.insert(place.person);
  }
  auto any = roster.prepare("SELECT 1 FROM staff_places WHERE person = ? LIMIT 1");
  auto forget = roster.prepare("DELETE FROM staff WHERE person = ?"), keep = roster.prepare("INSERT INTO staff(person, words, grades) VALUES(?, ?, ?)");
  for (auto const person : settle) {
    auto const now = people_.find(person);
    bool const stays = has_places(*any, person);
    // A role that ends says nothing new of the person.
    if (stays && now == people_.end() && table_ == TableId::Roles) continue;
    forget->run(person);
    if (stays && now != people_.end()) keep->run(person, now->second.words, now->second.grades);
  }
}

namespace {

constexpr std::size_t few_orgs = 20, rows_at_first = 500;

// The conditions of a filter but for organizations, and their values.
struct Conditions {
  std::string sql;
  std::vector<std::string> values;
  explicit Conditions(StaffFilter const& filter) {
    auto words = folded_words(filter.text);
    if (words.size() > 10) words.resize(10);
    for (auto const& word : words) add(" AND s.words LIKE ? ESCAPE '\\'", in_pattern(word, " ", ""));
    if (!filter.grade.empty()) add(" AND s.grades LIKE ? ESCAPE '\\'", in_pattern(filter.grade, ",", ","));
  }
  void add(char const* condition, std::string value) {
    sql += condition;
    values.push_back(std::move(value));
  }
  int bind(store::Statement& rows, std::int64_t after) const {
    rows.reset();
    int at = 0;
    rows.bind(++at, after);
    for (auto const& value : values) rows.bind(++at, std::string_view(value));
    return at;
  }
};

// At a few organizations few people work: the database lists them.
std::vector<std::uint32_t> at_few(store::Database& roster, StaffFilter const& filter, std::size_t how_many) {
  Conditions const conditions(filter);
  auto sql = "SELECT s.person FROM staff s WHERE s.person > ?" + conditions.sql;
  if (filter.orgs) {
    sql += " AND s.person IN (SELECT person FROM staff_places WHERE org IN (";
    for (std::size_t i = 0; i < filter.orgs->size(); ++i) sql += i == 0 ? "?" : ",?";
    sql += "))";
  }
  auto rows = roster.prepare(sql + " ORDER BY s.person LIMIT ?");
  auto at = conditions.bind(*rows, filter.after);
  if (filter.orgs)
    for (auto const org : *filter.orgs) rows->bind(++at, org);
  rows->bind(++at, static_cast<std::int64_t>(how_many));
  std::vector<std::uint32_t> people;
  while (rows->step()) people.push_back(static_cast<std::uint32_t>(rows->integer(0)));
  return people;
}

// At many organizations the database would join all of the staff with all of their places. Who works there is read once instead, and whoever fits otherwise
// is looked at in the order of the page, until it is full.
std::vector<std::uint32_t> at_many(store::Database& roster, StaffFilter const& filter, std::size_t how_many) {
  std::set<std::int64_t> const orgs(filter.orgs->begin(), filter.orgs->end());
  std::vector<bool> there;
  auto places = roster.prepare("SELECT person, org FROM staff_places WHERE person > ?");
  for (places->with(filter.after); places->step();) {
    if (orgs.count(places->integer(1)) == 0) continue;
    auto const person = static_cast<std::size_t>(places->integer(0));
    if (person >= there.size()) there.resize(std::max(person + 1, 2 * there.size()));
    there[person] = true;
  }
  places->reset();
  Conditions const conditions(filter);
  auto rows = roster.prepare("SELECT s.person FROM staff s WHERE s.person > ?" + conditions.sql + " ORDER BY s.person LIMIT ?");
  std::vector<std::uint32_t> people;
  auto after = filter.after;
  for (std::size_t at_once = rows_at_first;; at_once *= 4) {
    std::size_t seen = 0;
    auto at = conditions.bind(*rows, after);
    rows->bind(++at, static_cast<std::int64_t>(at_once));
    for (; people.size() < how_many && rows->step(); ++seen) {
      after = rows->integer(0);
      if (auto const person = static_cast<std::size_t>(after); person < there.size() && there[person]) people.push_back(static_cast<std::uint32_t>(person));
    }
    rows->reset();
    if (people.size() >= how_many || seen < at_once) return people;
  }
}

}  // namespace

StaffPage list_staff(store::Database& roster, StaffFilter const& filter, std::size_t how_many) {
  StaffPage page;
  if (filter.orgs && filter.orgs->empty()) return page;
  page.people = filter.orgs && filter.orgs->size() > few_orgs ? at_many(roster, filter, how_many + 1) : at_few(roster, filter, how_many + 1);
  page.more = page.people.size() > how_many;
  if (page.more) page.people.pop_back();
  return page;
}

std::vector<StaffPlace> places_of_staff(store::Database& roster, std::uint32_t person) {
  std::vector<StaffPlace> all;
  auto rows = roster.prepare("SELECT tbl, row_key, org, role FROM staff_places WHERE person = ? ORDER BY tbl, row_key, org");
  for (rows->with(person); rows->step();)
    all.push_back({static_cast<TableId>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)), rows->integer(2), person, std::string(rows->text(3))});
  return all;
}

std::optional<Trouble> wrong_with_staff(store::Database& roster, std::vector<StaffPlace> wanted, std::map<std::uint32_t, StaffBatch::Person> const& people) {
  Trouble const wrong{"What is kept of the staff is not what the rows say. \"rollbook find --rebuild\" makes it anew."};
  std::vector<StaffPlace> kept;
  auto rows = roster.prepare("SELECT tbl, row_key, org, person, role FROM staff_places");
  while (rows->step())
    kept.push_back({static_cast<TableId>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)), rows->integer(2),
                    static_cast<std::uint32_t>(rows->integer(3)), std::string(rows->text(4))});
  rows.reset();
  std::sort(kept.begin(), kept.end());
  std::sort(wanted.begin(), wanted.end());
  if (kept != wanted) return wrong;
  std::set<std::uint32_t> staff;
  for (auto const& place : wanted)
    if (people.count(place.person) > 0) staff.insert(place.person);
  auto named = roster.prepare("SELECT person, words, grades FROM staff ORDER BY person");
  while (named->step()) {
    auto const person = static_cast<std::uint32_t>(named->integer(0));
    auto const is = people.find(person);
    if (staff.erase(person) == 0 || is == people.end() || is->second.words != named->text(1) || is->second.grades != named->text(2)) return wrong;
  }
  return staff.empty() ? std::nullopt : std::optional(wrong);
}

}  // namespace rollbook::runs
