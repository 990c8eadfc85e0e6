// One receiver: what it gets, when, and what it got; and what can be done: make an export, pause, end.
#include "report/words.h"
#include "runs/hand_on.h"
#include "runs/sftp.h"
#include "store/exports.h"
#include "store/receiver_secrets.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t exports_of_a_page = 30;

Model lines_of(Visit& visit, std::vector<store::Export> const& made, Sheet& sheet) {
  Model lines = Model::List();
  for (auto const& one : made) {
    auto const when = views::local_time(one.created, visit.district->time_zone).text();
    lines.add({{"id", one.id},
               {"to", export_address(visit, one.id)},
               {"when", when},
               {"who", one.who},
               {"outcome", export_tag(one)},
               {"rows", number(one.rows)},
               {"left_out", number(one.left_out)}});
    sheet.rows.push_back({"E" + std::to_string(one.id), when, one.who, one.outcome, std::to_string(one.revision), std::to_string(one.rows),
                          std::to_string(one.left_out), one.counts});
  }
  return lines;
}

// What is set and stands nowhere else on the page, as the form for it calls it.
Model settings_in_words(store::Receiver const& receiver, bool& any) {
  struct Words {
    std::string_view name, title, value;  // no value: what is set is shown
  };
  static constexpr Words all[] = {{"others", "Columns that nobody chose", "handed on as they are"},
                                  {"schools", "Only these schools", ""},
                                  {"grades", "Only people of these grades", ""},
                                  {"roles", "Only people in these roles", ""},
                                  {"sessions", "Only these academic sessions", ""},
                                  {"active-only", "Disabled accounts and what is over", "left out"},
                                  {"require", "App Rules: must be filled", ""},
                                  {"unique", "App Rules: must be unique", ""},
                                  {"profile", "Profile that the files have to meet", ""},
                                  {"left-out-columns", "Columns that are left out", "are there without values"},
                                  {"empty-files", "Tables without rows", "have a file with a header"},
                                  {"zip-name", "Name of the zip", ""}};
  Model settings = Model::List();
  for (auto const& one : store::receiver_setting_list())
    for (auto const& words : all)
      if (auto const value = receiver.value(one.name); words.name == one.name && value != one.fallback) {
        settings.add({{"name", words.title}, {"value", words.value.empty() ? value : std::string(words.value)}});
        any = true;
      }
  return settings;
}

View page_of(Visit& visit, store::Receiver const& receiver, std::string const& wrong) {
  View view{"receiver", receiver.name};
  view.crumbs = {{"Application Gallery", visit.in_district("gallery")}};
  Sheet sheet{"exports-of-" + std::to_string(receiver.id), {"number", "when", "who", "outcome", "revision", "rows", "left out", "tables"}, {}};
  auto const before = visit.query["before"];
  auto const below = before.empty() ? std::optional<std::int64_t>() : std::strtoll(std::string(before).c_str(), nullptr, 10);
  auto made = store::newest_exports(visit.hub.home.operations(), visit.district->id, {.receiver = receiver.id}, below, exports_of_a_page + 1);
  bool const more = made.size() > exports_of_a_page;
  if (more) made.pop_back();
  auto const policy = store::policy_of(receiver.kind, receiver.settings);
  bool const ended = receiver.state == "ended";
  auto const here = address_of(visit, receiver);
  bool has_settings = false;
  auto settings = settings_in_words(receiver, has_settings);
  bool const to_folder = receiver.value("delivery") == "folder", to_sftp = receiver.value("delivery") == "sftp";
  view.model = {
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"state", state_tag(receiver, visit.hub.today)},
      {"name", receiver.name},
      {"kind", store::receiver_kind(receiver.kind)->title},
      {"created", views::local_time(receiver.created, visit.district->time_zone).text()},
      {"until", receiver.value("until")},
      {"when_made", when_in_words(receiver)},
      {"next", next_time(visit, receiver)},
      {"delivery", to_folder ? "into a folder of the server, as its operator has set it up"
                   : to_sftp ? "pushed to the SFTP server " + receiver.value("sftp-host")
                             : "a person fetches the file from the page of the export"},
      {"sftp", to_sftp && !ended ? address_of(visit, receiver, "sftp") : ""},
      {"no_sftp", to_sftp ? runs::missing_for_sftp(runs::sftp_place_of(receiver), store::has_receiver_secret(visit.hub.home.operations(), receiver.id)) : ""},
      {"preview", ended ? "" : address_of(visit, receiver, "preview")},
      {"no_folder", to_folder && runs::exports_folder().empty()},
      {"settings", std::move(settings)},
      {"has_settings", has_settings},
      {"policy", policy ? policy_model(*policy) : Model(false)},
      {"edit", ended ? "" : address_of(visit, receiver, "settings")},
      {"run", receiver.why_nothing(visit.hub.today).empty() ? address_of(visit, receiver, "run") : ""},
      {"pause", receiver.state == "active" ? address_of(visit, receiver, "pause") : ""},
      {"resume", receiver.state == "paused" ? address_of(visit, receiver, "resume") : ""},
      {"end", ended ? "" : address_of(visit, receiver, "end")},
      {"exports", lines_of(visit, made, sheet)},
      {"has_exports", !made.empty()},
      {"csv", here + ".csv"},
      {"newer", below ? here : ""},
      {"older", more ? address(here, {{"before", std::to_string(made.back().id)}}) : ""},
      {"disclosures", visit.in_district("disclosures")}};
  view.sheet = std::move(sheet);
  if (!wrong.empty()) view.status = 422;
  return view;
}

Answer set_state(Visit& visit, store::Receiver const& receiver, std::string const& state, std::string const& said) {
  if (auto const trouble = store::set_receiver_state(visit.hub.home.operations(), *visit.district, receiver.id, state, visit.hub.actor))
    return page_of(visit, receiver, trouble->text);
  return Redirect{address_of(visit, receiver), said};
}

View end_page(Visit const& visit, store::Receiver const& receiver, std::string const& wrong) {
  View view{"receiver_end", "End the sharing: " + receiver.name};
  view.crumbs = crumbs_to(visit, receiver);
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"to", address_of(visit, receiver, "end")},
                {"confirm", part({.name = "confirm", .label = "Type the name of the receiver to confirm: " + receiver.name, .autocomplete = "off"})},
                {"back", address_of(visit, receiver)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer receiver_page(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  return page_of(visit, *receiver, "");
}

Answer run_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  auto const queued = runs::queue_hand_on(visit.hub, *visit.district, *receiver);
  if (!queued) return page_of(visit, *receiver, queued.trouble().text);
  return Redirect{export_address(visit, *queued), "The export is in the queue."};
}

Answer pause_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  return set_state(visit, *receiver, "paused", "The sharing with " + receiver->name + " is paused: nothing is handed on until you go on.");
}

Answer resume_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  return set_state(visit, *receiver, "active", "The sharing with " + receiver->name + " goes on.");
}

Answer end_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  return end_page(visit, *receiver, "");
}

Answer do_end_receiver(Visit& visit) {
  auto const receiver = receiver_of_route(visit);
  if (!receiver) return Refusal{404};
  if (visit.form["confirm"] != receiver->name)
    return end_page(visit, *receiver, "The name does not agree. Type \"" + receiver->name + "\" exactly, or go back. Nothing was done.");
  return set_state(visit, *receiver, "ended", "The sharing with " + receiver->name + " has ended. What it got stays in the history.");
}

}  // namespace rollbook::web
