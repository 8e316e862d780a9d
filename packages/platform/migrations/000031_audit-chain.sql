-- The operation log is a chain in each organization: every row has a number without gaps, and a digest of itself and of the
-- row before it. What is changed, removed or put elsewhere later on no longer fits.

alter table audit add column number bigint;
alter table audit add column digest bytea;

-- Where each chain ends: rows that are cut off at its end are missed.
create table audit_head (
  organization text primary key,
  number bigint not null,
  digest bytea not null
);

-- What the digest of a row is made of, beside the digest before it.
create function audit_text(line audit) returns text language sql immutable as $$
  select jsonb_build_array(
    line.organization, line.number, line.id, (extract(epoch from line.at) * 1000000)::bigint, line.user_name, line.user_id,
    line.action, line.ip, line.result, line.status, line.request_id, line.subject, line.code)::text
$$;

create function audit_chain() returns trigger language plpgsql as $$
declare
  head audit_head;
begin
  insert into audit_head values (new.organization, 0, '') on conflict do nothing;
  select * into head from audit_head where organization = new.organization for update;
  new.number := head.number + 1;
  new.digest := sha256(head.digest || convert_to(audit_text(new), 'UTF8'));
  update audit_head set number = new.number, digest = new.digest where organization = new.organization;
  return new;
end $$;

-- What was written before is chained in the order in which it was.
alter table audit disable trigger user;
do $$
declare
  line audit;
  head audit_head;
begin
  for line in select * from audit order by seq loop
    insert into audit_head values (line.organization, 0, '') on conflict do nothing;
    select * into head from audit_head where organization = line.organization;
    line.number := head.number + 1;
    line.digest := sha256(head.digest || convert_to(audit_text(line), 'UTF8'));
    update audit set number = line.number, digest = line.digest where seq = line.seq;
    update audit_head set number = line.number, digest = line.digest where organization = line.organization;
  end loop;
end $$;
alter table audit enable trigger user;

alter table audit alter column number set not null;
alter table audit alter column digest set not null;
create unique index audit_number on audit (organization, number);
create trigger audit_chain before insert on audit for each row execute function audit_chain();
