// A record: its fields, who set each of them and when, what it was before, and all that refers to it; now, or as of a day.
#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/text.h"
#include "report/words.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "runs/trace.h"
#include "views/local_time.h"
#include "views/related.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/chosen_school.h"
#include "web/long_sheet.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/record_scope.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t rows_of_a_list = 20, rows_of_a_page = 50, rows_of_a_piece = 1000, most_events = 50;

struct Wanted {
  TableId table = TableId::Users;
  std::string id;
  std::uint32_t key = 0;
  std::string as_of;                     // a day, or ""
  std::optional<std::int64_t> revision;  // of that day
  bool people_words = false;
};

// The last revision that was applied on or before a day, as the district counts days; 0 when there was none. Nothing: it is no day.
std::optional<std::int64_t> revision_of_day(store::Database& roster, std::string const& day, std::string const& zone) {
  auto const next = views::day_after(day);
  auto const end = next.empty() ? std::string() : views::beginning_of_day(next, zone);
  if (end.empty()) return std::nullopt;
  std::int64_t newest = 0;
  auto rows = roster.prepare("SELECT number, at FROM revisions ORDER BY number");
  while (rows->step())
    if (rows->text(1) < end) newest = rows->integer(0);
  return newest;
}

std::int32_t number_of_day(std::string const& day) {
  std::int32_t number = 0;
  for (auto const c : day)
    if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
  return number;
}

// What a person sees of a record: values of fields that point to others, only as far as they may see those.
class Showing {
 public:
  Showing(Visit& visit, store::Database& roster, RecordScope& scope, Wanted const& wanted) : visit_(visit), roster_(roster), scope_(scope), wanted_(wanted) {}

  Model fields(runs::TracedRecord const& record, Sheet& sheet) {
    Model list = Model::List();
    auto const& table = table_of(wanted_.table);
    for (auto const& field : record.fields) add(field, table.fields[field_index(table, field.name)].refers_to, list, sheet);
    for (auto const& field : record.metadata) add(field, TableId::None, list, sheet);
    return list;
  }

 private:
  void add(runs::TracedField const& field, TableId refers_to, Model& list, Sheet& sheet) {
    Model links = Model::List(), history = Model::List();
    auto const value = seen_of(refers_to, field.value, &links);
    auto const& origin = field.origin;
    std::size_t told = 0;
    for (auto event = field.events.rbegin(); event != field.events.rend() && told < most_events; ++event, ++told)
      history.add({{"what", event->removed         ? "taken back"
                            : event->value.empty() ? "cleared"
                                                   : ""},
                   {"value", seen_of(refers_to, event->value, nullptr)},
                   {"by", words_of(*event)},
                   {"run", event->run},
                   {"to", run_to(event->run)},
                   {"at", at_of(*event)}});
    auto const from = !origin ? std::string() : words_of(*origin);
    auto const name = wanted_.people_words ? field_in_words(field.name) : field.name;
    list.add({{"name", name},
              {"field", field.name},
              {"value", value},
              {"links", std::move(links)},
              {"is_reference", refers_to != TableId::None && !value.empty()},
              {"origin", from},
              {"run", !origin ? Model(false) : Model(origin->run)},
              {"to", !origin ? "" : run_to(origin->run)},
              {"at", !origin ? "" : at_of(*origin)},
              {"line", origin && origin->line ? Model(*origin->line) : Model(false)},
              {"several", field.events.size() > 1},
              {"changes", field.events.size()},
              {"history", std::move(history)}});
    sheet.rows.push_back({name, value, from, !origin ? "" : std::to_string(origin->run), !origin ? "" : at_of(*origin)});
  }

  std::string words_of(runs::FieldEvent const& event) const {
    auto words = event.file.empty() ? event.source : event.file + (event.line ? " line " + with_separators(*event.line) : "") + " of " + event.source;
    if (event.source.empty()) words = event.who.empty() ? "" : "edited by " + event.who;
    // The line is one of the delivery that it came with at first.
    if (!words.empty() && event.first_run != event.run)
      words += ", run " + with_separators(static_cast<std::uint64_t>(event.first_run)) + ", " +
               views::local_time(event.first_at, visit_.district->time_zone).text() + ", brought back by";
    return words;
  }
  std::string run_to(std::int64_t run) const { return run > 0 ? visit_.in_district("history/" + std::to_string(run)) : ""; }
  std::string at_of(runs::FieldEvent const& event) const { return views::local_time(event.at, visit_.district->time_zone).text(); }

  std::string seen_of(TableId refers_to, std::string const& value, Model* links) {
    if (refers_to == TableId::None) return value;
    std::string seen;
    for (auto const& id : split(value, ',')) {
      auto const key = wanted_.revision ? runs::record_called_then(roster_, refers_to, id, *wanted_.revision) : runs::record_called(roster_, refers_to, id);
      if (key ? !scope_.may_see(refers_to, *key) : !scope_.all()) continue;
      seen.append(seen.empty() ? "" : ",").append(id);
      if (links != nullptr)
        links->add({{"id", id}, {"name", key ? labels_.name(refers_to, *key) : ""}, {"to", key ? record_address(visit_, refers_to, id, key) : ""}});
    }
    return seen;
  }

  Visit& visit_;
  store::Database& roster_;
  RecordScope& scope_;
  Wanted const& wanted_;
  views::Labels labels_{roster_, wanted_.revision, wanted_.revision ? number_of_day(wanted_.as_of) : visit_.hub.today};
};

std::string list_title(views::RelatedList const& list, TableId of) {
  constexpr struct {
    TableId table;
    std::string_view field, title;
  } titles[] = {{TableId::Users, "teachers", "Teachers"},
                {TableId::Enrollments, "userSourcedId", "Classes"},
                {TableId::Enrollments, "classSourcedId", "Roster"},
                {TableId::Users, "agentSourcedIds", "Guardian or agent of"},
                {TableId::Users, "primaryOrgSourcedId", "People whose primary organization this is"},
                {TableId::Orgs, "parentSourcedId", "Organizations below"},
                {TableId::AcademicSessions, "parentSourcedId", "Sessions within"},
                {TableId::Roles, "userSourcedId", "Roles"},
                {TableId::Roles, "orgSourcedId", "Roles held here"}};
  for (auto const& one : titles)
    if (one.table == list.table && one.field == list.field) return std::string(one.title);
  (void)of;
  return table_in_words(table_of(list.table).name);
}

Model list_model(Visit const& visit, views::RelatedList const& list, Wanted const& wanted, bool counts, bool whole) {
  Model rows = Model::List();
  for (auto const& row : list.rows)
    rows.add({{"id", row.to_id},
              {"name", row.name},
              {"detail", row.detail},
              {"to", record_address(visit, row.to_table, row.to_id, row.to_key)},
              {"own_id", row.sourced_id},
              {"own", row.to_table == list.table ? "" : record_address(visit, list.table, row.sourced_id, row.key)}});
  auto const more = [&](std::string const& from) {
    return address(visit.in_district("browse/record"), {{"table", std::string(table_of(wanted.table).name)},
                                                        {"id", wanted.id},
                                                        {"key", std::to_string(wanted.key)},
                                                        {"list", std::string(table_of(list.table).name) + "." + list.field},
                                                        {"from", from}});
  };
  auto csv = more("");
  csv.insert(csv.find('?'), ".csv");
  return {{"title", list_title(list, wanted.table)},
          {"csv", list.field == "teachers" ? std::string() : csv},
          {"table", table_of(list.table).name},
          {"field", list.field},
          {"count", counts ? with_separators(list.all) : std::string()},
          {"rows", std::move(rows)},
          {"more", list.next ? more(whole ? std::to_string(*list.next) : "") : ""}};
}

// Which record; nothing when there is none that they may see.
std::optional<Wanted> wanted_by(Visit const& visit, store::Database& roster) {
  auto const table = table_called(visit.query["table"]);
  if (!table || visit.query["id"].empty() || visit.query["id"].find('\0') != std::string_view::npos) return std::nullopt;
  Wanted wanted{*table, std::string(visit.query["id"]), 0, std::string(visit.query["as_of"]), {}, visit.query["names"] == "people"};
  if (!wanted.as_of.empty()) wanted.revision = revision_of_day(roster, wanted.as_of, visit.district->time_zone);
  auto const given = visit.query["key"];
  std::uint32_t key = 0;
  auto const read = std::from_chars(given.data(), given.data() + given.size(), key);
  if (!given.empty() && read.ec == std::errc() && has_record(roster, *table, wanted.id, key)) return wanted.key = key, wanted;
  if (wanted.revision)
    if (auto const then = runs::record_called_then(roster, *table, wanted.id, *wanted.revision)) return wanted.key = *then, wanted;
  if (auto const found = runs::record_once_called(roster, *table, wanted.id)) return wanted.key = *found, wanted;
  return std::nullopt;
}

void links_of(Visit const& visit, Wanted const& wanted, Model& model) {
  auto const with = [&](std::string rest, std::string const& names, std::string const& as_of) {
    return address(
        visit.in_district(rest),
        {{"table", std::string(table_of(wanted.table).name)}, {"id", wanted.id}, {"key", std::to_string(wanted.key)}, {"names", names}, {"as_of", as_of}});
  };
  std::string const names = wanted.people_words ? "people" : "";
  model["here"] = visit.in_district("browse/record");
  model["today"] = with("browse/record", names, "");
  model["other_names"] = with("browse/record", wanted.people_words ? "" : "people", wanted.as_of);
  model["csv"] = with("browse/record.csv", names, wanted.as_of);
  model["json"] = with("browse/record.json", names, wanted.as_of);
}

// One of its lists, a page of it.
Answer one_list(Visit& visit, store::Database& roster, RecordScope& scope, Wanted const& wanted, std::string const& name) {
  auto const dot = std::string_view(visit.query["list"]).find('.');
  auto const table = table_called(visit.query["list"].substr(0, dot));
  if (dot == std::string_view::npos || !table) return Refusal{404};
  auto const given = visit.query["from"];
  std::uint32_t from = 0;
  std::from_chars(given.data(), given.data() + given.size(), from);
  views::Labels labels(roster, {}, visit.hub.today);
  bool const csv = visit.format == "csv";
  auto const piece = [&](std::uint32_t first) {
    return views::related_list(roster, labels, *table, visit.query["list"].substr(dot + 1), wanted.table, wanted.key, first,
                               csv ? rows_of_a_piece : rows_of_a_page, scope.filter());
  };
  auto list = piece(from);
  while (csv && list.next && list.rows.size() < most_rows_of_a_sheet) {
    auto more = piece(*list.next);
    list.next = more.next;
    std::move(more.rows.begin(), more.rows.end(), std::back_inserter(list.rows));
  }
  if (csv && list.next) return too_long_for_a_sheet();
  View view{"record_list", list_title(list, wanted.table)};
  view.crumbs.push_back({name.empty() ? wanted.id : name, record_address(visit, wanted.table, wanted.id, wanted.key)});
  view.model["list"] = list_model(visit, list, wanted, scope.all(), true);
  view.model["has_rows"] = !list.rows.empty();
  view.model["only_mine"] = !scope.all();
  if (csv) {
    view.sheet = Sheet{"list", {"sourcedId", "name", "about"}, {}};
    view.sheet->noted = "records downloaded";
    view.sheet->about = std::to_string(list.rows.size()) + " " + std::string(table_of(*table).name) + " of " + wanted.id;
    for (auto const& row : list.rows) view.sheet->rows.push_back({row.to_id, row.name, row.detail});
  }
  return view;
}

}  // namespace

Answer record(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto saved = saved_note(visit);
  if (visit.query["table"].empty() && visit.query["id"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto not_there = Refusal{404, "There is no such record in the roster, or it is not of your schools.", "Look for it by its name or id."};
  if (runs::anybody_let_go(**roster))
    not_there.how += " People who left long ago have been let go, as the settings of the district say: nothing is left of them.";
  auto found = wanted_by(visit, **roster);
  if (!found) return not_there;
  auto& wanted = *found;
  RecordScope scope(visit, **roster);
  if (!scope.may_see(wanted.table, wanted.key)) return not_there;
  if (!wanted.as_of.empty() && !wanted.revision) return Refusal{400, "\"" + wanted.as_of + "\" is no day.", "Write it like 2026-09-14."};
  auto hub = visit.hub;
  if (wanted.revision) hub.today = number_of_day(wanted.as_of);
  auto const record = runs::trace(hub, *visit.district, std::string(table_of(wanted.table).name), wanted.id, wanted.revision, wanted.key);
  if (!record) return not_there;
  auto const what = std::string(table_of(wanted.table).one) + " " + wanted.id;
  if ((wanted.table == TableId::Demographics || visit.format != "csv") && !note_view(visit, wanted.table, wanted.id)) return Refusal{503};

  views::Labels labels(**roster, wanted.revision, hub.today);
  auto const name = labels.name(wanted.table, wanted.key);
  if (visit.query.has("list")) return one_list(visit, **roster, scope, wanted, name);
  auto const one = std::string(table_of(wanted.table).one);
  View view{"record", name.empty() ? wanted.id : name};
  auto& model = view.model;
  Sheet sheet{"record", {"field", "value", "origin", "run", "at"}, {}};
  auto fields = Showing(visit, **roster, scope, wanted).fields(*record, sheet);
  Model lists = Model::List(), ids = Model::List();
  if (!wanted.revision && wanted.table == TableId::Users)
    if (auto const list = views::teachers_of(**roster, labels, wanted.key, rows_of_a_list, scope.filter()); !list.rows.empty())
      lists.add(list_model(visit, list, wanted, true, false));
  if (!wanted.revision)
    for (auto const& list : views::all_related(**roster, labels, wanted.table, wanted.key, rows_of_a_list, scope.filter()))
      lists.add(list_model(visit, list, wanted, scope.all(), false));
  if (record->ids.size() > 1)
    for (auto const& [since, id] : record->ids) ids.add({{"id", id}, {"since", since}});
  auto const state = runs::index_state(**roster);
  if ((*roster)->trouble()) return Refusal{503};
  model["kind"] = one;
  model["table"] = table_of(wanted.table).name;
  model["id"] = record->sourced_id.empty() ? wanted.id : record->sourced_id;
  model["key"] = static_cast<std::int64_t>(wanted.key);
  model["name"] = name;
  model["lives"] = record->lives;
  model["as_of"] = wanted.as_of;
  model["revision"] = wanted.revision ? Model(*wanted.revision) : Model(false);
  model["before_all"] = wanted.revision && *wanted.revision == 0;
  auto const let_go = wanted.revision ? runs::lacks_people_since(**roster, *wanted.revision) : "";
  model["let_go"] = views::local_time(let_go, visit.district->time_zone).day;
  model["names"] = wanted.people_words ? "people" : "";
  model["people_words"] = wanted.people_words;
  model["has_fields"] = !record->fields.empty() || !record->metadata.empty();
  model["fields"] = std::move(fields);
  model["has_ids"] = record->ids.size() > 1;
  model["ids"] = std::move(ids);
  model["lists"] = std::move(lists);
  model["behind"] = state.is_behind() && !wanted.revision;
  model["known"] = state.known;
  model["only_mine"] = !scope.all();
  links_of(visit, wanted, model);
  model["saved"] = std::move(saved);
  set_by_hand(visit, **roster, model, wanted.table, wanted.key, !wanted.revision && record->lives);
  if (visit.format == "csv") {
    sheet.noted = "records downloaded";
    sheet.about = what;
    view.sheet = std::move(sheet);
  }
  return view;
}

std::string field_in_words(std::string_view field) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {{"orgSourcedIds", "Organizations"},
                                                                     {"orgSourcedId", "Organization"},
                                                                     {"schoolSourcedId", "School"},
                                                                     {"agentSourcedIds", "Guardians and agents"},
                                                                     {"parentSourcedId", "Belongs to"},
                                                                     {"primaryOrgSourcedId", "Primary organization"},
                                                                     {"userSourcedId", "Person"},
                                                                     {"classSourcedId", "Class"},
                                                                     {"courseSourcedId", "Course"},
                                                                     {"termSourcedIds", "Terms"},
                                                                     {"schoolYearSourcedId", "School year"},
                                                                     {"enabledUser", "May sign in to applications"},
                                                                     {"userIds", "Ids elsewhere"},
                                                                     {"sms", "Mobile number"},
                                                                     {"email", "E-mail"},
                                                                     {"username", "User name"},
                                                                     {"sourcedId", "Person"}};
  for (auto const& [name, text] : words)
    if (name == field) return std::string(text);
  if (field.starts_with("metadata.")) field.remove_prefix(9);  // a column of whoever sends it, and called as they call it
  if (field.ends_with("SourcedIds")) field.remove_suffix(10);
  else if (field.ends_with("SourcedId")) field.remove_suffix(9);
  std::string out;
  for (auto const c : field) {
    bool const capital = c >= 'A' && c <= 'Z';
    if (out.empty()) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    else if (capital) (out += ' ') += static_cast<char>(c - 'A' + 'a');
    else out += c;
  }
  return out;
}

}  // namespace rollbook::web
