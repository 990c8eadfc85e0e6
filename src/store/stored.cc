#include "store/stored.h"

namespace rollbook::store {
namespace {

constexpr Migration steps[] = {
    {
        "records in layers, ids, revisions",
#include "store/roster_1.sql.h"
    },
};

}  // namespace

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
