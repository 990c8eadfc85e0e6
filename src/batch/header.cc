#include "batch/header.h"

#include <algorithm>

#include "base/demand.h"
#include "base/text.h"
#include "roster/layout.h"

namespace rollbook::batch {
namespace {

// A refused file may have thousands of headers: this many are named.
constexpr std::size_t most_named = 40;

std::string quoted(std::string_view name) {
  auto const shown = name.substr(0, 64);
  return '"' + std::string(shown) + (shown.size() < name.size() ? "…" : "") + '"';
}

class Look {
 public:
  Look(std::vector<std::string> const& names, Form const& form) : names_(names), form_(form) {}

  Header run() {
    header_.cell_of.fill(no_cell);
    header_.cells = static_cast<std::uint32_t>(names_.size());
    std::vector<std::size_t> others;
    for (std::size_t cell = 0; cell < names_.size(); ++cell)
      if (!take_exact(cell)) others.push_back(cell);
    for (auto const cell : others) tell_of_other(cell);
    if (others.size() == names_.size() && std::ranges::all_of(meant_, [](std::string_view meant) { return meant.empty(); })) tell_of_no_header();
    tell_of_missing();
    if (!told_.empty()) header_.refusal = refusal();
    return std::move(header_);
  }

 private:
  bool take_exact(std::size_t cell) {
    auto const column = std::ranges::find(form_.columns, names_[cell], &Column::header);
    if (column == form_.columns.end()) return false;
    auto& place = header_.cell_of[static_cast<std::size_t>(column - form_.columns.begin())];
    if (place != no_cell) told_.push_back(quoted(names_[cell]) + " stands there twice: remove one of the two columns.");
    else place = static_cast<std::int16_t>(cell);
    return true;
  }

  void tell_of_other(std::size_t cell) {
    auto const& name = names_[cell];
    if (trimmed(name).empty()) {
      told_.push_back("Column " + std::to_string(cell + 1) + " has no header: write one, or remove the column.");
      return;
    }
    auto const meant = meant_by(name);
    if (meant.empty()) told_.push_back(quoted(name) + " does not belong here: remove the column.");
    else if (lower(trimmed(name)) == lower(meant))
      told_.push_back(quoted(name) + " has to be written exactly as " + quoted(meant) + ": capital letters and spaces count.");
    else told_.push_back(quoted(name) + " is not a header of this file: the nearest right one is " + quoted(meant) + '.');
    meant_.push_back(meant);
  }

  // The first line is a person then, of whom nothing is to be repeated.
  void tell_of_no_header() { told_ = {"The first line has none of the headers that belong there: begin with the template."}; }

  // The nearest header that is not there already, if one is near.
  std::string_view meant_by(std::string_view name) const {
    std::vector<std::string_view> free;
    for (std::size_t i = 0; i < form_.columns.size(); ++i)
      if (header_.cell_of[i] == no_cell) free.push_back(form_.columns[i].header);
    return nearest(trimmed(name), free);
  }

  // What was said of a misspelt one is not said again of the one that it stands for.
  void tell_of_missing() {
    for (std::size_t i = 0; i < form_.columns.size(); ++i) {
      auto const& column = form_.columns[i];
      if (column.need == Need::Optional || header_.cell_of[i] != no_cell || std::ranges::count(meant_, column.header) > 0) continue;
      told_.push_back(quoted(column.header) + " is missing: add the column" + (column.need == Need::Required ? "." : ", also where its cells stay empty."));
    }
  }

  std::string refusal() const {
    auto text = std::string(form_.file) + " is refused for its headers; nothing was changed.";
    for (std::size_t i = 0; i < std::min(told_.size(), most_named); ++i) text += ' ' + told_[i];
    if (told_.size() > most_named) text += " And " + std::to_string(told_.size() - most_named) + " more.";
    return text;
  }

  std::vector<std::string> const& names_;
  Form const& form_;
  Header header_;
  std::vector<std::string_view> meant_;
  std::vector<std::string> told_;
};

}  // namespace

Header read_header(std::vector<std::string> const& names, Form const& form) {
  demand(form.columns.size() <= max_columns);
  return Look(names, form).run();
}

}  // namespace rollbook::batch
