-- What people file deployments by; policies ask about it as `tag/KEY`.
alter table deployment add column tags jsonb not null default '{}';
create index deployment_tags on deployment using gin (tags) where deleted_at is null;
-- Those that a deployment is to begin with.
alter table plan add column tags jsonb not null default '{}';
