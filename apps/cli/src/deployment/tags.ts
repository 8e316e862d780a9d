import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findDeployment } from '../find.ts';
import { facts } from '../output/table.ts';
import type { Say } from '../texts/texts.ts';

/** `owner=zhang team=shop` as tags. */
export function readTags(given: readonly string[], say: Say): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw usage(say('tags.bad', { given: text }));
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** `owner=zhang, team=shop` for people. */
export function tagsText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ');
}

export interface TagOptions {
  readonly remove?: readonly string[];
}

/** Sets tags and takes some away; without either it shows them. */
export async function tagDeployment(
  context: Context,
  given: string,
  set: readonly string[],
  { remove = [] }: TagOptions,
): Promise<void> {
  const { client, out, say, signal } = context;
  const changes = { ...Object.fromEntries(remove.map((key) => [key, null])), ...readTags(set, say) };
  const deployment = await findDeployment(context, given);
  const isChange = Object.keys(changes).length > 0;
  const { tags } = isChange
    ? await client.call('patch /deployments/{deployment}/tags', {
        params: { deployment: deployment.id },
        body: { tags: changes },
        signal,
      })
    : deployment;
  await out.one(
    tags,
    (shown) => Object.keys(shown).join('\n'),
    (shown) => (Object.keys(shown).length === 0 ? say('tags.none') : facts(Object.entries(shown), out.colours)),
  );
}
