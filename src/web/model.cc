#include "web/model.h"

#include <algorithm>

#include "base/demand.h"
#include "base/json_writer.h"

namespace rollbook::web {
namespace {

void write(JsonWriter& json, Model const& model) {
  if (auto const* truth = model.get<bool>()) {
    json.value(*truth);
  } else if (auto const* number = model.get<std::int64_t>()) {
    json.value(*number);
  } else if (auto const* text = model.get<std::string>()) {
    json.value(std::string_view(*text));
  } else if (auto const* list = model.get<Model::List>()) {
    json.begin_array();
    for (auto const& item : *list) write(json, item);
    json.end_array();
  } else if (auto const* fields = model.get<Model::Fields>()) {
    json.begin_object();
    for (auto const& [name, value] : *fields) {
      json.key(name);
      write(json, value);
    }
    json.end_object();
  } else {
    json.value(nullptr);
  }
}

}  // namespace

Model& Model::operator[](std::string_view field) {
  if (is_nothing()) held_ = Fields();
  auto* const fields = std::get_if<Fields>(&held_);
  demand(fields != nullptr);
  auto const found = std::find_if(fields->begin(), fields->end(), [&](auto const& one) { return one.first == field; });
  if (found != fields->end()) return found->second;
  return fields->emplace_back(std::string(field), Model()).second;
}

void Model::add(Model item) {
  if (is_nothing()) held_ = List();
  auto* const list = std::get_if<List>(&held_);
  demand(list != nullptr);
  list->push_back(std::move(item));
}

Model const* Model::find(std::string_view field) const {
  auto const* const fields = get<Fields>();
  if (fields == nullptr) return nullptr;
  auto const found = std::find_if(fields->begin(), fields->end(), [&](auto const& one) { return one.first == field; });
  return found == fields->end() ? nullptr : &found->second;
}

std::string to_json(Model const& model) {
  std::string out;
  JsonWriter json(out);
  write(json, model);
  return out;
}

}  // namespace rollbook::web
