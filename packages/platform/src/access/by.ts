import type { Actor } from '@pileus/http';
import type { OrganizationId, ProjectId } from '@pileus/model';
import { home } from './organizations.ts';

/** In whose name something is done, as it is written down. */
export interface By {
  readonly name: string;
  readonly organization: OrganizationId;
}

/** The default project of the organization that runs the platform. */
export const homeProject = 'prj-home' as ProjectId;

/** What the platform does at its start. */
export const system: By = { name: 'system', organization: home };

export function by({ user, organization }: Actor): By {
  return { name: user.name, organization };
}
