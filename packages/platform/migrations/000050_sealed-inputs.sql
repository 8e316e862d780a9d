-- Secrets among a template's inputs, and what is computed from them. Plans, revisions, runs and the inventory hold a text
-- that names them; what it stands for is here alone, sealed by the vault, with each plan that works with it.
create table input_secret (
  plan text not null references plan (id) on delete cascade,
  -- A fingerprint of the value under a key that is itself sealed: the same for the same value of one organization.
  name text not null,
  sealed text not null,
  primary key (plan, name)
);

-- The key of those fingerprints.
create table fingerprint_key (
  is_only boolean primary key default true check (is_only),
  sealed text not null
);

create index plan_deployment on plan (deployment);
