import type { FlavorSize, ManagedKind, Measure, Quote, Takes } from '@pileus/model';
import type { KnownResource, PlanStep } from '@pileus/orchestrator';

type Spec = Readonly<Record<string, unknown>>;

interface Thing {
  readonly kind: ManagedKind;
  readonly spec: Spec;
  /** And stays as it is. */
  readonly isThere: boolean;
}

/** What a resource is: as it was asked for, except where somebody has accepted that it is otherwise. */
export function effectiveSpec({ spec, accepted }: KnownResource): Spec {
  return { ...spec, ...accepted };
}

/** Everything whose size a plan depends on names its flavor: these are asked for. */
export function flavorsIn(steps: readonly PlanStep[], resources: readonly KnownResource[]): string[] {
  const specs = [...steps.flatMap((step) => ('spec' in step ? [step.spec] : [])), ...resources.map(effectiveSpec)];
  return specs.flatMap(({ flavor }) => (typeof flavor === 'string' ? [flavor] : []));
}

/**
 * What there will be of a deployment once the steps are done, given what there is: what is replaced counts once, what is done
 * only when something fails does not count.
 */
export function takesOf(
  steps: readonly PlanStep[],
  resources: readonly KnownResource[],
  flavors: ReadonlyMap<string, FlavorSize>,
  quote: Quote | undefined,
): Takes {
  const left = new Map<string, Thing>();
  for (const one of resources) left.set(one.step, { kind: one.kind, spec: effectiveSpec(one), isThere: true });
  for (const step of steps) {
    if (step.onFailureOf) continue;
    if (step.action === 'create') left.set(`${step.key} to be made`, { ...step, isThere: false });
    else if (step.action === 'update') left.set(step.resource, { ...step, isThere: false });
    else if (step.action === 'delete') left.delete(step.resource);
  }
  const sums = { servers: 0, cores: 0, megabytes: 0, volumes: 0, gigabytes: 0, addresses: 0, deployments: 1 };
  const unknown = new Set<Measure>();
  for (const { kind, spec, isThere } of left.values()) {
    const cannotTell = (measure: Measure) => void (isThere || unknown.add(measure));
    if (kind === 'server') {
      sums.servers += 1;
      const { cores, megabytes } = sizeOf(spec, flavors);
      if (cores === undefined) cannotTell('cores');
      if (megabytes === undefined) cannotTell('megabytes');
      sums.cores += cores ?? 0;
      sums.megabytes += megabytes ?? 0;
    } else if (kind === 'volume') {
      sums.volumes += 1;
      const { gigabytes } = spec;
      if (typeof gigabytes === 'number') sums.gigabytes += gigabytes;
      else cannotTell('gigabytes');
    } else if (kind === 'address') sums.addresses += 1;
  }
  return {
    ...sums,
    ...(quote && { money: { currency: quote.currency, perMonth: quote.after } }),
    ...(unknown.size > 0 && { unknown: [...unknown] }),
  };
}

/** A host that has no flavor has no size of its own: processes of this machine, hosts over SSH. */
function sizeOf({ flavor }: Spec, flavors: ReadonlyMap<string, FlavorSize>): Partial<FlavorSize> {
  if (flavor === undefined || flavor === null) return { cores: 0, megabytes: 0 };
  return (typeof flavor === 'string' && flavors.get(flavor)) || {};
}
