CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  aggregatetype TEXT NOT NULL,
  aggregateid TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  traceparent TEXT NOT NULL,
  cause BLOB,
  at INTEGER NOT NULL,
  UNIQUE (aggregatetype, aggregateid, version)
) STRICT;

CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  message BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (consumer, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
  consumer TEXT NOT NULL,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (consumer, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE steps (
  key TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  fingerprint BLOB,
  state TEXT NOT NULL,
  answer BLOB,
  at INTEGER NOT NULL,
  CONSTRAINT steps_state CHECK (state IN ('done', 'undone'))
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL,
  head TEXT NOT NULL,
  answer BLOB NOT NULL,
  for_now INTEGER NOT NULL,
  subject TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_claims ON requests (subject) WHERE for_now;

-- A message that could not be handled, with the later ones of its aggregate behind it.
CREATE TABLE parked (
  consumer TEXT NOT NULL,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  message BLOB NOT NULL,
  aggregateid TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  tries INTEGER NOT NULL,
  error TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (consumer, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_aggregate ON parked (consumer, aggregateid);

-- A private stream of an event-sourced aggregate. Only ever appended to.
CREATE TABLE events (
  stream BLOB NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  stream BLOB NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  fold INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Effects that are no row here.
CREATE TABLE intents (
  key TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  error TEXT,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX intents_due ON intents (due);
