-- What a sweep has found can be named, is shown also when it was taken in, and a person decides about the rest.
alter table finding add column id text;
update finding set id = 'fnd-' || substr(md5(account || ' ' || kind || ' ' || ref), 1, 12);
alter table finding alter column id set not null, add unique (id);

alter table finding drop constraint finding_is_a_check;
-- adopted: asked for, never heard back about, and taken into the inventory.
alter table finding add check (is_a in ('adopted', 'orphan', 'double', 'unknown'));

-- Who had it deleted; null where the sweep did so itself.
alter table finding add column removed_by text;
-- Somebody knows what it is and wants it left alone.
alter table finding add column ignored_at timestamptz, add column ignored_by text, add column ignored_note text not null default '';
