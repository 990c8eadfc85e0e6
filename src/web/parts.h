// Models of the parts in ui/parts: each sets every name that its part knows.
#pragma once

#include <string>
#include <string_view>

#include "web/model.h"

namespace rollbook::web {

// {{#email}}{{>field}}{{/email}}: a labelled field of a form.
struct FormField {
  std::string_view name, label, type = "text";
  std::string value = {}, hint = {}, wrong = {};  // `wrong`: what is the matter with what was entered
  std::string_view autocomplete = {};
  bool required = true;
};
Model part(FormField const& field);

// Sets {{#password}}{{>field}}{{/password}} and {{#again}}{{>field}}{{/again}}: a new password, typed twice.
void set_new_password(Model& model, std::string hint = "At least 12 characters. A sentence is easy to remember.");

// {{#note}}{{>alert}}{{/note}}: kind "success", "info", "warning", "danger" or "held".
Model alert(std::string_view kind, std::string text);

// {{#state}}{{>tag}}{{/state}}: an icon, a word and a colour. `kind`: "ok", "info", "warning", "error", "held" or "" for quiet ones.
Model tag(std::string_view kind, std::string_view icon, std::string word);

// {{#empty}}{{>empty}}{{/empty}}: nothing here yet, and what to do next. Without `to` there is no button.
Model empty(std::string_view icon, std::string what, std::string how, std::string to = {}, std::string title = {});

// {{#choices}}<option …>: one of a list.
Model choice(std::string_view value, std::string label, bool selected);

}  // namespace rollbook::web
