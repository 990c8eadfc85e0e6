#include "store/source_settings.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/demand.h"
#include "base/text.h"
#include "roster/layout.h"
#include "rules/profile.h"
#include "schema/catalogue.h"

namespace rollbook::store {
namespace {

constexpr std::string_view identifiers = "sourcedId identifier state district sis";

constexpr Setting settings[] = {
    {"mode", SettingKind::Choice, "manifest", "replace add-and-update manifest",
     "replace: every delivery is the whole; manifest: as its manifest says, file by file; add-and-update: nothing is ever removed"},
    {"live", SettingKind::Switch, "no", "", "no: a trial, deliveries are checked and previewed, nothing is applied"},
    {"apply-by-itself", SettingKind::Switch, "no", "", "a live source whose deliveries need no approval when nothing holds them"},
    {"profile", SettingKind::Choice, "oneroster", "*profiles", "the receiver whose requirements deliveries are checked against"},
    {"sends", SettingKind::Names, "", "", "tables that it normally sends; a delivery without one of them is held"},
    {"person-identifier", SettingKind::Choice, "sourcedId", identifiers, "column that says who a person is"},
    {"class-identifier", SettingKind::Choice, "sourcedId", "sourcedId classCode", "column that says which class it is"},
    {"school-identifier", SettingKind::Choice, "sourcedId", "sourcedId identifier", "column that says which school it is"},
    {"merge-repeated-users", SettingKind::Switch, "no", "", "1.1 rows that repeat a person with another role or organization are one person"},
    {"map.columns", SettingKind::Pairs, "", "", "deviating names of columns: users.Vorname=givenName"},
    {"map.values", SettingKind::Pairs, "", "", "deviating words: users.role.Pupil=student"},
    {"map.schools", SettingKind::Pairs, "", "", "organizations of the delivery and of the district, by sourcedId; =ignore leaves one out"},
    {"alias.people", SettingKind::Pairs, "", "", "a person's sourcedId in the delivery and in the district"},
    {"alias.classes", SettingKind::Pairs, "", "", "a class's sourcedId in the delivery and in the district"},
    {"alias.organizations", SettingKind::Pairs, "", "", "an organization's sourcedId in the delivery and in the district"},
    {"filter.schools", SettingKind::Names, "", "", "only these schools, by sourcedId"},
    {"filter.grades", SettingKind::Names, "", "", "only these grades"},
    {"filter.roles", SettingKind::Names, "", "", "only these roles"},
    {"filter.sessions", SettingKind::Names, "", "", "only these academic sessions, by sourcedId"},
    {"require", SettingKind::Pairs, "", "", "data requirements: users.email=flag tells a missing value, =skip leaves the row out"},
    {"unique", SettingKind::Names, "", "", "columns whose values must be unique in the district: users.identifier"},
    {"threshold.removed", SettingKind::Percent, "10", "", "per cent of a table or school that may go without a decision"},
    {"threshold.changed", SettingKind::Percent, "75", "", "per cent that may change"},
    {"threshold.created", SettingKind::Percent, "50", "", "per cent that may come"},
    {"threshold.excluded", SettingKind::Percent, "10", "", "per cent that may be left out because of errors"},
    {"threshold.removed-in-a-week", SettingKind::Percent, "25", "", "per cent that may go within seven days"},
    {"threshold.floor", SettingKind::Count, "10", "", "so many rows never hold a run, whatever their share"},
};

Setting const* find(std::string_view name) {
  auto const at = std::find_if(std::begin(settings), std::end(settings), [&](Setting const& s) { return s.name == name; });
  return at == std::end(settings) ? nullptr : at;
}

std::vector<std::string> choices_of(Setting const& setting) {
  std::vector<std::string> choices;
  if (setting.choices == "*profiles")
    for (auto const& profile : all_profiles()) choices.emplace_back(profile.name);
  else
    for (auto const& choice : split(setting.choices, ' ')) choices.emplace_back(choice);
  return choices;
}

// "users.email" → nothing wrong; else a sentence.
std::string wrong_with_column(std::string_view text) {
  auto const dot = text.find('.');
  auto const* table = table_by_name(text.substr(0, dot));
  if (table == nullptr) return "\"" + std::string(text) + "\" names no table; it is written TABLE.COLUMN, like users.email";
  auto const column = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (field_index(*table, column) == npos) return "the table " + std::string(table->name) + " has no column \"" + std::string(column) + "\"";
  return "";
}

std::string wrong_with_item(Setting const& setting, std::string_view from, std::string_view to) {
  if (from.empty()) return "an item is empty";
  if (setting.kind == SettingKind::Pairs && to.empty()) return "\"" + std::string(from) + "\" has nothing behind its =";
  if (setting.name == "sends" && table_by_name(from) == nullptr) return "\"" + std::string(from) + "\" is no table";
  if (setting.name == "unique" || setting.name == "require")
    if (auto wrong = wrong_with_column(from); !wrong.empty()) return wrong;
  if (setting.name == "require" && to != "flag" && to != "skip") return "a requirement flags or skips: \"" + std::string(from) + "=flag\"";
  if (setting.name == "map.columns") {
    auto const dot = from.find('.');
    if (table_by_name(from.substr(0, dot)) == nullptr || dot == std::string_view::npos) return "\"" + std::string(from) + "\" is written TABLE.COLUMN";
    return wrong_with_column(std::string(from.substr(0, dot)) + "." + std::string(to));
  }
  if (setting.name == "map.values") {
    auto const first = from.find('.'), second = first == std::string_view::npos ? first : from.find('.', first + 1);
    if (second == std::string_view::npos) return "\"" + std::string(from) + "\" is written TABLE.COLUMN.WORD";
    return wrong_with_column(from.substr(0, second));
  }
  return "";
}

std::string wrong_with(Setting const& setting, std::string_view value) {
  switch (setting.kind) {
    case SettingKind::Choice: {
      std::string all;
      for (auto const& choice : choices_of(setting)) {
        if (choice == value) return "";
        all += (all.empty() ? "" : ", ") + choice;
      }
      return "it is one of " + all;
    }
    case SettingKind::Switch:
      return value == "yes" || value == "no" ? "" : "it is yes or no";
    case SettingKind::Percent:
    case SettingKind::Count: {
      int number = -1;
      auto const most = setting.kind == SettingKind::Percent ? 100 : 1'000'000;
      auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      bool const good = error == std::errc{} && end == value.data() + value.size() && number >= 0 && number <= most;
      return good ? "" : "it is a whole number from 0 to " + std::to_string(most);
    }
    case SettingKind::Names:
      for (auto const& name : split(value, ','))
        if (auto wrong = wrong_with_item(setting, name, {}); !wrong.empty()) return wrong;
      return "";
    case SettingKind::Pairs: {
      std::set<std::string> named;
      for (auto const& pair : split(value, ',')) {
        auto const at = pair.find('=');
        if (at == std::string_view::npos) return "\"" + std::string(pair) + "\" is written FROM=TO";
        if (auto wrong = wrong_with_item(setting, pair.substr(0, at), pair.substr(at + 1)); !wrong.empty()) return wrong;
        if (!named.insert(pair.substr(0, at)).second) return "\"" + pair.substr(0, at) + "\" is there twice";
      }
      return "";
    }
  }
  return "";
}

}  // namespace

std::span<Setting const> source_setting_list() { return settings; }

SourceSettings::SourceSettings() {
  for (auto const& setting : settings) values_.emplace(setting.name, setting.fallback);
}

std::optional<Trouble> SourceSettings::set(std::string_view name, std::string_view value) {
  auto const* setting = find(name);
  if (setting == nullptr) {
    std::vector<std::string_view> known;
    for (auto const& each : settings) known.push_back(each.name);
    auto const likely = nearest(name, known);
    auto const meant = likely.empty() ? "" : " Did you mean \"" + std::string(likely) + "\"?";
    return Trouble{"A source has no setting \"" + std::string(name) + "\"." + meant + " \"rollbook source settings\" lists them."};
  }
  if (auto const wrong = wrong_with(*setting, value); !wrong.empty()) return Trouble{"The setting " + std::string(name) + ": " + wrong + "."};
  values_.find(name)->second = value;
  return std::nullopt;
}

std::string const& SourceSettings::operator[](std::string_view name) const {
  auto const at = values_.find(name);
  demand(at != values_.end());
  return at->second;
}

int SourceSettings::number(std::string_view name) const { return std::stoi((*this)[name]); }

std::vector<std::string> SourceSettings::names(std::string_view name) const { return split((*this)[name], ','); }

std::vector<std::pair<std::string, std::string>> SourceSettings::pairs(std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> all;
  for (auto const& part : split((*this)[name], ',')) all.emplace_back(part.substr(0, part.find('=')), part.substr(part.find('=') + 1));
  return all;
}

std::vector<std::pair<std::string_view, std::string>> SourceSettings::changed() const {
  std::vector<std::pair<std::string_view, std::string>> all;
  for (auto const& setting : settings)
    if (auto const& value = (*this)[setting.name]; value != setting.fallback) all.emplace_back(setting.name, value);
  return all;
}

}  // namespace rollbook::store
