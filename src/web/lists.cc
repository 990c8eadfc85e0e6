// Students, staff and classes: found while one types, filtered, sorted, ticked over pages, and handed on as they are shown.
#include <algorithm>

#include "report/words.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "runs/stored_schools.h"
#include "schema/words.h"
#include "views/labels.h"
#include "web/asked_list.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/enrollment.h"
#include "web/long_sheet.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using runs::ListKind;

constexpr std::size_t rows_of_a_page = 50, most_not_found = 200;

struct Row {
  std::uint32_t key = 0;
  std::string id, name, email, grades, role, status, places, to;
};

class RecordList {
 public:
  // `saved`: what became of a change, which was waited for before anything is read.
  RecordList(Visit& visit, store::Database& roster, RecordScope& scope, AskedList const& asked, Model saved)
      : saved_(std::move(saved)), visit_(visit), roster_(roster), scope_(scope), asked_(asked), about_(*asked.about), labels_(roster, {}, visit.hub.today) {}

  Answer answer() {
    bool const csv = visit_.format == "csv";
    runs::RecordPage page;
    if (!asked_.too_many_orgs)
      page = runs::list_records(roster_, asked_.filter, visit_.hub.today, csv ? 0 : asked_.from, csv ? most_rows_of_a_sheet + 1 : rows_of_a_page);
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
  std::optional<Row> read(std::uint32_t key) {
    auto const row = labels_.row(about_.table(), key);
    if (!row) return std::nullopt;
    auto const text = [&](std::string_view field) {
      auto const at = stored_index(about_.table(), field);
      return at == npos || row->is_null(at) ? std::string() : labels_.text(about_.table(), at, *row);
    };
    Row out{key,
            labels_.id(about_.table(), key),
            labels_.name(about_.table(), *row),
            text(about_.kind == ListKind::Classes ? "classCode" : "email"),
            text("grades"),
            "",
            "",
            "",
            ""};
    out.to = record_address(visit_, about_.table(), out.id, key);
    out.status = about_.kind == ListKind::Classes ? "" : text("enabledUser") == "false" ? "deactivated" : "active";
    std::vector<std::uint32_t> orgs;
    if (about_.table() == TableId::Users) orgs = runs::orgs_of_roles(roster_, key);
    for (auto const* const field : {"orgSourcedIds", "schoolSourcedId"})
      if (auto const at = stored_index(about_.table(), field); at != npos && !row->is_null(at))
        for (auto const org : keys_in(*row, at, stored_columns(about_.table())[at].as)) orgs.push_back(org);
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

  std::string with(std::string const& to, std::string_view name, std::string const& value) const { return address(to, asked_.query(name, value)); }

  Model column(std::string_view title, std::string_view sort) const {
    auto const& asked = asked_.text("sort");
    bool const is_it = asked_.filter.order == runs::ListOrder::Name ? sort == "name" : asked.ends_with(sort);
    bool const up = is_it && !asked_.filter.descending, down = is_it && asked_.filter.descending;
    return {{"title", title},
            {"by", (up ? "-" : "") + std::string(sort)},
            {"up", up},
            {"down", down},
            {"sorted", up     ? "ascending"
                       : down ? "descending"
                              : "none"}};
  }

  void show(Model& model, runs::RecordPage const& page, std::vector<Row> const& rows) {
    set_tabs(visit_, model, about_.name);
    model["saved"] = saved_;
    show_form(model);
    show_rows(model, page, rows);
    Model missing = Model::List();
    for (std::size_t i = 0; i < std::min(asked_.not_found.size(), most_not_found); ++i) missing.add({{"text", asked_.not_found[i]}});
    model["has_missing"] = !asked_.not_found.empty();
    model["missing_count"] = with_separators(asked_.not_found.size());
    model["missing"] = std::move(missing);
    model["left"] = asked_.left > 0 ? with_separators(asked_.left) : "";
    model["behind"] = runs::index_state(roster_).is_behind();
    model["only_mine"] = !scope_.all();
  }

  void show_form(Model& model) const {
    auto line = asked_.text("q");
    std::erase(line, '\r');
    std::replace(line.begin(), line.end(), '\n', ',');  // which a field of one line would lose
    model["here"] = asked_.to(visit_);
    model["add"] = asked_.to(visit_, "/new");
    model["add_words"] = about_.kind == ListKind::Classes ? "Add a class" : about_.kind == ListKind::Staff ? "Add staff" : "Add a student";
    model["change"] = asked_.to(visit_, "/change");
    model["users_csv"] = about_.is_people() && scope_.all() ? asked_.to(visit_, "/users.csv") : "";
    model["many"] = about_.many;
    model["q_line"] = line;
    model["sort"] = asked_.text("sort");
    model["is_people"] = about_.is_people();
    model["is_staff"] = about_.kind == ListKind::Staff;
    model["statuses"] = choices("status", {{"", "Any"}, {"active", "Active"}, {"deactivated", "Deactivated"}});
    model["withouts"] = choices("without", {{"", "Any"}, {"yes", about_.is_people() ? "In no class" : "Nobody in it"}});
    model["lacks"] = choices("lacks", {{"", "Any"}, {"state", "No state id"}, {"district", "No district id"}, {"sis", "No SIS id"}});
    model["schools"] = school_choices();
    model["grades"] = grade_choices();
    model["roles"] = role_choices();
    model["filtered"] = asked_.is_filtered();
    model["too_many"] = asked_.too_many_orgs;
  }

  void show_rows(Model& model, runs::RecordPage const& page, std::vector<Row> const& rows) {
    Model list = Model::List(), columns = Model::List();
    std::set<std::uint32_t> elsewhere = asked_.ticked;
    for (auto const& row : rows) {
      bool const ticked = elsewhere.erase(row.key) > 0;
      list.add({{"id", row.id},
                {"key", row.key},
                {"ticked", ticked},
                {"name", row.name},
                {"email", row.email},
                {"grades", row.grades},
                {"places", row.places},
                {"deactivated", row.status == "deactivated"},
                {"to", row.to}});
    }
    columns.add(column(about_.is_people() ? "Name" : "Class", "name"));
    columns.add(column(about_.is_people() ? "E-mail" : "Code", "email"));
    columns.add(column("Grades", "grades"));
    auto const from = asked_.from;
    model["columns"] = std::move(columns);
    model["rows"] = std::move(list);
    model["has_rows"] = !rows.empty();
    model["all"] = counted(page.all, about_.one, about_.many);
    model["first"] = with_separators(from + 1);
    model["last"] = with_separators(from + page.keys.size());
    model["more_fit"] = asked_.more_fit;
    model["shown"] = joined_keys({page.keys.begin(), page.keys.end()});
    model["ticked"] = joined_keys(asked_.ticked);
    model["ticked_elsewhere"] = elsewhere.empty() ? "" : with_separators(elsewhere.size());
    model["too_many_ticked"] = asked_.too_many_ticked;
    model["has_newer"] = from > 0;
    model["newer"] = from <= rows_of_a_page ? 0 : from - rows_of_a_page;
    model["has_older"] = from + page.keys.size() < page.all;
    model["older"] = from + rows_of_a_page;
    model["csv"] = with(asked_.to(visit_, ".csv"), "", "");
  }

  Model choices(std::string_view name, std::vector<std::pair<std::string_view, std::string_view>> const& all) const {
    Model list = Model::List();
    for (auto const& [value, label] : all) list.add(choice(value, std::string(label), asked_.text(name) == value));
    return list;
  }
  Model school_choices() const {
    Model list = Model::List();
    list.add(choice("", scope_.all() ? "The whole district" : "All of mine", asked_.text("school").empty()));
    for (auto const& one : asked_.schools)
      list.add(choice(std::to_string(one.key), one.name + " (" + one.id + ")", asked_.text("school") == std::to_string(one.key)));
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

  Model saved_;
  Visit& visit_;
  store::Database& roster_;
  RecordScope& scope_;
  AskedList const& asked_;
  ListAbout const& about_;
  views::Labels labels_;
};

Answer list_of(Visit& visit, ListAbout const& about) {
  auto saved = saved_note(visit);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  RecordScope scope(visit, **roster, access::Right::EnrollByHand);
  auto const asked = AskedList::of(visit, **roster, scope, about, visit.query);
  return asked ? RecordList(visit, **roster, scope, *asked, std::move(saved)).answer() : Answer(Refusal{404});
}

}  // namespace

Answer list_students(Visit& visit) { return list_of(visit, about_students); }
Answer list_staff_by_hand(Visit& visit) { return list_of(visit, about_staff); }
Answer list_classes(Visit& visit) { return list_of(visit, about_classes); }

}  // namespace rollbook::web
