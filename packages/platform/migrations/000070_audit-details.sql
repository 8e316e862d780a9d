-- The operation log says more: what was done to which thing of which project, why, what is different since, and by whose leave.

alter table audit
  add column project text,
  add column target_kind text,
  add column target_id text,
  add column target_name text,
  add column reason text,
  add column before jsonb,
  add column after jsonb,
  add column approval text;
create index audit_project on audit (organization, project, seq) where project is not null;
create index audit_target on audit (organization, target_id, seq) where target_id is not null;

-- Rows that say no more than rows of before are digested as those are; the others are longer lists, so no two rows share a text.
-- `stable` and `json`, with the same text as `jsonb`: so the planner writes it out into the query that verifies a million rows.
create or replace function audit_text(line audit) returns text language sql stable parallel safe as $$
  select case
    when num_nonnulls(line.project, line.target_kind, line.target_id, line.target_name, line.reason, line.before, line.after,
      line.approval) = 0
    then json_build_array(
      line.organization, line.number, line.id, (extract(epoch from line.at) * 1000000)::bigint, line.user_name, line.user_id,
      line.action, line.ip, line.result, line.status, line.request_id, line.subject, line.code)::text
    else json_build_array(
      line.organization, line.number, line.id, (extract(epoch from line.at) * 1000000)::bigint, line.user_name, line.user_id,
      line.action, line.ip, line.result, line.status, line.request_id, line.subject, line.code,
      line.project, line.target_kind, line.target_id, line.target_name, line.reason, line.before, line.after,
      line.approval)::text
  end
$$;

-- As whoever owns the tables: a server's role that may add rows cannot write the ends of the chains by itself, nor put a
-- temporary table of the same name in their place.
select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
create or replace function audit_chain() returns trigger language plpgsql security definer set search_path from current as $$
declare
  head audit_head;
begin
  insert into audit_head as held values (new.organization, 1, '')
    on conflict (organization) do update set number = held.number + 1
    returning * into head;
  new.number := head.number;
  new.digest := sha256(head.digest || convert_to(audit_text(new), 'UTF8'));
  update audit_head set digest = new.digest where organization = new.organization;
  return new;
end $$;
