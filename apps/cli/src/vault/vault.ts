import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { table } from '../output/table.ts';
import { clip } from '../output/width.ts';
import { reason } from '../run/progress.ts';
import { Screen } from '../run/screen.ts';
import type { Say } from '../texts/texts.ts';

type Vault = AnswerOf<'get /vault'>;
type Key = Vault['keys'][number];
type Rewrap = NonNullable<Vault['rewrap']>;

export interface RewrapOptions {
  readonly wait: boolean;
}

const pause = 500;

/** Which key wraps how many secrets, and which of the others can go. */
export async function showVault({ client, out, say, signal }: Context): Promise<void> {
  const vault = await client.call('get /vault', { signal });
  const columns = [
    { title: say('word.key'), value: ({ id }: Key) => id },
    { title: say('word.where'), value: ({ provider }: Key) => (provider ? say(`vault.at.${provider}`) : '–') },
    { title: say('word.secrets'), value: ({ secrets }: Key) => String(secrets) },
    { title: say('word.state'), value: (key: Key) => say(`vault.is.${stateOf(key)}`), style: styleOf },
  ];
  await out.one(
    vault,
    ({ keys }) => keys.map(({ id }) => id).join('\n'),
    ({ keys }) => table(keys, columns, { columns: out.columns, colours: out.colours }),
  );
  if (out.format === 'table') for (const line of advice(vault, say)) out.message(line);
}

/** Wraps every secret under the newest key and shows how far that is; ends with 1 when some could not be. */
export async function rewrap(context: Context, { wait }: RewrapOptions): Promise<void> {
  const { client, out, say, language, signal } = context;
  const begun = await client.call('post /vault/rewrap', { signal });
  const ended = wait ? await followed(context, begun) : begun;
  await out.one(
    ended,
    ({ id }) => id,
    ({ endedAt, wrapped }) => say(endedAt === undefined ? 'vault.begun' : 'vault.wrapped', { count: wrapped }),
  );
  const { passedOver: count, failure } = ended;
  if (count > 0)
    throw new Stop(
      exitCodes.error,
      say('vault.passedOver', { count, reason: failure ? reason(failure, language) : '' }),
    );
}

async function followed({ client, out, say, language, signal }: Context, begun: Rewrap): Promise<Rewrap> {
  const screen = out.live ? new Screen(process.stderr) : undefined;
  try {
    for (;;) {
      const { keys, rewrap: row = begun } = await client.call('get /vault', { signal });
      if (row.id !== begun.id || row.endedAt !== undefined) return row;
      const left = keys.reduce((sum, { isNewest, secrets }) => sum + (isNewest ? 0 : secrets), 0);
      const waits = row.failure ? ` · ${reason(row.failure, language)}` : '';
      const line = say('vault.progress', { wrapped: row.wrapped, left }) + waits;
      screen?.draw([clip(line, process.stderr.columns ?? 80)]);
      await sleep(pause, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) throw new Stop(exitCodes.interrupted, say('vault.goesOn'));
    throw error;
  } finally {
    screen?.clear();
  }
}

function stateOf({ isNewest, provider, secrets }: Key): 'newest' | 'missing' | 'needed' | 'free' {
  if (isNewest) return 'newest';
  if (secrets === 0) return 'free';
  return provider ? 'needed' : 'missing';
}

function styleOf(key: Key): 'green' | 'gray' | 'yellow' | 'red' {
  return ({ newest: 'green', free: 'gray', needed: 'yellow', missing: 'red' } as const)[stateOf(key)];
}

function advice({ keys }: Vault, say: Say): string[] {
  const all = (state: ReturnType<typeof stateOf>) => keys.filter((key) => stateOf(key) === state);
  return [
    ...all('missing').map(({ id, secrets }) => say('vault.bringBack', { key: id, count: secrets })),
    ...(all('needed').length > 0 ? [say('vault.rewrapFirst')] : []),
    ...all('free').map(({ id }) => say('vault.canGo', { key: id })),
  ];
}
