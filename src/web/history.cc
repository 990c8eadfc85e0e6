// Data Sync History: the runs and exports of a district, newest first; and how they went over time.
#include <algorithm>
#include <charconv>

#include "report/words.h"
#include "runs/outcome.h"
#include "store/exports.h"
#include "store/receivers.h"
#include "store/sources.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

constexpr std::size_t lines_of_a_page = 50;
constexpr std::size_t points_of_a_chart = 60;
constexpr std::size_t most_of_reports = std::size_t{4} << 20;  // bytes; reading more would make a page slow

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && !text.empty() ? std::optional(number) : std::nullopt;
}

// What is asked for, as it stood in the address.
struct Asked {
  views::HistoryFilter filter;
  std::string source, outcome, kind, from, to;
  std::optional<std::int64_t> below_run, below_export;

  bool runs() const { return kind != "export" && outcome != "exported"; }
  // An export has no source, and no outcome of a run.
  bool exports() const { return (kind.empty() || kind == "export") && source.empty() && (outcome.empty() || outcome == "exported"); }
  bool filters() const { return !(source + outcome + kind + from + to).empty(); }
  Query query() const { return {{"source", source}, {"outcome", outcome}, {"kind", kind}, {"from", from}, {"to", to}}; }
};

Asked asked_by(Visit const& visit) {
  auto const text = [&](std::string_view name) { return std::string(visit.query[name]); };
  Asked asked{{}, text("source"), text("outcome"), text("kind"), text("from"), text("to"), {}, {}};
  asked.filter = {number_of(asked.source), asked.outcome, asked.kind, asked.from, asked.to, asked.outcome == "waiting"};
  if (asked.filter.needs_decision) asked.filter.outcome.clear();
  auto const before = text("before");  // "17-4": runs below 17, exports below 4
  if (auto const dash = before.find('-'); dash != std::string::npos) {
    asked.below_run = number_of(std::string_view(before).substr(0, dash));
    asked.below_export = number_of(std::string_view(before).substr(dash + 1));
  }
  return asked;
}

// A line of either kind.
struct Line {
  std::string at;
  std::optional<views::RunLine> run;
  std::optional<store::Export> handed_on;
};

struct Page {
  std::vector<Line> lines;
  std::string next;  // "" at the end
};

store::ExportFilter exports_of(Asked const& asked, Visit const& visit) {
  auto const& district = *visit.district;
  store::ExportFilter filter;
  if (visit.school) filter.school = visit.school->id;
  if (!asked.from.empty()) filter.from = views::beginning_of_day(asked.from, district.time_zone);
  if (!asked.to.empty()) filter.before = views::beginning_of_day(views::day_after(asked.to), district.time_zone);
  return filter;
}

// Both kinds have numbers that rise with time, so a page is the newest of the newest of each.
Result<Page> read_page(Visit& visit, Asked const& asked, bool with_exports) {
  auto& operations = visit.hub.home.operations();
  Page page;
  bool more = false;
  auto const runs = views::history(operations, *visit.district, asked.filter, asked.below_run, asked.runs() ? lines_of_a_page : 0);
  if (!runs) return runs.trouble();
  if (asked.runs()) {
    for (auto const& run : runs->lines) page.lines.push_back({run.at, run, {}});
    more = runs->next.has_value();
  }
  if (asked.exports() && with_exports)
    for (auto& one : store::newest_exports(operations, visit.district->id, exports_of(asked, visit), asked.below_export, lines_of_a_page + 1))
      page.lines.push_back({one.created, {}, one});
  std::stable_sort(page.lines.begin(), page.lines.end(), [](Line const& a, Line const& b) { return a.at > b.at; });
  more |= page.lines.size() > lines_of_a_page;
  if (page.lines.size() > lines_of_a_page) page.lines.resize(lines_of_a_page);
  if (!more) return page;
  auto below_run = asked.below_run, below_export = asked.below_export;
  for (auto const& line : page.lines) (line.run ? below_run : below_export) = line.run ? line.run->id : line.handed_on->id;
  auto const text = [](std::optional<std::int64_t> const& number) { return number ? std::to_string(*number) : std::string(); };
  page.next = text(below_run) + "-" + text(below_export);
  return page;
}

// The numbers of a run over the schools that somebody sees. None where its report is too long to be read for a list: they are on the page of the run.
struct Numbers {
  runs::Counts counts;
  std::optional<std::uint64_t> errors, warnings;  // of the whole district only
};
using NumbersOfRuns = std::map<std::int64_t, Numbers>;

NumbersOfRuns numbers_of(Visit& visit, Page const& page) {
  NumbersOfRuns numbers;
  auto const seen = Seen::by(visit, access::Right::SeeHistory);
  std::vector<views::RunLine> lines;
  for (auto const& line : page.lines)
    if (line.run && line.run->state == "done") lines.push_back(*line.run);
  if (seen.all())
    for (auto const& run : lines) numbers[run.id] = {run.counts, run.errors, run.warnings};
  else
    for (auto& [run, answer] : views::answers_of(visit.hub.home.operations(), *visit.district, lines, most_of_reports))
      numbers[run] = {runs::Summary::of(seen.part_of(std::move(answer))).counts, {}, {}};
  return numbers;
}

std::string receiver_of(Visit const& visit, store::Export const& one) {
  if (one.receiver == 0) return "";
  auto const found = store::find_receiver(visit.hub.home.operations(), visit.district->id, one.receiver);
  return found ? found->name : "";
}

std::string for_whom(Visit const& visit, store::Export const& one) {
  auto const name = receiver_of(visit, one);
  return name.empty() ? "" : ", for " + name;
}

Model line_of(Visit const& visit, Line const& line, NumbersOfRuns const& numbers) {
  Model out;
  if (line.run) {
    auto const& run = *line.run;
    out = {{"id", run.id},
           {"is_run", true},
           {"when", run.created.text_with_weekday()},
           {"undone", run.undone_by ? Model{{"id", *run.undone_by}, {"to", run_address(visit, *run.undone_by)}} : Model(false)},
           {"undoes", run.undoes ? Model{{"id", *run.undoes}, {"to", run_address(visit, *run.undoes)}} : Model(false)},
           {"at", run.at},
           {"kind", kind_in_words(run.kind)},
           {"of", run.source},
           {"who", run.who},
           {"by", run.who == "source " + run.source ? "" : run.who},
           {"to", run_address(visit, run.id)},
           {"outcome", outcome_tag(run)},
           {"errors", 0},
           {"warnings", 0}};
    auto const found = numbers.find(run.id);
    auto const known = found != numbers.end();
    auto const of = known ? found->second : Numbers();
    auto const& c = of.counts;
    for (auto const& [name, count] : {std::pair{"created", c.created}, {"updated", c.updated}, {"removed", c.removed}, {"excluded", c.excluded}})
      out[name] = known ? number(count) : Model(false);
    out["errors"] = of.errors.value_or(0);
    out["warnings"] = of.warnings.value_or(0);
    out["rows"] = false;
    return out;
  }
  auto const& one = *line.handed_on;
  out = {{"id", one.id},
         {"is_run", false},
         {"when", views::local_time(one.created, visit.district->time_zone).text_with_weekday()},
         {"undone", false},
         {"undoes", false},
         {"at", one.created},
         {"kind", "Export"},
         {"of", (one.version.empty() ? "zip" : "OneRoster " + one.version + " zip") + (one.revision > 0 ? " of revision " + std::to_string(one.revision) : "") +
                    for_whom(visit, one)},
         {"who", one.who},
         {"by", one.who},
         {"to", export_address(visit, one.id)},
         {"outcome", export_tag(one)},
         {"errors", 0},
         {"warnings", 0},
         {"rows", number(one.rows)}};
  for (auto const* name : {"created", "updated", "removed", "excluded"}) out[name] = false;
  return out;
}

Sheet sheet_of(Visit const& visit, Page const& page, NumbersOfRuns const& numbers) {
  Sheet sheet{"history", {"number", "kind", "when", "source", "who", "outcome", "created", "updated", "removed", "excluded", "errors", "warnings"}, {}};
  for (auto const& line : page.lines) {
    if (!line.run) {
      auto const& one = *line.handed_on;
      sheet.rows.push_back({"E" + std::to_string(one.id), "Export", views::local_time(one.created, visit.district->time_zone).text(),
                            "OneRoster " + one.version + for_whom(visit, one), one.who, one.outcome, "", "", "", "", "", ""});
      continue;
    }
    auto const& run = *line.run;
    std::vector<std::string> row{std::to_string(run.id), kind_in_words(run.kind), run.created.text(), run.source, run.who, outcome_in_words(run)};
    auto const found = numbers.find(run.id);
    auto const known = found != numbers.end();
    auto const of = known ? found->second : Numbers();
    for (auto const n : {of.counts.created, of.counts.updated, of.counts.removed, of.counts.excluded}) row.push_back(known ? std::to_string(n) : "");
    for (auto const& n : {of.errors, of.warnings}) row.push_back(n ? std::to_string(*n) : "");
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

Model choices(std::vector<Named> const& named, std::string_view all, std::string const& chosen) {
  Model list = Model::List();
  list.add(choice("", std::string(all), chosen.empty()));
  for (auto const& one : named) list.add(choice(one.name, std::string(one.words), one.name == chosen));
  return list;
}

Model sources(Visit& visit, std::string const& chosen) {
  Model list = Model::List();
  list.add(choice("", "All sources", chosen.empty()));
  if (auto const all = store::list_sources(visit.hub.home.operations(), *visit.district); all)
    for (auto const& source : *all)
      list.add(
          choice(std::to_string(source.id), source.name + (source.state == "active" ? "" : " (" + source.state + ")"), std::to_string(source.id) == chosen));
  return list;
}

std::vector<Named> outcomes() {
  auto all = run_outcomes();
  all.insert(all.begin(), {"waiting", "Waiting for a decision"});
  all.push_back({"exported", "Exported"});
  return all;
}

}  // namespace

Answer history(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto const asked = asked_by(visit);
  auto const sees_all = visit.standing.may_everywhere(access::Right::SeeHistory, visit.district->id);
  auto page = read_page(visit, asked, sees_all);
  if (visit.hub.home.operations().trouble()) return Refusal{503};
  View view{"history", "Data Sync History"};
  auto const here = visit.in_district("history");
  view.model["wrong"] = page ? Model(false) : alert("danger", page.trouble().text);
  if (!page) view.status = 422;
  if (!page) page = Page();
  auto const numbers = numbers_of(visit, *page);
  Model lines = Model::List();
  for (auto const& line : page->lines) lines.add(line_of(visit, line, numbers));
  auto with_next = asked.query();
  with_next.emplace_back("before", page->next);
  auto const paged = asked.below_run || asked.below_export;
  view.model["has_lines"] = !page->lines.empty();
  view.model["lines"] = std::move(lines);
  view.model["zone"] = visit.district->time_zone;
  view.model["here"] = here;
  view.model["sources"] = sources(visit, asked.source);
  view.model["outcomes"] = choices(outcomes(), "All outcomes", asked.outcome);
  view.model["kinds"] = choices(run_kinds(), "All kinds", asked.kind);
  view.model["from"] = asked.from;
  view.model["to"] = asked.to;
  view.model["nothing"] = !page->lines.empty() ? Model(false)
                          : asked.filters()
                              ? empty("history", "Nothing to show", "No import or export fits this filter.", here, "Show all")
                              : empty("history", "Nothing has happened yet", "Each import and export of this district will stand here, newest first.",
                                      visit.in_district(), "Go to Home");
  view.model["older"] = page->next.empty() ? "" : address(here, with_next);
  view.model["newer"] = paged ? address(here, asked.query()) : "";
  view.model["csv"] = address(here + ".csv", asked.query());
  view.model["charts"] = sees_all ? address(here + "/charts", {{"source", asked.source}}) : "";
  view.model["only_mine"] = !sees_all && !visit.school;
  view.model["of_school"] = visit.school ? visit.school->name : "";
  view.sheet = sheet_of(visit, *page, numbers);
  return view;
}

Answer history_charts(Visit& visit) {
  auto const source = std::string(visit.query["source"]);
  auto const points = views::chart(visit.hub.home.operations(), *visit.district, number_of(source), points_of_a_chart);
  if (!points) return Refusal{503};
  View view{"history_charts", "Charts"};
  Sheet sheet{"charts", {"run", "when", "source", "rows", "created", "updated", "removed", "excluded", "errors", "warnings", "milliseconds"}, {}};
  Model list = Model::List();
  for (auto const& p : *points) {
    list.add({{"run", p.run},
              {"when", p.at.text()},
              {"source", p.source},
              {"to", run_address(visit, p.run)},
              {"rows", p.rows},
              {"created", p.created},
              {"updated", p.updated},
              {"removed", p.removed},
              {"excluded", p.excluded},
              {"errors", p.errors},
              {"warnings", p.warnings},
              {"milliseconds", p.milliseconds}});
    std::vector<std::string> row{std::to_string(p.run), p.at.text(), p.source};
    for (auto const n : {p.rows, p.created, p.updated, p.removed, p.excluded, p.errors, p.warnings, p.milliseconds}) row.push_back(std::to_string(n));
    sheet.rows.push_back(std::move(row));
  }
  auto const here = visit.in_district("history/charts");
  view.model["has_points"] = !points->empty();
  view.model["points"] = std::move(list);
  view.model["not_only"] = visit.school ? visit.school->name : "";
  view.model["sources"] = sources(visit, source);
  view.model["here"] = here;
  view.model["csv"] = address(here + ".csv", {{"source", source}});
  view.model["nothing"] = empty("history", "Nothing to draw yet", "After the first deliveries their size, changes, findings and durations stand here.",
                                visit.in_district("history"), "Data Sync History");
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
