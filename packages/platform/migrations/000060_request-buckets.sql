-- How many calls each caller may still make: what servers tell each other once in a second. It need not outlive a crash.
create unlogged table request_bucket (
  who text primary key,
  -- Tokens when it is full, which it is again after a minute; less than none where several servers gave at once.
  quota double precision not null,
  tokens double precision not null,
  at timestamptz not null
);
create index request_bucket_at on request_bucket (at);
