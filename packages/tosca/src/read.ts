// What reading a template that is unpacked needs, by itself: a command that does no more starts sooner without the rest.
export { importsWanted, withFetched, type Fetched } from './fetched.ts';
export { defaultLimits, packageLimits, type Limits } from './limits.ts';
export { packageImportsWanted, readPackage, type PackageResult, type Variant } from './package.ts';
export type { Position } from './position.ts';
export type { TemplateProblem } from './problem.ts';
export { readTemplate, readTemplateOf, type TemplateResult } from './template.ts';
export * from './topology.ts';
export type { Files } from './unit.ts';
