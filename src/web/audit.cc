// The audit log of a district: who did what, when, and from where.
#include "access/audit.h"

#include <charconv>

#include "report/csv.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr int entries_of_a_page = 100;
constexpr int entries_of_a_piece = 1000;
constexpr std::size_t most_proposed = 200;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number) : std::nullopt;
}

// What is asked for, as it stood in the address.
struct Asked {
  std::string who, what, from, to, where;
  std::optional<std::int64_t> before;

  Query query() const { return {{"who", who}, {"what", what}, {"from", from}, {"to", to}, {"where", where}}; }
  bool filters() const { return !(who + what + from + to + where).empty(); }
};

Asked asked_by(Visit const& visit) {
  auto const text = [&](std::string_view name) { return std::string(visit.query[name]); };
  return {text("who"), text("what"), text("from"), text("to"), text("where"), number_of(visit.query["before"])};
}

// Nothing when a day is none.
std::optional<access::AuditFilter> filter_of(Asked const& asked, std::string const& zone) {
  access::AuditFilter filter{.who = asked.who, .what = asked.what, .before = asked.before, .from_where = asked.where};
  if (!asked.from.empty() && (filter.from = views::beginning_of_day(asked.from, zone)).empty()) return std::nullopt;
  if (!asked.to.empty() && (filter.until = views::beginning_of_day(views::day_after(asked.to), zone)).empty()) return std::nullopt;
  return filter;
}

std::string line_of(std::vector<std::string> const& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    append_report_cell(line, cells[i]);
  }
  return line + "\r\n";
}

std::string joined(std::vector<std::string> const& words) {
  std::string all;
  for (auto const& word : words)
    if (!word.empty()) all += (all.empty() ? "" : " ") + word;
  return all;
}

// All that fits the filter, piece by piece, however much it is. Who takes it with them stands in the log itself.
Answer download(Visit& visit, access::AuditFilter filter) {
  auto& operations = visit.hub.home.operations();
  auto const noted = operations.transaction([&] {
    store::note(operations, visit.hub.actor, visit.district->id, "audit log downloaded", joined({filter.who, filter.what, filter.from_where}));
    return true;
  });
  auto own = visit.hub.home.another_operations();
  if (noted || !own) return Refusal{503};
  http::Response response;
  response.headers = {{"content-type", "text/csv; charset=utf-8"}, {"content-disposition", "attachment; filename=\"audit.csv\""}};
  response.body = line_of({"at", "local", "who", "what", "detail", "from_where"});
  response.more = [operations = std::shared_ptr<store::Database>(std::move(*own)), filter = std::move(filter), district = visit.district->id,
                   zone = visit.district->time_zone, done = false]() mutable -> Result<std::string> {
    std::string piece;
    if (done) return piece;
    auto const page = access::read_audit(*operations, district, filter, entries_of_a_piece);
    if (!page) return page.trouble();
    for (auto const& entry : page->entries)
      piece += line_of({entry.at, views::local_time(entry.at, zone).text(), entry.who, entry.what, entry.detail, entry.from_where});
    filter.before = page->next;
    done = !page->next;
    return piece;
  };
  return response;
}

Model actions(Visit& visit, std::string const& chosen) {
  Model list = Model::List();
  list.add(choice("", "Everything", chosen.empty()));
  for (auto const& what : access::audit_actions(visit.hub.home.operations(), visit.district->id)) list.add(choice(what, what, what == chosen));
  return list;
}

Model proposals(std::vector<std::string> const& words) {
  Model list = Model::List();
  for (auto const& word : words) list.add({{"word", word}});
  return list;
}

}  // namespace

Answer audit(Visit& visit) {
  auto const asked = asked_by(visit);
  auto const filter = filter_of(asked, visit.district->time_zone);
  if (visit.format == "csv" && filter) return download(visit, *filter);
  auto const page = filter ? access::read_audit(visit.hub.home.operations(), visit.district->id, *filter, entries_of_a_page) : access::AuditPage();
  if (!page) return Refusal{503};
  View view{"audit", "Audit log"};
  Model entries = Model::List();
  for (auto const& entry : page->entries)
    entries.add({{"at", entry.at},
                 {"when", views::local_time(entry.at, visit.district->time_zone).text_with_weekday()},
                 {"who", entry.who},
                 {"what", entry.what},
                 {"detail", entry.detail},
                 {"from_where", entry.from_where}});
  auto const here = visit.in_district("administration/audit");
  auto with_next = asked.query();
  with_next.emplace_back("before", page->next ? std::to_string(*page->next) : "");
  view.model["wrong"] = filter ? Model(false) : alert("danger", "A day cannot be read. Write it like 2026-08-31.");
  view.model["is_empty"] = page->entries.empty();
  view.model["entries"] = std::move(entries);
  view.model["who"] = asked.who;
  view.model["people"] = proposals(access::audit_people(visit.hub.home.operations(), visit.district->id, most_proposed));
  view.model["where"] = asked.where;
  view.model["places"] = proposals(access::audit_places(visit.hub.home.operations(), visit.district->id, most_proposed));
  view.model["actions"] = actions(visit, asked.what);
  view.model["from"] = asked.from;
  view.model["to"] = asked.to;
  view.model["zone"] = visit.district->time_zone;
  view.model["here"] = here;
  view.model["older"] = page->next ? address(here, with_next) : "";
  view.model["newer"] = asked.before ? address(here, asked.query()) : "";
  view.model["csv"] = address(here + ".csv", asked.query());
  if (!filter) view.status = 422;
  return view;
}

}  // namespace rollbook::web
