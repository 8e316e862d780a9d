-- How an instance that is watched is: { is, failures, since, reason, heals, nextAt }.
alter table node_instance add column health jsonb;

-- Seconds between two looks at what is watched of it, null where nothing is; and when some worker last set out to look: one
-- does it, however many there are.
alter table deployment add column watch_seconds integer;
alter table deployment add column watched_at timestamptz;
create index deployment_watched on deployment (watched_at) where watch_seconds is not null and deleted_at is null;

-- What a cloud holds that carries our mark and should not be there, or not be unknown.
create table finding (
  account text not null references account (id),
  kind text not null,
  ref text not null,
  name text not null,
  token text not null,
  -- orphan: we have deleted it, and it is there. double: made a second time. unknown: no installation's data knows it.
  is_a text not null check (is_a in ('orphan', 'double', 'unknown')),
  deployment text,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  -- What became of it.
  removed_at timestamptz,
  primary key (account, kind, ref)
);
