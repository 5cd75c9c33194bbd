-- A position is the transaction's number: it follows the order of commits once nothing older is running (feed_end).
-- A restore into another cluster raises the base above the highest position.
CREATE TABLE feed_base (one boolean PRIMARY KEY DEFAULT true CHECK (one), base bigint NOT NULL);
INSERT INTO feed_base (base) VALUES (0);
CREATE FUNCTION feed_here() RETURNS bigint LANGUAGE sql VOLATILE AS
  'SELECT base + pg_current_xact_id()::text::bigint FROM feed_base';
CREATE FUNCTION feed_end() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM feed_base';

CREATE TABLE outbox (
  position bigint NOT NULL DEFAULT feed_here(),
  id uuid NOT NULL UNIQUE,
  aggregatetype text NOT NULL,
  aggregateid text NOT NULL,
  version bigint NOT NULL,
  type text NOT NULL,
  payload bytea NOT NULL,
  traceparent text NOT NULL,
  cause uuid,
  at timestamptz NOT NULL,
  UNIQUE (aggregatetype, aggregateid, version)
);
CREATE INDEX outbox_position ON outbox (position);

CREATE TABLE inbox (
  consumer text NOT NULL,
  message uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (consumer, message)
);

CREATE TABLE feed (
  consumer text NOT NULL,
  source text NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (consumer, source)
);

CREATE TABLE steps (
  key text PRIMARY KEY,
  kind text NOT NULL,
  fingerprint bytea,
  state text NOT NULL,
  answer bytea,
  at timestamptz NOT NULL,
  CONSTRAINT steps_state CHECK (state IN ('done', 'undone'))
);

CREATE TABLE requests (
  scope text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status bigint NOT NULL,
  head text NOT NULL,
  answer bytea NOT NULL,
  for_now boolean NOT NULL,
  subject text,
  at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX requests_claims ON requests (subject) WHERE for_now;

-- A message that could not be handled, with the later ones of its aggregate behind it.
CREATE TABLE parked (
  consumer text NOT NULL,
  source text NOT NULL,
  position bigint NOT NULL,
  message uuid NOT NULL,
  aggregateid text NOT NULL,
  version bigint NOT NULL,
  type text NOT NULL,
  payload bytea NOT NULL,
  tries bigint NOT NULL,
  error text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (consumer, message)
);
CREATE INDEX parked_aggregate ON parked (consumer, aggregateid);

-- A private stream of an event-sourced aggregate. Only ever appended to.
CREATE TABLE events (
  stream uuid NOT NULL,
  version bigint NOT NULL,
  type text NOT NULL,
  payload bytea NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (stream, version)
);

CREATE TABLE snapshots (
  stream uuid PRIMARY KEY,
  version bigint NOT NULL,
  fold bigint NOT NULL,
  state bytea NOT NULL
);

-- Effects that are no row here.
CREATE TABLE intents (
  key text PRIMARY KEY,
  kind text NOT NULL,
  payload bytea NOT NULL,
  due timestamptz NOT NULL,
  tries bigint NOT NULL,
  error text,
  at timestamptz NOT NULL
);
CREATE INDEX intents_due ON intents (due);
