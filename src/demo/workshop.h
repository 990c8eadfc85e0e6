// Where damage is done without one defect disturbing another. Finds rows that may still be damaged, changes them, and
// remembers what may no longer be touched.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "demo/inject.h"
#include "demo/random.h"
#include "demo/sheet.h"

namespace rollbook::demo {

// Whether the damage keeps the record out (or makes it another one), so that all that refers to it suffers too.
enum class Effect { SpoilsTheRecord, LeavesItStanding };

// A cell that may be damaged.
struct Spot {
  Sheet* sheet = nullptr;
  Row row = 0;
  std::size_t column = 0;
  Cells cells;

  std::string& value() { return cells[column]; }
  std::string const& value() const { return cells[column]; }
  ColumnFacts const& facts() const { return sheet->columns()[column]; }
  std::string const& operator[](std::string_view name) const { return cells[*sheet->column(name)]; }
};

using WhichColumn = std::function<bool(Sheet const&, ColumnFacts const&)>;
using WhichCell = std::function<bool(Spot const&)>;

class Workshop {
 public:
  // Takes the texts of the files it knows; put_back returns them, damaged.
  Workshop(std::map<std::string, std::string>& files, Facts const& facts, std::uint64_t seed);
  void put_back(std::map<std::string, std::string>& files) const;

  // A cell in some column that satisfies both, in an ordinary row: one whose damage has no second meaning. (Without a
  // teacher's row, a class would also lack its teacher.) Columns are drawn alike, however long their files are.
  std::optional<Spot> find(WhichColumn const& column, WhichCell const& cell, Effect effect);
  // The same without asking whether the row is ordinary, and with damage to much more than the row if need be.
  std::optional<Spot> find_anywhere(WhichColumn const& column, WhichCell const& cell, Effect effect, std::size_t most_dependents);

  // All of these settle the spot's row for good.
  void rewrite(Spot const& spot, std::string_view kind, std::string_view level, Effect effect, std::string note = {});
  void replace_row(Spot const& spot, std::string text, std::string_view kind, std::string_view level, std::string note = {});
  void add_row_after(Spot const& spot, std::string extra, std::string_view kind, std::string_view level, Effect effect, std::string note);
  void remove_row(Spot const& spot, std::string_view kind, std::string note);
  // A row that takes part in another row's damage: changed with it, without an answer of its own.
  void rewrite_silently(Spot const& spot);

  // A row that a damage rests on without having referred to it before.
  void keep(Sheet const& sheet, Row row) { needed_.insert({&sheet, row}); }

  Draws& draws() { return draws_; }
  std::string unused_id();
  Sheet* sheet(std::string_view file);
  // Rows that refer to this one, and rows that refer to those.
  std::size_t dependents(Sheet const& sheet, Row row) const;
  bool may_damage(Sheet const& sheet, Row row, Effect effect, std::size_t most_dependents) const;

  std::vector<Answer> answers() const;  // with line numbers

 private:
  using Place = std::pair<Sheet const*, Row>;
  struct Done {
    Answer answer;
    Sheet const* sheet;
    Row row;
    bool is_extra_row;
  };

  std::optional<Spot> look(Sheet& sheet, std::size_t column, WhichCell const& cell, Effect effect, bool ordinary_only, std::size_t most_dependents);
  bool is_ordinary(Sheet const& sheet, Cells const& cells) const;
  template <class Visit>
  void for_each_target(Sheet const& from, Row row, Visit&& visit) const;
  void targets_of(Sheet const& sheet, Row row, std::set<Place>& into) const;
  void settle(Spot const& spot, Effect effect);
  void note_done(Spot const& spot, std::string_view kind, std::string_view level, std::string note, bool is_extra_row, bool whole_row);

  std::map<std::string, Sheet, std::less<>> sheets_;
  Draws draws_;
  std::unordered_map<Sheet const*, std::vector<std::uint32_t>> dependents_;
  std::set<Place> touched_;  // damaged, or part of a damage
  std::set<Place> spoiled_;  // touched, and nothing that refers to it may be touched
  std::set<Place> needed_;   // touched rows rest on these
  std::vector<Done> done_;
};

}  // namespace rollbook::demo
