-- How sales to a country, or to a part of one, are taxed.
CREATE TABLE tax_zones (
  region text PRIMARY KEY,
  name text NOT NULL,
  inclusion text NOT NULL,
  owed_by text NOT NULL,
  rounding text NOT NULL,
  rates text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT tax_zones_inclusion CHECK (inclusion IN ('included', 'added')),
  CONSTRAINT tax_zones_owed_by CHECK (owed_by IN ('vendor', 'marketplace', 'marketplace_if_foreign')),
  CONSTRAINT tax_zones_rounding CHECK (rounding IN ('half_up', 'half_even'))
);

ALTER TABLE components ADD COLUMN why text NOT NULL DEFAULT '';
