// Students, staff and classes: found while one types, filtered, sorted, and handed on as they are shown.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "report/words.h"
#include "runs/look.h"
#include "runs/record_list.h"
#include "runs/search.h"
#include "runs/stored_schools.h"
#include "schema/words.h"
#include "views/labels.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/by_hand_pages.h"
#include "web/enrollment.h"
#include "web/long_sheet.h"
#include "web/organizations.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using runs::ListKind;
using runs::ListOrder;

constexpr std::size_t rows_of_a_page = 50, most_not_found = 200;

struct About {
  ListKind kind;
  std::string_view name, title, one, many;
};
constexpr About about_students{ListKind::Students, "students", "Students", "student", "students"};
constexpr About about_staff{ListKind::Staff, "staff", "Staff", "person", "people"};
constexpr About about_classes{ListKind::Classes, "classes", "Classes", "class", "classes"};

constexpr std::pair<std::string_view, ListOrder> orders[] = {
    {"name", ListOrder::Name}, {"id", ListOrder::Id}, {"email", ListOrder::Email}, {"grades", ListOrder::Grades}};

struct Row {
  std::string id, name, email, grades, role, status, places, to;
};

class RecordList {
 public:
  RecordList(Visit& visit, store::Database& roster, About const& about)
      : visit_(visit),
        roster_(roster),
        about_(about),
        table_(runs::table_of_list(about.kind)),
        scope_(visit, roster, access::Right::EnrollByHand),
        labels_(roster, {}, visit.hub.today) {
    for (auto const* const name : {"q", "status", "role", "school", "grade", "without", "sort"}) asked_.emplace_back(name, std::string(trimmed(visit.query[name])));
    auto const from = visit.query["from"];
    std::from_chars(from.data(), from.data() + from.size(), from_);
  }

  Answer answer() {
    if (!restrict()) return Refusal{404};
    bool const csv = visit_.format == "csv";
    runs::RecordPage page;
    if (!too_many_orgs_) page = runs::list_records(roster_, filter_, visit_.hub.today, csv ? 0 : from_, csv ? most_rows_of_a_sheet + 1 : rows_of_a_page);
    if (csv && page.keys.size() > most_rows_of_a_sheet) return too_long_for_a_sheet();
    std::vector<Row> rows;
    for (auto const key : page.keys)
      if (auto row = read(key)) rows.push_back(std::move(*row));
    if (roster_.trouble()) return Refusal{503};
    View view{"record_list_by_hand", std::string(about_.title)};
    if (csv) view.sheet = sheet_of(rows);
    else show(view.model, page, rows);
    return view;
  }

 private:
  std::string const& asked(std::string_view name) const {
    return std::find_if(asked_.begin(), asked_.end(), [&](auto const& one) { return one.first == name; })->second;
  }

  // False: there is no such school among theirs.
  bool restrict() {
    filter_.kind = about_.kind;
    if (!restrict_orgs()) return false;
    if (auto const& status = asked("status"); about_.kind != ListKind::Classes && (status == "active" || status == "deactivated")) filter_.enabled = status == "active";
    if (about_.kind == ListKind::Staff) filter_.role = asked("role").substr(0, 100);
    filter_.grade = asked("grade").substr(0, 20);
    filter_.without_classes = asked("without") == "yes";
    auto sort = std::string_view(asked("sort"));
    filter_.descending = sort.starts_with('-');
    if (filter_.descending) sort.remove_prefix(1);
    for (auto const& [name, order] : orders)
      if (name == sort) filter_.order = order;
    if (!asked("q").empty()) search();
    return true;
  }

  bool restrict_orgs() {
    auto const seen = Seen::by_standing(visit_, access::Right::EnrollByHand);
    std::optional<Seen> below;
    for (auto const& one : organizations_of(visit_)) {
      if (!seen.sees_org(one.key)) continue;
      schools_.push_back(one);
      if (std::to_string(one.key) == asked("school")) below = Seen::below(roster_, {one.key});
    }
    if (!asked("school").empty() && !below) return false;
    if (seen.all() && !below) return true;
    filter_.orgs.emplace();
    for (auto const& one : schools_)
      if (!below || below->sees_org(one.key)) filter_.orgs->push_back(static_cast<std::uint32_t>(one.key));
    too_many_orgs_ = filter_.orgs->size() > runs::most_orgs_of_a_list;
    return true;
  }

  void search() {
    auto const result = runs::search(roster_, asked("q"), scope_.search());
    filter_.among.emplace();
    for (auto const& found : result.tables)
      if (found.table == table_) filter_.among = found.keys, more_fit_ = found.more;
    if (result.of_list) not_found_ = result.not_found;
    left_ = result.left.size();
  }

  std::optional<Row> read(std::uint32_t key) {
    auto const row = labels_.row(table_, key);
    if (!row) return std::nullopt;
    auto const text = [&](std::string_view field) {
      auto const at = stored_index(table_, field);
      return at == npos || row->is_null(at) ? std::string() : labels_.text(table_, at, *row);
    };
    Row out{labels_.id(table_, key), labels_.name(table_, *row), text(about_.kind == ListKind::Classes ? "classCode" : "email"), text("grades"), "", "", "", ""};
    out.to = record_address(visit_, table_, out.id, key);
    out.status = about_.kind == ListKind::Classes ? "" : text("enabledUser") == "false" ? "deactivated" : "active";
    std::vector<std::uint32_t> orgs;
    if (table_ == TableId::Users) orgs = runs::orgs_of_roles(roster_, key);
    for (auto const* const field : {"orgSourcedIds", "schoolSourcedId"})
      if (auto const at = stored_index(table_, field); at != npos && !row->is_null(at))
        for (auto const org : keys_in(*row, at, stored_columns(table_)[at].as)) orgs.push_back(org);
    std::sort(orgs.begin(), orgs.end());
    orgs.erase(std::unique(orgs.begin(), orgs.end()), orgs.end());
    for (auto const org : orgs) {
      if (!scope_.may_see(TableId::Orgs, org)) continue;
      auto const& name = labels_.name(TableId::Orgs, org);
      out.places.append(out.places.empty() ? "" : ", ").append(name.empty() ? labels_.id(TableId::Orgs, org) : name);
    }
    return out;
  }

  Sheet sheet_of(std::vector<Row> const& rows) const {
    bool const classes = about_.kind == ListKind::Classes;
    Sheet sheet{std::string(about_.name), {"sourcedId", classes ? "title" : "name", classes ? "classCode" : "email", "organizations", "grades"}, {}};
    if (!classes) sheet.columns.emplace_back("status");
    for (auto const& row : rows) {
      sheet.rows.push_back({row.id, row.name, row.email, row.places, row.grades});
      if (!classes) sheet.rows.back().push_back(row.status);
    }
    sheet.noted = "records downloaded";
    sheet.about = std::to_string(rows.size()) + " " + std::string(about_.many);
    return sheet;
  }

  std::string here(std::string_view dress = {}) const { return visit_.in_district("enrollment/" + std::string(about_.name)) + std::string(dress); }
  // The same list, with one thing asked differently.
  std::string with(std::string const& to, std::string_view name, std::string const& value) const {
    Query query;
    for (auto const& [asked, text] : asked_) query.emplace_back(asked, asked == name ? value : text);
    if (name == "from") query.emplace_back("from", value);
    return address(to, query);
  }

  Model column(std::string_view title, std::string_view sort) const {
    auto const now = std::string_view(asked("sort")).empty() ? std::string_view("name") : std::string_view(asked("sort"));
    bool const up = now == sort, down = now.size() == sort.size() + 1 && now.front() == '-' && now.substr(1) == sort;
    return {{"title", title}, {"to", with(here(), "sort", up ? "-" + std::string(sort) : std::string(sort))}, {"up", up}, {"down", down}, {"sorted", up ? "ascending" : down ? "descending" : "none"}};
  }

  void show(Model& model, runs::RecordPage const& page, std::vector<Row> const& rows) {
    set_tabs(visit_, model, about_.name);
    Model list = Model::List(), missing = Model::List(), columns = Model::List();
    for (auto const& row : rows)
      list.add({{"id", row.id}, {"name", row.name}, {"email", row.email}, {"grades", row.grades}, {"places", row.places}, {"deactivated", row.status == "deactivated"}, {"to", row.to}});
    for (std::size_t i = 0; i < std::min(not_found_.size(), most_not_found); ++i) missing.add({{"text", not_found_[i]}});
    bool const classes = about_.kind == ListKind::Classes;
    columns.add(column(classes ? "Class" : "Name", "name"));
    columns.add(column(classes ? "Code" : "E-mail", "email"));
    columns.add(column("Grades", "grades"));
    auto const q = asked("q");
    auto line = q;
    std::erase(line, '\r');
    std::replace(line.begin(), line.end(), '\n', ',');
    model["here"] = here();
    model["name"] = about_.name;
    model["many"] = about_.many;
    model["q"] = q;
    model["q_line"] = line;
    model["sort"] = asked("sort");
    model["is_people"] = !classes;
    model["is_staff"] = about_.kind == ListKind::Staff;
    model["statuses"] = choices("status", {{"", "Any"}, {"active", "Active"}, {"deactivated", "Deactivated"}});
    model["withouts"] = choices("without", {{"", "Any"}, {"yes", classes ? "Nobody in it" : "In no class"}});
    model["schools"] = school_choices();
    model["grades"] = grade_choices();
    model["roles"] = role_choices();
    model["columns"] = std::move(columns);
    model["rows"] = std::move(list);
    model["has_rows"] = !rows.empty();
    model["too_many"] = too_many_orgs_;
    model["all"] = counted(page.all, about_.one, about_.many);
    model["first"] = with_separators(from_ + 1);
    model["last"] = with_separators(from_ + page.keys.size());
    model["more_fit"] = more_fit_;
    model["left"] = left_ > 0 ? with_separators(left_) : "";
    model["has_missing"] = !not_found_.empty();
    model["missing_count"] = with_separators(not_found_.size());
    model["missing"] = std::move(missing);
    model["newer"] = from_ > 0 ? with(here(), "from", from_ <= rows_of_a_page ? "" : std::to_string(from_ - rows_of_a_page)) : "";
    model["older"] = from_ + page.keys.size() < page.all ? with(here(), "from", std::to_string(from_ + rows_of_a_page)) : "";
    model["csv"] = with(here(".csv"), "", "");
    model["filtered"] = std::any_of(asked_.begin(), asked_.end(), [](auto const& one) { return one.first != "sort" && !one.second.empty(); });
    model["behind"] = runs::index_state(roster_).is_behind();
    model["only_mine"] = !scope_.all();
  }

  Model choices(std::string_view name, std::vector<std::pair<std::string_view, std::string_view>> const& all) const {
    Model list = Model::List();
    for (auto const& [value, label] : all) list.add(choice(value, std::string(label), asked(name) == value));
    return list;
  }
  Model school_choices() const {
    Model list = Model::List();
    list.add(choice("", scope_.all() ? "The whole district" : "All of mine", asked("school").empty()));
    for (auto const& one : schools_) list.add(choice(std::to_string(one.key), one.name + " (" + one.id + ")", asked("school") == std::to_string(one.key)));
    return list;
  }
  Model grade_choices() const {
    std::vector<std::pair<std::string_view, std::string_view>> all{{"", "Any"}};
    for (auto const grade : words::grade_words) all.emplace_back(grade, grade);
    return choices("grade", all);
  }
  Model role_choices() const {
    std::vector<std::pair<std::string_view, std::string_view>> all{{"", "Any"}};
    for (auto const role : words::role_words)
      if (role != "student" && role != "guardian" && role != "parent" && role != "relative") all.emplace_back(role, role);
    return choices("role", all);
  }

  Visit& visit_;
  store::Database& roster_;
  About const& about_;
  TableId table_;
  RecordScope scope_;
  views::Labels labels_;
  std::vector<std::pair<std::string_view, std::string>> asked_;
  std::uint64_t from_ = 0;
  runs::ListFilter filter_;
  std::vector<Organization> schools_;
  bool too_many_orgs_ = false, more_fit_ = false;
  std::vector<std::string> not_found_;
  std::size_t left_ = 0;
};

Answer list_of(Visit& visit, About const& about) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  return RecordList(visit, **roster, about).answer();
}

}  // namespace

Answer list_students(Visit& visit) { return list_of(visit, about_students); }
Answer list_staff_by_hand(Visit& visit) { return list_of(visit, about_staff); }
Answer list_classes(Visit& visit) { return list_of(visit, about_classes); }

}  // namespace rollbook::web
