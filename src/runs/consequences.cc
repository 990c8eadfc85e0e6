#include "runs/consequences.h"

#include <algorithm>
#include <unordered_set>

#include "store/rows.h"

namespace rollbook::runs {
namespace {

using Keys = std::unordered_set<std::uint32_t>;

class Following {
 public:
  Following(Plan const& plan, PlanContext const& context)
      : plan_(plan), context_(context), enrollments_(plan[TableId::Enrollments]), now_(context.comparison->tables[index(TableId::Enrollments)]) {}

  Consequences run() {
    for (auto const& row : enrollments_.removed) loses(row.key);
    for (auto const& row : enrollments_.updated) loses(row.key);
    lose_those_of_others();
    for (auto const& row : plan_[TableId::Users].removed) people_.erase(row.key);
    for (auto const& row : plan_[TableId::Classes].removed) classes_.erase(row.key);
    drop_those_named();
    if (!people_.empty() || !classes_.empty()) is_taken_as_it_is() ? look_at_protected() : look_at_all();
    return {sorted(classes_), sorted(people_)};
  }

 private:
  static std::size_t index(TableId table) { return static_cast<std::size_t>(table); }
  static std::vector<std::uint32_t> sorted(Keys const& keys) {
    std::vector<std::uint32_t> all(keys.begin(), keys.end());
    std::sort(all.begin(), all.end());
    return all;
  }

  // Calls f(set, key) for the person of an enrollment, and for its class when the person teaches it.
  template <class F>
  void each_named(StoredRow const& row, F const& f) {
    static auto const user = stored_index(TableId::Enrollments, "userSourcedId"), class_ = stored_index(TableId::Enrollments, "classSourcedId"),
                      role = stored_index(TableId::Enrollments, "role");
    if (!row.is_null(user)) f(people_, static_cast<std::uint32_t>(row.number(user)));
    if (!row.is_null(class_) && !row.is_null(role) && row.text(role) == "teacher") f(classes_, static_cast<std::uint32_t>(row.number(class_)));
  }

  void loses(std::uint32_t enrollment) {
    if (auto const* row = context_.before->find(TableId::Enrollments, enrollment)) each_named(*row, [](Keys& keys, std::uint32_t key) { keys.insert(key); });
  }
  void lose_those_of_others() {
    if (enrollments_.of_others.empty()) return;
    store::RowSelect select(context_.roster, TableId::Enrollments);
    StoredRow stored;
    for (auto const& row : enrollments_.of_others)
      if (select.current(row.key, row.source, stored)) each_named(stored, [](Keys& keys, std::uint32_t key) { keys.insert(key); });
  }
  void still_has(StoredRow const& row) {
    each_named(row, [](Keys& keys, std::uint32_t key) { keys.erase(key); });
  }

  // The comparison has seen every row that will be there, but for those whose rows are damaged.
  bool is_taken_as_it_is() const {
    return enrollments_.full && now_.named_exactly && enrollments_.kept.empty() && enrollments_.rejected + enrollments_.left_out == 0 &&
           !context_.said.others(TableId::Enrollments) && !any_left_out_;
  }

  void drop_those_named() {
    for (auto const& table : plan_.tables) any_left_out_ |= table.left_out + table.rejected > 0;
    if (!is_taken_as_it_is()) return;
    std::erase_if(people_, [&](std::uint32_t key) { return now_.people_named.has(key); });
    std::erase_if(classes_, [&](std::uint32_t key) { return now_.classes_taught.has(key); });
  }

  void look_at_protected() {
    for (auto const key : enrollments_.protected_keys)
      if (auto const* row = context_.before->find(TableId::Enrollments, key)) still_has(*row);
  }

  void look_at_all() {
    Keys gone;
    for (auto const& row : enrollments_.removed) gone.insert(row.key);
    for (auto const& row : enrollments_.updated) gone.insert(row.key);
    auto stored =
        context_.roster.prepare("SELECT row_key, row_source, \"userSourcedId\", \"classSourcedId\", \"role\" FROM \"enrollments\" WHERE row_until IS NULL");
    while ((!people_.empty() || !classes_.empty()) && stored->step()) {
      if (stored->integer(1) == context_.source.id && gone.count(static_cast<std::uint32_t>(stored->integer(0))) > 0) continue;
      if (is_of_others(enrollments_, static_cast<std::uint32_t>(stored->integer(0)), stored->integer(1))) continue;
      people_.erase(static_cast<std::uint32_t>(stored->integer(2)));
      if (stored->text(4) == "teacher") classes_.erase(static_cast<std::uint32_t>(stored->integer(3)));
    }
    stored.reset();
    std::vector<std::uint32_t> rows;
    for (auto const& row : enrollments_.created) rows.push_back(row.row);
    for (auto const& row : enrollments_.updated) rows.push_back(row.row);
    std::sort(rows.begin(), rows.end());
    context_.delivered->each(TableId::Enrollments, rows, [&](std::uint32_t, std::string_view, StoredRow const& row) { still_has(row); });
  }

  Plan const& plan_;
  PlanContext const& context_;
  TablePlan const& enrollments_;
  SaidNow const& now_;
  Keys people_, classes_;
  bool any_left_out_ = false;
};

}  // namespace

Consequences find_consequences(Plan const& plan, PlanContext const& context) { return Following(plan, context).run(); }

}  // namespace rollbook::runs
