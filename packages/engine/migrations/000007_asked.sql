-- What somebody has asked of runs that a worker holds, among however many it holds.
create index run_asked on run (owner) where state in ('paused', 'cancelling');
