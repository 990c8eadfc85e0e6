#include "runs/record_list.h"

#include <set>

#include "base/demand.h"
#include "schema/stored_columns.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// A question and the values of its places, in the order in which they stand.
class Question {
 public:
  Question(store::Database& roster, ListFilter const& filter, std::int32_t today)
      : filter_(filter), table_(table_of_list(filter.kind)), number_(static_cast<int>(table_)), today_(today) {
    learn(roster);
    restrict_kind();
    restrict_orgs();
    if (filter.among) where("t.row_key IN (" + numbers(*filter.among) + ")");
    if (filter.enabled) where(effective("enabledUser", true) + (*filter.enabled ? " = 1" : " = 0"));
    if (!filter.grade.empty()) where("',' || " + effective("grades") + " || ',' LIKE ? ESCAPE '\\'", "%," + in_pattern(filter.grade) + ",%");
    if (!filter.lacks_id.empty() && filter.kind != ListKind::Classes)
      where("lower(" + effective("userIds") + ") NOT LIKE ? ESCAPE '\\'", "%{" + in_pattern(filter.lacks_id) + ":%");
    if (filter.without_classes)
      where(joined("SELECT DISTINCT " + quoted_field(filter.kind == ListKind::Classes ? "classSourcedId" : "userSourcedId") +
                   " AS k FROM enrollments WHERE row_until IS NULL") +
            ".k IS NULL");
    order();
  }

  std::unique_ptr<store::Statement> count(store::Database& roster) const {
    return bound(roster, "SELECT count(DISTINCT t.row_key)" + from() + wheres_, false, 0, 0);
  }
  std::unique_ptr<store::Statement> page(store::Database& roster, std::uint64_t first, std::size_t how_many) const {
    auto const down = filter_.descending ? " DESC" : "";
    std::string groups = "t.row_key", by;
    for (auto const& column : orders_) by += (by.empty() ? "" : ", ") + ("min(lower(" + column + "))" + down);
    return bound(roster, "SELECT t.row_key" + from() + wheres_ + " GROUP BY " + groups + " ORDER BY " + by + ", t.row_key LIMIT ? OFFSET ?", true, first,
                 how_many);
  }

 private:
  // Most rosters have few edits, and one way of speaking of roles: what nobody said needs not be joined.
  void learn(store::Database& roster) {
    auto fields = roster.prepare("SELECT DISTINCT field FROM overlay WHERE tbl = ? AND until IS NULL");
    for (fields->with(number_); fields->step();) edited_.emplace(fields->text(0));
    fields.reset();
    has_roles_ = roster.prepare("SELECT 1 FROM roles WHERE row_until IS NULL LIMIT 1")->step();
  }

  static std::string quoted_field(std::string_view field) { return "\"" + std::string(field) + "\""; }
  static std::string numbers(std::vector<std::uint32_t> const& keys) {
    std::string all;
    for (auto const key : keys) all += (all.empty() ? "" : ",") + std::to_string(key);
    return all.empty() ? "-1" : all;
  }
  static std::string in_pattern(std::string_view text) {
    std::string out;
    for (auto const c : text) {
      if (c == '%' || c == '_' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }

  void where(std::string const& condition) { wheres_ += (wheres_.empty() ? " WHERE t.row_until IS NULL AND (" : " AND (") + condition + ")"; }
  void where(std::string const& condition, std::string value) {
    where(condition);
    where_values_.push_back(std::move(value));
  }

  // The name under which keys k of a question are joined; those that it does not have are null.
  std::string joined(std::string const& question) {
    auto name = "j" + std::to_string(++joins_);
    from_ += " LEFT JOIN (" + question + ") AS " + name + " ON " + name + ".k = t.row_key";
    return name;
  }

  // A field with the edit that lies over it. Values of places stand in what is joined, which comes before the conditions.
  std::string effective(std::string_view field, bool number = false) {
    demand(stored_index(table_, field) != npos);
    if (edited_.count(field) == 0) return number ? "t." + quoted_field(field) : "COALESCE(t." + quoted_field(field) + ", '')";
    auto const edits = joined("SELECT key AS k, value AS v FROM overlay WHERE tbl = " + std::to_string(number_) + " AND field = '" + std::string(field) +
                              "' AND until IS NULL AND (last_day IS NULL OR last_day >= " + std::to_string(today_) + ")");
    auto const laid = number ? "CAST(" + edits + ".v AS INTEGER)" : edits + ".v";
    auto const value = "CASE WHEN " + edits + ".k IS NULL THEN t." + quoted_field(field) + " ELSE " + laid + " END";
    return number ? "(" + value + ")" : "COALESCE(" + value + ", '')";
  }

  void restrict_kind() {
    if (filter_.kind == ListKind::Classes) return;
    auto const places = filter_.orgs && filter_.kind == ListKind::Staff ? " WHERE org IN (" + numbers(*filter_.orgs) + ")" : std::string();
    if (filter_.kind == ListKind::Staff) {
      auto const role = filter_.role.empty() ? std::string() : std::string(places.empty() ? " WHERE" : " AND") + " role = ?";
      if (!role.empty()) join_values_.push_back(filter_.role);
      where(joined("SELECT DISTINCT person AS k FROM staff_places" + places + role) + ".k IS NOT NULL");
      return;
    }
    auto const by_row = effective("role") + " = 'student'";
    if (!has_roles_) return where(by_row);
    where(joined("SELECT DISTINCT " + quoted_field("userSourcedId") + " AS k FROM roles WHERE row_until IS NULL AND role = 'student'") + ".k IS NOT NULL OR " +
          by_row);
  }

  void restrict_orgs() {
    if (!filter_.orgs || filter_.kind == ListKind::Staff) return;
    auto const these = numbers(*filter_.orgs);
    if (filter_.kind == ListKind::Classes) return where(effective("schoolSourcedId", true) + " IN (" + these + ")");
    auto condition = effective("primaryOrgSourcedId", true) + " IN (" + these + ")";
    if (has_roles_)
      condition += " OR " +
                   joined("SELECT DISTINCT " + quoted_field("userSourcedId") + " AS k FROM roles WHERE row_until IS NULL AND " + quoted_field("orgSourcedId") +
                          " IN (" + these + ")") +
                   ".k IS NOT NULL";
    auto const orgs = "' ' || " + effective("orgSourcedIds") + " || ' '";
    for (auto const org : *filter_.orgs) condition += " OR " + orgs + " LIKE '% " + std::to_string(org) + " %'";
    where(condition);
  }

  void order() {
    bool const classes = filter_.kind == ListKind::Classes;
    if (filter_.order == ListOrder::Grades) orders_.push_back(effective("grades"));
    else if (filter_.order == ListOrder::Email && !classes) orders_.push_back(effective("email"));
    else if (filter_.order == ListOrder::Email) orders_.push_back(effective("classCode"));
    else if (filter_.order == ListOrder::Id)
      orders_.push_back(joined("SELECT key AS k, id AS v FROM ids WHERE tbl = " + std::to_string(number_) + " AND until IS NULL") + ".v");
    if (classes) orders_.push_back(effective("title"));
    else orders_.push_back(effective("familyName")), orders_.push_back(effective("givenName"));
    if (wheres_.empty()) where("1 = 1");
  }

  std::string from() const { return " FROM " + store::quoted(rollbook::table_of(table_)) + " AS t" + from_; }

  std::unique_ptr<store::Statement> bound(store::Database& roster, std::string const& sql, bool paged, std::uint64_t first, std::size_t how_many) const {
    auto statement = roster.prepare(sql);
    int place = 0;
    for (auto const* values : {&join_values_, &where_values_})
      for (auto const& value : *values) statement->bind(++place, std::string_view(value));
    if (paged) statement->bind(++place, static_cast<std::int64_t>(how_many)), statement->bind(++place, static_cast<std::int64_t>(first));
    return statement;
  }

  ListFilter const& filter_;
  TableId table_;
  int number_;
  std::int32_t today_;
  int joins_ = 0;
  bool has_roles_ = true;
  std::set<std::string, std::less<>> edited_;
  std::string from_, wheres_;
  std::vector<std::string> join_values_, where_values_, orders_;
};

}  // namespace

RecordPage list_records(store::Database& roster, ListFilter const& filter, std::int32_t today, std::uint64_t from, std::size_t how_many) {
  demand(!filter.orgs || filter.orgs->size() <= most_orgs_of_a_list);
  Question const question(roster, filter, today);
  RecordPage page;
  auto count = question.count(roster);
  if (count->step()) page.all = static_cast<std::uint64_t>(count->integer(0));
  count.reset();
  for (auto rows = question.page(roster, from, how_many); rows->step();) page.keys.push_back(static_cast<std::uint32_t>(rows->integer(0)));
  return page;
}

}  // namespace rollbook::runs
