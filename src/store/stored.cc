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
    {"what runs found and changed, row by row", R"sql(
CREATE TABLE run_contents(
  run INTEGER64 PRIMARY KEY,
  waits INTEGER64 NOT NULL);
CREATE TABLE run_findings(
  run INTEGER64 NOT NULL,
  n INTEGER64 NOT NULL,
  code TEXT NOT NULL,
  severity INTEGER64 NOT NULL,
  file TEXT NOT NULL,
  line INTEGER64,
  record INTEGER64,
  field TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  message TEXT NOT NULL,
  why TEXT NOT NULL,
  fix TEXT NOT NULL,
  cause_code TEXT,
  cause_table TEXT,
  cause_id TEXT,
  cause_file TEXT,
  cause_line INTEGER64,
  PRIMARY KEY(run, n)) CLUSTERED;
CREATE TABLE run_changes(
  run INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  kind INTEGER64 NOT NULL,
  school INTEGER64 NOT NULL,
  part INTEGER64 NOT NULL,
  first INTEGER64 NOT NULL,
  entries INTEGER64 NOT NULL,
  bytes BYTES NOT NULL,
  PRIMARY KEY(run, tbl, kind, school, part));
CREATE TABLE run_schools(
  run INTEGER64 NOT NULL,
  school INTEGER64 NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY(run, school)) CLUSTERED;
CREATE TABLE run_files(
  run INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  hash TEXT NOT NULL,
  unpacked INTEGER64 NOT NULL,
  version TEXT NOT NULL,
  delta INTEGER64 NOT NULL,
  first_record INTEGER64 NOT NULL,
  chunks BYTES NOT NULL,
  PRIMARY KEY(run, tbl));
)sql"},
};

}  // namespace

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
