-- How much projects and organizations may have. There is no count of what they have: that is worked out from `resource` and
-- `deployment.takes` whenever it is asked, so that nothing can drift. Whoever adds to it holds the row meanwhile.
create table quota (
  -- The id of a project or of an organization.
  scope text primary key,
  -- { servers, cores, megabytes, volumes, gigabytes, addresses, deployments, money: { currency, perMonth } }
  limits jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null
);

-- What the deployment comes to once its last plan has been carried out. It counts while a run is at it; otherwise what there is counts.
alter table deployment add column takes jsonb not null default '{}';
update deployment set takes = jsonb_build_object('money', jsonb_build_object(
    'currency', plan.content->'quote'->>'currency', 'perMonth', plan.content->'quote'->>'after'))
  from plan where plan.id = deployment.plan and plan.content->'quote'->>'after' is not null and deployment.deleted_at is null;
create index deployment_project on deployment (project) where deleted_at is null;
