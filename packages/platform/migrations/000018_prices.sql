-- What an account's resources cost, one row for each time from which other prices hold. A row that holds or has held stays
-- as it is, so that what was used can be priced as it was then.
create table price_list (
  account text not null references account (id),
  valid_from timestamptz not null,
  -- Amounts are decimal text; see PriceList in packages/model.
  prices jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (account, valid_from)
);

-- The flavors of accounts as their clouds last showed them: what things cost is told without asking a cloud, also once a
-- flavor is gone.
create table flavor (
  account text not null references account (id),
  ref text not null,
  name text not null,
  cores integer,
  megabytes integer,
  seen_at timestamptz not null,
  primary key (account, ref)
);
