CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  suspended INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Role × vendor is a relation. Without a vendor: everywhere.
CREATE TABLE roles (
  user_id BLOB NOT NULL REFERENCES users (id),
  role TEXT NOT NULL,
  vendor TEXT NOT NULL,
  PRIMARY KEY (user_id, role, vendor),
  CONSTRAINT roles_role CHECK (role IN ('customer', 'vendor_staff', 'vendor_admin', 'support', 'platform_admin'))
) STRICT, WITHOUT ROWID;

-- Who acted as whom, and why. Only ever appended to.
CREATE TABLE acts (
  id BLOB NOT NULL PRIMARY KEY,
  operator TEXT NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id),
  vendor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX acts_at ON acts (at, id);
