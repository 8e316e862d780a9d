import type { Actor } from '@pileus/http';
import type { Id, OrganizationId, PrincipalId, ProjectId } from '@pileus/model';
import { sql, type RawBuilder } from 'kysely';
import { home } from './organizations.ts';
import { visibleDeployments } from './visible.ts';

/** In whose name something is done, as it is written down. */
export interface By {
  readonly name: string;
  readonly organization: OrganizationId;
  /** Who that is, and how it has proved it; absent: the platform itself. */
  readonly proved?: Proved | undefined;
}

/** A caller as it was when it asked for something: with this its rights can be looked at again later. */
export type Proved = {
  readonly principal: PrincipalId;
  readonly ip: string;
  readonly mfa: boolean;
  /** The access token it came with. */
  readonly token?: Id<'token'> | undefined;
};

/** Who plans: a plan may only build on what that one may use. */
export interface Planner extends By {
  /** Which deployments' nodes others may stand on; it names the table `deployment`. */
  readonly mayUse: RawBuilder<boolean>;
}

/** The default project of the organization that runs the platform. */
export const homeProject = 'prj-home' as ProjectId;

/** What the platform does at its start. */
export const system: Planner = { name: 'system', organization: home, mayUse: sql<boolean>`true` };

export function by({ user, organization, origin, by: proof }: Actor): By {
  const mfa = proof.is === 'session' && proof.mfa;
  const token = proof.is === 'token' ? { token: proof.id } : {};
  return { name: user.name, organization, proved: { principal: user.id, ip: origin.ip, mfa, ...token } };
}

export function planner(actor: Actor): Planner {
  const mayUse = sql<boolean>`(${visibleDeployments(actor, 'deployment.read')} and ${visibleDeployments(actor, 'deployment.use')})`;
  return { ...by(actor), mayUse };
}
