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
    {"by which revision rows went, so that it can be taken back", R"sql(
CREATE TABLE removed_by(
  source INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  school INTEGER64 NOT NULL,
  revision INTEGER64 NOT NULL,
  day INTEGER64 NOT NULL,
  rows INTEGER64 NOT NULL,
  less INTEGER64 NOT NULL,
  PRIMARY KEY(source, tbl, school, revision)) CLUSTERED;
INSERT INTO removed_by(source, tbl, school, revision, day, rows, less) SELECT source, tbl, school, -day, day, rows, less FROM removed_rows;
DROP TABLE removed_rows;
)sql"},
};

}  // namespace

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
