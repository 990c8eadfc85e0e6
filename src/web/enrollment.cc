#include "web/enrollment.h"

#include "report/words.h"
#include "runs/look.h"
#include "runs/planned.h"
#include "web/by_hand_pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

struct Tab {
  std::string_view name, title;
  bool everywhere = false;  // as its route says
};
constexpr Tab tabs[] = {{"students", "Students"},         {"staff", "Staff"}, {"classes", "Classes"},
                        {"upload", "Batch Upload", true}, {"inbox", "Inbox"}, {"identifiers", "Identifiers", true}};

}  // namespace

Result<std::vector<runs::Clash>> clashes_of(Visit& visit, RecordScope& scope) {
  auto clashes = runs::inbox(visit.hub, *visit.district);
  if (!clashes) return clashes.trouble();
  std::erase_if(*clashes, [&](runs::Clash const& clash) {
    auto const& table = table_of(clash.of);
    bool const refers = table.fields[field_index(table, clash.field)].refers_to != TableId::None;
    return (refers && !scope.all()) || !scope.may_change(clash.of, clash.key);
  });
  return clashes;
}

Answer enrollment(Visit& visit) { return Redirect{visit.in_district("enrollment/" + std::string(tabs[0].name))}; }

void set_tabs(Visit& visit, Model& model, std::string_view current) {
  std::size_t waiting = 0;
  if (auto const roster = runs::open_roster(visit.hub, *visit.district)) {
    RecordScope scope(visit, **roster, access::Right::EnrollByHand);
    if (auto const clashes = clashes_of(visit, scope)) waiting = clashes->size();
  }
  Model list = Model::List();
  for (auto const& tab : tabs) {
    if (tab.everywhere && !visit.standing.may_everywhere(access::Right::EnrollByHand, visit.district->id)) continue;
    list.add({{"title", tab.title},
              {"to", visit.in_district("enrollment/" + std::string(tab.name))},
              {"current", tab.name == current},
              {"count", tab.name == "inbox" && waiting > 0 ? with_separators(waiting) : ""}});
  }
  model["tabs"] = std::move(list);
  auto const why = runs::why_no_edits(visit.hub, *visit.district);
  model["stopped"] = why.empty() ? Model(false) : alert("held", why);
}

}  // namespace rollbook::web
