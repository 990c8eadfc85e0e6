#include "store/migrations.h"

namespace rollbook::store {
namespace {

constexpr Migration operations[] = {
    {"districts, sources and who changed them", R"sql(
CREATE TABLE districts(
  id INTEGER64 PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  created TEXT NOT NULL);
CREATE TABLE sources(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  created TEXT NOT NULL);
CREATE TABLE source_settings(
  source INTEGER64 NOT NULL REFERENCES sources(id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(source, name));
CREATE TABLE audit(
  id INTEGER64 PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  district INTEGER64,
  what TEXT NOT NULL,
  detail TEXT NOT NULL);
)sql"},
    {"runs, what they were made of, and who works on them", R"sql(
CREATE TABLE runs(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  source INTEGER64,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  created TEXT NOT NULL,
  finished TEXT,
  who TEXT NOT NULL,
  delivery TEXT NOT NULL,
  outcome TEXT,
  decision TEXT,
  held_because TEXT NOT NULL,
  digest TEXT NOT NULL,
  revision INTEGER64,
  undoes INTEGER64,
  modes TEXT NOT NULL,
  work TEXT NOT NULL,
  report TEXT NOT NULL,
  worker TEXT,
  lease INTEGER64);
CREATE INDEX runs_of_district ON runs(district, id);
CREATE TABLE source_state(
  source INTEGER64 PRIMARY KEY REFERENCES sources(id),
  needs_full INTEGER64 NOT NULL);
CREATE TABLE server_facts(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL);
)sql"},
    {"the life of a source: planned ranges, and its end", R"sql(
CREATE TABLE ranges(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  source INTEGER64 REFERENCES sources(id),
  kind TEXT NOT NULL,
  first_day INTEGER64,
  last_day INTEGER64,
  thresholds TEXT NOT NULL);
ALTER TABLE sources ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
)sql"},
    {"people who sign in, and what they may do", R"sql(
CREATE TABLE accounts(
  id INTEGER64 PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  is_operator INTEGER64 NOT NULL,
  active INTEGER64 NOT NULL,
  created TEXT NOT NULL,
  last_seen TEXT NOT NULL);
CREATE TABLE credentials(
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  secret TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY(account, kind));
CREATE TABLE grants(
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  district INTEGER64 NOT NULL REFERENCES districts(id),
  org INTEGER64 NOT NULL,
  level TEXT NOT NULL,
  demographics INTEGER64 NOT NULL,
  PRIMARY KEY(account, district, org)) CLUSTERED;
CREATE INDEX grants_in_district ON grants(district);
CREATE TABLE links(
  token BYTES PRIMARY KEY,
  purpose TEXT NOT NULL,
  account INTEGER64 REFERENCES accounts(id),
  ends INTEGER64 NOT NULL);
CREATE TABLE sessions(
  id INTEGER64 PRIMARY KEY,
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  token BYTES NOT NULL UNIQUE,
  peer TEXT NOT NULL,
  agent TEXT NOT NULL,
  begun INTEGER64 NOT NULL,
  seen INTEGER64 NOT NULL);
CREATE INDEX sessions_of_account ON sessions(account);
CREATE INDEX sessions_by_last_use ON sessions(seen);
CREATE TABLE tokens(
  id INTEGER64 PRIMARY KEY,
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  token BYTES NOT NULL UNIQUE,
  name TEXT NOT NULL,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  org INTEGER64 NOT NULL,
  level TEXT NOT NULL,
  demographics INTEGER64 NOT NULL,
  created TEXT NOT NULL,
  used INTEGER64 NOT NULL,
  ends INTEGER64 NOT NULL);
CREATE INDEX tokens_of_account ON tokens(account);
CREATE TABLE sign_in_failures(
  subject BYTES PRIMARY KEY,
  failures INTEGER64 NOT NULL,
  since INTEGER64 NOT NULL,
  wait_until INTEGER64 NOT NULL,
  forgotten INTEGER64 NOT NULL);
CREATE INDEX sign_in_failures_by_end ON sign_in_failures(forgotten);
CREATE TABLE known_addresses(
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  address BYTES NOT NULL,
  seen INTEGER64 NOT NULL,
  PRIMARY KEY(account, address)) CLUSTERED;
CREATE INDEX audit_of_district ON audit(district, id);
CREATE INDEX audit_by_who ON audit(district, who, id);
CREATE INDEX audit_by_what ON audit(district, what, id);
)sql"},
    {"how far a run has come, and who wants it to stop; runs found by what they are", R"sql(
ALTER TABLE runs ADD COLUMN progress TEXT;
ALTER TABLE runs ADD COLUMN cancel_by TEXT;
ALTER TABLE runs ADD COLUMN summary TEXT;
CREATE INDEX runs_to_do ON runs(district, id) WHERE state <> 'done';
CREATE INDEX runs_to_decide ON runs(district, id) WHERE decision = 'open';
CREATE INDEX runs_of_source ON runs(district, source, id);
CREATE INDEX runs_by_outcome ON runs(district, outcome, id);
CREATE INDEX runs_by_kind ON runs(district, kind, id);
CREATE INDEX runs_by_time ON runs(district, created, id);
CREATE INDEX runs_undone ON runs(district, undoes) WHERE undoes IS NOT NULL;
)sql"},
    {"tables of which a delta was not taken: a full file has to come first", R"sql(
CREATE TABLE needs_full(
  source INTEGER64 NOT NULL REFERENCES sources(id),
  tbl TEXT NOT NULL,
  PRIMARY KEY(source, tbl));
INSERT INTO needs_full(source, tbl) SELECT source, 'users' FROM source_state WHERE needs_full <> 0;
DROP TABLE source_state;
)sql"},
    {"what was handed on", R"sql(
CREATE TABLE exports(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  created TEXT NOT NULL,
  finished TEXT NOT NULL,
  who TEXT NOT NULL,
  outcome TEXT NOT NULL,
  revision INTEGER64 NOT NULL,
  version TEXT NOT NULL,
  schools TEXT NOT NULL,
  rows INTEGER64 NOT NULL,
  counts TEXT NOT NULL);
CREATE INDEX exports_of_district ON exports(district, id);
)sql"},
    {"the first organization, whose key is 0, is not the district itself", R"sql(
UPDATE grants SET org = -org - 1 WHERE org > 0;
UPDATE grants SET org = -org WHERE org < 0;
UPDATE tokens SET org = org + 1 WHERE org > 0;
)sql"},
    {"invitations, until they are accepted", R"sql(
CREATE TABLE invitations(
  id INTEGER64 PRIMARY KEY,
  token BYTES NOT NULL UNIQUE,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  org INTEGER64 NOT NULL,
  level TEXT NOT NULL,
  demographics INTEGER64 NOT NULL,
  invited_by INTEGER64 NOT NULL REFERENCES accounts(id),
  by_place INTEGER64 NOT NULL,
  made INTEGER64 NOT NULL,
  ends INTEGER64 NOT NULL);
CREATE INDEX invitations_of_district ON invitations(district, id);
CREATE INDEX invitations_by_end ON invitations(ends);
CREATE INDEX sources_of_district ON sources(district, id);
)sql"},
    {"what was handed on, so exactly that it can be made anew", R"sql(
ALTER TABLE exports ADD COLUMN day INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN bytes INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN digest TEXT NOT NULL DEFAULT '';
)sql"},
    {"receivers, what each got, and which records were in it", R"sql(
CREATE TABLE receivers(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  created TEXT NOT NULL,
  state TEXT NOT NULL,
  salt TEXT NOT NULL,
  settings TEXT NOT NULL);
CREATE INDEX receivers_of_district ON receivers(district, id);
ALTER TABLE exports ADD COLUMN receiver INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN policy TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN left_out INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN worker TEXT NOT NULL DEFAULT '';
CREATE INDEX exports_of_receiver ON exports(receiver, id) WHERE receiver > 0;
CREATE INDEX exports_to_do ON exports(outcome, district) WHERE receiver > 0;
CREATE TABLE export_left_out(
  export INTEGER64 NOT NULL REFERENCES exports(id),
  place INTEGER64 NOT NULL,
  tbl INTEGER64 NOT NULL,
  record TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY(export, place)) CLUSTERED;
CREATE TABLE disclosed(
  receiver INTEGER64 NOT NULL REFERENCES receivers(id),
  tbl INTEGER64 NOT NULL,
  piece INTEGER64 NOT NULL,
  export INTEGER64 NOT NULL REFERENCES exports(id),
  keys BYTES NOT NULL,
  PRIMARY KEY(receiver, tbl, piece, export)) CLUSTERED;
CREATE TABLE fetched(
  export INTEGER64 NOT NULL REFERENCES exports(id),
  number INTEGER64 NOT NULL,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  PRIMARY KEY(export, number)) CLUSTERED;
)sql"},
    {"the audit log as a chain, and found by its moments", R"sql(
ALTER TABLE audit ADD COLUMN chain TEXT NOT NULL DEFAULT '';
CREATE TABLE audit_ends(
  district INTEGER64 PRIMARY KEY,
  entries INTEGER64 NOT NULL,
  newest INTEGER64 NOT NULL,
  chain TEXT NOT NULL);
DROP INDEX audit_by_who;
DROP INDEX audit_by_what;
CREATE INDEX audit_by_time ON audit(district, at, id);
CREATE INDEX audit_by_who ON audit(district, who, at, id);
CREATE INDEX audit_by_what ON audit(district, what, at, id);
)sql"},
    {"settings of districts, what went because it was old, and whom to call at an organization", R"sql(
CREATE TABLE district_settings(
  district INTEGER64 NOT NULL REFERENCES districts(id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(district, name)) CLUSTERED;
CREATE TABLE let_go(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  before TEXT NOT NULL,
  runs INTEGER64 NOT NULL,
  entries INTEGER64 NOT NULL,
  bytes INTEGER64 NOT NULL);
CREATE INDEX let_go_of_district ON let_go(district, id);
ALTER TABLE runs ADD COLUMN delivery_gone TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN findings_gone TEXT NOT NULL DEFAULT '';
CREATE TABLE org_contacts(
  district INTEGER64 NOT NULL REFERENCES districts(id),
  org INTEGER64 NOT NULL,
  person TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  notes TEXT NOT NULL,
  changed TEXT NOT NULL,
  who TEXT NOT NULL,
  PRIMARY KEY(district, org)) CLUSTERED;
)sql"},
    {"people who left long ago are let go, and runs that changed them cannot be undone", R"sql(
ALTER TABLE let_go ADD COLUMN parts INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN past_undoing TEXT NOT NULL DEFAULT '';
)sql"},
    {"districts that the operator has locked or has deleted, and how much of what each has", R"sql(
ALTER TABLE districts ADD COLUMN state TEXT NOT NULL DEFAULT '';
CREATE INDEX districts_by_state ON districts(state, id) WHERE state <> '';
CREATE TABLE district_measures(
  district INTEGER64 PRIMARY KEY REFERENCES districts(id),
  at TEXT NOT NULL,
  roster_bytes INTEGER64 NOT NULL,
  delivery_bytes INTEGER64 NOT NULL,
  shape INTEGER64 NOT NULL,
  revision INTEGER64 NOT NULL,
  found INTEGER64 NOT NULL);
CREATE TABLE deletions(
  district INTEGER64 PRIMARY KEY,
  name TEXT NOT NULL,
  asked TEXT NOT NULL,
  who TEXT NOT NULL,
  counted TEXT NOT NULL,
  finished TEXT NOT NULL,
  proof TEXT NOT NULL,
  digest TEXT NOT NULL,
  last_run INTEGER64 NOT NULL,
  last_export INTEGER64 NOT NULL,
  worker TEXT NOT NULL,
  lease INTEGER64 NOT NULL);
)sql"},
    {"when exports are due, what they would hold, and what opens the door of a receiver", R"sql(
ALTER TABLE receivers ADD COLUMN due_after TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN preview INTEGER64 NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN looked_at TEXT NOT NULL DEFAULT '';
CREATE TABLE receiver_secrets(
  receiver INTEGER64 PRIMARY KEY REFERENCES receivers(id),
  sealed BYTES NOT NULL);
)sql"},
    {"from where somebody did what stands in the audit log", R"sql(
ALTER TABLE audit ADD COLUMN from_where TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_place ON audit(district, from_where, at, id);
)sql"},
    {"when sources are taken, and which of their deliveries are late", R"sql(
CREATE TABLE source_clocks(
  source INTEGER64 PRIMARY KEY REFERENCES sources(id),
  due_after TEXT NOT NULL,
  came_at TEXT NOT NULL,
  found INTEGER64 NOT NULL,
  late_after TEXT NOT NULL);
CREATE TABLE late_deliveries(
  source INTEGER64 NOT NULL REFERENCES sources(id),
  due TEXT NOT NULL,
  raised TEXT NOT NULL,
  move TEXT NOT NULL,
  run INTEGER64,
  ended TEXT NOT NULL,
  why_ended TEXT NOT NULL,
  PRIMARY KEY(source, due));
)sql"},
    {"events, who wants to be told of which, and what waits to be sent", R"sql(
CREATE TABLE events(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  source INTEGER64,
  run INTEGER64,
  facts TEXT NOT NULL,
  once TEXT NOT NULL,
  told INTEGER64 NOT NULL);
CREATE INDEX events_to_tell ON events(id) WHERE told = 0;
CREATE UNIQUE INDEX events_once ON events(district, once) WHERE once <> '';
CREATE TABLE wishes(
  account INTEGER64 NOT NULL REFERENCES accounts(id),
  district INTEGER64 NOT NULL REFERENCES districts(id),
  source INTEGER64 NOT NULL,
  kind TEXT NOT NULL,
  wanted INTEGER64 NOT NULL,
  PRIMARY KEY(account, district, source, kind)) CLUSTERED;
CREATE TABLE mail_settings(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL) CLUSTERED;
CREATE TABLE mail_secret(
  id INTEGER64 PRIMARY KEY,
  sealed BYTES NOT NULL);
CREATE TABLE webhooks(
  id INTEGER64 PRIMARY KEY,
  district INTEGER64 NOT NULL REFERENCES districts(id),
  url TEXT NOT NULL,
  kinds TEXT NOT NULL,
  created TEXT NOT NULL,
  state TEXT NOT NULL,
  sealed BYTES NOT NULL);
CREATE INDEX webhooks_of_district ON webhooks(district, id);
CREATE TABLE outbox(
  id INTEGER64 PRIMARY KEY,
  event INTEGER64 NOT NULL REFERENCES events(id),
  district INTEGER64 NOT NULL,
  account INTEGER64 NOT NULL,
  webhook INTEGER64 NOT NULL,
  state TEXT NOT NULL,
  created INTEGER64 NOT NULL,
  due INTEGER64 NOT NULL,
  attempts INTEGER64 NOT NULL,
  worker TEXT NOT NULL,
  lease INTEGER64 NOT NULL,
  status INTEGER64 NOT NULL,
  why TEXT NOT NULL,
  ended INTEGER64 NOT NULL);
CREATE INDEX outbox_due ON outbox(webhook, due, id) WHERE state = 'waiting';
CREATE INDEX outbox_of_district ON outbox(district, webhook, id);
CREATE INDEX outbox_of_event ON outbox(event);
CREATE INDEX outbox_of_account ON outbox(account, id) WHERE account > 0;
)sql"},
    {"what doors have taken, and what has come to them in part", R"sql(
CREATE TABLE door_taken(
  token TEXT PRIMARY KEY,
  source INTEGER64 NOT NULL REFERENCES sources(id),
  run INTEGER64 NOT NULL);
CREATE TABLE door_incomplete(
  source INTEGER64 NOT NULL REFERENCES sources(id),
  name TEXT NOT NULL,
  bytes INTEGER64 NOT NULL,
  usual INTEGER64 NOT NULL,
  since INTEGER64 NOT NULL,
  PRIMARY KEY(source, name));
CREATE TABLE door_accounts(
  source INTEGER64 PRIMARY KEY REFERENCES sources(id),
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  allowed TEXT NOT NULL,
  last_at TEXT NOT NULL,
  last_from TEXT NOT NULL);
CREATE TABLE door_keys(
  source INTEGER64 NOT NULL REFERENCES sources(id),
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL,
  base64 TEXT NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY(source, fingerprint));
CREATE TABLE door_failures(
  subject TEXT PRIMARY KEY,
  failures INTEGER64 NOT NULL,
  since INTEGER64 NOT NULL,
  until INTEGER64 NOT NULL);
CREATE TABLE door_host_keys(
  id INTEGER64 PRIMARY KEY,
  kind TEXT NOT NULL,
  base64 TEXT NOT NULL,
  sealed BYTES NOT NULL,
  from_day TEXT NOT NULL);
CREATE TABLE door_facts(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL);
)sql"},
    {"which folders of the server are watched", R"sql(
CREATE TABLE door_folders(
  source INTEGER64 PRIMARY KEY REFERENCES sources(id),
  path TEXT NOT NULL UNIQUE,
  trouble TEXT NOT NULL);
)sql"},
    {"letters bring invitations", R"sql(
ALTER TABLE invitations ADD COLUMN opened INTEGER64 NOT NULL DEFAULT 0;
CREATE TABLE outbox_now(
  id INTEGER64 PRIMARY KEY, event INTEGER64 REFERENCES events(id), invitation INTEGER64 NOT NULL, district INTEGER64 NOT NULL,
  account INTEGER64 NOT NULL, webhook INTEGER64 NOT NULL, state TEXT NOT NULL, created INTEGER64 NOT NULL, due INTEGER64 NOT NULL,
  attempts INTEGER64 NOT NULL, worker TEXT NOT NULL, lease INTEGER64 NOT NULL, status INTEGER64 NOT NULL, why TEXT NOT NULL, ended INTEGER64 NOT NULL);
INSERT INTO outbox_now SELECT id, event, 0, district, account, webhook, state, created, due, attempts, worker, lease, status, why, ended FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_now RENAME TO outbox;
CREATE INDEX outbox_due ON outbox(webhook, due, id) WHERE state = 'waiting';
CREATE INDEX outbox_of_district ON outbox(district, webhook, id);
CREATE INDEX outbox_of_event ON outbox(event);
CREATE INDEX outbox_of_account ON outbox(account, id) WHERE account > 0;
CREATE INDEX outbox_of_invitation ON outbox(invitation, id) WHERE invitation > 0;
)sql"},
};

}  // namespace

std::span<Migration const> operations_migrations() { return operations; }

}  // namespace rollbook::store
