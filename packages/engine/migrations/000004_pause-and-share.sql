-- A run can be paused, resumed for some of its nodes alone, and takes its turn among the runs of others.

alter table run drop constraint run_state_check;
alter table run add constraint run_state_check
  check (state in ('queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'));

-- Nodes whose steps are tried again since it was last resumed; null: all of them.
alter table run add column only_nodes text[];

-- On whose account it runs: workers take runs from every share in turn.
alter table run add column share text not null default '';
drop index run_active;
create index run_active on run (share, place) where state in ('queued', 'running', 'cancelling');
create index run_held on run (share) where state in ('running', 'cancelling');

drop trigger run_wake on run;
create trigger run_wake after insert or update on run
  for each row when (new.state in ('queued', 'paused', 'cancelling')) execute function run_wake();
