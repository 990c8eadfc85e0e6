// Identifiers: what is missing, what is confused easily, and what must not be an id; each leads to its record.
#include "report/words.h"
#include "runs/look.h"
#include "runs/odd_ids.h"
#include "runs/record_list.h"
#include "views/labels.h"
#include "web/address.h"
#include "web/asked_list.h"
#include "web/browse.h"
#include "web/by_hand_pages.h"
#include "web/enrollment.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

class Identifiers {
 public:
  Identifiers(Visit& visit, store::Database& roster)
      : visit_(visit), roster_(roster), labels_(roster, {}, visit.hub.today), odd_(runs::odd_ids(roster, visit.hub.today)) {}

  Answer answer() {
    View view{"identifiers", "Identifiers"};
    auto& model = view.model;
    set_tabs(visit_, model, "identifiers");
    Model groups = Model::List(), numbers = Model::List(), nameless = Model::List();
    for (auto const& group : odd_.near) {
      Model ids = Model::List();
      for (auto const& one : group.ids) ids.add(record(group.table, one.key, "ids that differ only in case or leading zeros"));
      groups.add({{"kind", table_in_words(table_of(group.table).name)}, {"ids", std::move(ids)}});
    }
    for (auto const& one : odd_.social_security) {
      auto found = record(one.table, one.key, "looks like a social security number: " + one.field);
      found["where"] = one.field == "sourcedId" ? "Id" : field_in_words(one.field);
      numbers.add(std::move(found));
    }
    for (auto const key : odd_.nameless_orgs) nameless.add(record(TableId::Orgs, key, "no identifier"));
    model["lacking"] = lacking();
    model["has_near"] = !odd_.near.empty();
    model["near"] = std::move(groups);
    model["more_near"] = odd_.more_near;
    model["has_numbers"] = !odd_.social_security.empty();
    model["numbers"] = std::move(numbers);
    model["more_numbers"] = odd_.more_social_security;
    model["has_nameless"] = !odd_.nameless_orgs.empty();
    model["nameless"] = std::move(nameless);
    model["more_nameless"] = odd_.more_nameless;
    model["most"] = runs::most_odd_ids;
    model["csv"] = visit_.in_district("enrollment/identifiers.csv");
    if (roster_.trouble()) return Refusal{503};
    sheet_.noted = "records downloaded";
    sheet_.about = std::to_string(sheet_.rows.size()) + " ids to look at";
    if (visit_.format == "csv") view.sheet = std::move(sheet_);
    return view;
  }

 private:
  Model record(TableId table, std::uint32_t key, std::string const& why) {
    auto const& id = labels_.id(table, key);
    sheet_.rows.push_back({std::string(table_of(table).name), id, labels_.name(table, key), why});
    return {{"id", id}, {"name", labels_.name(table, key)}, {"to", record_address(visit_, table, id, key)}};
  }

  Model lacking() {
    Model rows = Model::List();
    for (auto const* about : {&about_students, &about_staff}) {
      Model row{{"title", about->title}};
      for (auto const* const type : {"state", "district", "sis"}) {
        auto const count = runs::list_records(roster_, {.kind = about->kind, .lacks_id = type}, visit_.hub.today, 0, 1).all;
        row[type] = number(count, address(visit_.in_district("enrollment/" + std::string(about->name)), {{"lacks", type}}));
      }
      rows.add(std::move(row));
    }
    return rows;
  }

  Visit& visit_;
  store::Database& roster_;
  views::Labels labels_;
  runs::OddIds odd_;
  Sheet sheet_{"identifiers", {"table", "sourcedId", "name", "why"}, {}};
};

}  // namespace

Answer identifiers(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  return Identifiers(visit, **roster).answer();
}

}  // namespace rollbook::web
