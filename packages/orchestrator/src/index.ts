export { callableOperations, callableWorkflows } from './callable.ts';
export { changeRuns, type ChangeInput, type ChangeRuns } from './change.run.ts';
export { sizeOf } from './choices.ts';
export { capOf } from './create-resource.ts';
export { examine, findingsOf, type Drift } from './drift.ts';
export type { Findings } from './comparison.ts';
export { existingOf, type Existing, type Stock } from './existing.ts';
export type { Counts, ScaleGroup } from './scale-groups.ts';
export { expand } from './expand-template.ts';
export { makePlan, makeSwitchPlan, nothingThere, type Desired, type PlanRequest } from './make-plan.ts';
export { makeOperationPlan, makeWorkflowPlan, type CalledOperation, type CalledRequest } from './make-called-plan.ts';
export { operateRun } from './operate.run.ts';
export {
  madeUnder,
  type Called,
  type CalledName,
  type Choices,
  type FieldChange,
  type Plan,
  type PlanStep,
  type Why,
} from './plan.ts';
export { noSecrets, Secrets, type SecretKeeping } from './secrets.ts';
export { resourcesOf } from './structure.ts';
export type {
  Deployment,
  DeploymentRow,
  KnownNode,
  KnownOperation,
  KnownResource,
  NodeRow,
  OperationRow,
  ResourceRow,
  Revision,
  Rows,
  Survey,
  Task,
  World,
} from './world.ts';
export type { Watch } from './watches.ts';
