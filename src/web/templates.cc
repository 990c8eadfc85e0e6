#include "web/templates.h"

#include <fstream>
#include <kainjow/mustache.hpp>
#include <memory>
#include <set>
#include <sstream>
#include <unordered_map>

#include "base/escape.h"
#include "base/text.h"
#include "web/ui_files.h"

namespace rollbook::web {
namespace {

namespace mustache = kainjow::mustache;

constexpr int deepest = 8;  // parts in parts; deeper is a circle

// An empty text is nothing, so that {{#note}} leaves out what is not there; 0 is a number like others.
mustache::data data_of(Model const& model) {
  if (auto const* truth = model.get<bool>()) return mustache::data(*truth);
  if (auto const* number = model.get<std::int64_t>()) return mustache::data(std::to_string(*number));
  if (auto const* text = model.get<std::string>()) return text->empty() ? mustache::data(false) : mustache::data(*text);
  if (auto const* list = model.get<Model::List>()) {
    mustache::data all(mustache::data::type::list);
    for (auto const& item : *list) all.push_back(data_of(item));
    return all;
  }
  if (auto const* fields = model.get<Model::Fields>()) {
    mustache::data all(mustache::data::type::object);
    for (auto const& [name, value] : *fields) all[name] = data_of(value);
    return all;
  }
  return mustache::data(false);
}

// Remembers the names that nobody knew.
class Lookup : public mustache::context<std::string> {
 public:
  mustache::data const* get(std::string const& name) const override {
    auto const* const found = context::get(name);
    if (found == nullptr) unknown.insert(name);
    return found;
  }
  mutable std::set<std::string> unknown;
};

std::string escaped(std::string const& text) {
  std::string out;
  append_html(out, text);
  return out;
}

// Indentation is for whoever writes templates; the reader of a page does not need it, and each space costs the engine a step.
std::string without_indentation(std::string const& text) {
  std::string out;
  out.reserve(text.size());
  for (auto const& line : split(text, '\n')) (out += trimmed(line)) += '\n';
  return out;
}

}  // namespace

Templates::Templates(std::string folder, bool strict) : folder_(std::move(folder)), strict_(strict) {}

Result<std::string> Templates::text_of(std::string const& path) const {
  if (!folder_.empty()) {
    std::ifstream in(folder_ + "/" + path, std::ios::binary);
    if (!in) return Trouble{"There is no template " + folder_ + "/" + path + "."};
    std::ostringstream text;
    text << in.rdbuf();
    return without_indentation(text.str());
  }
  for (auto const& file : ui_files())
    if (file.name == path && file.type == "template") return without_indentation(std::string(file.bytes));
  return Trouble{"There is no template ui/" + path + "."};
}

// {{>part}} becomes the text of the part, {{>page}} that of the page. The engine would read a part again for every row of a table.
Result<std::string> Templates::flat(std::string const& path, std::string const& page, int depth) const {
  if (depth > deepest) return Trouble{"The part " + path + " goes in a circle."};
  auto text = text_of(path);
  if (!text) return text;
  std::string out;
  std::size_t at = 0;
  for (auto mark = text->find("{{>"); mark != std::string::npos; mark = text->find("{{>", at)) {
    auto const end = text->find("}}", mark);
    if (end == std::string::npos) return Trouble{"ui/" + path + ": {{> is not closed."};
    auto const name = std::string(trimmed(std::string_view(*text).substr(mark + 3, end - mark - 3)));
    auto const part = flat(name == "page" ? "pages/" + page + ".html" : "parts/" + name + ".html", page, depth + 1);
    if (!part) return part;
    out.append(*text, at, mark - at).append(*part);
    at = end + 2;
  }
  return out.append(*text, at);
}

Result<std::string> Templates::flat(std::string const& path) const { return flat(path, "", 0); }

Result<std::string> Templates::render(std::string_view page, Model const& page_model, Model const& frame_model, bool framed) const {
  // Read once and kept by each thread: the engine changes a template while it renders it.
  thread_local std::unordered_map<std::string, std::unique_ptr<mustache::mustache>> kept;
  std::string const path = framed ? "frame.html" : "fragment.html";
  auto const key = path + ":" + std::string(page);
  std::unique_ptr<mustache::mustache> fresh;
  auto const found = folder_.empty() ? kept.find(key) : kept.end();
  auto* ready = found == kept.end() ? nullptr : found->second.get();
  if (ready == nullptr) {
    auto const text = flat(path, std::string(page), 0);
    if (!text) return text;
    fresh = std::make_unique<mustache::mustache>(*text);
    if (!fresh->is_valid()) return Trouble{"ui/" + path + " with " + std::string(page) + ": " + fresh->error_message() + "."};
    fresh->set_custom_escape(escaped);
    ready = fresh.get();
    if (folder_.empty()) kept[key] = std::move(fresh);
  }
  auto const frame_data = data_of(frame_model), page_data = data_of(page_model);
  Lookup names;
  names.push(&frame_data);
  names.push(&page_data);
  auto html = ready->render(names);
  if (strict_ && !names.unknown.empty())
    return Trouble{"The template " + std::string(page) + " knows a name that its page does not set: " + *names.unknown.begin() + "."};
  return html;
}

Result<std::string> Templates::alone(std::string const& path, Model const& model, As as) const {
  auto const text = flat(path);
  if (!text) return text;
  mustache::mustache ready(*text);
  if (!ready.is_valid()) return Trouble{"ui/" + path + ": " + ready.error_message() + "."};
  ready.set_custom_escape([as](std::string const& value) { return as == As::Html ? escaped(value) : value; });
  auto const data = data_of(model);
  Lookup names;
  names.push(&data);
  auto out = ready.render(names);
  if (strict_ && !names.unknown.empty()) return Trouble{"The template " + path + " knows a name that is not set: " + *names.unknown.begin() + "."};
  return out;
}

std::vector<std::string> Templates::names() {
  std::vector<std::string> all;
  for (auto const& file : ui_files())
    if (file.type == "template") all.emplace_back(file.name);
  return all;
}

}  // namespace rollbook::web
