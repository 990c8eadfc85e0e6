// The inbox: fields that were set by hand and of which the source says something else by now. One by one, or all of a page, somebody keeps the edit, keeps it
// until a day, or takes what the source says.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "report/words.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "views/labels.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/days.h"
#include "web/enrollment.h"
#include "web/long_sheet.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t clashes_of_a_page = 50;

Model model_of(Visit const& visit, views::Labels& labels, runs::Clash const& clash) {
  return {{"number", clash.number},
          {"name", labels.name(clash.of, clash.key)},
          {"id", clash.sourced_id},
          {"kind", table_of(clash.of).one},
          {"to_record", record_address(visit, clash.of, clash.sourced_id, clash.key)},
          {"label", field_in_words(clash.field)},
          {"field", clash.field},
          {"edited", clash.edited},
          {"who", clash.who},
          {"at", clash.at.empty() ? "" : views::local_time(clash.at, visit.district->time_zone).day},
          {"source", clash.source},
          {"before", clash.before},
          {"now", clash.now},
          {"run", clash.run},
          {"to_run", run_address(visit, clash.run)}};
}

Sheet sheet_of(std::vector<runs::Clash> const& clashes) {
  Sheet sheet{"inbox", {"table", "sourcedId", "field", "edited", "by", "at", "source", "said then", "says now", "run"}, {}};
  sheet.noted = "records downloaded";
  sheet.about = std::to_string(clashes.size()) + " fields of the inbox";
  for (auto const& clash : clashes)
    sheet.rows.push_back(
        {clash.table, clash.sourced_id, clash.field, clash.edited, clash.who, clash.at, clash.source, clash.before, clash.now, std::to_string(clash.run)});
  return sheet;
}

Answer page(Visit& visit, std::string const& wrong, std::string const& wrong_day, int status) {
  auto saved = saved_note(visit);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  RecordScope scope(visit, **roster, access::Right::EnrollByHand);
  auto const clashes = clashes_of(visit, scope);
  if (!clashes) return Refusal{503};
  bool const csv = visit.format == "csv";
  if (csv && clashes->size() > most_rows_of_a_sheet) return too_long_for_a_sheet();
  std::size_t from = 0;
  auto const given = visit.query["from"];
  std::from_chars(given.data(), given.data() + given.size(), from);
  from = std::min(from, clashes->size());
  auto const to = csv ? clashes->size() : std::min(from + clashes_of_a_page, clashes->size());
  views::Labels labels(**roster, {}, visit.hub.today);
  Model rows = Model::List();
  for (auto i = csv ? 0 : from; i < to; ++i) {
    auto const& clash = (*clashes)[i];
    if (clash.of == TableId::Demographics && !note_view(visit, clash.of, clash.sourced_id)) return Refusal{503};
    if (!csv) rows.add(model_of(visit, labels, clash));
  }
  auto const here = visit.in_district("enrollment/inbox");
  View view{"inbox", "Inbox", {}, {}, {}, {}, status};
  auto& model = view.model;
  set_tabs(visit, model, "inbox");
  model["saved"] = std::move(saved);
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["here"] = here;
  model["has_clashes"] = from < to;
  model["clashes"] = std::move(rows);
  model["several"] = to - from > 1;
  model["first"] = with_separators(from + 1);
  model["last"] = with_separators(to);
  model["all"] = with_separators(clashes->size());
  model["on_page"] = with_separators(to - from);
  model["until"] =
      part({.name = "until", .label = "Until the end of", .type = "date", .value = std::string(visit.form["until"]), .wrong = wrong_day, .required = false});
  model["newer"] = from > 0 ? address(here, {{"from", from <= clashes_of_a_page ? "" : std::to_string(from - clashes_of_a_page)}}) : "";
  model["older"] = to < clashes->size() ? address(here, {{"from", std::to_string(to)}}) : "";
  model["csv"] = here + ".csv";
  model["empty"] = from < to ? Model(false)
                             : empty("ok", "Nothing waits here",
                                     "When a delivery says something else of a field that was set by hand, the edit stays in force, and the field comes here.");
  if (csv) view.sheet = sheet_of(*clashes);
  return view;
}

}  // namespace

Answer inbox(Visit& visit) { return page(visit, "", "", 200); }

Answer settle_inbox(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  bool const keep = visit.form["what"] != "take";
  if (visit.form["what"] != "keep" && visit.form["what"] != "until" && keep) return page(visit, "Say what is to become of it.", "", 422);
  std::optional<std::int32_t> day;
  auto const until = visit.form["what"] == "until" ? std::string(trimmed(visit.form["until"])) : std::string();
  if (visit.form["what"] == "until" && (until.empty() || !read_day(until, day) || *day < visit.hub.today))
    return page(visit, "Nothing was done: name the last day on which the edit is to hold, today or later, like 2027-06-30.", "A day from today on.", 422);
  RecordScope scope(visit, **roster, access::Right::EnrollByHand);
  auto const clashes = clashes_of(visit, scope);
  if (!clashes) return Refusal{503};
  std::vector<runs::SeenClash> chosen;
  auto const numbers = visit.form.every("clash");
  for (auto const number : numbers) {
    auto const at = std::find_if(clashes->begin(), clashes->end(), [&](runs::Clash const& clash) { return clash.number == number; });
    if (at == clashes->end()) break;
    chosen.push_back({at->of, at->key, at->field, at->number});
  }
  if (chosen.empty() || chosen.size() != numbers.size())
    return page(visit, "Nothing was done: some of this is settled meanwhile, or its source says something else again. Look at the inbox as it is now.", "",
                numbers.empty() ? 422 : 409);
  return after(visit, runs::queue_settle(visit.hub, *visit.district, chosen, keep, until), visit.in_district("enrollment/inbox"));
}

}  // namespace rollbook::web
