import { Failure, plainCall, type Ref } from '@pileus/model';
import { expect, test } from 'vitest';
import { gathered, type Gathering } from './gathered.ts';

/** A cloud that tells which requests it got, by the names of what they asked for. */
function aCloud({ most = 10, abreast, many }: Partial<Gathering<'network'>> = {}) {
  const requests: string[] = [];
  const create = gathered<'network'>({
    most,
    ...(abreast && { abreast }),
    one: async ({ name }) => {
      requests.push(name);
      if (name === 'bad') throw new Failure('provider-invalid', { provider: 'test', detail: 'bad' });
      return `made ${name}`;
    },
    async many(members, signal) {
      const names = members.map(({ spec }) => spec.name);
      requests.push(names.join(' '));
      return many ? many(members, signal) : names.map((name) => `made ${name}`);
    },
  });
  return { requests, make: (name: string, signal?: AbortSignal) => create({ name }, plainCall(`run/${name}`, signal)) };
}

const outcomesOf = async (creations: Promise<Ref>[]): Promise<string[]> =>
  (await Promise.allSettled(creations)).map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Failure).code,
  );

test('what is asked for in one turn is one request, in parts of about the same size', async () => {
  const { requests, make } = aCloud({ most: 3 });
  const later = Promise.resolve().then(() => make('d'));
  expect(await outcomesOf([make('a'), make('b'), make('c'), later])).toEqual(['made a', 'made b', 'made c', 'made d']);
  expect(requests).toEqual(['a b', 'c d']);
});

test('what comes while as many requests are under way as there may be shares the next one', async () => {
  const first = Promise.withResolvers<Ref[]>();
  const { requests, make } = aCloud({
    most: 2,
    abreast: 1,
    many: async (members) => (requests.length === 1 ? first.promise : members.map(({ spec }) => `made ${spec.name}`)),
  });
  const all = [make('a'), make('b'), make('c')];
  await new Promise((resolve) => setImmediate(resolve));
  all.push(make('d'));
  const gone = new AbortController();
  const left = make('e', gone.signal);
  gone.abort(new Failure('cancelled'));
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  expect(requests).toEqual(['a b']);
  first.resolve(['made a', 'made b']);
  expect(await outcomesOf(all)).toEqual(['made a', 'made b', 'made c', 'made d']);
  expect(requests).toEqual(['a b', 'c d']);
});

test('what has no company is asked for alone', async () => {
  const { requests, make } = aCloud();
  await make('a');
  await make('b');
  expect(requests).toEqual(['a', 'b']);
});

test('what is refused together is asked for one by one, so that only the bad one is refused', async () => {
  const refuse = async () => {
    throw new Failure('provider-invalid', { provider: 'test', detail: 'one of them is bad' });
  };
  const { requests, make } = aCloud({ many: refuse });
  expect(await outcomesOf([make('a'), make('bad'), make('c')])).toEqual(['made a', 'provider-invalid', 'made c']);
  expect(requests).toEqual(['a bad c', 'a', 'bad', 'c']);
});

test.each(['provider-unreachable', 'provider-throttled'] as const)(
  'after %s nothing is asked for again: each is settled by its own token',
  async (code) => {
    const fail = async () => {
      throw new Failure(code, { provider: 'test', detail: 'the answer is lost' });
    };
    const { requests, make } = aCloud({ many: fail });
    expect(await outcomesOf([make('a'), make('b')])).toEqual([code, code]);
    expect(requests).toEqual(['a b']);
  },
);

test('one that is aborted leaves the others alone, and what nobody waits for is aborted', async () => {
  const sent = Promise.withResolvers<AbortSignal>();
  const hang: Gathering<'network'>['many'] = (_, signal) => {
    sent.resolve(signal);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const { requests, make } = aCloud({ many: hang });
  const [early, first, second] = [new AbortController(), new AbortController(), new AbortController()];
  early.abort(new Failure('cancelled'));
  const all = outcomesOf([make('a', early.signal), make('b', first.signal), make('c', second.signal)]);
  const request = await sent.promise;
  first.abort(new Failure('cancelled'));
  expect(request.aborted).toBe(false);
  second.abort(new Failure('cancelled'));
  expect(request.aborted).toBe(true);
  expect(await all).toEqual(['cancelled', 'cancelled', 'cancelled']);
  expect(requests).toEqual(['b c']);
});
