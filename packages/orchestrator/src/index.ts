export { sizeOf } from './choices.ts';
export { deployRun } from './deploy.run.ts';
export { deleteRun, madeBy, worthwhile } from './delete.run.ts';
export { makePlan, type PlanRequest } from './make-plan.ts';
export { operateRun } from './operate.run.ts';
export type { Choices, CreateStep, OperationStep, Plan, PlanStep } from './plan.ts';
export { removalOf, type Removal } from './removal.ts';
export { resourcesOf, structureOf } from './structure.ts';
export type { Deployment, DeploymentRow, KnownResource, NodeRow, ResourceRow, Rows, Survey, World } from './world.ts';
