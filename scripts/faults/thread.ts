import { parentPort } from 'node:worker_threads';
import type { Outcome } from './history.ts';
import { playEach, type Stretch } from './simulate.ts';

parentPort?.on('message', async (stretch: Stretch) => {
  const outcomes: Outcome[] = [];
  await playEach(stretch, (outcome) => outcomes.push(outcome));
  parentPort?.postMessage(outcomes);
});
