import type { Actor } from '@pileus/http';
import type { Id, OrganizationId, PrincipalId, ProjectId } from '@pileus/model';
import { home } from './organizations.ts';

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

/** The default project of the organization that runs the platform. */
export const homeProject = 'prj-home' as ProjectId;

/** What the platform does at its start. */
export const system: By = { name: 'system', organization: home };

export function by({ user, organization, origin, by: proof }: Actor): By {
  const mfa = proof.is === 'session' && proof.mfa;
  const token = proof.is === 'token' ? { token: proof.id } : {};
  return { name: user.name, organization, proved: { principal: user.id, ip: origin.ip, mfa, ...token } };
}
