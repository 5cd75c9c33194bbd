CREATE TABLE categories (
  id uuid NOT NULL PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  parent uuid REFERENCES categories (id),
  place bigint NOT NULL,
  version bigint NOT NULL
);

-- One document a product, with its variants inside.
CREATE TABLE products (
  id uuid NOT NULL PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  category uuid NOT NULL REFERENCES categories (id),
  state text NOT NULL,
  title text NOT NULL,
  words text NOT NULL,
  document text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT products_state CHECK (state IN ('draft', 'published', 'retired'))
);
-- All that a list looks at to find its page: the rows themselves are long.
CREATE INDEX products_category ON products (category, title, id, words, state) WHERE state = 'published';
CREATE INDEX products_title ON products (title, id, words, state) WHERE state = 'published';

-- A slug that a product had keeps leading to it.
CREATE TABLE slugs (
  slug text NOT NULL PRIMARY KEY,
  product uuid NOT NULL REFERENCES products (id)
);

CREATE TABLE variants (
  id uuid NOT NULL PRIMARY KEY,
  product uuid NOT NULL REFERENCES products (id)
);

CREATE TABLE offers (
  id uuid NOT NULL PRIMARY KEY,
  vendor uuid NOT NULL,
  variant uuid NOT NULL REFERENCES variants (id),
  product uuid NOT NULL REFERENCES products (id),
  sku text NOT NULL,
  condition text NOT NULL,
  handling_days bigint NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  version bigint NOT NULL,
  UNIQUE (vendor, sku),
  CONSTRAINT offers_state CHECK (state IN ('draft', 'submitted', 'active', 'paused', 'rejected', 'retired')),
  CONSTRAINT offers_condition CHECK (condition IN ('new', 'used', 'refurbished'))
);
CREATE INDEX offers_product ON offers (product, state, vendor);
CREATE INDEX offers_stalls ON offers (vendor, state, product);
CREATE INDEX offers_vendor ON offers (vendor, id);
CREATE INDEX offers_state ON offers (state, id);

-- Views, fed by the events of pricing, inventory and vendor: dropped and rebuilt at will.
CREATE TABLE seen_prices (
  offer uuid NOT NULL,
  currency text NOT NULL,
  price bigint NOT NULL,
  PRIMARY KEY (offer, currency)
);
CREATE TABLE seen_stock (
  offer uuid NOT NULL,
  location text NOT NULL,
  word text NOT NULL,
  PRIMARY KEY (offer, location),
  CONSTRAINT seen_stock_word CHECK (word IN ('in_stock', 'low', 'none'))
);
CREATE TABLE seen_vendors (
  vendor uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL,
  active boolean NOT NULL
);
