-- What proves who somebody is beside the password, and what is under way until it has.

alter table session drop constraint session_begun_by_check;
alter table session add constraint session_begun_by_check check (begun_by in ('password', 'link', 'passkey'));
-- Whether two factors were given, and when its owner has last proved who it is.
alter table session add column mfa boolean not null default false;
alter table session alter column mfa drop default;
alter table session add column proved_at timestamptz;
update session set proved_at = created_at;
alter table session alter column proved_at set not null;

alter table organization add column requires_second_factor boolean not null default false;

create table factor (
  id text primary key,
  user_id text not null references user_account on delete cascade,
  kind text not null check (kind in ('totp', 'passkey')),
  name text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  -- Of an app: its key, sealed, and the time step of the last code that was taken.
  secret text check ((kind = 'totp') = (secret is not null)),
  last_step bigint,
  -- Of a passkey; nothing of it is secret.
  credential text unique check ((kind = 'passkey') = (credential is not null)),
  public_key text,
  counter bigint,
  transports jsonb,
  is_synced boolean
);
create index factor_of_user on factor (user_id);
create unique index factor_totp on factor (user_id) where kind = 'totp';

create table recovery_code (
  user_id text not null references user_account on delete cascade,
  hash text not null,
  primary key (user_id, hash)
);

-- What is kept between two halves of signing in or of setting up a factor, under the digest of what the other side holds.
create table challenge (
  token bytea primary key,
  what text not null,
  user_id text references user_account on delete cascade,
  session text references session on delete cascade,
  content text not null,
  tries integer not null default 0,
  expires_at timestamptz not null
);
create index challenge_expiry on challenge (expires_at);

-- Where somebody has signed in from before: guesses from elsewhere keep nobody out who comes from there.
create table familiar_address (
  user_id text not null references user_account on delete cascade,
  address text not null,
  seen_at timestamptz not null,
  primary key (user_id, address)
);
create index familiar_address_age on familiar_address (seen_at);
