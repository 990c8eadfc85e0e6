// The pages on tables and vocabularies.
#include <algorithm>
#include <vector>

#include "report/docs.h"
#include "report/docs_markdown.h"
#include "report/docs_words.h"
#include "rules/catalogue.h"

namespace rollbook::docs {
namespace {

constexpr Version versions[] = {Version::V11, Version::V12};

std::string_view domain_title(Domain domain) {
  return std::find_if(domains().begin(), domains().end(), [&](auto const& d) { return d.domain == domain; })->title;
}

std::string doc_of(Field const& field) {
  auto out = plain(field.doc);
  if (!field.aliases.empty()) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < field.aliases.size();) {
      auto const end = std::min(field.aliases.find(' ', at), field.aliases.size());
      names.push_back(code(field.aliases.substr(at, end - at)));
      at = end + 1;
    }
    out += " Also read: " + joined(names) + ".";
  }
  if (!field.unconfirmed.empty()) out += " *Unconfirmed: " + plain(field.unconfirmed) + ".*";
  return out;
}

std::string fields_table(Table const& table) {
  bool const both = table.in == In::Both;
  auto out = both ? table_head({"Field", "Type", "1.1", "1.2", "Privacy", "What it holds"})
                  : table_head({"Field", "Type", versions_of(table.in), "Privacy", "What it holds"});
  for (auto const& field : table.fields) {
    auto const name = code(field.name), type = type_in_words(field, {link, code}), doc = doc_of(field);
    auto const privacy = privacy_in_words(field.privacy);
    if (both) out += table_line({name, type, need_in_words(field, Version::V11, "**"), need_in_words(field, Version::V12, "**"), privacy, doc});
    else out += table_line({name, type, need_in_words(field, table.in == In::Only11 ? Version::V11 : Version::V12, "**"), privacy, doc});
  }
  return out;
}

std::string table_page(Table const& table) {
  std::string out(docs_mark);
  out += "# " + file_of(table) + "\n\n" + plain(table.doc) + "\n\n";
  out += "- **OneRoster** " + versions_of(table.in) + ", " + std::string(domain_title(table.domain)) + "\n- **A row** is one " + std::string(table.one) +
         "\n- **In the manifest** `file." + std::string(table.name) + "`\n\n## Fields\n\n" + fields_table(table);
  out += "\nNames and words go by capital letters. Columns called `metadata.something` may follow; they are kept.\n";

  std::vector<std::string> referrers, rules;
  for (auto const* other : all_tables)
    for (auto const& field : other->fields)
      if (field.refers_to == table.id) referrers.push_back(link(file_of(*other), page_of(*other)) + " " + code(field.name));
  if (!referrers.empty()) out += "\n## Who refers to it\n\n" + joined(referrers) + ".\n";
  for (auto const& rule : all_rules())
    if (rule.table == &table)
      rules.push_back("- " + link(rule.info->code, "../rules/" + std::string(rule.info->code) + ".md") + " " + std::string(rule.info->name) + "\n");
  if (!rules.empty()) out += "\n## Rules of this table\n\n";
  for (auto const& rule : rules) out += rule;
  out += rules.empty() ? "\nNo rule looks at this table alone; those that hold for every table are in the " : "\nRules that hold for every table are in the ";
  return out + link("list of all rules", "../rules/README.md") + ".\n";
}

std::string tables_page() {
  std::string out(docs_mark);
  out += "# Tables\n\nThe files of OneRoster as Rollbook knows them. Their vocabularies are in " + link("Words", "words.md") + ".\n";
  for (auto const& domain : domains()) {
    out += "\n## " + std::string(domain.title) + "\n\n" + plain(domain.doc) + "\n\n" + table_head({"File", "OneRoster", "Fields", "What it holds"});
    for (auto const* table : all_tables)
      if (table->domain == domain.domain)
        out += table_line({link(file_of(*table), page_of(*table)), versions_of(table->in), std::to_string(table->fields.size()), plain(table->doc)});
  }
  return out;
}

std::string words_page() {
  std::string out(docs_mark);
  out += "# Words\n\nWhat fields with a vocabulary may hold. Words go by capital letters.\n";
  for (auto const* vocabulary : words::all) {
    out += "\n## " + std::string(vocabulary->name) + "\n\n" + plain(vocabulary->doc) + "\n\n";
    out += table_head({"Word", "1.1", "1.2"});
    for (std::size_t i = 0; i < vocabulary->words.size(); ++i) {
      std::string known[2];
      for (auto const version : versions) known[version == Version::V12] = vocabulary->has(i, version) ? "yes" : "–";
      out += table_line({code(vocabulary->words[i]), known[0], known[1]});
    }
    if (vocabulary->extensible_in_12) out += "\nIn 1.2 also words of one's own that begin with `ext:`.\n";
    std::vector<std::string> users_of_it;
    for (auto const* table : all_tables)
      for (auto const& field : table->fields)
        if (uses(field, *vocabulary)) users_of_it.push_back(link(file_of(*table), page_of(*table)) + " " + code(field.name));
    if (!users_of_it.empty()) out += "\nUsed by " + (users_of_it.size() == std::size(all_tables) ? "all tables" : joined(users_of_it)) + ".\n";
  }
  return out;
}

}  // namespace

void write_tables(Pages& pages) {
  pages["tables/README.md"] = tables_page();
  pages["tables/words.md"] = words_page();
  for (auto const* table : all_tables) pages["tables/" + page_of(*table)] = table_page(*table);
}

}  // namespace rollbook::docs
