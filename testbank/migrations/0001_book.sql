-- One attempt to authorize one card. `arrived = 0`: voided before it came (a tombstone); what came with it is filled in later.
CREATE TABLE payments (
  id TEXT NOT NULL PRIMARY KEY,
  attempt TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  card TEXT NOT NULL,
  return_url TEXT,
  status TEXT NOT NULL,
  decline TEXT,
  arrived INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT payments_status CHECK (status IN ('authorized', 'declined', 'needs_action', 'pending', 'voided', 'captured'))
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_reference ON payments (reference);

CREATE TABLE captures (
  payment TEXT NOT NULL REFERENCES payments (id),
  key TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (payment, key),
  CONSTRAINT captures_amount CHECK (amount > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
  payment TEXT NOT NULL REFERENCES payments (id),
  id TEXT NOT NULL,
  key TEXT NOT NULL,
  amount INTEGER NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (payment, id),
  CONSTRAINT refunds_status CHECK (status IN ('pending', 'done', 'failed'))
) STRICT, WITHOUT ROWID;

CREATE TABLE disputes (
  payment TEXT NOT NULL REFERENCES payments (id),
  id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (payment, id),
  CONSTRAINT disputes_status CHECK (status IN ('open', 'won', 'lost'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX disputes_id ON disputes (id);

CREATE TABLE payouts (
  id TEXT NOT NULL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  vendor TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT payouts_status CHECK (status IN ('pending', 'paid', 'bounced'))
) STRICT, WITHOUT ROWID;

-- What was answered to a key, written with its effect.
CREATE TABLE answers (
  key TEXT NOT NULL PRIMARY KEY,
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys whose first request was swallowed (`timeout_before`).
CREATE TABLE swallowed (
  key TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What happens later by itself: a request that is still on its way, a slow decision, a slow refund or payout.
CREATE TABLE due (
  key TEXT NOT NULL PRIMARY KEY,
  what TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at);

-- Not delivered yet. Without a time: given up.
CREATE TABLE webhooks (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL,
  at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_at ON webhooks (at);
