import {
  because,
  Failure,
  minutes,
  seconds,
  specs,
  stepName,
  type Clock,
  type Duration,
  type FailureData,
  type ManagedKind,
  type Observed,
  type Specs,
} from '@pileus/model';
import type { Json, Run, Write } from '@pileus/engine';
import { createOnce, type Driver } from '@pileus/provider';
import type { Forgotten } from './forgotten.ts';
import type { CreateStep } from './plan.ts';
import { hideIn, withOpen } from './secrets.ts';
import type { Work } from './work.ts';
import { seen, write, type Deployment, type KnownResource, type World } from './world.ts';

/** How long a cloud may take to finish what it accepted. */
export const patienceFor = (kind: ManagedKind): Duration => minutes(kind === 'server' || kind === 'volume' ? 20 : 5);

/** What calls that change something at one account share and {@link capOf} limits. */
export const accountKey = (account: string): string => `account ${account}`;

/** Changes at once at one account, in each process that works: runs take turns. */
export const capOf = (key: string): number | undefined => (key.startsWith('account ') ? 64 : undefined);

interface Hooks {
  /** Writes that go with the moment the cloud is asked, the moment it is ready, and the moment it has failed. */
  readonly begins: () => readonly Write[];
  readonly isReady: (observed: Observed) => readonly Write[];
  readonly fails: (failure: FailureData) => readonly Write[];
}

/**
 * Makes a resource and waits until it is ready. When the cloud accepts it and then fails to build it, the run fails and
 * the wreck stays to be looked at; when the run is resumed, the wreck is removed and another one is made.
 */
export async function createResource(
  run: Run,
  world: World,
  { deployment, forgotten }: Pick<Work, 'deployment' | 'forgotten'>,
  step: CreateStep,
  hooks: Hooks,
): Promise<Observed> {
  const driver = driverOf(deployment, step.kind);
  const making = { driver, forgotten, clock: world.clock };
  for (let number = step.earlier + 1; ; number++) {
    const key = number === 1 ? step.key : `${step.key}:${number}`;
    const ref = await ask(run, deployment, { ...step, key }, making, hooks).catch(async (error: unknown) => {
      if (!run.signal.aborted) await run.skip(`${key}:ready`, key);
      throw error;
    });
    const { observed, generation } = await settle(run, deployment, { ...step, key }, driver, ref, hooks);
    if (observed.state !== 'failed') return observed;

    await run.step(
      {
        key: `${key}:verdict`,
        name: stepName('built', { kind: step.kind, name: step.name }),
        node: step.node,
        retry: { attempts: 1 },
        failed: hooks.fails,
      },
      async () => {
        if (run.generation > generation) return; // somebody has seen it, and has resumed the run
        throw new Failure('resource-failed', { kind: step.kind, name: step.name, detail: faultOf(observed) });
      },
    );
    await removeResource(run, deployment, { step: key, node: step.node, kind: step.kind, name: step.name, ref });
  }
}

function ask(run: Run, deployment: Deployment, step: CreateStep, making: Making, hooks: Hooks): Promise<string> {
  const { id, account, secrets } = deployment;
  const { key, node, kind, name } = step;
  const { driver, forgotten, clock } = making;
  let isMet = false;
  return run.step<string>(
    {
      key,
      name: stepName('create', { kind, name }),
      node,
      within: minutes(10),
      under: [accountKey(account)],
      intent: ({ token }) => [
        write('resource', {
          deployment: id,
          step: key,
          state: 'creating',
          asked: { node, kind, account, name, token, spec: step.spec as Json },
        }),
        ...hooks.begins(),
      ],
      record: (ref) => [write('resource', { deployment: id, step: key, ref, state: 'creating', isMet })],
      // A refusal made nothing; what is unclear stays `creating` without a ref, until it is settled.
      failed: (failure, { isUnclear }) => [
        ...(isUnclear ? [] : [write('resource', { deployment: id, step: key, state: 'failed', isGone: true })]),
        ...hooks.fails(failure),
      ],
    },
    (call) =>
      withOpen(secrets, step.spec, call, async (open, hiding) => {
        const spec = checked({ ...step, spec: open });
        const earlier = hiding.isStale ? await forgotten.find(driver, kind, hiding, clock) : undefined;
        isMet = earlier !== undefined;
        if (earlier === undefined) return createOnce(driver, spec, hiding, clock);
        if (driver.once.by === 'look-up') await driver.once.resume?.(earlier, spec, hiding);
        return earlier;
      }),
  );
}

/** How one resource is made. */
interface Making {
  readonly driver: Driver;
  readonly forgotten: Forgotten;
  readonly clock: Clock;
}

/** How a resource came out, and in which generation of the run that was seen. */
interface Settled {
  readonly observed: Observed;
  readonly generation: number;
}

async function settle(
  run: Run,
  deployment: Deployment,
  step: CreateStep,
  driver: Driver,
  ref: string,
  hooks: Hooks,
): Promise<Settled> {
  const { secrets } = deployment;
  const settled = await run.until<Json & object>(
    {
      key: `${step.key}:ready`,
      name: stepName('ready', { kind: step.kind, name: step.name }),
      node: step.node,
      within: patienceFor(step.kind),
      pause: seconds(0.2),
      longestPause: seconds(1),
      record: (answer) => {
        const { observed } = answer as unknown as Settled;
        return [
          seen(deployment.id, step.key, observed),
          ...(observed.state === 'failed' ? [] : hooks.isReady(observed)),
        ];
      },
      failed: hooks.fails,
    },
    (call) =>
      withOpen(secrets, step.spec, call, async (_, { signal }) => {
        const observed = await driver.read(ref, signal);
        const isBuilding = !observed || ['creating', 'changing', 'unknown'].includes(observed.state);
        if (isBuilding) return undefined;
        const answer = JSON.parse(JSON.stringify({ observed, generation: run.generation })) as Json & object;
        return hideIn(answer, secrets.hide);
      }),
  );
  return settled as unknown as Settled;
}

/** A resource that the cloud knows by a ref. */
type MadeResource = Pick<KnownResource, 'step' | 'node' | 'kind' | 'name'> & { readonly ref: string };

/** Removes a resource and makes sure that it is gone: it must be missing twice, some time apart. */
export async function removeResource(
  run: Run,
  deployment: Pick<Deployment, 'id' | 'account' | 'connection'>,
  { step, node, kind, name, ref }: MadeResource,
  whenGone: () => readonly Write[] = () => [],
): Promise<void> {
  const driver = driverOf(deployment, kind);
  await run.step(
    {
      key: `${step}:delete`,
      name: stepName('delete', { kind, name }),
      node,
      under: [accountKey(deployment.account)],
      // What is in use is often free a moment later: a port whose server is going, a network whose port is.
      retry: { attempts: 40, longest: seconds(10) },
      intent: () => [write('resource', { deployment: deployment.id, step, state: 'deleting' })],
    },
    (call) => driver.delete(ref, call),
  );
  let missing = 0;
  await run.until(
    {
      key: `${step}:gone`,
      name: stepName('gone', { kind, name }),
      node,
      within: minutes(15),
      pause: seconds(0.2),
      record: () => [
        write('resource', { deployment: deployment.id, step, state: 'deleted', isGone: true }),
        ...whenGone(),
      ],
    },
    async ({ signal }) => {
      missing = (await driver.read(ref, signal)) ? 0 : missing + 1;
      return missing >= 2 ? true : undefined;
    },
  );
}

export function driverOf(deployment: Pick<Deployment, 'connection'>, kind: ManagedKind): Driver {
  const driver = deployment.connection.drivers[kind];
  if (!driver)
    throw new Failure('not-supported', { provider: because('this-cloud'), what: because('make-kind', { kind }) });
  return driver;
}

/** The spec as its kind's schema has it, or `invalid` with every field that is wrong. */
export function checked({ kind, name, spec }: Pick<CreateStep, 'kind' | 'name' | 'spec'>): Specs[ManagedKind] {
  const { data, error } = specs[kind].safeParse(spec);
  if (error) {
    const problems = error.issues.map(({ path, message }) => ({ at: `/${path.join('/')}`, message }));
    throw new Failure(
      'invalid',
      { what: `${kind} ${name}`, reason: problems.map(({ at, message }) => `${at}: ${message}`).join('; ') },
      { problems },
    );
  }
  return data;
}

function faultOf({ native, details }: Observed): string {
  return 'fault' in details && details.fault ? details.fault : native;
}
