import { evaluate, type Data } from '@pileus/tosca';
import type { Graph } from './expand.ts';

/** How an instance is watched, and what is done when it is not well: from a policy of type `pileus.policies.Healing`. */
export interface Watch {
  readonly node: string;
  /** The server it lives on; its own name for a server. */
  readonly host?: string | undefined;
  /** `none`: only what its cloud says about its server. */
  readonly check: 'none' | 'tcp' | 'http' | 'command';
  readonly port?: number | undefined;
  /** Of `http`. */
  readonly path: string;
  /** Of `command`: a line for the host's shell; well when it ends with 0. */
  readonly command?: string | undefined;
  /** Seconds between two looks, and for one of them. */
  readonly interval: number;
  readonly timeout: number;
  /** Looks in a row that must fail before it is mended. */
  readonly threshold: number;
  /** Seconds before it is mended a second time; doubled each time. */
  readonly backoff: number;
  /** How often it is mended before a person has to look. */
  readonly limit: number;
}

const defaults = { path: '/', interval: 10, timeout: 5, threshold: 3, backoff: 30, limit: 5 };

/** The watches that a topology's policies ask for, one per instance. */
export function watchesOf(
  graph: Graph,
  inputs: Readonly<Record<string, Data>>,
  hostOf: (node: string) => string | undefined,
): Watch[] {
  const watches = new Map<string, Watch>();
  for (const { types, targets, properties } of Object.values(graph.policies)) {
    if (!types.includes('pileus.policies.Healing')) continue;
    const read = (name: string): Data => {
      const value = properties[name];
      const result = value && evaluate(value, { topology: graph }, { inputs, attribute: () => undefined });
      return result?.known ? result.value : null;
    };
    if (read('enabled') === false) continue;
    const number = (name: keyof typeof defaults): number => Number(read(name) ?? defaults[name]);
    const members = new Set(targets.flatMap((target) => graph.groups[target]?.members ?? [target]));
    for (const { name, template } of Object.values(graph.nodes)) {
      if (!members.has(template)) continue;
      watches.set(name, {
        node: name,
        host: hostOf(name),
        check: checkOf(read('check_type')),
        port: read('port') === null ? undefined : Number(read('port')),
        path: textOf(read('path')) ?? defaults.path,
        command: textOf(read('command')),
        interval: number('interval'),
        timeout: number('timeout'),
        threshold: number('threshold'),
        backoff: number('backoff'),
        limit: number('limit'),
      });
    }
  }
  return [...watches.values()];
}

function textOf(value: Data): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function checkOf(value: Data): Watch['check'] {
  return value === 'tcp' || value === 'http' || value === 'command' ? value : 'none';
}
