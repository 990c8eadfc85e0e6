#include <algorithm>

#include "demo/kinds.h"

namespace rollbook::demo {

bool is_plain_text(ColumnFacts const& c) {
  static constexpr std::string_view measured[] = {"email",
                                                  "identifier",
                                                  "username",
                                                  "password",
                                                  "userMasterIdentifier",
                                                  "classCode",
                                                  "sms",
                                                  "courseCode",
                                                  "countryOfBirthCode",
                                                  "stateOfBirthAbbreviation",
                                                  "publicSchoolResidenceStatus"};
  return c.type == "string" && std::find(std::begin(measured), std::end(measured), c.name) == std::end(measured);
}

bool is_id(ColumnFacts const& c) { return c.type == "sourcedId" || (c.is_reference() && !c.is_list()); }

namespace {

constexpr auto spoils = Effect::SpoilsTheRecord;
constexpr auto stands = Effect::LeavesItStanding;

using IsColumn = bool (*)(ColumnFacts const&);
// The new value, or nothing if this cell is not fit.
using Change = std::function<std::optional<std::string>(Workshop&, Spot const&)>;

DefectKind cell_kind(std::string name, IsColumn is_column, std::string_view level, Effect effect, Change change) {
  return {std::move(name), [=](Workshop& w, DefectKind const& kind) {
            auto const fit = [&](Spot const& s) { return !s.value().empty() && change(w, s).has_value(); };
            auto spot = w.find([&](Sheet const&, ColumnFacts const& c) { return !c.delta_only && is_column(c); }, fit, effect);
            if (!spot) return false;
            spot->value() = *change(w, *spot);
            w.rewrite(*spot, kind.name, level, effect);
            return true;
          }};
}

Change to(std::string const& value) {
  return [=](Workshop&, Spot const&) { return std::optional(value); };
}

bool is_string(ColumnFacts const& c) { return is_plain_text(c); }
bool is_required_string(ColumnFacts const& c) { return c.required && c.type == "string"; }
bool is_required_reference(ColumnFacts const& c) { return c.required && c.is_reference(); }
bool is_required_enum(ColumnFacts const& c) { return c.required && c.type == "enum"; }
bool is_required_boolean(ColumnFacts const& c) { return c.required && c.type == "boolean"; }
bool is_required_date(ColumnFacts const& c) { return c.required && c.type == "date"; }
bool is_own_id(ColumnFacts const& c) { return c.type == "sourcedId"; }
bool is_enum(ColumnFacts const& c) { return c.type == "enum"; }
bool is_boolean(ColumnFacts const& c) { return c.type == "boolean"; }
bool is_date(ColumnFacts const& c) { return c.type == "date"; }
bool is_year(ColumnFacts const& c) { return c.type == "year"; }
bool is_typed_ids(ColumnFacts const& c) { return c.type == "list<typedId>"; }
bool is_list(ColumnFacts const& c) { return c.is_list() && c.type != "list<typedId>"; }
bool is_identifier(ColumnFacts const& c) { return c.name == "identifier"; }
bool is_email(ColumnFacts const& c) { return c.name == "email"; }
bool is_grade(ColumnFacts const& c) { return c.is_grade; }

void add_blanks(DefectKinds& kinds) {
  auto const add = [&](std::string name, IsColumn is_column) { kinds.push_back(cell_kind(std::move(name), is_column, "error", spoils, to(""))); };
  add("required-date-blank", is_required_date);
  add("required-boolean-blank", is_required_boolean);
  add("required-id-blank", is_own_id);
  add("required-string-blank", is_required_string);
  add("required-reference-blank", is_required_reference);
  add("required-enum-blank", is_required_enum);
}

// No school calls it that, in any vocabulary or any case.
std::optional<std::string> unknown_word(Workshop& w, Spot const&) {
  static constexpr std::string_view words[] = {"pupil", "lehrer", "unknown", "n/a", "class", "x"};
  return std::string(w.draws().of(words));
}

std::optional<std::string> with_capital(Workshop&, Spot const& s) {
  auto value = s.value();
  if (value[0] < 'a' || value[0] > 'z') return {};
  value[0] = static_cast<char>(value[0] - 'a' + 'A');
  return value;
}

std::optional<std::string> in_capitals(Workshop&, Spot const& s) { return s.value() == "true" ? "TRUE" : "FALSE"; }
std::optional<std::string> in_words(Workshop&, Spot const& s) { return s.value() == "true" ? "yes" : "no"; }

std::optional<std::string> us_date(Workshop&, Spot const& s) {
  auto const& d = s.value();
  return std::to_string(std::stoi(d.substr(5, 2))) + "/" + std::to_string(std::stoi(d.substr(8, 2))) + "/" + d.substr(0, 4);
}
std::optional<std::string> impossible_date(Workshop&, Spot const& s) { return s.value().substr(0, 4) + "-02-30"; }
// A day that cannot be a month, or the other date might just be meant.
std::optional<std::string> swapped_date(Workshop&, Spot const& s) {
  if (s.value().substr(8, 2) <= "12") return s.value().substr(0, 4) + "-27-" + s.value().substr(5, 2);
  return s.value().substr(0, 4) + "-" + s.value().substr(8, 2) + "-" + s.value().substr(5, 2);
}

std::optional<std::string> malformed_ids(Workshop& w, Spot const& s) {
  auto const id = s.value().substr(0, s.value().find(','));
  auto const inside = id.substr(1, id.size() - 2);  // type:identifier
  switch (w.draws().below(4)) {
    case 0:
      return inside;  // without braces
    case 1:
      return "{" + inside.substr(inside.find(':') + 1) + "}";  // without a type
    case 2:
      return "{" + inside.substr(0, inside.find(':') + 1) + "}";  // with nothing in it
    default:
      return "{" + inside;  // not closed
  }
}

std::optional<std::string> spaced_list(Workshop&, Spot const& s) {
  std::string spaced;
  for (auto const c : s.value()) spaced.append(1, c).append(c == ',' ? " " : "");
  return spaced == s.value() ? std::nullopt : std::optional(spaced);
}

std::optional<std::string> one_digit_grade(Workshop&, Spot const& s) {
  return s.value().size() == 2 && s.value()[0] == '0' ? std::optional(s.value().substr(1)) : std::nullopt;
}

std::optional<std::string> without_at(Workshop&, Spot const& s) {
  auto value = s.value();
  value.erase(value.find('@'), 1);
  return value;
}

std::optional<std::string> without_leading_zeros(Workshop&, Spot const& s) {
  if (s.sheet->name() != "users.csv") return {};  // elsewhere numbers have no common length that would tell
  auto const first = s.value().find_first_not_of('0');
  return first == 0 || first == std::string::npos ? std::nullopt : std::optional(s.value().substr(first));
}

// Long, and still all letters and blanks.
std::optional<std::string> too_long(Workshop&, Spot const& s) {
  auto value = s.value();
  while (value.size() <= 300) value += " and so on";
  return value;
}

std::optional<std::string> with_bell(Workshop&, Spot const& s) {
  auto value = s.value();
  value.insert(1, 1, '\x07');
  return static_cast<unsigned char>(s.value()[0]) < 0x80 ? std::optional(value) : std::nullopt;
}

// Bulk files leave these two columns empty, so the usual walk over filled cells passes them by.
DefectKind in_bulk(std::string name, std::string_view column, std::string_view value, std::string_view level, Effect effect) {
  return {std::move(name), [=](Workshop& w, DefectKind const& kind) {
            auto spot = w.find([=](Sheet const&, ColumnFacts const& c) { return c.delta_only && c.name == column; },
                               [](Spot const& s) { return s.value().empty(); }, effect);
            if (!spot) return false;
            spot->value() = value;
            w.rewrite(*spot, kind.name, level, effect);
            return true;
          }};
}

}  // namespace

void add_value_kinds(DefectKinds& kinds) {
  kinds.push_back(cell_kind("year-malformed", is_year, "error", spoils, to("2026-2027")));
  add_blanks(kinds);
  auto const add = [&](std::string name, IsColumn is_column, std::string_view level, Effect effect, Change change) {
    kinds.push_back(cell_kind(std::move(name), is_column, level, effect, std::move(change)));
  };
  add("list-with-spaces", is_list, "warning", stands, spaced_list);
  add("enum-unknown", is_enum, "error", spoils, unknown_word);
  // The record stands, but types are what others ask of it: treated as spoilt, so that nothing leans on it.
  add("enum-in-other-case", is_enum, "warning", spoils, with_capital);
  add("boolean-in-capitals", is_boolean, "warning", stands, in_capitals);
  add("boolean-in-words", is_boolean, "error", spoils, in_words);
  add("date-american", is_date, "error", spoils, us_date);
  add("date-impossible", is_date, "error", spoils, impossible_date);
  add("date-swapped", is_date, "error", spoils, swapped_date);
  add("user-ids-malformed", is_typed_ids, "error", spoils, malformed_ids);
  add("grade-of-one-digit", is_grade, "warning", stands, one_digit_grade);
  add("leading-zero-lost", is_identifier, "warning", stands, without_leading_zeros);
  add("email-without-at", is_email, "warning", stands, without_at);
  add("string-too-long", is_string, "warning", stands, too_long);
  add("control-character", is_string, "warning", stands, with_bell);
  add("spreadsheet-error", is_string, "warning", stands, to("#N/A"));
  kinds.push_back(in_bulk("status-in-bulk", "status", "active", "warning", stands));
  kinds.push_back(in_bulk("removal-in-bulk", "status", "tobedeleted", "error", spoils));
  kinds.push_back(in_bulk("date-modified-in-bulk", "dateLastModified", "2026-11-20T06:00:00.000Z", "warning", stands));
}

}  // namespace rollbook::demo
