#include "web/one_run.h"

#include "web/run_words.h"

namespace rollbook::web {
namespace {

bool has_lists(Visit& visit, std::int64_t run) {
  auto const roster = visit.hub.home.roster(visit.district->id);
  if (!roster) return false;
  auto there = (*roster)->prepare((*roster)->dialect().has_table);
  if (!there->with("run_changes").step()) return false;
  there.reset();
  auto list = (*roster)->prepare("SELECT 1 FROM run_changes WHERE run = ? LIMIT 1");
  return list->with(run).step();
}

}  // namespace

std::optional<OneRun> one_run(Visit& visit) {
  auto const number = visit.number(1);
  auto detail = views::run_detail(visit.hub.home.operations(), *visit.district, number);
  if (!detail || !*detail) return std::nullopt;
  auto const district = visit.district->id;
  OneRun one{std::move(**detail),
             {},
             false,
             Seen::by(visit, access::Right::SeeHistory),
             visit.standing.may_everywhere(access::Right::RunDeliveries, district),
             visit.standing.may_everywhere(access::Right::SeeReceived, district),
             visit.school.has_value(),
             false,
             run_address(visit, number)};
  one.answered = one.detail.answer.has_value();
  if (one.answered) one.answer = one.seen.part_of(std::move(*one.detail.answer));
  one.detail.answer.reset();
  one.lists_rows = !one.answer.tables.empty() && has_lists(visit, number);
  return one;
}

}  // namespace rollbook::web
