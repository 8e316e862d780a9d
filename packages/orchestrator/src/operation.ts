import { createHash } from 'node:crypto';
import { Failure, minutes, seconds } from '@pileus/model';
import type { Job } from '@pileus/provider';
import type { Artifact, AttributeMapping, Data, Operation } from '@pileus/tosca';
import type { Instance, Relation } from './expand.ts';
import type { KnownAfter } from './plan.ts';
import { valueOf, type Setting } from './values.ts';

/** An operation's inputs, with holes where something must exist first. */
export function inputsOf(
  setting: Setting,
  node: Instance,
  { inputs }: Operation,
  relation?: Relation,
): Record<string, Data | KnownAfter> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, valueOf(setting, value, node, relation)]),
  );
}

/** What a script is given: its files, and its inputs as environment variables; lists and maps as JSON. */
export function jobOf(
  title: string,
  node: Instance,
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

/**
 * Tells whether an operation would now run with something else than the last time: of its inputs and of the files it
 * consists of (the node's own artifacts are data of the application, and left out).
 */
export function digestOf(
  { implementation }: Operation,
  inputs: Readonly<Record<string, Data>>,
  files: ReadonlyMap<string, Uint8Array>,
): string {
  const hash = createHash('sha256');
  const named = Object.entries(inputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify(named));
  for (const { file } of implementation ? [implementation.primary, ...implementation.dependencies] : []) {
    hash.update(`\n${file}\n`);
    hash.update(files.get(file) ?? '');
  }
  return hash.digest('base64url').slice(0, 22);
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
  node: Instance,
  { outputs }: Operation,
  written: Readonly<Record<string, string>>,
  relation?: Relation,
): Assignment[] {
  return Object.entries(outputs).flatMap(([name, mapping]: [string, AttributeMapping]) => {
    const value = written[name];
    const entity =
      mapping.entity === 'TARGET'
        ? relation?.target
        : mapping.entity === 'SELF' || mapping.entity === 'SOURCE'
          ? node.name
          : mapping.entity;
    return value === undefined || entity === undefined ? [] : [{ node: entity, path: mapping.path, value }];
  });
}
