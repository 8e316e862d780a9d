import { Failure, type Call, type Kind, type Ref } from '@pileus/model';
import { z } from 'zod';
import { Links } from './answers.ts';
import type { Service } from './client.ts';
import { parse } from './identity.ts';
import { failure } from './reason.ts';
import { isAbsence, refusal } from './refusal.ts';

export interface Names {
  readonly kind: Kind;
  /** Below the service's base, e.g. `security-groups`. */
  readonly path: string;
  /** Where the list with details is, when elsewhere: `servers/detail`. */
  readonly listPath?: string;
  /** The key around one item and around a list: `security_group`, `security_groups`. Glance's items have none. */
  readonly one?: string;
  readonly many: string;
}

/** What a list is asked for; with several values for a key, each of them will do. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** What every kind of thing can do at Nova, Neutron, Cinder and Glance in the same way. */
export interface Collection<T> {
  list(query: Query, signal: AbortSignal): AsyncGenerator<T>;
  /** Undefined once it is gone. */
  read(ref: Ref, signal: AbortSignal): Promise<T | undefined>;
  create(fields: object, call: Call): Promise<Ref>;
  /** Makes all of them or none, where the service has such a request (Neutron), and shows them as they were made. */
  createAll(fields: readonly object[], signal: AbortSignal): Promise<T[]>;
  /** Replaces these fields; the others stay as they are. */
  update(ref: Ref, fields: object, call: Call): Promise<void>;
  /** Succeeds when it is gone already. */
  delete(ref: Ref, call: Call): Promise<void>;
}

const pageSize = 500;
const Created = z.object({ id: z.string().min(1) });

export function collection<S extends z.ZodType>(service: Service, names: Names, Item: S): Collection<z.output<S>> {
  const { path, one } = names;
  const wrapped = <T extends z.ZodType>(schema: T) => (one ? z.object({ [one]: schema }) : schema);
  // `z.object` with a computed key loses the key's type; what is read back is what the schema made.
  const unwrap = (value: unknown) => (one ? (value as Record<string, unknown>)[one] : value) as z.output<S>;
  const all: Collection<z.output<S>> = {
    list: (query, signal) => pages(service, names, Item, query, signal),
    async read(ref, signal) {
      const answer = await service.send('GET', { path: `${path}/${encodeURIComponent(ref)}`, or: [404] }, signal);
      if (isAbsence(answer)) return undefined;
      if (answer.status === 404) throw refusal(answer, service.title);
      return unwrap(parse(wrapped(Item), answer, service.title));
    },
    async create(fields, { signal }) {
      const answer = await service.send('POST', { path, body: one ? { [one]: fields } : fields }, signal);
      const created: unknown = parse(wrapped(Created), answer, service.title);
      return Created.parse(one ? (created as Record<string, unknown>)[one] : created).id;
    },
    async createAll(fields, signal) {
      const answer = await service.send('POST', { path, body: { [names.many]: fields } }, signal);
      // Read by the schema that stands under its key.
      const made: Record<string, unknown> = parse(z.object({ [names.many]: z.array(Item) }), answer, service.title);
      return made[names.many] as z.output<S>[];
    },
    async update(ref, fields, { signal }) {
      const body = one ? { [one]: fields } : fields;
      const answer = await service.send('PUT', { path: `${path}/${encodeURIComponent(ref)}`, body, or: [404] }, signal);
      if (answer.status !== 404) return;
      // It may be gone, or what it was to refer to.
      const isGone = isAbsence(answer) && (await all.read(ref, signal)) === undefined;
      throw isGone ? gone(names.kind, ref) : refusal(answer, service.title);
    },
    async delete(ref, { signal }) {
      const answer = await service.send('DELETE', { path: `${path}/${encodeURIComponent(ref)}`, or: [404] }, signal);
      if (answer.status === 404 && !isAbsence(answer)) throw refusal(answer, service.title);
    },
  };
  return all;
}

/**
 * Follows `next` links to the end. Of a link only the query counts: its host is often one that is known only inside the
 * cloud, or one that `bypass_url` was set to avoid.
 */
async function* pages<S extends z.ZodType>(
  service: Service,
  { path, listPath, many }: Names,
  Item: S,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<z.output<S>> {
  const Page = z.looseObject({ [many]: z.array(Item), [`${many}_links`]: Links, next: z.string().nullish() });
  const seen = new Set<string>();
  let at: URLSearchParams | undefined = new URLSearchParams([
    ['limit', String(pageSize)],
    ...Object.entries(query).flatMap(([key, value]) => [value].flat().map((each) => [key, each])),
  ]);
  while (at) {
    if (seen.has(at.toString())) throw failure('provider-broken', `${service.title} lists its ${many} in a circle`);
    seen.add(at.toString());
    const page: Record<string, unknown> = await service.ask(
      'GET',
      { path: listPath ?? path, query: at, answer: Page },
      signal,
    );
    // Read by `Page` just now.
    yield* page[many] as z.output<S>[];
    at = nextOf(page, many);
  }
}

/** Glance has `next`, the others `<many>_links`. */
function nextOf(page: Record<string, unknown>, many: string): URLSearchParams | undefined {
  const links = (page[`${many}_links`] ?? []) as z.output<typeof Links>;
  const href = links?.find(({ rel }) => rel === 'next')?.href ?? (page['next'] as string | null | undefined);
  if (!href) return undefined;
  const mark = href.indexOf('?');
  return mark < 0 ? undefined : new URLSearchParams(href.slice(mark + 1));
}

/** For verbs on something that turned out to be gone. */
export function gone(kind: Kind, ref: Ref): Failure {
  return new Failure('not-found', { kind, id: ref });
}

/** The first of a list that fits. */
export async function first<T>(items: AsyncIterable<T>, fits: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (fits(item)) return item;
  return undefined;
}
