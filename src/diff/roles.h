// Roles across versions: what 1.1 says in the rows of people, 1.2 says in a table of its own.
#pragma once

#include <optional>

#include "diff/diff.h"

namespace rollbook {

// Compares roles between a 1.1 and a 1.2 delivery by person, organization and role, so that a move from one version to the other
// removes nothing. Nothing when neither side states them.
std::optional<TableDiff> compare_roles(Bundle const& before, Bundle const& after, DiffOptions const& options);

}  // namespace rollbook
