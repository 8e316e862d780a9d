import { Failure, minutes, type Clock, type Ref } from '@pileus/model';
import { z } from 'zod';
import type { Server } from './answers.ts';
import type { Service } from './client.ts';
import { collection } from './collection.ts';

const Listed = z.object({ id: z.string(), name: z.string() });

/**
 * The id of a server's flavor. Since microversion 2.47 Nova shows a flavor's contents and its name (which is unique), no
 * longer its id; undefined where no flavor has that name any more.
 */
export function flavorIds(compute: Service, clock: Clock): (server: Server) => Promise<Ref | undefined> {
  const all = collection(compute, { kind: 'flavor', path: 'flavors', one: 'flavor', many: 'flavors' }, Listed);
  // The list serves several callers, so none of them may abort it.
  const { signal } = new AbortController();
  let known: { readonly at: number; readonly ids: Promise<ReadonlyMap<string, Ref>> } | undefined;

  const list = async (): Promise<ReadonlyMap<string, Ref>> => {
    const found = await Array.fromAsync(all.list({}, signal)).catch((error: unknown) => {
      if (error instanceof Failure) return [];
      throw error;
    });
    return new Map(found.map(({ name, id }) => [name, id]));
  };
  return async ({ flavor }) => {
    const name = flavor?.original_name;
    if (name === undefined) return flavor?.id;
    const there = await known?.ids;
    if (there?.has(name)) return there.get(name);
    // Flavors come and go rarely; one that is not there is looked for once a minute.
    if (!known || clock.now() - known.at > minutes(1)) known = { at: clock.now(), ids: list() };
    return (await known.ids).get(name);
  };
}
