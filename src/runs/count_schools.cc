#include <algorithm>

#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

class Counting {
 public:
  using Each = std::function<void(TableId, std::size_t list, std::size_t at, std::vector<School> const&)>;

  Counting(Plan& plan, PlanContext const& context, std::int32_t today, Each const& each)
      : plan_(plan), context_(context), today_(today), each_(each), people_(context.roster, TableId::Users) {}

  void run() {
    auto rows = context_.roster.prepare("SELECT row_key, \"schoolSourcedId\" FROM \"classes\" WHERE row_until IS NULL");
    while (rows->step())
      if (!rows->is_null(1)) schools_.class_is_at(static_cast<std::uint32_t>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)));
    rows.reset();
    if (!plan_[TableId::Roles].created.empty()) learn_roles();
    for (auto const* table : all_tables) count(table->id);
  }

 private:
  // Since 1.2 roles say where people are; they stand behind the people.
  void learn_roles() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> orgs_of;
    auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId");
    std::vector<std::uint32_t> rows;
    for (auto const& row : plan_[TableId::Roles].created) rows.push_back(row.row);
    context_.delivered->each(TableId::Roles, rows, [&](std::uint32_t, std::string_view, StoredRow const& now) {
      if (!now.is_null(user) && !now.is_null(org)) orgs_of[static_cast<std::uint32_t>(now.number(user))].push_back(static_cast<std::uint32_t>(now.number(org)));
    });
    for (auto& [person, orgs] : orgs_of) schools_.person_is_at(person, std::move(orgs));
  }

  // People whom this delivery does not touch are where the store has them.
  void look_up_person(std::uint32_t key) {
    StoredRow row;
    std::vector<std::uint32_t> orgs;
    if (people_.current(key, context_.source.id, row)) {
      static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
      orgs = keys_in(row, many, Stored::Keys);
      for (auto const org : keys_in(row, primary, Stored::Key)) orgs.push_back(org);
    }
    schools_.person_is_at(key, std::move(orgs));
  }

  std::vector<School> const& schools_of(TableId table, std::uint32_t key, StoredRow const& row) {
    return schools_.of(table, key, row, [&](std::uint32_t person) { look_up_person(person); });
  }

  SchoolChange& at(TableId table, School school) {
    auto const key = std::pair(static_cast<std::uint8_t>(table), school);
    if (last_ == nullptr || key != last_key_) last_key_ = key, last_ = &plan_.counts[key];
    return *last_;
  }

  void count(TableId table) {
    auto& plan = plan_[table];
    store::RowSelect select(context_.roster, table);
    StoredRow before;
    auto const source = context_.source.id;

    // What goes first: later tables ask where people and classes were.
    for (std::size_t i = 0; i < plan.removed.size(); ++i) {
      if (!select.current(plan.removed[i].key, source, before)) continue;
      auto const& schools = schools_of(table, plan.removed[i].key, before);
      for (auto const school : schools) {
        auto& change = at(table, school);
        ++change.removed;
        ++change.gone;
        --change.grown;
      }
      if (each_) each_(table, 2, i, schools);
      learn(table, plan.removed[i].key, before);
    }
    for (auto const key : plan.protected_keys)
      if (select.current(key, source, before))
        for (auto const school : schools_of(table, key, before)) ++at(table, school).excluded;

    std::vector<std::uint32_t> rows;
    for (auto const& row : plan.updated) rows.push_back(row.row);
    std::size_t i = 0;
    std::vector<School> old_schools, all;
    context_.delivered->each(table, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (plan.updated[i].row != row) ++i;
      auto const key = plan.updated[i].key;
      bool const found = select.current(key, source, before);
      old_schools = found ? schools_of(table, key, before) : std::vector<School>();
      bool const lost = found && counts_as_removal(table, before, now, today_);
      learn(table, key, now);
      auto const& new_schools = schools_of(table, key, now);
      all.clear();
      std::set_union(old_schools.begin(), old_schools.end(), new_schools.begin(), new_schools.end(), std::back_inserter(all));
      for (auto const school : all) {
        auto& change = at(table, school);
        bool const was = std::binary_search(old_schools.begin(), old_schools.end(), school);
        bool const is = std::binary_search(new_schools.begin(), new_schools.end(), school);
        ++change.updated;
        change.gone += was && (!is || lost);
        change.grown += is - was;
      }
      if (each_) each_(table, 1, i, all);
    });

    rows.clear();
    for (auto const& row : plan.created) rows.push_back(row.row);
    i = 0;
    context_.delivered->each(table, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (plan.created[i].row != row) ++i;
      learn(table, plan.created[i].key, now);
      auto const& schools = schools_of(table, plan.created[i].key, now);
      for (auto const school : schools) {
        auto& change = at(table, school);
        ++change.created;
        ++change.grown;
      }
      if (each_) each_(table, 0, i, schools);
    });
  }

  void learn(TableId table, std::uint32_t key, StoredRow const& row) {
    if (table == TableId::Classes) {
      static auto const school = stored_index(TableId::Classes, "schoolSourcedId");
      if (!row.is_null(school)) schools_.class_is_at(key, static_cast<std::uint32_t>(row.number(school)));
    } else if (table == TableId::Users) {
      static auto const many = stored_index(TableId::Users, "orgSourcedIds");
      if (!row.is_null(many)) schools_.person_is_at(key, keys_in(row, many, Stored::Keys));
    }
  }

  Plan& plan_;
  PlanContext const& context_;
  std::int32_t today_;
  Each const& each_;
  store::RowSelect people_;
  Schools schools_;
  std::pair<std::uint8_t, School> last_key_;
  SchoolChange* last_ = nullptr;
};

}  // namespace

void count_schools(Plan& plan, PlanContext const& context, std::int32_t today,
                   std::function<void(TableId, std::size_t list, std::size_t at, std::vector<School> const&)> const& each) {
  plan.counts.clear();
  Counting(plan, context, today, each).run();
}

}  // namespace rollbook::runs
