#include "web/quality_lists.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "report/words.h"
#include "runs/apply.h"
#include "runs/duplicates.h"
#include "runs/search.h"
#include "runs/search_terms.h"
#include "store/exports.h"
#include "store/receivers.h"
#include "views/related.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/parts.h"
#include "web/record_scope.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t rows_of_a_page = 50, most_rows = 10'000;
constexpr std::size_t at_once = 200, most_looked = 2'000;  // of whoever sees some schools: what is looked at for a page

std::int64_t number_in(Visit const& visit, std::string_view name) {
  auto const text = visit.query[name];
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max<std::int64_t>(0, number);
}

// What it requires: "users.email is filled in".
std::string required_by(store::Policy const& policy) {
  std::string all;
  for (auto const* table : all_tables) {
    auto const t = static_cast<std::size_t>(table->id);
    for (auto const* list : {&policy.require[t], &policy.unique[t]})
      for (auto const field : *list)
        all.append(all.empty() ? "" : ", ")
            .append(std::string(table->name) + "." + std::string(table->fields[field].name))
            .append(list == &policy.unique[t] ? " is unique" : " is filled in");
  }
  return all;
}

std::optional<std::uint32_t> key_of(store::Database& roster, TableId table, std::string const& id) {
  return runs::is_searched(table) ? runs::record_called(roster, table, id) : std::nullopt;
}

std::string record_to(Visit const& visit, store::Database& roster, TableId table, std::string const& id) {
  auto const key = key_of(roster, table, id);
  return key ? record_address(visit, table, id, key) : "";
}

// Some of a list that the visitor may see, and where it goes on; `read(from, how_many)` gives what stands behind, `place_of` where an entry stands.
template <class T>
struct Theirs {
  std::vector<T> some;
  std::optional<std::int64_t> next;
};
template <class Read, class PlaceOf, class Fits>
auto theirs_of(std::int64_t from, std::size_t how_many, std::size_t look_at, Read const& read, PlaceOf const& place_of, Fits const& fits) {
  Theirs<typename decltype(read(from, at_once))::value_type> page;
  for (std::size_t looked = 0;;) {
    auto some = read(from, at_once);
    for (auto& one : some) {
      if (page.some.size() == how_many) return page.next = from, page;
      from = place_of(one);
      if (fits(one)) page.some.push_back(std::move(one));
    }
    looked += some.size();
    if (some.size() < at_once) return page;
    if (looked >= look_at) return page.next = from, page;
  }
}

}  // namespace

void add_app_rules(Visit& visit, store::Database& roster, View& view) {
  auto& operations = visit.hub.home.operations();
  auto& model = view.model;
  Model receivers = Model::List(), rows = Model::List();
  auto const asked = number_in(visit, "receiver"), from = number_in(visit, "from");
  auto const here = visit.in_district("quality");
  auto const newest = runs::last_revision(roster);
  RecordScope scope(visit, roster);
  bool const whole = scope.all();
  std::string name, older;
  bool any = false;
  for (auto const& receiver : store::list_receivers(operations, visit.district->id)) {
    auto const policy = store::policy_of(receiver.kind, receiver.settings);
    auto const required = policy ? required_by(*policy) : std::string();
    if (required.empty() || receiver.state == "ended") continue;
    auto const last = store::last_export_of(operations, visit.district->id, receiver.id, std::numeric_limits<std::int64_t>::max());
    any = true;
    auto const of_it = [&](std::string const& start) { return address(here, {{"tab", "apps"}, {"receiver", std::to_string(receiver.id)}, {"from", start}}); };
    receivers.add({{"name", receiver.name},
                   {"to", whole ? visit.in_district("receivers/" + std::to_string(receiver.id)) : ""},
                   {"required", required},
                   {"export", last ? Model{{"id", last->id},
                                           {"to", whole ? export_address(visit, last->id) : ""},
                                           {"at", views::local_time(last->created, visit.district->time_zone).text()},
                                           {"revision", last->revision},
                                           {"behind", last->revision < newest},
                                           {"broken", whole ? number(last->left_out, last->left_out > 0 ? of_it("") : "")
                                                            : Model{{"text", "of your schools"}, {"to", of_it("")}}}}
                                   : Model(false)},
                   {"current", receiver.id == asked}});
    if (receiver.id != asked || !last) continue;
    name = receiver.name;
    bool const csv = visit.format == "csv";
    auto const page = theirs_of(
        csv ? 0 : from, csv ? most_rows : rows_of_a_page, csv ? most_rows : most_looked,
        [&](std::int64_t start, std::size_t how_many) { return store::left_out_of(operations, last->id, start, how_many); },
        [](store::LeftOutRow const& row) { return row.place + 1; },
        [&](store::LeftOutRow const& row) {
          if (whole) return true;
          auto const key = key_of(roster, row.table, row.record);
          return key && scope.may_see(row.table, *key);
        });
    auto const& left_out = page.some;
    if (page.next && !csv) older = of_it(std::to_string(*page.next));
    for (auto const& row : left_out)
      if (!csv) rows.add({{"table", table_of(row.table).one}, {"id", row.record}, {"why", row.why}, {"to", record_to(visit, roster, row.table, row.record)}});
    if (!csv) continue;
    view.sheet = Sheet{"app-rules-of-receiver-" + std::to_string(receiver.id), {"table", "sourcedId", "why"}, {}};
    for (auto const& row : left_out) view.sheet->rows.push_back({std::string(table_of(row.table).name), row.record, row.why});
  }
  model["has_receivers"] = any;
  model["receivers"] = std::move(receivers);
  model["receiver_rows"] = Model{{"name", name},
                                 {"of_schools", !whole},
                                 {"rows", std::move(rows)},
                                 {"older", older},
                                 {"newer", from > 0 ? address(here, {{"tab", "apps"}, {"receiver", std::to_string(asked)}}) : ""},
                                 {"csv", address(here + ".csv", {{"tab", "apps"}, {"receiver", std::to_string(asked)}})}};
  if (name.empty()) model["receiver_rows"] = false;
}

void add_duplicates(Visit& visit, store::Database& roster, View& view) {
  auto& model = view.model;
  bool const by_name = visit.query["alike"] == "name";
  auto const alike = by_name ? runs::Alike::NameAndBirthDate : runs::Alike::Email;
  auto const after = number_in(visit, "after");
  auto const state = runs::duplicates_state(roster);
  auto const here = visit.in_district("quality");
  bool const csv = visit.format == "csv" && visit.query.has("alike");
  RecordScope scope(visit, roster);
  bool const whole = scope.all();
  // Of others nothing is told, not even that there is somebody: a group is shown when two of it are theirs.
  auto const page = theirs_of(
      csv ? 0 : after, csv ? runs::most_groups : rows_of_a_page, csv ? runs::most_groups : most_looked,
      [&](std::int64_t start, std::size_t how_many) { return runs::list_duplicates(roster, alike, start, how_many); },
      [](runs::Duplicates const& group) { return group.group; },
      [&](runs::Duplicates& group) {
        if (!whole) std::erase_if(group.people, [&](std::uint32_t key) { return !scope.may_see(TableId::Users, key); });
        return group.people.size() > 1;
      });
  auto const& groups = page.some;
  views::Labels labels(roster);
  static auto const email = stored_index(TableId::Users, "email");
  Model list = Model::List();
  Sheet sheet{by_name ? "same-name-and-birth-date" : "same-e-mail", {"group", "sourcedId", "name", "about", "e-mail"}, {}};
  for (auto const& group : groups) {
    Model people = Model::List();
    std::string title;
    for (auto const key : group.people) {
      auto const row = labels.row(TableId::Users, key);
      if (!row) continue;
      auto const& id = labels.id(TableId::Users, key);
      auto const name = labels.name(TableId::Users, *row), about = views::detail_of(TableId::Users, *row);
      auto const address_of = row->is_null(email) ? std::string() : std::string(row->text(email));
      if (title.empty()) title = by_name ? name : address_of;
      people.add({{"id", id}, {"name", name}, {"about", about}, {"to", record_address(visit, TableId::Users, id, key)}});
      if (csv) sheet.rows.push_back({std::to_string(group.group), id, name, about, address_of});
    }
    list.add({{"number", group.group}, {"title", title}, {"people", std::move(people)}});
  }
  auto const with = [&](char const* which, std::string const& behind) { return address(here, {{"tab", "duplicates"}, {"alike", which}, {"after", behind}}); };
  char const* const which = by_name ? "name" : "email";
  model["people_twice"] = Model{{"known", state.known},
                                {"is_known", state.known > 0},
                                {"behind", state.known < state.newest},
                                {"of_schools", !whole},
                                {"to_emails", with("email", "")},
                                {"to_names", with("name", "")},
                                {"emails", whole ? number(state.emails, with("email", "")) : Model(false)},
                                {"names", whole ? number(state.people, with("name", "")) : Model(false)},
                                {"by_name", by_name},
                                {"has_groups", !groups.empty()},
                                {"groups", std::move(list)},
                                {"bounded", whole && (by_name ? state.people : state.emails) > runs::most_groups},
                                {"older", page.next && !csv ? with(which, std::to_string(*page.next)) : ""},
                                {"newer", after > 0 ? with(which, "") : ""},
                                {"csv", address(here + ".csv", {{"tab", "duplicates"}, {"alike", which}})}};
  if (!csv) return;
  sheet.noted = "records downloaded";
  view.sheet = std::move(sheet);
}

}  // namespace rollbook::web
