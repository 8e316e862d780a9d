import { milliseconds, minutes, type Clock } from '@pileus/model';
import { Account } from '../../providers/openstack/src/account.ts';
import { connectClient } from '../../providers/openstack/src/client.ts';
import type { Answer, Http, HttpRequest } from '../../providers/openstack/src/http.ts';
import type { Life } from '@pileus/engine/testing';
import { surroundings } from '@pileus/provider/testing';
import type { Trace } from './trace.ts';
import type { Roll } from './weather.ts';

/** One worker's way to the cloud: signs in, keeps to the account's budget, and says who it is with every call. */
export interface Entrance {
  pass<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Whom the cloud believes. Workers meet it through the client of the OpenStack provider, as it is. */
export interface Keystone {
  /** Of one worker, by its own clock, as long as it lives, with a password. */
  entrance(life: Life, password: string): Entrance;
  /** The one that the account's settings hold at this moment. */
  readonly password: string;
  /** Gives out another password, which the account's settings hold at once; the one before counts a while longer. */
  rotate(): Promise<void>;
  /** Whatever token there is, nobody takes it any more. */
  withdraw(): void;
  /** How often somebody has signed in who had a token that was good for a while. */
  readonly needless: number;
}

interface Rules {
  readonly clock: Clock;
  readonly roll: Roll;
  readonly trace: Trace;
  /** Calls a second that the account is allowed; undefined: nobody counts. */
  readonly perSecond: number | undefined;
}

export function keystoneOf({ clock, roll, trace, perSecond }: Rules): Keystone {
  const lifetime = minutes(5 + 15 * roll('life of a token'));
  const tokens = new Map<string, number>();
  const passwords = ['password-1'];
  let taken = new Set(passwords);
  let needless = 0;
  let issued = 0;

  const entrance = (life: Life, password: string): Entrance => {
    const calls = new Map<string, () => Promise<unknown>>();
    let asked = 0;
    let mine = '';
    const signIn = async (request: HttpRequest): Promise<Answer> => {
      await clock.sleep(milliseconds(200 * roll('sign-in', ++issued)), request.signal);
      if (!taken.has(password)) return answer(request, 401, {});
      // Its margin is two minutes; a client may begin to renew a little before.
      if ((tokens.get(mine) ?? 0) - clock.now() > minutes(3)) needless++;
      mine = `token-${issued}`;
      trace.note(clock.now(), 'signs in', mine);
      tokens.set(mine, clock.now() + lifetime);
      return answer(request, 201, tokenAnswer(clock.now(), lifetime), mine);
    };
    const answerTo = async (request: HttpRequest): Promise<Answer> => {
      const { pathname } = request.url;
      if (pathname === '/v3') return answer(request, 200, { version: { id: 'v3.14' } });
      if (pathname === '/v3/auth/tokens') return signIn(request);
      if (pathname === '/v2.1/') return answer(request, 200, { version: nova });
      const call = calls.get(pathname);
      if (!call) throw new Error(`nobody has asked for ${pathname}`);
      const token = request.headers?.['x-auth-token'] ?? '';
      if ((tokens.get(token) ?? 0) <= clock.now()) return answer(request, 401, {});
      return answer(request, 200, { said: await call() });
    };
    const http: Http = { close: async () => {}, send: (request) => life.mortal(() => answerTo(request)) };
    const client = connectClient(accountFor(password, perSecond), surroundings({ clock: life.clock }), () => http);
    return {
      async pass<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
        const path = `calls/${++asked}`;
        calls.set(`/v2.1/${path}`, call);
        try {
          const { json } = await client.compute.send('POST', { path }, signal);
          return (json as { said: T }).said; // as it was put there
        } finally {
          calls.delete(`/v2.1/${path}`);
        }
      },
    };
  };
  return {
    entrance,
    withdraw: () => tokens.clear(),
    get password() {
      return passwords.at(-1) ?? '';
    },
    rotate: async () => {
      const next = `password-${passwords.length + 1}`;
      taken.add(next);
      passwords.push(next);
      trace.note(clock.now(), 'rotates');
      await clock.sleep(minutes(2 * roll('both count', next)));
      taken = new Set([next]);
      tokens.clear();
    },
    get needless() {
      return needless;
    },
  };
}

const url = 'http://cloud.example';
const nova = { id: 'v2.1', version: '2.90', min_version: '2.1' };

function accountFor(password: string, perSecond: number | undefined): Account {
  return Account.parse({
    url: `${url}/v3`,
    user: 'sim',
    password,
    project: 'sim',
    clientOptions: { calls_at_once: 64, ...(perSecond !== undefined && { calls_per_second: perSecond }) },
  });
}

function tokenAnswer(now: number, life: number) {
  const sim = { id: 'sim', name: 'sim' };
  const endpoints = [{ interface: 'public', url: `${url}/v2.1`, region: '' }];
  return {
    token: {
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + life).toISOString(),
      user: sim,
      project: { ...sim, domain: sim },
      catalog: [{ type: 'compute', endpoints }],
    },
  };
}

function answer({ url: of }: HttpRequest, status: number, json: unknown, token?: string): Answer {
  const header = (name: string) => (name === 'x-subject-token' ? token : undefined);
  return { status, url: of, json, text: '', header };
}
