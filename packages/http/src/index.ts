export type { Access, Actor, Origin, Proof, Rights, SessionKind } from './actor.ts';
export type { AuditEntry, AuditLog, Looked } from './audit.ts';
export type { Log } from './call.ts';
export { type Difference, Hidden, type State } from './difference.ts';
export {
  type Answer,
  type Bound,
  type Context,
  handle,
  type Handler,
  type RequestFacts,
  type Respond,
  type StreamEvent,
} from './handle.ts';
export { createHttp, type Http, type HttpOptions } from './http.ts';
export type { Claim, IdempotencyStore, KeptAnswer, KeyedRequest } from './idempotency.ts';
export type { Listening, Place } from './listen.ts';
export { check } from './permit.ts';
export { openApi } from './openapi.ts';
export { networkOf } from './peer.ts';
export { type CallLimits, rateLimits, type RateLimits, type SharedBuckets } from './rate-limit.ts';
export { contextOf, type Credentials } from './tls-server.ts';
export type { Transactions } from './transactions.ts';
