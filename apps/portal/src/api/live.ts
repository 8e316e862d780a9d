import type { LiveEvent } from './types.ts';

export type LiveState = 'idle' | 'connecting' | 'open' | 'interrupted';

/** Opens the stream; `opened` is called as soon as the server has accepted it. */
export type Open = (
  topics: string,
  after: string | undefined,
  signal: AbortSignal,
  opened: () => void,
) => AsyncIterable<{ readonly id?: string | undefined; readonly data: LiveEvent }>;

export interface LiveOptions {
  readonly open: Open;
  readonly onEvent: (event: LiveEvent) => void;
  /**
   * The stream has begun without a place to resume from, or with a topic that it did not carry before: what was read
   * until then may be out of date.
   */
  readonly onGap: () => void;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The one stream of events of this tab. Whoever is on the screen asks for topics; the stream carries their union and is
 * opened again, from the last event seen, when that union changes or the connection is lost.
 */
export class Live {
  readonly #options: LiveOptions;
  readonly #wanted = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  #state: LiveState = 'idle';
  #lastId: string | undefined;
  #topics = '';
  #stop: AbortController | undefined;
  #scheduled = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Asks for topics; the answer gives them up again. */
  want(topics: readonly string[]): () => void {
    for (const topic of topics) this.#wanted.set(topic, (this.#wanted.get(topic) ?? 0) + 1);
    this.#schedule();
    return () => {
      for (const topic of topics) {
        const left = (this.#wanted.get(topic) ?? 1) - 1;
        if (left > 0) this.#wanted.set(topic, left);
        else this.#wanted.delete(topic);
      }
      this.#schedule();
    };
  }

  /** Calls `watcher` whenever `state` changes. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** One page gives up its topics and the next asks for its own in the same moment: that is one change. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      const topics = [...this.#wanted.keys()].toSorted().join(',');
      if (topics !== this.#topics) this.#restart(topics);
    }, 20);
  }

  #restart(topics: string): void {
    this.#stop?.abort();
    const before = this.#topics.split(',');
    this.#topics = topics;
    if (topics === '') return this.#become('idle');
    this.#stop = new AbortController();
    const isWider = topics.split(',').some((topic) => !before.includes(topic));
    void this.#follow(topics, isWider, this.#stop.signal);
  }

  async #follow(topics: string, isWider: boolean, signal: AbortSignal): Promise<void> {
    const wait = this.#options.wait ?? pause;
    let pauseFor = 500;
    let isGap = isWider;
    if (this.#state === 'idle') this.#become('connecting');
    while (!signal.aborted) {
      try {
        const opened = () => {
          if (signal.aborted) return;
          pauseFor = 500;
          this.#become('open');
          if (isGap || this.#lastId === undefined) this.#options.onGap();
          isGap = false;
        };
        for await (const event of this.#options.open(topics, this.#lastId, signal, opened)) {
          if (signal.aborted) return;
          this.#lastId = event.id ?? this.#lastId;
          this.#options.onEvent(event.data);
        }
      } catch {
        // A lost connection is not news for a person until it lasts: the state tells.
      }
      if (signal.aborted) return;
      this.#become('interrupted');
      await wait(pauseFor, signal);
      pauseFor = Math.min(pauseFor * 2, 10_000);
    }
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
