-- Who is told by a request of ours when something has happened, what they were told, and what they answered.

create table webhook (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  url text not null,
  -- Kinds of events, as in `events.ts`.
  kinds text[] not null,
  -- Only what happens in this project; null: in the whole organization.
  project text references project (id),
  format text not null check (format in ('standard', 'cloudevents')),
  -- One after the other, each only when the one before it has arrived.
  in_order boolean not null,
  -- Sealed. The one before it signs as well for a while, so that it can be exchanged without a gap.
  secret text not null,
  old_secret text,
  old_secret_until timestamptz,
  is_enabled boolean not null default true,
  -- Why it is not enabled, where nobody has wanted that: `failing`, `gone`.
  disabled_because text,
  -- Since when nothing has arrived any more.
  failing_since timestamptz,
  created_by text not null,
  created_at timestamptz not null
);
create unique index webhook_name on webhook (organization, lower(name));

create table webhook_delivery (
  -- The same in every attempt: who gets it twice knows that it is one.
  id text primary key,
  seq bigint generated always as identity unique,
  webhook text not null references webhook (id) on delete cascade,
  kind text not null,
  at timestamptz not null,
  data jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  -- When it is due; while it is being delivered, when whoever does so must be dead.
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index webhook_delivery_due on webhook_delivery (due_at) where state = 'waiting';
create index webhook_delivery_waiting on webhook_delivery (webhook, seq) where state = 'waiting';
create index webhook_delivery_newest on webhook_delivery (webhook, seq desc);
create index webhook_delivery_old on webhook_delivery (created_at);

create table webhook_attempt (
  delivery text not null references webhook_delivery (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  -- What was answered, and the beginning of it; or why nothing was.
  status integer,
  answer text,
  failure jsonb,
  primary key (delivery, number)
);

-- What happens is written down for whoever wants to know in the transaction in which it happens: never lost, never made up.
create function webhook_tell(of text, what text, place text, at timestamptz, data jsonb) returns void language sql as $$
  insert into webhook_delivery (id, webhook, kind, at, data)
  select 'whd-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 24), id, what, at, data
  from webhook
  where organization = of and is_enabled and what = any (kinds) and (project is null or project = place)
$$;

create function webhook_of_run() returns trigger language plpgsql as $$
declare
  about deployment;
begin
  select * into about from deployment where id = new.subject;
  perform webhook_tell(new.share, 'run.ended', about.project, coalesce(new.ended, now()), jsonb_strip_nulls(jsonb_build_object(
    'run', new.id, 'kind', new.kind, 'title', new.title, 'state', new.state, 'by', new.actor,
    'deployment', about.id, 'project', about.project, 'failure', new.failure ->> 'code', 'step', new.failure ->> 'name')));
  return null;
end $$;
create trigger webhook_of_run after update on run
  for each row when (new.state in ('succeeded', 'failed', 'cancelled') and old.state is distinct from new.state)
  execute function webhook_of_run();

create function webhook_of_deployment() returns trigger language plpgsql as $$
begin
  perform webhook_tell(new.organization, 'deployment.changed', new.project, now(), jsonb_strip_nulls(jsonb_build_object(
    'deployment', new.id, 'name', new.name, 'project', new.project, 'account', new.account, 'state', new.state,
    'before', case when tg_op = 'UPDATE' then old.state end, 'run', new.run)));
  return null;
end $$;
create trigger webhook_of_new_deployment after insert on deployment
  for each row execute function webhook_of_deployment();
create trigger webhook_of_deployment after update on deployment
  for each row when (old.state is distinct from new.state) execute function webhook_of_deployment();

create function webhook_of_finding() returns trigger language plpgsql as $$
begin
  perform webhook_tell(account.organization, 'finding.found', null, now(), jsonb_build_object(
    'finding', new.id, 'account', new.account, 'kind', new.kind, 'ref', new.ref, 'name', new.name, 'is', new.is_a))
  from account where account.id = new.account;
  return null;
end $$;
create trigger webhook_of_finding after insert on finding
  for each row when (new.is_a <> 'adopted') execute function webhook_of_finding();

create function webhook_of_audit() returns trigger language plpgsql as $$
begin
  perform webhook_tell(new.organization, 'audit.written', new.project, new.at, jsonb_strip_nulls(jsonb_build_object(
    'id', new.id, 'number', new.number, 'digest', encode(new.digest, 'hex'), 'user', new.user_name, 'action', new.action,
    'ip', new.ip, 'result', new.result, 'status', new.status, 'requestId', new.request_id, 'subject', new.subject,
    'code', new.code, 'project', new.project, 'targetKind', new.target_kind, 'targetId', new.target_id,
    'targetName', new.target_name, 'reason', new.reason, 'before', new.before, 'after', new.after, 'approval', new.approval)));
  return null;
end $$;
create trigger webhook_of_audit after insert on audit for each row execute function webhook_of_audit();
