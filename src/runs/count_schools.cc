#include <algorithm>
#include <set>

#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// Parts of a whole are where it is: what moves with what, and by which column. A result that names a class is not moved by its line item.
struct PartOf {
  TableId whole, part;
  std::string_view column, unless = {};
};
constexpr PartOf parts[] = {
    {TableId::Classes, TableId::Enrollments, "classSourcedId"},
    {TableId::Classes, TableId::ClassResources, "classSourcedId"},
    {TableId::Classes, TableId::LineItems, "classSourcedId"},
    {TableId::Classes, TableId::Results, "classSourcedId"},
    {TableId::LineItems, TableId::Results, "lineItemSourcedId", "classSourcedId"},
    {TableId::LineItems, TableId::LineItemScoreScales, "lineItemSourcedId"},
    {TableId::LineItems, TableId::LineItemLearningObjectiveIds, "lineItemSourcedId"},
    {TableId::Results, TableId::ResultScoreScales, "resultSourcedId"},
    {TableId::Results, TableId::ResultLearningObjectiveIds, "resultSourcedId"},
    {TableId::Users, TableId::UserProfiles, "userSourcedId"},
    {TableId::Users, TableId::UserResources, "userSourcedId"},
};

class Counting {
 public:
  Counting(Plan& plan, PlanContext const& context, std::int32_t today, EachChange const& each) : plan_(plan), context_(context), today_(today), each_(each) {}

  void run() {
    auto rows = context_.roster.prepare("SELECT row_key, \"schoolSourcedId\" FROM \"classes\" WHERE row_until IS NULL");
    while (rows->step())
      if (!rows->is_null(1)) before_.class_is_at(static_cast<std::uint32_t>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)));
    rows.reset();
    learns_results_ = changes(TableId::ResultScoreScales) || changes(TableId::ResultLearningObjectiveIds);
    if (learns_results_ || changes(TableId::Results) || changes(TableId::LineItemScoreScales) || changes(TableId::LineItemLearningObjectiveIds))
      learn_classes_of_parts(context_.roster, learns_results_, "WHERE row_until IS NULL", before_);
    after_ = before_;
    learn_roles();
    for (auto const* table : all_tables) count(table->id);
  }

 private:
  using Orgs = std::map<std::uint32_t, std::vector<std::uint32_t>>;                                // of people
  using Moved = std::map<std::uint32_t, std::pair<std::vector<School>, std::vector<School>>>;  // by key: where they were, where they are

  bool changes(TableId table) const {
    auto const& plan = plan_[table];
    return !(plan.created.empty() && plan.updated.empty() && plan.removed.empty() && plan.of_others.empty() && plan.protected_keys.empty());
  }

  // Since 1.2 roles say where people are; they stand behind the people.
  void learn_roles() {
    auto const& plan = plan_[TableId::Roles];
    if (!plan.stated && plan.stored == 0) return;
    Orgs before, after;
    static auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId");
    auto const take = [&](StoredRow const& row, Orgs& orgs) {
      if (!row.is_null(user) && !row.is_null(org)) orgs[static_cast<std::uint32_t>(row.number(user))].push_back(static_cast<std::uint32_t>(row.number(org)));
    };
    std::vector<std::uint32_t> rows;
    for (auto const& row : plan.created) rows.push_back(row.row);
    for (auto const& row : plan.updated) rows.push_back(row.row);
    std::sort(rows.begin(), rows.end());
    context_.delivered->each(TableId::Roles, rows, [&](std::uint32_t, std::string_view, StoredRow const& row) { take(row, after); });
    // What is stored of those who change, whether their roles do or not.
    std::set<std::uint32_t> concerned, changed;
    for (auto const& row : plan_[TableId::Users].updated) concerned.insert(row.key);
    for (auto const& row : plan_[TableId::Users].removed) concerned.insert(row.key);
    for (auto const& row : plan_[TableId::Demographics].updated) concerned.insert(row.key);
    for (auto const& row : plan.updated) changed.insert(row.key);
    for (auto const& row : plan.removed) changed.insert(row.key);
    if (plan.stored > 0 && !(concerned.empty() && changed.empty() && plan.created.empty())) {
      store::RowSelect(context_.roster, TableId::Roles).each_current(context_.source.id, [&](store::RowVersion const& version) {
        take(version.row, before);
        if (changed.count(version.key) == 0) take(version.row, after);
        return true;
      });
    }
    find_moved_by_roles(before, after);
    for (auto& [person, orgs] : before) before_.person_is_at(person, std::move(orgs));
    for (auto& [person, orgs] : after) after_.person_is_at(person, std::move(orgs));
  }

  // Both are in the order of keys; what did not change stands in the same order in both.
  void find_moved_by_roles(Orgs const& before, Orgs const& after) {
    auto const told = keys_told(TableId::Users);
    auto then = before.begin();
    auto const note = [&](std::uint32_t person) {
      if (told.count(person) == 0) moved_by_roles_.push_back(person);
    };
    for (auto const& [person, orgs] : after) {
      for (; then != before.end() && then->first < person; ++then) note(then->first);
      bool const was = then != before.end() && then->first == person;
      if (!was || then->second != orgs) note(person);
      if (was) ++then;
    }
    for (; then != before.end(); ++then) note(then->first);
  }

  // People whom this delivery does not touch are where the store has them.
  void look_up(Schools& schools, std::uint32_t key) {
    auto const* row = context_.before->find(TableId::Users, key);
    schools.person_is_at(key, row != nullptr ? orgs_in(*row) : std::vector<std::uint32_t>());
  }

  static std::vector<std::uint32_t> orgs_in(StoredRow const& row) {
    static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
    auto orgs = keys_in(row, many, Stored::Keys);
    for (auto const org : keys_in(row, primary, Stored::Key)) orgs.push_back(org);
    return orgs;
  }

  std::vector<School> const& of(Schools& schools, TableId table, std::uint32_t key, StoredRow const& row) {
    return schools.of(table, key, row, [&](std::uint32_t person) { look_up(schools, person); });
  }

  SchoolChange& at(TableId table, School school) {
    auto const key = std::pair(static_cast<std::uint8_t>(table), school);
    if (last_ == nullptr || key != last_key_) last_key_ = key, last_ = &plan_.counts[key];
    return *last_;
  }

  void go_from(TableId table, School school) {
    auto& change = at(table, school);
    ++change.gone;
    ++change.less;
    --change.grown;
  }

  void count(TableId table) {
    auto& plan = plan_[table];
    auto const stored = [&](std::uint32_t key) { return context_.before->find(table, key); };

    for (std::size_t i = 0; i < plan.removed.size(); ++i) {
      auto const* before = stored(plan.removed[i].key);
      if (before == nullptr) continue;
      auto const& schools = of(before_, table, plan.removed[i].key, *before);
      for (auto const school : schools) {
        ++at(table, school).removed;
        go_from(table, school);
      }
      go_from(table, whole_district);
      if (each_) each_(table, PlanList::Removed, i, schools);
    }
    count_of_others(table);
    for (std::size_t i = 0; i < plan.protected_keys.size(); ++i) {
      auto const key = plan.protected_keys[i];
      auto const* before = stored(key);
      if (before == nullptr) continue;
      auto const& schools = of(before_, table, key, *before);
      for (auto const school : schools) ++at(table, school).excluded;
      if (each_) each_(table, PlanList::Excluded, i, schools);
    }

    std::vector<std::uint32_t> rows;
    for (auto const& row : plan.updated) rows.push_back(row.row);
    std::size_t i = 0;
    std::vector<School> old_schools, all;
    Moved moved;
    context_.delivered->each(table, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (plan.updated[i].row != row) ++i;
      auto const key = plan.updated[i].key;
      auto const* before = stored(key);
      bool const lost = before != nullptr && counts_as_removal(table, *before, now, today_);
      old_schools = before != nullptr ? of(before_, table, key, *before) : std::vector<School>();
      learn(table, key, now);
      auto const& new_schools = of(after_, table, key, now);
      if (old_schools != new_schools && has_parts(table)) moved[key] = {old_schools, new_schools};
      all.clear();
      std::set_union(old_schools.begin(), old_schools.end(), new_schools.begin(), new_schools.end(), std::back_inserter(all));
      for (auto const school : all) {
        auto& change = at(table, school);
        bool const was = std::binary_search(old_schools.begin(), old_schools.end(), school);
        bool const is = std::binary_search(new_schools.begin(), new_schools.end(), school);
        ++change.updated;
        change.gone += was && (!is || lost);
        change.less += was && !is;
        change.grown += is - was;
      }
      if (lost) ++at(table, whole_district).gone;
      if (each_) each_(table, PlanList::Updated, i, all);
    });
    if (table == TableId::Users) move_people(moved);
    move_parts(table, moved);

    rows.clear();
    for (auto const& row : plan.created) rows.push_back(row.row);
    i = 0;
    context_.delivered->each(table, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (plan.created[i].row != row) ++i;
      learn(table, plan.created[i].key, now);
      auto const& schools = of(after_, table, plan.created[i].key, now);
      for (auto const school : schools) {
        auto& change = at(table, school);
        change.created += plan.adopted.count(plan.created[i].key) == 0;
        ++change.grown;
      }
      if (each_) each_(table, PlanList::Created, i, schools);
    });
  }

  // They are gone at their schools, and fewer for the source that had them; thresholds are about what this source says.
  void count_of_others(TableId table) {
    auto const& rows = plan_[table].of_others;
    if (rows.empty()) return;
    store::RowSelect select(context_.roster, table);
    StoredRow row;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!select.current(rows[i].key, rows[i].source, row)) continue;
      auto const& schools = of(before_, table, rows[i].key, row);
      for (auto const school : schools) {
        ++at(table, school).removed;
        --plan_.counts_of_others[rows[i].source][{static_cast<std::uint8_t>(table), school}].grown;
      }
      if (each_) each_(table, PlanList::RemovedOfOthers, i, schools);
    }
  }

  void learn(TableId table, std::uint32_t key, StoredRow const& row) {
    if (table == TableId::Classes) {
      static auto const school = stored_index(TableId::Classes, "schoolSourcedId");
      if (!row.is_null(school)) after_.class_is_at(key, static_cast<std::uint32_t>(row.number(school)));
    } else if (table == TableId::Users) {
      if (auto orgs = orgs_in(row); !orgs.empty() && !after_.knows_person(key)) after_.person_is_at(key, std::move(orgs));
    } else if (table == TableId::LineItems || (table == TableId::Results && learns_results_)) {
      after_.part_is_in(table, key, after_.class_of(table, row));
    }
  }

  void shift(TableId table, std::pair<std::vector<School>, std::vector<School>> const& schools) {
    for (auto const school : schools.first)
      if (!std::binary_search(schools.second.begin(), schools.second.end(), school)) go_from(table, school);
    for (auto const school : schools.second)
      if (!std::binary_search(schools.first.begin(), schools.first.end(), school)) ++at(table, school).grown;
  }

  static bool has_parts(TableId table) {
    return std::any_of(std::begin(parts), std::end(parts), [&](PartOf const& one) { return one.whole == table; });
  }

  // Those too of which the delivery says nothing new.
  void move_parts(TableId whole, Moved const& moved) {
    if (moved.empty()) return;
    for (auto const& one : parts)
      if (one.whole == whole && plan_[one.part].stored > 0) move_part(one, moved);
  }

  void move_part(PartOf const& one, Moved const& moved) {
    Moved along;
    auto const told = keys_told(one.part);
    auto const column = "\"" + std::string(one.column) + "\"";
    auto const unless = one.unless.empty() ? "" : " AND \"" + std::string(one.unless) + "\" IS NULL";
    auto rows = context_.roster.prepare("SELECT row_key, " + column + " FROM " + store::quoted(table_of(one.part)) +
                                        " WHERE row_source = ? AND row_until IS NULL AND " + column + " IS NOT NULL" + unless);
    for (rows->with(context_.source.id); rows->step();) {
      auto const key = static_cast<std::uint32_t>(rows->integer(0));
      auto const at = moved.find(static_cast<std::uint32_t>(rows->integer(1)));
      if (at == moved.end() || told.count(key) > 0) continue;
      shift(one.part, at->second);
      if (has_parts(one.part)) along[key] = at->second;
    }
    rows.reset();
    move_parts(one.part, along);
  }

  // Also when only their roles say that they move.
  void move_people(Moved& moved) {
    if (!moved.empty()) move_demographics(moved);
    auto demographics = context_.roster.prepare("SELECT 1 FROM \"demographics\" WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
    auto const told = keys_told(TableId::Demographics);
    store::RowSelect people(context_.roster, TableId::Users);
    StoredRow row;
    for (auto const person : moved_by_roles_) {
      if (!people.current(person, context_.source.id, row)) continue;
      auto const was = of(before_, TableId::Users, person, row);
      auto const& is = of(after_, TableId::Users, person, row);
      if (was == is) continue;
      auto const& schools = moved[person] = {was, is};
      shift(TableId::Users, schools);
      if (told.count(person) == 0 && demographics->with(person, context_.source.id).step()) shift(TableId::Demographics, schools);
      demographics->reset();
    }
  }

  // Demographics are where their person is. They have the person's id, so no row has to be read.
  void move_demographics(Moved const& moved) {
    if (plan_[TableId::Demographics].stored == 0) return;
    auto const told = keys_told(TableId::Demographics);
    for (auto const& row : plan_[TableId::Users].updated)
      if (auto const at = moved.find(row.key);
          at != moved.end() && told.count(row.key) == 0 && context_.said.key_of(TableId::Demographics, row.id, true) != no_key)
        shift(TableId::Demographics, at->second);
  }

  // Of which rows the delivery says something new.
  std::set<std::uint32_t> keys_told(TableId table) const {
    std::set<std::uint32_t> told;
    for (auto const& row : plan_[table].updated) told.insert(row.key);
    for (auto const& row : plan_[table].removed) told.insert(row.key);
    return told;
  }

  Plan& plan_;
  PlanContext const& context_;
  std::int32_t today_;
  EachChange const& each_;
  Schools before_, after_;
  bool learns_results_ = false;
  std::vector<std::uint32_t> moved_by_roles_;  // people who may have
  std::pair<std::uint8_t, School> last_key_;
  SchoolChange* last_ = nullptr;
};

}  // namespace

void count_schools(Plan& plan, PlanContext const& context, std::int32_t today, EachChange const& each) {
  plan.counts.clear();
  plan.counts_of_others.clear();
  Counting(plan, context, today, each).run();
}

}  // namespace rollbook::runs
