#include "store/stored.h"

namespace rollbook::store {
namespace {

constexpr Migration steps[] = {
    {
        "records in layers, ids, revisions",
#include "store/roster_1.sql.h"
    },
    {"ids that a source uses for records it tells apart by something else", R"sql(
CREATE TABLE received_ids(
  source INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  id TEXT NOT NULL,
  key INTEGER64 NOT NULL,
  PRIMARY KEY(source, tbl, id)) CLUSTERED;
)sql"},
};

}  // namespace

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
