import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findSecret } from '../find.ts';

/** `password=NAME`: which settings or inputs are which secrets, by their ids. */
export async function readSecrets(context: Context, given: readonly string[] = []): Promise<Record<string, string>> {
  const ids = given.map(async (assignment) => {
    const [, of = '', name = ''] = /^([^=]+)=(.+)$/.exec(assignment) ?? [];
    if (of === '') throw usage(context.say('usage.badAssignment', { given: assignment }));
    return [of, (await findSecret(context, name)).id];
  });
  return Object.fromEntries(await Promise.all(ids)) as Record<string, string>;
}
