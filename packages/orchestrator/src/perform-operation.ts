import {
  because,
  Failure,
  failureData,
  minutes,
  sentence,
  stepName,
  type Duration,
  type FailureData,
} from '@pileus/model';
import type { Json, RetryPolicy, Run, Write } from '@pileus/engine';
import type { Data } from '@pileus/tosca';
import { assignmentsOf } from './attributes.ts';
import { digestOf, givenTo, inputsOf, isIdempotent, jobOf, retryOf, timeLimitOf, type Retry } from './operation.ts';
import type { Graph } from './expand.ts';
import type { OperationStep } from './plan.ts';
import { withOpen, type Secrets } from './secrets.ts';
import { holesIn, known, valueIfReadable, valueOf } from './values.ts';
import { isUpward, type Attributes, type Found, type Work } from './work.ts';
import { write } from './world.ts';

export const titleOf = ({
  node,
  interface: of,
  operation,
}: Pick<OperationStep, 'node' | 'interface' | 'operation'>): string =>
  stepName('run', { node, operation: `${of}.${operation}` });

/** The states a node goes through while one of its own operations runs, and when it has run. */
const states: Readonly<Record<string, readonly [string, string]>> = {
  create: ['creating', 'created'],
  configure: ['configuring', 'configured'],
  start: ['starting', 'started'],
  stop: ['stopping', 'stopped'],
  delete: ['deleting', 'stopped'],
};

/**
 * Runs an operation's script on its host and keeps what it ran with and what it answered. Answers whether it went well; a
 * failure is thrown unless the plan has steps for it.
 */
export async function runOperation(run: Run, work: Work, step: OperationStep): Promise<boolean> {
  const operation = work.operation(step);
  const isWanted = step.of === 'wanted';
  if (step.ifChanged && !step.ifChanged.some((key) => hasChanged(work, key))) {
    work.isUp(step);
    await run.skip(step.key, 'unchanged');
    return true;
  }
  const setting = isWanted ? work.setting : work.settingBefore(step.node);
  const { node, definition, relation } = operation;
  const read = step.mayFail ? valueIfReadable : valueOf;
  const given = {
    ...inputsOf(setting, node, definition, relation, read),
    ...givenTo(setting, node, step.given, relation, read),
  };
  const undoes = step.undoes !== undefined;
  const inputs = (undoes ? known(given) : settled(given, step.key)) as Attributes;
  await work.secrets.keep();
  const files = isWanted ? work.files : work.filesBefore(step.node);
  const [during, after] = (step.relation === undefined && states[step.operation]) || [];
  const title = titleOf(step);
  const retry = isWanted ? retryOf(work.setting, step) : undefined;
  const row = { ...step, key: step.as ?? step.key };
  const recorded = (outputs: Readonly<Record<string, string>>): Write[] => {
    const digest = digestOf(operation.definition, inputs, files);
    return [
      ...(undoes ? [] : [operationRow(work, row, { digest, inputs, outputs })]),
      ...(step.undoes ?? []).map((undone) =>
        write('operation', { deployment: work.deployment.id, step: undone, isUndone: true }),
      ),
      ...settledRows(work, step),
      ...progress(work, step, after),
      ...learned(work, step, operation, outputs).map(({ node, attributes }) => work.nodeRow(node, { attributes })),
    ];
  };
  const answer = await run.step<Answer>(
    {
      key: step.key,
      name: title,
      node: step.node,
      // The shell itself ends a script in time; this is for a shell that does not answer.
      within: (timeLimitOf(operation.definition) + minutes(5)) as Duration,
      retry: step.mayFail ? { attempts: 1 } : whenToRetry(retry),
      intent: () => [
        ...(undoes ? [] : [operationRow(work, row, {})]),
        work.nodeRow(step.node, { ...(during && { state: during }), ...(isWanted && { failure: null }) }),
      ],
      record: ({ outputs = {}, failure }) =>
        failure && step.isHandled ? [work.nodeRow(step.node, { state: 'error', failure })] : recorded(outputs),
      failed: (failure) => [work.nodeRow(step.node, { state: 'error', failure })],
    },
    async (call) => {
      const shell = work.shellOn(step.host, step.of);
      const script = async (): Promise<Answer> => {
        const outputs = await withOpen(work.secrets, inputs, call, (open, hiding) => {
          const job = {
            ...jobOf(title, operation.node, operation.definition, open, files),
            ...((retry || isIdempotent(operation.node, operation.definition)) && { idempotent: true }),
            ...(step.mayFail && { within: minutes(5) }),
          };
          return shell.run(job, hiding);
        });
        return { outputs: await sealed({ secrets: work.secrets, graph: setting.topology }, operation, outputs) };
      };
      if (!step.mayFail && !step.isHandled) return script();
      try {
        return await script();
      } catch (error) {
        if (call.signal.aborted || !(error instanceof Failure)) throw error;
        const failure = failureData(error);
        const instead = step.mayFail ? 'what it cleans up is removed all the same' : 'there are steps for that';
        call.log(`${title} failed, and ${instead}: ${sentence(failure)}`, 'note');
        return { failure };
      }
    },
  );
  if (answer.failure && step.isHandled) return false;
  work.isUp(step);
  learned(work, step, operation, answer.outputs ?? {});
  return true;
}

/** What a script has answered, with what of it tells a secret sealed; what it sets is kept before it is written down. */
async function sealed(
  { secrets, graph }: { readonly secrets: Secrets; readonly graph: Graph },
  { node, relation, definition }: Found,
  outputs: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const answer = Object.fromEntries(Object.entries(outputs).map(([name, text]) => [name, secrets.closeTelling(text)]));
  assignmentsOf(graph, node, definition, answer, secrets, relation);
  await secrets.keep();
  return answer;
}

/** What keeps a script from being begun; what one has done cannot be seen from outside, so a failed one stays failed. */
const unbegun: ReadonlySet<string> = new Set(['provider-unreachable', 'provider-throttled']);

/** A policy says that a script may run again when it has failed; one that ran out of time may still be at it. */
function whenToRetry(retry: Retry | undefined): Partial<RetryPolicy> {
  if (!retry) return { when: ({ code }) => unbegun.has(code) };
  return { ...retry, when: ({ code }) => unbegun.has(code) || code === 'script-failed' };
}

type Answer = { readonly outputs?: Readonly<Record<string, string>>; readonly failure?: FailureData };

function operationRow(
  work: Work,
  { key, node, target }: Pick<OperationStep, 'key' | 'node' | 'target'>,
  done: { digest?: string; inputs?: Json; outputs?: Json },
): Write {
  return write('operation', {
    deployment: work.deployment.id,
    step: key,
    node,
    ...(target !== undefined && { target }),
    ...done,
  });
}

/** How far the node is with this step done; asked when it is written, and the last one of its steps says that it is up. */
function progress(work: Work, step: OperationStep, after: string | undefined): Write[] {
  if (isUpward(step) && work.isUp(step)) {
    return [work.nodeRow(step.node, { state: step.operation === 'stop' ? 'stopped' : 'started', ...revisionOf(work) })];
  }
  return after ? [work.nodeRow(step.node, { state: after })] : [];
}

export function revisionOf(work: Work): { revision?: number } {
  return work.revision ? { revision: work.revision.number } : {};
}

/** Whether an operation would run with something else than the last time. */
function hasChanged(work: Work, key: string): boolean {
  const now = work.inputsFor(key);
  const before = work.operations.get(key);
  if (!now || before?.digest === undefined) return true;
  const inputs = settled(now.inputs, key) as Readonly<Record<string, Data>>;
  return digestOf(now.found.definition, inputs, work.files) !== before.digest;
}

/**
 * Notes what an operation has answered, for all that comes later; answers what the attributes it has set are as a whole.
 * Noted when it is written, so that of two that set parts of one attribute the later one writes both; and once more when
 * the story is told again.
 */
function learned(work: Work, step: OperationStep, found: Found, outputs: Readonly<Record<string, string>>) {
  const { node, relation, definition } = found;
  const { topology } = step.of === 'wanted' ? work.setting : work.settingBefore(step.node);
  work.recall(step, relation, outputs);
  const assignments = assignmentsOf(topology, node, definition, outputs, work.secrets, relation);
  return assignments.map((assignment) => work.learn(assignment, step.of));
}

/** What else counts as done with what is known now. */
function settledRows(work: Work, { settles = [] }: OperationStep): Write[] {
  return settles.flatMap((key) => {
    const now = work.inputsFor(key);
    if (!now || holesIn(now.inputs).length > 0) return [];
    const { node, relation, definition } = now.found;
    const inputs = now.inputs as Attributes;
    const { outputs } = work.operations.get(key) ?? {};
    const row = { key, node: node.name, target: relation?.target };
    const digest = digestOf(definition, inputs, work.files);
    return [operationRow(work, row, { digest, inputs, ...(outputs && { outputs }) })];
  });
}

/** What everything before it has made known; a hole that is left means that the template reads what nobody sets. */
export function settled<T>(spec: T, key: string): T {
  const [missing] = holesIn(spec);
  if (missing) {
    const reason = because('attribute-unset', { nodes: missing.keys.join(', ') || '?' });
    throw new Failure('invalid', { what: key, reason });
  }
  return spec;
}
