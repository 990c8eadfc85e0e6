#include "runs/typed.h"

#include <algorithm>

#include "roster/cells.h"
#include "roster/layout.h"
#include "roster/values.h"
#include "runs/search.h"
#include "sync/stored_row.h"

namespace rollbook::runs {
namespace {

std::string stored_text(StoredRow const& row, std::size_t column) {
  return row.kind(column) == StoredRow::Kind::Number ? std::to_string(row.number(column)) : std::string(row.text(column));
}

}  // namespace

Typed typed(store::Database& roster, Table const& table, std::size_t column, std::string const& text) {
  auto const& stored = stored_columns(table.id)[column];
  auto const& field = table.fields[stored.field];
  std::string const name(field.name);
  if (text.empty()) {
    if (is_required(field.need, Version::V12) && field.in != In::Only11) return {{}, name + " is required; it cannot be cleared."};
    return {};
  }
  if (stored.as == Stored::Key || stored.as == Stored::Keys) {
    std::string keys, wrong;
    cells::for_items(text, [&](std::string_view id, bool) {
      if (id.empty() || !wrong.empty()) return;
      auto const key = record_called(roster, field.refers_to, std::string(id));
      if (!key) wrong = "There is no " + std::string(table_of(field.refers_to).one) + " \"" + std::string(id) + "\" for " + name + ".";
      else keys += (keys.empty() ? "" : " ") + std::to_string(*key);
    });
    if (!wrong.empty()) return {{}, wrong};
    if (stored.as == Stored::Key && keys.find(' ') != std::string::npos) return {{}, name + " takes one id."};
    return {keys, ""};
  }
  if (field.type == Type::Boolean && text != "true" && text != "false") return {{}, name + " is true or false."};
  if (field.type == Type::Date && read_date(text).value == invalid) return {{}, name + " is a day like 2026-08-17."};
  if (field.type == Type::Enum) {
    auto const& words = field.words->words;
    if (std::find(words.begin(), words.end(), text) == words.end() && !text.starts_with("ext:")) {
      std::string all;
      for (auto const word : words) all += (all.empty() ? "" : ", ") + std::string(word);
      return {{}, name + " is one of " + all + "."};
    }
  }
  StoredRow row;
  row.begin();
  normalise(field, text, row);
  return {row.is_null(0) ? std::nullopt : std::optional(stored_text(row, 0)), ""};
}

}  // namespace rollbook::runs
