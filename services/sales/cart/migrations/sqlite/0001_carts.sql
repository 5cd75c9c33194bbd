-- One versioned value a cart: it could stand in a key-value store.
CREATE TABLE carts (
  id BLOB NOT NULL PRIMARY KEY,
  user_id BLOB,
  guest BLOB,
  state TEXT NOT NULL,
  order_id BLOB,
  document TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT carts_state CHECK (state IN ('open', 'in_checkout', 'closed')),
  CONSTRAINT carts_owner CHECK ((user_id IS NULL) <> (guest IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX carts_user ON carts (user_id, at);
