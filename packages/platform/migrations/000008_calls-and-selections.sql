alter table plan drop constraint plan_action_check;
alter table plan add constraint plan_action_check
  check (action in ('create', 'update', 'scale', 'heal', 'rollback', 'stop', 'start', 'delete', 'workflow', 'operation'));

-- What a deployment uses that it has not made: nodes of others. They stay as long as they are used.
create table selection (
  deployment text not null references deployment (id),
  -- The node it stands for in the deployment that uses it.
  node text not null,
  -- Whose it is.
  source text not null references deployment (id),
  source_node text not null,
  primary key (deployment, node)
);
create index selection_source on selection (source, source_node);
