#include "demo/kinds.h"

namespace rollbook::demo {
namespace {

constexpr auto spoils = Effect::SpoilsTheRecord;

bool filled(Spot const& s) { return !s.value().empty(); }

// Ids of records that nobody refers to: what is wrong then is the id itself, and not a hundred references as well.
bool is_loose_id(Sheet const& sheet, ColumnFacts const& c) { return c.type == "sourcedId" && !sheet.referred_to() && c.refers_to.empty(); }
bool is_any_id(Sheet const&, ColumnFacts const& c) { return c.required && is_id(c); }
bool is_text(Sheet const&, ColumnFacts const& c) { return is_plain_text(c); }
bool is_row(Sheet const&, ColumnFacts const& c) { return c.type == "sourcedId"; }

using ChangeCell = std::function<std::string(Workshop&, std::string const&)>;
void add_id_kind(DefectKinds& kinds, std::string name, WhichColumn const& which, std::string_view level, ChangeCell const& change) {
  auto const effect = level == "error" ? spoils : Effect::LeavesItStanding;
  kinds.push_back({std::move(name), [=](Workshop& w, DefectKind const& kind) {
                     auto spot = w.find(which, filled, effect);
                     if (!spot) return false;
                     spot->value() = change(w, spot->value());
                     w.rewrite(*spot, kind.name, level, effect);
                     return true;
                   }});
}

// The row's text is changed, not its values. Rejoined from cells it would be well-formed again.
using ChangeRow = std::function<std::string(Workshop&, Spot const&)>;
void add_row_kind(DefectKinds& kinds, std::string name, WhichColumn const& which, ChangeRow const& change) {
  kinds.push_back({std::move(name), [=](Workshop& w, DefectKind const& kind) {
                     auto const spot = w.find(which, filled, spoils);
                     if (!spot) return false;
                     w.replace_row(*spot, change(w, *spot), kind.name, "error");
                     return true;
                   }});
}

std::string without_one_cell(Workshop& w, Spot const& s) {
  auto cells = s.cells;
  cells.erase(cells.begin() + 1 + w.draws().below(static_cast<std::uint32_t>(cells.size() - 1)));
  return joined(cells);
}

std::string with_one_cell_more(Workshop& w, Spot const& s) {
  auto cells = s.cells;
  cells.insert(cells.begin() + 1 + w.draws().below(static_cast<std::uint32_t>(cells.size())), "more");
  return joined(cells);
}

std::string with_text_after_quote(Workshop&, Spot const& s) {
  std::string row;
  for (std::size_t c = 0; c < s.cells.size(); ++c) {
    if (c > 0) row += ',';
    if (c != s.column) row += joined({s.cells[c]});
    else if (auto const cell = joined({s.cells[c]}); cell.starts_with('"')) row += cell + " x";
    else row += '"' + cell + "\" x";
  }
  return row;
}

std::string with_line_break(Workshop&, Spot const& s) {
  auto cells = s.cells;
  cells[s.column] += "\nsecond line";
  return joined(cells);
}

}  // namespace

void add_text_kinds(DefectKinds& kinds, bool is_1_2) {
  add_id_kind(kinds, "id-with-spaces", is_any_id, "error", [](Workshop& w, std::string const& id) { return w.draws().once_in(2) ? " " + id : id + " "; });
  // 1.1 was never clear about the characters of an id.
  auto const characters = is_1_2 ? "error" : "warning";
  add_id_kind(kinds, "id-with-odd-characters", is_loose_id, characters, [](Workshop&, std::string const& id) { return id.substr(0, 8) + "#!" + id.substr(9); });
  add_id_kind(kinds, "id-too-long", is_loose_id, "error", [](Workshop&, std::string const& id) {
    auto longer = id;
    while (longer.size() <= 255) longer += "-" + id;
    return longer;
  });
  // What a spreadsheet makes of 123e3456…: the digits are lost for good.
  add_id_kind(kinds, "id-in-scientific-form", is_loose_id, characters, [](Workshop& w, std::string const&) {
    auto const digits = std::to_string(100 + w.draws().below(900));
    return digits.substr(0, 1) + "." + digits.substr(1) + "E+" + std::to_string(10 + w.draws().below(90));
  });

  add_row_kind(kinds, "cell-missing", is_row, without_one_cell);
  add_row_kind(kinds, "cell-too-many", is_row, with_one_cell_more);
  add_row_kind(kinds, "text-after-quote", is_text, with_text_after_quote);
  add_row_kind(kinds, "line-break-in-cell", is_text, with_line_break);
}

}  // namespace rollbook::demo
