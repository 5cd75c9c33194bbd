-- One an order: it judges whether money moves. Without terms it was closed before anybody asked.
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  state text NOT NULL,
  reason text,
  customer uuid,
  client_reference text,
  fingerprint bytea,
  currency text,
  total bigint NOT NULL,
  card bigint NOT NULL,
  wallet bigint NOT NULL,
  gift bigint NOT NULL,
  gift_card uuid,
  authorized_at timestamptz,
  captured_at timestamptz,
  since timestamptz NOT NULL,
  tries bigint NOT NULL,
  due timestamptz,
  version bigint NOT NULL,
  CONSTRAINT payments_state CHECK (state IN ('open', 'taking', 'taken', 'closed')),
  CONSTRAINT payments_tenders CHECK (card >= 0 AND wallet >= 0 AND gift >= 0 AND card + wallet + gift = total)
);
CREATE UNIQUE INDEX payments_order ON payments (order_id);
CREATE INDEX payments_due ON payments (due) WHERE due IS NOT NULL;

CREATE TABLE attempts (
  id uuid PRIMARY KEY,
  payment uuid NOT NULL REFERENCES payments (id),
  number bigint NOT NULL,
  state text NOT NULL,
  amount bigint NOT NULL,
  card_token text,
  bank_id text,
  problem text,
  action_url text,
  step text,
  asked_at timestamptz NOT NULL,
  UNIQUE (payment, number),
  CONSTRAINT attempts_number CHECK (number >= 1 AND number <= 5),
  CONSTRAINT attempts_state CHECK (state IN ('asked', 'waiting', 'authorized', 'declined', 'voided')),
  CONSTRAINT attempts_token CHECK (card_token IS NULL OR state = 'asked')
);
-- Never two at once, else two captures.
CREATE UNIQUE INDEX attempts_live ON attempts (payment) WHERE state IN ('asked', 'waiting', 'authorized');

-- Lines and shipping charges. Splits are sums of them.
CREATE TABLE components (
  payment uuid NOT NULL REFERENCES payments (id),
  id uuid NOT NULL,
  vendor uuid NOT NULL,
  line bigint NOT NULL,
  units bigint NOT NULL,
  price bigint NOT NULL,
  funded bigint NOT NULL,
  commission bigint NOT NULL,
  commission_tax bigint NOT NULL,
  marketplace_tax bigint NOT NULL,
  measure bigint NOT NULL,
  back bigint NOT NULL,
  refunding bigint NOT NULL,
  disputed bigint NOT NULL,
  goodwill bigint NOT NULL,
  units_back bigint NOT NULL,
  given_funded bigint NOT NULL,
  given_commission bigint NOT NULL,
  given_commission_tax bigint NOT NULL,
  given_marketplace_tax bigint NOT NULL,
  PRIMARY KEY (payment, id),
  CONSTRAINT components_measure CHECK (measure = CASE WHEN price > funded THEN price - funded ELSE price END),
  CONSTRAINT components_counters CHECK (back >= 0 AND refunding >= 0 AND disputed >= 0 AND goodwill >= 0),
  CONSTRAINT components_back CHECK (back + disputed <= measure),
  CONSTRAINT components_units CHECK (units_back >= 0 AND units_back <= units),
  CONSTRAINT components_funded CHECK (given_funded >= 0 AND given_funded <= funded),
  CONSTRAINT components_commission CHECK (given_commission >= 0 AND given_commission <= commission),
  CONSTRAINT components_commission_tax CHECK (given_commission_tax >= 0 AND given_commission_tax <= commission_tax),
  CONSTRAINT components_marketplace_tax CHECK (given_marketplace_tax >= 0 AND given_marketplace_tax <= marketplace_tax)
);

CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  payment uuid NOT NULL REFERENCES payments (id),
  kind text NOT NULL,
  state text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  reason text NOT NULL,
  card bigint NOT NULL,
  wallet bigint NOT NULL,
  gift bigint NOT NULL,
  unplaced bigint NOT NULL,
  asked_at timestamptz NOT NULL,
  at timestamptz,
  UNIQUE (payment, key),
  CONSTRAINT refunds_kind CHECK (kind IN ('refund', 'goodwill')),
  CONSTRAINT refunds_state CHECK (state IN ('refunding', 'refunded', 'refused'))
);

CREATE TABLE refund_parts (
  refund uuid NOT NULL REFERENCES refunds (id),
  n bigint NOT NULL,
  component uuid NOT NULL,
  amount bigint NOT NULL,
  units bigint NOT NULL,
  moves bigint NOT NULL,
  PRIMARY KEY (refund, n)
);

CREATE TABLE disputes (
  id uuid PRIMARY KEY,
  payment uuid NOT NULL REFERENCES payments (id),
  bank_id text NOT NULL,
  state text NOT NULL,
  amount bigint NOT NULL,
  unplaced bigint NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (payment, bank_id),
  CONSTRAINT disputes_state CHECK (state IN ('open', 'won', 'lost'))
);

CREATE TABLE dispute_parts (
  dispute uuid NOT NULL REFERENCES disputes (id),
  n bigint NOT NULL,
  component uuid NOT NULL,
  amount bigint NOT NULL,
  frozen bigint NOT NULL,
  PRIMARY KEY (dispute, n)
);

-- The ledger. Debit above zero, credit below. Only ever appended to.
CREATE TABLE entries (
  tx uuid NOT NULL,
  n bigint NOT NULL,
  account text NOT NULL,
  party uuid,
  currency text NOT NULL,
  amount bigint NOT NULL,
  kind text NOT NULL,
  cause text NOT NULL,
  payment uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (tx, n),
  CONSTRAINT entries_amount CHECK (amount <> 0)
);
CREATE INDEX entries_party ON entries (party, tx, n) WHERE party IS NOT NULL;
CREATE INDEX entries_payable ON entries (party, currency) WHERE account = 'payable';
CREATE INDEX entries_payment ON entries (payment) WHERE payment IS NOT NULL;
CREATE FUNCTION entries_only_grow() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'entries only grow'; END $$;
CREATE TRIGGER entries_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION entries_only_grow();

CREATE TABLE payouts (
  id uuid PRIMARY KEY,
  vendor uuid NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  state text NOT NULL,
  bank_id text,
  asked_at timestamptz NOT NULL,
  tries bigint NOT NULL,
  due timestamptz,
  version bigint NOT NULL,
  CONSTRAINT payouts_amount CHECK (amount > 0),
  CONSTRAINT payouts_state CHECK (state IN ('asked', 'pending', 'paid', 'bounced'))
);
CREATE UNIQUE INDEX payouts_asked ON payouts (vendor, currency) WHERE state = 'asked';
CREATE UNIQUE INDEX payouts_named ON payouts (bank_id) WHERE bank_id IS NOT NULL;
CREATE INDEX payouts_due ON payouts (due) WHERE due IS NOT NULL;

-- Which entries of a vendor a payout pays. An entry is claimed once: a bounce posts it anew.
CREATE TABLE claims (
  tx uuid NOT NULL,
  n bigint NOT NULL,
  payout uuid NOT NULL REFERENCES payouts (id),
  PRIMARY KEY (tx, n),
  FOREIGN KEY (tx, n) REFERENCES entries (tx, n)
);
CREATE INDEX claims_payout ON claims (payout);

CREATE TABLE wallets (
  owner uuid NOT NULL,
  currency text NOT NULL,
  balance bigint NOT NULL,
  held bigint NOT NULL,
  PRIMARY KEY (owner, currency),
  CONSTRAINT wallets_floor CHECK (held >= 0 AND balance >= held)
);

CREATE TABLE gift_cards (
  id uuid PRIMARY KEY,
  currency text NOT NULL,
  balance bigint NOT NULL,
  held bigint NOT NULL,
  CONSTRAINT gift_cards_floor CHECK (held >= 0 AND balance >= held)
);

-- What only a person can decide.
CREATE TABLE queue (
  subject text NOT NULL,
  kind text NOT NULL,
  why text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (subject, kind)
);
CREATE INDEX queue_at ON queue (at, subject, kind);
