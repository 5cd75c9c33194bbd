-- Whom an order is for: the one place where people's data stands. No foreign key points here, so that a person can be deleted.
CREATE TABLE parties (
  id BLOB NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  state TEXT NOT NULL,
  city TEXT NOT NULL,
  postcode TEXT NOT NULL,
  street TEXT NOT NULL,
  phone TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The saga: state and due; who sleeps is worked on by nobody until then. decide_by, wait_until, due and since go by the machine's clock, placed_at by the business clock.
CREATE TABLE orders (
  id BLOB NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  reason TEXT,
  waiting INTEGER NOT NULL,
  version INTEGER NOT NULL,
  due INTEGER,
  sleeps INTEGER NOT NULL,
  decide_by INTEGER NOT NULL,
  wait_until INTEGER NOT NULL,
  since INTEGER NOT NULL,
  card_token TEXT NOT NULL,
  owner_user BLOB,
  owner_guest BLOB,
  cart BLOB NOT NULL,
  quote BLOB NOT NULL,
  party BLOB NOT NULL,
  client_reference TEXT,
  total INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  currency TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  CONSTRAINT orders_state CHECK (state IN ('placed', 'confirmed', 'completed', 'cancelling', 'cancelled')),
  CONSTRAINT orders_owner CHECK ((owner_user IS NULL) <> (owner_guest IS NULL)),
  CONSTRAINT orders_card CHECK (state = 'placed' OR card_token = ''),
  CONSTRAINT orders_due CHECK (due IS NULL OR state IN ('placed', 'cancelling'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_cart ON orders (cart) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX orders_quote ON orders (quote) WHERE state <> 'cancelled';
CREATE INDEX orders_due ON orders (due) WHERE due IS NOT NULL;
CREATE INDEX orders_user ON orders (owner_user, id);
CREATE INDEX orders_guest ON orders (owner_guest, id);
CREATE INDEX orders_client ON orders (client_reference, id);

CREATE TABLE vendor_orders (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES orders (id),
  vendor BLOB NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  version INTEGER NOT NULL,
  shipping INTEGER NOT NULL,
  total INTEGER NOT NULL,
  delivered_at INTEGER,
  CONSTRAINT vendor_orders_state CHECK (state IN ('placed', 'confirmed', 'partially_shipped', 'shipped', 'delivered', 'completed', 'cancelled'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX vendor_orders_part ON vendor_orders (order_id, vendor);
CREATE INDEX vendor_orders_vendor ON vendor_orders (vendor, id) WHERE version > 0;
CREATE INDEX vendor_orders_delivered ON vendor_orders (delivered_at) WHERE state = 'delivered';

CREATE TABLE lines (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES orders (id),
  vendor_order BLOB NOT NULL REFERENCES vendor_orders (id),
  number INTEGER NOT NULL,
  offer BLOB NOT NULL,
  price INTEGER NOT NULL,
  funded INTEGER NOT NULL,
  ordered INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  shipped INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  sent_back INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  CONSTRAINT lines_ordered CHECK (ordered > 0 AND cancelled >= 0 AND shipped >= 0 AND cancelled + shipped <= ordered),
  CONSTRAINT lines_shipped CHECK (delivered >= 0 AND sent_back >= 0 AND delivered + sent_back <= shipped),
  CONSTRAINT lines_returned CHECK (returned >= 0 AND returned <= delivered)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lines_number ON lines (order_id, number);

-- Copied from pricing's acceptance: what each part cost whom. back is what the customer was given.
CREATE TABLE components (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES orders (id),
  vendor BLOB NOT NULL,
  line INTEGER NOT NULL,
  units INTEGER NOT NULL,
  price INTEGER NOT NULL,
  funded INTEGER NOT NULL,
  commission INTEGER NOT NULL,
  commission_tax INTEGER NOT NULL,
  marketplace_tax INTEGER NOT NULL,
  back INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX components_part ON components (order_id, vendor, line);

-- What an operator has to settle: refunds refused for good, orders that nobody can decide.
CREATE TABLE troubles (
  key TEXT NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT troubles_kind CHECK (kind IN ('refund_refused', 'undecided'))
) STRICT, WITHOUT ROWID;
