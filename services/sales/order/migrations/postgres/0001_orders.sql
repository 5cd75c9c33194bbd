-- Whom an order is for: the one place where people's data stands. No foreign key points here, so that a person can be deleted.
CREATE TABLE parties (
  id uuid NOT NULL PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  country text NOT NULL,
  state text NOT NULL,
  city text NOT NULL,
  postcode text NOT NULL,
  street text NOT NULL,
  phone text NOT NULL
);

-- The saga: state and due; who sleeps is worked on by nobody until then. decide_by, wait_until, due and since go by the machine's clock, placed_at by the business clock.
CREATE TABLE orders (
  id uuid NOT NULL PRIMARY KEY,
  state text NOT NULL,
  reason text,
  waiting boolean NOT NULL,
  version bigint NOT NULL,
  due timestamptz,
  sleeps boolean NOT NULL,
  decide_by timestamptz NOT NULL,
  wait_until timestamptz NOT NULL,
  since timestamptz NOT NULL,
  card_token text NOT NULL,
  owner_user uuid,
  owner_guest bytea,
  cart uuid NOT NULL,
  quote uuid NOT NULL,
  party uuid NOT NULL,
  client_reference text,
  total bigint NOT NULL,
  refunded bigint NOT NULL,
  currency text NOT NULL,
  placed_at timestamptz NOT NULL,
  CONSTRAINT orders_state CHECK (state IN ('placed', 'confirmed', 'completed', 'cancelling', 'cancelled')),
  CONSTRAINT orders_owner CHECK ((owner_user IS NULL) <> (owner_guest IS NULL)),
  CONSTRAINT orders_card CHECK (state = 'placed' OR card_token = ''),
  CONSTRAINT orders_due CHECK (due IS NULL OR state IN ('placed', 'cancelling'))
);
CREATE UNIQUE INDEX orders_cart ON orders (cart) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX orders_quote ON orders (quote) WHERE state <> 'cancelled';
CREATE INDEX orders_due ON orders (due) WHERE due IS NOT NULL;
CREATE INDEX orders_user ON orders (owner_user, id);
CREATE INDEX orders_guest ON orders (owner_guest, id);
CREATE INDEX orders_client ON orders (client_reference, id);

CREATE TABLE vendor_orders (
  id uuid NOT NULL PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders (id),
  vendor uuid NOT NULL,
  state text NOT NULL,
  reason text,
  version bigint NOT NULL,
  shipping bigint NOT NULL,
  total bigint NOT NULL,
  delivered_at timestamptz,
  CONSTRAINT vendor_orders_state CHECK (state IN ('placed', 'confirmed', 'partially_shipped', 'shipped', 'delivered', 'completed', 'cancelled'))
);
CREATE UNIQUE INDEX vendor_orders_part ON vendor_orders (order_id, vendor);
CREATE INDEX vendor_orders_vendor ON vendor_orders (vendor, id) WHERE version > 0;
CREATE INDEX vendor_orders_delivered ON vendor_orders (delivered_at) WHERE state = 'delivered';

CREATE TABLE lines (
  id uuid NOT NULL PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders (id),
  vendor_order uuid NOT NULL REFERENCES vendor_orders (id),
  number bigint NOT NULL,
  offer uuid NOT NULL,
  price bigint NOT NULL,
  funded bigint NOT NULL,
  ordered bigint NOT NULL,
  cancelled bigint NOT NULL,
  shipped bigint NOT NULL,
  delivered bigint NOT NULL,
  sent_back bigint NOT NULL,
  returned bigint NOT NULL,
  CONSTRAINT lines_ordered CHECK (ordered > 0 AND cancelled >= 0 AND shipped >= 0 AND cancelled + shipped <= ordered),
  CONSTRAINT lines_shipped CHECK (delivered >= 0 AND sent_back >= 0 AND delivered + sent_back <= shipped),
  CONSTRAINT lines_returned CHECK (returned >= 0 AND returned <= delivered)
);
CREATE UNIQUE INDEX lines_number ON lines (order_id, number);

-- Copied from pricing's acceptance: what each part cost whom. back is what the customer was given.
CREATE TABLE components (
  id uuid NOT NULL PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders (id),
  vendor uuid NOT NULL,
  line bigint NOT NULL,
  units bigint NOT NULL,
  price bigint NOT NULL,
  funded bigint NOT NULL,
  commission bigint NOT NULL,
  commission_tax bigint NOT NULL,
  marketplace_tax bigint NOT NULL,
  back bigint NOT NULL
);
CREATE UNIQUE INDEX components_part ON components (order_id, vendor, line);

-- What an operator has to settle: refunds refused for good, orders that nobody can decide.
CREATE TABLE troubles (
  key text NOT NULL PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders (id),
  kind text NOT NULL,
  detail text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT troubles_kind CHECK (kind IN ('refund_refused', 'undecided'))
);
