// A source is paused, replaced, deactivated or deleted. Each page says what becomes of the records before it does anything.
#include "report/words.h"
#include "runs/planned.h"
#include "runs/source_change.h"
#include "views/source_records.h"
#include "web/days.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

// One such page: what it is, sentence by sentence, and what has to be entered.
struct Act {
  std::string_view rest, title, button;
  bool danger = false;  // to be confirmed by typing the name
};
constexpr Act pausing{"pause", "Pause", "Pause"}, deactivating{"deactivate", "Deactivate", "Deactivate", true}, deleting{"delete", "Delete", "Delete", true},
    replacing{"replace", "Replace this source", "Show what would be handed over", true};

std::string records_in_words(Visit& visit, store::Source const& source) {
  auto const records = views::records_of(visit.hub, *visit.district, source.id);
  std::string all;
  for (auto const& [table, rows] : records) all += (all.empty() ? "" : ", ") + with_separators(rows) + " " + table;
  return all.empty() ? "It has no records in the roster." : "Its records in the roster: " + all + ".";
}

View act_page(Visit& visit, store::Source const& source, Act const& act, std::vector<std::string> const& texts, std::string const& wrong) {
  View view{"source_act", std::string(act.title) + ": " + source.name};
  view.crumbs = crumbs_to(visit, source);
  Model sentences = Model::List();
  for (auto const& text : texts) sentences.add(text);
  view.model = {{"texts", std::move(sentences)},
                {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"to", address_of(visit, source, act.rest)},
                {"until", false},
                {"choices", Model::List()},
                {"has_choices", false},
                {"others", Model::List()},
                {"has_others", false},
                {"nothing", false},
                {"confirm", act.danger ? part({.name = "confirm", .label = "Type the name of the source to confirm: " + source.name, .autocomplete = "off"})
                                       : Model(false)},
                {"danger", act.danger},
                {"button", act.button},
                {"back", address_of(visit, source)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

bool is_confirmed(Visit const& visit, store::Source const& source) { return visit.form["confirm"] == source.name; }
std::string not_confirmed(store::Source const& source) {
  return "The name does not agree. Type \"" + source.name + "\" exactly, or go back. Nothing was done.";
}

// A change of a source is a run like any other: whoever asked looks on.
template <class Page>
Answer looking_on(Visit const& visit, Result<runs::Queued> const& queued, std::string const& what, Page const& page) {
  if (!queued) return page(queued.trouble().text);
  if (queued->failed) return Refusal{503};
  return Redirect{visit.in_district("history/" + std::to_string(queued->run)), what};
}

View pause_page(Visit& visit, store::Source const& source, std::string const& wrong) {
  auto view = act_page(
      visit, source, pausing,
      {"While it is paused, its deliveries are kept and checked, and nothing of them is applied, not even by an approval.",
       "When the pause ends, the newest full delivery and what came after it are taken in order, through the guards. Records stay as they are meanwhile.",
       "A pause takes the place of one that is there already."},
      wrong);
  view.model["until"] = part({.name = "until",
                              .label = "Last day of the pause",
                              .type = "date",
                              .value = std::string(visit.form["until"]),
                              .hint = "Empty: until you end it. The day is one of the district's time zone, " + visit.district->time_zone + ".",
                              .required = false});
  return view;
}

View deactivate_page(Visit& visit, store::Source const& source, std::string const& wrong) {
  return act_page(visit, source, deactivating,
                  {"It takes no deliveries any more, and those that wait for a decision are discarded.", records_in_words(visit, source),
                   "All of them stay in the roster, without an owner, until another source that brings the same ids adopts them. Nothing is removed.",
                   "It can be taken back: undo the run in Data Sync History."},
                  wrong);
}

View delete_page(Visit& visit, store::Source const& source, std::string const& wrong) {
  auto view = act_page(visit, source, deleting,
                       {"The source is forgotten and its name is free again; Data Sync History keeps what it brought.", records_in_words(visit, source),
                        "Better than deleting a system that was exchanged is to replace it: then its records, with their history, become the new one's."},
                       wrong);
  auto const with = visit.form["records"] == "remove";
  view.model["has_choices"] = true;
  view.model["choices"].add({{"value", "keep"},
                             {"label", "Keep its records"},
                             {"doc", "They stay in the roster without an owner, until a source that brings the same ids adopts them. Done at once."},
                             {"selected", !with}});
  view.model["choices"].add(
      {{"value", "remove"},
       {"label", "Remove its records too"},
       {"doc", "All records that only this source has leave the roster. A preview shows them, and nothing is removed before you approve it."},
       {"selected", with}});
  return view;
}

View replace_page(Visit& visit, store::Source const& source, std::string const& wrong) {
  auto view = act_page(visit, source, replacing,
                       {"Another source takes the place of " + source.name +
                            ": records that match become the new one's, and keep their history, all edits and their keys even where ids change.",
                        "What matches is looked up in the newest delivery of the new source: by sourcedId, or by the columns that identify people, classes and "
                        "schools. You see what matches and what does not; nothing happens before you approve it.",
                        "While a term is running this is highly disruptive: do it between terms.", records_in_words(visit, source)},
                       wrong);
  Model others = Model::List();
  bool any = false;
  for (auto const& other : sources_here(visit)) {
    if (other.id == source.id || !other.is_active()) continue;
    any = true;
    others.add(choice(std::to_string(other.id), other.name + (last_delivery_of(visit, other) ? "" : " (no delivery yet)"),
                      std::to_string(other.id) == visit.form["new"]));
  }
  view.model["others"] = std::move(others);
  view.model["has_others"] = any;
  view.model["nothing"] =
      any ? Model(false)
          : empty("apps", "There is no other source yet", "Activate the new one first, and upload a delivery to it: it stays a trial until this is done.",
                  visit.in_district("gallery"), "Application Gallery");
  return view;
}

// The source of the route, when it still takes deliveries.
std::optional<store::Source> active_source(Visit const& visit) {
  auto source = source_of_route(visit);
  return source && source->is_active() ? source : std::nullopt;
}

}  // namespace

Answer pause_source(Visit& visit) {
  auto const source = active_source(visit);
  return source ? Answer(pause_page(visit, *source, "")) : Refusal{404};
}

Answer do_pause_source(Visit& visit) {
  auto const source = active_source(visit);
  if (!source) return Refusal{404};
  store::Range range;
  range.source = source->id;
  range.kind = store::RangeKind::Paused;
  if (!read_day(visit.form["until"], range.last_day)) return pause_page(visit, *source, "The last day is no day. Write it like 2026-08-31, or leave it empty.");
  if (range.last_day && *range.last_day < visit.hub.today) return pause_page(visit, *source, "The last day is over already.");
  auto const added = store::add_range(visit.hub.home.operations(), *visit.district, range, visit.hub.actor);
  if (!added) return pause_page(visit, *source, added.trouble().text);
  return Redirect{address_of(visit, *source), source->name + " is paused " + store::days_of(*added) + "."};
}

Answer resume_source(Visit& visit) {
  auto const source = active_source(visit);
  if (!source) return Refusal{404};
  auto const runs = runs::end_pause(visit.hub, *visit.district, *source);
  if (!runs) return Redirect{address_of(visit, *source), runs.trouble().text};
  auto const to = runs->size() == 1 ? visit.in_district("history/" + std::to_string(runs->front())) : address_of(visit, *source);
  return Redirect{to, source->name + " goes on. " + queued_meanwhile(*runs)};
}

Answer deactivate_source(Visit& visit) {
  auto const source = active_source(visit);
  return source ? Answer(deactivate_page(visit, *source, "")) : Refusal{404};
}

Answer do_deactivate_source(Visit& visit) {
  auto const source = active_source(visit);
  if (!source) return Refusal{404};
  if (!is_confirmed(visit, *source)) return deactivate_page(visit, *source, not_confirmed(*source));
  return looking_on(visit, runs::queue_deactivation(visit.hub, *visit.district, *source), source->name + " will be deactivated by this run. Its records stay.",
                    [&](std::string const& wrong) { return deactivate_page(visit, *source, wrong); });
}

Answer delete_source(Visit& visit) {
  auto const source = source_of_route(visit);
  return source ? Answer(delete_page(visit, *source, "")) : Refusal{404};
}

Answer do_delete_source(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source) return Refusal{404};
  if (!is_confirmed(visit, *source)) return delete_page(visit, *source, not_confirmed(*source));
  bool const with = visit.form["records"] == "remove";
  return looking_on(visit, runs::queue_deletion(visit.hub, *visit.district, *source, with),
                    with ? "This run finds out which records would be removed with " + source->name + ". Nothing is removed before you approve it."
                         : source->name + " will be deleted by this run. Its records stay in the roster, without an owner.",
                    [&](std::string const& wrong) { return delete_page(visit, *source, wrong); });
}

Answer replace_source(Visit& visit) {
  auto const source = active_source(visit);
  return source ? Answer(replace_page(visit, *source, "")) : Refusal{404};
}

Answer do_replace_source(Visit& visit) {
  auto const source = active_source(visit);
  if (!source) return Refusal{404};
  std::optional<store::Source> next;
  for (auto const& other : sources_here(visit))
    if (std::to_string(other.id) == visit.form["new"] && other.id != source->id && other.is_active()) next = other;
  if (!next) return replace_page(visit, *source, "Choose the source that takes its place.");
  if (!is_confirmed(visit, *source)) return replace_page(visit, *source, not_confirmed(*source));
  return looking_on(visit, runs::queue_replacement(visit.hub, *visit.district, *source, *next),
                    "This run finds out what matches between " + source->name + " and " + next->name + ". Nothing changes before you approve it.",
                    [&](std::string const& wrong) { return replace_page(visit, *source, wrong); });
}

}  // namespace rollbook::web
