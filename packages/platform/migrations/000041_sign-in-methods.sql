-- Identity providers and directories by which the people of an organization sign in.

create table sign_in_method (
  id text primary key,
  organization text not null references organization (id),
  kind text not null check (kind in ('oidc', 'ldap')),
  title text not null,
  -- Without the client secret or the bind password, which is sealed beside it.
  settings jsonb not null,
  secret text,
  -- Which groups there are which groups here.
  groups jsonb not null,
  makes_users boolean not null,
  -- Whether the provider itself has asked for a second factor.
  counts_as_two boolean not null,
  is_enabled boolean not null default true,
  created_by text not null,
  created_at timestamptz(3) not null,
  -- Of a directory: when it was last compared, and what came of it.
  synced_at timestamptz,
  sync jsonb
);
create unique index sign_in_method_title on sign_in_method (organization, lower(title));

-- Who somebody is there: users are known by issuer and subject, never by name.
create table identity (
  organization text not null references organization (id),
  issuer text not null,
  subject text not null,
  user_id text not null references user_account on delete cascade,
  method text references sign_in_method on delete set null,
  -- Since when the directory has had nobody of this identity; the user was disabled then.
  gone_at timestamptz,
  primary key (organization, issuer, subject)
);
create index identity_of_user on identity (user_id);

alter table session drop constraint session_begun_by_check;
alter table session add constraint session_begun_by_check check (begun_by in ('password', 'link', 'passkey', 'oidc', 'ldap'));
-- A session ends with the method that it was begun by.
alter table session add column method text references sign_in_method on delete cascade;
