-- version is what its events are numbered by; the plan has its own, for the operator edits it and the vendor the rest.
CREATE TABLE vendors (
  id uuid PRIMARY KEY,
  owner uuid,
  name text NOT NULL,
  slug text NOT NULL,
  bio text NOT NULL,
  status text NOT NULL,
  reason text,
  country text NOT NULL,
  tax_id text,
  exempt boolean NOT NULL,
  plan text NOT NULL,
  plan_version bigint NOT NULL,
  approved timestamptz,
  version bigint NOT NULL,
  CONSTRAINT vendors_status CHECK (status IN ('pending', 'active', 'vacation', 'suspended', 'terminated')),
  CONSTRAINT vendors_approved CHECK (approved IS NOT NULL OR status IN ('pending', 'terminated'))
);
CREATE UNIQUE INDEX vendors_slug ON vendors (slug);
