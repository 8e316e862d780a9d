export type { Attached, Grounds, Principal } from './attached.ts';
export {
  compile,
  decide,
  explain,
  type Decision,
  type Explanation,
  type FailedTest,
  type NearMiss,
  type PolicySet,
  type Question,
  type Reason,
} from './decide.ts';
export { PolicyDocument, policyLimits, policyVersion, Statement } from './document.ts';
export { operators } from './operators.ts';
export { readPolicy, type PolicyResult } from './read-policy.ts';
export type {
  ActionWord,
  Keys,
  KeyType,
  KeyValue,
  KeyWord,
  KindWord,
  Request,
  Resource,
  ResourceKeyType,
  Vocabulary,
} from './vocabulary.ts';
