import { join } from 'node:path';
import type { AnswerOf, Client, Request } from '@pileus/api';
import { seconds, systemClock } from '@pileus/model';
import { root } from '../configuration.ts';
import { filesBelow } from '../presets.ts';
import { eventually } from './server-process.ts';

export type Detail = AnswerOf<'get /deployments/{deployment}'>;
export type Plan = AnswerOf<'get /plans/{plan}'>;
type Change = Request<'post /deployments/{deployment}/plans'>['body'];

/** What a test does with one deployment. */
export interface Changes {
  planned(body: Change): Promise<Plan>;
  /** Carries a plan out; answers what has become of the deployment. */
  apply(plan: Pick<Plan, 'id' | 'hash'>): Promise<Detail>;
  /** Once nothing is under way any more. */
  settled(): Promise<Detail>;
}

/** `client` is asked for at each call: a server that is killed and started again has another one. */
export function changesOf(client: () => Promise<Client> | Client, deployment: string): Changes {
  const params = { deployment };
  const settled = (): Promise<Detail> =>
    eventually(
      'the end of the run',
      async () => {
        const detail = await (await client()).call('get /deployments/{deployment}', { params });
        return ['deploying', 'changing', 'deleting'].includes(detail.state) ? undefined : detail;
      },
      seconds(180),
    );
  return {
    settled,
    planned: async (body) => (await client()).call('post /deployments/{deployment}/plans', { params, body }),
    async apply({ id, hash }) {
      await (await client()).call('post /deployments', { body: { plan: id, hash } });
      return settled();
    },
  };
}

export const outputOf = ({ outputs }: Detail, wanted: string): unknown =>
  outputs.find(({ name }) => name === wanted)?.value;

/** Which web servers answer, asked until each has had its turn. */
export async function servedBy(url: string): Promise<string[]> {
  const names = new Set<string>();
  for (let n = 0; n < 40; n++) {
    const page = await (await fetch(url)).text();
    names.add(/Served by<\/dt><dd>([^<]+)/.exec(page)?.[1] ?? page);
  }
  return [...names].toSorted();
}

/** What came of asking again and again. */
interface Asked {
  readonly good: number;
  readonly bad: readonly string[];
  readonly seconds: number;
}

/** Asks for the page without pause, three at a time, until stopped. */
export function load(url: string): () => Promise<Asked> {
  const began = performance.now();
  let goes = true;
  let good = 0;
  const bad: string[] = [];
  const one = async (): Promise<void> => {
    while (goes) {
      try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(seconds(5)) });
        await answer.text();
        if (answer.ok) good++;
        else bad.push(String(answer.status));
      } catch (error) {
        bad.push(String(error));
        await systemClock.sleep(seconds(0.05));
      }
    }
  };
  const all = [one(), one(), one()];
  return async () => {
    goes = false;
    await Promise.all(all);
    return { good, bad, seconds: Math.round((performance.now() - began) / 100) / 10 };
  };
}

/** The files of a template that comes with the product, each as `change` makes it. */
export async function presetFiles(
  name: string,
  change: (path: string, text: string) => string,
): Promise<{ path: string; content: string }[]> {
  const files = await filesBelow(join(root, 'templates', name));
  return Array.from(files, ([path, content]) => ({ path, content: change(path, new TextDecoder().decode(content)) }));
}
