import type { Call, Clock, Duration, Kind, ManagedKind, Observed, PriceList, Ref, Specs, Text } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import type { z } from 'zod';

/** Reading one kind of resource at one account. */
export interface Catalogue<K extends Kind = Kind> {
  /** Everything of this kind that the account can see, page after page. */
  list(signal: AbortSignal): AsyncIterable<Observed<K>>;
  /** The resource as the provider sees it now, or undefined once it is gone. */
  read(ref: Ref, signal: AbortSignal): Promise<Observed<K> | undefined>;
}

/** Making and removing one kind of resource at one account. */
export interface Driver<K extends ManagedKind = ManagedKind> extends Catalogue<K> {
  /**
   * How creating twice with one token makes one resource: by the cloud's own client token, by a claim that can exist
   * only once (a unique name), or by looking it up once the cloud's lists cannot lag any more.
   */
  readonly once: Once<K>;
  /**
   * Asks the cloud for the resource and returns as soon as it has a ref; the resource may still be `creating`.
   * Drivers do not look for an earlier attempt themselves: {@link createOnce} does.
   */
  create(spec: Specs[K], call: Call): Promise<Ref>;
  /** Asks for deletion. Deleting what is already gone succeeds. */
  delete(ref: Ref, call: Call): Promise<void>;
  /** Fields of a spec that {@link update} changes in place; where another one differs, a new resource is needed. */
  readonly changeable?: readonly string[];
  /**
   * Makes an existing resource what `spec` says where the fields `changed` differ, and leaves alone what it cannot
   * tell. Safe to repeat, also when it was cut off. Like after {@link create}, the resource may be `changing` for a
   * while. A failure that says `retry` (the resource is busy) is to be followed by the same call.
   */
  update?(ref: Ref, spec: Specs[K], changed: readonly string[], call: Call): Promise<void>;
  start?(ref: Ref, call: Call): Promise<void>;
  stop?(ref: Ref, call: Call): Promise<void>;
  reboot?(ref: Ref, call: Call): Promise<void>;
}

export type Once<K extends ManagedKind> =
  | { readonly by: 'token' }
  | { readonly by: 'claim' }
  | {
      readonly by: 'look-up';
      /** How long after the request was sent the cloud's lists may still not show what it made. */
      readonly lag: Duration;
      /** The resource made with this token, if the cloud's lists show it. */
      find(token: string, spec: Specs[K], signal: AbortSignal): Promise<Ref | undefined>;
      /**
       * Does what is left of a creation that takes several calls, for one that was found; nothing when it is whole.
       * Absent where one call makes all.
       */
      resume?(ref: Ref, spec: Specs[K], call: Call): Promise<void>;
    };

export type Drivers = { readonly [K in ManagedKind]?: Driver<K> };
export type Catalogues = { readonly [K in Kind]?: Catalogue<K> };

/** Verbs beyond making and removing. */
export const verbs = ['start', 'stop', 'reboot'] as const;
export type Verb = (typeof verbs)[number];

/** A script to run on a host, with everything it needs. */
export interface Job {
  /** Shown to people, e.g. `web.create`. */
  readonly name: string;
  /**
   * Path of the file to run, one of `files`: what its first line (`#!`) names runs it, else its extension says what
   * does (sh, bash, py, pl; yml and yaml are Ansible playbooks).
   */
  readonly script: string;
  /** Files put into the job's working directory, by relative path; scripts among them are made executable. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Inputs, as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly within: Duration;
  /** Whether running the script twice does no harm: only then is one that was cut off (by a reboot) run again. */
  readonly idempotent?: boolean;
}

/**
 * Runs scripts on one host. A second call with the same token joins the job that the first one started, whether it
 * still runs or has ended: a script runs once per token, also when the controller was killed in the middle.
 */
export interface Shell {
  /** Resolves with the outputs (`name=value` lines the script wrote to the file `$PILEUS_OUTPUTS`); output goes line by line to `call.log`. */
  run(job: Job, call: Call): Promise<Readonly<Record<string, string>>>;
  /**
   * Puts files, by relative path, into a directory of the host and runs nothing; what is there already is replaced. A
   * relative directory counts from the HOME that scripts have.
   */
  put?(files: ReadonlyMap<string, Uint8Array>, directory: string, call: Call): Promise<void>;
}

/** How one service of an account answered when tried. */
export interface Check {
  /** e.g. `identity`, `compute`, `network`. */
  readonly service: string;
  readonly ok: boolean;
  readonly endpoint?: string | undefined;
  /** What was found (`Nova 2.93`), or, when not ok, which setting is wrong and what to do. */
  readonly detail: Text;
  readonly milliseconds: number;
}

/** A live account: what a provider can do is what it has. */
export interface Connection {
  readonly catalogues: Catalogues;
  readonly drivers: Drivers;
  /** Tries the account's services one by one; never throws for what the account's data is to blame for. */
  check(signal: AbortSignal): AsyncIterable<Check>;
  /** A shell on a server of this account; absent where servers cannot be reached with one. */
  shell?(server: Ref): Shell;
  close?(): Promise<void>;
}

/** What the platform lends to a provider. */
export interface Surroundings {
  readonly clock: Clock;
  /** A directory that belongs to this account alone. */
  readonly directory: string;
  /** The only way to addresses that the account, or its cloud's answers, name. */
  readonly outbound: Outbound;
}

export interface Provider<Account = unknown> {
  readonly id: string;
  readonly title: Text;
  readonly category: 'private' | 'public' | 'container' | 'hosts';
  /** True where nothing is real: shown as 模拟 wherever a person sees it. */
  readonly simulated: boolean;
  /** What an administrator fills in to add an account; secrets are marked `.meta({ secret: true })`. */
  readonly account: z.ZodType<Account>;
  /** What its resources cost where an account has no prices of its own; absent: nobody can tell. */
  readonly prices?: PriceList;
  connect(account: Account, surroundings: Surroundings): Connection;
}

/** Keeps the account's type between its schema and `connect`, then forgets it, so that providers fit in one list. */
export function defineProvider<Account>(provider: Provider<Account>): Provider {
  return provider;
}
