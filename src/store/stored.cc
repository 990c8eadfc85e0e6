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
    {"how good the data is: affected rows by rule and school, what was there before, what is accepted", R"sql(
CREATE TABLE quality_runs(
  run INTEGER64 PRIMARY KEY,
  source INTEGER64 NOT NULL,
  day INTEGER64 NOT NULL,
  taken INTEGER64 NOT NULL,
  whole INTEGER64 NOT NULL);
CREATE TABLE quality_counts(
  run INTEGER64 NOT NULL,
  school INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,
  severity INTEGER64 NOT NULL,
  rows INTEGER64 NOT NULL,
  fresh INTEGER64,
  fixed INTEGER64,
  PRIMARY KEY(run, school, tbl, rule, field)) CLUSTERED;
CREATE INDEX quality_by_rule ON quality_counts(run, tbl, rule, field, school);
CREATE TABLE quality_state(
  source INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  run INTEGER64 NOT NULL,
  complete INTEGER64 NOT NULL,
  PRIMARY KEY(source, tbl)) CLUSTERED;
CREATE TABLE quality_rows(
  source INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,
  school INTEGER64 NOT NULL,
  severity INTEGER64 NOT NULL,
  hashes BYTES NOT NULL,
  PRIMARY KEY(source, tbl, rule, field, school));
CREATE TABLE quality_causes(
  run INTEGER64 NOT NULL,
  n INTEGER64 NOT NULL,
  code TEXT NOT NULL,
  tbl TEXT NOT NULL,
  id TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER64,
  blocks INTEGER64 NOT NULL,
  PRIMARY KEY(run, n)) CLUSTERED;
CREATE TABLE quality_scores(
  school INTEGER64 NOT NULL,
  run INTEGER64 NOT NULL,
  rows INTEGER64 NOT NULL,
  wrong INTEGER64 NOT NULL,
  PRIMARY KEY(school, run)) CLUSTERED;
CREATE INDEX quality_scores_of_run ON quality_scores(run, school);
CREATE TABLE quality_accepted(
  id INTEGER64 PRIMARY KEY,
  tbl INTEGER64 NOT NULL,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,
  school INTEGER64 NOT NULL,
  reason TEXT NOT NULL,
  until_day INTEGER64 NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  ended_at TEXT NOT NULL);
)sql"},
    {"what is searched for: words, ids and references, derived from the rows", R"sql(
CREATE TABLE search_lists(
  tbl INTEGER64 NOT NULL,
  term BYTES NOT NULL,
  first INTEGER64 NOT NULL,
  keys BYTES NOT NULL,
  PRIMARY KEY(tbl, term, first)) CLUSTERED;
CREATE TABLE search_state(
  known INTEGER64 NOT NULL,
  target INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  key INTEGER64 NOT NULL);
)sql"},
    {"findings that are accepted one by one", R"sql(
ALTER TABLE quality_accepted ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE quality_accepted ADD COLUMN hash INTEGER64 NOT NULL DEFAULT 0;
)sql"},
    {"people who may be there twice, derived from the rows", R"sql(
CREATE TABLE duplicates(
  alike INTEGER64 NOT NULL,
  grp INTEGER64 NOT NULL,
  key INTEGER64 NOT NULL,
  PRIMARY KEY(alike, grp, key)) CLUSTERED;
CREATE TABLE duplicates_state(
  known INTEGER64 NOT NULL,
  emails INTEGER64 NOT NULL,
  people INTEGER64 NOT NULL);
)sql"},
    {"people who left long ago: that there were versions of them, and what can no longer be taken back", R"sql(
CREATE TABLE redacted(
  tbl INTEGER64 NOT NULL,
  key INTEGER64 NOT NULL,
  source INTEGER64 NOT NULL,
  since INTEGER64 NOT NULL,
  until INTEGER64 NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY(tbl, key, source, since)) CLUSTERED;
CREATE TABLE past_undoing(
  revision INTEGER64 PRIMARY KEY,
  at TEXT NOT NULL);
)sql"},
    {"who is on the staff, where and as what; made with what is searched for, which begins anew", R"sql(
CREATE TABLE staff(
  person INTEGER64 PRIMARY KEY,
  words TEXT NOT NULL,
  grades TEXT NOT NULL);
CREATE TABLE staff_places(
  tbl INTEGER64 NOT NULL,
  row_key INTEGER64 NOT NULL,
  org INTEGER64 NOT NULL,
  person INTEGER64 NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY(tbl, row_key, org)) CLUSTERED;
CREATE INDEX staff_places_of_org ON staff_places(org, person);
CREATE INDEX staff_places_of_person ON staff_places(person);
DELETE FROM search_lists;
DELETE FROM search_state;
)sql"},
    {"what is searched for is made anew, with the ids of all tables and the people of each organization's roles", R"sql(
DELETE FROM search_lists;
DELETE FROM search_state;
)sql"},
    {"sources whose results, what hangs on these and on line items, or people's resources were counted at the district, and are to be counted anew", R"sql(
CREATE TABLE recounts(
  source INTEGER64 PRIMARY KEY);
INSERT INTO recounts(source) SELECT DISTINCT source FROM school_rows WHERE tbl IN (13, 15, 17, 18, 19, 20);
)sql"},
};

}  // namespace

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
