#include "views/delivered.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "roster/cells.h"
#include "roster/layout.h"
#include "runs/translation.h"
#include "schema/catalogue.h"
#include "translate/read_values.h"

namespace rollbook::views {
namespace {

// Different words that are kept of a column while it is read: beyond that it is no column of words, or somebody plays.
constexpr std::size_t most_kept = 1000;

Member const* readable(Bundle const& bundle, Table const& table) {
  auto const& member = bundle.members[static_cast<std::size_t>(table.id)];
  return bundle.version && member && member->readable && is_in(table.in, *bundle.version) ? &*member : nullptr;
}

bool is_word(Vocabulary const& words, std::string_view value, Version version) {
  if (words.extensible_in_12 && version == Version::V12 && value.starts_with("ext:")) return true;
  return std::any_of(words.words.begin(), words.words.end(), [&](std::string_view word) { return lower(word) == lower(value); });
}

std::vector<std::string> words_of(Field const& field, Version version) {
  if (field.type == Type::Boolean) return {"true", "false"};
  std::vector<std::string> all;
  for (std::size_t i = 0; i < field.words->words.size(); ++i)
    if (field.words->has(i, version)) all.emplace_back(field.words->words[i]);
  return all;
}

// What systems write instead, in the languages in which they were met; the rest is left to the nearest spelling.
std::string likely_word(std::string_view value, std::vector<std::string> const& possible) {
  static constexpr std::pair<std::string_view, std::string_view> usual[] = {{"pupil", "student"},
                                                                            {"learner", "student"},
                                                                            {"s", "student"},
                                                                            {"stu", "student"},
                                                                            {"staff", "teacher"},
                                                                            {"t", "teacher"},
                                                                            {"instructor", "teacher"},
                                                                            {"faculty", "teacher"},
                                                                            {"admin", "administrator"},
                                                                            {"mother", "parent"},
                                                                            {"father", "parent"},
                                                                            {"yes", "true"},
                                                                            {"y", "true"},
                                                                            {"1", "true"},
                                                                            {"no", "false"},
                                                                            {"n", "false"},
                                                                            {"0", "false"},
                                                                            {"f", "female"},
                                                                            {"m", "male"},
                                                                            {"k", "KG"},
                                                                            {"kindergarten", "KG"},
                                                                            {"campus", "school"},
                                                                            {"building", "school"},
                                                                            {"lea", "district"},
                                                                            {"course", "scheduled"},
                                                                            {"hr", "homeroom"}};
  auto const has = [&](std::string_view word) { return std::find(possible.begin(), possible.end(), word) != possible.end(); };
  auto const low = lower(value);
  for (auto const& [from, to] : usual)
    if (low == from && has(to)) return std::string(to);
  if (low.size() == 1 && low[0] >= '1' && low[0] <= '9' && has("0" + low)) return "0" + low;
  std::vector<std::string_view> const known(possible.begin(), possible.end());
  return std::string(nearest(low, known));
}

using Counted = std::map<std::string, std::uint64_t, std::less<>>;

void count(Counted& words, std::string_view value) {
  if (auto const at = words.find(value); at != words.end()) ++at->second;
  else if (words.size() < most_kept) words.emplace(value, 1);
}

}  // namespace

std::vector<OddColumn> odd_columns(Bundle const& bundle, store::SourceSettings const& settings) {
  std::vector<OddColumn> all;
  auto const translation = runs::translation_of(settings);
  for (auto const* table : all_tables) {
    auto const* member = readable(bundle, *table);
    if (member == nullptr) continue;
    auto const header = read_header(*member, *table, translation[table->id]);
    auto const layout = read_layout(header.names, *table, *bundle.version, member->mode == Mode::Delta);
    std::vector<std::string> possible;
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      if (layout.column_of[f] == no_column && is_in(table->fields[f].in, *bundle.version)) possible.emplace_back(table->fields[f].name);
    for (auto const& spot : layout.spots) {
      if (spot.flaw != HeaderFlaw::Unknown || spot.column.starts_with("metadata.")) continue;
      auto const free = std::find(possible.begin(), possible.end(), spot.suggestion) != possible.end();
      all.push_back({std::string(table->name), spot.column, free ? spot.suggestion : "", possible});
    }
  }
  return all;
}

std::vector<OddWord> odd_words(Bundle const& bundle, store::SourceSettings const& settings) {
  std::vector<OddWord> all;
  auto const translation = runs::translation_of(settings);
  for (auto const* table : all_tables) {
    auto const* member = readable(bundle, *table);
    if (member == nullptr) continue;
    auto const version = *bundle.version;
    std::vector<std::size_t> fields;
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      if (auto const& field = table->fields[f]; (field.words != nullptr || field.type == Type::Boolean) && is_in(field.in, version) && field.name != "status")
        fields.push_back(f);
    if (fields.empty()) continue;
    std::vector<Counted> odd(fields.size());
    for_values(*member, *table, version, translation[table->id], fields, csv::best_kernel(), [&](std::span<std::string const> row) {
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (row[i].empty()) continue;
        auto const& field = table->fields[fields[i]];
        auto const look = [&](std::string_view value) {
          auto const known = field.type == Type::Boolean ? lower(value) == "true" || lower(value) == "false" : is_word(*field.words, value, version);
          auto const mapped = translation[table->id].words.find(static_cast<std::uint8_t>(fields[i]));
          bool const meant = mapped != translation[table->id].words.end() && mapped->second.find(value) != nullptr;
          if (!value.empty() && !known && !meant) count(odd[i], value);
        };
        if (has_lists(field.type)) cells::for_items(row[i], [&](std::string_view item, bool) { look(item); });
        else look(row[i]);
      }
    });
    for (std::size_t i = 0; i < fields.size(); ++i) {
      auto const& field = table->fields[fields[i]];
      auto const possible = words_of(field, version);
      std::vector<std::pair<std::string, std::uint64_t>> most(odd[i].begin(), odd[i].end());
      std::stable_sort(most.begin(), most.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
      most.resize(std::min(most.size(), most_words));
      for (auto const& [word, rows] : most)
        all.push_back({std::string(table->name), std::string(field.name), word, rows, likely_word(word, possible), possible});
    }
  }
  return all;
}

}  // namespace rollbook::views
