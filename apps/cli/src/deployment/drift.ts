import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { findDeployment } from '../find.ts';
import { table, type Column } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { valueText } from './draw-plan.ts';

type Drifts = AnswerOf<'get /deployments/{deployment}/drift'>;

/** Asks the cloud what is otherwise than we made it; what is named in `accept` counts as meant so from now on. */
export async function showDrift(
  context: Context,
  given: string,
  options: { readonly accept?: readonly string[] },
): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findDeployment(context, given);
  const params = { deployment: id };
  const accepted = options.accept ?? [];
  const found =
    accepted.length > 0
      ? await client.call('post /deployments/{deployment}/drift/accept', {
          params,
          body: { resources: [...accepted] },
          signal,
        })
      : await client.call('get /deployments/{deployment}/drift', { params, signal });
  if (accepted.length > 0) out.message(say('drift.accepted', { resources: accepted.join(', ') }));
  if (found.items.length === 0) out.message(say('drift.none', { name, at: moment(found.checkedAt) }));
  if (out.format === 'table' && found.items.length === 0) return;
  await out.one(
    found,
    ({ items }) => items.map(({ resource }) => resource).join('\n'),
    ({ items }) => drawDrift(context, items),
  );
  if (out.format === 'table') out.message(say('drift.next', { name }));
}

/** A line for each field that is different, under the resource it belongs to. */
function drawDrift(context: Context, items: Drifts['items']): string {
  const { out, say } = context;
  const rows = items.flatMap((item) => {
    const [first, ...more] = item.changes;
    return [{ item, change: first }, ...more.map((change) => ({ item: undefined, change }))];
  });
  const changed: Column<(typeof rows)[number]>[] = [
    { title: say('word.field'), value: ({ change }) => change?.field ?? '' },
    { title: say('word.isNow'), value: ({ change }) => (change ? valueText(context, change.from) : '') },
    { title: say('word.shouldBe'), value: ({ change }) => (change ? valueText(context, change.to) : '') },
  ];
  const hasChanges = rows.some(({ change }) => change !== undefined);
  return table(
    rows,
    [
      { title: say('word.resource'), value: ({ item }) => item?.resource ?? '' },
      { title: say('word.kind'), value: ({ item }) => item?.kind ?? '' },
      { title: say('word.node'), value: ({ item }) => item?.node ?? '' },
      {
        title: say('word.drift'),
        value: ({ item }) => (item ? say(`drift.${item.is}`) + (item.native ? ` (${item.native})` : '') : ''),
        style: ({ item }) => (item?.is === 'changed' ? 'yellow' : 'red'),
      },
      ...(hasChanges ? changed : []),
    ],
    out,
  );
}
