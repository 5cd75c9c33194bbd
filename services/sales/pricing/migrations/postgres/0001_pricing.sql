-- All prices of one offer, by the vendor that catalog names.
CREATE TABLE price_lists (
  offer uuid PRIMARY KEY,
  vendor uuid NOT NULL,
  version bigint NOT NULL,
  told bigint NOT NULL,
  due timestamptz
);
CREATE INDEX price_lists_due ON price_lists (due) WHERE due IS NOT NULL;

-- A price holds until the next one of its currency begins.
CREATE TABLE prices (
  offer uuid NOT NULL REFERENCES price_lists (offer),
  currency text NOT NULL,
  valid_from timestamptz NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (offer, currency, valid_from),
  CONSTRAINT prices_amount CHECK (amount >= 0)
);

-- value: hundredths of a percent, or minor units of the currency.
CREATE TABLE coupons (
  code text PRIMARY KEY,
  kind text NOT NULL,
  value bigint NOT NULL,
  currency text,
  uses bigint NOT NULL,
  used bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT coupons_kind CHECK (kind IN ('percent', 'fixed')),
  CONSTRAINT coupons_used CHECK (used >= 0 AND used <= uses)
);

-- content is what was signed; party is people's data and is forgotten once the quote is over.
CREATE TABLE quotes (
  id uuid PRIMARY KEY,
  total bigint NOT NULL,
  expires timestamptz NOT NULL,
  content text NOT NULL,
  seal bytea NOT NULL,
  party text,
  CONSTRAINT quotes_total CHECK (total >= 0)
);
CREATE INDEX quotes_parties ON quotes (expires) WHERE party IS NOT NULL;

CREATE TABLE acceptances (
  order_id uuid PRIMARY KEY,
  quote uuid NOT NULL REFERENCES quotes (id),
  state text NOT NULL,
  coupon text REFERENCES coupons (code),
  currency text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT acceptances_state CHECK (state IN ('done', 'undone'))
);
CREATE UNIQUE INDEX acceptances_quote ON acceptances (quote) WHERE state = 'done';
CREATE INDEX acceptances_coupon ON acceptances (coupon) WHERE coupon IS NOT NULL;

CREATE TABLE components (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES acceptances (order_id),
  place bigint NOT NULL,
  vendor uuid NOT NULL,
  line bigint NOT NULL,
  units bigint NOT NULL,
  price bigint NOT NULL,
  funded bigint NOT NULL,
  commission bigint NOT NULL,
  commission_tax bigint NOT NULL,
  marketplace_tax bigint NOT NULL,
  UNIQUE (order_id, place),
  CONSTRAINT components_price CHECK (funded >= 0 AND funded <= price),
  CONSTRAINT components_parts CHECK (commission >= 0 AND commission_tax >= 0 AND marketplace_tax >= 0)
);
