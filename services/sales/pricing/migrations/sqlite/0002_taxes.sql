-- How sales to a country, or to a part of one, are taxed.
CREATE TABLE tax_zones (
  region TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  inclusion TEXT NOT NULL,
  owed_by TEXT NOT NULL,
  rounding TEXT NOT NULL,
  rates TEXT NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT tax_zones_inclusion CHECK (inclusion IN ('included', 'added')),
  CONSTRAINT tax_zones_owed_by CHECK (owed_by IN ('vendor', 'marketplace', 'marketplace_if_foreign')),
  CONSTRAINT tax_zones_rounding CHECK (rounding IN ('half_up', 'half_even'))
) STRICT, WITHOUT ROWID;

ALTER TABLE components ADD COLUMN why TEXT NOT NULL DEFAULT '';
