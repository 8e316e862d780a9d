-- What a deployment is to be, one row for each time that somebody has changed it. Rows never change.
create table revision (
  deployment text not null references deployment (id),
  number integer not null,
  -- What was asked for: create, update, scale, heal, rollback.
  action text not null,
  template text not null,
  version text not null,
  variant text not null,
  inputs json not null,
  -- How many of each counted node: { node: count }.
  counts jsonb not null default '{}',
  plan text not null references plan (id),
  -- The run that leads to it.
  run text,
  -- Why, in the words of who asked for it.
  note text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (deployment, number)
);
create index revision_plan on revision (plan);

-- `wanted` is the revision that the last change leads to, `revision` the one that was last reached.
alter table deployment add column wanted integer;
alter table deployment add column revision integer;

alter table plan drop constraint plan_action_check;
alter table plan add constraint plan_action_check
  check (action in ('create', 'update', 'scale', 'heal', 'rollback', 'stop', 'start', 'delete'));
alter table plan add column counts jsonb not null default '{}';
-- The run after which it was made, and how that stood: a plan holds for what there was when it was made.
alter table plan add column base text;
-- Who carries out a plan knows it by its hash.
create index plan_hash on plan (hash);

alter table node_instance add column template text;
alter table node_instance add column index integer not null default 0;
-- The revision it was last made or changed for.
alter table node_instance add column revision integer not null default 1;

-- The cloud shows these fields otherwise than they were asked for, and somebody has accepted that.
alter table resource add column accepted jsonb not null default '{}';
create index resource_token on resource (token);

-- Operations that were begun on the instances there are, and what they ran with when they are done.
create table operation (
  deployment text not null references deployment (id),
  -- The key of its step.
  step text not null,
  node text not null,
  -- The other end, for an operation of a relationship.
  target text,
  -- Of its inputs and files; null while it has only been begun.
  digest text,
  inputs jsonb,
  outputs jsonb,
  at timestamptz not null default now(),
  primary key (deployment, step)
);

-- What was deployed before there were revisions. Its operations count as done with something else than is known now.
insert into revision (deployment, number, action, template, version, variant, inputs, plan, run, created_by, created_at)
  select id, 1, 'create', template, version, variant, inputs, plan, run, created_by, created_at from deployment;
update deployment set wanted = 1, revision = case when state in ('running', 'deleting', 'deleted') then 1 end;
update node_instance set template = node;
alter table node_instance alter column template set not null;
insert into operation (deployment, step, node, digest)
  select run.subject, run_step.key, run_step.node, 'unknown'
  from run_step join run on run.id = run_step.run
  where run.kind = 'deployment.create' and run_step.attempt > 0 and run_step.node is not null
    and run_step.key in (run_step.node || '.create', run_step.node || '.configure', run_step.node || '.start')
    and exists (select from deployment where deployment.id = run.subject)
  on conflict do nothing;
