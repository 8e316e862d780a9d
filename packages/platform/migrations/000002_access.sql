-- People, how they are signed in, and what they did.

create table user_account (
  id text primary key,
  name text not null,
  -- What the user may do; see roles.ts.
  role text not null check (role in ('administrator', 'viewer')),
  -- `$scrypt$ln=…,r=…,p=…$salt$hash`; null until one is chosen.
  password text,
  created_at timestamptz not null
);
create unique index user_account_name on user_account (lower(name));

-- Tokens are kept as SHA-256 digests only: who reads this table can sign in as nobody.
create table session (
  id text primary key,
  user_id text not null references user_account on delete cascade,
  token bytea not null unique,
  kind text not null check (kind in ('browser', 'cli')),
  -- How it began; a session begun by a link may soon after set a password without knowing the old one.
  begun_by text not null check (begun_by in ('password', 'link')),
  created_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  ip text not null,
  user_agent text not null
);
create index session_of_user on session (user_id);
create index session_expiry on session (expires_at);

create table one_time_link (
  token bytea primary key,
  user_id text not null references user_account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Tries to sign in, counted per address and name, until `until`.
create table sign_in_attempt (
  who text primary key,
  tries integer not null,
  until timestamptz not null
);

-- The operation log. Users are named, not referred to: a row stays true when its user is gone.
create table audit (
  seq bigint generated always as identity primary key,
  id text not null unique,
  at timestamptz not null,
  user_name text not null,
  user_id text,
  action text not null,
  ip text not null,
  result text not null check (result in ('ok', 'refused', 'failed')),
  status integer not null,
  request_id text not null,
  subject text,
  code text
);
create index audit_at on audit (at);
create index audit_user on audit (user_name, seq);
create index audit_action on audit (action, seq);

create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the operation log is append-only';
end $$;
create trigger audit_stays before update or delete on audit for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit for each statement execute function audit_stays();

-- Requests that carried an Idempotency-Key, and their answers once there are some.
create table idempotency (
  user_id text not null references user_account on delete cascade,
  key text not null,
  fingerprint text not null,
  -- The request that works on it, for as long as it says so.
  holder text not null,
  held_until timestamptz not null,
  expires_at timestamptz not null,
  status integer,
  type text,
  location text,
  body text,
  primary key (user_id, key)
);
create index idempotency_expiry on idempotency (expires_at);
