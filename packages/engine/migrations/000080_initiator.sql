-- Who answers for a run, and what it needs to be allowed: looked at again each time a worker takes it. Null: the platform itself.
alter table run add column initiator jsonb;
-- Why nothing of it begins until somebody else resumes it: { reason, facts }.
alter table run add column held jsonb;
