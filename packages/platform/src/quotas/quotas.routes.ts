import { type Bound, handle } from '@pileus/http';
import { Failure, type OrganizationId, type ProjectId } from '@pileus/model';
import { home } from '../access/organizations.ts';
import type { Quotas, Scope } from './quotas.ts';

export function quotaHandlers(quotas: Quotas): Bound[] {
  const project = (id: string): Scope => ({ kind: 'project', id: id as ProjectId });
  const organization = (id: string): Scope => ({ kind: 'organization', id: id as OrganizationId });
  return [
    handle('get /projects/{project}/quota', ({ params }) => quotas.of(project(params.project))),
    handle('patch /projects/{project}/quota', ({ params, body, actor, audit }) => {
      audit(params.project);
      return quotas.set(project(params.project), body, actor.user.name);
    }),
    handle('get /organizations/{organization}/quota', ({ params }) => quotas.of(organization(params.organization))),
    handle('patch /organizations/{organization}/quota', ({ params, body, actor, audit }) => {
      audit(params.organization);
      // Nobody lifts the limits of its own organization, except those who run the platform.
      if (actor.organization !== home) throw new Failure('not-allowed', { permission: 'organization.quota' });
      return quotas.set(organization(params.organization), body, actor.user.name);
    }),
  ];
}
