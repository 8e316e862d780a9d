import type { AnswerOf, BodyOf } from '@pileus/api';
import { measures, type Measure } from '@pileus/model/quota';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findOrganization, findProject } from '../find.ts';
import { table } from '../output/table.ts';

type Quota = AnswerOf<'get /projects/{project}/quota'>;
type Changes = BodyOf<'patch /projects/{project}/quota'>;

/** What may have a quota. */
export type Place = 'project' | 'organization';

/** As they are given: a number or `none`; money as `1000 CNY`. */
export type QuotaOptions = { readonly [M in Measure | 'money']?: string };

export async function showQuota(context: Context, place: Place, given: string): Promise<void> {
  const { client, signal } = context;
  const { id, name } = await find(context, place, given);
  const found =
    place === 'project'
      ? await client.call('get /projects/{project}/quota', { params: { project: id }, signal })
      : await client.call('get /organizations/{organization}/quota', { params: { organization: id }, signal });
  await show(context, name, found);
}

/** Limits that are not given stay. */
export async function setQuota(context: Context, place: Place, given: string, options: QuotaOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const body = readChanges(context, options);
  const { id, name } = await find(context, place, given);
  const set =
    place === 'project'
      ? await client.call('patch /projects/{project}/quota', { params: { project: id }, body, signal })
      : await client.call('patch /organizations/{organization}/quota', { params: { organization: id }, body, signal });
  out.message(say('quota.set', { name }));
  await show(context, name, set);
}

const find = (context: Context, place: Place, given: string) =>
  place === 'project' ? findProject(context, given) : findOrganization(context, given);

function readChanges({ say }: Context, { money, ...given }: QuotaOptions): Changes {
  const counts = Object.entries(given).map(([measure, text]) => {
    if (text === 'none') return [measure, null];
    if (!/^\d{1,9}$/.test(text)) throw usage(say('quota.number', { what: `--${measure}`, given: text }));
    return [measure, Number(text)];
  });
  if (counts.length === 0 && money === undefined) throw usage(say('quota.nothing'));
  return { ...(Object.fromEntries(counts) as Changes), ...(money !== undefined && { money: readMoney(money, say) }) };
}

function readMoney(text: string, say: Context['say']): Changes['money'] {
  if (text === 'none') return null;
  const [, perMonth, currency] = /^(\d+(?:\.\d{1,6})?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (perMonth === undefined || currency === undefined) throw usage(say('quota.money', { given: text }));
  return { perMonth, currency };
}

function show({ out, say }: Context, name: string, quota: Quota): Promise<void> {
  return out.one(
    quota,
    () => name,
    ({ limits, used }) =>
      table(
        [
          ...measures.map((measure) => ({
            what: say(`quota.${measure}`),
            used: String(used[measure]),
            limit: limits[measure] === undefined ? say('quota.none') : String(limits[measure]),
            isFull: limits[measure] !== undefined && used[measure] >= limits[measure],
          })),
          ...moneyRows(quota, say),
        ],
        [
          { title: say('word.quota'), value: ({ what }) => what },
          { title: say('word.used'), value: (row) => row.used, style: ({ isFull }) => (isFull ? 'yellow' : undefined) },
          { title: say('word.limit'), value: ({ limit }) => limit },
        ],
        out,
      ),
  );
}

function moneyRows({ limits, used }: Quota, say: Context['say']) {
  const currencies = [...new Set([...used.money, ...(limits.money ? [limits.money] : [])].map((one) => one.currency))];
  return currencies.map((currency) => {
    const has = used.money.find((one) => one.currency === currency)?.perMonth ?? '0';
    const limit = limits.money?.currency === currency ? limits.money.perMonth : undefined;
    return {
      what: say('quota.moneyIn', { currency }),
      used: has,
      limit: limit ?? say('quota.none'),
      isFull: limit !== undefined && Number(has) >= Number(limit),
    };
  });
}
