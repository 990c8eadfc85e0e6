#include "report/docs_words.h"

#include <algorithm>
#include <vector>

#include "report/docs_markdown.h"
#include "rules/profile.h"
#include "schema/catalogue.h"

namespace rollbook::docs {

std::span<Family const> families() {
  static constexpr Family all[] = {
      {"ZIP", "The archive"},
      {"PKG", "The package and its files"},
      {"MAN", "The manifest"},
      {"ENC", "Encoding and shape of a file"},
      {"HDR", "Headers"},
      {"CSV", "Rows and cells as text"},
      {"DEL", "Bulk and delta"},
      {"IDS", "Ids"},
      {"DUP", "Ids used twice"},
      {"IDN", "Identifiers that a source is told apart by"},
      {"REQ", "Values that a district requires"},
      {"UNQ", "Values that a district wants to be unique"},
      {"REF", "References"},
      {"VAL", "Values"},
      {"LST", "Lists"},
      {"EXC", "Traces of a spreadsheet"},
      {"ORG", "Organizations"},
      {"SES", "Academic sessions"},
      {"CRS", "Courses"},
      {"CLS", "Classes"},
      {"USR", "People"},
      {"ROL", "Roles"},
      {"ENR", "Enrollments"},
      {"LIN", "Line items"},
      {"RES", "Results"},
      {"LOB", "Learning objectives"},
      {"LPF", "What LearnPlatform asks for"},
      {"AMP", "What Amplify asks for"},
  };
  return all;
}

std::string_view effect_of(Severity severity) {
  switch (severity) {
    case Severity::Off:
      return "the rule is not asked";
    case Severity::Info:
      return "good to know; nothing is wrong";
    case Severity::Warning:
      return "worth a look; what it concerns is taken all the same";
    case Severity::Error:
      return "the delivery is invalid; a row with an error is left out";
    case Severity::Refused:
      return "the whole delivery is not taken";
  }
  return "";
}

std::string demanded_by(RuleInfo const& info, std::string (*named)(std::string_view)) {
  if (info.origin == Origin::OneRoster) return "OneRoster.";
  if (info.origin == Origin::Rollbook) return "Rollbook: a house rule. OneRoster does not ask for it.";
  std::vector<std::string> names;
  for (auto const& profile : all_profiles())
    if (Levels(profile).of(rule_of(info)) != Severity::Off) names.push_back(named(profile.name));
  return "A receiver, beyond what OneRoster says; see the profile" + std::string(names.size() == 1 ? " " : "s ") + joined(names) + ".";
}

std::span<DomainWords const> domains() {
  static constexpr DomainWords all[] = {
      {Domain::Rostering, "Rostering", "Who is where, and what they take part in."},
      {Domain::Resources, "Resources", "Which material belongs to whom."},
      {Domain::Gradebook, "Gradebook", "What is graded, and how."},
  };
  return all;
}

std::string versions_of(In in) { return in == In::Both ? "1.1 and 1.2" : in == In::Only11 ? "1.1" : "1.2"; }

std::string_view privacy_in_words(Privacy privacy) {
  switch (privacy) {
    case Privacy::Public:
      return "";
    case Privacy::Personal:
      return "personal";
    case Privacy::Identifier:
      return "points to a person";
    case Privacy::Secret:
      return "secret: never shown";
  }
  return "";
}

bool uses(Field const& field, Vocabulary const& words) {
  return field.words == &words || (&words == &words::boolean && field.type == Type::Boolean) || (&words == &words::grade && field.name == "grades");
}

std::string file_of(Table const& table) { return std::string(table.name) + ".csv"; }
std::string page_of(Table const& table) { return std::string(table.name) + ".md"; }

std::string anchor(std::string_view word) {
  std::string out(word);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

namespace {

std::string words_link(Vocabulary const& words, std::string (*link)(std::string_view, std::string_view)) {
  return link(words.name, "words.md#" + anchor(words.name));
}

}  // namespace

std::string type_in_words(Field const& field, Markup const& markup) {
  auto const [link, code] = markup;
  auto const target = [&, link = link, code = code] {
    auto const& table = table_of(field.refers_to);
    return link(file_of(table), page_of(table)) + (field.target_type.empty() ? "" : " of type " + code(field.target_type));
  };
  switch (field.type) {
    case Type::Guid:
      return field.refers_to == TableId::None ? "id" : "id, the same as in " + target();
    case Type::Ref:
      return "reference to " + target();
    case Type::RefList:
      return "list of references to " + target();
    case Type::String:
      return "text";
    case Type::StringList:
      return uses(field, words::grade) ? "list of texts, usually " + words_link(words::grade, link) : "list of texts";
    case Type::Enum:
      return "a word of " + words_link(*field.words, link);
    case Type::EnumList:
      return "list of words of " + words_link(*field.words, link);
    case Type::TypedIds:
      return "list of " + code("{type:identifier}");
    case Type::Mapping:
      return "list of " + code("{from:to}");
    case Type::Boolean:
      return link("true or false", "words.md#" + anchor(words::boolean.name));
    case Type::Date:
      return "date, " + code("YYYY-MM-DD");
    case Type::DateTime:
      return "time in UTC, " + code("YYYY-MM-DDTHH:MM:SS.sssZ");
    case Type::Year:
      return "year, " + code("YYYY");
    case Type::Int:
      return "whole number";
    case Type::Float:
      return "number";
  }
  return "";
}

std::string need_in_words(Field const& field, Version version, std::string_view stress) {
  if (!is_in(field.in, version)) return "–";
  if (field.need == Need::DeltaOnly) return "in delta files only";
  return is_required(field.need, version) ? std::string(stress) + "required" + std::string(stress) : "optional";
}

}  // namespace rollbook::docs
