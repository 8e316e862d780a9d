/** What is read again when policies are attached or detached, or members come and go. */
export const rightsReads = [
  'get /users',
  'get /users/{user}',
  'get /groups',
  'get /groups/{group}',
  'get /service-accounts',
  'get /service-accounts/{service}',
  'get /policies',
  'get /policies/{policy}',
  'get /me',
] as const;
