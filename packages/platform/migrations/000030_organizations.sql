-- Organizations, the isolation boundary, and what people may do in theirs.

create table organization (
  id text primary key,
  name text not null,
  -- The one that runs the platform: whoever may do so there makes others.
  is_home boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index organization_name on organization (lower(name)) where deleted_at is null;
create unique index organization_home on organization (is_home) where is_home;
insert into organization (id, name, is_home, created_by) values ('org-home', 'default', true, 'system');

create table project (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  description text not null default '',
  -- Where things go whose project nobody names.
  is_default boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index project_name on project (organization, lower(name)) where deleted_at is null;
create unique index project_default on project (organization) where is_default;
insert into project (id, organization, name, is_default, created_by)
  values ('prj-home', 'org-home', 'default', true, 'system');

create table environment (
  id text primary key,
  project text not null references project (id),
  name text not null,
  -- What it is for: policies and plans may treat production otherwise.
  purpose text not null check (purpose in ('development', 'test', 'staging', 'production')),
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index environment_name on environment (project, lower(name)) where deleted_at is null;

-- Names of users are theirs within an organization.
alter table user_account add column organization text not null default 'org-home' references organization (id);
alter table user_account alter column organization drop default;
alter table user_account add column created_by text not null default 'system';
alter table user_account add column disabled_at timestamptz;
drop index user_account_name;
create unique index user_account_name on user_account (organization, lower(name));

create table user_group (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  description text not null default '',
  created_by text not null,
  created_at timestamptz not null default now()
);
create unique index user_group_name on user_group (organization, lower(name));

-- Users and service accounts.
create table group_member (
  user_group text not null references user_group (id) on delete cascade,
  member text not null,
  primary key (user_group, member)
);
create index group_of_member on group_member (member);

-- Programs that act by a key of their own.
create table service_account (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  description text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create unique index service_account_name on service_account (organization, lower(name));

-- Policies of organizations; those that come with the product are in the code.
create table policy (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  description text not null default '',
  -- The number of the version that holds.
  version integer not null default 1,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index policy_name on policy (organization, lower(name)) where deleted_at is null;

-- Versions never change; going back is making an old one hold again.
create table policy_version (
  policy text not null references policy (id),
  number integer not null,
  document json not null,
  note text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (policy, number)
);

-- To whom a policy applies: a user, a group or a service account.
create table policy_attachment (
  policy text not null,
  principal text not null,
  organization text not null references organization (id),
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (principal, policy)
);
create index attachment_of_policy on policy_attachment (policy);
insert into policy_attachment (policy, principal, organization, created_by)
  select case role when 'administrator' then 'AdministratorAccess' else 'ReadOnlyAccess' end, id, organization, 'system'
  from user_account;
alter table user_account drop column role;

-- Keys of people and programs, kept as digests. `scopes` are patterns of actions; null: whatever the owner may do.
create table access_token (
  id text primary key,
  organization text not null references organization (id),
  owner text not null,
  name text not null,
  -- Its first characters, to tell keys apart.
  prefix text not null,
  digest bytea not null unique,
  scopes jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz,
  used_ip text
);
create index access_token_of_owner on access_token (owner);

-- Keys belong to whoever sends them, also to a program.
alter table idempotency drop constraint idempotency_user_id_fkey;

alter table audit add column organization text not null default 'org-home';
alter table audit alter column organization drop default;
create index audit_organization on audit (organization, seq);

alter table account add column organization text not null default 'org-home' references organization (id);
alter table account alter column organization drop default;
drop index account_name;
create unique index account_name on account (organization, lower(name)) where deleted_at is null;

-- Null: it comes with the product, for every organization.
alter table template add column organization text references organization (id);
update template set organization = 'org-home' where not preset;
drop index template_name;
create unique index template_name on template (coalesce(organization, ''), lower(name)) where deleted_at is null;

alter table plan add column organization text not null default 'org-home' references organization (id);
alter table plan alter column organization drop default;
alter table plan add column project text not null default 'prj-home' references project (id);
alter table plan alter column project drop default;
alter table plan add column environment text references environment (id);

alter table deployment add column organization text not null default 'org-home' references organization (id);
alter table deployment alter column organization drop default;
alter table deployment add column project text not null default 'prj-home' references project (id);
alter table deployment alter column project drop default;
alter table deployment add column environment text references environment (id);
drop index deployment_name;
create unique index deployment_name on deployment (project, lower(name)) where deleted_at is null;
drop index deployment_newest;
create index deployment_newest on deployment (organization, created_at desc, id desc);
