-- Runs, their steps and what they log. Everything a run is stands here in words, for people with psql too.

-- Tells the listeners of channel `pileus` that rows have changed; which ones, they find by column `changed`.
-- Notifying takes a lock that commits hold one after the other. Whoever commits often therefore notifies by itself,
-- beside its transactions, and says so with `set local pileus.quiet = on`.
create function pileus_notify() returns trigger language plpgsql as $$
begin
  if current_setting('pileus.quiet', true) is distinct from 'on' then
    perform pg_notify('pileus', '');
  end if;
  return null;
end
$$;

create sequence run_place;
create sequence run_worker as integer cycle;

create table run (
  id text primary key,
  -- Order in which runs were made.
  seq bigint generated always as identity unique,
  kind text not null,
  title text not null,
  -- Runs with the same subject go one after the other, in the order of `place`.
  subject text,
  place bigint not null default nextval('run_place'),
  state text not null default 'queued'
    check (state in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
  done integer not null default 0,
  total integer not null default 0,
  actor jsonb,
  input jsonb,
  output jsonb,
  -- With `step` and `name` of the step that failed first.
  failure jsonb,
  -- One more each time it is resumed.
  generation integer not null default 1,
  -- One more each time a worker claims it; what an earlier holder still writes is refused.
  epoch integer not null default 0,
  owner integer,
  lease_until timestamptz,
  created timestamptz not null default now(),
  started timestamptz,
  ended timestamptz,
  changed xid8 not null default pg_current_xact_id()
);
create index run_active on run (place) where state in ('queued', 'running', 'cancelling');
create index run_subject on run (subject, place);
create index run_changed on run (changed);

create table run_step (
  run text not null,
  seq integer not null,
  key text not null,
  name text not null,
  node text,
  -- A `started` step that has a failure waits for its next attempt.
  state text not null check (state in ('planned', 'started', 'done', 'failed', 'skipped', 'cancelled', 'undone')),
  attempt integer not null default 0,
  -- Attempts of this generation that count against its retries.
  tries integer not null default 0,
  token text,
  -- Set while it is not known whether an attempt under this token had its effect.
  unclear_since timestamptz,
  output jsonb,
  failure jsonb,
  -- Why it is skipped: the step or node that failed.
  because text,
  started timestamptz,
  ended timestamptz,
  changed xid8 not null default pg_current_xact_id(),
  primary key (run, key)
);
create index run_step_changed on run_step (changed);

create table run_log (
  run text not null,
  seq integer not null,
  step text not null,
  node text,
  at timestamptz not null,
  stream text not null check (stream in ('out', 'err', 'note')),
  text text not null,
  changed xid8 not null default pg_current_xact_id(),
  primary key (run, seq)
);
create index run_log_changed on run_log (changed);

create trigger run_changed after insert or update on run for each statement execute function pileus_notify();
create trigger run_step_changed after insert or update on run_step for each statement execute function pileus_notify();
create trigger run_log_changed after insert on run_log for each statement execute function pileus_notify();

-- Tells workers that there is something to claim or to cancel.
create function run_wake() returns trigger language plpgsql as $$
begin
  perform pg_notify('pileus_run', '');
  return null;
end
$$;
create trigger run_wake after insert or update on run
  for each row when (new.state in ('queued', 'cancelling')) execute function run_wake();
