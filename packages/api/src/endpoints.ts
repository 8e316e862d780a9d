import type { z } from 'zod';
import * as access from './access.ts';
import * as clouds from './clouds.ts';
import * as cost from './cost.ts';
import * as deployments from './deployments.ts';
import type { Endpoint } from './endpoint.ts';
import * as people from './people.ts';
import * as quotas from './quotas.ts';
import * as secrets from './secrets.ts';
import * as signInMethods from './sign-in-methods.ts';
import * as signIn from './sign-in.ts';
import * as templates from './templates.ts';
import * as vault from './vault.ts';
import * as webhooks from './webhooks.ts';

/** Every call of the API, in the order of the documentation. */
export const endpoints = [
  ...access.access,
  ...signIn.signIn,
  ...signInMethods.signInMethods,
  ...people.people,
  ...quotas.quotas,
  ...clouds.clouds,
  ...cost.cost,
  ...templates.templates,
  ...deployments.deployments,
  ...webhooks.webhooks,
  ...vault.vault,
  ...secrets.secrets,
] as const;

export type Endpoints = (typeof endpoints)[number];
/** `get /deployments/{deployment}` … */
export type EndpointName = { [E in Endpoints as `${E['method']} ${E['path']}`]: E };
export type Name = keyof EndpointName;

type Part<E, K extends keyof Endpoint, D extends 'input' | 'output'> = E extends {
  readonly [P in K]: infer S extends z.ZodType;
}
  ? D extends 'input'
    ? z.input<S>
    : z.output<S>
  : undefined;

/** What a caller sends and gets, by the call's name. */
export type ParamsOf<N extends Name> = Part<EndpointName[N], 'params', 'input'>;
export type QueryOf<N extends Name> = Part<EndpointName[N], 'query', 'input'>;
export type BodyOf<N extends Name> = Part<EndpointName[N], 'body', 'input'>;
export type AnswerOf<N extends Name> = Part<EndpointName[N], 'answer', 'output'>;
