import { readFile } from 'node:fs/promises';
import { usage } from '../exit.ts';
import type { Say } from '../texts/texts.ts';
import type { Field } from './field.ts';

/** What `--set` and its kin gave, in the order of the command line's options. */
export interface ValueOptions {
  /** Another word for `set`, where the values are a template's inputs. */
  readonly input?: readonly string[];
  readonly set?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setEnv?: readonly string[];
}

export type Values = { [key: string]: unknown };

/**
 * Puts the values given on the command line over `base`. A plain `--set` takes the type that its field declares;
 * `key.key` reaches into objects.
 */
export async function readValues(
  options: ValueOptions,
  fields: readonly Field[],
  surroundings: { say: Say; environment: NodeJS.ProcessEnv },
  base: Readonly<Record<string, unknown>> = {},
): Promise<Values> {
  const { say, environment } = surroundings;
  const values = structuredClone(base) as Values;
  for (const { path, value } of split([...(options.input ?? []), ...(options.set ?? [])], say)) {
    put(values, path, typed(value === '@-' ? await standardInput() : value, path, fields, say));
  }
  for (const { path, value } of split(options.setJson, say)) put(values, path, json(path.join('.'), value, say));
  for (const { path, value } of split(options.setFile, say)) put(values, path, await fileText(value, say));
  for (const { path, value } of split(options.setEnv, say)) {
    const found = environment[value];
    if (found === undefined) throw usage(say('usage.noVariable', { name: value }));
    put(values, path, typed(found, path, fields, say));
  }
  return values;
}

/** How many of which node: `web=3`. */
export function readCounts(given: readonly string[], say: Say): Record<string, number> {
  return Object.fromEntries(
    given.map((assignment) => {
      const [, node = '', count] = /^(.+)=(\d{1,5})$/.exec(assignment) ?? [];
      if (count === undefined) throw usage(say('usage.badCount', { given: assignment }));
      return [node, Number(count)];
    }),
  );
}

/** Inputs from a YAML or JSON file; `-` is standard input. */
export async function readInputFile(file: string, say: Say): Promise<Values> {
  const text = file === '-' ? await standardInput() : await fileText(file, say);
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw usage(say('usage.badYaml', { file, detail: (error as Error).message }));
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw usage(say('usage.notAMap', { file }));
  return value as Values;
}

export async function fileText(file: string, say: Say): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(say('usage.noFile', { file, detail: (error as Error).message }));
  }
}

/** All of standard input, without the line end that `echo` adds. */
export async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

export function json(key: string, text: string, say: Say): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(say('usage.badJson', { key, detail: (error as Error).message }));
  }
}

function split(given: readonly string[] | undefined, say: Say): { path: string[]; value: string }[] {
  return (given ?? []).map((assignment) => {
    const at = assignment.indexOf('=');
    const path = assignment.slice(0, at).split('.');
    // Names that would reach the prototype of every object are no names of settings.
    if (at < 1 || path.some((part) => part === '' || part === '__proto__'))
      throw usage(say('usage.badAssignment', { given: assignment }));
    return { path, value: assignment.slice(at + 1) };
  });
}

function put(values: Values, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    values[first] = value;
    return;
  }
  const inner = Object.hasOwn(values, first) ? values[first] : undefined;
  const object: Values = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Values) : {};
  values[first] = object;
  put(object, rest, value);
}

function typed(given: string, path: readonly string[], fields: readonly Field[], say: Say): unknown {
  const key = path.join('.');
  const field = path.length === 1 ? fields.find(({ name }) => name === key) : undefined;
  switch (field?.type) {
    case 'integer':
    case 'number':
      if (given.trim() === '' || !Number.isFinite(Number(given))) throw usage(say('usage.badNumber', { key, given }));
      return Number(given);
    case 'boolean':
      if (given !== 'true' && given !== 'false') throw usage(say('usage.badBoolean', { key, given }));
      return given === 'true';
    case 'object':
    case 'array':
      return json(key, given, say);
    default:
      return given;
  }
}
