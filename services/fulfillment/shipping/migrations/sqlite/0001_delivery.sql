-- Without a vendor: the marketplace's, open to the methods of all.
CREATE TABLE zones (
  id BLOB NOT NULL PRIMARY KEY,
  vendor BLOB,
  name TEXT NOT NULL,
  places TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX zones_vendor ON zones (vendor, id);

-- Without a vendor: every vendor delivers so.
CREATE TABLE methods (
  id BLOB NOT NULL PRIMARY KEY,
  vendor BLOB,
  zone BLOB NOT NULL REFERENCES zones (id),
  name TEXT NOT NULL,
  carrier TEXT NOT NULL,
  kind TEXT NOT NULL,
  currency TEXT NOT NULL,
  price INTEGER,
  free_from INTEGER,
  steps TEXT,
  handling_days INTEGER NOT NULL,
  transit_days INTEGER NOT NULL,
  cut_off INTEGER NOT NULL,
  time_zone TEXT NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT methods_kind CHECK (kind IN ('flat', 'weight', 'free_from', 'recorded')),
  CONSTRAINT methods_price CHECK (price >= 0 AND free_from >= 0),
  CONSTRAINT methods_days CHECK (handling_days >= 0 AND transit_days >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX methods_vendor ON methods (vendor, id);
CREATE INDEX methods_zone ON methods (zone);

-- What the `recorded` carrier takes for one unit from a time on, until the next row of its key.
CREATE TABLE recorded_rates (
  offer BLOB NOT NULL,
  prefix TEXT NOT NULL,
  starts INTEGER NOT NULL,
  price INTEGER NOT NULL,
  PRIMARY KEY (offer, prefix, starts),
  CONSTRAINT recorded_rates_price CHECK (price >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL,
  vendor_order BLOB NOT NULL,
  vendor BLOB NOT NULL,
  carrier TEXT NOT NULL,
  tracking TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT parcels_state CHECK (state IN ('prepared', 'dispatched', 'in_transit', 'delivered', 'returned'))
) STRICT, WITHOUT ROWID;
CREATE INDEX parcels_order ON parcels (order_id, id);
CREATE INDEX parcels_vendor ON parcels (vendor, id);
CREATE INDEX parcels_tracking ON parcels (tracking);

CREATE TABLE parcel_lines (
  parcel BLOB NOT NULL REFERENCES parcels (id),
  line TEXT NOT NULL,
  offer BLOB NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (parcel, line)
) STRICT, WITHOUT ROWID;

-- What the carrier told, each of its events once, whether it moved the parcel or not.
CREATE TABLE tracking (
  parcel BLOB NOT NULL REFERENCES parcels (id),
  event TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  heard INTEGER NOT NULL,
  PRIMARY KEY (parcel, event),
  CONSTRAINT tracking_kind CHECK (kind IN ('in_transit', 'delivered', 'returned'))
) STRICT, WITHOUT ROWID;
