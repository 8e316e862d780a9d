-- Which inputs of a plan are which secrets, in the version whose value it was made with. A deployment uses those of the plan that it
-- was last given; without a row, an input has a value of its own.
create table plan_secret (
  plan text not null references plan (id) on delete cascade,
  input text not null,
  secret text not null references secret (id) on delete cascade,
  version integer not null,
  primary key (plan, input)
);
create index plan_secret_secret on plan_secret (secret);
create index deployment_plan on deployment (plan) where deleted_at is null;
