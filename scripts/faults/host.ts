import { Duplex, PassThrough } from 'node:stream';
import { Failure, milliseconds, seconds, type Clock, type Duration } from '@pileus/model';
import { keyRefused, publicKeyText, type Connections, type Host } from '@pileus/ssh';
import type { Life } from '@pileus/engine/testing';
import type { Trace } from './trace.ts';
import type { Roll } from './weather.ts';

/** A script on its host, from its start on: how it ends follows from the times. */
interface Script {
  readonly start: number;
  readonly takes: number;
  readonly limit: number;
  givenUpAt: number | undefined;
}

type Word = 'code 0' | 'late' | 'given-up' | 'rebooted';

/**
 * A machine that is reached by SSH, in memory. Workers meet it through the shell of `@pileus/ssh`, as it is; what the
 * programs `run` and `end` do there on a real host, it does in their words (they themselves are tried on real ones, see
 * `shell.test.ts`): a job is begun once for each token, goes on without a connection, and is kept until it is asked for.
 */
export class SimulatedHost {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #roll: Roll;
  readonly #trace: Trace;
  readonly #isFaulty: boolean;
  readonly #scripts = new Map<string, Script>();
  readonly #reboots: number[] = [];
  readonly #channels = new Set<Channel>();
  #key: Buffer;
  #known: string;
  #connections = 0;
  /** Scripts that ended well, by the name of their job; and how often something was begun at a stranger's. */
  readonly done = new Set<string>();
  strangers = 0;
  /** How often a job was begun that had been begun, not been given up, and is not marked idempotent. */
  again = 0;

  constructor(name: string, clock: Clock, roll: Roll, trace: Trace, isFaulty: boolean) {
    this.#name = name;
    this.#clock = clock;
    this.#roll = roll;
    this.#trace = trace;
    this.#isFaulty = isFaulty;
    this.#key = keyOf(1);
    this.#known = publicKeyText(this.#key);
  }

  /** As its account names it. */
  get host(): Host {
    const credential = { user: 'sim', sudo: 'none' } as const;
    return { name: this.#name, address: this.#name, port: 22, credential, key: this.#known };
  }

  reboot(): void {
    this.#reboots.push(this.#clock.now());
    this.#cut();
  }

  /** Another machine, or the same one set up anew, answers at its address. */
  changeKey(): void {
    this.#key = keyOf(2);
    this.#cut();
  }

  /** A person has looked at it, and believes the key. */
  accept(): void {
    this.#known = publicKeyText(this.#key);
  }

  connections(life: Life): Connections {
    return {
      close: () => {},
      open: async (host, command, signal) => {
        await life.clock.sleep(milliseconds(200 * this.#roll('connect', this.#name, ++this.#connections)), signal);
        const isDown = this.#clock.now() - (this.#reboots.at(-1) ?? -Infinity) < bootTime;
        const provider = this.#name;
        if (isDown) throw new Failure('provider-unreachable', { provider, detail: 'it is not up (simulated)' });
        const refused = keyRefused(host, this.#key, host.key, false);
        if (refused) throw refused;
        const channel = new Channel();
        this.#channels.add(channel);
        channel.once('close', () => this.#channels.delete(channel));
        life.over.addEventListener('abort', () => channel.destroy(), { once: true });
        void this.#serve(channel, command, life).catch(() => channel.destroy());
        if (this.#isFaulty && this.#roll('cut', this.#name, this.#connections) < 0.4) {
          const when = seconds(30 * this.#roll('when cut', this.#name, this.#connections));
          void this.#clock.sleep(when).then(() => channel.destroy());
        }
        return channel as unknown as Awaited<ReturnType<Connections['open']>>; // what the shell uses of one
      },
    };
  }

  #cut(): void {
    for (const channel of this.#channels) channel.destroy();
  }

  async #serve(channel: Channel, command: string, life: Life): Promise<void> {
    // What a worker that was stopped would be told waits until it goes on.
    const say = async (line: string) => {
      await life.clock.sleep(milliseconds(20));
      channel.push(`${line}\n`);
    };
    const [, size = '0'] = /head -c (\d+)/.exec(command) ?? [];
    const args = command.slice(command.lastIndexOf(' pileus ') + 8).split(' ');
    await say('pileus-begins');
    await channel.bytes(Number(size));
    if (args.length === 2) await this.#end(args[1] ?? '', say);
    else await this.#run(channel, args, say);
    channel.emit('exit', 0);
    channel.destroy();
  }

  async #end(job: string, say: (line: string) => Promise<void>): Promise<void> {
    const script = this.#scripts.get(job);
    if (script && this.#endOf(script) === undefined) script.givenUpAt = this.#clock.now();
    this.#trace.note(this.#clock.now(), this.#name, 'ends', job);
    await say('ended');
  }

  async #run(channel: Channel, args: readonly string[], say: (line: string) => Promise<void>): Promise<void> {
    const [, , job = '', limit = '0', again] = args;
    const before = this.#scripts.get(job);
    const ended = before && this.#endOf(before);
    const isWished = ended === 'given-up' || ended === 'late' || again === 'again';
    const isForgotten = ended === 'given-up' || ended === 'late' || (again === 'again' && ended === 'rebooted');
    if (isForgotten) this.#scripts.delete(job);
    if (this.#scripts.has(job)) await say('joined');
    else {
      await say('new');
      await channel.bytes(Number(await channel.line()));
      if (before && !isWished) this.again++;
      // Whoever was quicker has it.
      if (!this.#scripts.has(job)) this.#begin(job, seconds(Number(limit)));
    }
    await say('from 0 0');
    const script = this.#scripts.get(job);
    for (let n = 1; script && !channel.destroyed; n++) {
      const word = this.#endOf(script);
      if (word !== undefined) {
        if (word === 'code 0') this.done.add(job);
        await say(word);
        if (word !== 'given-up') await channel.line();
        return;
      }
      if (n % 5 === 0) await say('.');
      await this.#clock.sleep(seconds(1));
    }
  }

  #begin(job: string, limit: Duration): void {
    const chance = this.#roll('script', this.#name, job);
    const hangs = this.#isFaulty && chance < 0.1;
    const start = this.#clock.now();
    this.#trace.note(start, this.#name, 'begins', job);
    this.#scripts.set(job, { start, limit, givenUpAt: undefined, takes: hangs ? Infinity : 40_000 * chance });
    if (publicKeyText(this.#key) !== this.#known) this.strangers++;
  }

  /** How it has ended by now, whatever came first. */
  #endOf({ start, takes, limit, givenUpAt }: Script): Word | undefined {
    const ends: [number, Word][] = [
      [start + takes, 'code 0'],
      [start + limit, 'late'],
      [givenUpAt ?? Infinity, 'given-up'],
      [this.#reboots.find((at) => at > start) ?? Infinity, 'rebooted'],
    ];
    const [first] = ends.toSorted(([a], [b]) => a - b);
    return first && first[0] <= this.#clock.now() ? first[1] : undefined;
  }
}

const bootTime = seconds(30);

/** An ed25519 key as hosts show it. */
function keyOf(number: number): Buffer {
  const [type, key] = [Buffer.from('ssh-ed25519'), Buffer.alloc(32, number)];
  const length = (of: Buffer) => Buffer.from([0, 0, 0, of.length]);
  return Buffer.concat([length(type), type, length(key), key]);
}

/** What a client has of a command that runs on a host. */
class Channel extends Duplex {
  readonly stderr = new PassThrough();
  #heard = Buffer.alloc(0);
  #wake = () => {};

  constructor() {
    super({ emitClose: true });
    this.on('close', () => this.#wake());
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    this.#wake();
    done();
  }

  override _final(done: () => void): void {
    done();
  }

  /** What the client has sent, for the host. */
  async bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.#heard.length >= count);
    const taken = this.#heard.subarray(0, count);
    this.#heard = this.#heard.subarray(count);
    return taken;
  }

  async line(): Promise<string> {
    await this.#until(() => this.#heard.includes('\n'));
    const line = await this.bytes(this.#heard.indexOf('\n') + 1);
    return line.toString().trimEnd();
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.destroyed) throw new Error('the connection is gone');
      await new Promise<void>((next) => (this.#wake = next));
    }
  }
}
