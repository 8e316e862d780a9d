import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from './api/client.ts';
import { queryClient, reading } from './api/query.ts';
import { Broken, NotFound } from './shell/Failed.tsx';
import { Shell } from './shell/Shell.tsx';
import { deploymentStates } from './parts/state.ts';
import { oneOf, search, text } from './search.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Broken });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search({ next: text, organization: text }),
  component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage.tsx')),
});

const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  validateSearch: search({ next: text }),
  component: lazyRouteComponent(() => import('./pages/security/EnrolPage.tsx')),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: Broken,
  beforeLoad: async ({ location }) => {
    const next = location.href === '/' ? undefined : location.href;
    const me = await queryClient.ensureQueryData({ ...reading('get /me', {}), staleTime: 60_000 }).catch((error) => {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: '/sign-in', search: next === undefined ? {} : { next } });
    });
    if (me.owes) throw redirect({ to: '/enrol', search: next === undefined ? {} : { next } });
  },
});

const under = () => inside;
const runStates = ['queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;

const pages = [
  createRoute({
    getParentRoute: under,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/home/HomePage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/clouds',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/clouds/CloudsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/clouds/new',
    validateSearch: search({ provider: text }),
    component: lazyRouteComponent(() => import('./pages/clouds/AddCloudPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/clouds/$account',
    validateSearch: search({
      tab: oneOf('health', 'resources', 'findings', 'prices', 'settings'),
      kind: text,
      show: oneOf('all'),
      finding: text,
    }),
    component: lazyRouteComponent(() => import('./pages/clouds/CloudPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/templates',
    validateSearch: search({ q: text, provider: text }),
    component: lazyRouteComponent(() => import('./pages/templates/TemplatesPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/templates/import',
    component: lazyRouteComponent(() => import('./pages/templates/ImportPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/templates/$template',
    validateSearch: search({ tab: oneOf('topology', 'inputs', 'files'), variant: text, version: text, file: text }),
    component: lazyRouteComponent(() => import('./pages/templates/TemplatePage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/deployments',
    validateSearch: search({
      q: text,
      tag: text,
      state: oneOf(...deploymentStates),
      project: text,
      account: text,
      template: text,
    }),
    component: lazyRouteComponent(() => import('./pages/deployments/DeploymentsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/deployments/new',
    validateSearch: search({ template: text, account: text }),
    component: lazyRouteComponent(() => import('./pages/deployments/NewDeploymentPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/plans/$plan',
    component: lazyRouteComponent(() => import('./pages/deployments/plan/PlanPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/deployments/$deployment',
    validateSearch: search({
      tab: oneOf('topology', 'steps', 'logs', 'outputs', 'resources', 'history', 'details'),
      node: text,
      run: text,
      step: text,
      ask: oneOf('update', 'scale', 'heal', 'workflow', 'operation'),
    }),
    component: lazyRouteComponent(() => import('./pages/deployments/DeploymentPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/runs',
    validateSearch: search({ state: oneOf(...runStates), active: oneOf('true'), deployment: text }),
    component: lazyRouteComponent(() => import('./pages/runs/RunsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/runs/$run',
    component: lazyRouteComponent(() => import('./pages/runs/RunPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/instances',
    validateSearch: search({ q: text, tag: text, account: text, deployment: text, state: text }),
    component: lazyRouteComponent(() => import('./pages/instances/InstancesPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/projects',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/projects/ProjectsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/projects/$project',
    validateSearch: search({ tab: oneOf('environments', 'quota') }),
    component: lazyRouteComponent(() => import('./pages/projects/ProjectPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/users',
    validateSearch: search({ q: text, state: oneOf('active', 'disabled') }),
    component: lazyRouteComponent(() => import('./pages/users/UsersPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/users/$user',
    validateSearch: search({ tab: oneOf('policies', 'groups', 'may', 'sessions') }),
    component: lazyRouteComponent(() => import('./pages/users/UserPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/groups',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/groups/GroupsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/groups/$group',
    validateSearch: search({ tab: oneOf('policies', 'members', 'may') }),
    component: lazyRouteComponent(() => import('./pages/groups/GroupPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/secrets',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/secrets/SecretsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/service-accounts',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/service-accounts/ServiceAccountsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/service-accounts/$service',
    validateSearch: search({ tab: oneOf('keys', 'policies', 'groups', 'may') }),
    component: lazyRouteComponent(() => import('./pages/service-accounts/ServiceAccountPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/organizations',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/organizations/OrganizationsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/organizations/$organization',
    component: lazyRouteComponent(() => import('./pages/organizations/OrganizationPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/access-tokens',
    component: lazyRouteComponent(() => import('./pages/access-tokens/AccessTokensPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/policies',
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import('./pages/policies/PoliciesPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/policies/new',
    validateSearch: search({ as: oneOf('form', 'json'), copy: text }),
    component: lazyRouteComponent(() => import('./pages/policies/editor/NewPolicyPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/policies/$policy',
    validateSearch: search({
      tab: oneOf('document', 'versions', 'attached'),
      as: oneOf('form', 'json'),
      from: text,
      to: text,
    }),
    component: lazyRouteComponent(() => import('./pages/policies/PolicyPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/policies/$policy/edit',
    validateSearch: search({ as: oneOf('form', 'json') }),
    component: lazyRouteComponent(() => import('./pages/policies/editor/ChangePolicyPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/policy-simulator',
    validateSearch: search({
      tab: oneOf('may', 'who'),
      principal: text,
      action: text,
      resource: text,
      ip: text,
      mfa: oneOf('true'),
      at: text,
    }),
    component: lazyRouteComponent(() => import('./pages/policy-simulator/SimulatorPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/operation-log',
    validateSearch: search({
      q: text,
      user: text,
      action: text,
      result: oneOf('ok', 'refused', 'failed'),
      project: text,
      target: text,
      from: text,
      to: text,
      row: text,
    }),
    component: lazyRouteComponent(() => import('./pages/operation-log/OperationLogPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./pages/webhooks/WebhooksPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/webhooks/$webhook',
    validateSearch: search({ state: oneOf('waiting', 'delivered', 'failed') }),
    component: lazyRouteComponent(() => import('./pages/webhooks/WebhookPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/profile',
    validateSearch: search({ tab: oneOf('details', 'security') }),
    component: lazyRouteComponent(() => import('./pages/profile/ProfilePage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/sign-in-methods',
    component: lazyRouteComponent(() => import('./pages/sign-in-methods/SignInMethodsPage.tsx')),
  }),
  createRoute({
    getParentRoute: under,
    path: '/device',
    validateSearch: search({ code: text }),
    component: lazyRouteComponent(() => import('./pages/device/DevicePage.tsx')),
  }),
  // A mistyped address inside the portal keeps the menu around it.
  createRoute({ getParentRoute: under, path: '$', component: NotFound }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([signIn, enrol, inside.addChildren(pages)]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Broken,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
