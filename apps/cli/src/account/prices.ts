import type { AnswerOf, BodyOf } from '@pileus/api';
import { moneyText } from '@pileus/model/money';
import type { Context } from '../context.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { findAccount } from '../find.ts';
import { costText } from '../output/cost.ts';
import { facts, table } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { fileText, standardInput } from '../values/assignments.ts';
import { instant } from '../values/instant.ts';

type Answer = AnswerOf<'get /accounts/{account}/prices'>;
type InForce = NonNullable<Answer['now']>;
type PriceList = InForce['prices'];

/** The prices that hold now; as YAML or JSON they are what `set` takes. */
export async function getPrices(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findAccount(context, given);
  const { now, cost } = await client.call('get /accounts/{account}/prices', { params: { account: id }, signal });
  if (!now) throw new Stop(exitCodes.notFound, say('prices.none', { name }));
  await out.one(
    now.prices,
    () => name,
    () => drawPrices(context, now, cost),
  );
}

export interface SetPricesOptions {
  readonly file: string;
  readonly from?: string;
}

export async function setPrices(context: Context, given: string, options: SetPricesOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const prices = await readPrices(options.file, context);
  const validFrom = instant(options.from, say);
  const { id, name } = await findAccount(context, given);
  const { now, cost } = await client.call('put /accounts/{account}/prices', {
    params: { account: id },
    body: { prices, validFrom },
    signal,
  });
  out.message(say('prices.set', { name }));
  if (!now) return;
  await out.one(
    now.prices,
    () => name,
    () => drawPrices(context, now, cost),
  );
}

/** Numbers stay as they are written: as floats they would not be the prices any more. */
async function readPrices(file: string, { say }: Context): Promise<BodyOf<'put /accounts/{account}/prices'>['prices']> {
  const text = file === '-' ? await standardInput() : await fileText(file, say);
  const { parse } = await import('yaml');
  try {
    // The server checks what it is.
    return parse(text, { schema: 'failsafe' }) as PriceList;
  } catch (error) {
    throw usage(say('usage.badYaml', { file, detail: (error as Error).message }));
  }
}

interface Row {
  readonly what: string;
  readonly price: string;
  readonly stopped?: string | undefined;
}

function drawPrices(context: Context, { prices, validFrom }: InForce, cost: Answer['cost']): string {
  const { language, out, say } = context;
  const { servers, volumes, addresses, routers, currency } = prices;
  const hourly = (amount: string) => say('prices.perHour', { amount });
  const monthly = (amount: string) => say('prices.perMonth', { amount });
  const fixed = (what: string, price: typeof addresses): Row[] =>
    price
      ? [{ what, price: price.perMonth === undefined ? hourly(price.perHour ?? '') : monthly(price.perMonth) }]
      : [];
  const server = (what: string, { perHour, stoppedPerHour }: NonNullable<typeof servers.other>): Row => ({
    what,
    price: hourly(perHour),
    stopped: stoppedPerHour === undefined ? undefined : hourly(stoppedPerHour),
  });
  const size = (core: string, gigabyte: string) => say('prices.bySize', { core, gigabyte });
  const { rule } = servers;
  const rows: Row[] = [
    ...Object.entries(servers.flavors).map(([name, price]) => server(name, price)),
    ...(rule
      ? [
          {
            what: say('prices.otherFlavors'),
            price: size(rule.perCoreHour, rule.perGigabyteHour),
            stopped:
              rule.stoppedPerCoreHour === undefined && rule.stoppedPerGigabyteHour === undefined
                ? undefined
                : size(
                    rule.stoppedPerCoreHour ?? rule.perCoreHour,
                    rule.stoppedPerGigabyteHour ?? rule.perGigabyteHour,
                  ),
          },
        ]
      : []),
    ...(servers.other ? [server(say('prices.otherServers'), servers.other)] : []),
    ...Object.entries(volumes.types).map(([type, price]) => ({
      what: say('prices.volume', { type }),
      price: say('prices.perGigabyteMonth', { amount: price.perGigabyteMonth }),
    })),
    ...(volumes.other
      ? [
          {
            what: say('prices.otherVolumes'),
            price: say('prices.perGigabyteMonth', { amount: volumes.other.perGigabyteMonth }),
          },
        ]
      : []),
    ...fixed(say('prices.address'), addresses),
    ...fixed(say('prices.router'), routers),
  ];
  const head = facts(
    [
      [say('prices.currency'), `${currency} (${moneyText('1', currency, language)})`],
      [say('prices.validFrom'), validFrom === undefined ? say('prices.fromProvider') : moment(validFrom)],
      [say('prices.running'), cost && costText(context, cost)],
    ],
    out.colours,
  );
  if (rows.length === 0) return head;
  const list = table(
    rows,
    [
      { title: say('word.resource'), value: ({ what }) => what },
      { title: say('prices.price'), value: ({ price }) => price },
      { title: say('prices.stopped'), value: ({ stopped }) => stopped ?? '' },
    ],
    out,
  );
  return `${head}\n\n${list}`;
}
