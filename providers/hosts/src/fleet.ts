import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { because, Failure, type Ref } from '@pileus/model';
import { called, startRemote, type Connections, type Host } from '@pileus/ssh';
import { z } from 'zod';
import { hostsOf, nameOf, type Account, type HostEntry } from './account.ts';

/** How failures name this provider. */
export const provider = 'Plain hosts';

/** Who has a host; kept on the host itself. */
const Claim = z.object({ ref: z.string(), token: z.string(), name: z.string(), createdAt: z.coerce.date() });
export type Claim = z.infer<typeof Claim>;

/** What a host says about itself. */
const Facts = z.object({
  user: z.string(),
  cores: z.coerce.number(),
  megabytes: z.coerce.number(),
  gigabytes: z.coerce.number(),
  /** e.g. `debian-12`, and what its makers call it. */
  os: z.string().default('unknown'),
  'os-name': z.string().default('Unknown'),
  address: z.string().default(''),
  unwritable: z.string().optional(),
  whole: z.string(),
});

export interface Machine {
  readonly entry: HostEntry;
  readonly host: Host;
  readonly name: string;
}

export interface Survey {
  readonly machine: Machine;
  readonly facts: z.infer<typeof Facts>;
  readonly claim?: Claim | undefined;
  /** Where other hosts reach it. */
  readonly address: string;
}

/** The machines of an account. */
export interface Fleet {
  readonly machines: readonly Machine[];
  readonly connections: Connections;
  readonly directory: string;
  /** The machine that a ref of a server leads to; whether it still has that server is for a survey to say. */
  machineOf(ref: Ref): Machine | undefined;
  survey(machine: Machine, signal: AbortSignal): Promise<Survey>;
  /** Every machine, with what is wrong where it did not answer. */
  surveyAll(signal: AbortSignal): Promise<readonly (Survey | Silent)[]>;
  /** False when somebody else has it. */
  claim(machine: Machine, claim: Claim, signal: AbortSignal): Promise<boolean>;
  release(machine: Machine, ref: Ref, signal: AbortSignal): Promise<void>;
}

export interface Silent {
  readonly machine: Machine;
  readonly failure: Failure;
  /** What it had when it last answered. */
  readonly last?: Survey | undefined;
}

export function fleetOf(account: Account, connections: Connections): Fleet {
  const machines = hostsOf(account).map(({ entry, host }) => ({ entry, host, name: nameOf(entry) }));
  const seen = new Map<Machine, Survey>();
  const { directory } = account;

  const ask = async (machine: Machine, program: Program, args: readonly string[], signal: AbortSignal) => {
    const remote = await startRemote(
      connections,
      machine.host,
      await programs[program](),
      [directory, ...args],
      signal,
    );
    const lines: string[] = [];
    for (let line; (line = await remote.reader.line()) !== undefined;) lines.push(line);
    signal.throwIfAborted();
    const { said } = await remote.over;
    return { lines, broken: () => broken(machine, said || lines.join(', ')) };
  };

  const survey = async (machine: Machine, signal: AbortSignal): Promise<Survey> => {
    const { lines, broken: fail } = await ask(machine, 'survey', [], signal);
    const words = lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const);
    const { claim, ...said } = Object.fromEntries(words);
    const { data: facts } = Facts.safeParse(said);
    if (!facts) throw fail();
    if (facts.unwritable !== undefined) {
      const detail = because('cannot-write', { user: facts.user, path: facts.unwritable });
      throw new Failure('provider-denied', { provider: called(machine.host), detail });
    }
    const own = machine.entry.privateAddress ?? (isIP(machine.host.address) ? machine.host.address : facts.address);
    const found = { machine, facts, address: own, claim: claim === undefined ? undefined : claimIn(machine, claim) };
    seen.set(machine, found);
    return found;
  };

  return {
    machines,
    connections,
    directory,
    survey,
    machineOf: (ref) => machines.find(({ name }) => ref === name || isRefAt(ref, name)),
    surveyAll: (signal) =>
      Promise.all(
        machines.map((machine) =>
          survey(machine, signal).catch((failure: unknown): Silent => {
            signal.throwIfAborted();
            if (!(failure instanceof Failure)) throw failure;
            return { machine, failure, last: seen.get(machine) };
          }),
        ),
      ),
    async claim(machine, claim, signal) {
      const { lines, broken: fail } = await ask(machine, 'claim', [claim.ref, JSON.stringify(claim)], signal);
      if (lines[0] !== 'claimed' && lines[0] !== 'taken') throw fail();
      return lines[0] === 'claimed';
    },
    async release(machine, ref, signal) {
      const { lines, broken: fail } = await ask(machine, 'release', [ref], signal);
      if (lines[0] !== 'released') throw fail();
    },
  };
}

export function isSilent(one: Survey | Silent): one is Silent {
  return 'failure' in one;
}

export function hasAnswered(one: Survey | Silent): one is Survey {
  return !isSilent(one);
}

/** The same token at the same machine makes the same ref, another token another one. */
export function refAt({ name }: Machine, token: string): Ref {
  return `${name}.${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}

function isRefAt(ref: Ref, name: string): boolean {
  return ref.startsWith(`${name}.`) && /^[0-9a-f]{12}$/.test(ref.slice(name.length + 1));
}

function claimIn(machine: Machine, text: string): Claim {
  try {
    return Claim.parse(JSON.parse(text));
  } catch {
    throw broken(machine, 'its claim cannot be read');
  }
}

function broken({ host }: Machine, detail: string): Failure {
  return new Failure('provider-broken', { provider: called(host), detail: detail.slice(0, 300) || 'it said nothing' });
}

type Program = 'survey' | 'claim' | 'release';
const programs = { survey: () => text('survey'), claim: () => text('claim'), release: () => text('release') };

function text(name: Program): Promise<string> {
  return readFile(join(import.meta.dirname, 'programs', name), 'utf8');
}
