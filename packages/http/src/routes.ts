import { type Endpoint, actions } from '@pileus/api';
import type { Bound } from './handle.ts';
import { namingParameter } from './permit.ts';

/** A declared call together with what answers it. */
export interface Route {
  /** `get /accounts/{account}`. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly run: Bound['run'];
  /** Of a call that changes something that has versions: the one that reads it. */
  readonly reads?: Route | undefined;
}

export const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string => `${method} ${path}`;

/**
 * Joins declarations and handlers, literal paths before those with parameters. Throws, naming everything that is wrong
 * at once, when a call has no handler, a handler has no call, or a call says not who may make it.
 */
export function joinRoutes(
  endpoints: readonly Endpoint[],
  handlers: readonly Bound[],
  parameters: ReadonlySet<string>,
): Route[] {
  const wrong: string[] = [
    ...repeated(endpoints.map(nameOf), 'is declared'),
    ...repeated(
      handlers.map(({ name }) => name),
      'is handled',
    ),
  ];
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  const routes: Route[] = [];
  for (const endpoint of endpoints) {
    const name = nameOf(endpoint);
    const handler = byName.get(name);
    if (!handler) wrong.push(`"${name}" has no handler`);
    wrong.push(...unguarded(endpoint, parameters).map((what) => `"${name}" ${what}`));
    if (handler) routes.push({ name, endpoint, run: handler.run });
  }
  const declared = new Set(endpoints.map(nameOf));
  for (const { name } of handlers) if (!declared.has(name)) wrong.push(`"${name}" is handled but not declared`);
  if (wrong.length > 0)
    throw new Error(`The server does not start, because its API is not whole: ${wrong.join('; ')}.`);
  const withReads = routes.map((route) => {
    const reads = readerOf(route.endpoint, routes);
    return reads ? { ...route, reads } : route;
  });
  return withReads.toSorted((a, b) => generality(a.endpoint.path).localeCompare(generality(b.endpoint.path)));
}

/** What reads the thing that a call changes, where that has versions. */
export function readerOf<R extends { readonly endpoint: Endpoint }>(
  { method, path }: Pick<Endpoint, 'method' | 'path'>,
  routes: readonly R[],
): R | undefined {
  if (method === 'get' || method === 'post') return undefined;
  return routes.find(({ endpoint }) => endpoint.method === 'get' && endpoint.path === path && endpoint.versioned);
}

/** Which methods a path below `/api/v1` answers; none when there is no such path. */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const there = routes.filter(({ endpoint }) => pattern(endpoint.path).test(path));
  return [...new Set(there.map(({ endpoint }) => endpoint.method.toUpperCase()))].toSorted();
}

/** Why nobody could tell who may make a call. */
function unguarded(endpoint: Endpoint, parameters: ReadonlySet<string>): string[] {
  const wanted: readonly string[] = [endpoint.permission ?? 'none'].flat();
  if (wanted.includes('public') || wanted.includes('self')) return [];
  const unknown = wanted.filter((action) => !Object.hasOwn(actions, action));
  if (unknown.length > 0 || wanted.length === 0) return [`declares no permission that exists (${unknown.join(', ')})`];
  if (wanted.length > 1 && endpoint.on !== 'asked')
    return ['needs one of several permissions, and its handler does not ask for which'];
  if (endpoint.on !== undefined || namingParameter(endpoint, parameters)) return [];
  return ['does not say what it is about: no parameter of its path names a thing, and it has no `on`'];
}

function repeated(names: readonly string[], how: string): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map((name) => `"${name}" ${how} twice`);
}

/** Sorts `/templates/validate` before `/templates/{template}`. */
function generality(path: string): string {
  return path.replace(/\{\w+\}/g, '\uffff');
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
