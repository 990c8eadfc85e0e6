// The disclosure ledger: who got which fields of one record, and when.
#include "runs/disclosures.h"

#include "report/words.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/receivers.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t lines_of_a_page = 100;

Model tables(std::string_view chosen) {
  Model all = Model::List();
  for (auto const* table : all_tables) all.add(choice(table->name, table_in_words(table->name), table->name == chosen));
  return all;
}

Model line_of(Visit const& visit, runs::Disclosure const& one, Sheet& sheet) {
  Model fields = Model::List();
  std::string names;
  for (auto const& [name, as] : one.fields) {
    fields.add({{"name", name}, {"words", treatment_in_words(as)}, {"as_is", as == store::Treatment::AsIs}});
    names += (names.empty() ? "" : " ") + name + "=" + std::string(store::name_of(as));
  }
  auto const when = views::local_time(one.made.created, visit.district->time_zone).text();
  auto const by_hand = one.receiver.id == 0;
  sheet.rows.push_back({when, one.who + (by_hand ? " (by hand)" : ""), "E" + std::to_string(one.made.id), std::to_string(one.made.revision), names});
  return {{"when", when},
          {"receiver", one.who},
          {"to_receiver", by_hand ? "" : address_of(visit, one.receiver)},
          {"by_hand", by_hand},
          {"schools", one.schools},
          {"id", one.made.id},
          {"to", export_address(visit, one.made.id)},
          {"fields", std::move(fields)}};
}

}  // namespace

Answer disclosures(Visit& visit) {
  View view{"disclosures", "Disclosure ledger"};
  auto const here = visit.in_district("disclosures");
  auto const table_name = visit.query["table"].empty() ? std::string("users") : std::string(visit.query["table"]);
  auto const id = std::string(visit.query["id"]);
  auto const* table = table_by_name(table_name);
  if (table == nullptr) return Refusal{404};
  Sheet sheet{"disclosures", {"when", "receiver", "export", "revision", "fields"}, {}};
  Model lines = Model::List();
  bool any = false, known = true;
  std::string older;
  if (!id.empty()) {
    auto const before = std::string(visit.query["before"]);
    auto const below = before.empty() ? std::optional<std::int64_t>() : std::strtoll(before.c_str(), nullptr, 10);
    auto found = runs::disclosures_of(visit.hub, *visit.district, table->id, id, below, lines_of_a_page + 1);
    if (!found) return Refusal{503};
    known = found->has_value();
    auto& operations = visit.hub.home.operations();
    auto const noted = operations.transaction([&] {
      store::note(operations, visit.hub.actor, visit.district->id, "disclosures seen", table_name + " " + id);
      return true;
    });
    if (noted) return Refusal{503};
    if (known) {
      auto& all = **found;
      if (all.size() > lines_of_a_page) {
        all.pop_back();
        older = address(here, {{"table", table_name}, {"id", id}, {"before", std::to_string(all.back().made.id)}});
      }
      for (auto const& one : all) lines.add(line_of(visit, one, sheet)), any = true;
    }
  }
  view.model = {{"here", here},
                {"tables", tables(table_name)},
                {"id", id},
                {"asked", !id.empty()},
                {"known", known},
                {"any", any},
                {"lines", std::move(lines)},
                {"csv", address(here + ".csv", {{"table", table_name}, {"id", id}})},
                {"newer", visit.query["before"].empty() ? "" : address(here, {{"table", table_name}, {"id", id}})},
                {"older", older}};
  view.sheet = std::move(sheet);
  return view;
}

}  // namespace rollbook::web
