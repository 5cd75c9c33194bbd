-- One an order: it judges whether money moves. Without terms it was closed before anybody asked.
CREATE TABLE payments (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  customer BLOB,
  client_reference TEXT,
  fingerprint BLOB,
  currency TEXT,
  total INTEGER NOT NULL,
  card INTEGER NOT NULL,
  wallet INTEGER NOT NULL,
  gift INTEGER NOT NULL,
  gift_card BLOB,
  authorized_at INTEGER,
  captured_at INTEGER,
  since INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT payments_state CHECK (state IN ('open', 'taking', 'taken', 'closed')),
  CONSTRAINT payments_tenders CHECK (card >= 0 AND wallet >= 0 AND gift >= 0 AND card + wallet + gift = total)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payments_order ON payments (order_id);
CREATE INDEX payments_due ON payments (due) WHERE due IS NOT NULL;

CREATE TABLE attempts (
  id BLOB NOT NULL PRIMARY KEY,
  payment BLOB NOT NULL REFERENCES payments (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  amount INTEGER NOT NULL,
  card_token TEXT,
  bank_id TEXT,
  problem TEXT,
  action_url TEXT,
  step TEXT,
  asked_at INTEGER NOT NULL,
  UNIQUE (payment, number),
  CONSTRAINT attempts_number CHECK (number >= 1 AND number <= 5),
  CONSTRAINT attempts_state CHECK (state IN ('asked', 'waiting', 'authorized', 'declined', 'voided')),
  CONSTRAINT attempts_token CHECK (card_token IS NULL OR state = 'asked')
) STRICT, WITHOUT ROWID;
-- Never two at once, else two captures.
CREATE UNIQUE INDEX attempts_live ON attempts (payment) WHERE state IN ('asked', 'waiting', 'authorized');

-- Lines and shipping charges. Splits are sums of them.
CREATE TABLE components (
  payment BLOB NOT NULL REFERENCES payments (id),
  id BLOB NOT NULL,
  vendor BLOB NOT NULL,
  line INTEGER NOT NULL,
  units INTEGER NOT NULL,
  price INTEGER NOT NULL,
  funded INTEGER NOT NULL,
  commission INTEGER NOT NULL,
  commission_tax INTEGER NOT NULL,
  marketplace_tax INTEGER NOT NULL,
  measure INTEGER NOT NULL,
  back INTEGER NOT NULL,
  refunding INTEGER NOT NULL,
  disputed INTEGER NOT NULL,
  goodwill INTEGER NOT NULL,
  units_back INTEGER NOT NULL,
  given_funded INTEGER NOT NULL,
  given_commission INTEGER NOT NULL,
  given_commission_tax INTEGER NOT NULL,
  given_marketplace_tax INTEGER NOT NULL,
  PRIMARY KEY (payment, id),
  CONSTRAINT components_measure CHECK (measure = CASE WHEN price > funded THEN price - funded ELSE price END),
  CONSTRAINT components_counters CHECK (back >= 0 AND refunding >= 0 AND disputed >= 0 AND goodwill >= 0),
  CONSTRAINT components_back CHECK (back + disputed <= measure),
  CONSTRAINT components_units CHECK (units_back >= 0 AND units_back <= units),
  CONSTRAINT components_funded CHECK (given_funded >= 0 AND given_funded <= funded),
  CONSTRAINT components_commission CHECK (given_commission >= 0 AND given_commission <= commission),
  CONSTRAINT components_commission_tax CHECK (given_commission_tax >= 0 AND given_commission_tax <= commission_tax),
  CONSTRAINT components_marketplace_tax CHECK (given_marketplace_tax >= 0 AND given_marketplace_tax <= marketplace_tax)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
  id BLOB NOT NULL PRIMARY KEY,
  payment BLOB NOT NULL REFERENCES payments (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  reason TEXT NOT NULL,
  card INTEGER NOT NULL,
  wallet INTEGER NOT NULL,
  gift INTEGER NOT NULL,
  unplaced INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  at INTEGER,
  UNIQUE (payment, key),
  CONSTRAINT refunds_kind CHECK (kind IN ('refund', 'goodwill')),
  CONSTRAINT refunds_state CHECK (state IN ('refunding', 'refunded', 'refused'))
) STRICT, WITHOUT ROWID;

CREATE TABLE refund_parts (
  refund BLOB NOT NULL REFERENCES refunds (id),
  n INTEGER NOT NULL,
  component BLOB NOT NULL,
  amount INTEGER NOT NULL,
  units INTEGER NOT NULL,
  moves INTEGER NOT NULL,
  PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE disputes (
  id BLOB NOT NULL PRIMARY KEY,
  payment BLOB NOT NULL REFERENCES payments (id),
  bank_id TEXT NOT NULL,
  state TEXT NOT NULL,
  amount INTEGER NOT NULL,
  unplaced INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (payment, bank_id),
  CONSTRAINT disputes_state CHECK (state IN ('open', 'won', 'lost'))
) STRICT, WITHOUT ROWID;

CREATE TABLE dispute_parts (
  dispute BLOB NOT NULL REFERENCES disputes (id),
  n INTEGER NOT NULL,
  component BLOB NOT NULL,
  amount INTEGER NOT NULL,
  frozen INTEGER NOT NULL,
  PRIMARY KEY (dispute, n)
) STRICT, WITHOUT ROWID;

-- The ledger. Debit above zero, credit below. Only ever appended to.
CREATE TABLE entries (
  tx BLOB NOT NULL,
  n INTEGER NOT NULL,
  account TEXT NOT NULL,
  party BLOB,
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL,
  kind TEXT NOT NULL,
  cause TEXT NOT NULL,
  payment BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (tx, n),
  CONSTRAINT entries_amount CHECK (amount <> 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_party ON entries (party, tx, n) WHERE party IS NOT NULL;
CREATE INDEX entries_payable ON entries (party, currency) WHERE account = 'payable';
CREATE INDEX entries_payment ON entries (payment) WHERE payment IS NOT NULL;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries only grow'); END;
CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries only grow'); END;

CREATE TABLE payouts (
  id BLOB NOT NULL PRIMARY KEY,
  vendor BLOB NOT NULL,
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL,
  state TEXT NOT NULL,
  bank_id TEXT,
  asked_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT payouts_amount CHECK (amount > 0),
  CONSTRAINT payouts_state CHECK (state IN ('asked', 'pending', 'paid', 'bounced'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payouts_asked ON payouts (vendor, currency) WHERE state = 'asked';
CREATE UNIQUE INDEX payouts_named ON payouts (bank_id) WHERE bank_id IS NOT NULL;
CREATE INDEX payouts_due ON payouts (due) WHERE due IS NOT NULL;

-- Which entries of a vendor a payout pays. An entry is claimed once: a bounce posts it anew.
CREATE TABLE claims (
  tx BLOB NOT NULL,
  n INTEGER NOT NULL,
  payout BLOB NOT NULL REFERENCES payouts (id),
  PRIMARY KEY (tx, n),
  FOREIGN KEY (tx, n) REFERENCES entries (tx, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_payout ON claims (payout);

CREATE TABLE wallets (
  owner BLOB NOT NULL,
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (owner, currency),
  CONSTRAINT wallets_floor CHECK (held >= 0 AND balance >= held)
) STRICT, WITHOUT ROWID;

CREATE TABLE gift_cards (
  id BLOB NOT NULL PRIMARY KEY,
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL,
  held INTEGER NOT NULL,
  CONSTRAINT gift_cards_floor CHECK (held >= 0 AND balance >= held)
) STRICT, WITHOUT ROWID;

-- What only a person can decide.
CREATE TABLE queue (
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (subject, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_at ON queue (at, subject, kind);
