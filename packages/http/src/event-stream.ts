import type { Duration } from '@pileus/model';
import type { StreamEvent } from './handle.ts';
import { jsonText } from './json-text.ts';

export interface EventStreamOptions {
  /** Starts the events; its signal is aborted when the stream is over, for whatever reason. */
  readonly start: (signal: AbortSignal) => Promise<AsyncIterable<StreamEvent<unknown>>>;
  /** Aborted when the caller is gone or the server closes. */
  readonly until: readonly AbortSignal[];
  /** How often a comment is sent, and the right to listen is checked again. */
  readonly pulse: Duration;
  /** Throws when the caller may no longer listen. */
  readonly recheck: () => Promise<void>;
  /** Makes the data of a last `problem` event from what was thrown. */
  readonly explain: (thrown: unknown) => string;
  /** Told once, when the stream is over. */
  readonly ended: (thrown?: unknown) => void;
}

/**
 * Server-sent events (HTML Living Standard, 9.2). The next event is asked for only when the caller has taken the last,
 * so a slow one holds nothing up but itself. A failure on the way is the last event, named `problem`.
 */
export async function eventStream(options: EventStreamOptions): Promise<ReadableStream<Uint8Array>> {
  const life = new AbortController();
  const signal = AbortSignal.any([life.signal, ...options.until]);
  const events = (await options.start(signal))[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let over = false;
  let pulse: NodeJS.Timeout;

  return new ReadableStream<Uint8Array>({
    start(out) {
      out.enqueue(encoder.encode('retry: 2000\n\n'));
      pulse = setInterval(() => void beat(out), options.pulse);
      signal.addEventListener('abort', () => finish(out), { once: true });
      if (signal.aborted) finish(out);
    },
    async pull(out) {
      try {
        const { done, value } = await events.next();
        if (over) return;
        if (done) finish(out);
        else out.enqueue(encoder.encode(written(value)));
      } catch (thrown) {
        fail(out, thrown);
      }
    },
    cancel: () => end(),
  });

  async function beat(out: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      await options.recheck();
      if (!over && (out.desiredSize ?? 0) > 0) out.enqueue(encoder.encode(': still here\n\n'));
    } catch (thrown) {
      fail(out, thrown);
    }
  }

  function fail(out: ReadableStreamDefaultController<Uint8Array>, thrown: unknown): void {
    if (over) return;
    if (!signal.aborted) out.enqueue(encoder.encode(`event: problem\ndata: ${options.explain(thrown)}\n\n`));
    finish(out, thrown);
  }

  function finish(out: ReadableStreamDefaultController<Uint8Array>, thrown?: unknown): void {
    if (over) return;
    const cut = signal.aborted;
    end(cut ? undefined : thrown);
    out.close();
  }

  function end(thrown?: unknown): void {
    if (over) return;
    over = true;
    clearInterval(pulse);
    life.abort();
    void events.return?.().catch(() => {});
    options.ended(thrown);
  }
}

/** JSON has no line breaks, so one `data` line holds it; an id with one could smuggle in lines of its own. */
function written(event: StreamEvent<unknown>): string {
  const id = event.id === undefined ? '' : `id: ${event.id.replace(/[\r\n\0]/g, '')}\n`;
  return `${id}data: ${jsonText(event.data)}\n\n`;
}
