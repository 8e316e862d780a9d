-- Cursors of lists carry times in milliseconds, so these are what rows are made at: with a finer time a row would follow its own
-- cursor, or be left out.
alter table account alter column created_at type timestamptz(3);
alter table template alter column created_at type timestamptz(3);
alter table plan alter column created_at type timestamptz(3);
alter table deployment alter column created_at type timestamptz(3);
alter table resource alter column asked_at type timestamptz(3);
alter table organization alter column created_at type timestamptz(3);
alter table project alter column created_at type timestamptz(3);
alter table user_account alter column created_at type timestamptz(3);
alter table user_group alter column created_at type timestamptz(3);
alter table service_account alter column created_at type timestamptz(3);
alter table policy alter column created_at type timestamptz(3);
