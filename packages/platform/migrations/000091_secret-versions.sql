-- Old values of a secret are kept with their versions, so that one can be brought back. What was forgotten before stays so.
alter table secret_version
  -- Sealed; absent once it is forgotten.
  add column value text,
  -- The version whose value was brought back as this one.
  add column brought_back_from integer;
update secret_version set value = secret.value
  from secret where secret.id = secret_version.secret and secret.version = secret_version.number;
alter table secret drop column value;
