#include "runs/translation.h"

#include <algorithm>

#include "base/text.h"
#include "runs/ignored_schools.h"
#include "runs/rekeyed.h"
#include "schema/catalogue.h"

namespace rollbook::runs {
namespace {

struct Named {
  Table const* table;
  std::string rest;
};

// "users.role.Pupil" → users, "role.Pupil". Settings are looked at when they are set.
Named split_at_dot(std::string const& text) {
  auto const dot = std::min(text.find('.'), text.size() - 1);
  return {table_by_name(text.substr(0, dot)), text.substr(dot + 1)};
}

void take_schools(store::SourceSettings const& settings, Translation& translation) {
  auto& orgs = translation[TableId::Orgs].ids;
  std::vector<std::string> ignored;
  for (auto const& [from, to] : settings.pairs("map.schools")) {
    if (to == "ignore") ignored.push_back(from);
    else orgs.emplace(from, to);
  }
  for (auto const& [from, to] : settings.pairs("alias.organizations")) orgs.emplace(from, to);
  for (auto const& id : ignored) {
    // Another organization may be read as this very id: then the ignored one needs a name of its own.
    bool const taken = std::any_of(orgs.begin(), orgs.end(), [&](auto const& one) { return one.second == id; });
    if (taken) orgs[id] = "ignored/" + id;
    translation.ignored_orgs.insert(id);
    translation.left_out_orgs.insert(taken ? "ignored/" + id : id);
  }
}

}  // namespace

Translation translation_of(store::SourceSettings const& settings) {
  Translation translation;
  for (auto const& [from, to] : settings.pairs("map.columns"))
    if (auto const [table, name] = split_at_dot(from); table != nullptr) translation[table->id].columns.emplace_back(name, to);
  for (auto const& [from, to] : settings.pairs("map.values")) {
    auto const [table, rest] = split_at_dot(from);
    auto const dot = rest.find('.');
    if (table == nullptr || dot == std::string::npos) continue;
    if (auto const field = field_index(*table, rest.substr(0, dot)); field != npos)
      translation[table->id].words[static_cast<std::uint8_t>(field)].add(rest.substr(dot + 1), to);
  }
  for (auto const& [from, to] : settings.pairs("alias.people")) translation[TableId::Users].ids.emplace(from, to);
  for (auto const& [from, to] : settings.pairs("alias.classes")) translation[TableId::Classes].ids.emplace(from, to);
  take_schools(settings, translation);
  translation.merge_repeated_users = settings.is("merge-repeated-users");
  return translation;
}

DeliveryTranslated translate_delivery(Bundle& bundle, StoredRecords const& stored, csv::Kernel kernel, unsigned workers) {
  DeliveryTranslated out;
  auto translation = translation_of(stored.source.settings);
  for (auto const table : {TableId::Users, TableId::Classes, TableId::Orgs})
    for (auto& [from, to] : translation[table].ids) to = known_as(stored, table, to);
  std::vector<std::string> told;
  for (auto const find : {find_rekeyed, identify}) {
    auto found = find(bundle, translation, stored, kernel);
    out.fresh.insert(out.fresh.end(), found.fresh.begin(), found.fresh.end());
    out.found.insert(out.found.end(), found.found.begin(), found.found.end());
    out.judge = both(std::move(out.judge), std::move(found.judge));
    told.insert(told.end(), found.told.begin(), found.told.end());
    out.warnings += found.warnings;
  }
  out.judge = both(std::move(out.judge), judge_of_ignored(bundle, translation, kernel));
  out.files = translate(bundle, translation, kernel, workers);
  out.told = std::move(out.files.told);
  out.told.insert(out.told.end(), told.begin(), told.end());
  return out;
}

RowJudge both(RowJudge one, RowJudge other) {
  if (!one) return other;
  if (!other) return one;
  return [one = std::move(one), other = std::move(other)](TableData const& data, csv::Batch const& batch, Values const& values, std::uint32_t row) {
    return std::max(one(data, batch, values, row), other(data, batch, values, row));
  };
}

}  // namespace rollbook::runs
