// Words about rules and tables that every page on them uses: those in docs/, and those of the portal's help.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/rule.h"
#include "schema/schema.h"
#include "schema/words.h"

namespace rollbook::docs {

// Codes of rules begin with one of these.
struct Family {
  std::string_view prefix, title;
};
std::span<Family const> families();  // in the order in which a delivery meets them

std::string_view effect_of(Severity severity);

// Who asks for a rule; `named` dresses the name of a profile.
std::string demanded_by(RuleInfo const& info, std::string (*named)(std::string_view));

struct DomainWords {
  Domain domain;
  std::string_view title, doc;
};
std::span<DomainWords const> domains();

std::string file_of(Table const& table);
std::string page_of(Table const& table);
std::string anchor(std::string_view word);  // a forge's anchor of a heading that is one word

// How a page writes links and names.
struct Markup {
  std::string (*link)(std::string_view text, std::string_view target);
  std::string (*code)(std::string_view text);
};
std::string type_in_words(Field const& field, Markup const& markup);
std::string need_in_words(Field const& field, Version version, std::string_view stress);  // "required" between two marks

std::string versions_of(In in);
std::string_view privacy_in_words(Privacy privacy);

// Fields with a vocabulary of their own, and those whose words are known by their type or by agreement.
bool uses(Field const& field, Vocabulary const& words);

}  // namespace rollbook::docs
