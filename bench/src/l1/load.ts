import { Agent, request as send } from 'node:http';
import type { Kind, Mix, Request } from './calls.ts';

export interface Measured {
  readonly kind: string;
  /** From when it was due, not from when there was time to send it. */
  readonly milliseconds: number;
  readonly status: number;
}

/**
 * Sends so many calls a second for so long, each when it is due, however many are still on their way: a server that falls
 * behind is seen to.
 */
export async function load(url: string, mix: Mix, perSecond: number, seconds: number): Promise<readonly Measured[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const order = dealt(mix.kinds);
  const [measured, under]: [Measured[], Set<Promise<unknown>>] = [[], new Set()];
  const began = performance.now();
  for (let nth = 0; nth < perSecond * seconds;) {
    const now = performance.now() - began;
    for (; nth < perSecond * seconds && (nth * 1_000) / perSecond <= now; nth++) {
      const kind = order[nth % order.length];
      if (!kind) throw new Error('there is nothing to send');
      const due = began + (nth * 1_000) / perSecond;
      const answered = call(url, kind.request(nth), agent).then(
        (status) => void measured.push({ kind: kind.name, milliseconds: performance.now() - due, status }),
        () => void measured.push({ kind: kind.name, milliseconds: performance.now() - due, status: 0 }),
      );
      under.add(answered);
      void answered.finally(() => under.delete(answered));
    }
    await new Promise((done) => setTimeout(done, 1));
  }
  await Promise.all(under);
  agent.destroy();
  return measured;
}

/** Answers the status, once the whole answer is there; 0 is for what has none. */
export function call(url: string, { method, path, token, body, headers }: Request, agent?: Agent): Promise<number> {
  return new Promise((done, failed) => {
    const asked = send(
      `${url}/api/v1${path}`,
      {
        method,
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (answer) =>
        answer
          .resume()
          .on('end', () => done(answer.statusCode ?? 0))
          .on('error', failed),
    );
    asked.on('error', failed);
    asked.end(body);
  });
}

/** Holds streams open; answers how many are, and how to end them. */
export async function listen(url: string, requests: readonly Request[]): Promise<{ open: () => number; end(): void }> {
  let open = 0;
  const all = await Promise.all(
    requests.map(
      ({ path, token }) =>
        new Promise<() => void>((done, failed) => {
          const asked = send(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
            if (answer.statusCode !== 200) return failed(new Error(`a stream answered ${answer.statusCode}`));
            open += 1;
            answer.resume().on('close', () => (open -= 1));
            done(() => asked.destroy());
          });
          asked.on('error', failed);
          asked.end();
        }),
    ),
  );
  return { open: () => open, end: () => all.forEach((close) => close()) };
}

/** A hundred calls by their shares, well mixed, and the same in each run. */
function dealt(kinds: readonly Kind[]): Kind[] {
  const due = kinds.map((kind) => ({ kind, credit: 0 }));
  return Array.from({ length: 100 }, () => {
    for (const one of due) one.credit += one.kind.share;
    const next = due.reduce((most, one) => (one.credit > most.credit ? one : most));
    next.credit -= 100;
    return next.kind;
  });
}
