-- Without a vendor: the marketplace's, open to the methods of all.
CREATE TABLE zones (
  id uuid PRIMARY KEY,
  vendor uuid,
  name text NOT NULL,
  places jsonb NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX zones_vendor ON zones (vendor, id);

-- Without a vendor: every vendor delivers so.
CREATE TABLE methods (
  id uuid PRIMARY KEY,
  vendor uuid,
  zone uuid NOT NULL REFERENCES zones (id),
  name text NOT NULL,
  carrier text NOT NULL,
  kind text NOT NULL,
  currency text NOT NULL,
  price bigint,
  free_from bigint,
  steps jsonb,
  handling_days bigint NOT NULL,
  transit_days bigint NOT NULL,
  cut_off bigint NOT NULL,
  time_zone text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT methods_kind CHECK (kind IN ('flat', 'weight', 'free_from', 'recorded')),
  CONSTRAINT methods_price CHECK (price >= 0 AND free_from >= 0),
  CONSTRAINT methods_days CHECK (handling_days >= 0 AND transit_days >= 0)
);
CREATE INDEX methods_vendor ON methods (vendor, id);
CREATE INDEX methods_zone ON methods (zone);

-- What the `recorded` carrier takes for one unit from a time on, until the next row of its key.
CREATE TABLE recorded_rates (
  offer uuid NOT NULL,
  prefix text NOT NULL,
  starts timestamptz NOT NULL,
  price bigint NOT NULL,
  PRIMARY KEY (offer, prefix, starts),
  CONSTRAINT recorded_rates_price CHECK (price >= 0)
);

CREATE TABLE parcels (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  vendor_order uuid NOT NULL,
  vendor uuid NOT NULL,
  carrier text NOT NULL,
  tracking text NOT NULL,
  state text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT parcels_state CHECK (state IN ('prepared', 'dispatched', 'in_transit', 'delivered', 'returned'))
);
CREATE INDEX parcels_order ON parcels (order_id, id);
CREATE INDEX parcels_vendor ON parcels (vendor, id);
CREATE INDEX parcels_tracking ON parcels (tracking);

CREATE TABLE parcel_lines (
  parcel uuid NOT NULL REFERENCES parcels (id),
  line text NOT NULL,
  offer uuid NOT NULL,
  quantity bigint NOT NULL,
  PRIMARY KEY (parcel, line)
);

-- What the carrier told, each of its events once, whether it moved the parcel or not.
CREATE TABLE tracking (
  parcel uuid NOT NULL REFERENCES parcels (id),
  event text NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  heard timestamptz NOT NULL,
  PRIMARY KEY (parcel, event),
  CONSTRAINT tracking_kind CHECK (kind IN ('in_transit', 'delivered', 'returned'))
);
