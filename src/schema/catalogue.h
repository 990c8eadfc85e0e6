// All tables of OneRoster, in the order in which they are read: a table stands behind those it refers to.
#pragma once

#include "schema/tables/academic_sessions.h"
#include "schema/tables/categories.h"
#include "schema/tables/class_resources.h"
#include "schema/tables/classes.h"
#include "schema/tables/course_resources.h"
#include "schema/tables/courses.h"
#include "schema/tables/demographics.h"
#include "schema/tables/enrollments.h"
#include "schema/tables/line_item_learning_objective_ids.h"
#include "schema/tables/line_item_score_scales.h"
#include "schema/tables/line_items.h"
#include "schema/tables/orgs.h"
#include "schema/tables/resources.h"
#include "schema/tables/result_learning_objective_ids.h"
#include "schema/tables/result_score_scales.h"
#include "schema/tables/results.h"
#include "schema/tables/roles.h"
#include "schema/tables/score_scales.h"
#include "schema/tables/user_profiles.h"
#include "schema/tables/user_resources.h"
#include "schema/tables/users.h"

namespace rollbook {

inline constexpr Table const* all_tables[] = {
    &orgs,
    &academic_sessions,
    &categories,
    &resources,
    &courses,
    &classes,
    &users,
    &user_profiles,
    &roles,
    &demographics,
    &enrollments,
    &class_resources,
    &course_resources,
    &user_resources,
    &line_items,
    &results,
    &score_scales,
    &line_item_score_scales,
    &result_score_scales,
    &line_item_learning_objective_ids,
    &result_learning_objective_ids,
};

// Null when there is none.
constexpr Table const* table_by_name(std::string_view name) {
  for (auto const* table : all_tables)
    if (table->name == name) return table;
  return nullptr;
}

constexpr Table const& table_of(TableId id) { return *all_tables[static_cast<std::size_t>(id)]; }

namespace catalogue_checks {
constexpr bool in_order() {
  if (std::size(all_tables) != table_count) return false;
  for (std::size_t i = 0; i < table_count; ++i) {
    if (static_cast<std::size_t>(all_tables[i]->id) != i) return false;
    for (auto const& field : all_tables[i]->fields)
      if (field.refers_to != TableId::None && static_cast<std::size_t>(field.refers_to) > i) return false;
  }
  return true;
}
static_assert(in_order());
}  // namespace catalogue_checks

}  // namespace rollbook
