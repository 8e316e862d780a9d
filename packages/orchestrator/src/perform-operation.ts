import { Failure, failureData, hours, minutes, sentence, stepName } from '@pileus/model';
import type { Json, Run, Write } from '@pileus/engine';
import type { Data } from '@pileus/tosca';
import { known } from './difference.ts';
import { assignmentsOf, digestOf, inputsOf, jobOf } from './operation.ts';
import type { OperationStep } from './plan.ts';
import { holesIn } from './values.ts';
import type { Attributes, Found, Work } from './work.ts';
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

/** Runs an operation's script on its host and keeps what it ran with and what it answered. */
export async function runOperation(run: Run, work: Work, step: OperationStep): Promise<void> {
  const operation = work.operation(step);
  const isWanted = step.of === 'wanted';
  if (step.ifChanged && !step.ifChanged.some((key) => hasChanged(work, key))) {
    work.isUp(step);
    return run.skip(step.key, 'unchanged');
  }
  const setting = isWanted ? work.setting : work.settingBefore(step.node);
  const given = inputsOf(setting, operation.node, operation.definition, operation.relation);
  const undoes = step.undoes !== undefined;
  const inputs = (undoes ? known(given) : settled(given, step.key)) as Attributes;
  const files = isWanted ? work.files : work.filesBefore(step.node);
  const [during, after] = (step.relation === undefined && states[step.operation]) || [];
  const title = titleOf(step);
  const answer = await run.step<Answer>(
    {
      key: step.key,
      name: title,
      node: step.node,
      within: hours(2),
      // What a script has done cannot be seen from outside, so it is tried again only when a person says so.
      retry: step.mayFail
        ? { attempts: 1 }
        : { when: ({ code }) => code === 'provider-unreachable' || code === 'provider-throttled' },
      intent: () => [
        ...(undoes ? [] : [operationRow(work, step, {})]),
        work.nodeRow(step.node, { ...(during && { state: during }), ...(isWanted && { failure: null }) }),
      ],
      record: ({ outputs = {} }) => [
        ...(!undoes
          ? [
              operationRow(work, step, {
                digest: digestOf(operation.definition, inputs, files),
                inputs: inputs as Json,
                outputs,
              }),
            ]
          : []),
        ...(step.undoes ?? []).map((undone) =>
          write('operation', { deployment: work.deployment.id, step: undone, isUndone: true }),
        ),
        ...progress(work, step, after),
        ...assigned(work, operation, outputs).map(({ node, attributes }) => work.nodeRow(node, { attributes })),
      ],
      failed: (failure) => [work.nodeRow(step.node, { state: 'error', failure })],
    },
    async (call) => {
      const job = jobOf(title, operation.node, operation.definition, inputs, files);
      const shell = work.shellOn(step.host, step.of);
      if (!step.mayFail) return { outputs: await shell.run(job, call) };
      try {
        return { outputs: await shell.run({ ...job, within: minutes(5) }, call) };
      } catch (error) {
        if (call.signal.aborted || !(error instanceof Failure)) throw error;
        const failure = failureData(error);
        call.log(`${title} failed, and what it cleans up is removed all the same: ${sentence(failure)}`, 'note');
        return { failure: failure as unknown as Json };
      }
    },
  );
  work.isUp(step);
  if (!isWanted) return;
  work.known.outputs.set(`${step.node}/${step.interface}/${step.operation}`, answer.outputs ?? {});
  for (const { node, attributes } of assigned(work, operation, answer.outputs ?? {})) work.learn(node, attributes);
}

type Answer = { readonly outputs?: Readonly<Record<string, string>>; readonly failure?: Json };

function operationRow(
  work: Work,
  { key, node, target }: OperationStep,
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
  if (step.of === 'wanted' && work.isUp(step)) {
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

/** An operation's outputs as whole attributes: what is set inside one is merged with what it holds already. */
function assigned(work: Work, { node, relation, definition }: Found, outputs: Readonly<Record<string, string>>) {
  return assignmentsOf(node, definition, outputs, relation).map(({ node: of, path: [first = '', ...rest], value }) => ({
    node: of,
    attributes: { [first]: within(work.known.attributes.get(of)?.get(first), rest, value) },
  }));
}

function within(held: Data | undefined, [first, ...rest]: readonly string[], value: Data): Data {
  if (first === undefined) return value;
  const map = typeof held === 'object' && held !== null && !Array.isArray(held) ? (held as Attributes) : {};
  return { ...map, [first]: within(map[first], rest, value) };
}

/** What everything before it has made known; a hole that is left means that the template reads what nobody sets. */
export function settled<T>(spec: T, key: string): T {
  const [missing] = holesIn(spec);
  if (missing) {
    const reason = `it needs an attribute of ${missing.keys.join(', ') || 'a node'} that has not been set`;
    throw new Failure('invalid', { what: key, reason });
  }
  return spec;
}
