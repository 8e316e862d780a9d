import type { Attached, Grounds } from './attached.ts';
import { Candidates, type Candidate } from './candidates.ts';
import { applies, compileStatement, isAboutResource, passes, type CompiledStatement } from './statement.ts';
import { own, type KeyValue, type Request, type Resource, type Vocabulary } from './vocabulary.ts';

/** May this be done, to this, now? */
export interface Question {
  readonly action: string;
  readonly resource: Resource;
  readonly request: Request;
}

export type Reason = 'allowed' | 'denied explicitly' | 'nothing allows it';

export interface Decision {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** The statements it rests on: from `decide` the first that was found, from `explain` all of them. */
  readonly because: readonly Grounds[];
}

/** Everything that is attached to one principal, made ready; whoever holds it keeps it until what is attached changes. */
export interface PolicySet {
  /** What it says about one action; undefined when the vocabulary has no such action. */
  about(action: string): AboutAction | undefined;
}

/** What a set says about one action. */
interface AboutAction {
  /** The kind of resource that the action is done to. */
  readonly kind: string;
  readonly denies: Candidates<Decision>;
  readonly allows: Candidates<Decision>;
}

/**
 * Makes documents ready to be asked. They have to come from `readPolicy` with the same vocabulary: what cannot be read is
 * thrown. Statements are filed by action when an action is first asked for.
 */
export function compile(attached: readonly Attached[], vocabulary: Vocabulary): PolicySet {
  const candidates = attached.flatMap((each) =>
    each.document.Statement.map((statement, index) =>
      withDecision(compileStatement(each, statement, index, vocabulary)),
    ),
  );
  const filed = new Map<string, AboutAction>();
  const file = (action: string): AboutAction | undefined => {
    const kind = own(vocabulary.actions, action)?.kind;
    if (kind === undefined) return undefined;
    const about = candidates.filter(({ statement }) => statement.isAbout(action));
    const of = (effect: Grounds['effect']) =>
      new Candidates(about.filter(({ statement }) => statement.grounds.effect === effect));
    const entry = { kind, denies: of('Deny'), allows: of('Allow') };
    filed.set(action, entry);
    return entry;
  };
  return { about: (action) => filed.get(action) ?? file(action) };
}

function withDecision(statement: CompiledStatement): Candidate<Decision> {
  const allowed = statement.grounds.effect === 'Allow';
  const reason = allowed ? 'allowed' : 'denied explicitly';
  return { statement, decision: { allowed, reason, because: [statement.grounds] } };
}

const nothingAllowsIt: Decision = { allowed: false, reason: 'nothing allows it', because: [] };

/**
 * A statement that denies wins over any that allows; what nothing allows is denied. So is what is asked of a resource of another
 * kind than the action is done to, and an action that the vocabulary does not have.
 */
export function decide(set: PolicySet, { action, resource, request }: Question): Decision {
  const about = set.about(action);
  if (about?.kind !== resource.kind) return nothingAllowsIt;
  return about.denies.find(resource, request) ?? about.allows.find(resource, request) ?? nothingAllowsIt;
}

/** A statement about the action and the resource that does not apply, since part of its condition does not hold. */
export interface NearMiss extends Grounds {
  readonly failed: readonly FailedTest[];
}

export interface FailedTest {
  readonly operator: string;
  readonly key: string;
  /** The values as they stand in the document. */
  readonly wanted: readonly (string | number | boolean)[];
  /** What the resource or the request has; not there when it has none. */
  readonly found?: KeyValue;
}

export interface Explanation extends Decision {
  readonly nearMisses: readonly NearMiss[];
}

/** The decision with every statement that it rests on, and those that would have had a say but for their condition. */
export function explain(set: PolicySet, { action, resource, request }: Question): Explanation {
  const about = set.about(action);
  if (about?.kind !== resource.kind) return { ...nothingAllowsIt, nearMisses: [] };
  const statements = [...about.denies.all, ...about.allows.all].map(({ statement }) => statement);
  const deciding = statements.filter((statement) => applies(statement, resource, request));
  const [first] = deciding;
  const nearMisses = statements.flatMap((statement) => nearMiss(statement, resource, request) ?? []);
  if (!first) return { ...nothingAllowsIt, nearMisses };
  const because = deciding.map(({ grounds }) => grounds).filter(({ effect }) => effect === first.grounds.effect);
  return { ...withDecision(first).decision, because, nearMisses };
}

function nearMiss(statement: CompiledStatement, resource: Resource, request: Request): NearMiss | undefined {
  if (!isAboutResource(statement, resource, request)) return undefined;
  const failed = statement.tests.filter((test) => !passes(test, resource, request));
  if (failed.length === 0) return undefined;
  return {
    ...statement.grounds,
    failed: failed.map(({ of, key, written }) => {
      const found = (of === 'resource' ? resource.keys : request)[key];
      return { operator: written.operator, key, wanted: written.values, ...(found !== undefined && { found }) };
    }),
  };
}
