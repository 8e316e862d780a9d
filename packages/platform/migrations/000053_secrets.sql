-- Secrets as things of their own, which others name instead of holding a value.
create table secret (
  id text primary key,
  organization text not null references organization (id),
  name text not null,
  description text not null,
  kind text not null check (kind in ('text', 'ssh-key', 'login')),
  -- The newest version.
  version integer not null,
  -- Of the newest version alone, sealed; those before are forgotten.
  value text not null,
  created_by text not null,
  created_at timestamptz(3) not null
);
create unique index secret_name on secret (organization, lower(name));

create table secret_version (
  secret text not null references secret on delete cascade,
  number integer not null,
  -- Of an SSH key.
  fingerprint text,
  created_by text not null,
  created_at timestamptz(3) not null,
  primary key (secret, number)
);

-- Which settings of an account are a secret's; one that is named here cannot be deleted.
create table account_secret (
  account text not null references account on delete cascade,
  setting text not null,
  secret text not null references secret,
  primary key (account, setting)
);
create index account_secret_secret on account_secret (secret);
