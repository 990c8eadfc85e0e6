#include "web/parts.h"

namespace rollbook::web {

Model part(FormField const& field) {
  std::string const name(field.name);
  std::string described = field.hint.empty() ? "" : name + "-hint";
  if (!field.wrong.empty()) described += (described.empty() ? "" : " ") + name + "-wrong";
  return {{"name", name},
          {"label", field.label},
          {"type", field.type},
          {"value", field.value},
          {"hint", field.hint},
          {"wrong", field.wrong},
          {"autocomplete", field.autocomplete},
          {"required", field.required},
          {"described", described}};
}

void set_new_password(Model& model, std::string hint) {
  model["password"] = part({.name = "password", .label = "New password", .type = "password", .hint = std::move(hint), .autocomplete = "new-password"});
  model["again"] = part({.name = "again", .label = "The same password again", .type = "password", .autocomplete = "new-password"});
}

Model alert(std::string_view kind, std::string text) {
  auto const urgent = kind == "danger";
  auto const icon = kind == "success" ? "ok" : kind == "danger" ? "error" : kind;
  return {{"kind", kind}, {"icon", icon}, {"role", urgent ? "alert" : "status"}, {"text", std::move(text)}};
}

Model tag(std::string_view kind, std::string_view icon, std::string word) { return {{"kind", kind}, {"icon", icon}, {"word", std::move(word)}}; }

Model empty(std::string_view icon, std::string what, std::string how, std::string to, std::string title) {
  return {{"icon", icon}, {"what", std::move(what)}, {"how", std::move(how)}, {"to", std::move(to)}, {"title", std::move(title)}};
}

Model choice(std::string_view value, std::string label, bool selected) { return {{"value", value}, {"label", std::move(label)}, {"selected", selected}}; }

}  // namespace rollbook::web
