// The step in which names of columns and words that deviate are read as meant: proposals from the last delivery.
#include <algorithm>

#include "report/words.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/setup.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_shown = 200;  // rows of each kind; when these are decided the next ones are shown

// Why a name of the sender's cannot stand in the map; "" when it can.
std::string wrong_with_name(std::string_view name) {
  return name.find_first_of(",=") != std::string_view::npos
             ? "It has a comma or an equals sign in it, and the map cannot hold that. Have it changed in the system that exports it."
             : "";
}

Model options(std::vector<std::string> const& possible, std::string const& likely, std::string_view otherwise) {
  Model all = Model::List();
  all.add(choice("", std::string(otherwise), likely.empty()));
  for (auto const& one : possible) all.add(choice(one, one, one == likely));
  return all;
}

Model set_already(store::SourceSettings const& settings, std::string_view name) {
  Model all = Model::List();
  for (auto const& [from, to] : settings.pairs(name)) all.add({{"from", from}, {"to", to}});
  return all;
}

View page(Visit& visit, store::Source const& source, Bundle const& bundle, std::string const& wrong) {
  View view{"setup_columns", "Columns and words"};
  view.crumbs = crumbs_to(visit, source);
  auto const odd_columns = views::odd_columns(bundle, source.settings);
  auto const odd_words = views::odd_words(bundle, source.settings);
  Model columns = Model::List(), words = Model::List();
  for (std::size_t i = 0; i < std::min(odd_columns.size(), most_shown); ++i) {
    auto const& one = odd_columns[i];
    columns.add({{"table", one.table},
                 {"column", one.column},
                 {"key", one.table + "." + one.column},
                 {"likely", one.likely},
                 {"options", options(one.possible, one.likely, "Leave it: it is not taken")},
                 {"cannot", wrong_with_name(one.column)}});
  }
  for (std::size_t i = 0; i < std::min(odd_words.size(), most_shown); ++i) {
    auto const& one = odd_words[i];
    words.add({{"table", one.table},
               {"column", one.column},
               {"word", one.word},
               {"key", one.table + "." + one.column + "." + one.word},
               {"rows", with_separators(one.rows)},
               {"number", one.rows},
               {"likely", one.likely},
               {"options", options(one.possible, one.likely, "Leave it: it is a finding")},
               {"cannot", wrong_with_name(one.word)}});
  }
  auto const& settings = source.settings;
  view.model = {{"steps", steps_model(visit, &source, "columns", true)},
                {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"columns", std::move(columns)},
                {"has_columns", !odd_columns.empty()},
                {"words", std::move(words)},
                {"has_words", !odd_words.empty()},
                {"nothing", odd_columns.empty() && odd_words.empty()},
                {"unreadable", !bundle.version.has_value()},
                {"set_columns", set_already(settings, "map.columns")},
                {"has_set_columns", !settings["map.columns"].empty()},
                {"set_words", set_already(settings, "map.values")},
                {"has_set_words", !settings["map.values"].empty()},
                {"is_live", settings.is("live")},
                {"settings", address_of(visit, source, "settings/words")},
                {"to", address_of(visit, source, "setup/columns")},
                {"next", address_of(visit, source, "setup/rules")},
                {"back", address_of(visit, source)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

// The map with what the form says of more names; an entry of the same name goes.
std::string merged(store::SourceSettings const& settings, std::string_view name, http::Fields const& form, std::string const& kind) {
  auto map = settings.pairs(name);
  auto const from = form.every(kind + ".from"), to = form.every(kind + ".to");
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
    if (to[i].empty() || !wrong_with_name(from[i]).empty()) continue;
    std::erase_if(map, [&](auto const& one) { return one.first == from[i]; });
    map.emplace_back(from[i], to[i]);
  }
  std::string text;
  for (auto const& [left, right] : map) text += (text.empty() ? "" : ",") + left + "=" + right;
  return text;
}

Answer with_delivery(Visit& visit, bool save) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  if (!last) return without_delivery(visit, *source, "columns", "Columns and words", "");
  auto const opened = runs::open_last(visit.hub, *visit.district, *last);
  if (!opened) return without_delivery(visit, *source, "columns", "Columns and words", opened.trouble().text);
  if (!save) return page(visit, *source, opened->bundle, "");
  if (source->settings.is("live"))
    return page(visit, *source, opened->bundle,
                "This source is live: its maps are changed under Settings, where you see first what a change does to the last delivery.");
  store::SettingChanges const changes{{"map.columns", merged(source->settings, "map.columns", visit.form, "column")},
                                      {"map.values", merged(source->settings, "map.values", visit.form, "word")}};
  auto const saved = store::set_source(visit.hub.home.operations(), *visit.district, source->name, changes, visit.hub.actor);
  if (!saved) return page(visit, *source, opened->bundle, saved.trouble().text);
  // A column that is read as meant shows words that nobody could look at before.
  auto const more = !views::odd_words(opened->bundle, saved->settings).empty() && changes[0].second != source->settings["map.columns"];
  return Redirect{address_of(visit, *source, more ? "setup/columns" : "setup/rules"),
                  more ? "Saved. Now that these columns are read, look at the words in them." : "Saved."};
}

}  // namespace

Answer setup_columns(Visit& visit) { return with_delivery(visit, false); }
Answer save_columns(Visit& visit) { return with_delivery(visit, true); }

}  // namespace rollbook::web
