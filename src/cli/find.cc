// rollbook find: the same search as that of the portal.
#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "report/words.h"
#include "runs/look.h"
#include "runs/search.h"
#include "views/labels.h"

namespace rollbook::cli {
namespace {

std::string as_json(runs::SearchResult const& result, views::Labels& labels) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("known", result.state.known).field("newest", result.state.newest).key("tables").begin_object();
  for (auto const& found : result.tables) {
    json.key(table_of(found.table).name).begin_object().field("more", found.more).key("records").begin_array();
    for (auto const key : found.keys)
      json.begin_object().field("sourcedId", labels.id(found.table, key)).field("name", labels.name(found.table, key)).end_object();
    json.end_array().end_object();
  }
  json.end_object().key("notFound").begin_array();
  for (auto const& item : result.not_found) json.value(item);
  json.end_array().end_object();
  return out + "\n";
}

std::string as_text(runs::SearchResult const& result, views::Labels& labels) {
  std::string out;
  for (auto const& found : result.tables) {
    if (found.keys.empty()) continue;
    out += std::string(table_of(found.table).name) + ": " + (found.more ? "more than " : "") + std::to_string(found.keys.size()) + "\n";
    for (auto const key : found.keys) out += "  " + visible(labels.id(found.table, key)) + "  " + visible(labels.name(found.table, key)) + "\n";
  }
  for (auto const& item : result.not_found) out += "not found: " + visible(item) + "\n";
  if (!result.left.empty()) out += "not looked for, because the list is too long: the last " + std::to_string(result.left.size()) + "\n";
  return out.empty() ? "Nothing was found.\n" : out;
}

}  // namespace

int run_find(HubArguments const& arguments, RunArguments const& given, std::vector<std::string> const& words, bool rebuild) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto roster = runs::open_roster(hub, district);
    if (!roster) return complain(roster.trouble().text);
    if (rebuild)
      if (auto const trouble = runs::forget_index(**roster)) return complain(trouble->text);
    if (auto const trouble = runs::index_all(**roster)) return complain(trouble->text);
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : " ") + word;
    if (text.empty()) return rebuild ? exit_fine : complain("Say what to find.");
    auto const result = runs::search(**roster, text);
    views::Labels labels(**roster);
    auto const out = arguments.format == "json" ? as_json(result, labels) : as_text(result, labels);
    if ((*roster)->trouble()) return complain((*roster)->trouble()->text);
    std::fwrite(out.data(), 1, out.size(), stdout);
    bool any = false;
    for (auto const& found : result.tables) any |= !found.keys.empty();
    return any ? exit_fine : exit_told;
  });
}

}  // namespace rollbook::cli
