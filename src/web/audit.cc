// The audit log of a district: who did what, and when.
#include "access/audit.h"

#include <charconv>

#include "web/pages.h"

namespace rollbook::web {
namespace {

constexpr int entries_of_a_page = 100;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number) : std::nullopt;
}

}  // namespace

Answer audit(Visit& visit) {
  access::AuditFilter const filter{std::string(visit.query["who"]), std::string(visit.query["what"]), number_of(visit.query["before"])};
  auto const page = access::read_audit(visit.hub.home.operations(), visit.district->id, filter, entries_of_a_page);
  if (!page) return Refusal{503};
  View view{"audit", "Audit log"};
  Model entries = Model::List();
  Sheet sheet{"audit", {"at", "who", "what", "detail"}, {}};
  for (auto const& entry : page->entries) {
    entries.add({{"at", entry.at}, {"who", entry.who}, {"what", entry.what}, {"detail", entry.detail}});
    sheet.rows.push_back({entry.at, entry.who, entry.what, entry.detail});
  }
  auto const here = visit.in_district("administration/audit");
  auto const filters =
      (filter.who.empty() ? "" : "&who=" + http::percent_encoded(filter.who)) + (filter.what.empty() ? "" : "&what=" + http::percent_encoded(filter.what));
  view.model["is_empty"] = page->entries.empty();
  view.model["entries"] = std::move(entries);
  view.model["who"] = filter.who;
  view.model["what"] = filter.what;
  view.model["here"] = here;
  view.model["older"] = page->next ? here + "?before=" + std::to_string(*page->next) + filters : "";
  view.model["newer"] = filter.before ? here + (filters.empty() ? "" : "?" + filters.substr(1)) : "";
  view.model["csv"] = here + ".csv" + (filters.empty() ? "" : "?" + filters.substr(1));
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
