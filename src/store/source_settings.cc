#include "store/source_settings.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/demand.h"
#include "base/schedule.h"
#include "base/text.h"
#include "roster/layout.h"
#include "rules/profile.h"
#include "schema/catalogue.h"

namespace rollbook::store {
namespace {

using Kind = SettingKind;
using Group = SettingGroup;

constexpr SettingGroupInfo groups[] = {
    {Group::Trust, "trust", "Trial or live", "Whether deliveries of this source are applied, and whether a person approves each of them."},
    {Group::Delivery, "delivery", "Deliveries", "What a delivery of this source means, and which tables it brings."},
    {Group::Identifiers, "identifiers", "Identifiers", "Which column says who somebody is: by it a record is known again when its sourcedId changes."},
    {Group::Schools, "schools", "Organizations", "Which organization of the delivery is which organization of the district."},
    {Group::Words, "words", "Columns and words", "Names of columns and words that deviate from OneRoster, and what they mean."},
    {Group::Aliases, "aliases", "Corrected ids", "Ids of single records that the delivery has wrong, and the right ones."},
    {Group::Filters, "filters", "Filters",
     "Which part of the delivery is taken. Nothing chosen means all of it; what a filter leaves out counts as not listed."},
    {Group::Requirements, "requirements", "Data requirements",
     "What this district wants beyond the standard: values that must be there, values that must be unique."},
    {Group::Limits, "limits", "Thresholds", "How much of a school or a table may change in one night before a person has to decide."},
};

constexpr SettingChoice modes[] = {
    {"replace", "Replace",
     "Every delivery is the whole. Records that it no longer lists are removed; a file of changes only is held, because it would be mistaken for the whole."},
    {"add-and-update", "Add and update",
     "Records are added and updated, and nothing is ever removed. Who has left stays in the roster until a person removes them."},
    {"manifest", "As its manifest says",
     "Each file is full or holds changes only, as manifest.csv says. Records that a full file no longer lists are removed from the roster."},
};
constexpr SettingChoice person_identifiers[] = {{"sourcedId", "sourcedId", "the id of the row itself"},
                                                {"identifier", "identifier", "the column of that name in users.csv"},
                                                {"state", "State id", "an entry of type state in userIds"},
                                                {"district", "District id", "an entry of type district in userIds"},
                                                {"sis", "SIS id", "an entry of type sis in userIds"}};
constexpr SettingChoice class_identifiers[] = {{"sourcedId", "sourcedId", "the id of the row itself"},
                                               {"classCode", "classCode", "the column of that name in classes.csv"}};
constexpr SettingChoice school_identifiers[] = {{"sourcedId", "sourcedId", "the id of the row itself"},
                                                {"identifier", "identifier", "the column of that name in orgs.csv"}};
constexpr SettingChoice requirement_actions[] = {{"flag", "Flag: take the row, and tell"}, {"skip", "Skip: leave the row out, and tell"}};

constexpr Setting settings[] = {
    {"mode", Kind::Choice, "manifest",
     "replace: every delivery is the whole; manifest: as its manifest says, file by file; add-and-update: nothing is ever removed", Group::Delivery,
     "What a delivery means", modes},
    {"live", Kind::Switch, "no", "no: a trial, deliveries are checked and previewed, nothing is applied", Group::Trust, "Live"},
    {"apply-by-itself", Kind::Switch, "no", "a live source whose deliveries need no approval when nothing holds them", Group::Trust, "Apply by itself"},
    {"profile",
     Kind::Choice,
     "oneroster",
     "the receiver whose requirements deliveries are checked against",
     Group::Requirements,
     "Receiver profile",
     {},
     ChoicesOf::Profiles},
    {"sends",
     Kind::Names,
     "",
     "tables that it normally sends; a delivery without one of them is held. Files that came before are expected without being chosen",
     Group::Delivery,
     "Tables it normally sends",
     {},
     ChoicesOf::Tables},
    {"landing-quiet", Kind::Count, "5", "minutes without a change after which loose CSV files that arrived by SFTP or in a folder are a delivery", Group::Delivery,
     "Minutes of quiet before loose files are taken"},
    {"landing-marker", Kind::Names, "", "names of files whose arrival says that the loose CSV files beside them are all there; then no quiet is waited for",
     Group::Delivery, "Marker files"},
    {"schedule", Kind::Schedule, "",
     "when what came by itself is taken, in the district's time: daily@18:00, weekdays@18:00, mon,thu@18:00, every-6-hours, or a cron expression as "
     "30 18 * * mon-fri; without one at once",
     Group::Delivery, "Taken at"},
    {"expected-by", Kind::Deadline, "",
     "by when a delivery has to have come, in the district's time: weekdays@07:00, daily@07:00, mon,thu@07:00; if none has, it is told, with whose move it is",
     Group::Delivery, "Expected by"},
    {"person-identifier", Kind::Choice, "sourcedId", "column that says who a person is", Group::Identifiers, "A person is known by", person_identifiers},
    {"class-identifier", Kind::Choice, "sourcedId", "column that says which class it is", Group::Identifiers, "A class is known by", class_identifiers},
    {"school-identifier", Kind::Choice, "sourcedId", "column that says which school it is", Group::Identifiers, "A school is known by", school_identifiers},
    {"merge-repeated-users", Kind::Switch, "no", "1.1 rows that repeat a person with another role or organization are one person", Group::Identifiers,
     "Merge repeated people"},
    {.name = "map.columns",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "deviating names of columns: users.Vorname=givenName",
     .group = Group::Words,
     .label = "Columns with other names",
     .left = "Table and column of the delivery",
     .right = "Column of OneRoster"},
    {.name = "map.values",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "deviating words: users.role.Pupil=student",
     .group = Group::Words,
     .label = "Words that deviate",
     .left = "Table, column and word of the delivery",
     .right = "Word of OneRoster"},
    {.name = "map.schools",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "organizations of the delivery and of the district, by sourcedId; =ignore leaves one out",
     .group = Group::Schools,
     .label = "Organizations",
     .left = "In the delivery",
     .right = "In the district, or ignore"},
    {.name = "alias.people",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "a person's sourcedId in the delivery and in the district",
     .group = Group::Aliases,
     .label = "People",
     .left = "In the delivery",
     .right = "In the district"},
    {.name = "alias.classes",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "a class's sourcedId in the delivery and in the district",
     .group = Group::Aliases,
     .label = "Classes",
     .left = "In the delivery",
     .right = "In the district"},
    {.name = "alias.organizations",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "an organization's sourcedId in the delivery and in the district",
     .group = Group::Aliases,
     .label = "Organizations",
     .left = "In the delivery",
     .right = "In the district"},
    {"filter.schools", Kind::Names, "", "only these schools, by sourcedId", Group::Filters, "Schools"},
    {"filter.grades", Kind::Names, "", "only these grades", Group::Filters, "Grades", {}, ChoicesOf::Grades},
    {"filter.roles", Kind::Names, "", "only these roles", Group::Filters, "Roles", {}, ChoicesOf::Roles},
    {"filter.sessions", Kind::Names, "", "only these academic sessions, by sourcedId", Group::Filters, "Academic sessions"},
    {.name = "require",
     .kind = Kind::Pairs,
     .fallback = "",
     .doc = "data requirements: users.email=flag tells a missing value, =skip leaves the row out",
     .group = Group::Requirements,
     .label = "Values that must be there",
     .choices = requirement_actions,
     .left = "Table and column",
     .right = "When it is blank",
     .of_columns = true},
    {.name = "unique",
     .kind = Kind::Names,
     .fallback = "",
     .doc = "columns whose values must be unique in the district: users.identifier",
     .group = Group::Requirements,
     .label = "Values that must be unique",
     .of_columns = true},
    {"threshold.removed", Kind::Percent, "10", "per cent of a table or school that may go without a decision", Group::Limits, "Removed"},
    {"threshold.changed", Kind::Percent, "75", "per cent that may change", Group::Limits, "Changed"},
    {"threshold.created", Kind::Percent, "50", "per cent that may come", Group::Limits, "Created"},
    {"threshold.excluded", Kind::Percent, "10", "per cent that may be left out because of errors", Group::Limits, "Left out because of errors"},
    {"threshold.removed-in-a-week", Kind::Percent, "25", "per cent that may go within seven days", Group::Limits, "Removed within seven days"},
    {"threshold.floor", Kind::Count, "10", "so many rows never hold a run, whatever their share", Group::Limits, "Rows that never hold a run"},
};

Setting const* find(std::string_view name) {
  auto const at = std::find_if(std::begin(settings), std::end(settings), [&](Setting const& s) { return s.name == name; });
  return at == std::end(settings) ? nullptr : at;
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
        if (choice.word == value) return "";
        all += (all.empty() ? "" : ", ") + std::string(choice.word);
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
    case SettingKind::Schedule:
      return value.empty() ? "" : wrong_with_schedule(value);
    case SettingKind::Deadline:
      return value.empty() ? "" : wrong_with_deadline(value);
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

std::span<SettingGroupInfo const> setting_groups() { return groups; }

std::vector<SettingChoice> choices_of(Setting const& setting) {
  std::vector<SettingChoice> all(setting.choices.begin(), setting.choices.end());
  auto const add = [&](Vocabulary const& vocabulary) {
    for (auto const word : vocabulary.words) all.push_back({word, word});
  };
  switch (setting.choices_of) {
    case ChoicesOf::Own:
      break;
    case ChoicesOf::Profiles:
      for (auto const& profile : all_profiles()) all.push_back({profile.name, profile.name, profile.doc});
      break;
    case ChoicesOf::Tables:
      for (auto const* table : all_tables) all.push_back({table->name, table->name, table->doc});
      break;
    case ChoicesOf::Roles:
      add(words::role);
      break;
    case ChoicesOf::Grades:
      add(words::grade);
      break;
  }
  return all;
}

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
