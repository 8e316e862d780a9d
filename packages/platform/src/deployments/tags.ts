import type { Database } from '@pileus/database';
import { because, Failure, mostTags, type Tags, type TagSought } from '@pileus/model';
import { sql, type RawBuilder } from 'kysely';
import { now } from '../row.ts';

/** Changes tags; null takes one away. `check` is asked about them as they are and as they will be, and throws where that is not allowed. */
export async function retag(
  database: Database,
  deployment: string,
  changes: Readonly<Record<string, string | null>>,
  check: (tags: Tags) => void,
): Promise<Tags> {
  return database.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('deployment')
      .select(['name', 'state', 'tags'])
      .where('id', '=', deployment)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'deployment', id: deployment });
    if (row.state === 'deleted') throw new Failure('conflict', { what: row.name, reason: because('deleted-already') });
    const tags = Object.fromEntries(
      Object.entries({ ...row.tags, ...changes }).filter((one): one is [string, string] => one[1] !== null),
    );
    if (Object.keys(tags).length > mostTags)
      throw new Failure('invalid', { what: 'tags', reason: because('too-many-tags', { most: mostTags }) });
    check(row.tags);
    check(tags);
    await transaction
      .updateTable('deployment')
      .set({ tags: JSON.stringify(tags), changed: now })
      .where('id', '=', deployment)
      .execute();
    return tags;
  });
}

/** Rows of `deployment` that have a tag. */
export function hasTag({ key, value }: TagSought): RawBuilder<boolean> {
  if (value === undefined) return sql<boolean>`deployment.tags ? ${key}::text`;
  return sql<boolean>`deployment.tags @> ${JSON.stringify({ [key]: value })}::jsonb`;
}
