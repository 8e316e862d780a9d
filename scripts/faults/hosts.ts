import type { Call, Clock, Ref } from '@pileus/model';
import type { Job, Shell } from '@pileus/provider';
import { jobName, sshShell } from '@pileus/ssh';
import type { Life } from '@pileus/engine/testing';
import { SimulatedHost } from './host.ts';
import type { Trace } from './trace.ts';
import type { Roll } from './weather.ts';

/** The servers of a history as hosts: each is there once somebody asks for a shell on it. */
export class Hosts {
  readonly #clock: Clock;
  readonly #roll: Roll;
  readonly #trace: Trace;
  readonly #isFaulty: boolean;
  readonly #hosts = new Map<Ref, SimulatedHost>();
  /** By host and step: the job of each token that it was run with. */
  readonly #jobs = new Map<string, Set<string>>();

  constructor(clock: Clock, roll: Roll, trace: Trace, isFaulty: boolean) {
    this.#clock = clock;
    this.#roll = roll;
    this.#trace = trace;
    this.#isFaulty = isFaulty;
  }

  /** What a worker has of one, as long as it lives. */
  shell(server: Ref, life: Life): Shell {
    const host =
      this.#hosts.get(server) ?? new SimulatedHost(server, this.#clock, this.#roll, this.#trace, this.#isFaulty);
    this.#hosts.set(server, host);
    return {
      run: async (job, call) => {
        if (!life.survives('before script')) return new Promise(() => {});
        this.#note(server, job, call);
        const shell = sshShell(host.connections(life), host.host, { home: 'home', clock: life.clock });
        const answer = await life.mortal(() => shell.run(job, call));
        return life.survives('after script') ? answer : new Promise(() => {});
      },
    };
  }

  /** Does something to those that the seed has chosen. */
  each(act: (host: SimulatedHost) => void, about: string): void {
    for (const [ref, host] of this.#hosts) if (this.#roll(about, ref) < 0.5) act(host);
  }

  /**
   * The database is restored: what somebody has resumed since under another token may be run again, since nobody here knows
   * that it was.
   */
  forget(): void {
    this.#jobs.clear();
  }

  accept(): void {
    for (const host of this.#hosts.values()) host.accept();
  }

  get strangers(): number {
    return this.#all.reduce((sum, { strangers }) => sum + strangers, 0);
  }

  /** How often what had ended well was run again, under another token or the same one. */
  get ranTwice(): number {
    let twice = this.#all.reduce((sum, host) => sum + host.again, 0);
    for (const [key, jobs] of this.#jobs) {
      const host = this.#hosts.get(key.split(' ')[0] ?? '');
      twice += Math.max(0, [...jobs].filter((job) => host?.done.has(job)).length - 1);
    }
    return twice;
  }

  get #all(): readonly SimulatedHost[] {
    return [...this.#hosts.values()];
  }

  #note(server: Ref, { idempotent }: Job, { token }: Call): void {
    if (idempotent) return;
    const [run = '', step = ''] = token.split('/');
    const key = `${server} ${run}/${step}`;
    this.#jobs.set(key, (this.#jobs.get(key) ?? new Set()).add(jobName(token)));
  }
}
