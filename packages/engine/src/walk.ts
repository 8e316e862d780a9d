/** What each node needs before it; every node is a key. */
export type Graph = ReadonlyMap<string, Iterable<string>>;

export type Outcome =
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly error: unknown }
  /** Not done because `because`, a node that failed, stands before it. */
  | { readonly is: 'skipped'; readonly because: string }
  /** Not begun when the walk was aborted. */
  | { readonly is: 'left' };

export interface WalkOptions {
  /** A node runs when all that need it are done: the order of removal. */
  readonly reverse?: boolean;
  /** Nodes at once; no limit unless told. */
  readonly concurrency?: number;
  /** Aborting begins no further node; those under way are waited for. */
  readonly signal?: AbortSignal;
  /** Told of a node that is skipped. */
  readonly skip?: (node: string, because: string) => Promise<void> | void;
}

/**
 * Visits the nodes of a graph, each when what it needs is done, side by side where the graph allows. What depends on a
 * node that failed is skipped because of it; everything else goes on. Never rejects because of a visit: each node's
 * outcome is in the answer. Throws for a cycle, or a need that is no node, before anything is visited.
 */
export async function walk(
  graph: Graph,
  visit: (node: string) => Promise<void>,
  { reverse = false, concurrency = Infinity, signal, skip }: WalkOptions = {},
): Promise<ReadonlyMap<string, Outcome>> {
  const { waits, next } = connect(graph, reverse);
  refuseCycle(waits, next);
  const outcomes = new Map<string, Outcome>();
  const ready = [...waits].filter(([, count]) => count === 0).map(([node]) => node);
  const causes = new Map<string, string>();
  const skipping: Promise<void>[] = [];
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  let running = 0;
  let taken = 0;

  const settle = (node: string, outcome: Outcome) => {
    outcomes.set(node, outcome);
    const cause = outcome.is === 'failed' ? node : causes.get(node);
    for (const after of next.get(node) ?? []) {
      if (cause !== undefined && !causes.has(after)) causes.set(after, cause);
      const left = (waits.get(after) ?? 0) - 1;
      waits.set(after, left);
      if (left === 0) ready.push(after);
    }
  };
  const begin = (node: string) => {
    running++;
    // A visit that throws before its first await is a failed one as well.
    Promise.try(visit, node)
      .then(
        () => settle(node, { is: 'done' }),
        (error: unknown) => settle(node, { is: 'failed', error }),
      )
      .finally(() => {
        running--;
        go();
      });
  };
  const go = () => {
    while (taken < ready.length && running < concurrency && !signal?.aborted) {
      const node = ready[taken++] ?? '';
      const because = causes.get(node);
      if (because === undefined) begin(node);
      else {
        if (skip) skipping.push(quietly(Promise.try(skip, node, because)));
        settle(node, { is: 'skipped', because });
      }
    }
    if (running === 0) finish();
  };
  go();
  await finished;
  await Promise.all(skipping);
  for (const node of graph.keys()) if (!outcomes.has(node)) outcomes.set(node, { is: 'left' });
  return outcomes;
}

/** What goes wrong is thrown when the walk is over; until then nobody waits for it. */
function quietly(work: Promise<void>): Promise<void> {
  work.catch(() => {});
  return work;
}

interface Connected {
  /** How many nodes each one waits for. */
  readonly waits: Map<string, number>;
  /** What waits for each. */
  readonly next: ReadonlyMap<string, readonly string[]>;
}

function connect(graph: Graph, reverse: boolean): Connected {
  const waits = new Map<string, number>();
  const next = new Map<string, string[]>();
  for (const node of graph.keys()) {
    waits.set(node, 0);
    next.set(node, []);
  }
  for (const [node, needs] of graph) {
    for (const need of new Set(needs)) {
      if (!graph.has(need)) throw new Error(`"${node}" needs "${need}", which is not in the graph`);
      const [first, second] = reverse ? [node, need] : [need, node];
      next.get(first)?.push(second);
      waits.set(second, (waits.get(second) ?? 0) + 1);
    }
  }
  return { waits, next };
}

function refuseCycle(waits: ReadonlyMap<string, number>, next: Connected['next']): void {
  const left = new Map(waits);
  const free = [...left].filter(([, count]) => count === 0).map(([node]) => node);
  for (const node of free) {
    left.delete(node);
    for (const after of next.get(node) ?? []) {
      const count = (left.get(after) ?? 0) - 1;
      left.set(after, count);
      if (count === 0) free.push(after);
    }
  }
  if (left.size > 0) throw new Error(`the graph has a cycle: ${cycleAmong(left, next).join(' -> ')}`);
}

/** Each node that is left waits for another one that is left: going from one to the next comes back to a node seen. */
function cycleAmong(left: ReadonlyMap<string, number>, next: Connected['next']): readonly string[] {
  const before = new Map<string, string>();
  for (const node of left.keys())
    for (const after of next.get(node) ?? []) if (left.has(after)) before.set(after, node);
  const path: string[] = [];
  const seen = new Set<string>();
  let [node = ''] = left.keys();
  for (; !seen.has(node); node = before.get(node) ?? '') {
    seen.add(node);
    path.push(node);
  }
  return [node, ...path.slice(path.indexOf(node) + 1).toReversed(), node];
}
