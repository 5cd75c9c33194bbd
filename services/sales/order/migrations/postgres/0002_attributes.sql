-- What the client keeps with the order, a JSON object of texts. Nothing here reads it.
ALTER TABLE orders ADD COLUMN attributes text NOT NULL DEFAULT '{}';
