#include <algorithm>

#include "demo/calendar.h"
#include "demo/kinds.h"

namespace rollbook::demo {
namespace {

constexpr auto spoils = Effect::SpoilsTheRecord;
constexpr auto stands = Effect::LeavesItStanding;
constexpr std::size_t any_number = ~std::size_t{0};

// Of a faultless district, so the form is known.
Day day(std::string const& text) { return day_of(std::stoi(text.substr(0, 4)), std::stoi(text.substr(5, 2)), std::stoi(text.substr(8, 2))); }

std::string date(Day days) {
  auto const d = civil(days);
  auto const two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(d.year) + "-" + two(d.month) + "-" + two(d.day);
}

WhichColumn column(std::string_view file, std::string_view name) {
  return [=](Sheet const& sheet, ColumnFacts const& c) { return sheet.name() == file && c.name == name; };
}

bool anything(Spot const&) { return true; }

// The size of which there are only `n` smaller among the records that anything refers to.
std::size_t few_dependents(Workshop const& w, Sheet const& sheet, std::size_t n) {
  std::vector<std::size_t> sizes;
  for (Row row = 0; row < sheet.rows(); ++row)
    if (auto const size = w.dependents(sheet, row)) sizes.push_back(size);
  std::sort(sizes.begin(), sizes.end());
  return sizes.empty() ? 0 : sizes[std::min(n, sizes.size() - 1)];
}

// Nobody notices that a record is gone unless something refers to it. A school takes a great deal with it, so one is
// enough, in a district of many; after that a course now and then, and classes.
bool remove_record(Workshop& w, std::string_view kind, std::size_t turn) {
  auto const from = [&](std::string_view file, std::size_t smallest) {
    auto* const sheet = w.sheet(file);
    if (!sheet) return false;
    auto const most = few_dependents(w, *sheet, smallest);
    auto const spot = w.find_anywhere(
        column(file, "sourcedId"), [&](Spot const& s) { return w.dependents(*sheet, s.row) > 0; }, spoils, most);
    if (spot) w.remove_row(*spot, kind, "the whole row is gone");
    return spot.has_value();
  };
  auto* const orgs = w.sheet("orgs.csv");
  if (turn == 0 && orgs && orgs->rows() >= 8 && from("orgs.csv", 2)) return true;
  if (turn % 8 == 1 && from("courses.csv", 2 + turn)) return true;
  return from("classes.csv", any_number);
}

// Only in files nobody refers to, so that exactly these two rows are concerned.
bool add_twin(Workshop& w, std::string_view kind, bool identical) {
  auto spot = w.find([](Sheet const& s, ColumnFacts const& c) { return !s.referred_to() && c.type == "date"; },
                     [](Spot const& s) { return !s.value().empty(); }, spoils);
  if (!spot) return false;
  auto const line = std::string(spot->sheet->text_of(spot->row));
  if (identical) {
    spot->column = 0;
    w.add_row_after(*spot, line, kind, "warning", stands, "the row before, once more");
  } else {
    // A day to the inside keeps every other promise about dates.
    auto& cell = spot->value();
    cell = date(day(cell) + (spot->facts().name == "endDate" ? -1 : 1));
    auto const text = joined(spot->cells);
    spot->column = 0;
    w.add_row_after(*spot, text, kind, "error", spoils, "the id of the row before, with another date");
  }
  return true;
}

bool blank_enrollment_dates(Spot const& s) { return s["beginDate"].empty() || s["endDate"].empty(); }

bool end_before_begin(Workshop& w, std::string_view kind) {
  // Turned round ten days inside, so that both still lie in the term.
  auto spot = w.find(
      column("enrollments.csv", "endDate"), [](Spot const& s) { return !blank_enrollment_dates(s) && day(s["endDate"]) - day(s["beginDate"]) > 40; }, stands);
  if (!spot) return false;
  auto& begin = spot->cells[*spot->sheet->column("beginDate")];
  auto const old_begin = day(begin);
  begin = date(day(spot->value()) - 10);
  spot->value() = date(old_begin + 10);
  w.rewrite(*spot, kind, "warning", stands);
  return true;
}

bool enroll_outside_term(Workshop& w, std::string_view kind) {
  auto spot = w.find(
      column("enrollments.csv", "beginDate"), [](Spot const& s) { return !blank_enrollment_dates(s); }, stands);
  if (!spot) return false;
  spot->value() = date(day(spot->value()) - 400);  // no session of this year or the late summer before reaches there
  w.rewrite(*spot, kind, "warning", stands);
  return true;
}

bool set_enrollment(Workshop& w, std::string_view kind, std::string_view name, std::string_view was_role, std::string_view value) {
  auto spot = w.find_anywhere(
      column("enrollments.csv", name), [&](Spot const& s) { return s["role"] == was_role && s["primary"] == "false"; }, stands, any_number);
  if (!spot) return false;
  spot->value() = value;
  w.rewrite(*spot, kind, "warning", stands);
  return true;
}

bool session_outside_parent(Workshop& w, std::string_view kind) {
  auto spot = w.find(
      column("academicSessions.csv", "endDate"), [&](Spot const& s) { return !s["parentSourcedId"].empty() && w.dependents(*s.sheet, s.row) == 0; }, stands);
  if (!spot) return false;
  auto const parent = spot->sheet->find((*spot)["parentSourcedId"]);
  spot->value() = date(day(spot->sheet->cells(*parent)[spot->column]) + 14);
  w.rewrite(*spot, kind, "warning", stands, "two weeks beyond the parent session");
  return true;
}

bool org_parent_cycle(Workshop& w, std::string_view kind) {
  auto const is_school = [](Spot const& s) { return s["type"] == "school"; };
  auto one = w.find(column("orgs.csv", "parentSourcedId"), is_school, stands);
  if (!one) return false;
  auto other = w.find(
      column("orgs.csv", "parentSourcedId"), [&](Spot const& s) { return is_school(s) && s.row != one->row; }, stands);
  if (!other) return false;
  if (other->row < one->row) std::swap(one, other);
  one->value() = other->cells[0];
  other->value() = one->cells[0];
  w.rewrite(*one, kind, "warning", stands, "each is the other's parent: this and " + other->cells[0]);
  w.rewrite_silently(*other);
  return true;
}

bool unequal_subjects(Workshop& w, std::string_view kind) {
  auto spot = w.find([](Sheet const&, ColumnFacts const& c) { return c.name == "subjectCodes"; },
                     [](Spot const& s) { return !s.value().empty() && !s["subjects"].empty(); }, spoils);
  if (!spot) return false;
  spot->value() += ",99999";
  w.rewrite(*spot, kind, "error", spoils, "one code more than there are subjects");
  return true;
}

bool demographics_of_nobody(Workshop& w, std::string_view kind) {
  auto spot = w.find(column("demographics.csv", "sourcedId"), anything, spoils);
  if (!spot) return false;
  spot->value() = w.unused_id();
  w.rewrite(*spot, kind, "error", spoils);
  return true;
}

}  // namespace

void add_record_kinds(DefectKinds& kinds) {
  auto const add = [&](std::string name, auto place) {
    kinds.push_back({std::move(name), [place](Workshop& w, DefectKind const& kind) mutable { return place(w, kind.name); }});
  };
  add("record-missing", [turn = std::size_t{0}](Workshop& w, std::string_view kind) mutable { return remove_record(w, kind, turn++); });
  add("org-parent-cycle", org_parent_cycle);
  add("session-outside-parent", session_outside_parent);
  add("two-primary-teachers", [](Workshop& w, std::string_view kind) { return set_enrollment(w, kind, "primary", "teacher", "true"); });
  add("student-enrollment-of-teacher", [](Workshop& w, std::string_view kind) { return set_enrollment(w, kind, "role", "teacher", "student"); });
  add("primary-student", [](Workshop& w, std::string_view kind) { return set_enrollment(w, kind, "primary", "student", "true"); });
  add("ends-before-begin", end_before_begin);
  add("enrollment-outside-term", enroll_outside_term);
  add("subjects-and-codes-unequal", unequal_subjects);
  add("demographics-unknown-user", demographics_of_nobody);
  add("duplicate-identical", [](Workshop& w, std::string_view kind) { return add_twin(w, kind, true); });
  add("duplicate-differs", [](Workshop& w, std::string_view kind) { return add_twin(w, kind, false); });
}

}  // namespace rollbook::demo
