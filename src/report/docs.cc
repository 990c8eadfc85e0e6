#include "report/docs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "report/docs_markdown.h"
#include "report/docs_words.h"
#include "report/fill.h"
#include "rules/catalogue.h"
#include "rules/profile.h"
#include "rules/requirements.h"

namespace rollbook {
namespace docs {
namespace {

// What stands in a finding where a message has a placeholder; columns of the table stand for themselves.
constexpr std::pair<std::string_view, std::string_view> placeholder_words[] = {
    {"one", "record"},      {"target", "other file"},   {"target_one", "missing record"}, {"target_type", "wanted type"},
    {"words", "its words"}, {"word", "right spelling"}, {"lower", "lower case"},          {"trimmed", "bare value"},
    {"cells", "number"},    {"columns", "number"},      {"oneroster", "version"},         {"suggestion", "likely name"},
};

// A message as a reader of a page wants it: placeholders in italics.
std::string with_names(std::string_view text) { return in_words(plain(text), "*", "*"); }

// A message may end with a suggestion that is a sentence of its own, or empty: the page leaves it out.
std::string message_of(RuleInfo const& info) {
  constexpr std::string_view tail = ".{suggestion}";
  auto text = info.message;
  if (text.ends_with(tail)) text.remove_suffix(tail.size() - 1);
  return with_names(text);
}

// "users.csv, column orgSourcedIds"
std::string place_of(LevelChange const& change) { return std::string(change.table) + ".csv" + (change.field.empty() ? "" : ", column " + code(change.field)); }

// Where a profile sees this rule with other eyes.
std::vector<LevelChange> exceptions(RuleInfo const& info, Profile const& profile) {
  std::vector<LevelChange> found;
  auto const level = Levels(profile).of(rule_of(info));
  for (auto const& change : profile.changes)
    if (!change.table.empty() && info.code.starts_with(change.code) && change.severity != level) found.push_back(change);
  return found;
}

std::string level_in_short(RuleInfo const& info, Profile const& profile) {
  auto const level = Levels(profile).of(rule_of(info));
  return (level == Severity::Off ? "" : std::string(name_of(level))) + (exceptions(info, profile).empty() ? "" : " \\*");
}

std::string level_page(RuleInfo const& info) {
  auto out = table_head({"Profile", "Level", "That is"});
  for (auto const& profile : all_profiles()) {
    auto const level = Levels(profile).of(rule_of(info));
    std::string effect(effect_of(level));
    for (auto const& change : exceptions(info, profile))
      effect += "; in " + place_of(change) + ": **" + std::string(name_of(change.severity)) + "**, " + std::string(effect_of(change.severity));
    out += table_line({link(profile.name, "README.md#profiles"), "**" + std::string(name_of(level)) + "**", effect});
  }
  return out;
}

std::string what_it_looks_at(RuleEntry const& rule) {
  if (rule.table == nullptr) return "";
  auto const page = link(std::string(rule.table->name) + ".csv", "../tables/" + std::string(rule.table->name) + ".md");
  return "**It looks at** " + page + (rule.blamed.empty() ? "" : ", column " + code(rule.blamed)) + ".\n\n";
}

std::string rule_page(RuleEntry const& rule) {
  auto const& info = *rule.info;
  std::string out(docs_mark);
  out += "# " + std::string(info.code) + " " + std::string(info.name) + "\n\n> " + message_of(info) + "\n\n";
  out += "**Why it matters.** " + with_names(info.why) + "\n\n**How to fix it.** " + with_names(info.fix) + "\n\n## Level\n\n" + level_page(info) + "\n";
  if (info.dependent)
    out += "The row itself may be well formed; something it needs is not there. Such rows are counted apart from those with errors of their own.\n\n";
  if (rule.of_sources)
    out +=
        "`rollbook sync` asks it, of sources whose settings name such a column (`person-identifier`, `class-identifier`, `school-identifier`); "
        "`rollbook check` knows no sources.\n\n";
  out += what_it_looks_at(rule) + "**Who asks for it.** " + demanded_by(info, code) + "\n\n**Since** Rollbook " + std::string(info.since) +
         ".\n\n## Requirements it answers\n\n";
  if (info.checks.empty()) out += "None of those " + link("listed", "../requirements.md") + ".\n";
  for_requirements(info.checks, [&](std::string_view id) {
    auto const& requirement = requirements[requirement_index(id)];
    out += "- " + link(id, "../requirements.md#" + std::string(id)) + ": " + plain(requirement.text) + "\n";
  });
  return out + "\nSee " + link("all rules", "README.md") + ".\n";
}

std::string rules_page() {
  std::string out(docs_mark);
  out += "# Rules\n\nWhat can be wrong with a delivery: " + std::to_string(all_rules().size()) +
         " rules. A code is for ever; a name says what is wrong. `rollbook explain REF001` prints the page of a rule, `rollbook rules` this list.\n\n"
         "## Levels\n\n" +
         table_head({"Level", "That is"});
  for (auto const severity : {Severity::Refused, Severity::Error, Severity::Warning, Severity::Info})
    out += table_line({name_of(severity), effect_of(severity)});
  out += "\n## Profiles\n\nWhose eyes look at the delivery; `rollbook check --profile` chooses.\n\n" + table_head({"Profile", "Whose eyes"});
  for (auto const& profile : all_profiles()) out += table_line({code(profile.name), plain(profile.doc)});
  out +=
      "\nIn the tables below an empty cell is a rule that is not asked, and a star says that some columns have another level; the page of the rule names "
      "them.\n";
  for (auto const& family : families()) {
    out += "\n## " + std::string(family.prefix) + ": " + std::string(family.title) + "\n\n| Code | Name |";
    for (auto const& profile : all_profiles()) out += " " + std::string(profile.name) + " |";
    out += "\n|---|---|";
    for (std::size_t i = 0; i < all_profiles().size(); ++i) out += "---|";
    out += "\n";
    for (auto const& rule : all_rules()) {
      if (!rule.info->code.starts_with(family.prefix)) continue;
      out += "| " + link(rule.info->code, std::string(rule.info->code) + ".md") + " | " + std::string(rule.info->name) + " |";
      for (auto const& profile : all_profiles()) {
        auto const level = level_in_short(*rule.info, profile);
        out += level.empty() ? " |" : " " + level + " |";
      }
      out += "\n";
    }
  }
  return out;
}

// By requirement, the rules that name it.
std::vector<std::vector<std::string_view>> rules_by_requirement() {
  std::vector<std::vector<std::string_view>> rules(std::size(requirements) + 1);
  for (auto const& rule : all_rules())
    for_requirements(rule.info->checks, [&](std::string_view id) { rules[requirement_index(id)].push_back(rule.info->code); });
  return rules;
}

std::string unchecked_list(std::vector<std::vector<std::string_view>> const& rules, bool in_part) {
  std::string out;
  for (std::size_t i = 0; i < std::size(requirements); ++i) {
    auto const& requirement = requirements[i];
    if (requirement.unchecked.empty() || rules[i].empty() == in_part) continue;
    out += "- " + link(requirement.id, "#" + std::string(requirement.id));
    if (!in_part) out += " " + plain(requirement.text);
    out += (in_part ? ": " : "\n  *") + plain(requirement.unchecked) + (in_part ? "\n" : "*\n");
  }
  return out;
}

std::string requirements_page() {
  auto const rules = rules_by_requirement();
  std::string out(docs_mark);
  out +=
      "# Requirements\n\nWhat OneRoster 1.1 and 1.2, receivers and Rollbook itself ask of a delivery, item by item and in our own words, and the rules that "
      "answer. "
      "\"Should\" marks guidance; the rest is required. Fields and vocabularies have " +
      link("pages of their own", "tables/README.md") + "; what no rule checks stands " + link("at the end", "#what-no-rule-checks") + ".\n";
  std::string_view section;
  for (std::size_t i = 0; i < std::size(requirements); ++i) {
    auto const& requirement = requirements[i];
    if (requirement.section != section) {
      section = requirement.section;
      out += "\n## " + std::string(section) + "\n\n" + table_head({"Id", "Requirement", "Rules"});
    }
    std::string codes;
    for (auto const rule : rules[i]) codes += (codes.empty() ? "" : " ") + link(rule, "rules/" + std::string(rule) + ".md");
    auto const id = std::string(requirement.id);
    out += table_line({"<a id=\"" + id + "\"></a>" + id, plain(requirement.text), codes});
  }
  out += "\n## What no rule checks\n\n### Not at all\n\n" + unchecked_list(rules, false) + "\n### In part\n\n" + unchecked_list(rules, true);
  return out;
}

}  // namespace

}  // namespace docs

std::map<std::string, std::string> write_docs() {
  docs::Pages pages;
  pages["rules/README.md"] = docs::rules_page();
  for (auto const& rule : all_rules()) pages["rules/" + std::string(rule.info->code) + ".md"] = docs::rule_page(rule);
  pages["requirements.md"] = docs::requirements_page();
  docs::write_tables(pages);
  return pages;
}

std::string in_words(std::string_view text, std::string_view before, std::string_view after) {
  return fill(text, [&](std::string_view name) {
    auto const known =
        std::find_if(std::begin(docs::placeholder_words), std::end(docs::placeholder_words), [&](auto const& pair) { return pair.first == name; });
    return std::string(before) + std::string(known == std::end(docs::placeholder_words) ? name : known->second) + std::string(after);
  });
}

}  // namespace rollbook
