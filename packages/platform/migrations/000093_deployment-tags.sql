-- Lists of deleted deployments are filtered by tags too.
drop index deployment_tags;
create index deployment_tags on deployment using gin (tags);
