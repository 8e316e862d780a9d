/** What can be done with a deployment as a whole: each is planned, and each plan is carried out by a run of its own kind. */
export const changeActions = [
  'create',
  'update',
  'scale',
  'heal',
  'rollback',
  'stop',
  'start',
  'delete',
  'workflow',
  'operation',
] as const;
export type ChangeAction = (typeof changeActions)[number];
