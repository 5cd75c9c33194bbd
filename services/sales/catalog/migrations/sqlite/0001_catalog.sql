CREATE TABLE categories (
  id BLOB NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  parent BLOB REFERENCES categories (id),
  place INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One document a product, with its variants inside.
CREATE TABLE products (
  id BLOB NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  category BLOB NOT NULL REFERENCES categories (id),
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  words TEXT NOT NULL,
  document TEXT NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT products_state CHECK (state IN ('draft', 'published', 'retired'))
) STRICT, WITHOUT ROWID;
-- All that a list looks at to find its page: the rows themselves are long.
CREATE INDEX products_category ON products (category, title, id, words, state) WHERE state = 'published';
CREATE INDEX products_title ON products (title, id, words, state) WHERE state = 'published';

-- A slug that a product had keeps leading to it.
CREATE TABLE slugs (
  slug TEXT NOT NULL PRIMARY KEY,
  product BLOB NOT NULL REFERENCES products (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE variants (
  id BLOB NOT NULL PRIMARY KEY,
  product BLOB NOT NULL REFERENCES products (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  id BLOB NOT NULL PRIMARY KEY,
  vendor BLOB NOT NULL,
  variant BLOB NOT NULL REFERENCES variants (id),
  product BLOB NOT NULL REFERENCES products (id),
  sku TEXT NOT NULL,
  condition TEXT NOT NULL,
  handling_days INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (vendor, sku),
  CONSTRAINT offers_state CHECK (state IN ('draft', 'submitted', 'active', 'paused', 'rejected', 'retired')),
  CONSTRAINT offers_condition CHECK (condition IN ('new', 'used', 'refurbished'))
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_product ON offers (product, state, vendor);
CREATE INDEX offers_stalls ON offers (vendor, state, product);
CREATE INDEX offers_vendor ON offers (vendor, id);
CREATE INDEX offers_state ON offers (state, id);

-- Views, fed by the events of pricing, inventory and vendor: dropped and rebuilt at will.
CREATE TABLE seen_prices (
  offer BLOB NOT NULL,
  currency TEXT NOT NULL,
  price INTEGER NOT NULL,
  PRIMARY KEY (offer, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE seen_stock (
  offer BLOB NOT NULL,
  location TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (offer, location),
  CONSTRAINT seen_stock_word CHECK (word IN ('in_stock', 'low', 'none'))
) STRICT, WITHOUT ROWID;
CREATE TABLE seen_vendors (
  vendor BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
