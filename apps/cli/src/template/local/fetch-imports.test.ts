import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetched } from '@pileus/tosca';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchImports } from './fetch-imports.ts';

let server: Server;
let origin = '';
/** Another origin on the same machine. */
let elsewhere: Server;
let elsewhereOrigin = '';
const asked: string[] = [];

async function listening(started: Server): Promise<string> {
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`; // Of a TCP server it is one.
}

beforeAll(async () => {
  elsewhere = createServer((_, response) => response.end('secret: 1\n'));
  elsewhereOrigin = await listening(elsewhere);
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    switch (request.url?.split('?')[0]) {
      case '/types.yaml':
        return response.end('a: 1\n');
      case '/moved.yaml':
        return response.writeHead(302, { location: '/types.yaml' }).end();
      case '/away.yaml':
        return response.writeHead(302, { location: `${elsewhereOrigin}/x.yaml` }).end();
      case '/round.yaml':
        return response.writeHead(302, { location: '/round.yaml' }).end();
      case '/large.yaml':
        return response.end('x'.repeat(2 * 1024 * 1024));
      case '/broken.yaml':
        return response.writeHead(500).end();
      case '/never.yaml':
        return undefined;
      default:
        return response.writeHead(404).end();
    }
  });
  origin = await listening(server);
});
afterAll(() => {
  for (const one of [server, elsewhere]) {
    one.close();
    one.closeAllConnections();
  }
});

/** Wants what it does not have yet of some URLs. */
const wanting =
  (...urls: string[]) =>
  (fetched: ReadonlyMap<string, Fetched>) =>
    urls.filter((url) => !fetched.has(url));

test('files are fetched, also where they have moved to, and each failure has its reason', async () => {
  const paths = ['types', 'moved', 'away', 'round', 'large', 'broken', 'none'];
  const fetched = await fetchImports(
    wanting(...paths.map((path) => `${origin}/${path}.yaml`), 'ftp://a.example/b.yaml'),
  );
  expect([...fetched.keys()].toSorted()).toHaveLength(8);
  const of = (path: string) => fetched.get(`${origin}/${path}.yaml`);
  expect(of('types')).toEqual({ text: 'a: 1\n' });
  expect(of('moved')).toEqual({ text: 'a: 1\n' });
  expect(of('away')).toMatchObject({ is: 'unreachable', reason: expect.stringContaining('private network') });
  expect(of('round')).toMatchObject({ is: 'unreachable', reason: expect.stringContaining('redirects') });
  expect(of('large')).toMatchObject({ is: 'unreachable', reason: expect.stringContaining('larger') });
  expect(of('broken')).toEqual({ is: 'unreachable', reason: 'the server answers 500' });
  expect(of('none')).toEqual({ is: 'missing', reason: 'there is no such file (404)' });
  expect(fetched.get('ftp://a.example/b.yaml')).toEqual({ is: 'unreachable', reason: 'only http and https are read' });
});

test('a server that never answers is given up, and so is all that takes longer than allowed together', async () => {
  const slow = `${origin}/never.yaml`;
  const fetched = await fetchImports(wanting(slow), { each: 50, all: 5_000 });
  expect(fetched.get(slow)).toEqual({ is: 'unreachable', reason: 'it did not answer in time' });
  const endless = (soFar: ReadonlyMap<string, Fetched>) =>
    soFar.has(`${slow}?1`) ? wanting(`${slow}?2`)(soFar) : [`${slow}?1`];
  const all = await fetchImports(endless, { each: 5_000, all: 50 });
  expect([...all.values()]).toEqual([
    { is: 'unreachable', reason: 'it did not answer in time' },
    { is: 'unreachable', reason: 'it did not answer in time' },
  ]);
});

test('a file from elsewhere leads to no host in a private network that the template itself does not name', async () => {
  const first = `${origin}/types.yaml`;
  const inside = `${elsewhereOrigin}/x.yaml`;
  const fetched = await fetchImports((soFar) => (soFar.has(first) ? wanting(inside)(soFar) : [first]));
  expect(fetched.get(inside)).toMatchObject({ is: 'unreachable', reason: expect.stringContaining('private network') });
  expect(await fetchImports(wanting(inside))).toEqual(new Map([[inside, { text: 'secret: 1\n' }]]));
});

test('nothing is asked where nothing is imported', async () => {
  asked.length = 0;
  expect(await fetchImports(() => [])).toEqual(new Map());
  expect(asked).toEqual([]);
});
