import type { AnswerOf, Name, QueryOf } from '@pileus/api';
import type { Request } from '@pileus/api/client';
import { ApiProblem, isOfVersion, tagOf } from '@pileus/api/client';
import {
  MutationCache,
  queryOptions,
  QueryCache,
  QueryClient,
  replaceEqualDeep,
  useInfiniteQuery,
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { client, isSignedOut, newKey } from './client.ts';

let whenSignedOut = () => {};
/** What to do when an answer says that the session has ended. */
export function onSignedOut(act: () => void): void {
  whenSignedOut = act;
}

const seeFailure = (error: unknown) => {
  if (isSignedOut(error)) whenSignedOut();
};

/** What is the same is kept, so that it is not drawn again; what comes of it is of the version that was read last. */
export function shared(before: unknown, now: unknown): unknown {
  const made: unknown = replaceEqualDeep(before, now);
  if (isObject(made) && isObject(now)) isOfVersion(made, tagOf(now));
  return made;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: seeFailure }),
  mutationCache: new MutationCache({ onError: seeFailure }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      structuralSharing: shared,
      // A refusal will be refused again; only silence and a server in trouble are worth another try.
      retry: (times, error) => times < 2 && !(error instanceof ApiProblem && error.status < 500),
    },
    mutations: { retry: false },
  },
});

export type ReadName = Extract<Name, `get ${string}`>;

/** How one reading call is kept in the cache: under its name and its request. */
export function reading<N extends ReadName>(name: N, request: Request<N>) {
  return queryOptions<AnswerOf<N>>({
    queryKey: [name, request],
    queryFn: ({ signal }) => client.call(name, { ...request, signal }),
  });
}

/** Reads by a call's name: `useRead('get /deployments/{deployment}', { params: { deployment } })`. */
export function useRead<N extends ReadName>(
  name: N,
  request: Request<N>,
  options: { enabled?: boolean; refetchInterval?: number; staleTime?: number; gcTime?: number } = {},
): UseQueryResult<AnswerOf<N>> {
  return useQuery({ ...reading(name, request), ...options });
}

type Paged = {
  [N in ReadName]: AnswerOf<N> extends { items: unknown[]; nextCursor?: string | undefined } ? N : never;
}[ReadName];
export type ListName = Exclude<Paged, 'get /deployments/{deployment}/logs'>;
export type ItemOf<N extends ListName> = AnswerOf<N>['items'][number];

/** A list that grows page by page, as {@link import('../parts/Listing.tsx').Listing} draws it. */
export function useList<N extends ListName>(
  name: N,
  query: Omit<NonNullable<QueryOf<N>>, 'cursor' | 'limit'>,
  options: { readonly enabled?: boolean } = {},
) {
  const list = useInfiniteQuery({
    queryKey: [name, 'pages', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readPage(name, query, pageParam, 50, signal),
    getNextPageParam: (page) => page.nextCursor,
    ...options,
  });
  return { ...list, items: list.data?.pages.flatMap((page) => page.items), all: () => readAll(name, query) };
}

/** All pages of a list, for a CSV file; stops at 20,000 rows. */
async function readAll<N extends ListName>(name: N, query: object): Promise<ItemOf<N>[]> {
  const items: ItemOf<N>[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(name, query, cursor, 500);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && items.length < 20_000);
  return items;
}

async function readPage<N extends ListName>(
  name: N,
  query: object,
  cursor: string | undefined,
  limit: number,
  signal?: AbortSignal,
) {
  const request = { query: { ...query, limit, ...(cursor && { cursor }) }, ...(signal && { signal }) };
  // Every list takes `cursor` and `limit`; TypeScript cannot see that through the union of names.
  return (await client.call(name, request as unknown as Request<N>)) as { items: ItemOf<N>[]; nextCursor?: string };
}

export type ActName = Exclude<Name, ReadName | 'post /accounts/check'>;

/** Does something by a call's name; afterwards every reading named in `refreshes` is read again. */
export function useAct<N extends ActName>(
  name: N,
  refreshes: readonly ReadName[] = [],
): UseMutationResult<AnswerOf<N>, Error, Request<N>> {
  return useMutation({
    mutationFn: (request: Request<N>) =>
      client.call(name, name.startsWith('post ') ? { ...request, key: newKey() } : request),
    onSuccess: () => refresh(...refreshes),
  });
}

/** Reads again what is on the screen of these calls, and lets the rest be read when it is next looked at. */
export async function refresh(...names: ReadName[]): Promise<void> {
  await Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}
