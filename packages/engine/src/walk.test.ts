import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { walk, type Graph } from './walk.ts';

const diamond: Graph = new Map([
  ['top', ['left', 'right']],
  ['left', ['bottom']],
  ['right', ['bottom']],
  ['bottom', []],
]);

test('a node is visited when what it needs is done, and in reverse when what needs it is', async () => {
  const visited: string[] = [];
  const visit = async (node: string) => {
    await setImmediate();
    visited.push(node);
  };
  await walk(diamond, visit);
  await walk(diamond, visit, { reverse: true });
  expect(visited).toEqual(['bottom', 'left', 'right', 'top', 'top', 'left', 'right', 'bottom']);
});

test('what depends on a failed node is skipped because of it, everything else goes on', async () => {
  const error = new Error('no');
  const skipped: string[] = [];
  const outcomes = await walk(
    diamond,
    async (node) => {
      if (node === 'left') throw error;
    },
    { skip: (node, because) => void skipped.push(`${node} because of ${because}`) },
  );
  expect(Object.fromEntries(outcomes)).toEqual({
    bottom: { is: 'done' },
    left: { is: 'failed', error },
    right: { is: 'done' },
    top: { is: 'skipped', because: 'left' },
  });
  expect(skipped).toEqual(['top because of left']);
});

test('a cycle or an unknown need is refused before anything is visited', async () => {
  const visit = () => Promise.reject(new Error('visited'));
  const cyclic = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  await expect(walk(cyclic, visit)).rejects.toThrow(/cycle: (b -> c -> b|c -> b -> c)$/);
  await expect(walk(new Map([['a', ['x']]]), visit)).rejects.toThrow('"a" needs "x"');
});

test('an aborted walk begins nothing more and waits for what is under way', async () => {
  const controller = new AbortController();
  const outcomes = await walk(
    diamond,
    async () => {
      controller.abort();
      await setImmediate();
    },
    { signal: controller.signal },
  );
  expect([...outcomes.values()].map(({ is }) => is).toSorted()).toEqual(['done', 'left', 'left', 'left']);
});

test('no more nodes run at once than allowed, also in a graph of 10,000', async () => {
  const graph = new Map(Array.from({ length: 10_000 }, (_, i) => [`${i}`, i < 100 ? [] : [`${i - 100}`, `${i - 1}`]]));
  let now = 0;
  let most = 0;
  const outcomes = await walk(
    graph,
    async () => {
      most = Math.max(most, ++now);
      await setImmediate();
      now--;
    },
    { concurrency: 7 },
  );
  expect(most).toBe(7);
  expect([...outcomes.values()].every(({ is }) => is === 'done')).toBe(true);
});
