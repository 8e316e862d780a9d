import { type Action, actions, type Endpoint } from '@pileus/api';
import { Failure } from '@pileus/model';
import type { Resource } from '@pileus/policy';
import type { Access, Actor } from './actor.ts';

/**
 * Lets a call pass, or throws `not-signed-in`, `second-factor-required`, `not-found` or `not-allowed`. Every call of the API comes through here, before
 * anything it sent is looked at; what is not allowed is refused. What is in another organization is not there. `about` is
 * told what the call is about before that is decided.
 */
export async function permit(
  access: Access,
  endpoint: Endpoint,
  actor: Actor | undefined,
  params: Readonly<Record<string, string>>,
  about: (target: Resource) => void = () => {},
): Promise<void> {
  const { on } = endpoint;
  const wanted = actionsOf(endpoint);
  if (wanted === 'public') return;
  if (!actor) throw new Failure('not-signed-in');
  if (actor.owes && !endpoint.early) throw new Failure('second-factor-required');
  if (wanted === 'self') return;
  if (on === 'each' || on === 'asked') {
    if (!wanted.some((action) => actor.rights.isEver(action))) throw notAllowed(wanted);
    return;
  }
  const [action] = wanted;
  if (!action) throw notAllowed(wanted);
  const target = on === undefined ? await named(access, endpoint, actor, params) : whole(on, action, actor);
  about(target);
  check(actor, action, target);
}

/** Throws `not-allowed` unless the caller may do this to that. */
export function check({ rights }: Actor, action: Action, target: Resource): void {
  if (!rights.decide(action, target).allowed) throw notAllowed([action]);
}

/** The actions of which a call needs one. */
export function actionsOf({ permission }: Pick<Endpoint, 'permission'>): 'public' | 'self' | readonly Action[] {
  if (permission === 'public' || permission === 'self') return permission;
  return typeof permission === 'string' ? [permission] : permission;
}

/** The parameter that names what a call is about: the first one that can be found by. */
export function namingParameter({ path }: Pick<Endpoint, 'path'>, known: ReadonlySet<string>): string | undefined {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).find((name) => known.has(name));
}

async function named(
  access: Access,
  endpoint: Endpoint,
  actor: Actor,
  params: Readonly<Record<string, string>>,
): Promise<Resource> {
  const parameter = namingParameter(endpoint, access.parameters) ?? '';
  const id = params[parameter] ?? '';
  const target = await access.find(actor, parameter, id);
  if (!target) throw new Failure('not-found', { kind: parameter, id });
  return target;
}

function whole(on: 'new' | 'organization', action: Action, { organization }: Actor): Resource {
  if (on === 'organization') return { kind: 'organization', id: organization, keys: {} };
  return { kind: actions[action].on, keys: {} };
}

function notAllowed(wanted: readonly Action[]): Failure {
  return new Failure('not-allowed', { permission: wanted.join(', ') });
}
