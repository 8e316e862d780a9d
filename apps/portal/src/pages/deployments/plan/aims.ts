import type { DeploymentDetail, Plan } from '../../../api/types.ts';
import { plain } from '../../../format/value.ts';

interface Aim {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that are other secrets than before. */
  readonly otherSecrets?: readonly string[] | undefined;
  /** Inputs that are a secret's. */
  readonly secrets?: Plan['secrets'];
  readonly template: { readonly version: string };
  readonly counts: Readonly<Record<string, number>>;
}

export interface AimChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What somebody wants differently: the version, inputs and numbers that are not as they were. */
export function aimChanges(before: Aim, after: Aim, words: { readonly version: string }): AimChange[] {
  const version =
    before.template.version === after.template.version
      ? []
      : [[words.version, before.template.version, after.template.version] as const];
  return [
    ...version,
    ...entries(shownInputs(before, words), shownInputs(after, words), after.otherSecrets),
    ...entries(before.counts, after.counts),
  ].map(([field, from, to]) => ({ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }));
}

export function aimOfPlan({
  inputs,
  otherSecrets,
  secrets,
  template,
  scaling,
}: Pick<Plan, 'inputs' | 'otherSecrets' | 'secrets' | 'template' | 'scaling'>): Aim {
  return { inputs, otherSecrets, secrets, template, counts: countsOf(scaling) };
}

export function aimOfDeployment({ inputs, secrets, template, scaling }: DeploymentDetail): Aim {
  return { inputs, secrets, template, counts: countsOf(scaling) };
}

/** Of an input that is a secret's its name and version. */
function shownInputs({ inputs, secrets = {} }: Aim, words: { readonly version: string }): Record<string, unknown> {
  const named = Object.entries(secrets).map(([input, one]) => [input, `${one.name} · ${words.version} ${one.version}`]);
  return { ...inputs, ...Object.fromEntries(named) };
}

function countsOf(scaling: Plan['scaling']): Record<string, number> {
  return Object.fromEntries(scaling.map(({ node, count }) => [node, count]));
}

function entries(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): (readonly [string, unknown, unknown])[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => others.includes(name) || plain(before[name]) !== plain(after[name]))
    .map((name) => [name, before[name], after[name]] as const);
}
