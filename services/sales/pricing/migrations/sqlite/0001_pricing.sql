-- All prices of one offer, by the vendor that catalog names.
CREATE TABLE price_lists (
  offer BLOB NOT NULL PRIMARY KEY,
  vendor BLOB NOT NULL,
  version INTEGER NOT NULL,
  told INTEGER NOT NULL,
  due INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX price_lists_due ON price_lists (due) WHERE due IS NOT NULL;

-- A price holds until the next one of its currency begins.
CREATE TABLE prices (
  offer BLOB NOT NULL REFERENCES price_lists (offer),
  currency TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (offer, currency, valid_from),
  CONSTRAINT prices_amount CHECK (amount >= 0)
) STRICT, WITHOUT ROWID;

-- value: hundredths of a percent, or minor units of the currency.
CREATE TABLE coupons (
  code TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  value INTEGER NOT NULL,
  currency TEXT,
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT coupons_kind CHECK (kind IN ('percent', 'fixed')),
  CONSTRAINT coupons_used CHECK (used >= 0 AND used <= uses)
) STRICT, WITHOUT ROWID;

-- content is what was signed; party is people's data and is forgotten once the quote is over.
CREATE TABLE quotes (
  id BLOB NOT NULL PRIMARY KEY,
  total INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  content TEXT NOT NULL,
  seal BLOB NOT NULL,
  party TEXT,
  CONSTRAINT quotes_total CHECK (total >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX quotes_parties ON quotes (expires) WHERE party IS NOT NULL;

CREATE TABLE acceptances (
  order_id BLOB NOT NULL PRIMARY KEY,
  quote BLOB NOT NULL REFERENCES quotes (id),
  state TEXT NOT NULL,
  coupon TEXT REFERENCES coupons (code),
  currency TEXT NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT acceptances_state CHECK (state IN ('done', 'undone'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX acceptances_quote ON acceptances (quote) WHERE state = 'done';
CREATE INDEX acceptances_coupon ON acceptances (coupon) WHERE coupon IS NOT NULL;

CREATE TABLE components (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES acceptances (order_id),
  place INTEGER NOT NULL,
  vendor BLOB NOT NULL,
  line INTEGER NOT NULL,
  units INTEGER NOT NULL,
  price INTEGER NOT NULL,
  funded INTEGER NOT NULL,
  commission INTEGER NOT NULL,
  commission_tax INTEGER NOT NULL,
  marketplace_tax INTEGER NOT NULL,
  UNIQUE (order_id, place),
  CONSTRAINT components_price CHECK (funded >= 0 AND funded <= price),
  CONSTRAINT components_parts CHECK (commission >= 0 AND commission_tax >= 0 AND marketplace_tax >= 0)
) STRICT, WITHOUT ROWID;
