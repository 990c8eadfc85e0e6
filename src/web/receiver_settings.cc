// A receiver is activated, and set up: tables, then what becomes of each of their columns, then who is in it and when it is made.
#include <algorithm>

#include "base/text.h"
#include "report/words.h"
#include "rules/profile.h"
#include "schema/words.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

using store::Treatment;

std::string id_of(std::string_view name) {
  std::string id(name);
  std::replace(id.begin(), id.end(), '.', '-');
  return id;
}

Model table_choices(store::ReceiverKind const& kind, store::Policy const& policy) {
  Model all = Model::List();
  for (auto const* table : all_tables)
    if (is_in(table->in, kind.version) && !kind.flat)
      all.add({{"name", table->name}, {"title", table_in_words(table->name)}, {"selected", policy.has(table->id)}, {"doc", table->doc}});
  return all;
}

// What would become of the columns if nobody had said anything of them.
Result<store::Policy> usual_policy(store::ReceiverKind const& kind, store::ReceiverSettings settings) {
  settings.erase("attributes");
  return store::policy_of(kind.name, settings);
}

// The columns of a table are folded away until one of them differs from what is usual. Something wrong may be in any of them.
Model attribute_tables(store::ReceiverKind const& kind, store::Policy const& policy, Result<store::Policy> const& usual, bool is_wrong) {
  Model tables = Model::List();
  for (auto const* table : all_tables) {
    if (!policy.has(table->id)) continue;
    Model columns = Model::List();
    std::size_t shown = 0;
    bool open = is_wrong || !usual || !usual->has(table->id);
    for (std::size_t f = 0; f < table->fields.size(); ++f) {
      auto const all = store::possible(kind, *table, f);
      if (all.size() < 2) continue;
      auto const name = std::string(table->name) + "." + std::string(table->fields[f].name);
      Model options = Model::List();
      for (auto const as : all) options.add(choice(store::name_of(as), capitalized(treatment_in_words(as)), as == policy.of(table->id, f)));
      columns.add(
          {{"name", name}, {"id", "as-" + id_of(name)}, {"label", table->fields[f].name}, {"doc", table->fields[f].doc}, {"options", std::move(options)}});
      open |= usual && policy.of(table->id, f) != usual->of(table->id, f);
      ++shown;
    }
    if (shown > 0) tables.add({{"title", table_in_words(table->name)}, {"open", open}, {"count", with_separators(shown)}, {"columns", std::move(columns)}});
  }
  return tables;
}

Model words_of(std::string_view name, std::string_view label, store::ReceiverSettings const& settings, std::string_view hint) {
  return {{"name", name}, {"label", label}, {"value", store::value_of(settings, name)}, {"hint", hint}};
}

Model radios(std::string_view name, std::string_view label, store::ReceiverSettings const& settings,
             std::vector<std::pair<std::string, std::string>> const& all) {
  Model options = Model::List();
  for (auto const& [value, words] : all)
    options.add({{"value", value}, {"id", std::string(name) + "-" + value}, {"label", words}, {"selected", store::value_of(settings, name) == value}});
  return {{"name", name}, {"label", label}, {"options", std::move(options)}};
}

// Which way a receiver wants it: the words before the time, or "every".
std::string way_of(std::string const& when) {
  if (when.starts_with("every-")) return "every";
  return when.substr(0, when.find('@'));
}

Model when_model(Visit const& visit, store::ReceiverSettings const& settings) {
  auto const when = store::value_of(settings, "when");
  auto const way = way_of(when);
  Model ways = Model::List(), hours = Model::List();
  for (auto const& [value, words] : std::initializer_list<std::pair<std::string, std::string>>{{"by-hand", "By hand"},
                                                                                               {"after-each-run", "After each run that changes the roster"},
                                                                                               {"daily", "Every day at a time"},
                                                                                               {"weekdays", "From Monday to Friday at a time"},
                                                                                               {"every", "Every so many hours, from midnight"}})
    ways.add({{"value", value}, {"id", "when-" + value}, {"label", words}, {"selected", value == way}});
  for (std::string const n : {"1", "2", "3", "4", "6", "8", "12"})
    hours.add(choice(n, n == "1" ? "Every hour" : "Every " + n + " hours", when == "every-" + n + "-hours" || (way != "every" && n == "6")));
  auto const at = when.find('@');
  return {{"ways", std::move(ways)},
          {"hours", std::move(hours)},
          {"time", at == std::string::npos ? "06:00" : when.substr(at + 1)},
          {"zone", visit.district->time_zone}};
}

// daily and a time, every and a number: as the setting is written.
std::string when_of_form(Visit const& visit) {
  std::string const way(visit.form["when"]);
  if (way == "daily" || way == "weekdays") return way + "@" + std::string(visit.form["when-time"]);
  if (way == "every") return "every-" + std::string(visit.form["when-hours"]) + "-hours";
  return way;
}

View form_page(Visit const& visit, store::Receiver const& receiver, store::ReceiverSettings const& settings, std::string const& wrong) {
  auto const& kind = *store::receiver_kind(receiver.kind);
  auto policy = store::policy_of(receiver.kind, settings);
  if (!policy) policy = store::policy_of(receiver.kind, receiver.settings);
  View view{"receiver_settings", "What " + receiver.name + " gets"};
  view.crumbs = crumbs_to(visit, receiver);
  Model texts = Model::List(), choices = Model::List(), profiles = Model::List();
  texts.add(words_of("schools", "Only these schools", settings, "sourcedIds with commas between; empty: all"));
  texts.add(words_of("grades", "Only people of these grades", settings, "Like 09,10; empty: all. Who has no grade stays in"));
  texts.add(words_of("roles", "Only people in these roles", settings, "Like student,teacher; empty: all"));
  texts.add(words_of("sessions", "Only these academic sessions", settings, "sourcedIds with commas between; empty: all. Those below them come along"));
  texts.add(words_of("require", "App Rules: must be filled", settings,
                     "Columns like users.email with commas between. Rows without it are left out, with what depends on them"));
  texts.add(words_of("unique", "App Rules: must be unique", settings,
                     "Columns with commas between. Rows that share a value are left out, with what depends on them"));
  texts.add(words_of("zip-name", "Name of the zip", settings, "Empty: roster.zip"));
  texts.add(words_of("until", "Last day of the sharing", settings, "YYYY-MM-DD; empty: until you end it"));
  choices.add(radios("active-only", "Disabled accounts and what is over", settings, {{"no", "Handed on too"}, {"yes", "Left out"}}));
  choices.add(radios("left-out-columns", "Columns that are left out", settings, {{"absent", "Are not in the file"}, {"blank", "Are there without values"}}));
  if (!kind.flat)
    choices.add(radios("empty-files", "Tables without rows", settings, {{"absent", "Have no file"}, {"header-only", "Have a file with a header"}}));
  choices.add(radios("delivery", "How it is delivered", settings,
                     {{"download", "A person fetches the file"},
                      {"folder", "It is written into the folder that the operator of the server has named"},
                      {"sftp", "It is pushed to the SFTP server of the receiver"}}));
  for (auto const& profile : all_profiles())
    profiles.add(choice(profile.name, std::string(profile.name), profile.name == store::value_of(settings, "profile")));
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"to", address_of(visit, receiver, "settings")},
                {"flat", kind.flat},
                {"tables", table_choices(kind, *policy)},
                {"attributes", attribute_tables(kind, *policy, usual_policy(kind, settings), !wrong.empty())},
                {"texts", std::move(texts)},
                {"choices", std::move(choices)},
                {"when", when_model(visit, settings)},
                {"profiles", std::move(profiles)},
                {"back", address_of(visit, receiver)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

// What the form brought. Of tables that were not on it, columns keep what they have.
store::ReceiverSettings settings_of_form(Visit const& visit, store::Receiver const& receiver) {
  auto const& kind = *store::receiver_kind(receiver.kind);
  auto settings = receiver.settings;
  for (auto const& one : store::receiver_setting_list())
    if (visit.form.has(std::string(one.name)) && one.name != "tables" && one.name != "attributes") {
      std::string bare;
      for (auto const c : visit.form[std::string(one.name)])
        if (c != ' ' && c != '\r' && c != '\n') bare += c;
      settings[std::string(one.name)] = bare;
    }
  if (visit.form.has("when")) settings["when"] = when_of_form(visit);
  if (!kind.flat && visit.form.has("table")) {
    auto const tables = visit.form.every("table");
    settings["tables"] = joined_by_commas({tables.begin(), tables.end()});
  }
  std::map<std::string, std::string> attributes;
  for (auto const& pair : split(store::value_of(settings, "attributes"), ','))
    attributes[pair.substr(0, pair.find('='))] = pair.substr(std::min(pair.find('=') + 1, pair.size()));
  for (auto const* table : all_tables)
    for (auto const& field : table->fields) {
      auto const name = std::string(table->name) + "." + std::string(field.name);
      if (visit.form.has("as." + name)) attributes[name] = visit.form["as." + name];
    }
  std::vector<std::string> pairs;
  for (auto const& [name, as] : attributes) pairs.push_back(name + "=" + as);
  settings["attributes"] = joined_by_commas(pairs);
  return settings;
}

store::ReceiverKind const* kind_of_route(Visit const& visit) { return visit.parts.size() < 2 ? nullptr : store::receiver_kind(visit.parts[1]); }

View activate_page(Visit const& visit, store::ReceiverKind const& kind, std::string const& wrong) {
  View view{"receiver_activate", "Activate " + std::string(kind.title)};
  view.crumbs = {{"Application Gallery", visit.in_district("gallery")}};
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"what", kind.what},
                {"needs", kind.needs},
                {"to", visit.in_district("gallery/share/" + std::string(kind.name))},
                {"name", part({.name = "name",
                               .label = "Name of the receiver",
                               .value = std::string(visit.form["name"]),
                               .hint = "As people here call it. It cannot be changed later.",
                               .autocomplete = "off"})},
                {"until", part({.name = "until",
                                .label = "Last day of the sharing",
                                .type = "date",
                                .value = std::string(visit.form["until"]),
                                .hint = "As the agreement with the receiver says. Empty: until you end it.",
                                .required = false})},
                {"back", visit.in_district("gallery")}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer activate_receiver(Visit& visit) {
  auto const* kind = kind_of_route(visit);
  if (kind == nullptr) return Refusal{404};
  return activate_page(visit, *kind, "");
}

Answer do_activate_receiver(Visit& visit) {
  auto const* kind = kind_of_route(visit);
  if (kind == nullptr) return Refusal{404};
  store::ReceiverChanges changes;
  if (!visit.form["until"].empty()) changes.emplace_back("until", visit.form["until"]);
  auto const added =
      store::add_receiver(visit.hub.home.operations(), *visit.district, std::string(visit.form["name"]), std::string(kind->name), changes, visit.hub.actor);
  if (!added) return activate_page(visit, *kind, added.trouble().text);
  return Redirect{address_of(visit, *added, "settings"), added->name + " is activated. It gets nothing before you make an export."};
}

Answer edit_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver || receiver->state == "ended") return Refusal{404};
  return form_page(visit, *receiver, receiver->settings, "");
}

Answer save_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver || receiver->state == "ended") return Refusal{404};
  auto const wanted = settings_of_form(visit, *receiver);
  store::ReceiverChanges changes;
  for (auto const& [name, value] : wanted)
    if (value != receiver->value(name)) changes.emplace_back(name, value);
  auto const saved = store::set_receiver(visit.hub.home.operations(), *visit.district, receiver->id, changes, visit.hub.actor);
  if (!saved) return form_page(visit, *receiver, wanted, saved.trouble().text + " Nothing is saved.");
  return Redirect{address_of(visit, *receiver), changes.empty() ? "" : "Saved. The next export follows it."};
}

}  // namespace rollbook::web
