import { because, differences, Failure, minutes, seconds, stepName, type Details, type Observed } from '@pileus/model';
import type { Json, Run, Write } from '@pileus/engine';
import { createOnce } from '@pileus/provider';
import { accountKey, createResource, driverOf, removeResource, checked, patienceFor } from './create-resource.ts';
import { attainable, differing } from './compare.ts';
import { revisionOf, settled } from './perform-operation.ts';
import type { CreateStep, DeleteStep, UpdateStep, VerbStep } from './plan.ts';
import { attributesOf, specOf } from './resources.ts';
import { hideIn, withOpen } from './secrets.ts';
import { scopeOf } from './values.ts';
import { found, type Attributes, type Work } from './work.ts';
import { seen, write, type KnownResource, type World } from './world.ts';

/** What the inventory calls the resource that a step makes. */
export function resourceOf({ key, earlier }: Pick<CreateStep, 'key' | 'earlier'>): string {
  return earlier === 0 ? key : `${key}:${earlier + 1}`;
}

export async function createStep(run: Run, world: World, work: Work, step: CreateStep): Promise<void> {
  const spec = specNow(work, step);
  await work.secrets.keep();
  const { node } = step;
  const observed = await createResource(
    run,
    world,
    work,
    { ...step, spec },
    {
      begins: () => [work.nodeRow(node, { state: 'creating', failure: null })],
      isReady: (is) => [
        work.nodeRow(node, work.isUp(step) ? { state: 'started', ...revisionOf(work) } : { state: 'created' }),
        ...consequences(work, step, is).map(({ node: of, attributes }) => work.nodeRow(of, { attributes })),
      ],
      fails: (failure) => [work.nodeRow(node, { state: 'error', failure })],
    },
  );
  work.isUp(step);
  work.known.refs.set(step.key, observed.ref);
  learn(work, step, observed);
}

/** So often a cloud may go on showing what was before a change; then what it shows is taken for what there is. */
const mostLooksBack = 150;

/** Changes a resource in place; what turned out to be the same after all is left alone. */
export async function updateStep(run: Run, work: Work, step: UpdateStep): Promise<void> {
  const { kind, name, node, resource } = step;
  const held = found(work.resources.get(resource), 'resource', resource);
  const ref = found(held.ref, 'resource', resource);
  const spec = attainable(kind, held.spec, specNow(work, step));
  await work.secrets.keep();
  const drifted = (step.why === 'drifted' ? step.changes : undefined) ?? [];
  const changed = [...new Set([...differing(held.spec, spec), ...drifted].map(({ field }) => field))];
  const driver = driverOf(work.deployment, kind);
  const update = driver.update?.bind(driver);
  if (!update)
    throw new Failure('not-supported', { provider: because('this-cloud'), what: because('change-kind', { kind }) });
  if (changed.length === 0) {
    work.isUp(step);
    await run.skip(`${step.key}:update`, 'unchanged');
    return run.skip(`${step.key}:updated`, 'unchanged');
  }
  await run.step(
    {
      key: `${step.key}:update`,
      name: stepName('update', { kind, name }),
      node,
      within: minutes(10),
      under: [accountKey(work.deployment.account)],
      retry: { attempts: 20, longest: seconds(10) },
      intent: () => [write('resource', { deployment: work.deployment.id, step: resource, state: 'changing' })],
      failed: (failure) => [work.nodeRow(node, { state: 'error', failure })],
    },
    (call) =>
      withOpen(work.secrets, spec, call, (open, hiding) =>
        update(ref, checked({ kind, name, spec: open }), changed, hiding),
      ),
  );
  let looksBack = 0;
  const observed = await run.until<Json & object>(
    {
      key: `${step.key}:updated`,
      name: stepName('ready', { kind, name }),
      node,
      within: patienceFor(kind),
      pause: seconds(0.2),
      record: (answer) => {
        const is = answer as unknown as Observed;
        return [
          seen(work.deployment.id, resource, is),
          write('resource', {
            deployment: work.deployment.id,
            step: resource,
            state: is.state,
            spec: spec as Json,
            changed,
          }),
          ...(work.isUp(step) ? [work.nodeRow(node, { state: 'started', failure: null, ...revisionOf(work) })] : []),
          ...consequences(work, step, is).map(({ node: of, attributes }) => work.nodeRow(of, { attributes })),
        ];
      },
      failed: (failure) => [work.nodeRow(node, { state: 'error', failure })],
    },
    (call) =>
      withOpen(work.secrets, spec, call, async (open, { signal }) => {
        const is = await driver.read(ref, signal);
        if (!is) throw new Failure('not-found', { kind, id: ref });
        if (is.state === 'failed') throw new Failure('resource-failed', { kind, name, detail: is.native });
        if (['creating', 'changing', 'unknown'].includes(is.state)) return undefined;
        const asked = checked({ kind, name, spec: open });
        const isBefore = differences(kind, asked, is.shown ?? {}).some(({ field }) => changed.includes(field));
        return isBefore && ++looksBack < mostLooksBack ? undefined : hideIn(asJson(is), work.secrets.hide);
      }),
  );
  work.isUp(step);
  learn(work, step, observed as unknown as Observed);
}

/** Removes a resource, after finding out whether there is one where that is not known. */
export async function deleteStep(run: Run, world: World, work: Work, step: DeleteStep): Promise<void> {
  const made = found(work.resources.get(step.resource), 'resource', step.resource);
  const ref = made.ref ?? (await find(run, world, work, made, step));
  if (ref) await removeResource(run, work.deployment, { ...made, ref }, () => cleared(work, step));
}

function cleared(work: Work, { clears }: DeleteStep): Write[] {
  const gone = new Set(work.plan.gone);
  return clears.map((node) => work.nodeRow(node, { isCleared: true, state: gone.has(node) ? 'deleted' : 'initial' }));
}

/** What a cloud says about a wish that it hears for the first time and will not fulfil. */
const refusals: ReadonlySet<string> = new Set([
  'provider-invalid',
  'quota-exceeded',
  'no-capacity',
  'not-found',
  'invalid',
]);

/** Whether the cloud has made what we never heard back about. */
function find(run: Run, world: World, work: Work, made: KnownResource, step: DeleteStep): Promise<string | null> {
  return run.step<string | null>(
    {
      key: `${made.step}:find`,
      name: stepName('find', { kind: made.kind, name: made.name }),
      node: made.node,
      within: minutes(10),
      record: (ref) =>
        ref === null
          ? [
              write('resource', { deployment: work.deployment.id, step: made.step, state: 'deleted', isGone: true }),
              ...cleared(work, step),
            ]
          : [],
    },
    (asking) =>
      withOpen(work.secrets, work.secrets.readable(made.spec), asking, async (open, call) => {
        const driver = driverOf(work.deployment, made.kind);
        const spec = checked({ ...made, spec: open });
        const { attempt, log } = call;
        const given = {
          token: made.token,
          attempt,
          unclearSince: new Date(world.clock.now()),
          // Asked for anew before each request, and so must this be.
          get signal() {
            return call.signal;
          },
          log,
        };
        if (driver.once.by !== 'look-up') {
          return createOnce(driver, spec, given, world.clock).catch((error: unknown) => {
            // A cloud that knew the token would have answered with what it made.
            if (error instanceof Failure && refusals.has(error.code)) return null;
            throw error;
          });
        }
        const looking = { ...driver, create: async (): Promise<string> => '' };
        return (await createOnce(looking, spec, given, world.clock)) || null;
      }),
  );
}

/** Starts, stops or reboots a server and waits until it is so. */
export async function verbStep(run: Run, work: Work, step: VerbStep): Promise<void> {
  const { kind, name, node, verb, resource } = step;
  const ref = found(work.resources.get(resource)?.ref, 'resource', resource);
  const driver = driverOf(work.deployment, kind);
  const act = driver[verb]?.bind(driver);
  if (!act) throw new Failure('not-supported', { provider: name, what: verb });
  const wanted = verb === 'stop' ? 'stopped' : 'running';
  await run.step({ key: step.key, name: stepName(verb, { name }), node }, (call) => act(ref, call));
  await run.until<Json & object>(
    {
      key: `${step.key}:settled`,
      name: stepName(wanted, { name }),
      node,
      within: minutes(10),
      pause: seconds(0.5),
      record: (is) => [
        seen(work.deployment.id, resource, is as never),
        work.nodeRow(node, { state: verb === 'stop' ? 'stopped' : 'started' }),
      ],
    },
    async ({ signal }) => {
      const is = await driver.read(ref, signal);
      if (!is) throw new Failure('not-found', { kind, id: ref });
      return is.state === wanted ? asJson(is) : undefined;
    },
  );
}

function specNow(work: Work, { key, kind, node }: CreateStep | UpdateStep): Readonly<Record<string, unknown>> {
  const instance = work.wanted(node);
  return settled(specOf(kind, instance, work.partOf(key), scopeOf(work.setting, instance, work.ports)), key);
}

/** The attributes that a resource sets once it is ready: its node's, and those of the server that an address leads to. */
function consequences(
  work: Work,
  { kind, node }: CreateStep | UpdateStep,
  observed: Observed,
): { node: string; attributes: Attributes }[] {
  const own = { node, attributes: attributesOf(kind, observed) };
  if (kind !== 'address') return [own];
  const { address } = observed.details as Details['address'];
  const ports = new Set(work.wanted(node).requirements.map(({ target }) => target));
  const servers = [...work.ports].filter(([, bound]) => bound.some(({ name }) => ports.has(name)));
  return [own, ...servers.map(([server]) => ({ node: server, attributes: { public_address: address } }))];
}

function learn(work: Work, step: CreateStep | UpdateStep, observed: Observed): void {
  for (const { node, attributes } of consequences(work, step, observed)) {
    for (const [name, value] of Object.entries(attributes)) work.learn({ node, path: [name], value });
  }
}

function asJson(observed: Observed): Json & object {
  return JSON.parse(JSON.stringify(observed)) as Json & object;
}
