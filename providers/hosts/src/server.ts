import { createHash } from 'node:crypto';
import { because, Failure, type Clock, type Observed, type Specs } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { hasAnswered, isSilent, provider, refAt, type Fleet, type Machine, type Silent, type Survey } from './fleet.ts';
import { fits } from './sizes.ts';

/** Making a server takes a free host, deleting it gives the host back. */
export function servers(fleet: Fleet, clock: Clock): Driver<'server'> {
  return {
    once: { by: 'claim' },

    async *list(signal) {
      signal.throwIfAborted();
      for (const found of await fleet.surveyAll(signal)) yield isSilent(found) ? silent(found) : observe(found);
    },

    async read(ref, signal) {
      signal.throwIfAborted();
      const machine = fleet.machineOf(ref);
      if (!machine) return undefined;
      const found = observe(await fleet.survey(machine, signal));
      return found.ref === ref ? found : undefined;
    },

    async create(spec, { token, signal, unclearSince }) {
      signal.throwIfAborted();
      refuse(spec);
      const all = await fleet.surveyAll(signal);
      const surveys = all.filter(hasAnswered);
      const own = surveys.find(({ claim }) => claim?.token === token)?.claim;
      if (own) return own.ref;
      const unheard = all.find(isSilent);
      if (unclearSince && unheard) {
        const detail = `an earlier attempt may have taken ${unheard.machine.name}: ${unheard.failure.message}`;
        throw new Failure('provider-unreachable', { provider, detail }, { cause: unheard.failure });
      }
      const free = surveys.filter((one) => !one.claim && fits(one, spec));
      for (const { machine } of inOrderOf(token, free)) {
        const claim = { ref: refAt(machine, token), token, name: spec.name, createdAt: new Date(clock.now()) };
        if (await fleet.claim(machine, claim, signal)) return claim.ref;
      }
      throw new Failure('no-capacity', { provider, kind: 'server', detail: whyNone(all, spec) });
    },

    async delete(ref, { signal }) {
      signal.throwIfAborted();
      const machine = fleet.machineOf(ref);
      if (machine && ref === machine.name) {
        const detail = `${ref} is not taken by anybody; remove it from the account instead`;
        throw new Failure('provider-invalid', { provider, detail });
      }
      if (machine) await fleet.release(machine, ref, signal);
    },
  };
}

/** What a plain machine cannot have is better said than passed over. */
function refuse({ ports, networks, securityGroups, keyPair, userData }: Specs['server']): void {
  const asked = [...ports, ...networks, ...securityGroups, keyPair, userData && 'user data'].find(Boolean);
  if (asked === undefined) return;
  const detail = because('no-networks-hosts', { asked });
  throw new Failure('provider-invalid', { provider, detail });
}

/** Another order for each token, so that many who take hosts at a time seldom want the same one. */
function inOrderOf(token: string, surveys: readonly Survey[]): Survey[] {
  const place = ({ machine }: Survey) => createHash('sha256').update(`${token}\0${machine.name}`).digest('hex');
  return surveys
    .map((one) => [place(one), one] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}

function whyNone(all: readonly (Survey | Silent)[], spec: Specs['server']): string {
  const reasons = all.map((one) => {
    const { name } = one.machine;
    if (isSilent(one)) return `${name} does not let us in (${one.failure.code})`;
    return one.claim
      ? `${name} is taken by ${one.claim.name}`
      : `${name} ${fits(one, spec) ? 'was just taken' : 'does not fit'}`;
  });
  const most = 10;
  const more = reasons.length > most ? `, and ${reasons.length - most} more` : '';
  return reasons.slice(0, most).join(', ') + more;
}

function observe({ machine, facts, claim, address }: Survey): Observed<'server'> {
  return {
    kind: 'server',
    ref: claim?.ref ?? machine.name,
    name: claim?.name ?? machine.name,
    token: claim?.token,
    createdAt: claim?.createdAt,
    zone: machine.entry.zone,
    state: claim ? 'running' : 'ready',
    native: claim ? `on ${machine.name}` : 'free',
    details: {
      flavor: `${facts.cores} cores, ${Math.round(facts.megabytes / 1024)} GB`,
      image: facts['os-name'],
      addresses: [{ address, reach: 'private' }],
      volumes: [],
    },
    shown: claim && { name: claim.name },
  };
}

/** Who has it cannot be told now; what was last seen is better than nothing. */
function silent({ machine, failure, last }: Silent): Observed<'server'> {
  const known = last && observe(last);
  const fault = failure.message;
  return {
    kind: 'server',
    ref: known?.ref ?? machine.name,
    name: known?.name ?? machine.name,
    token: known?.token,
    createdAt: known?.createdAt,
    zone: machine.entry.zone,
    state: 'unknown',
    native: failure.code,
    details: { ...(known?.details ?? { addresses: [...addressesOf(machine)], volumes: [] }), fault },
  };
}

function addressesOf({ entry, host }: Machine) {
  return [{ address: entry.privateAddress ?? host.address, reach: 'private' }] as const;
}
