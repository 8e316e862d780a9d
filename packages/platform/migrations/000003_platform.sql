-- Clouds: the accounts that were added, and how they answered when last tried.
create table account (
  id text primary key,
  name text not null,
  description text not null default '',
  provider text not null,
  settings jsonb not null,
  -- Secret settings, sealed with AES-256-GCM: { field: sealed text }.
  secrets jsonb not null default '{}',
  health jsonb not null default '{"is":"unknown","checks":[]}',
  -- When some worker last set out to ask the cloud about our servers: one does it, however many there are.
  refreshed_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  changed xid8 not null default pg_current_xact_id()
);
create unique index account_name on account (lower(name)) where deleted_at is null;

-- The template library. A version's files never change.
create table template (
  id text primary key,
  name text not null,
  preset boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index template_name on template (lower(name)) where deleted_at is null;

create table template_version (
  template text not null references template (id),
  version text not null,
  seq bigint generated always as identity,
  -- sha-256 over all paths and contents: importing the same files twice makes one version.
  digest text not null,
  title jsonb not null,
  description jsonb not null,
  -- What the library shows of each variant: name, entry, providers, inputs, nodes, outputs. Unlike jsonb, json keeps
  -- the order in which the template has them.
  variants json not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (template, version)
);

create table blob (
  sha256 text primary key,
  content bytea not null
);

create table template_file (
  template text not null,
  version text not null,
  path text not null,
  bytes integer not null,
  sha256 text not null references blob (sha256),
  primary key (template, version, path),
  foreign key (template, version) references template_version (template, version)
);

-- What was shown before anything happened; carried out as it was shown, or not at all.
create table plan (
  id text primary key,
  action text not null check (action in ('create', 'delete')),
  name text not null,
  hash text not null,
  deployment text,
  template text not null,
  version text not null,
  variant text not null,
  account text not null references account (id),
  inputs json not null,
  content json not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table deployment (
  id text primary key,
  name text not null,
  state text not null,
  template text not null,
  version text not null,
  variant text not null,
  account text not null references account (id),
  plan text not null references plan (id),
  inputs json not null,
  outputs jsonb not null default '[]',
  -- The run that changes it now, or the last one.
  run text,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_by text,
  deleted_at timestamptz,
  changed xid8 not null default pg_current_xact_id()
);
create unique index deployment_name on deployment (lower(name)) where deleted_at is null;
create index deployment_newest on deployment (created_at desc, id desc);
create index deployment_changed on deployment (changed);
create index deployment_account on deployment (account) where deleted_at is null;

create table node_instance (
  deployment text not null references deployment (id),
  node text not null,
  id text not null unique,
  type text not null,
  state text not null default 'initial',
  attributes jsonb not null default '{}',
  requires jsonb not null default '[]',
  failure jsonb,
  changed xid8 not null default pg_current_xact_id(),
  primary key (deployment, node)
);
create index node_instance_changed on node_instance (changed);

-- Everything we asked a cloud for. A row is there, with its token, before the cloud is asked.
create table resource (
  id text not null unique,
  deployment text not null references deployment (id),
  -- The plan's step that makes it; `:2` … when the first one failed at the cloud and another was made.
  step text not null,
  node text not null,
  kind text not null,
  account text not null references account (id),
  name text not null,
  token text not null,
  ref text,
  state text not null,
  native text not null default '',
  zone text,
  details jsonb not null default '{}',
  spec jsonb not null default '{}',
  asked_at timestamptz not null default now(),
  created_at timestamptz,
  seen_at timestamptz,
  deleted_at timestamptz,
  changed xid8 not null default pg_current_xact_id(),
  primary key (deployment, step)
);
create index resource_ref on resource (account, kind, ref) where deleted_at is null;
create index resource_servers on resource (deployment, node) where kind = 'server' and deleted_at is null;
create index resource_changed on resource (changed);

create trigger account_notify after insert or update of changed on account for each statement execute function pileus_notify();
create trigger deployment_notify after insert or update of changed on deployment for each statement execute function pileus_notify();
create trigger node_instance_notify after insert or update of changed on node_instance for each statement execute function pileus_notify();
create trigger resource_notify after insert or update of changed on resource for each statement execute function pileus_notify();
