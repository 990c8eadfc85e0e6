#include "web/settings_form.h"

#include <algorithm>

#include "base/text.h"
#include "schema/catalogue.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using store::Setting;
using store::SettingKind;

constexpr std::size_t most_rows = 60;  // of pairs as fields; more of them are lines of a text
constexpr std::size_t spare_rows = 3;  // to be filled in

bool is_among(Setting const& setting, SettingGroups groups) { return std::find(groups.begin(), groups.end(), setting.group) != groups.end(); }

std::string sentence(std::string_view doc) {
  std::string text(doc);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

std::string id_of(std::string_view name) {
  std::string id("set-");
  for (auto const c : name) id += c == '.' ? '-' : c;
  return id;
}

std::string with_commas(std::string_view text) {
  std::string all;
  for (auto const& line : split(std::string(text), '\n'))
    for (auto const& part : split(line, ',')) {
      auto bare = trimmed(part);
      while (!bare.empty() && bare.back() == '\r') bare = trimmed(bare.substr(0, bare.size() - 1));
      if (!bare.empty()) (all += all.empty() ? "" : ",") += bare;
    }
  return all;
}

// What was typed for one setting, in the form in which it is stored; and what is wrong with it before it even becomes that.
std::string typed_value(http::Fields const& form, Setting const& setting, std::string& wrong) {
  std::string const name(setting.name);
  switch (setting.kind) {
    case SettingKind::Switch:
      return form[name] == "yes" ? "yes" : "no";
    case SettingKind::Choice:
    case SettingKind::Percent:
    case SettingKind::Count:
    case SettingKind::Schedule:
    case SettingKind::Deadline:
      return std::string(trimmed(form[name]));
    case SettingKind::Names: {
      std::string all;
      for (auto const& value : form.every(name))
        if (auto const more = with_commas(value); !more.empty()) (all += all.empty() ? "" : ",") += more;
      return all;
    }
    case SettingKind::Pairs: {
      if (form.has(name + ".lines")) return with_commas(form[name + ".lines"]);
      std::string all;
      auto const from = form.every(name + ".from"), to = form.every(name + ".to");
      for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
        auto const left = trimmed(from[i]), right = trimmed(to[i]);
        if (left.empty()) continue;  // an emptied row goes
        if (left.find_first_of(",=") != std::string_view::npos || right.find(',') != std::string_view::npos)
          wrong = "\"" + std::string(left) + "\": a comma or an equals sign cannot be part of it.";
        (all += all.empty() ? "" : ",") += std::string(left) + "=" + std::string(right);
      }
      return all;
    }
  }
  return "";
}

Model choices(Setting const& setting, std::string const& value) {
  Model all = Model::List();
  for (auto const& one : store::choices_of(setting))
    all.add({{"value", one.word},
             {"id", id_of(setting.name) + "-" + std::string(one.word)},
             {"label", one.label},
             {"doc", one.doc},
             {"selected", one.word == value}});
  return all;
}

// The usual names as boxes to tick, and a line for others where others can be.
void add_checks(Model& field, Setting const& setting, std::string const& value) {
  auto others = split(value, ',');
  Model boxes = Model::List();
  for (auto const& one : store::choices_of(setting)) {
    auto const at = std::find(others.begin(), others.end(), one.word);
    bool const ticked = at != others.end();
    if (ticked) others.erase(at);
    boxes.add({{"value", one.word}, {"id", id_of(setting.name) + "-" + std::string(one.word)}, {"label", one.label}, {"selected", ticked}});
  }
  field["boxes"] = std::move(boxes);
  field["others"] = setting.choices_of != store::ChoicesOf::Tables;
  field["rest"] = joined_by_commas(others);
}

void add_pairs(Model& field, Setting const& setting, std::string const& value) {
  auto const pairs = split(value, ',');
  bool const many = pairs.size() > most_rows;
  field["is_lines"] = many;
  field["left"] = setting.left;
  field["right"] = setting.right;
  field["has_choices"] = !setting.choices.empty();
  Model rows = Model::List();
  std::string lines;
  for (auto const& pair : pairs) lines += pair + "\n";
  for (std::size_t i = 0; !many && i < pairs.size() + spare_rows; ++i) {
    auto const pair = i < pairs.size() ? pairs[i] : "";
    auto const at = std::min(pair.find('='), pair.size());
    auto const to = pair.substr(std::min(at + 1, pair.size()));
    Model options = Model::List();
    for (auto const& one : setting.choices) options.add(choice(one.word, std::string(one.label), one.word == to));
    rows.add({{"number", i + 1}, {"from", pair.substr(0, at)}, {"to", to}, {"options", std::move(options)}});
  }
  field["rows"] = std::move(rows);
  field["lines"] = lines;
}

// Columns that a person may name, for the browser to propose.
Model all_columns() {
  Model all = Model::List();
  for (auto const* table : all_tables) {
    if (table->domain != Domain::Rostering) continue;
    for (auto const& field : table->fields)
      if (field.type != Type::Guid && field.need != Need::DeltaOnly) all.add(std::string(table->name) + "." + std::string(field.name));
  }
  return all;
}

// Names as fields of their own, with some to be filled in.
Model lines_of(std::string const& value) {
  Model all = Model::List();
  auto names = split(value, ',');
  names.resize(names.size() + spare_rows);
  for (std::size_t i = 0; i < names.size(); ++i) all.add({{"number", i + 1}, {"line", names[i]}});
  return all;
}

Model field_of(Setting const& setting, std::string const& value, std::string const& wrong) {
  auto const id = id_of(setting.name);
  auto const listed = !store::choices_of(setting).empty();
  auto const is = [&](SettingKind kind) { return setting.kind == kind; };
  bool const described = is(SettingKind::Choice) && !setting.choices.empty() && !setting.choices[0].doc.empty();
  auto const hint = described ? std::string() : sentence(setting.doc);
  Model field{{"name", setting.name},
              {"id", id},
              {"label", setting.label},
              {"hint", hint},
              {"wrong", wrong},
              {"value", value},
              {"described", std::string(hint.empty() ? "" : id + "-hint") + (wrong.empty() ? "" : " " + id + "-wrong")},
              {"is_radios", is(SettingKind::Choice)},
              {"is_switch", is(SettingKind::Switch)},
              {"is_time", is(SettingKind::Schedule) || is(SettingKind::Deadline)},
              {"is_number", is(SettingKind::Percent) || is(SettingKind::Count)},
              {"is_checks", is(SettingKind::Names) && listed},
              {"is_names", is(SettingKind::Names) && !listed && !setting.of_columns},
              {"is_columns", is(SettingKind::Names) && setting.of_columns},
              {"of_columns", setting.of_columns},
              {"each", setting.of_columns ? lines_of(value) : Model(Model::List())},
              {"is_pairs", is(SettingKind::Pairs)},
              {"is_on", value == "yes"},
              {"unit", is(SettingKind::Percent) ? "%" : "rows"},
              {"most", is(SettingKind::Percent) ? 100 : 1'000'000},
              {"choices", choices(setting, value)},
              {"boxes", Model::List()},
              {"others", false},
              {"rest", ""},
              {"is_lines", false},
              {"left", ""},
              {"right", ""},
              {"has_choices", false},
              {"rows", Model::List()},
              {"lines", ""},
              {"names", ""}};
  if (is(SettingKind::Names) && listed) add_checks(field, setting, value);
  if (is(SettingKind::Pairs)) add_pairs(field, setting, value);
  if (is(SettingKind::Names)) {
    std::string lines;
    for (auto const& name : split(value, ',')) lines += name + "\n";
    field["names"] = lines;
  }
  return field;
}

}  // namespace

SettingsRead read_settings(http::Fields const& form, SettingGroups groups, store::SourceSettings const& now) {
  SettingsRead read;
  auto const held = form.every("setting");
  for (auto const& setting : store::source_setting_list()) {
    if (!is_among(setting, groups) || std::find(held.begin(), held.end(), setting.name) == held.end()) continue;
    std::string const name(setting.name);
    std::string wrong;
    auto const value = typed_value(form, setting, wrong);
    auto settings = now;
    if (auto const trouble = settings.set(name, value); wrong.empty() && trouble) {
      auto const start = "The setting " + name + ": ";  // the field says which one it is
      wrong = sentence(trouble->text.starts_with(start) ? trouble->text.substr(start.size()) : trouble->text);
    }
    read.typed[name] = value;
    if (!wrong.empty()) read.wrong[name] = wrong;
    else if (value != now[name]) read.changes.emplace_back(name, value);
  }
  return read;
}

Model settings_fieldsets(SettingGroups groups, store::SourceSettings const& now, SettingsRead const* read) {
  Model all = Model::List();
  for (auto const& group : store::setting_groups()) {
    if (std::find(groups.begin(), groups.end(), group.group) == groups.end()) continue;
    Model fields = Model::List();
    bool columns = false;
    for (auto const& setting : store::source_setting_list()) {
      if (setting.group != group.group) continue;
      columns = columns || setting.of_columns;
      std::string const name(setting.name);
      auto const typed = read != nullptr && read->typed.count(name) > 0;
      auto const wrong = read != nullptr && read->wrong.count(name) > 0;
      fields.add(field_of(setting, typed ? read->typed.at(name) : now[name], wrong ? read->wrong.at(name) : ""));
    }
    all.add({{"title", group.title},
             {"doc", group.doc},
             {"fields", std::move(fields)},
             {"has_columns", columns},
             {"columns", columns ? all_columns() : Model(Model::List())}});
  }
  return all;
}

Model hidden_changes(std::vector<std::pair<std::string, std::string>> const& changes) {
  Model all = Model::List();
  for (auto const& [name, value] : changes) all.add({{"name", "set." + name}, {"value", value}});
  return all;
}

std::vector<std::pair<std::string, std::string>> read_hidden_changes(http::Fields const& form, SettingGroups groups) {
  std::vector<std::pair<std::string, std::string>> changes;
  for (auto const& setting : store::source_setting_list()) {
    auto const field = "set." + std::string(setting.name);
    if (is_among(setting, groups) && form.has(field)) changes.emplace_back(setting.name, form[field]);
  }
  return changes;
}

}  // namespace rollbook::web
