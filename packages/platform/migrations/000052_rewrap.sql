-- When the data keys of the secrets were wrapped anew, and how far that is. One at a time is under way.
create table rewrap (
  id text primary key,
  asked_by text not null,
  asked_at timestamptz not null,
  -- So many texts were wrapped anew.
  wrapped bigint not null default 0,
  -- So many could not be.
  passed_over bigint not null default 0,
  -- Why the first of those could not, or why it does not go on just now.
  failure jsonb,
  ended_at timestamptz
);
create unique index rewrap_under_way on rewrap ((true)) where ended_at is null;
