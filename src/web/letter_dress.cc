#include "web/letter_dress.h"

#include "web/templates.h"

namespace rollbook::web {
namespace {

Model model_of(letters::Words const& words) {
  Model facts = Model::List(), causes = Model::List();
  for (auto const& [label, value] : words.facts) facts.add({{"label", label}, {"value", value}});
  for (auto const& cause : words.causes) causes.add({{"text", cause}});
  return {{"subject", words.subject},
          {"what", words.what},
          {"todo", words.todo},
          {"when", words.when},
          {"has_facts", !words.facts.empty()},
          {"facts", std::move(facts)},
          {"has_causes", !words.causes.empty()},
          {"causes", std::move(causes)},
          {"link", words.link},
          {"link_title", words.link_title},
          {"reminder", words.reminder},
          {"wishes", words.wishes}};
}

}  // namespace

Result<letters::Dressed> dress_letter(letters::Words const& words, std::string const& ui_folder) {
  Templates const templates(ui_folder, true);
  auto const model = model_of(words);
  auto text = templates.alone("letters/letter.txt", model, Templates::As::Text);
  if (!text) return text.trouble();
  auto html = templates.alone("letters/letter.html", model, Templates::As::Html);
  if (!html) return html.trouble();
  return letters::Dressed{std::move(*text), std::move(*html)};
}

}  // namespace rollbook::web
