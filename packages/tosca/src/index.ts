export { evaluate, type Evaluated, type State } from './evaluate.ts';
export { readInputs, type InputsResult } from './inputs.ts';
export { defaultLimits, packageLimits, type Limits } from './limits.ts';
export type { Position } from './position.ts';
export type { TemplateProblem } from './problem.ts';
export { hostsOf, type Place } from './reach.ts';
export { bytesOf, scalarUnit, secondsOf } from './scalar-unit.ts';
export { readTemplate, type TemplateResult } from './template.ts';
export * from './topology.ts';
