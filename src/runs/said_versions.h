// Which version of OneRoster a source has spoken since which revision. In 1.1 the rows of people say their roles, in 1.2 those of roles.csv do: what the
// other way of speaking has left behind is stored, for undo, and means nothing.
#pragma once

#include <map>

#include "base/version.h"
#include "runs/plan.h"

namespace rollbook::runs {

// What the source spoke before, when this delivery says of roles and speaks the other version.
std::optional<Version> moved_from(store::Database& roster, Plan const& plan, std::int64_t source, std::optional<Version> version);

// Notes what this delivery speaks, when it says anything of roles. Within the transaction of its revision.
void note_version(store::Database& roster, Plan const& plan, std::int64_t source, std::optional<Version> version, std::int64_t revision);

// When the revision `undone` began another way of speaking, and it is still in use: what was spoken before counts again from `revision` on.
// False: it did not.
bool take_back_version(store::Database& roster, std::int64_t source, std::int64_t undone, std::int64_t revision);

// Records that one source takes over from another say roles as they did there, until it speaks itself.
void hand_over_version(store::Database& roster, std::int64_t from, std::int64_t to, std::int64_t revision);

// Sources that had spoken by the end of `revision`.
std::map<std::int64_t, Version> versions_at(store::Database& roster, std::int64_t revision);

// Of a stored row: a person forgets what they were in the way that is no longer spoken. False: a role that its source no longer speaks of in roles.csv.
bool says_roles_here(std::map<std::int64_t, Version> const& spoken, TableId table, std::int64_t source, StoredRow& row);

}  // namespace rollbook::runs
