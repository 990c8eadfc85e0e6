// Help at the place: words, levels, every rule and every table, from the same declarations that the program works by.
#include <algorithm>

#include "report/docs.h"
#include "report/docs_words.h"
#include "report/words.h"
#include "rules/catalogue.h"
#include "rules/profile.h"
#include "schema/catalogue.h"
#include "web/glossary.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

std::string bare_link(std::string_view text, std::string_view) { return std::string(text); }
std::string bare(std::string_view text) { return std::string(text); }
std::string readable(std::string_view text) { return in_words(text, "‹", "›"); }

Model level_tag(Severity severity) {
  switch (severity) {
    case Severity::Refused:
      return tag("error", "refused", "refused");
    case Severity::Error:
      return tag("error", "error", "error");
    case Severity::Warning:
      return tag("warning", "warning", "warning");
    case Severity::Info:
      return tag("info", "info", "info");
    case Severity::Off:
      return tag("", "same", "not asked");
  }
  return {};
}

// Suggestions follow a message where there is one to make.
std::string message_of(RuleInfo const& info) {
  auto text = info.message;
  constexpr std::string_view suggestion = "{suggestion}";
  if (text.ends_with(suggestion)) text.remove_suffix(suggestion.size());
  return readable(text);
}

Table const* table_by_name(std::string_view name) {
  for (auto const* table : all_tables)
    if (table->name == name) return table;
  return nullptr;
}

Model words_of(Field const& field) {
  Model all = Model::List();
  if (field.words == nullptr) return all;
  for (auto const word : field.words->words) all.add(Model{{"word", word}});
  return all;
}

Model field_row(Table const& table, Field const& field) {
  auto const* const target = field.refers_to == TableId::None ? nullptr : &table_of(field.refers_to);
  auto const words = words_of(field);
  return {{"name", field.name},
          {"type", docs::type_in_words(field, {bare_link, bare})},
          {"to", target == nullptr || target == &table ? "" : "/help/tables/" + std::string(target->name)},
          {"target", target == nullptr ? "" : docs::file_of(*target)},
          {"in_11", is_in(table.in, Version::V11) ? docs::need_in_words(field, Version::V11, "") : "–"},
          {"in_12", is_in(table.in, Version::V12) ? docs::need_in_words(field, Version::V12, "") : "–"},
          {"privacy", docs::privacy_in_words(field.privacy)},
          {"doc", field.doc},
          {"has_words", !words.get<Model::List>()->empty()},
          {"words", words}};
}

}  // namespace

Answer help(Visit&) {
  View view{"help", "Help"};
  Model terms = Model::List(), levels = Model::List();
  for (auto const& term : glossary) terms.add({{"word", term.word}, {"meaning", term.meaning}});
  for (auto const& level : level_words) levels.add({{"level", level.level}, {"may", level.may}});
  view.model["terms"] = std::move(terms);
  view.model["levels"] = std::move(levels);
  view.model["rules"] = all_rules().size();
  view.model["tables"] = std::size(all_tables);
  return view;
}

Answer help_rules(Visit&) {
  View view{"help_rules", "Rules"};
  view.crumbs = {{"Help", "/help"}};
  Sheet sheet{"rules", {"code", "name", "level", "message", "why", "fix"}, {}};
  for (auto const& family : docs::families()) {
    Model rules = Model::List();
    for (auto const& rule : all_rules()) {
      if (!rule.info->code.starts_with(family.prefix)) continue;
      rules.add({{"code", rule.info->code}, {"name", name_in_words(rule.info->name)}, {"level", level_tag(rule.info->severity)}});
      sheet.rows.push_back({std::string(rule.info->code), std::string(rule.info->name), std::string(name_of(rule.info->severity)), message_of(*rule.info),
                            readable(rule.info->why), readable(rule.info->fix)});
    }
    view.model["families"].add({{"prefix", family.prefix}, {"title", family.title}, {"rules", std::move(rules)}});
  }
  view.sheet = std::move(sheet);
  return view;
}

Answer help_rule(Visit& visit) {
  auto const id = rule_by_code(visit.parts[0]);
  if (id == no_rule) return Refusal{404, "There is no rule with this code.", "The list of all rules is under Help."};
  auto const& rule = all_rules()[id];
  auto const& info = *rule.info;
  View view{"help_rule", std::string(info.code) + " " + name_in_words(info.name)};
  view.crumbs = {{"Help", "/help"}, {"Rules", "/help/rules"}};
  Model levels = Model::List();
  for (auto const& profile : all_profiles()) {
    auto const level = Levels(profile).of(id);
    levels.add({{"profile", profile.name}, {"level", level_tag(level)}, {"effect", docs::effect_of(level)}});
  }
  view.model = {{"code", info.code},
                {"name", info.name},
                {"message", message_of(info)},
                {"why", readable(info.why)},
                {"fix", readable(info.fix)},
                {"levels", std::move(levels)},
                {"dependent", info.dependent},
                {"asked_by", docs::demanded_by(info, bare)},
                {"table", rule.table == nullptr ? "" : std::string(rule.table->name)},
                {"column", rule.blamed},
                {"since", info.since}};
  return view;
}

Answer help_tables(Visit&) {
  View view{"help_tables", "Tables"};
  view.crumbs = {{"Help", "/help"}};
  for (auto const& domain : docs::domains()) {
    Model tables = Model::List();
    for (auto const* table : all_tables)
      if (table->domain == domain.domain)
        tables.add({{"name", table->name}, {"file", docs::file_of(*table)}, {"versions", docs::versions_of(table->in)}, {"doc", table->doc}});
    view.model["domains"].add({{"title", domain.title}, {"doc", domain.doc}, {"tables", std::move(tables)}});
  }
  return view;
}

Answer help_table(Visit& visit) {
  auto const* const table = table_by_name(visit.parts[0]);
  if (table == nullptr) return Refusal{404, "There is no table of this name.", "The list of all tables is under Help."};
  View view{"help_table", docs::file_of(*table)};
  view.crumbs = {{"Help", "/help"}, {"Tables", "/help/tables"}};
  Model fields = Model::List(), rules = Model::List();
  for (auto const& field : table->fields) fields.add(field_row(*table, field));
  for (auto const& rule : all_rules())
    if (rule.table == table) rules.add({{"code", rule.info->code}, {"name", name_in_words(rule.info->name)}});
  view.model = {{"doc", table->doc}, {"one", table->one}, {"versions", docs::versions_of(table->in)}, {"fields", std::move(fields)}};
  view.model["has_rules"] = !rules.get<Model::List>()->empty();
  view.model["rules"] = std::move(rules);
  return view;
}

}  // namespace rollbook::web
