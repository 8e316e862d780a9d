export * from './actions.ts';
export * from './endpoints.ts';
export * from './endpoint.ts';
export * from './kinds.ts';
export { parameterMeanings } from './parameters.ts';
export { Me, Info, AuditRow, FailureKind } from './access.ts';
export { AccountView, CheckView, Health, InstanceView, ProviderView, ResourceView } from './clouds.ts';
export { AccountPrices, QuoteView, RunningCostView } from './cost.ts';
export * from './client.ts';
export {
  DeploymentDetail,
  DeploymentView,
  deploymentStates,
  LogLineView,
  NodeInstanceView,
  nodeStates,
  OutputView,
  PlannedStepView,
  PlanView,
  runStates,
  RunView,
  stepStates,
  StepView,
} from './deployments.ts';
export {
  DecisionView,
  EnvironmentView,
  GainsView,
  GroupView,
  OrganizationView,
  PolicyDetail,
  PolicyView,
  ProjectView,
  ReasonView,
  ServiceAccountView,
  SessionView,
  TokenView,
  UserView,
} from './people.ts';
export { LdapSettings, OidcSettings, SignInMethodView } from './sign-in-methods.ts';
export { FactorsView, FactorView, SecondFactorWanted } from './sign-in.ts';
export { SecretValue, SecretVersionView, SecretView } from './secrets.ts';
export { VaultView } from './vault.ts';
export { TemplateDetail, TemplateProblemView, TemplateView, VariantView } from './templates.ts';
export { AttemptView, DeliveryView, eventKinds, webhookFormats, WebhookView } from './webhooks.ts';
