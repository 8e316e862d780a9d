import type { AnswerOf } from '@pileus/api';

/** What the API answers, by the words of the glossary. */
export type Me = AnswerOf<'get /me'>;
export type AuditRow = AnswerOf<'get /audit'>['items'][number];
export type Provider = AnswerOf<'get /providers'>['items'][number];
export type Account = AnswerOf<'get /accounts/{account}'>;
export type Health = Account['health'];
export type Check = AnswerOf<'post /accounts/check'>;
export type Resource = AnswerOf<'get /accounts/{account}/resources'>['items'][number];
export type Instance = AnswerOf<'get /instances'>['items'][number];
export type Template = AnswerOf<'get /templates'>['items'][number];
export type TemplateDetail = AnswerOf<'get /templates/{template}'>;
export type Variant = TemplateDetail['variants'][number];
export type TemplateProblem = AnswerOf<'post /templates/validate'>['problems'][number];
export type Plan = AnswerOf<'get /plans/{plan}'>;
export type PlannedStep = Plan['steps'][number];
export type Deployment = AnswerOf<'get /deployments'>['items'][number];
export type DeploymentDetail = AnswerOf<'get /deployments/{deployment}'>;
export type NodeInstance = DeploymentDetail['nodeInstances'][number];
export type Output = DeploymentDetail['outputs'][number];
export type Revision = AnswerOf<'get /deployments/{deployment}/revisions'>['items'][number];
export type Drift = AnswerOf<'get /deployments/{deployment}/drift'>['items'][number];
export type Run = AnswerOf<'get /runs'>['items'][number];
export type RunDetail = AnswerOf<'get /runs/{run}'>;
export type Step = RunDetail['steps'][number];
export type LogLine = AnswerOf<'get /deployments/{deployment}/logs'>['items'][number];
export type LiveEvent = AnswerOf<'get /events'>;
export type ResourceKind = Resource['kind'];
