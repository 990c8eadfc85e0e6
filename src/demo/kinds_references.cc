#include <algorithm>

#include "demo/kinds.h"

namespace rollbook::demo {
namespace {

constexpr auto spoils = Effect::SpoilsTheRecord;
constexpr auto stands = Effect::LeavesItStanding;

// One item of several, or an optional reference, is dropped with a warning; the row stays.
bool dangle(Workshop& w, std::string_view kind, std::string_view file, std::string_view name, bool required) {
  auto const effect = required ? spoils : stands;
  auto spot = w.find([=](Sheet const& s, ColumnFacts const& c) { return s.name() == file && c.name == name; }, [](Spot const& s) { return !s.value().empty(); },
                     effect);
  if (!spot) return false;
  auto const several = spot->value().rfind(',');
  if (several == std::string::npos) spot->value() = w.unused_id();
  else spot->value().replace(several + 1, std::string::npos, w.unused_id());
  auto const drops_one = several != std::string::npos;
  w.rewrite(*spot, kind, required && !drops_one ? "error" : "warning", effect, drops_one ? "the last of several" : "");
  return true;
}

// There is such a record, only not of the type that is asked for.
bool point_at_other_type(Workshop& w, std::string_view kind, std::string_view target) {
  auto* const sheet = w.sheet(target);
  if (!sheet) return false;
  auto spot = w.find([=](Sheet const&, ColumnFacts const& c) { return c.refers_to == target && !c.only_types.empty(); },
                     [](Spot const& s) { return !s.value().empty(); }, spoils);
  if (!spot) return false;
  auto const type = sheet->column("type");
  auto const& wanted = spot->facts().only_types;
  for (Row row = 0; row < sheet->rows(); ++row) {
    auto const cells = sheet->cells(row);
    if (std::find(wanted.begin(), wanted.end(), cells[*type]) != wanted.end() || !w.may_damage(*sheet, row, stands, 0)) continue;
    spot->value() = cells[0];
    w.keep(*sheet, row);
    w.rewrite(*spot, kind, "error", spoils, "it is a " + cells[*type]);
    return true;
  }
  return false;
}

// Ids are case-sensitive, and some system on the way has folded them.
bool fold_case(Workshop& w, std::string_view kind) {
  auto const upper = [](std::string text) {
    for (auto& c : text)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
  };
  auto spot = w.find([](Sheet const&, ColumnFacts const& c) { return c.required && c.is_reference() && !c.is_list(); },
                     [&](Spot const& s) { return upper(s.value()) != s.value(); }, spoils);
  if (!spot) return false;
  spot->value() = upper(spot->value());
  w.rewrite(*spot, kind, "error", spoils);
  return true;
}

}  // namespace

void add_reference_kinds(DefectKinds& kinds, Facts const& facts) {
  for (auto const& [file, described] : facts)
    for (auto const& c : described.columns)
      if (c.is_reference())
        kinds.push_back(
            {"dangling-" + file.substr(0, file.find('.')) + "." + c.name,
             [file = file, name = c.name, required = c.required](Workshop& w, DefectKind const& kind) { return dangle(w, kind.name, file, name, required); }});
  for (auto const* target : {"orgs.csv", "academicSessions.csv"})
    kinds.push_back({"wrong-type-of-" + std::string(target == std::string_view("orgs.csv") ? "org" : "session"),
                     [target](Workshop& w, DefectKind const& kind) { return point_at_other_type(w, kind.name, target); }});
  kinds.push_back({"reference-in-other-case", [](Workshop& w, DefectKind const& kind) { return fold_case(w, kind.name); }});
}

}  // namespace rollbook::demo
