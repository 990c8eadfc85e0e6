// Settings of a district: its time zone, and how long what is old is kept; what would go, and what has gone.
#include "store/district_settings.h"

#include <charconv>
#include <chrono>

#include "base/text.h"
#include "report/words.h"
#include "runs/retention.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using store::Kept;

constexpr std::size_t most_listed = 50;
constexpr std::chrono::seconds longest_count{2};

struct Words {
  Kept what;
  std::string_view title, doc, entry, entries;
};
constexpr Words all_words[] = {
    {Kept::Deliveries, "Files of deliveries",
     "As they were received, sealed. Without them nobody can download what came, or run it again. Runs stay, and can still be undone.", "file", "files"},
    {Kept::Findings, "Findings and lists of rows",
     "What runs found row by row, which rows they changed, and ids that their reports name. Numbers stay, and runs can still be undone.",
     "finding or part of a list", "findings and parts of lists"},
    {Kept::Leavers, "People who left",
     "Counted from the day on which they left the roster. All that was ever said of them goes, with their enrollments, roles and other records about them. "
     "Deliveries, findings and lists that are as old go with them, as they stand in them. Runs that changed them can no longer be undone, nor people restored.",
     "person", "people"},
};

Words const& words_of(Kept what) { return all_words[static_cast<std::size_t>(what)]; }

// "" is for ever; nothing when it is no number of days.
std::optional<std::optional<std::int64_t>> days_typed(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t days = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || end != text.data() + text.size() || days < store::least_days || days > store::most_days) return std::nullopt;
  return std::optional(days);
}

Model told(runs::LetGo const& one, std::string const& zone) {
  auto const& words = words_of(one.what);
  return {{"title", words.title},
          {"before", one.before},
          {"when", views::local_time(one.at, zone).text_with_weekday()},
          {"runs", with_separators(one.runs)},
          {"of_runs", counted(one.runs, "run")},
          {"entries", counted(one.entries, words.entry, words.entries)},
          {"parts", one.parts > 0 ? counted(one.parts, "record") : ""},
          {"at_least", !one.whole},
          {"is_people", one.what == Kept::Leavers},
          {"bytes", one.bytes > 0 ? size_in_words(one.bytes) : ""},
          {"nothing", one.runs + one.entries + one.parts == 0}};
}

// `in_force`: what stands in it of people who left may end it earlier.
std::string kept_in_words(std::optional<std::int64_t> own, std::optional<std::int64_t> in_force) {
  if (!in_force) return "Nothing of it goes.";
  return "Kept for " + counted(static_cast<std::uint64_t>(*in_force), "day") + (own == in_force ? "." : ", as long as people who left.");
}

View page(Visit& visit, std::string const& wrong) {
  View view{"district_settings", "Settings"};
  auto& operations = visit.hub.home.operations();
  auto const zone = visit.district->time_zone;
  auto const here = visit.in_district("administration/settings");
  Model kept = Model::List(), previews = Model::List(), gone = Model::List();
  std::string also;
  // The page does not wait for all of a large roster to be read: what was counted by then is told as "at least".
  auto const enough = [until = std::chrono::steady_clock::now() + longest_count] { return std::chrono::steady_clock::now() > until; };
  // As typed, in a preview; else as it is.
  auto const typed_of = [&](Kept what) {
    auto const name = store::name_of(what);
    return visit.query.has(name) ? days_typed(visit.query[name]) : std::nullopt;
  };
  auto const days_of = [&](Kept what) {
    auto const typed = typed_of(what);
    return typed ? *typed : store::days_kept(operations, visit.district->id, what);
  };
  for (auto const& words : all_words) {
    auto const name = std::string(store::name_of(words.what));
    auto const now = store::days_kept(operations, visit.district->id, words.what);
    auto const typed = typed_of(words.what);
    auto const days = days_of(words.what), in_force = store::days_with_leavers(words.what, days, days_of(Kept::Leavers));
    kept.add({{"name", name},
              {"title", words.title},
              {"doc", words.doc},
              {"value", days ? std::to_string(*days) : ""},
              {"now", kept_in_words(now, store::days_with_leavers(words.what, now, store::days_kept(operations, visit.district->id, Kept::Leavers)))}});
    if (visit.query.has("preview") && visit.query.has(name) && !typed)
      also = "Keep them for " + std::to_string(store::least_days) + " to " + with_separators(store::most_days) + " days, or leave the field empty.";
    if (!visit.query.has("preview") || !in_force) continue;
    if (auto const would = runs::would_go(visit.hub, *visit.district, words.what, *in_force, enough)) previews.add(told(*would, zone));
  }
  Sheet sheet{"let-go", {"at", "what", "before", "runs", "entries", "parts", "bytes"}, {}};
  auto const listed = runs::list_let_go(operations, visit.district->id, most_listed);
  for (auto const& one : listed) {
    gone.add(told(one, zone));
    sheet.rows.push_back({one.at, std::string(store::name_of(one.what)), one.before, std::to_string(one.runs), std::to_string(one.entries),
                          std::to_string(one.parts), std::to_string(one.bytes)});
  }
  auto const trouble = wrong.empty() ? also : wrong;
  view.model = {{"wrong", trouble.empty() ? Model(false) : alert("danger", trouble)},
                {"name", visit.district->name},
                {"zone", part({.name = "zone",
                               .label = "Time zone",
                               .value = wrong.empty() ? zone : std::string(visit.form["zone"]),
                               .hint = "As the IANA database calls it: America/Chicago, Europe/Berlin."})},
                {"is_preview", visit.query.has("preview") && also.empty()},
                {"has_previews", !previews.get<Model::List>()->empty()},
                {"previews", std::move(previews)},
                {"kept", std::move(kept)},
                {"has_gone", !listed.empty()},
                {"gone", std::move(gone)},
                {"least", store::least_days},
                {"most", store::most_days},
                {"csv", here + ".csv"},
                {"here", here}};
  view.sheet = std::move(sheet);
  if (!trouble.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer district_settings(Visit& visit) { return page(visit, ""); }

Answer set_district_zone(Visit& visit) {
  auto const zone = std::string(trimmed(visit.form["zone"]));
  if (auto const trouble = store::set_time_zone(visit.hub.home.operations(), *visit.district, zone, visit.hub.actor)) return page(visit, trouble->text);
  return Redirect{visit.in_district("administration/settings"), "The time zone is " + zone + "."};
}

// What is saved is what the preview showed: how many days, and nothing else.
Answer set_retention(Visit& visit) {
  for (auto const& words : all_words)
    if (visit.form.has(store::name_of(words.what)) && !days_typed(visit.form[store::name_of(words.what)]))
      return page(visit,
                  "Keep them for " + std::to_string(store::least_days) + " to " + with_separators(store::most_days) + " days, or leave the field empty.");
  for (auto const& words : all_words) {
    if (!visit.form.has(store::name_of(words.what))) continue;
    auto const days = *days_typed(visit.form[store::name_of(words.what)]);
    if (days == store::days_kept(visit.hub.home.operations(), visit.district->id, words.what)) continue;
    if (auto const trouble = store::set_days_kept(visit.hub.home.operations(), *visit.district, words.what, days, visit.hub.actor))
      return page(visit, trouble->text);
  }
  return Redirect{visit.in_district("administration/settings"), "It is set. What is older goes with the next day of the district, and is told here."};
}

}  // namespace rollbook::web
