import { Failure, minutes, seconds } from '@pileus/model';
import type { Job } from '@pileus/provider';
import type { Artifact, AttributeMapping, Data, Node, Operation } from '@pileus/tosca';
import type { KnownAfter } from './plan.ts';
import { valueOf, type Setting } from './values.ts';

/** An operation's inputs, with holes where something must exist first. */
export function inputsOf(
  setting: Setting,
  node: Node,
  { inputs }: Operation,
  requirement?: number,
): Record<string, Data | KnownAfter> {
  const of = requirement === undefined ? undefined : node.requirements[requirement];
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, valueOf(setting, value, node, of)]));
}

/** What a script is given: its files, and its inputs as environment variables; lists and maps as JSON. */
export function jobOf(
  title: string,
  node: Node,
  { implementation }: Operation,
  inputs: Readonly<Record<string, Data>>,
  files: ReadonlyMap<string, Uint8Array>,
): Job {
  if (!implementation) throw new Failure('invalid', { what: title, reason: 'it has no implementation' });
  const wanted: readonly Artifact[] = [
    implementation.primary,
    ...implementation.dependencies,
    ...Object.values(node.artifacts),
  ];
  const given = new Map<string, Uint8Array>();
  for (const { file } of wanted) {
    const content = files.get(file);
    if (content) given.set(file, content);
  }
  if (!given.has(implementation.primary.file)) {
    throw new Failure('invalid', { what: title, reason: `the template has no file ${implementation.primary.file}` });
  }
  return {
    name: title,
    script: implementation.primary.file,
    files: given,
    environment: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, asText(value)])),
    within: implementation.timeoutSeconds === undefined ? minutes(30) : seconds(implementation.timeoutSeconds),
  };
}

function asText(value: Data): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** An attribute that an operation's output sets. */
export interface Assignment {
  readonly node: string;
  readonly path: readonly string[];
  readonly value: Data;
}

/** Where outputs go (TOSCA Simple Profile 1.3, 3.6.16). Outputs a script did not write leave the attribute as it is. */
export function assignmentsOf(
  node: Node,
  { outputs }: Operation,
  written: Readonly<Record<string, string>>,
  requirement?: number,
): Assignment[] {
  const target = requirement === undefined ? undefined : node.requirements[requirement]?.target;
  return Object.entries(outputs).flatMap(([name, mapping]: [string, AttributeMapping]) => {
    const value = written[name];
    const entity =
      mapping.entity === 'TARGET'
        ? target
        : mapping.entity === 'SELF' || mapping.entity === 'SOURCE'
          ? node.name
          : mapping.entity;
    return value === undefined || entity === undefined ? [] : [{ node: entity, path: mapping.path, value }];
  });
}
