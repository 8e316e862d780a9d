export type { Attached, Grounds, Principal } from './attached.ts';
export { beyond, type Beyond } from './beyond.ts';
export { changes, type Affected, type RightsChange } from './changes.ts';
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
export { filterFor, matches, type Filter, type NumberComparison, type Subject } from './filter.ts';
export { actionsNamed } from './names.ts';
export { operators } from './operators.ts';
export { likePattern, type Pattern } from './pattern.ts';
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
