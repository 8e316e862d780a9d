import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Deployment, DeploymentDetail, LiveEvent, Run, RunDetail } from './types.ts';

interface Pages<T> {
  readonly pages: readonly { readonly items: readonly T[]; readonly nextCursor?: string | undefined }[];
  readonly pageParams: readonly unknown[];
}

/**
 * Keeps what was read up to date with the events. An answer that was on its way while events came may be older than
 * they are, so those events are applied once more when it arrives; they carry whole states, and the last one wins.
 */
export function keepLive(cache: QueryClient): (event: LiveEvent) => void {
  /** Where in `recent` each reading that is under way began. */
  const begun = new Map<string, number>();
  let recent: LiveEvent[] = [];
  cache.getQueryCache().subscribe(({ type, query, ...more }) => {
    if (type !== 'updated' || !('action' in more)) return;
    const { action } = more;
    if (action.type === 'fetch') begun.set(query.queryHash, recent.length);
    const ended = action.type === 'error' || (action.type === 'success' && !action.manual);
    if (!ended) return;
    const missed = recent.slice(begun.get(query.queryHash) ?? recent.length);
    begun.delete(query.queryHash);
    if (begun.size === 0) recent = [];
    if (action.type === 'success') for (const event of missed) applyEvent(cache, event);
  });
  return (event) => {
    if (begun.size > 0) recent.push(event);
    applyEvent(cache, event);
  };
}

/**
 * Reads again what events say nothing of: the outputs, resources and cost of a deployment, the list of instances; and the
 * steps of a run once more when it has ended. At most once a pause, however many events come.
 */
export function readOmitted(cache: QueryClient, pause = 800): (event: LiveEvent) => void {
  const due = new Map<string, QueryKey>();
  const later = (queryKey: QueryKey) => {
    if (due.size === 0) {
      setTimeout(() => {
        const keys = [...due.values()];
        due.clear();
        for (const key of keys) {
          // A reading under way may have begun before the event: another one follows it.
          if (cache.isFetching({ queryKey: key }) > 0) later(key);
          else void cache.invalidateQueries({ queryKey: key });
        }
      }, pause);
    }
    due.set(JSON.stringify(queryKey), queryKey);
  };
  const deploymentKey = (deployment: string): QueryKey => ['get /deployments/{deployment}', { params: { deployment } }];
  return (event) => {
    if (event.is === 'deployment') {
      const params = { deployment: event.deployment.id };
      later(deploymentKey(params.deployment));
      later(['get /deployments/{deployment}/revisions', { params }]);
    }
    if (event.is === 'run' && event.run.endedAt !== undefined) {
      later(['get /instances']);
      later(['get /deployments', 'pages']);
      later(['get /runs/{run}', { params: { run: event.run.id } }]);
    }
    if (event.is !== 'step' || event.step.state !== 'done') return;
    for (const [, deployment] of cache.getQueriesData<DeploymentDetail>({
      queryKey: ['get /deployments/{deployment}'],
    })) {
      if (deployment?.run?.id === event.step.run) later(deploymentKey(deployment.id));
    }
  };
}

/** Brings what one event says into everything that was read, so that no page has to ask again. */
export function applyEvent(cache: QueryClient, event: LiveEvent): void {
  if (event.is === 'run') applyRun(cache, event.run);
  else if (event.is === 'deployment') applyDeployment(cache, event.deployment);
  else if (event.is === 'step') {
    each<RunDetail>(cache, ['get /runs/{run}'], (run) =>
      run.id === event.step.run ? { ...run, steps: upsert(run.steps, event.step, 'key') } : run,
    );
  } else if (event.is === 'node') {
    each<DeploymentDetail>(cache, ['get /deployments/{deployment}'], (deployment) =>
      deployment.id === event.deployment
        ? { ...deployment, nodeInstances: upsert(deployment.nodeInstances, event.node, 'id') }
        : deployment,
    );
  }
}

function applyRun(cache: QueryClient, run: Run): void {
  each<RunDetail>(cache, ['get /runs/{run}'], (known) =>
    known.id === run.id ? { ...run, steps: known.steps } : known,
  );
  each<DeploymentDetail>(cache, ['get /deployments/{deployment}'], (deployment) =>
    deployment.id === run.deployment && isCurrent(deployment.run, run) ? { ...deployment, run } : deployment,
  );
  each<Pages<Deployment>>(cache, ['get /deployments', 'pages'], (list) =>
    mapItems(list, (deployment) =>
      deployment.id === run.deployment && isCurrent(deployment.run, run) ? { ...deployment, run } : deployment,
    ),
  );
  for (const [key, list] of cache.getQueriesData<Pages<Run>>({ queryKey: ['get /runs', 'pages'] })) {
    if (!list) continue;
    if (list.pages.some((page) => page.items.some((known) => known.id === run.id))) {
      amend(
        cache,
        key,
        mapItems(list, (known) => (known.id === run.id ? run : known)),
      );
    } else if (belongs(run, key)) void cache.invalidateQueries({ queryKey: key });
  }
}

/** Whether a list of runs, by its filters, should hold a run that it does not know. */
function belongs(run: Run, key: QueryKey): boolean {
  const query = (key[2] ?? {}) as { state?: string; active?: string; deployment?: string };
  if (query.state && query.state !== run.state) return false;
  if (query.deployment && query.deployment !== run.deployment) return false;
  return query.active !== 'true' || run.endedAt === undefined;
}

function applyDeployment(cache: QueryClient, deployment: Deployment): void {
  each<DeploymentDetail>(cache, ['get /deployments/{deployment}'], (known) =>
    known.id === deployment.id ? { ...known, ...deployment } : known,
  );
  for (const [key, list] of cache.getQueriesData<Pages<Deployment>>({ queryKey: ['get /deployments', 'pages'] })) {
    if (!list) continue;
    const known = list.pages.some((page) => page.items.some((item) => item.id === deployment.id));
    // Whether a filtered list still holds it, only the server can say.
    if (known && !isFiltered(key)) {
      amend(
        cache,
        key,
        // Events say nothing of what it costs.
        mapItems(list, (item) => (item.id === deployment.id ? { ...item, ...deployment } : item)),
      );
    } else void cache.invalidateQueries({ queryKey: key });
  }
}

/** A run replaces the one it is the news of, and the one before it. */
function isCurrent(known: Run | undefined, run: Run): boolean {
  return !known || known.id === run.id || known.createdAt <= run.createdAt;
}

function isFiltered(key: QueryKey): boolean {
  const query = key[2];
  return typeof query === 'object' && query !== null && Object.values(query).some((value) => value !== undefined);
}

function each<T>(cache: QueryClient, queryKey: QueryKey, change: (known: T) => T): void {
  for (const [key, known] of cache.getQueriesData<T>({ queryKey })) {
    const changed = known === undefined ? known : change(known);
    if (changed !== known) amend(cache, key, changed);
  }
}

/** An event is news of one thing, not a new reading of the whole: how old that is, and whether it is due, stays as it was. */
function amend(cache: QueryClient, queryKey: QueryKey, changed: unknown): void {
  const before = cache.getQueryState(queryKey);
  cache.setQueryData(queryKey, changed, { updatedAt: before?.dataUpdatedAt ?? 0 });
  if (before?.isInvalidated) void cache.invalidateQueries({ queryKey, exact: true, refetchType: 'none' });
}

function mapItems<T>(list: Pages<T>, change: (item: T) => T): Pages<T> {
  const pages = list.pages.map((page) => ({ ...page, items: page.items.map(change) }));
  const same = pages.every((page, at) => page.items.every((item, place) => item === list.pages[at]?.items[place]));
  return same ? list : { ...list, pages };
}

function upsert<T, K extends keyof T>(items: readonly T[], item: T, key: K): T[] {
  const at = items.findIndex((known) => known[key] === item[key]);
  return at < 0 ? [...items, item] : items.with(at, item);
}
