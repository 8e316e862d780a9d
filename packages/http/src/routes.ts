import { type Endpoint, permissions } from '@pileus/api';
import type { Bound } from './handle.ts';

/** A declared call together with what answers it. */
export interface Route {
  /** `get /accounts/{account}`. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly run: Bound['run'];
}

export const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string => `${method} ${path}`;

/**
 * Joins declarations and handlers, literal paths before those with parameters. Throws, naming everything that is wrong
 * at once, when a call has no handler, a handler has no call, or a call says not who may make it.
 */
export function joinRoutes(endpoints: readonly Endpoint[], handlers: readonly Bound[]): Route[] {
  const wrong = [
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
    if (!knownPermissions.has(endpoint.permission))
      wrong.push(`"${name}" declares no permission that exists (${endpoint.permission})`);
    if (handler) routes.push({ name, endpoint, run: handler.run });
  }
  const declared = new Set(endpoints.map(nameOf));
  for (const { name } of handlers) if (!declared.has(name)) wrong.push(`"${name}" is handled but not declared`);
  if (wrong.length > 0)
    throw new Error(`The server does not start, because its API is not whole: ${wrong.join('; ')}.`);
  return routes.toSorted((a, b) => generality(a.endpoint.path).localeCompare(generality(b.endpoint.path)));
}

/** Which methods a path below `/api/v1` answers; none when there is no such path. */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const there = routes.filter(({ endpoint }) => pattern(endpoint.path).test(path));
  return [...new Set(there.map(({ endpoint }) => endpoint.method.toUpperCase()))].toSorted();
}

const knownPermissions: ReadonlySet<string> = new Set([...permissions, 'public', 'self']);

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
