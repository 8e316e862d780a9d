/** How a state looks: its tone and its shape. The shape says it again for those who do not see the colour. */
export interface StateLook {
  readonly tone: 'ok' | 'busy' | 'warn' | 'bad' | 'idle';
  readonly shape: 'check' | 'dot' | 'spin' | 'cross' | 'ring' | 'square' | 'dash' | 'question';
}

const ok: StateLook = { tone: 'ok', shape: 'check' };
const on: StateLook = { tone: 'ok', shape: 'dot' };
const busy: StateLook = { tone: 'busy', shape: 'spin' };
const bad: StateLook = { tone: 'bad', shape: 'cross' };
const waiting: StateLook = { tone: 'idle', shape: 'ring' };
const half: StateLook = { tone: 'busy', shape: 'ring' };
const off: StateLook = { tone: 'idle', shape: 'square' };
const gone: StateLook = { tone: 'idle', shape: 'dash' };
const stopped: StateLook = { tone: 'warn', shape: 'square' };

/** Every state that the API can answer, of resources, nodes, deployments, runs, steps and accounts. */
export const stateLooks = {
  ok,
  ready: ok,
  succeeded: ok,
  done: ok,
  running: on,
  started: on,
  creating: busy,
  changing: busy,
  deleting: busy,
  deploying: busy,
  configuring: busy,
  starting: busy,
  stopping: busy,
  cancelling: busy,
  created: half,
  configured: half,
  failed: bad,
  failing: bad,
  error: bad,
  refused: { tone: 'warn', shape: 'cross' },
  cancelled: stopped,
  paused: stopped,
  stopped: off,
  queued: waiting,
  planned: waiting,
  initial: waiting,
  skipped: gone,
  undone: gone,
  deleted: gone,
  unknown: { tone: 'idle', shape: 'question' },
} as const satisfies Record<string, StateLook>;

export type State = keyof typeof stateLooks;

/** What a deployment can be, in the order in which a filter offers them. */
export const deploymentStates = [
  'deploying',
  'changing',
  'running',
  'stopped',
  'failed',
  'cancelled',
  'deleting',
  'deleted',
] as const;

/** Whether a run is still at work. */
export function isAtWork(
  state: 'queued' | 'running' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled',
): boolean {
  return state === 'queued' || state === 'running' || state === 'cancelling';
}
