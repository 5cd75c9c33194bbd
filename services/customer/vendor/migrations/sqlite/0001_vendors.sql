-- version is what its events are numbered by; the plan has its own, for the operator edits it and the vendor the rest.
CREATE TABLE vendors (
  id BLOB NOT NULL PRIMARY KEY,
  owner BLOB,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  bio TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  country TEXT NOT NULL,
  tax_id TEXT,
  exempt INTEGER NOT NULL,
  plan TEXT NOT NULL,
  plan_version INTEGER NOT NULL,
  approved INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT vendors_status CHECK (status IN ('pending', 'active', 'vacation', 'suspended', 'terminated')),
  CONSTRAINT vendors_approved CHECK (approved IS NOT NULL OR status IN ('pending', 'terminated'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX vendors_slug ON vendors (slug);
