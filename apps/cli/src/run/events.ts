import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '@pileus/api';
import { ApiProblem, type Client } from '@pileus/api/client';

export type Event = AnswerOf<'get /events'>;

/**
 * What the server says is happening, live. A broken connection is taken up again after the last event that came, after
 * 0.5 s, doubling up to 8 s. Ends when aborted; throws when the server refuses (not signed in, no such run).
 */
export async function* liveEvents(client: Client, topics: string, signal: AbortSignal): AsyncGenerator<Event> {
  let after: string | undefined;
  for (let pause = 500; ; pause = Math.min(8_000, pause * 2)) {
    try {
      for await (const { id, data } of client.stream('get /events', { query: { topics, after }, signal })) {
        after = id ?? after;
        pause = 250;
        yield data;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) throw error;
    }
    try {
      await sleep(pause, undefined, { signal });
    } catch {
      return; // Aborted while waiting.
    }
  }
}
