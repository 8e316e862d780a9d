-- Somebody wants to sign in where there is no browser, and approves it in one (RFC 8628).
create table device_login (
  -- The digest of what the device holds.
  device bytea primary key,
  -- What a person compares.
  code text not null unique,
  ip text not null,
  user_agent text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  decision text check (decision in ('approved', 'denied')),
  user_id text references user_account on delete cascade,
  -- Whether whoever approved it had come in by two factors.
  mfa boolean
);
create index device_login_expiry on device_login (expires_at);

alter table session drop constraint session_begun_by_check;
alter table session add constraint session_begun_by_check
  check (begun_by in ('password', 'link', 'passkey', 'oidc', 'ldap', 'device'));
