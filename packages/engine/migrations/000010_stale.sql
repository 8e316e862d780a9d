-- Nothing was heard of the run for so long that the database may be of an earlier time than what the run has made: whatever
-- it begins from then on is looked for first.
alter table run add column stale boolean not null default false;
