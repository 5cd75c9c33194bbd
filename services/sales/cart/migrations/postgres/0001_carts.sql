-- One versioned value a cart: it could stand in a key-value store.
CREATE TABLE carts (
  id uuid NOT NULL PRIMARY KEY,
  user_id uuid,
  guest bytea,
  state text NOT NULL,
  order_id uuid,
  document text NOT NULL,
  version bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT carts_state CHECK (state IN ('open', 'in_checkout', 'closed')),
  CONSTRAINT carts_owner CHECK ((user_id IS NULL) <> (guest IS NULL))
);
CREATE INDEX carts_user ON carts (user_id, at);
