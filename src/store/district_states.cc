#include "store/district_states.h"

#include "store/search_text.h"

namespace rollbook::store {
namespace {

// Each number is looked up by an index of its own, for the districts of the page alone.
constexpr std::string_view numbers_of =
    "SELECT d.id, d.name, d.time_zone, d.created, d.state, (SELECT count(DISTINCT account) FROM grants WHERE district = d.id), "
    "(SELECT count(*) FROM sources WHERE district = d.id AND state <> 'deleted'), (SELECT count(*) FROM runs WHERE district = d.id), "
    "(SELECT outcome FROM runs WHERE district = d.id ORDER BY id DESC LIMIT 1), (SELECT state FROM runs WHERE district = d.id ORDER BY id DESC LIMIT 1) FROM ";

DistrictState state_of(Statement const& row) {
  DistrictState state;
  state.district = {row.integer(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
  state.state = row.text(4);
  state.people = row.integer(5);
  state.sources = row.integer(6);
  state.runs = row.integer(7);
  if (!row.is_null(8)) state.last_outcome = row.text(8);
  if (!row.is_null(9)) state.last_state = row.text(9);
  return state;
}

}  // namespace

DistrictStates list_district_states(Database& operations, std::string_view text, std::string_view after, std::size_t how_many) {
  DistrictStates page;
  if (!can_be_text(text) || !can_be_text(after)) return page;
  auto rows = operations.prepare(std::string(numbers_of) +
                                 "(SELECT id, name, time_zone, created, state FROM districts WHERE lower(name) LIKE lower(?) ESCAPE '\\' AND name > ? "
                                 "ORDER BY name LIMIT ?) d ORDER BY d.name");
  rows->with(anything_with(text), after, how_many + 1);
  while (rows->step()) page.some.push_back(state_of(*rows));
  page.more = page.some.size() > how_many;
  if (page.more) page.some.pop_back();
  return page;
}

std::optional<DistrictState> find_district_state(Database& operations, std::int64_t district) {
  auto row = operations.prepare(std::string(numbers_of) + "districts d WHERE d.id = ?");
  if (!row->with(district).step()) return std::nullopt;
  return state_of(*row);
}

std::int64_t count_districts(Database& operations) {
  auto row = operations.prepare("SELECT count(*) FROM districts");
  return row->step() ? row->integer(0) : 0;
}

}  // namespace rollbook::store
