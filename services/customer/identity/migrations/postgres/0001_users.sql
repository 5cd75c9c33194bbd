CREATE TABLE users (
  id uuid NOT NULL PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  suspended boolean NOT NULL,
  version bigint NOT NULL,
  at timestamptz NOT NULL
);

-- Role × vendor is a relation. Without a vendor: everywhere.
CREATE TABLE roles (
  user_id uuid NOT NULL REFERENCES users (id),
  role text NOT NULL,
  vendor text NOT NULL,
  PRIMARY KEY (user_id, role, vendor),
  CONSTRAINT roles_role CHECK (role IN ('customer', 'vendor_staff', 'vendor_admin', 'support', 'platform_admin'))
);

-- Who acted as whom, and why. Only ever appended to.
CREATE TABLE acts (
  id uuid NOT NULL PRIMARY KEY,
  operator text NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id),
  vendor text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX acts_at ON acts (at, id);
